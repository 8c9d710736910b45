"""Owns the decision: targets, lock and what exists -> Plan.

Pure, and the only place that decides: `plan`, `build`, `check` and `show` all ask it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from imagegen.candidates import choice_of
from imagegen.difference import differences, with_renames
from imagegen.discrepancy import discrepancies
from imagegen.lock import Lock
from imagegen.locked import Locked
from imagegen.original import Original
from imagegen.plan import (
    STANDS_IN,
    Action,
    Block,
    Bought,
    Change,
    Note,
    Plan,
    PurchaseKey,
    Reason,
    Wish,
    World,
    price_of,
)
from imagegen.request import DRAFT, Request, Target
from imagegen.stock import as_recorded, is_marked, take_stock
from imagegen.takes import Takes


def diff(targets: Sequence[Target], lock: Lock, world: World, wish: Wish | None = None) -> Plan:
    """Decide what to do for every target and for every entry that has lost its target."""
    wish = wish or Wish()
    desk = _Desk(targets, lock, world, wish)
    given = {target.name for target in targets}
    targets = desk.takes.with_added(targets)
    changes = [desk.decide(target) for target in targets if _asked(target, wish, given)]
    listed = {target.name for target in targets}
    # A protected image that took over the file of a lost name has no other record than that one.
    kept = {c.target.output for c in changes if c.target and c.block in _PROTECTING}
    needed = {c.adopted.name for c in changes if c.adopted and c.block}
    held = {c.target.request.key for c in changes if c.target and c.block is Block.HELD}
    chosen = {c.name for c in changes if c.block in _PROTECTING}
    gone = [
        one
        for name, one in sorted(lock.images.items())
        if name not in listed and (wish.only is None or name in wish.only)
        if not any(output.path in kept for output in one.outputs)
        if name not in needed and choice_of(name) not in chosen and one.request_key not in held
    ]
    retired = [
        Change(
            one.name,
            Action.RETIRE,
            (Reason("image", one.name, None),),
            locked=one,
            stays=one.sold and one.original.sha256 in world.originals,
        )
        for one in gone
    ]
    return Plan(tuple(with_renames(_buy_once(changes), retired)))


_UNSAID = Reason("provenance", "not as wanted", "as the project says")
_PROTECTING = (Block.PROTECTED, Block.HELD)
_UNOBTAINABLE = (Block.REFUSED, Block.LOST, Block.ABANDONED)


def _asked(target: Target, wish: Wish, given: Collection[str]) -> bool:
    """Whether to plan for `target`; where drafts will do, one is enough for all candidates.

    An added candidate, which is none of the `given` targets, goes with its image.
    """
    if target.candidate_of is not None and wish.drafts is not None:
        return False
    if wish.only is None or target.name in wish.only:
        return True
    return target.name not in given and target.candidate_of in wish.only


class _Desk:
    """One decision after another over the same facts."""

    def __init__(self, targets: Sequence[Target], lock: Lock, world: World, wish: Wish) -> None:
        self.lock = lock
        self.world = world
        self.wish = wish
        self.takes = Takes(targets, lock, world, wish)
        self.choices = {target.name: target for target in targets if target.candidates}

    def decide(self, target: Target) -> Change:
        """Return the change for `target`; a draft stands in for what needs money or network."""
        change = self._served(self._decide(target), target)
        if self.wish.drafts is None or target.request.provider == DRAFT:
            return change
        draft = self.wish.drafts[target.name]
        if change.block is Block.REFERENCE or (
            change.action is Action.GENERATE and not change.block
        ):
            # Nobody may take a draft for the picture that the image is to show.
            drawn = self._served(self._decide(draft), draft)
            return self._drawn(replace(drawn, shows=None), draft)
        if change.block is not None:
            return change
        if not change.fetches:
            return change
        if target.output in self.world.files:
            return replace(change, action=Action.KEEP, fetches=False)
        drawn = replace(change, target=draft, take=1, action=Action.GENERATE, price=0)
        return replace(drawn, fetches=False, unrecorded=True)

    def _served(self, change: Change, target: Target) -> Change:
        """Ask for what is to be derived of a picture that is as wanted itself, or protected."""
        one, guarded = change.locked, change.block is Block.PROTECTED
        if change.action is not Action.KEEP or one is None or not target.output:
            return change
        if change.block and not (guarded and _in_its_place(target, one)):
            return change
        if guarded:
            target = as_recorded(target, one)
        absent = one.original.sha256 not in self.world.originals
        remarked = guarded and not is_marked(target, one) and not (absent and target.signer)
        stock = take_stock(target, one, self.world.files)
        if stock.complete and not remarked:
            return change
        reasons = discrepancies(target, one, stock, self.world.files)
        if remarked:
            reasons.insert(0, _UNSAID)
        change = replace(change, action=Action.DERIVE, reasons=tuple(reasons), target=target)
        picked = one.picked if guarded else change.picked
        return replace(change, picked=picked, in_place=not remarked, remarked=remarked)

    def _drawn(self, change: Change, draft: Target) -> Change:
        """Let a draft take nothing from the lock that a person chose: nothing else knows of it."""
        one, known = change.locked, self.world.answers.get((draft.request.key, change.take))
        if one is None or not one.chosen or change.action is Action.KEEP:
            return change
        if known and self.world.files.get(draft.output) == known.original.sha256:
            return replace(change, action=Action.KEEP)
        return replace(change, unrecorded=True)

    def _decide(self, target: Target) -> Change:
        one = self.lock.images.get(target.name)
        take, replaces = self.takes.shown(target)
        change = Change(target.name, Action.KEEP, target=target, locked=one, take=take)
        change = replace(change, replaces=replaces, picked=self.takes.picked(target, take))
        if one and one.answers(target.request) and one.take == take:
            return self._placed(replace(change, shows=one.original.sha256), target, one)
        change = replace(change, reasons=tuple(differences(one, target, take)))
        former = self.takes.taken_in(target) if take == 0 else None
        if former is not None:
            held = self._preferred(change, target, former.original)
            return held or self._taken_in(change, target, former)
        bought = self._bought_before(target.request, take)
        if bought is not None and not target.output:
            shown = replace(change, action=Action.RESTORE, shows=bought.original.sha256)
            return self._protected(change, target) or shown
        if bought is not None:
            held = self._preferred(change, target, bought.original)
            if held is not None:
                return held
            sha256 = bought.original.sha256
            absent, action = sha256 not in self.world.originals, _bring(target, bought.original)
            return replace(change, action=action, fetches=absent, shows=sha256)
        return self._spared(self._to_buy(change, target), target)

    def _preferred(self, change: Change, target: Target, original: Original) -> Change | None:
        """The change of an image that protects its picture from `original`; else None.

        Who asks for the very picture of this change gets it, protected or not.
        """
        one, chosen = change.locked, change.replaces or change.name in self.wish.picks
        same = one.original == original if one else self._is_there(original, target)
        return None if same or chosen else self._protected(change, target)

    def _is_there(self, original: Original, target: Target) -> bool:
        """Whether the file in the place of an unlocked image is known to show this picture."""
        found = self.world.files.get(target.output)
        shown = [one for one in self.lock.images.values() if one.original == original]
        files = [out for one in shown for out in one.outputs]
        # Perhaps under a former name, and moved along with it.
        moved = any(target.output == out.path or found == out.sha256 for out in files)
        return moved or found == original.sha256

    def _spared(self, change: Change, target: Target) -> Change:
        """Let a candidate that cannot be had trouble nobody once another one is chosen."""
        image = self.lock.images.get(target.candidate_of or "")
        if image is None or change.block not in _UNOBTAINABLE:
            return change
        chosen = image.chosen and image.answers(target.request)
        return replace(change, block=Block.FORGONE) if chosen else change

    def _placed(self, change: Change, target: Target, one: Locked) -> Change:
        """The picture is the right one; is the file?"""
        wanted = one.outputs[0] if one.outputs else None
        reasons: list[Reason] = []
        if not target.output:
            return change
        found = None
        if wanted is None or wanted.path != target.output:
            reasons.append(Reason("output", wanted.path if wanted else None, target.output))
        else:
            found = self.world.files.get(wanted.path)
            if found != wanted.sha256:
                drawn = wanted.path in self.world.stand_ins
                lack = Reason("file", "edited" if found else "missing", "as locked")
                reasons.append(STANDS_IN if drawn else lack)
            elif not is_marked(target, one):
                reasons.append(_UNSAID)
        if not reasons:
            return change
        absent = one.original.sha256 not in self.world.originals
        change = replace(change, reasons=tuple(reasons))
        if wanted and found == wanted.sha256 and not (absent and target.signer):
            return replace(change, action=Action.DERIVE, remarked=True)
        if one.provider == DRAFT and absent:
            return replace(change, action=Action.GENERATE)
        if one.take == 0:
            return self._taken_in(change, target, one)
        return replace(change, action=_bring(target, one.original), fetches=absent)

    def _taken_in(self, change: Change, target: Target, one: Locked) -> Change:
        """Bring a picture to its place that nobody sold, so that nobody can be asked for it."""
        change = replace(change, shows=one.original.sha256, adopted=one)
        if one.original.sha256 not in self.world.originals:
            text = "its picture was taken in, not bought, and is not in this machine's store"
            return replace(change, block=Block.ABSENT, blocked=text)
        return replace(change, action=_bring(target, one.original))

    def _bought_before(self, request: Request, take: int) -> Bought | None:
        """The picture of this purchase, if its bytes are at hand or a job still names them."""
        known = self.world.answers.get((request.key, take))
        entries = [
            Bought(one.original, one.job_id) for one in self.takes.of(request) if one.take == take
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
            job = Reason("job", None, noted.job_id or "its id is lost")
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
        held = self._protected(change, target) or self._behind(change, target)
        if held is not None:
            return held
        price = price_of(target.request, self.world.prices)
        elsewhere = self.world.elsewhere.get((target.request.key, change.take))
        if elsewhere is not None:
            job = Reason("job of another key", None, elsewhere)
            change = replace(change, reasons=(*change.reasons, job), perhaps_free=True)
        resumes = noted is not None and noted.note is Note.UNSENT
        return replace(change, action=Action.GENERATE, price=price, resumes=resumes)

    def _protected(self, change: Change, target: Target) -> Change | None:
        """The change that protection makes of a paid one; None where it does not protect."""
        if not self._guarded(target):
            return None
        one = change.locked
        if one is None and target.candidate_of is not None:
            return replace(change, block=Block.PROTECTED, blocked="protected")
        if one is None:
            text = "protected: a file is in its place and the lock does not know it"
            return replace(change, block=Block.HELD, blocked=text)
        change = replace(change, shows=one.original.sha256)
        # What is made of it is made again for free, as long as it has not moved.
        files = one.outputs if _in_its_place(target, one) else one.files
        if any(self.world.files.get(out.path) != out.sha256 for out in files):
            text = "protected, and its file is missing or edited; `imagegen restore` brings it back"
            return replace(change, block=Block.HELD, blocked=text)
        return replace(change, block=Block.PROTECTED, blocked="protected")

    def _behind(self, change: Change, target: Target) -> Change | None:
        """The change of an image that refers to one whose picture cannot be had; else None."""
        for name in target.awaited:
            if name in self.world.withheld:
                text = f"it refers to `{name}`: {self.world.withheld[name]}"
                return replace(change, block=Block.REFERENCE, blocked=text)
        return None

    def _guarded(self, target: Target) -> bool:
        image = target.candidate_of or target.name
        one = self.lock.images.get(image)
        if target.candidate_of is not None:
            # What belongs to the picture that the image shows was never forbidden.
            good = not one.answers(target.request) if one else self._is_held(image)
        elif one is None:
            # Without a lock nobody knows whose picture lies there, so it counts as a good one;
            # but for what a run put there, as a draft or before it was killed.
            good = target.output in self.world.files.keys() - self.world.stand_ins
        else:
            good = True
        real = one is None or one.provider != DRAFT
        chosen = image in self.wish.replace or image in self.wish.picks
        return target.protect and good and real and not chosen

    def _is_held(self, name: str) -> bool:
        """Whether a choice that the lock does not know is kept from what it asks for."""
        choice = self.choices.get(name)
        return choice is not None and self._decide(choice).block is Block.HELD


def _in_its_place(target: Target, one: Locked) -> bool:
    """Whether the output of `one` is recorded where `target` wants it."""
    return [out.path for out in one.outputs] == [target.output]


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
