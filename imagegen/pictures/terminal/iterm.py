"""Owns drawing by iTerm2's inline pictures: a PNG within one escape sequence."""

from __future__ import annotations

import base64

from PIL import Image

from imagegen.pictures.convert import encode


def iterm(image: Image.Image, *, columns: int, rows: int) -> str:
    """Return the text that draws an RGBA `image` over `columns` by `rows` cells."""
    data = encode(image, "png")
    size = f"size={len(data)};width={columns};height={rows};preserveAspectRatio=1"
    return f"\x1b]1337;File=inline=1;{size}:{base64.b64encode(data).decode()}\x07"
