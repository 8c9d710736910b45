"""Owns the decision: targets, lock and what exists -> Plan.

Pure, and the only place that decides: `plan`, `build`, `check` and `show` all ask it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from imagegen.difference import differences
from imagegen.lock import Lock, Locked
from imagegen.original import Original
from imagegen.plan import (
    Action,
    Block,
    Bought,
    Change,
    Note,
    Noted,
    Plan,
    PurchaseKey,
    Reason,
    Wish,
    World,
    price_of,
)
from imagegen.request import DRAFT, Request, Target


def diff(targets: Sequence[Target], lock: Lock, world: World, wish: Wish | None = None) -> Plan:
    """Decide what to do for every target and for every entry that has lost its target."""
    wish = wish or Wish()
    desk = _Desk(targets, lock, world, wish)
    asked = [target for target in targets if wish.only is None or target.name in wish.only]
    changes = [desk.decide(target) for target in asked]
    listed = {target.name for target in targets}
    # A protected image that took over the file of a lost name has no other record than that one.
    kept = {c.target.output for c in changes if c.target and c.block in _PROTECTING}
    gone = [
        one
        for name, one in sorted(lock.images.items())
        if name not in listed and (wish.only is None or name in wish.only)
        if not any(output.path in kept for output in one.outputs)
    ]
    retired = [
        Change(one.name, Action.RETIRE, (Reason("image", one.name, None),), locked=one)
        for one in gone
    ]
    return Plan(tuple(_buy_once(changes) + retired))


_PROTECTING = (Block.PROTECTED, Block.HELD)


class _Desk:
    """One decision after another over the same facts."""

    def __init__(self, targets: Sequence[Target], lock: Lock, world: World, wish: Wish) -> None:
        self.lock = lock
        self.world = world
        self.wish = wish
        self.by_key: dict[str, list[Locked]] = {}
        for one in lock.images.values():
            self.by_key.setdefault(one.request_key, []).append(one)
        self.answered: dict[str, set[int]] = {}
        for key, take in world.answers:
            self.answered.setdefault(key, set()).add(take)
        self.noted: dict[str, dict[int, Noted]] = {}
        for (key, take), noted in world.noted.items():
            self.noted.setdefault(key, {})[take] = noted
        self.listed = {target.name for target in targets}
        self.claimed: dict[str, set[int]] = {}
        for target in targets:
            if target.take is not None:
                self.claimed.setdefault(target.request.key, set()).add(target.take)

    def decide(self, target: Target) -> Change:
        """Return the change for `target`; a draft stands in for what needs money or network."""
        change = self._decide(target)
        if self.wish.drafts is None or change.block is not None or target.request.provider == DRAFT:
            return change
        draft = self.wish.drafts[target.name]
        if change.action is Action.GENERATE:
            return self._decide(draft)
        if not change.fetches:
            return change
        if target.output in self.world.files:
            return replace(change, action=Action.KEEP, fetches=False)
        drawn = replace(change, target=draft, take=1, action=Action.GENERATE, price=0)
        return replace(drawn, fetches=False, unrecorded=True)

    def _decide(self, target: Target) -> Change:
        one = self.lock.images.get(target.name)
        take, replaces = self._take(target)
        change = Change(target.name, Action.KEEP, target=target, locked=one, take=take)
        change = replace(change, replaces=replaces)
        if one and one.answers(target.request) and one.take == take:
            return self._placed(change, target, one)
        change = replace(change, reasons=tuple(differences(one, target, take)))
        bought = self._bought_before(target.request, take)
        if bought is not None:
            absent = bought.original.sha256 not in self.world.originals
            return replace(change, action=_bring(target, bought.original), fetches=absent)
        return self._to_buy(change, target)

    def _take(self, target: Target) -> tuple[int, bool]:
        """The take to show, and whether it is there because `--replace` asks or had asked."""
        request = target.request
        if target.take is not None:
            return target.take, False
        one = self.lock.images.get(target.name)
        current = one.take if one and one.answers(request) else 0
        begun = self._begun(target, current)
        if begun is not None and self.wish.drafts is None:
            return begun, True
        if target.name in self.wish.replace and request.provider != DRAFT:
            return max(self._paid_takes(request), default=0) + 1, True
        return current or self._usual_take(request), False

    def _begun(self, target: Target, current: int) -> int | None:
        """The take of a replacement of this image that a stopped run left behind.

        Who asks for another picture gets any that is on the way for this image, also what no
        `--replace` had ordered; and half of those that were replaced together may have it.
        """
        name, asked = target.name, target.name in self.wish.replace
        takes = [
            take
            for take, noted in self.noted.get(target.request.key, {}).items()
            if noted.note.begun and name in (noted.images if asked else noted.replaced)
            if take > current or (take == current and name in noted.replaced)
        ]
        return max(takes, default=None)

    def _paid_takes(self, request: Request) -> set[int]:
        locked = {one.take for one in self.by_key.get(request.key, []) if one.answers(request)}
        notes = self.noted.get(request.key, {}).items()
        paid = {take for take, noted in notes if noted.note is not Note.REFUSED}
        return locked | self.answered.get(request.key, set()) | paid

    def _usual_take(self, request: Request) -> int:
        """The take to show when neither project nor lock says.

        What a renamed image had, else the latest; never one that another image claims by number.
        """
        entries = [one for one in self.by_key.get(request.key, []) if one.answers(request)]
        notes = self.noted.get(request.key, {}).items()
        for takes in (
            {one.take for one in entries if one.name not in self.listed},
            {one.take for one in entries} | self.answered.get(request.key, set()),
            {take for take, noted in notes if noted.note is Note.PAID},
            {take for take, noted in notes if noted.note is not Note.REFUSED},
        ):
            free = takes - self.claimed.get(request.key, set())
            if free:
                return max(free)
        return 1

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
        absent = one.original.sha256 not in self.world.originals
        if one.provider == DRAFT and absent:
            return replace(change, action=Action.GENERATE, reasons=tuple(reasons))
        action = _bring(target, one.original)
        return replace(change, action=action, reasons=tuple(reasons), fetches=absent)

    def _bought_before(self, request: Request, take: int) -> Bought | None:
        """The picture of this purchase, if its bytes are at hand or a job still names them."""
        known = self.world.answers.get((request.key, take))
        entries = [
            Bought(one.original, one.job_id)
            for one in self.by_key.get(request.key, [])
            if one.take == take and one.answers(request)
        ]
        candidates = [known, *entries] if known else entries
        for bought in candidates:
            if bought.original.sha256 in self.world.originals:
                return bought
        return next((bought for bought in candidates if bought.job_id is not None), None)

    def _to_buy(self, change: Change, target: Target) -> Change:
        if target.request.provider == DRAFT:
            return self._protected(change, target) or replace(change, action=Action.GENERATE)
        noted = self.world.noted.get((target.request.key, change.take))
        again = target.name in self.wish.replace
        if noted and noted.note is Note.PAID:
            job = Reason("job", None, f"{noted.job_id or 'its id is lost'} (already paid)")
            reasons, fetches = (*change.reasons, job), not noted.kept
            return replace(change, action=Action.RESTORE, reasons=reasons, fetches=fetches)
        if noted and noted.note is Note.LOST and not again:
            text = f"job {noted.job_id} was paid for and its picture is gone: {noted.text}"
            return replace(change, block=Block.LOST, blocked=text)
        if noted and noted.note is Note.UNKNOWN:
            text = "a paid job's outcome is unknown; `imagegen resolve` settles it"
            return replace(change, block=Block.UNKNOWN, blocked=text)
        if noted and noted.note is Note.ABANDONED and not again:
            text = "its order was abandoned, and nobody can tell whether it was charged"
            return replace(change, block=Block.ABANDONED, blocked=text)
        if noted and noted.note is Note.REFUSED and not again:
            text = f"refused by moderation: {noted.text}"
            return replace(change, block=Block.REFUSED, blocked=text)
        held = self._protected(change, target)
        if held is not None:
            return held
        price = price_of(target.request, self.world.prices)
        elsewhere = self.world.elsewhere.get((target.request.key, change.take))
        if elsewhere is not None:
            job = Reason("job", None, f"{elsewhere} (of another key)")
            change = replace(change, reasons=(*change.reasons, job), perhaps_free=True)
        resumes = noted is not None and noted.note is Note.UNSENT
        return replace(change, action=Action.GENERATE, price=price, resumes=resumes)

    def _protected(self, change: Change, target: Target) -> Change | None:
        """The change that protection makes of a paid one; None where it does not protect."""
        if not self._guarded(change, target):
            return None
        one = change.locked
        if one is None:
            text = "protected: a file is in its place and the lock does not know it"
            return replace(change, block=Block.HELD, blocked=text)
        if any(self.world.files.get(out.path) != out.sha256 for out in one.outputs):
            text = "protected, and its file is missing or edited; `imagegen restore` brings it back"
            return replace(change, block=Block.HELD, blocked=text)
        return replace(change, block=Block.PROTECTED, blocked="protected")

    def _guarded(self, change: Change, target: Target) -> bool:
        if change.locked is None:
            # Without a lock nobody knows whose picture lies there, so it counts as a good one.
            good = target.output in self.world.files
        else:
            good = change.locked.provider != DRAFT
        return target.protect and good and target.name not in self.wish.replace


def _bring(target: Target, original: Original) -> Action:
    """How a picture that is paid for gets to its place: as it is, or converted."""
    return Action.RESTORE if original.format == target.output_format else Action.DERIVE


def _buy_once(changes: list[Change]) -> list[Change]:
    """Let one of several images with the same request buy it; the others show the same."""
    buyers: dict[PurchaseKey, str] = {}
    result: list[Change] = []
    for change in changes:
        purchase = change.purchase
        if change.action is Action.GENERATE and purchase is not None:
            buyer = buyers.setdefault(purchase, change.name)
            if buyer != change.name:
                same = Reason("request", None, f"the same as `{buyer}`")
                reasons = (*change.reasons, same)
                change = replace(change, action=Action.RESTORE, price=0, reasons=reasons)
        result.append(change)
    return result
