"""Owns pictures, recipes and texts for tests of derivatives, and a font that is always here."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

from PIL import Image, ImageFont

from imagegen.derivative import Lettering, Marks, Recipe
from imagegen.pictures.paint import Painting, paint

QUALITY = {"avif": 50, "webp": 80, "jpeg": 80, "png": None}

_FACE = ImageFont.load_default(10)
FONT: bytes = _FACE.font_bytes  # type: ignore[union-attr]
FONT_SHA256 = hashlib.sha256(FONT).hexdigest()


def scene(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Return a picture in which every place has another colour."""
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (across, down, Image.radial_gradient("L").resize(size)))


def encoded(image: Image.Image | None = None, kind: str = "png", **options: object) -> bytes:
    file = io.BytesIO()
    (image or scene()).save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def recipe(kind: str = "png", size: tuple[int, int] = (48, 32), **changes: object) -> Recipe:
    """Return the recipe of a whole `scene`."""
    plain = Recipe(kind, *size, (0, 0, 96, 64), QUALITY[kind])
    return replace(plain, **changes)  # type: ignore[arg-type]


def lettering(text: str = "Hi", **changes: object) -> Lettering:
    plain = Lettering(
        text=text,
        font="fonts/plain.ttf",
        font_sha256=FONT_SHA256,
        box=(0.1, 0.1, 0.8, 0.8),
        size=0.5,
        fit="shrink",
        color="#ffffff",
        align="left",
        valign="top",
        line_height=1.2,
        language="",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


MARKS = Marks("flux-2-pro, Apiframe", (("", "A desk"), ("de", "Ein Tisch")), "a desk")


def every_recipe() -> list[Recipe]:
    """Return recipes of all formats, in two widths, with and without text and marks."""
    return [
        recipe(kind, size, letterings=letterings, marks=MARKS if letterings else None)
        for kind in QUALITY
        for size in ((48, 32), (24, 16))
        for letterings in ((), (lettering(),))
    ]


def small() -> tuple[bytes, list[Recipe]]:
    """Return a picture and recipes that take no time; one is large enough for two threads."""
    return encoded(), [*every_recipe(), recipe("avif", (300, 200))]


def large() -> tuple[bytes, list[Recipe]]:
    """Return a painted picture of two megapixels and the recipes of a whole site for it."""
    shown = (160, 0, 1760, 1200)
    painting = Painting("a desk at dawn", 7, 1920, 1200, "webp", "desk")
    return paint(painting), [
        replace(recipe(kind, size, crop=shown), letterings=letterings, marks=MARKS)
        for kind in QUALITY
        for size in ((320, 240), (800, 600), (1600, 1200))
        for letterings in ((), (lettering("Guten Morgen"),))
    ]
