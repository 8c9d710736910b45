"""Owns Tally: what one method tried, what it found, and how that is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Failure:
    """One broken promise, with what is needed to see it again."""

    broken: str
    """Which promise, as a short phrase such as `double charge` or `lost picture`."""
    told: str
    """What was seen."""
    repeat: str
    """Seed, point and steps."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one method tried and found."""

    method: str
    tried: int = 0
    """Histories, kill points, files, …: the method's unit of volume."""
    failures: tuple[Failure, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """Further figures by name, such as kills that happened; of `… at most` the largest counts."""
    skipped: str = ""
    """Why the method could not run on this machine; empty when it ran."""

    def __add__(self, other: Tally) -> Tally:
        """Return both together; they must be of one method."""
        return replace(
            self,
            tried=self.tried + other.tried,
            failures=self.failures + other.failures,
            counts=_together(self.counts, other.counts),
            skipped=self.skipped or other.skipped,
        )

    def __str__(self) -> str:
        if self.skipped:
            return f"{self.method}: SKIPPED, {self.skipped}"
        counts = "".join(f", {number:,} {name}" for name, number in self.counts.items())
        return f"{self.method}: {self.tried:,} tried, {len(self.failures)} broken{counts}"


def _together(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    names = dict.fromkeys((*one, *other))
    both = {name: (one.get(name, 0), other.get(name, 0)) for name in names}
    return {name: max(two) if name.endswith("at most") else sum(two) for name, two in both.items()}


class Method(Protocol):
    """One way of attacking: tries `count` times, from a seed, and says what broke."""

    def __call__(self, count: int, *, seed: int, first_failure: bool = False) -> Tally:
        """Return the tally; `first_failure` ends the attack at the first broken promise."""
        ...
