"""Owns what images say of each other: `@name` leads to an image, and never back to itself.

Judges the names as they are after all expansion; pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.wording import quoted, suggestion

CHAIN_LIMIT = 50
"""Images in a row of which each refers to the next; each one waits for all before it."""

_SHOWN_NAMES = 8
"""Names of a ring that are shown; a longer one is cut in its middle."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One reference of an image to another one."""

    name: str
    other: str
    """The name behind the `@`, which perhaps nobody has."""
    loc: KeyPath
    """Where the project file says so."""


def faults(
    mentions: Sequence[Mention], names: Collection[str], limit: int, *, whole: bool = True
) -> list[Fault]:
    """Return what is wrong with `mentions` among the images `names`, at most `limit` faults.

    Unless the names are the `whole` project's, nobody can tell that one is missing.
    """
    found: list[Fault] = []
    graph: dict[str, list[Mention]] = {}
    strangers: dict[str, str] = {}
    for mention in mentions:
        if mention.other in names:
            graph.setdefault(mention.name, []).append(mention)
        elif whole and len(found) < limit:
            # Many images may say the same wrong name, and looking for the nearest takes time.
            if mention.other not in strangers:
                hint = suggestion(mention.other, sorted(names), "`@` begins the name of an image")
                strangers[mention.other] = hint
            summary = f"no image is called {quoted(mention.other)}"
            found.append(Fault(mention.loc, summary, hint=strangers[mention.other]))
    for fault in _Walk(graph).faults():
        if len(found) >= limit:
            break
        found.append(fault)
    return found


class _Walk:
    """One walk along all mentions, depth first; by hand, since a chain may be very long."""

    def __init__(self, graph: Mapping[str, Sequence[Mention]]) -> None:
        self._graph = graph
        self._depths: dict[str, int] = {}
        """Images that are done -> length of the longest chain that begins there."""

    def faults(self) -> Iterator[Fault]:
        for name in self._graph:
            if name not in self._depths:
                yield from self._from(name)

    def _from(self, start: str) -> Iterator[Fault]:
        trail = {start: iter(self._graph[start])}
        while trail:
            name = next(reversed(trail))
            mention = next(trail[name], None)
            if mention is None:
                trail.popitem()
                self._depths[name] = 1 + self._below(name)
                yield from self._too_long(name)
            elif mention.other in trail:
                yield _ring(mention, list(trail))
            elif mention.other not in self._depths:
                trail[mention.other] = iter(self._graph.get(mention.other, ()))

    def _below(self, name: str) -> int:
        others = (mention.other for mention in self._graph.get(name, ()))
        return max((self._depths.get(other, 0) for other in others), default=0)

    def _too_long(self, name: str) -> Iterator[Fault]:
        # Told where the chain passes the limit, not again for everything that lies beyond.
        if self._depths[name] != CHAIN_LIMIT + 1:
            return
        last = max(self._graph[name], key=lambda mention: self._depths.get(mention.other, 0))
        summary = f"more than {CHAIN_LIMIT} images refer to each other in a row"
        detail = "Each one waits until all before it are made."
        yield Fault(last.loc, summary, detail, "refer to a picture that stands nearer the start")


def _ring(mention: Mention, trail: Sequence[str]) -> Fault:
    ring = [*trail[trail.index(mention.other) :], mention.other]
    if len(ring) == 2:
        summary = f"{quoted(mention.name)} refers to itself"
        return Fault(mention.loc, summary, "A picture can only follow one that is there before it.")
    shown = ring
    if len(ring) > _SHOWN_NAMES:
        shown = [*ring[: _SHOWN_NAMES - 2], "…", *ring[-2:]]
    told = " -> ".join(name if len(name) <= 60 else name[:59] + "…" for name in shown)
    summary = f"images refer to each other in a ring: {told}"
    detail = "None of them could be made first."
    return Fault(mention.loc, summary, detail, "take one of these references away")
