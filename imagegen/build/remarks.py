"""Owns what is told of texts that can be set, though not well: made small, or hardly to be seen.

Pure; stops nothing. Silent where somebody has said how small is small enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from imagegen.errors import Problem
from imagegen.pictures.fitting import named
from imagegen.pictures.legibility import Look

SMALL = 0.5
"""As part of its `size`: a text that comes out smaller is told of."""

FAINT = 1.4
"""A text with less contrast is told of; to be easily read, large letters need 3."""

_SHOWN = 6
"""Texts that are told one by one."""


def remarks(name: str, looks: Sequence[Look]) -> list[Problem]:
    """Return what the author of the texts of the image `name` should know; mostly nothing."""
    small = [one for one in looks if one.share < SMALL and one.lettering.min_size is None]
    faint = [one for one in looks if one.contrast is not None and one.contrast < FAINT]
    return [
        *([_made_small(name, _distinct(sorted(small, key=_share)))] if small else []),
        *([_hardly_seen(name, _distinct(faint))] if faint else []),
    ]


def _share(look: Look) -> float:
    return look.share


def _distinct(looks: Iterable[Look]) -> list[Look]:
    """Return the first of each text, which is told once though each locale has it."""
    first: dict[str, Look] = {}
    for look in looks:
        first.setdefault(look.lettering.text, look)
    return list(first.values())


def _made_small(name: str, looks: Sequence[Look]) -> Problem:
    worst = looks[0]
    told = [
        f"{named(look.lettering)}: {look.share * look.lettering.size:.2g} instead of "
        f"{look.lettering.size:g} of the picture's height"
        for look in looks
    ]
    return Problem(
        f"the text {named(worst.lettering)} on `{name}` was made smaller, to {worst.share:.0%} of "
        f"its `size`{_and_more(looks)}",
        f"Its box has no room for more.\n{_listed(told)}",
        "make the box larger or the text shorter; with `min_size`, such a text is an error",
    )


def _hardly_seen(name: str, looks: Sequence[Look]) -> Problem:
    told = [f"{named(look.lettering)}: {look.lettering.color}" for look in looks]
    return Problem(
        f"the text {named(looks[0].lettering)} hardly stands out on the picture of "
        f"`{name}`{_and_more(looks)}",
        "A quarter of its letters or more are nearly as light or dark as what lies behind them.\n"
        f"{_listed(told)}",
        "choose another `color` or `box`",
    )


def _and_more(looks: Sequence[Look]) -> str:
    more = len(looks) - 1
    return f", and {more} more" if more else ""


def _listed(texts: Sequence[str]) -> str:
    more = len(texts) - _SHOWN
    return "\n".join([*texts[:_SHOWN], *([f"and {more} more"] if more > 0 else [])])
