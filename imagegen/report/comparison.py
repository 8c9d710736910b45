"""Owns the comparison of two states of the lock: what came, changed, was renamed, and went.

Pure: touches neither file nor git. Goes by the lock alone, so what was bought and replaced again
between the two states is in neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from imagegen.candidates import choice_of
from imagegen.difference import between
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.plan import PurchaseKey, Reason
from imagegen.report.edition import Edition, editions, lettered

_DIGITS = 12
"""How much of a digest people compare."""

SUMS = frozenset({"derivatives", "placeholder"})
"""Fields whose values are our own words on many files, and no values that a file holds."""

DIGESTS = ("original", "references.", "bytes of ")
"""How fields begin whose values are digests, in our own words."""


class Kind(StrEnum):
    """What became of an image."""

    CHANGED = "changed"
    """It shows another picture."""
    REWORDED = "reworded"
    """It shows the same picture, with its texts set anew: other words, or the same ones in
    another way."""
    ADDED = "added"
    RETIRED = "retired"
    RENAMED = "renamed"
    """The same purchase under another name."""
    TIDIED = "tidied"
    """It shows the same picture, in other files."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One image that is not as it was."""

    name: str
    """Its name now, or the last one that it had."""
    kind: Kind
    before: Locked | None
    after: Locked | None
    reasons: tuple[Reason, ...] = ()
    """What differs, field by field; none for an image that came or went."""

    @property
    def candidate_of(self) -> str | None:
        """The image whose candidate this is; None for an image of its own."""
        return choice_of(self.name)

    @property
    def same_picture(self) -> bool:
        """Whether it shows what it showed before."""
        before, after = self.before, self.after
        return bool(before and after and before.original.sha256 == after.original.sha256)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """What of its derivatives readers see otherwise, by locale."""
        return editions(self.before, self.after)

    @property
    def was(self) -> str | None:
        """The name that it had before, if that was another one."""
        return self.before.name if self.before and self.before.name != self.name else None


@dataclass(frozen=True, slots=True)
class Money:
    """What the pictures cost that are new in the lock; each purchase counts once."""

    purchases: int
    credits: int
    """Of those purchases whose price is known."""
    unknown: int
    """Purchases whose price the lock does not know."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that tells two states of the lock apart."""

    differences: tuple[Difference, ...]
    """By kind as `Kind` lists them, then by name; candidates stand after all images."""
    unchanged: int
    """Images that are as they were."""
    money: Money

    def of(self, kind: Kind) -> tuple[Difference, ...]:
        """Return the images of one kind, without candidates."""
        return tuple(one for one in self.images if one.kind is kind)

    def as_seen(self, differences: Iterable[Difference]) -> Comparison:
        """Return it with the kinds that its differences have, once their pictures were seen."""
        return replace(self, differences=tuple(differences))

    @property
    def images(self) -> tuple[Difference, ...]:
        """The differences of images of their own."""
        return tuple(one for one in self.differences if one.candidate_of is None)

    @property
    def candidates(self) -> tuple[Difference, ...]:
        """The differences of candidates."""
        return tuple(one for one in self.differences if one.candidate_of is not None)


def compare(old: Lock, new: Lock) -> Comparison:
    """Return what tells `new` from `old`."""
    gone = [one for name, one in sorted(old.images.items()) if name not in new.images]
    come = [one for name, one in sorted(new.images.items()) if name not in old.images]
    found = [*_apart(gone, come)]
    for name, after in new.images.items():
        before = old.images.get(name)
        kind = None if before is None else _kind(before, after)
        if kind is not None and before is not None:
            found.append(Difference(name, kind, before, after, tuple(_reasons(before, after))))
    unchanged = new.images.keys() - {one.name for one in found}
    count = sum(choice_of(name) is None for name in unchanged)
    return Comparison(tuple(sorted(found, key=rank)), count, _money(old.images, new.images))


def rank(one: Difference) -> tuple[bool, int, str]:
    """Return what differences are sorted by: candidates last, kinds as listed, then names."""
    return (one.candidate_of is not None, list(Kind).index(one.kind), one.name)


def _apart(gone: Iterable[Locked], come: Iterable[Locked]) -> Iterator[Difference]:
    """Yield what came, what went, and what only has another name now."""
    waiting: dict[object, list[Locked]] = {}
    for one in gone:
        waiting.setdefault(_identity(one), []).append(one)
    for one in come:
        same = waiting.get(_identity(one))
        if same:
            before = same.pop(0)
            yield Difference(one.name, Kind.RENAMED, before, one, tuple(_other_files(before, one)))
        else:
            yield Difference(one.name, Kind.ADDED, None, one)
    for left in waiting.values():
        yield from (Difference(one.name, Kind.RETIRED, one, None) for one in left)


def _identity(one: Locked) -> object:
    """Return what a rename leaves as it is; a candidate never becomes an image of its own."""
    candidate = one.name.rpartition("#")[2] if choice_of(one.name) is not None else ""
    return (one.request_key, one.take, one.original.sha256, candidate)


def _kind(before: Locked, after: Locked) -> Kind | None:
    if before.original.sha256 != after.original.sha256 or _purchase(before) != _purchase(after):
        return Kind.CHANGED
    if (lettered(before) or lettered(after)) and editions(before, after):
        return Kind.REWORDED
    return Kind.TIDIED if any(_other_files(before, after)) else None


def _reasons(before: Locked, after: Locked) -> Iterator[Reason]:
    fields = [*between(before.request, after.request)]
    for reason in fields:
        yield Reason(reason.field, _short(reason, reason.old), _short(reason, reason.new))
    if not fields and before.take != after.take:
        yield Reason("take", before.take, after.take)
    elif not fields and before.original.sha256 != after.original.sha256:
        yield Reason("original", _digest(before.original.sha256), _digest(after.original.sha256))
    yield from _other_files(before, after)


def _short(reason: Reason, value: object) -> object:
    """Return as much of a reference's digest as people compare."""
    if not reason.field.startswith("references.") or not isinstance(value, str):
        return value
    return _digest(value)


def _digest(sha256: str) -> str:
    return f"sha256 {sha256[:_DIGITS]}"


def _other_files(before: Locked, after: Locked) -> Iterator[Reason]:
    """Yield what differs in the files, and in who chose the picture, though it be the same."""
    if before.picked != after.picked:
        yield Reason("picked", before.picked, after.picked)
    old, new = _by_path(before.outputs), _by_path(after.outputs)
    if old.keys() != new.keys():
        yield Reason("output", ", ".join(sorted(old)) or None, ", ".join(sorted(new)) or None)
    elif before.original.sha256 == after.original.sha256:
        yield from (
            Reason(f"bytes of {path}", _digest(old[path]), _digest(new[path]))
            for path in sorted(old)
            if old[path] != new[path]
        )
    yield from _derivatives(before, after)


def _derivatives(before: Locked, after: Locked) -> Iterator[Reason]:
    # Another picture has other derivatives, which is not worth a word.
    if before.original.sha256 != after.original.sha256:
        return
    old, new = _by_path(before.derived.files), _by_path(after.derived.files)
    come, gone = new.keys() - old.keys(), old.keys() - new.keys()
    left = Counter(old[path] for path in gone)
    moved = (left & Counter(new[path] for path in come)).total()
    parts = (
        (len(come) - moved, "new"),
        (sum(old[path] != new[path] for path in old.keys() & new.keys()), "made anew"),
        (moved, "moved"),
        (len(gone) - moved, "deleted"),
    )
    told = ", ".join(f"{count} {word}" for count, word in parts if count)
    if told:
        yield Reason("derivatives", _files(len(old)), f"{_files(len(new))} ({told})")
    if before.derived.placeholder != after.derived.placeholder:
        had, has = (one.derived.placeholder is not None for one in (before, after))
        new_word = ("made anew" if had else "recorded") if has else None
        yield Reason("placeholder", "recorded" if had else None, new_word)


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"


def _by_path(files: Iterable[Output]) -> dict[str, str]:
    return {one.path: one.sha256 for one in files}


def _purchase(one: Locked) -> PurchaseKey:
    return (one.request_key, one.take)


def _money(old: Mapping[str, Locked], new: Mapping[str, Locked]) -> Money:
    known = {_purchase(one) for one in old.values()}
    prices: dict[PurchaseKey, int | None] = {}
    for one in new.values():
        if one.sold and _purchase(one) not in known:
            price = prices.get(_purchase(one))
            prices[_purchase(one)] = one.credits if price is None else price
    told = [price for price in prices.values() if price is not None]
    return Money(len(prices), sum(told), len(prices) - len(told))
