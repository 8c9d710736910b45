"""Owns whether the texts of a picture can be set and read; what comes first is told as one problem.

Pure, and the same whatever order the texts come in. Never judges small files of a text that can
be read on the widest one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PIL import Image

from imagegen.derivative import Lettering, Recipe
from imagegen.errors import Problem
from imagegen.pictures.fitting import Layout, TooLarge, TooSmall, layout, named
from imagegen.pictures.prominence import contrast
from imagegen.pictures.typeface import NotSet, Typeface
from imagegen.pictures.typesetting import face_of, mask_of

SMALLEST = 4.0
"""Pixels: letters whose em is smaller are read by nobody."""

_SHOWN = 6
"""Texts and boxes that are told one by one."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a text comes out."""

    lettering: Lettering
    share: float
    """Its em, as part of its `size`: less than 1 where it was made smaller to fit."""
    contrast: float | None
    """What all but a quarter of its letters have at least, to the picture behind them, from 1 to
    21; None where nobody has looked or it is not to be told.
    """


@dataclass(frozen=True, slots=True)
class _Tiny:
    """A text that was made too small to be read."""

    lettering: Lettering
    em: float
    """Pixels on the widest file."""
    recipe: Recipe


def looks_of(
    recipes: Sequence[Recipe], fonts: Mapping[str, bytes], picture: Image.Image | None = None
) -> list[Look]:
    """Return how each text of `recipes`, each of a widest file, comes out, in order.

    `fonts` are the bytes of font files by sha256; `picture` is what lies behind the texts, at any
    size. Raises NotSet with one problem for all; what does not fit comes before what is too small.
    """
    looks: list[Look] = []
    wrong: list[NotSet | _Tiny] = []
    for lettering, recipe in texts_of(recipes):
        left, top, right, bottom = recipe.crop
        aspect = (right - left) / (bottom - top)
        try:
            face = face_of(lettering, fonts)
            found = layout(lettering, face, aspect)
            _check_ink(lettering, found, face)
        except NotSet as error:
            wrong.append(error)
            continue
        em = found.size * recipe.width / aspect
        if em < SMALLEST and lettering.fit != "none":
            wrong.append(_Tiny(lettering, em, recipe))
        seen = None
        if picture is not None:
            mask = mask_of(found, face, picture.size, aspect)
            seen = contrast(picture, mask, lettering.color)
        looks.append(Look(lettering, found.size / lettering.size, seen))
    if wrong:
        raise NotSet(_first(wrong))
    return looks


def texts_of(recipes: Sequence[Recipe]) -> list[tuple[Lettering, Recipe]]:
    """Return what is to be set and where, each once."""
    texts = dict.fromkeys((one, recipe) for recipe in recipes for one in recipe.letterings)
    return [(one, recipe) for one, recipe in texts if one.text.strip()]


def _first(wrong: Sequence[NotSet | _Tiny]) -> Problem:
    """Return what is wrong with texts, in no matter which order, as one problem."""
    large = [one for one in wrong if isinstance(one, TooLarge)]
    small = [one for one in wrong if isinstance(one, TooSmall)]
    tiny = [one for one in wrong if isinstance(one, _Tiny)]
    others = [
        one.problem
        for one in wrong
        if isinstance(one, NotSet) and not isinstance(one, TooLarge | TooSmall)
    ]
    if others:
        return min(others, key=lambda problem: problem.summary)
    if large:
        return _too_large(sorted(large, key=lambda one: (-one.times, named(one.lettering))))
    if small:
        return _below_least(sorted(small, key=lambda one: (one.size, named(one.lettering))))
    return _too_small(sorted(tiny, key=lambda one: (one.em, named(one.lettering))))


def _check_ink(lettering: Lettering, found: Layout, face: Typeface) -> None:
    """Raise NotSet for letters that leave no trace, as those of some fonts of emoji do."""
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in lettering.text):
        return
    for line in found.lines:
        left, top, right, bottom = face.ink(line.text)
        if left < right and top < bottom:
            return
    raise NotSet(
        Problem(
            f"the text {named(lettering)} would not be seen",
            f"All of its letters are blank in the font `{lettering.font}`.",
            "choose another font file",
        )
    )


def _too_large(found: Sequence[TooLarge]) -> Problem:
    """Return the problem of texts, the largest first, with sizes that do for all of them."""
    worst, *more = _distinct(found)
    if not more:
        return worst.problem
    sizes: dict[str, float] = {}
    for one in found:
        box = _box(one.lettering)
        sizes[box] = min(one.size, sizes.get(box, one.size))
    told = [f"{named(one.lettering)} {one.takes} {_box(one.lettering)}" for one in (worst, *more)]
    if len(sizes) == 1:
        advice = f"write `size = {min(sizes.values()):.3g}`, which does for all texts set like it"
    else:
        each = [f"`size = {size:.3g}` for {box}" for box, size in sizes.items()]
        advice = f"write {', '.join(each[:_SHOWN])}"
    return Problem(
        f"the text {named(worst.lettering)} does not fit its box, {_nor(len(more), 'does', 'do')}",
        f"`fit` is none, and\n{_listed(told)}.",
        f"{advice}; or make the boxes larger, or choose another `fit`",
    )


def _below_least(found: Sequence[TooSmall]) -> Problem:
    """Return the problem of texts, the smallest first, with a `min_size` that does for all."""
    worst, *more = _distinct(found)
    if not more:
        return worst.problem
    told = [
        f"{named(one.lettering)} would have to be set at {one.size:.3g}, below {one.least:g}, in "
        f"{_box(one.lettering)}"
        for one in (worst, *more)
    ]
    return Problem(
        f"the text {named(worst.lettering)} does not fit its box at its `min_size`, "
        f"{_nor(len(more), 'does', 'do')}",
        f"{_listed(told)}.",
        f"make the boxes larger, the texts shorter, or write `min_size = {worst.size:.3g}`, which "
        "does for all texts set like it",
    )


def _too_small(found: Sequence[_Tiny]) -> Problem:
    """Return the problem of texts, the smallest first."""
    worst, *more = _distinct(found)
    recipe = worst.recipe
    told = [
        f"{named(one.lettering)} has {one.em:.2g} in {_box(one.lettering)}"
        for one in (worst, *more)
    ]
    nor = f", {_nor(len(more), 'can', 'can')}" if more else ""
    return Problem(
        f"the text {named(worst.lettering)} is too small to be read{nor}",
        f"On the widest file, {recipe.width} x {recipe.height} pixels, letters need {SMALLEST:g} "
        f"pixels, and\n{_listed(told)}.",
        "make the box or `size` larger, the text shorter, or wider files with `widths`",
    )


def _nor(count: int, one: str, several: str) -> str:
    return f"nor {one} another" if count == 1 else f"nor {several} {count} others"


_Told = TypeVar("_Told", TooLarge, TooSmall, _Tiny)


def _distinct(found: Sequence[_Told]) -> list[_Told]:
    """Return the first of each text and box, which are told once though each locale has them."""
    first: dict[tuple[str, str], _Told] = {}
    for one in found:
        first.setdefault((one.lettering.text, _box(one.lettering)), one)
    return list(first.values())


def _box(lettering: Lettering) -> str:
    return f"the box [{', '.join(f'{part:g}' for part in lettering.box)}]"


def _listed(texts: Sequence[str]) -> str:
    more = len(texts) - _SHOWN
    return ",\n".join(texts[:_SHOWN]) + (f",\nand {more} more" if more > 0 else "")
