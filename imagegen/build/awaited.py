"""Owns the waiting of images for the pictures that they refer to.

A request that refers to a picture of this very run is final only when that is made. Then it is
decided anew, by `diff`: perhaps it is answered or noted already. Never lets anything be bought
that the plan did not list, and never with another reference than the one that is shown.
"""

from __future__ import annotations

from dataclasses import replace

import anyio

from imagegen import chain
from imagegen.build.desk import Desk
from imagegen.build.survey import look_around
from imagegen.diff import diff
from imagegen.errors import Problem
from imagegen.lock import Lock
from imagegen.plan import Change, Plan, Wish
from imagegen.request import Target
from imagegen.workspace import Workspace


class NotTried(Exception):
    """What an image needs, such as one that it refers to, is not there: it was not tried itself."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


class Awaited:
    """The pictures of one run that images which refer to them wait for."""

    def __init__(self, plan: Plan, desk: Desk, workspace: Workspace) -> None:
        self._changes = {change.name: change for change in plan.changes}
        self._desk = desk
        self._workspace = workspace
        self._over = {name: anyio.Event() for name in self._changes}
        self._made: dict[str, str] = {}

    def made(self, name: str, sha256: str) -> None:
        """Tell that an image shows the original `sha256` now."""
        self._made[name] = sha256

    def over(self, name: str) -> None:
        """Tell that nothing more will be done for an image, whatever has become of it."""
        self._over[name].set()

    async def ready(self, change: Change, target: Target) -> Change:
        """Return `change` as it is to be carried out once all that it refers to is made.

        That is `change` itself if it had to wait for no digest. Raises NotTried.
        """
        for name in self._waits_for(change, target):
            if name in self._over:
                await self._over[name].wait()
            if name not in self._made:
                raise NotTried(_not_made(name))
        if not target.awaited:
            return change
        return self._decided(change, chain.settled(target, self._made))

    def _waits_for(self, change: Change, target: Target) -> list[str]:
        """The images whose pictures are not at hand; what is not bought needs only digests."""
        names = list(target.awaited)
        if not change.free:
            others = [source.image for source in target.sources if source.image]
            names += [name for name in others if (one := self._changes.get(name)) and one.fetches]
        return list(dict.fromkeys(names))

    def _decided(self, change: Change, target: Target) -> Change:
        """Return what to do for a target that has just been settled."""
        key, name, shop = target.request.key, change.name, self._desk.shop
        images = self._desk.lock.images
        lock = Lock({n: one for n, one in images.items() if n == name or one.request_key == key})
        others = [
            one.target
            for one in self._changes.values()
            if one.target and one.name != name
            if one.name in lock.images or one.target.take is not None
        ]
        # What the plan does not speak of may well be listed: it is no former name of this one.
        strangers = [replace(target, name=n, take=None) for n in lock.images.keys() - self._changes]
        wish = Wish(replace={name} if change.replaces else (), only={name})
        world = look_around(
            [target],
            lock,
            self._workspace,
            self._desk.store,
            ledger=shop.ledger if shop else None,
            others=shop.others if shop else (),
            replaced=wish.replace,
        )
        changes = diff([target, *others, *strangers], lock, world, wish).changes
        return next(one for one in changes if one.name == name)


def _not_made(name: str) -> Problem:
    return Problem(
        f"`{name}`, which it refers to, was not made",
        "Nothing was bought for it.",
        "build again once that is mended",
    )
