"""Owns the decision: targets, lock and what exists -> Plan.

Pure, and the only place that decides: `plan`, `build`, `check` and `watch` all ask it.
A reason explains an action and never steers it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from imagegen.lock import Lock, Locked
from imagegen.original import Original
from imagegen.request import DRAFT, Request, Target

FORMAT = 1
"""Number of the form that `plan --json` prints."""

Purchase = tuple[str, int]
"""A request key and a take: what can be bought once."""


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


@dataclass(frozen=True, slots=True)
class Noted:
    """What the ledger knows of one purchase that the lock does not show yet."""

    job_id: str | None
    state: str
    """`paid`: a job exists and can be collected; `unsent`: an intent whose POST may have
    landed, to be repeated with the same key; `refused`: moderation said no; `unknown`."""
    text: str = ""
    """The refusal's words."""


@dataclass(frozen=True, slots=True)
class World:
    """What exists, looked up beforehand so that deciding needs no file and no network."""

    files: Mapping[str, str] = field(default_factory=dict)
    """Output paths that exist in the project -> sha256 of their bytes."""
    originals: Collection[str] = frozenset()
    """sha256 of originals at hand: in the store, or as the bytes of an output."""
    answers: Mapping[Purchase, Original] = field(default_factory=dict)
    """Purchases that the store can serve -> the picture to show."""
    noted: Mapping[Purchase, Noted] = field(default_factory=dict)
    prices: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(model, resolution or "") -> credits for one picture."""


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
    blocked: str = ""
    """Why a wanted change is not made: protected, refused by moderation, outcome unknown."""

    @property
    def purchase(self) -> Purchase | None:
        """What this change shows, bought or not."""
        return (self.target.request.key, self.take) if self.target else None

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
        """Whether there is nothing to do."""
        return all(change.action is Action.KEEP for change in self.changes)

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


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for beyond the project file."""

    replace: Collection[str] = frozenset()
    """Names of images to buy another take of, protected or not."""
    drafts: Mapping[str, Target] | None = None
    """With `--draft`: the free target of each image, by name; paid ones are not bought."""
    only: Collection[str] | None = None
    """Names of the images to plan for; None plans for all."""


def diff(targets: Sequence[Target], lock: Lock, world: World, wish: Wish | None = None) -> Plan:
    """Decide what to do for every target and for every entry that has lost its target."""
    wish = wish or Wish()
    desk = _Desk(lock, world, wish)
    asked = [target for target in targets if wish.only is None or target.name in wish.only]
    changes = [desk.decide(target) for target in asked]
    listed = {target.name for target in targets}
    gone = [
        one
        for name, one in sorted(lock.images.items())
        if name not in listed and (wish.only is None or name in wish.only)
    ]
    retired = [
        Change(one.name, Action.RETIRE, (Reason("image", one.name, None),), locked=one)
        for one in gone
    ]
    return Plan(tuple(_buy_once(changes) + retired))


class _Desk:
    """One decision after another over the same facts."""

    def __init__(self, lock: Lock, world: World, wish: Wish) -> None:
        self.lock = lock
        self.world = world
        self.wish = wish
        self.by_key: dict[str, list[Locked]] = {}
        for one in lock.images.values():
            self.by_key.setdefault(one.request_key, []).append(one)
        self.takes: dict[str, set[int]] = {}
        for key, take in [*world.answers, *world.noted]:
            self.takes.setdefault(key, set()).add(take)

    def decide(self, target: Target) -> Change:
        """Return the change for `target`; a draft only stands in for what would cost money."""
        change = self._decide(target)
        if self.wish.drafts is None or change.action is not Action.GENERATE or change.free:
            return change
        return self._decide(self.wish.drafts[target.name])

    def _decide(self, target: Target) -> Change:
        one = self.lock.images.get(target.name)
        take = self._take(target)
        change = Change(target.name, Action.KEEP, target=target, locked=one, take=take)
        if one and one.answers(target.request) and one.take == take:
            return self._placed(change, target, one)
        reasons = tuple(_differences(one, target, take))
        original = self._at_hand(target.request, take)
        if original:
            action = _bring(target, original.format)
            return replace(change, action=action, reasons=reasons)
        return self._bought(change, target, reasons)

    def _take(self, target: Target) -> int:
        request = target.request
        takes = {one.take for one in self.by_key.get(request.key, []) if one.answers(request)}
        takes |= self.takes.get(request.key, set())
        if target.name in self.wish.replace and request.provider != DRAFT:
            return max((take for take in takes if self._paid_for(request, take)), default=0) + 1
        if target.take is not None:
            return target.take
        one = self.lock.images.get(target.name)
        if one and one.answers(request):
            return one.take
        return max(takes, default=1)

    def _paid_for(self, request: Request, take: int) -> bool:
        locked = any(
            o.take == take and o.answers(request) for o in self.by_key.get(request.key, [])
        )
        noted = self.world.noted.get((request.key, take))
        bought = (request.key, take) in self.world.answers
        return locked or bought or (noted is not None and noted.state == "paid")

    def _placed(self, change: Change, target: Target, one: Locked) -> Change:
        """The picture is the right one; is the file?"""
        wanted = one.outputs[0] if one.outputs else None
        reasons: list[Reason] = []
        if wanted is None or wanted.path != target.output:
            reasons.append(Reason("output", wanted.path if wanted else None, target.output))
        else:
            found = self.world.files.get(wanted.path)
            if found != wanted.sha256:
                reasons.append(Reason("file", "edited" if found else "missing", "as locked"))
        if not reasons:
            return change
        if one.provider == DRAFT and one.original.sha256 not in self.world.originals:
            return replace(change, action=Action.GENERATE, reasons=tuple(reasons))
        action = _bring(target, one.original.format)
        return replace(change, action=action, reasons=tuple(reasons))

    def _at_hand(self, request: Request, take: int) -> Original | None:
        answer = self.world.answers.get((request.key, take))
        if answer:
            return answer
        # A renamed image: its picture is locked under the old name, perhaps on a machine
        # whose store has never seen it.
        for one in self.by_key.get(request.key, []):
            if one.take == take and one.answers(request) and self._reachable(one):
                return one.original
        return None

    def _reachable(self, one: Locked) -> bool:
        return one.original.sha256 in self.world.originals or one.job_id is not None

    def _bought(self, change: Change, target: Target, reasons: tuple[Reason, ...]) -> Change:
        if target.request.provider == DRAFT:
            if self._guarded(change, target):
                return replace(change, reasons=reasons, blocked="protected")
            return replace(change, action=Action.GENERATE, reasons=reasons)
        noted = self.world.noted.get((target.request.key, change.take))
        if noted and noted.state == "paid":
            job = Reason("job", None, f"{noted.job_id} (already paid)")
            return replace(change, action=_bring(target), reasons=(*reasons, job))
        if noted and noted.state == "unknown":
            text = "a paid job's outcome is unknown; `imagegen resolve` settles it"
            return replace(change, reasons=reasons, blocked=text)
        if noted and noted.state == "refused" and target.name not in self.wish.replace:
            return replace(change, reasons=reasons, blocked=f"refused by moderation: {noted.text}")
        if self._guarded(change, target):
            return replace(change, reasons=reasons, blocked="protected")
        price = self._price(target.request)
        return replace(change, action=Action.GENERATE, reasons=reasons, price=price)

    def _guarded(self, change: Change, target: Target) -> bool:
        bought = change.locked is not None and change.locked.provider != DRAFT
        return target.protect and bought and target.name not in self.wish.replace

    def _price(self, request: Request) -> int | None:
        resolution = dict(request.params).get("resolution", "")
        exact = self.world.prices.get((request.model, str(resolution)))
        return exact if exact is not None else self.world.prices.get((request.model, ""))


def _bring(target: Target, original_format: str | None = None) -> Action:
    """How a picture that is paid for gets to its place: as it is, or converted."""
    converted = original_format is not None and original_format != target.output_format
    return Action.DERIVE if converted else Action.RESTORE


def _differences(one: Locked | None, target: Target, take: int) -> Iterable[Reason]:
    if one is None:
        yield Reason("image", None, target.name)
        return
    old, new = _flat(one.request), _flat(target.request.canonical)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Reason(name, old.get(name), new.get(name))
    if one.answers(target.request):
        yield Reason("take", one.take, take)


def _flat(request: Mapping[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in request.items():
        if name == "params" and isinstance(value, dict):
            flat.update({f"params.{key}": item for key, item in value.items()})
        elif name == "references" and isinstance(value, list):
            flat.update({f"references.{i + 1}": item["sha256"] for i, item in enumerate(value)})
        elif name != "format":
            flat[name] = value
    return flat


def _buy_once(changes: list[Change]) -> list[Change]:
    """Let one of several images with the same request buy it; the others show the same."""
    buyers: dict[Purchase, str] = {}
    result: list[Change] = []
    for change in changes:
        purchase = change.purchase
        if change.action is Action.GENERATE and purchase is not None and change.target is not None:
            buyer = buyers.setdefault(purchase, change.name)
            if buyer != change.name:
                same = Reason("request", None, f"the same as `{buyer}`")
                action = _bring(change.target)
                change = replace(change, action=action, price=0, reasons=(*change.reasons, same))
        result.append(change)
    return result
