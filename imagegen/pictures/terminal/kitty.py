"""Owns drawing by the graphics protocol of kitty: a PNG in pieces, placed over so many cells."""

from __future__ import annotations

import base64

from PIL import Image

from imagegen.pictures.convert import encode

_PIECE = 4096
"""Characters of base64 in one escape sequence; the protocol allows no more."""


def kitty(image: Image.Image, *, columns: int, rows: int) -> str:
    """Return the text that draws an RGBA `image` over `columns` by `rows` cells.

    The terminal is told to answer nothing: an answer would end up in the person's input.
    """
    text = base64.b64encode(encode(image, "png")).decode()
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    first = f"a=T,f=100,q=2,c={columns},r={rows},"
    last = len(pieces) - 1
    return "".join(
        f"\x1b_G{'' if number else first}m={int(number < last)};{piece}\x1b\\"
        for number, piece in enumerate(pieces)
    )
