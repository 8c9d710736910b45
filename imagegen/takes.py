"""Owns the question which take of its request an image shows, and which takes it offers.

Pure; `diff` decides what is done about it.
"""

from __future__ import annotations

from collections.abc import Sequence

from imagegen.candidates import candidate, choice_of
from imagegen.lock import Lock
from imagegen.locked import Locked
from imagegen.plan import Note, Noted, Wish, World
from imagegen.request import DRAFT, Request, Target

_NEVER_MORE = (Note.REFUSED, Note.LOST, Note.ABANDONED)


class Takes:
    """The takes of every request, over one state of project, lock and world."""

    def __init__(self, targets: Sequence[Target], lock: Lock, world: World, wish: Wish) -> None:
        self._lock = lock
        self._world = world
        self._wish = wish
        self._by_key: dict[str, list[Locked]] = {}
        for one in lock.images.values():
            self._by_key.setdefault(one.request_key, []).append(one)
        self._answered: dict[str, set[int]] = {}
        for key, take in world.answers:
            self._answered.setdefault(key, set()).add(take)
        self._noted: dict[str, dict[int, Noted]] = {}
        for (key, take), noted in world.noted.items():
            self._noted.setdefault(key, {})[take] = noted
        self._listed = {target.name for target in targets}
        self._claimed: dict[str, set[int]] = {}
        """Takes that an image shows because the project file names them."""
        self._offered: dict[str, set[int]] = {}
        """Takes among which an image has its choice."""
        for target in targets:
            if target.take is not None:
                numbers = self._offered if target.candidate_of else self._claimed
                numbers.setdefault(target.request.key, set()).add(target.take)

    def with_added(self, targets: Sequence[Target]) -> list[Target]:
        """Return the targets with the candidates that there are beyond those asked for.

        `--replace` adds such a take, and a smaller number of candidates leaves some over.
        """
        choices = {target.name: target for target in targets if target.candidates}
        found: list[Target] = []
        for target in targets:
            found.append(target)
            choice = choices.get(target.candidate_of or "")
            if choice is not None and target.take == choice.candidates:
                found += [candidate(choice, take) for take in self._added(choice)]
        return found

    def shown(self, target: Target) -> tuple[int, bool]:
        """Return the take to show, and whether it is so because `--replace` asks or had asked."""
        request = target.request
        if target.name in self._wish.picks:
            return self._wish.picks[target.name], False
        if target.take is not None:
            return target.take, False
        one = self._lock.images.get(target.name)
        current = one.take if one and one.answers(request) else None
        begun = self._begun(target, current or 0)
        if begun is not None and self._wish.drafts is None:
            return begun, True
        if target.name in self._wish.replace and request.provider != DRAFT:
            paid = self._paid(request)
            return max(paid | {target.candidates or 0} if paid else {0}) + 1, True
        return self._usual(target) if current is None else current, False

    def picked(self, target: Target, take: int) -> bool:
        """Whether a person has chosen `take` for this image, perhaps under its former name."""
        if target.name in self._wish.picks:
            return True
        one = self._lock.images.get(target.name)
        if one is not None and one.answers(target.request):
            return one.picked and one.take == take
        former = self._former(target)
        before = [*self._gone(target.request), *([former] if former else [])]
        return any(gone.picked and gone.take == take for gone in before)

    def of(self, request: Request) -> list[Locked]:
        """Return the entries of the lock that exactly this request has bought or taken in."""
        entries = self._by_key.get(request.key, [])
        return [one for one in entries if one.answers(request)]

    def taken_in(self, target: Target) -> Locked | None:
        """Return the picture that this image showed before, perhaps under a former name, if it
        was taken in and not bought.
        """
        found = [one for one in self._gone(target.request) if one.take == 0]
        at_home = [one for one in found if any(o.path == target.output for o in one.outputs)]
        former = self._former(target)
        before = [former] if former is not None and former.take == 0 else []
        return next(iter(at_home + found + before), None)

    def _added(self, choice: Target) -> list[int]:
        entries, asked = self.of(choice.request), choice.candidates or 0
        takes = {one.take for one in entries if choice_of(one.name) == choice.name}
        return sorted(take for take in takes | {self.shown(choice)[0]} if take > asked)

    def _begun(self, target: Target, current: int) -> int | None:
        """The take of a replacement of this image that a stopped run left behind.

        Who asks for another picture gets any that is on the way for this image, also what no
        `--replace` had ordered; and half of those that were replaced together may have it.
        """
        name, asked = target.name, target.name in self._wish.replace
        takes = [
            take
            for take, noted in self._noted.get(target.request.key, {}).items()
            if noted.note.begun and name in (noted.images if asked else noted.replaced)
            if take > current or (take == current and name in noted.replaced)
        ]
        return max(takes, default=None)

    def _paid(self, request: Request) -> set[int]:
        locked = {one.take for one in self.of(request) if one.take}
        notes = self._noted.get(request.key, {}).items()
        paid = {take for take, noted in notes if noted.note is not Note.REFUSED}
        return locked | self._answered.get(request.key, set()) | paid

    def _usual(self, target: Target) -> int:
        """The take to show when neither project nor lock says.

        What a renamed image had, or this one before it asked for something else; else the first
        candidate that can be had, or the latest take; never one that another image claims by
        number.
        """
        key, claimed = target.request.key, self._claimed.get(target.request.key, set())
        renamed = {one.take for one in self._gone(target.request)} - claimed
        if renamed:
            return max(renamed)
        former = self._former(target)
        if former is not None and former.take not in claimed:
            return former.take
        notes = self._noted.get(key, {})
        if target.candidates:
            takes = range(1, target.candidates + 1)
            closed = {take for take in takes if take in notes and notes[take].note in _NEVER_MORE}
            return next((take for take in takes if take not in closed), 1)
        images = [one for one in self.of(target.request) if choice_of(one.name) is None]
        for known in (
            {one.take for one in images if one.take} | self._answered.get(key, set()),
            {take for take, noted in notes.items() if noted.note is Note.PAID},
            {take for take, noted in notes.items() if noted.note is not Note.REFUSED},
        ):
            free = known - claimed - self._offered.get(key, set())
            if free:
                return max(free)
        return 1

    def _former(self, target: Target) -> Locked | None:
        """What this image showed when it last asked for this, if it can be had for nothing."""
        one = self._world.former.get(target.name)
        if one is None or not one.answers(target.request):
            return None
        here = one.original.sha256 in self._world.originals
        return one if (here if one.take == 0 else self._to_be_had(one)) else None

    def _to_be_had(self, one: Locked) -> bool:
        """Whether a picture that was bought is at hand, or its job is known."""
        purchase = (one.request_key, one.take)
        known, noted = self._world.answers.get(purchase), self._world.noted.get(purchase)
        if known and (known.job_id or known.original.sha256 in self._world.originals):
            return True
        return noted is not None and noted.note is Note.PAID

    def _gone(self, request: Request) -> list[Locked]:
        """The entries of images that are no longer listed and had exactly this request."""
        entries = [one for one in self.of(request) if one.name not in self._listed]
        return [one for one in entries if choice_of(one.name) is None]
