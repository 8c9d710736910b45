"""Owns drawing with half blocks: two pixels in each cell, as coloured text that any terminal shows.

Where both pixels are transparent the terminal's own background stays.
"""

from __future__ import annotations

from PIL import Image

_RESET = "\x1b[0m"
_UPPER, _LOWER = "▀", "▄"
_STEPS = (0, 95, 135, 175, 215, 255)
_OPAQUE_FROM = 128

_Style = tuple[str, str]
"""The parameters of foreground and background; "" is the terminal's own."""


def blocks(image: Image.Image, *, true_colour: bool) -> str:
    """Return an RGBA `image` as lines of text, one pixel a column and two a line.

    In 24-bit colours, else in those of the 256-colour palette that come nearest, mixed by
    dithering. Every line ends with the terminal's own colours; the last has no line end.
    """
    colours = _true_colours(image) if true_colour else _palette_colours(image)
    alpha = image.getchannel("A").tobytes()
    pixels = [
        colour if opacity >= _OPAQUE_FROM else ""
        for colour, opacity in zip(colours, alpha, strict=True)
    ]
    width, height = image.size
    nothing = [""] * width
    rows = [pixels[start : start + width] for start in range(0, width * height, width)]
    rows += [nothing] * (height % 2)
    return "\n".join(_line(rows[at], rows[at + 1]) for at in range(0, len(rows), 2))


def _line(upper: list[str], lower: list[str]) -> str:
    parts: list[str] = []
    before: _Style = ("", "")
    for top, bottom in zip(upper, lower, strict=True):
        character, style = _cell(top, bottom)
        if style != before:
            parts.append(_changed(style))
            before = style
        parts.append(character)
    if before != ("", ""):
        parts.append(_RESET)
    return "".join(parts)


def _cell(top: str, bottom: str) -> tuple[str, _Style]:
    if top and bottom:
        return _UPPER, (top, bottom)
    if top:
        return _UPPER, (top, "")
    return (_LOWER, (bottom, "")) if bottom else (" ", ("", ""))


def _changed(style: _Style) -> str:
    front, back = style
    parts = ["0"] * (not (front and back))
    parts += [f"38;{front}"] * bool(front) + [f"48;{back}"] * bool(back)
    return f"\x1b[{';'.join(parts)}m"


def _true_colours(image: Image.Image) -> list[str]:
    data = image.convert("RGB").tobytes()
    return [f"2;{data[at]};{data[at + 1]};{data[at + 2]}" for at in range(0, len(data), 3)]


def _palette_colours(image: Image.Image) -> list[str]:
    """The first 16 colours differ between terminals, so only the fixed 240 are used."""
    fixed = [(red, green, blue) for red in _STEPS for green in _STEPS for blue in _STEPS]
    fixed += [(grey, grey, grey) for grey in range(8, 248, 10)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in (fixed + fixed[:16]) for part in colour])
    numbers = image.convert("RGB").quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    return [f"5;{16 + number % len(fixed)}" for number in numbers.tobytes()]
