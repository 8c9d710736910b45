"""Owns the disclosure: every picture of a project with who made it, from what, when, on what terms.

Reads and never writes; needs no key. Says what is not known instead of guessing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from imagegen import digest
from imagegen.build.purchase import Entry
from imagegen.candidates import choice_of
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.pictures.credentials import has_c2pa
from imagegen.plan import PurchaseKey
from imagegen.report import large_file

Read = Callable[[str], bytes | None]
"""Gives the bytes of a project file by its path; None when it is not there."""


class Place(StrEnum):
    """How the file of a picture stands to the lock."""

    IN_PLACE = "in place"
    MISSING = "missing"
    EDITED = "edited"
    NOT_FETCHED = "in Git LFS, not fetched"
    """A pointer to the very file stands there."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made from a picture for publishing."""

    path: str
    sha256: str
    """As the lock has it."""
    place: Place
    credentials: bool | None
    """Whether it carries Content Credentials (C2PA); None when it is not here."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One picture and all that is known of its making."""

    name: str
    output: str
    """Path of the file that shows it; an empty text when it has none."""
    sha256: str
    """Of that file, as the lock has it."""
    place: Place
    original: str
    """sha256 of what the provider delivered."""
    provider: str
    model: str
    source_type: str | None
    """IPTC's code for its digital source type; None where nobody knows. Of a picture that was taken
    in it is what that says of itself."""
    request_key: str
    take: int
    sold: bool
    """Whether it was bought: neither painted here nor taken in."""
    bought: datetime | None
    """When it was ordered; None where no ledger on this machine knows."""
    job: str | None
    credits: int | None
    credentials: bool | None
    """Whether the output carries Content Credentials (C2PA); None when it is not here."""
    prompt: str | None
    """None where prompts are not to be shown."""
    derivatives: tuple[Made, ...]

    @property
    def signed(self) -> int:
        """How many derivatives carry Content Credentials."""
        return sum(file.credentials is True for file in self.derivatives)

    @property
    def unseen(self) -> int:
        """How many derivatives are not there, so that nobody can tell."""
        return sum(file.credentials is None for file in self.derivatives)

    @property
    def origin(self) -> str:
        """Who made it, in words."""
        if self.take == 0:
            known = self.source_type is not None
            return "taken in; its type is its own word" if known else "taken in, of unknown origin"
        return "a draft, painted without a model" if not self.sold else self.model


def disclosed(
    lock: Lock, orders: Mapping[str | PurchaseKey, Entry], read: Read, *, prompts: bool
) -> tuple[Disclosed, ...]:
    """Return what is known of each picture in the lock, by name; candidates are not published."""
    return tuple(
        _disclosed(one, _order_of(one, orders), read, prompts=prompts)
        for name, one in sorted(lock.images.items())
        if choice_of(name) is None
    )


def orders(entries: Iterable[Entry]) -> dict[str | PurchaseKey, Entry]:
    """Return the order of each job, and that which brought each purchase; of several attempts the
    one with a picture.
    """
    found: dict[str | PurchaseKey, Entry] = {}
    for entry in sorted(entries, key=lambda one: (one.state.in_hand, one.intent_at)):
        if entry.job_id is not None and not entry.state.closed:
            found[entry.job_id] = entry
            found[entry.purchase.request_key, entry.purchase.take] = entry
    return found


def _order_of(one: Locked, orders: Mapping[str | PurchaseKey, Entry]) -> Entry | None:
    """Return the order that brought this very picture: two accounts may have bought the same."""
    return orders.get(one.job_id or (one.request_key, one.take))


def _disclosed(one: Locked, order: Entry | None, read: Read, *, prompts: bool) -> Disclosed:
    output = one.outputs[0] if one.outputs else None
    data = read(output.path) if output else None
    return Disclosed(
        name=one.name,
        output=output.path if output else "",
        sha256=output.sha256 if output else "",
        place=_place(output, data),
        original=one.original.sha256,
        provider=one.provider,
        model=str(one.request["model"]),
        source_type=one.source_type,
        request_key=one.request_key,
        take=one.take,
        sold=one.sold,
        bought=datetime.fromtimestamp(order.intent_at, UTC) if one.sold and order else None,
        job=one.job_id,
        credits=one.credits,
        credentials=_carries(data),
        prompt=str(one.request["prompt"]) if prompts and one.take > 0 else None,
        derivatives=tuple(_made(file, read(file.path)) for file in one.derived.files),
    )


def _made(file: Output, data: bytes | None) -> Made:
    return Made(file.path, file.sha256, _place(file, data), _carries(data))


def _carries(data: bytes | None) -> bool | None:
    return None if data is None or large_file.pointed_at(data) else has_c2pa(data)


def _place(output: Output | None, data: bytes | None) -> Place:
    if output is None or data is None:
        return Place.MISSING
    if large_file.pointed_at(data) == output.sha256:
        return Place.NOT_FETCHED
    return Place.IN_PLACE if digest.sha256_of(data) == output.sha256 else Place.EDITED
