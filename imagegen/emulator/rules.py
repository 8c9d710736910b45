"""Owns the list of faults in force: which rule meets which moment, and how often it still may.

Never knows what a fault does; `faults` has the table of them.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

OptionValue = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Options:
    """A fault's settings, complete and of the right types."""

    values: Mapping[str, OptionValue] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """Return a number; integers count as numbers."""
        value = self.values[name]
        assert isinstance(value, int | float)  # noqa: S101 - checked when the rule was read
        return value

    def text(self, name: str) -> str:
        """Return a text; a missing one is empty."""
        value = self.values[name]
        return "" if value is None else str(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.values[name]
        return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Moment:
    """What is going on when a fault may strike; None where it does not apply."""

    method: str
    path: str
    model: str | None = None
    prompt: str | None = None
    job: int | None = None
    """Ordinal of the job, counted from 1 over the life of the state folder."""
    post: int | None = None
    """Ordinal of the generate POST, counted from 1 since the server started."""

    def of_job(self, ordinal: int) -> Moment:
        """Return the same moment with the job's ordinal known."""
        return replace(self, job=ordinal)


@dataclass(frozen=True, slots=True)
class Match:
    """Which moments a rule is about; what is None is not looked at."""

    method: str | None = None
    path: str | None = None
    """A glob, such as `/v2/jobs/*`."""
    model: str | None = None
    prompt: str | None = None
    """A part of the prompt."""
    job: int | None = None
    post: int | None = None

    def meets(self, moment: Moment) -> bool:
        """Whether every given condition holds."""
        return (
            self.method in (None, moment.method)
            and (self.path is None or fnmatchcase(moment.path, self.path))
            and self.model in (None, moment.model)
            and (self.prompt is None or self.prompt in (moment.prompt or ""))
            and self.job in (None, moment.job)
            and self.post in (None, moment.post)
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault, the moments it strikes at, and how often."""

    fault: str
    match: Match = Match()
    times: int | None = None
    """None strikes at every moment that matches."""
    options: Options = Options()


@dataclass(frozen=True, slots=True)
class Strike:
    """A rule that strikes now."""

    rule: Rule
    ordinal: int
    """1 for the rule's first strike."""


class Rules:
    """The rules in force with their counts; may be changed from any thread."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._lock = threading.Lock()
        self._rules: list[tuple[Rule, list[int]]] = []
        self.replace(rules)

    def replace(self, rules: Iterable[Rule]) -> None:
        """Put `rules` in force instead of all earlier ones; counts start again."""
        fresh = [(rule, [0]) for rule in rules]
        with self._lock:
            self._rules = fresh

    def add(self, *rules: Rule) -> None:
        """Put further rules in force, after the earlier ones."""
        with self._lock:
            self._rules.extend((rule, [0]) for rule in rules)

    def clear(self) -> None:
        """Let everything go right again."""
        self.replace(())

    def current(self) -> tuple[Rule, ...]:
        """Return the rules in force, those that are used up included."""
        with self._lock:
            return tuple(rule for rule, _ in self._rules)

    def strikes(self) -> int:
        """Return how often the rules in force have struck."""
        with self._lock:
            return sum(count for _, (count,) in self._rules)

    def strike(self, names: Collection[str], moment: Moment) -> tuple[Strike, ...]:
        """Return the rules about `names` that strike at `moment`, and count them."""
        struck = []
        with self._lock:
            for rule, count in self._rules:
                left = rule.times is None or count[0] < rule.times
                if left and rule.fault in names and rule.match.meets(moment):
                    count[0] += 1
                    struck.append(Strike(rule, count[0]))
        return tuple(struck)
