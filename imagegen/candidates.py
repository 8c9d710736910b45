"""Owns candidates: the takes of one image to choose from, as targets and by name.

Image `hero` with `candidates = 3` is the choice, which has the output; beside it stand `hero#1`,
`hero#2` and `hero#3`, which are bought and locked as any other target and have no output. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from imagegen.request import Target

_MARK = "#"
"""Stands in no name that people write."""


def candidate_name(choice: str, take: int) -> str:
    """Return the name of one candidate: `hero#2`."""
    return f"{choice}{_MARK}{take}"


def choice_of(name: str) -> str | None:
    """Return the image whose candidate `name` is; None for the name of an image."""
    choice, mark, _ = name.rpartition(_MARK)
    return choice if mark else None


def candidate(choice: Target, take: int) -> Target:
    """Return the target of one take of `choice`: the same request, and no file to show it."""
    return replace(
        choice,
        name=candidate_name(choice.name, take),
        take=take,
        output="",
        output_format="",
        alt=None,
        alts=(),
        derivation=None,
        placeholder=False,
        marks=None,
        signer="",
        candidates=None,
        candidate_of=choice.name,
    )


def with_candidates(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Return the targets, each choice followed by its candidates in rising order of take."""
    found: list[Target] = []
    for one in targets:
        found.append(one)
        found += [candidate(one, take) for take in range(1, (one.candidates or 0) + 1)]
    return tuple(found)


def families(names: Collection[str], known: Iterable[str]) -> set[str]:
    """Return `names` with every candidate among `known` of an image among them."""
    return {*names, *(name for name in known if choice_of(name) in names)}
