"""Owns trying the texts of an image before anything is made for them, or paid for.

What the texts of one image are to be is judged on its widest file. Never looks at a picture.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from imagegen.build import orders
from imagegen.build.desk import Desk
from imagegen.build.remaking import fonts_of
from imagegen.derivative import Lettering, Recipe
from imagegen.pictures.derive import NotDerived
from imagegen.request import Target
from imagegen.workspace import Workspace

_TRIED = 64
"""How many texts of other images are looked at for advice."""


async def try_on_widest(
    recipes: Iterable[Recipe], wanted: Iterable[Recipe], desk: Desk, workspace: Workspace
) -> None:
    """See whether all texts of `recipes` can be set and read on the widest file of `wanted`.

    Raises NotDerived, NeedsAttention when a font was changed or no process can be started.
    """
    widest = max(wanted, key=lambda recipe: recipe.width)
    texts = dict.fromkeys(recipe.letterings for recipe in recipes if recipe.letterings)
    trials = [replace(widest, letterings=letterings) for letterings in texts]
    fonts = fonts_of(trials, workspace)
    try:
        await desk.darkroom.tried(trials, fonts)
    except NotDerived as error:
        alike = [replace(widest, letterings=(one,)) for one in _set_alike(texts, desk)]
        if not alike:
            raise
        raise await _advised(error, [*trials, *alike], fonts, desk) from None


async def _advised(
    error: NotDerived, trials: Sequence[Recipe], fonts: Mapping[str, bytes], desk: Desk
) -> NotDerived:
    """Return an error with advice that does for all of `trials`, not for its own texts only."""
    try:
        await desk.darkroom.tried(trials, fonts)
    except NotDerived as of_all:
        problem = replace(error.problems[0], hint=of_all.problems[0].hint)
        return NotDerived(problem)
    return error


def _set_alike(texts: Iterable[tuple[Lettering, ...]], desk: Desk) -> Iterator[Lettering]:
    """Yield texts of other images, such as those of other rows, that have the same settings.

    Only where a size is advised, and of many only the longest.
    """
    own = dict.fromkeys(one for group in texts for one in group)
    for settings in dict.fromkeys(replace(one, text="") for one in own):
        if settings.fit == "none" or settings.min_size is not None:
            others = (one for one in desk.letterings.get(settings, ()) if one not in own)
            yield from heapq.nlargest(_TRIED, others, key=_longest_line)


def _longest_line(lettering: Lettering) -> int:
    return max(map(len, lettering.text.split("\n")))


async def try_before_buying(target: Target, desk: Desk, workspace: Workspace) -> None:
    """See whether the texts of `target` can be set on a picture as it is expected to come.

    A candidate is tried for the image whose candidate it is. Says nothing where the size is
    anybody's guess; what comes in another size is judged anew. Raises as `try_on_widest`.
    """
    image = desk.targets.get(target.candidate_of or "", target)
    derivation = image.derivation
    if derivation is None or not derivation.letterings:
        return
    expected = orders.expected(target, desk.catalogue)
    if expected is None:
        return
    recipes = tuple(derivation.recipes(expected))
    await try_on_widest(recipes, recipes, desk, workspace)
