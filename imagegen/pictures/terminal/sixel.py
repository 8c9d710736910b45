"""Owns drawing by sixels: bands of six rows, painted colour by colour.

Where the picture is transparent nothing is painted.
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

_COLOURS = 256
_BAND = 6
_OPAQUE_FROM = 128
_SHORTEST_RUN = 4
"""Columns from which on a run is shorter when it is counted."""

_Bits = dict[int, dict[int, int]]
"""Colour -> column -> which of the six pixels have it; columns in rising order."""


def sixel(image: Image.Image) -> str:
    """Return the text that draws an RGBA `image` pixel by pixel, in 256 colours at most."""
    numbered = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.FLOYDSTEINBERG)
    pixels, alpha = numbered.tobytes(), image.getchannel("A").tobytes()
    palette = numbered.getpalette() or []
    width, height = image.size
    bands = [
        "$".join(f"#{colour}{_painted(bits)}" for colour, bits in band.items())
        for band in _bands(pixels, alpha, width, height)
    ]
    head = f'\x1bP0;1;0q"1;1;{width};{height}'
    return f"{head}{_registers(palette, set(pixels))}{'-'.join(bands)}\x1b\\"


def _registers(palette: list[int], used: set[int]) -> str:
    """Say which colour each used number has; sixels count the parts of a colour in percent."""
    return "".join(
        f"#{number};2;" + ";".join(f"{round(part / 2.55)}" for part in palette[at : at + 3])
        for number in sorted(used)
        for at in [3 * number]
    )


def _bands(pixels: bytes, alpha: bytes, width: int, height: int) -> Iterator[_Bits]:
    for top in range(0, height, _BAND):
        found: _Bits = {}
        rows = [
            (1 << row, pixels[at : at + width], alpha[at : at + width])
            for row in range(min(_BAND, height - top))
            for at in [(top + row) * width]
        ]
        for column in range(width):
            for bit, colours, opacity in rows:
                if opacity[column] >= _OPAQUE_FROM:
                    bits = found.setdefault(colours[column], {})
                    bits[column] = bits.get(column, 0) | bit
        yield found


def _painted(bits: dict[int, int]) -> str:
    """Return one colour's part of a band: a character a column, equal neighbours counted."""
    parts: list[str] = []
    at = run = last = 0
    for column, mask in bits.items():
        if mask == last and column == at:
            run += 1
        else:
            parts += [_run(last, run), _run(0, column - at)]
            last, run = mask, 1
        at = column + 1
    return "".join([*parts, _run(last, run)])


def _run(mask: int, length: int) -> str:
    character = chr(63 + mask)
    return f"!{length}{character}" if length >= _SHORTEST_RUN else character * length
