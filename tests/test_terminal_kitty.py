"""The graphics protocol of kitty, read back as its description says."""

from __future__ import annotations

import base64
import io
import re

import pytest
from PIL import Image

from imagegen.pictures.terminal.kitty import kitty


@pytest.mark.parametrize("size", [(4, 4), (120, 90)])
def test_the_pieces_are_short_and_give_the_picture_again(size):
    image = Image.effect_noise(size, 90).convert("RGBA")
    text = kitty(image, columns=12, rows=5)
    pieces = re.findall(r"\x1b_G([^;]*);([A-Za-z0-9+/=]*)\x1b\\", text)
    assert "".join(f"\x1b_G{keys};{data}\x1b\\" for keys, data in pieces) == text
    assert all(0 < len(data) <= 4096 for _, data in pieces)
    assert all(len(data) % 4 == 0 for _, data in pieces)
    more = [dict(key.split("=") for key in keys.split(",")) for keys, _ in pieces]
    last = len(pieces) - 1
    assert [keys.pop("m") for keys in more] == ["1"] * last + ["0"]
    assert more == [{"a": "T", "f": "100", "q": "2", "c": "12", "r": "5"}, *[{}] * last]
    shown = Image.open(io.BytesIO(base64.b64decode("".join(data for _, data in pieces))))
    assert (shown.format, shown.tobytes()) == ("PNG", image.tobytes())
