"""Owns the history of an image: what was bought for it before, from the ledger and the lock.

Reads and never writes; spends nothing and sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Entry
from imagegen.candidates import choice_of
from imagegen.lock import Lock
from imagegen.locked import Locked
from imagegen.plan import PurchaseKey
from imagegen.request import DRAFT
from imagegen.store.store import Store


@dataclass(frozen=True, slots=True)
class Past:
    """One picture that an image has, or had, or may yet get: a purchase or what was taken in."""

    when: float | None
    """Unix seconds of the order; None where only the lock knows of it, which has no times."""
    take: int
    request: Mapping[str, object]
    """The canonical request; empty when damage to the ledger took it."""
    job: str | None
    credits: int | None
    """Charged; None when nobody has said yet, and for what was taken in."""
    original: str | None
    """sha256 of the picture's bytes; None while it has not arrived."""
    stored: bool
    """Whether those bytes are in the store."""
    shown: bool
    """Whether this is the picture that the lock has for the image."""


def history(
    name: str, ledger: Ledger | None, store: Store, lock: Lock, project: str
) -> tuple[Past, ...]:
    """Return the past of the image `name`, newest first.

    That is what the ledger notes of `project` (the folder, as text) for this name, for its
    candidates and for its present request (so that a rename loses no take), and the lock's own
    entry. What was refused or given back is left out, and so are drafts: nothing was bought. What
    only the lock knows has no time and stands first. `ledger` is None without a key.
    """
    return histories([name], ledger, store, lock, project)[name]


def histories(
    names: Iterable[str], ledger: Ledger | None, store: Store, lock: Lock, project: str
) -> dict[str, tuple[Past, ...]]:
    """Return the `history` of each of `names`; the ledger is gone through once."""
    shelf = _Shelf(ledger.entries().values() if ledger is not None else (), project)
    return {name: _past(name, shelf, store, lock) for name in names}


class _Shelf:
    """The purchases that were charged or may be, by image and by request."""

    def __init__(self, entries: Iterable[Entry], project: str) -> None:
        self.purchases: dict[PurchaseKey, Entry] = {}
        """Of whatever project; only the last attempt counts."""
        self._by_name: dict[str, set[PurchaseKey]] = {}
        self._by_request: dict[str, set[PurchaseKey]] = {}
        for entry in filter(_was_bought, entries):
            key = (entry.purchase.request_key, entry.purchase.take)
            self.purchases[key] = entry
            if entry.project == project:
                self._by_request.setdefault(key[0], set()).add(key)
                for name in entry.images:
                    self._by_name.setdefault(choice_of(name) or name, set()).add(key)

    def of(self, name: str, one: Locked | None) -> set[PurchaseKey]:
        """Return what was bought for an image that the lock has as `one`."""
        found = set(self._by_name.get(name, ()))
        if one is None:
            return found
        # Whoever ordered what the lock has, in whatever folder: it is this image's picture.
        shown = {(one.request_key, one.take)} & self.purchases.keys()
        return found | self._by_request.get(one.request_key, set()) | shown


def _was_bought(entry: Entry) -> bool:
    return entry.state.in_hand or (entry.job_id is not None and not entry.state.closed)


def _past(name: str, shelf: _Shelf, store: Store, lock: Lock) -> tuple[Past, ...]:
    one = lock.images.get(name)
    if one is not None and one.provider == DRAFT:
        one = None
    keys = shelf.of(name, one)
    found = [_of_entry(shelf.purchases[key], one, store) for key in keys]
    if one is not None and (one.request_key, one.take) not in keys:
        found.append(_of_lock(one, store))
    return tuple(sorted(found, key=_age))


def _age(past: Past) -> tuple[bool, float, int]:
    return past.when is not None, -(past.when or 0.0), -past.take


def _of_entry(entry: Entry, one: Locked | None, store: Store) -> Past:
    take = entry.purchase.take
    shown = one is not None and (one.request_key, one.take) == (entry.purchase.request_key, take)
    original = entry.originals[0] if entry.originals else None
    if shown and one is not None:
        # Of several pictures of one purchase the lock has a certain one.
        original = one.original.sha256
    return Past(
        when=entry.intent_at,
        take=take,
        request=entry.request,
        job=entry.job_id,
        credits=entry.credits,
        original=original,
        stored=original is not None and store.has(original),
        shown=shown,
    )


def _of_lock(one: Locked, store: Store) -> Past:
    return Past(
        when=None,
        take=one.take,
        request=one.request,
        job=one.job_id,
        credits=one.credits,
        original=one.original.sha256,
        stored=store.has(one.original.sha256),
        shown=True,
    )
