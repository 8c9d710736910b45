"""Owns text on drafts: the font, fitting words into a width, and the label in the corner.

Never shows markup: every text is plain.
"""

from __future__ import annotations

import functools
import io

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from imagegen.pictures.colour import Colour

_WORD = "DRAFT"
_OVERSAMPLING = 2
_INK = (14, 14, 18)
_VEIL = 0.66
_WHITE = (255, 255, 255)


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the one typeface (Aileron, shipped with Pillow) at `size` pixels."""
    built_in = ImageFont.load_default(10)
    if not isinstance(built_in, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType, which lettering needs")
    # The basic layout gives the same places with and without a shaping library.
    return ImageFont.truetype(
        io.BytesIO(built_in.font_bytes), size, layout_engine=ImageFont.Layout.BASIC
    )


def shorten(text: str, face: ImageFont.FreeTypeFont, width: float) -> str:
    """Return `text`, its end replaced by an ellipsis where it is wider than `width` pixels."""
    if face.getlength(text) <= width:
        return text
    while text and face.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip(" -_.") + "…"


def spaced(
    pen: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    face: ImageFont.FreeTypeFont,
    *,
    fill: Colour,
    gap: float,
    weight: float = 0,
) -> float:
    """Write `text` from the middle left with `gap` pixels between letters; returns the end."""
    x, y = place
    for letter in text:
        pen.text((x, y), letter, font=face, fill=fill, anchor="lm", stroke_width=weight)
        x += face.getlength(letter) + gap
    return x - gap


def width_of(text: str, face: ImageFont.FreeTypeFont, gap: float) -> float:
    """Return the width in pixels of letter-spaced `text`."""
    return sum(face.getlength(letter) + gap for letter in text) - gap


def label_box(size: tuple[int, int], caption: str) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the label on a picture of `size`, in pixels."""
    width, height = size
    tall = _label_height(width, height)
    margin = round(tall * 0.62)
    face = font(round(tall * 0.46 * _OVERSAMPLING))
    small = font(round(tall * 0.34 * _OVERSAMPLING))
    text = _fitting(caption, face, width - 2 * margin, tall)
    wide = (
        _word_width(small) + face.getlength(text) + tall * _OVERSAMPLING * (1.62 if text else 1.0)
    )
    right = min(width - margin, margin + round(wide / _OVERSAMPLING))
    return margin, height - margin - tall, right, height - margin


def label(image: Image.Image, caption: str) -> None:
    """Letter the word DRAFT and the caption into the lower left corner of an RGB `image`."""
    left, top, right, bottom = label_box(image.size, caption)
    wide, tall = right - left, bottom - top
    if wide < 8 or tall < 6 or left < 0 or top < 0:
        return
    plate = _glass(image.crop((left, top, right, bottom)))
    edge = Image.new("L", (wide * 4, tall * 4))
    ImageDraw.Draw(edge).rounded_rectangle((0, 0, wide * 4 - 1, tall * 4 - 1), tall * 2, fill=255)
    large = plate.resize((wide * _OVERSAMPLING, tall * _OVERSAMPLING), Image.Resampling.BICUBIC)
    _write(large, caption, tall)
    shown = large.resize((wide, tall), Image.Resampling.LANCZOS)
    image.paste(shown, (left, top), edge.resize((wide, tall), Image.Resampling.LANCZOS))


def _write(plate: Image.Image, caption: str, tall: int) -> None:
    pen = ImageDraw.Draw(plate)
    unit = tall * _OVERSAMPLING
    middle = plate.height / 2
    small, face = font(round(tall * 0.34 * _OVERSAMPLING)), font(round(tall * 0.46 * _OVERSAMPLING))
    end = spaced(
        pen, (unit * 0.5, middle), _WORD, small, fill=_WHITE, gap=unit * 0.075, weight=unit * 0.012
    )
    text = shorten(_plain(caption), face, plate.width - end - unit * 0.95)
    if text.strip("…"):
        rule = end + unit * 0.31
        pen.line((rule, unit * 0.3, rule, unit * 0.7), fill=(150, 150, 156), width=_OVERSAMPLING)
        pen.text((end + unit * 0.62, middle), text, font=face, fill=_WHITE, anchor="lm")


def _label_height(width: int, height: int) -> int:
    return max(11, round(min(width * 0.064, height * 0.075, 26 + min(width, height) * 0.018)))


def _word_width(face: ImageFont.FreeTypeFont) -> float:
    return width_of(_WORD, face, face.size / 0.34 * 0.075)


def _fitting(caption: str, face: ImageFont.FreeTypeFont, room: float, tall: int) -> str:
    small = font(round(tall * 0.34 * _OVERSAMPLING))
    left_over = room * _OVERSAMPLING - _word_width(small) - tall * _OVERSAMPLING * 1.62
    return shorten(_plain(caption), face, left_over)


def _plain(caption: str) -> str:
    return " ".join(caption.split())


def _glass(under: Image.Image) -> Image.Image:
    """Return what lies under the label, blurred and darkened so that white stands out on it."""
    soft = under.filter(ImageFilter.GaussianBlur(under.height * 0.35))
    return Image.blend(soft, Image.new("RGB", soft.size, _INK), _VEIL)
