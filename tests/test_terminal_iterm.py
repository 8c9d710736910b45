"""iTerm2's inline pictures, read back as their description says."""

from __future__ import annotations

import base64
import io
import re

from PIL import Image

from imagegen.pictures.terminal.iterm import iterm


def test_the_sequence_holds_the_picture_and_its_size_in_bytes_and_cells():
    image = Image.effect_noise((60, 40), 90).convert("RGBA")
    found = re.fullmatch(
        r"\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07", iterm(image, columns=6, rows=2)
    )
    assert found
    told = dict(pair.split("=") for pair in found[1].split(";"))
    data = base64.b64decode(found[2])
    assert told == {
        "inline": "1",
        "size": str(len(data)),
        "width": "6",
        "height": "2",
        "preserveAspectRatio": "1",
    }
    shown = Image.open(io.BytesIO(data))
    assert (shown.format, shown.tobytes()) == ("PNG", image.tobytes())
