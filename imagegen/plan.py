"""Owns the values around a decision: World, Wish, and the Plan that follows from them.

Pure data; `diff` decides. A reason explains an action and never steers it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from imagegen.locked import Locked
from imagegen.original import Original
from imagegen.request import DRAFT, Request, Target

FORMAT = 1
"""Number of the form that `plan --json` prints."""

PurchaseKey = tuple[str, int]
"""A request key and a take: what can be bought once."""


Prices = Mapping[tuple[str, str], int]
"""(model, resolution or "") -> credits for one picture."""


def kind_of(request: Request) -> tuple[str, str]:
    """Return what the price of a request goes by: its model and resolution."""
    return (request.model, str(dict(request.params).get("resolution", "")))


def price_of(request: Request, prices: Prices) -> int | None:
    """Return the price of this kind, else that of the model; None when nobody knows."""
    return price_of_kind(kind_of(request), prices)


def price_of_kind(kind: tuple[str, str], prices: Prices) -> int | None:
    """Return the price of a model at a resolution, else of the model at any; None if unknown."""
    return prices.get(kind, prices.get((kind[0], "")))


class Action(StrEnum):
    """What is done for one image; only GENERATE can cost money."""

    KEEP = "keep"
    RESTORE = "restore"
    DERIVE = "derive"
    GENERATE = "generate"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that differs: a field with its old and new value, None when it has none."""

    field: str
    old: object
    new: object


STANDS_IN = Reason("file", "a draft", "as locked")
"""A draft lies in the place of the picture that the lock has."""


class Note(StrEnum):
    """What the ledger says of a purchase."""

    PAID = "paid"
    """A job exists and can be collected."""
    UNSENT = "unsent"
    """An intent whose POST may have landed; it is repeated with the same key."""
    REFUSED = "refused"
    """Moderation said no."""
    UNKNOWN = "unknown"
    """Only a person can settle it."""
    LOST = "lost"
    """Paid for, and the provider no longer has the picture."""
    ABANDONED = "abandoned"
    """Perhaps paid for; a person gave it up."""
    AGAIN = "again"
    """Perhaps paid for; a person gave it up and asked for one further attempt."""

    @property
    def begun(self) -> bool:
        """Whether its picture is on the way or may be, so that no other one is needed."""
        return self in (Note.PAID, Note.UNSENT, Note.UNKNOWN, Note.AGAIN)


@dataclass(frozen=True, slots=True)
class Noted:
    """What the ledger knows of one purchase."""

    note: Note
    job_id: str | None = None
    text: str = ""
    """The refusal's words."""
    images: Collection[str] = frozenset()
    """The images here that it was ordered for, while not all of them show it yet."""
    replaced: Collection[str] = frozenset()
    """Those of `images` that take it up by themselves: `--replace` had asked for it."""
    kept: bool = False
    """Whether its bytes are in the store, whose own record of them is lost."""


@dataclass(frozen=True, slots=True)
class Bought:
    """A picture that was paid for, wherever its bytes are now."""

    original: Original
    job_id: str | None
    """With it the bytes can be fetched again; None for a picture that nobody sold."""


@dataclass(frozen=True, slots=True)
class World:
    """What exists, looked up beforehand so that deciding needs no file and no network."""

    files: Mapping[str, str] = field(default_factory=dict)
    """Output paths that exist in the project -> sha256 of their bytes."""
    stand_ins: Collection[str] = frozenset()
    """Those of `files` that a build put there and the lock does not know: as outputs, drafts."""
    originals: Collection[str] = frozenset()
    """sha256 of originals at hand: in the store, or as the bytes of an output."""
    answers: Mapping[PurchaseKey, Bought] = field(default_factory=dict)
    """Purchases that the store knows -> the picture to show."""
    noted: Mapping[PurchaseKey, Noted] = field(default_factory=dict)
    former: Mapping[str, Locked] = field(default_factory=dict)
    """By image, what it showed when it last asked for what it asks for now; without files."""
    elsewhere: Mapping[PurchaseKey, str] = field(default_factory=dict)
    """Jobs that were ordered with another key; whether this key can see them is not known."""
    prices: Prices = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)
    """Images that others refer to and whose picture cannot be had -> why, in words."""


class Block(StrEnum):
    """Why a wanted change is not made."""

    PROTECTED = "protected"
    HELD = "held"
    """Protected, and yet something has to be done by hand."""
    ABANDONED = "abandoned"
    LOST = "lost"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    FORGONE = "forgone"
    """A candidate that cannot be had, of an image that shows one which a person chose."""
    ABSENT = "absent"
    """A picture that was taken in and not bought, whose bytes are not here."""
    REFERENCE = "reference"
    """The picture of an image that it refers to cannot be had."""

    @property
    def fine(self) -> bool:
        """Whether it is as wanted, so that a build does not complain of it."""
        return self in (Block.PROTECTED, Block.FORGONE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for beyond the project file."""

    replace: Collection[str] = frozenset()
    """Names of images to buy another take of, protected or not."""
    drafts: Mapping[str, Target] | None = None
    """With `--draft`: the free target of each image, by name; paid ones are not bought."""
    only: Collection[str] | None = None
    """Names of the images to plan for; None plans for all."""
    picks: Mapping[str, int] = field(default_factory=dict)
    """Takes that a person chooses now, by the name of the image."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one image, and why."""

    name: str
    action: Action
    reasons: tuple[Reason, ...] = ()
    price: int | None = 0
    """Credits; None when the price is not known. Only GENERATE costs anything."""
    target: Target | None = None
    """None for RETIRE."""
    locked: Locked | None = None
    take: int = 1
    block: Block | None = None
    blocked: str = ""
    """The block in words."""
    fetches: bool = False
    """Whether bytes that are paid for must come from the provider."""
    resumes: bool = False
    """Whether an order that is noted already is sent again; its price is reserved."""
    replaces: bool = False
    """Whether `--replace` asks, or had asked, for this take."""
    perhaps_free: bool = False
    """Whether its picture is fetched free if the key can see a job that another key ordered."""
    picked: bool = False
    """Whether a person chose, or now chooses, this take."""
    adopted: Locked | None = None
    """With take 0: the entry of the picture to bring to its place."""
    in_place: bool = False
    """Whether the output is as wanted, and only what is derived of it is not."""
    remarked: bool = False
    """Whether the output is as wanted but for what it says of its own making."""
    unrecorded: bool = False
    """A draft that stands in for a picture that the lock keeps; not locked itself."""
    stays: bool = False
    """Of RETIRE: whether its bought picture is at hand, so that the store has it afterwards."""
    shows: str | None = None
    """sha256 of the original that the image shows then; None while that is not known."""

    @property
    def purchase(self) -> PurchaseKey | None:
        """What this change shows, bought or not."""
        return (self.target.request.key, self.take) if self.target else None

    @property
    def declared(self) -> str:
        """What a picture that was taken in says of its making; see `Locked.declared`."""
        one = self.adopted or self.locked
        return one.declared if one is not None and self.take == 0 else ""

    @property
    def free(self) -> bool:
        """Whether carrying it out can cost nothing, whatever happens."""
        provider = self.target.request.provider if self.target else DRAFT
        return self.action is not Action.GENERATE or provider == DRAFT


@dataclass(frozen=True, slots=True)
class Plan:
    """Every image with its action, by name; retired ones after the wanted ones."""

    changes: tuple[Change, ...]

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do and nothing that a build would complain of."""
        changes = self.changes
        return all(c.action is Action.KEEP and (not c.block or c.block.fine) for c in changes)

    @property
    def images(self) -> tuple[str, ...]:
        """The names of the images, without their candidates."""
        changes = self.changes
        return tuple(c.name for c in changes if not (c.target and c.target.candidate_of))

    @property
    def paid(self) -> tuple[Change, ...]:
        """The changes that buy a picture."""
        return tuple(change for change in self.changes if not change.free)

    def count(self, action: Action) -> int:
        """Return how many images have `action`."""
        return sum(change.action is action for change in self.changes)

    def price(self) -> tuple[int, int]:
        """Return (credits of the known prices, number of pictures whose price is not known)."""
        prices = [change.price for change in self.paid]
        return sum(p for p in prices if p is not None), sum(p is None for p in prices)
