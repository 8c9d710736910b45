"""Owns the pictures of this project that a request refers to: their bytes, before they are sent.

Brings them into the store from where they are: an output, or the job that made them. Free.
"""

from __future__ import annotations

from imagegen.build.board import StillOpen
from imagegen.build.buyer import NotBought
from imagegen.build.collect import Collector, NotCollected
from imagegen.build.desk import Desk, Shop
from imagegen.build.orders import LEAST_PIXELS
from imagegen.build.recovery import recovered
from imagegen.errors import Problem
from imagegen.locked import Locked
from imagegen.providers.provider import JobStatus, Refused, Unavailable
from imagegen.request import Target
from imagegen.workspace import Workspace

_SECONDS = 20.0
"""How long a job that ended long ago may take to be looked at."""


async def bring(target: Target, desk: Desk, shop: Shop) -> None:
    """Put the pictures of other images that `target` refers to into the store.

    Raises NotBought when one cannot be had: it may not be sent without, or with another one.
    """
    for source in target.sources:
        if source.image is None or source.sha256 is None:
            continue
        if desk.store.get(source.sha256) is not None or _placed(source.sha256, desk):
            continue
        if not await _fetched(source.sha256, source.image, desk, shop):
            taken_in = any(one.take == 0 for one in _shown_by(source.sha256, desk))
            raise NotBought((_only_here if taken_in else _nowhere)(source.image))


def _shown_by(sha256: str, desk: Desk) -> list[Locked]:
    return [one for one in desk.lock.images.values() if one.original.sha256 == sha256]


def _placed(sha256: str, desk: Desk) -> bool:
    """Whether an output holds this original; the store has it then."""
    workspace = Workspace(desk.root)
    for one in _shown_by(sha256, desk):
        data = recovered(one, workspace)
        if data is not None:
            desk.store.put(data)
            return True
    return False


async def _fetched(sha256: str, name: str, desk: Desk, shop: Shop) -> bool:
    """Whether the job that made this original has brought it once more."""
    collector = Collector(shop.provider, desk.store, desk.pace, desk.emit, darkroom=desk.darkroom)
    for job_id in dict.fromkeys(one.job_id for one in _shown_by(sha256, desk)):
        if job_id is None:
            continue
        try:
            job = await shop.board.wait(job_id, name, patience=_SECONDS)
            if job.status is JobStatus.COMPLETED:
                await collector.collect(job, pixels=LEAST_PIXELS)
        except (StillOpen, Refused, Unavailable, NotCollected):
            continue
        if desk.store.has(sha256):
            return True
    return False


def _only_here(name: str) -> Problem:
    return Problem(
        f"the picture of `{name}`, which it refers to, is not in this machine's store",
        "It was taken in and not bought, so nobody can be asked for it. Nothing was bought.",
        "bring its store (IMAGEGEN_HOME) from the machine that has it, or take it in again:\n"
        f"  imagegen import {name} FILE",
    )


def _nowhere(name: str) -> Problem:
    return Problem(
        f"the picture of `{name}`, which it refers to, cannot be had",
        "It is neither in the store nor an output as it came, and its job no longer has it. "
        "Nothing was bought.",
        "bring its store (IMAGEGEN_HOME) from the machine that has it, or buy another one:\n"
        f"  imagegen build {name} --replace {name}",
    )
