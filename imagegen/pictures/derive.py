"""Owns the pixels of derivatives: from an original's bytes and recipes to the files' bytes.

A recipe gives the same bytes alone or in company, in any order, process and number of cores.
Never reads or writes a file, and never guesses: what does not fit is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PIL import Image

from imagegen.derivative import Box, Lettering, Recipe
from imagegen.errors import NeedsAttention, Problem
from imagegen.pictures.container.container import Unmarkable
from imagegen.pictures.convert import encode, upright
from imagegen.pictures.inspect import PIXEL_CAP
from imagegen.pictures.legibility import Look, looks_of
from imagegen.pictures.typeface import NotSet
from imagegen.pictures.typesetting import set_texts
from imagegen.pictures.xmp import marked

_LONGEST_SIDE = {"jpeg": 65_500, "webp": 16_383, "avif": 32_768}
"""Pixels: what the format has room for; of AVIF, what common decoders take."""

_GLIMPSE = 640_000
"""Pixels: as how large a picture is looked at behind its texts."""

_NAMES = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "avif": "AVIF"}

Shape = tuple[Box, tuple[int, int], tuple[Lettering, ...]]
"""What two recipes have in common whose files show the same pixels."""


class NotDerived(NeedsAttention):
    """A file cannot be made as its recipe says; the picture itself is fine."""


def derived(data: bytes, recipes: Sequence[Recipe], fonts: Mapping[str, bytes]) -> list[bytes]:
    """Return the file of each of `recipes`, made from the picture in `data`.

    `fonts` are the bytes of font files by sha256. Crops are boxes of the picture as it is shown,
    upright. Raises NotAPicture when `data` does not decode, and NotDerived.
    """
    for recipe in recipes:
        problem = refusal(recipe)
        if problem is not None:
            raise NotDerived(problem)
    picture = decoded(data)
    # Files that show the same pixels are made in turn, so that no more than one size is at hand.
    alike: dict[Shape, list[int]] = {}
    for index, recipe in enumerate(recipes):
        shape = (recipe.crop, (recipe.width, recipe.height), recipe.letterings)
        alike.setdefault(shape, []).append(index)
    files: dict[int, bytes] = {}
    for indices in alike.values():
        shown = _shown(picture, recipes[indices[0]], fonts)
        files.update((index, _file(shown, recipes[index])) for index in indices)
    return [files[index] for index in range(len(recipes))]


def try_texts(
    recipes: Sequence[Recipe], fonts: Mapping[str, bytes], data: bytes = b""
) -> list[Look]:
    """Return how the texts of `recipes` come out, on the picture in `data` if there is one.

    The recipes are those of one image, one for each set of texts, for its widest file. Raises
    NotDerived with one problem for all texts that cannot be set or read, and NotAPicture.
    """
    picture = _glimpse(decoded(data), recipes[0]) if data and recipes else None
    try:
        return looks_of(recipes, fonts, picture)
    except NotSet as error:
        raise NotDerived(error.problem) from None


def _glimpse(picture: Image.Image, recipe: Recipe) -> Image.Image:
    """Return what files of `recipe` show, no larger than it takes to judge colours."""
    part = cropped(picture, recipe.crop)
    share = min(1.0, math.sqrt(_GLIMPSE / (part.width * part.height)))
    size = (max(1, round(part.width * share)), max(1, round(part.height * share)))
    return part.resize(size, Image.Resampling.BOX)


def decoded(data: bytes) -> Image.Image:
    """Return the picture in `data` upright and in sRGB, without an opacity that hides nothing.

    Raises NotAPicture.
    """
    picture = upright(data)
    if picture.mode in ("LA", "RGBA") and picture.getextrema()[-1] == (255, 255):
        return picture.convert(picture.mode[:-1])
    return picture


def cropped(picture: Image.Image, box: Box) -> Image.Image:
    """Return the part of an upright `picture` within `box`; raises NotDerived if it has none."""
    left, top, right, bottom = box
    if not (0 <= left < right <= picture.width and 0 <= top < bottom <= picture.height):
        raise NotDerived(
            Problem(
                "a crop that lies outside of its picture",
                f"Seen upright, the picture is {picture.width} x {picture.height} pixels, and the "
                f"crop goes from {left}, {top} to {right}, {bottom}: it is of another size.",
                "see whether the picture is the one that `imagegen.lock` names",
            )
        )
    return picture if (right - left, bottom - top) == picture.size else picture.crop(box)


def refusal(recipe: Recipe) -> Problem | None:
    """Return why no file can be made as `recipe` says, whatever the picture, or None."""
    longest = _LONGEST_SIDE.get(recipe.format, PIXEL_CAP)
    if min(recipe.width, recipe.height) < 1:
        why = "A picture has at least one pixel."
    elif max(recipe.width, recipe.height) > longest:
        why = f"A side of {_NAMES[recipe.format]} has at most {longest} pixels."
    elif recipe.width * recipe.height > PIXEL_CAP:
        why = f"At most {PIXEL_CAP} pixels are made, and these are {recipe.width * recipe.height}."
    else:
        return None
    return Problem(
        f"no {_NAMES[recipe.format]} of {recipe.width} x {recipe.height} pixels can be made",
        why,
        "take smaller `widths`, another format or a flatter `crop`",
    )


def _shown(picture: Image.Image, recipe: Recipe, fonts: Mapping[str, bytes]) -> Image.Image:
    """Return the pixels of a file; raises NotDerived."""
    part = cropped(picture, recipe.crop)
    size = (recipe.width, recipe.height)
    # From the full size always: what is made from the next larger file depends on which ones
    # are asked for, and all of the resizing takes 3 % of the time. Transparent pixels lend no
    # colour to their neighbours: Pillow multiplies by opacity before, and divides after.
    shown = part if part.size == size else part.resize(size, Image.Resampling.LANCZOS)
    if not recipe.letterings:
        return shown
    try:
        return set_texts(shown, recipe.letterings, fonts, shape=part.size)
    except NotSet as error:
        raise NotDerived(error.problem) from None


def _file(shown: Image.Image, recipe: Recipe) -> bytes:
    """Return the bytes of a file; raises NotDerived."""
    quality = 100 if recipe.quality is None else recipe.quality
    try:
        data = encode(shown, recipe.format, quality=quality, careful=True)
        return data if recipe.marks is None else marked(data, recipe.marks)
    except Unmarkable as error:
        raise NotDerived(error.problem) from None
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        reason = str(error) or "it needs too much memory"
        raise NotDerived(
            Problem(
                f"no {_NAMES[recipe.format]} of {recipe.width} x {recipe.height} pixels was made",
                f"The encoder stopped: {reason}.",
                "take smaller `widths` or another format",
            )
        ) from None
