"""Owns trying the texts of an image before anything is made for them, or paid for.

What the texts of one image are to be is judged on its widest file. Has
pictures looked at in the darkroom only.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import anyio

from imagegen.build import orders
from imagegen.build.awaited import NotTried
from imagegen.build.desk import Desk
from imagegen.build.remaking import fonts_of
from imagegen.build.remarks import SMALL, remarks
from imagegen.derivative import Lettering, Recipe
from imagegen.errors import Problem
from imagegen.events import Warned
from imagegen.pictures.derive import NotDerived
from imagegen.pictures.legibility import Look
from imagegen.request import DRAFT, Target
from imagegen.workspace import Workspace

_TRIED = 64
"""How many texts of other images are looked at for advice."""


class Trials:
    """The trials of one run."""

    def __init__(self, desk: Desk, workspace: Workspace) -> None:
        self._desk = desk
        self._workspace = workspace
        self._turns: dict[str, anyio.Lock] = {}
        self._tried: dict[tuple[str, int, int], bool] = {}
        """Images whose texts were tried before a purchase, the size of the picture, and whether
        they can be set.
        """
        self._told: set[Lettering] = set()
        """How texts are set, without their words, that were told to have become small."""

    async def before_buying(self, target: Target) -> None:
        """See whether the texts of `target` can be set on a picture as it is expected to come.

        Says nothing where the size is anybody's guess; what comes in another size is judged anew.
        A candidate is tried for the image whose candidate it is, and what is wrong is told once
        for all of them: for the others NotTried is raised. Raises NotDerived, and NeedsAttention
        when a font was changed or no process can be started.
        """
        image = self._desk.targets.get(target.candidate_of or "", target)
        derivation = image.derivation
        if derivation is None or not derivation.letterings:
            return
        expected = orders.expected(target, self._desk.catalogue)
        if expected is None:
            return
        recipes = tuple(derivation.recipes(expected))
        async with self._turns.setdefault(image.name, anyio.Lock()):
            case = (image.name, expected.width, expected.height)
            if case not in self._tried:
                self._tried[case] = False
                await self._on_widest(recipes, recipes)
                self._tried[case] = True
            if not self._tried[case]:
                raise NotTried(_unsettable(image.name))

    async def before_making(
        self, recipes: Iterable[Recipe], wanted: Iterable[Recipe], target: Target, data: bytes
    ) -> None:
        """See whether all texts of `recipes` can be set and read on the widest file of `wanted`.

        `data` is the picture of `target` that they are set on. What can be set, though not well,
        is told as a warning. Raises as `before_buying`, and NotAPicture.
        """
        # What lies behind the texts of a draft is not what will.
        shown = b"" if target.request.provider == DRAFT else data
        looks = [self._unless_told(one) for one in await self._on_widest(recipes, wanted, shown)]
        for problem in remarks(target.name, looks):
            self._desk.emit(Warned(problem))

    async def _on_widest(
        self, recipes: Iterable[Recipe], wanted: Iterable[Recipe], data: bytes = b""
    ) -> Sequence[Look]:
        """Return how the texts of `recipes` come out on the widest file of `wanted`."""
        widest = max(wanted, key=lambda recipe: recipe.width)
        texts = dict.fromkeys(recipe.letterings for recipe in recipes if recipe.letterings)
        trials = [replace(widest, letterings=letterings) for letterings in texts]
        fonts = fonts_of(trials, self._workspace)
        try:
            return await self._desk.darkroom.tried(trials, fonts, data)
        except NotDerived as error:
            alike = [replace(widest, letterings=(one,)) for one in _set_alike(texts, self._desk)]
            if not alike:
                raise
            raise await _advised(error, [*trials, *alike], fonts, self._desk) from None

    def _unless_told(self, look: Look) -> Look:
        """Return a look as it is, or as large enough if one that is set alike was told of."""
        settings = replace(look.lettering, text="")
        if look.share < SMALL and settings in self._told:
            return replace(look, share=1.0)
        if look.share < SMALL:
            self._told.add(settings)
        return look


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


def _unsettable(name: str) -> Problem:
    return Problem(
        f"the texts of `{name}` cannot be set",
        "Nothing was bought for it.",
        "build again once that is mended",
    )
