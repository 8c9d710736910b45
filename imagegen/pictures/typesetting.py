"""Owns texts on pictures: sets each in its box, crisp at every width, the same in all of them.

Pure. Never scales letters with the picture, and never breaks lines otherwise in another width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PIL import Image, ImageColor

from imagegen.derivative import Lettering
from imagegen.errors import Problem
from imagegen.pictures.fitting import Layout, direction, layout
from imagegen.pictures.typeface import NotSet, Typeface


def set_texts(
    image: Image.Image,
    letterings: Sequence[Lettering],
    fonts: Mapping[str, bytes],
    *,
    shape: tuple[int, int] | None = None,
) -> Image.Image:
    """Return a copy of an L, LA, RGB or RGBA `image` with texts on it, in order.

    `fonts` are the bytes of font files by sha256. `shape` is the width and height of what is shown
    at its full size, by which lines are broken; the heights of small files are rounded. Without
    it, `image` stands for itself. Grey pictures become RGB or RGBA with a text in colour. Raises
    NotSet when a text or its font does not do.
    """
    width, height = shape or image.size
    aspect = width / height
    shown = image.copy()
    for lettering in letterings:
        if lettering.text.strip():
            face = face_of(lettering, fonts)
            mask = mask_of(layout(lettering, face, aspect), face, shown.size, aspect)
            shown = _inked(shown, mask, ImageColor.getcolor(lettering.color, "RGBA"))
    return shown


def face_of(lettering: Lettering, fonts: Mapping[str, bytes]) -> Typeface:
    """Return what a text is set in; raises NotSet when its font does not do."""
    data = fonts.get(lettering.font_sha256)
    if data is None:
        raise NotSet(Problem(f"the font `{lettering.font}` is not at hand"))
    return Typeface(
        data,
        name=lettering.font,
        language=lettering.language,
        direction=direction(lettering.text, lettering.language),
        weight=lettering.weight,
    )


def mask_of(found: Layout, face: Typeface, size: tuple[int, int], aspect: float) -> Image.Image:
    """Return where letters are on a picture of `size`: 255 where they cover all of a pixel.

    `aspect` is how many times as wide as high the picture is at its full size; the heights of
    small files are rounded. Raises NotSet.
    """
    unit = size[0] / aspect
    mask = Image.new("L", size)
    for line in found.lines:
        place = (line.x * unit, line.y * unit)
        face.draw(line.text, mask, place, em=found.size * unit, anchor=found.anchor)
    return mask


def _inked(image: Image.Image, mask: Image.Image, color: int | tuple[int, ...]) -> Image.Image:
    """Return `image` with a colour where `mask` is set."""
    if isinstance(color, int):
        raise TypeError("a colour of four parts was asked for")
    *ink, alpha = color
    if image.mode in ("L", "LA") and len({*ink}) > 1:
        image = image.convert("RGBA" if image.mode == "LA" else "RGB")
    box = mask.getbbox()
    if box is None:
        return image
    part = mask.crop(box).point([round(value * alpha / 255) for value in range(256)])
    if image.mode in ("L", "RGB"):
        image.paste(ink[0] if image.mode == "L" else tuple(ink), box, part)
        return image
    layer = Image.new("RGBA", part.size, tuple(ink))
    layer.putalpha(part)
    below = image.crop(box).convert("RGBA")
    image.paste(Image.alpha_composite(below, layer).convert(image.mode), box)
    return image
