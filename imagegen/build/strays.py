"""Owns the orders that no image asks for any more: paid for, and fetched all the same.

A prompt that is edited while its picture is made leaves one behind; so does a name taken out of
the project file. Looking and fetching are free.
"""

from __future__ import annotations

from collections.abc import Sequence

from imagegen.build.buyer import NotBought, is_moderation
from imagegen.build.collect import Collector, NotCollected
from imagegen.build.desk import Desk, Shop
from imagegen.build.orders import LEAST_PIXELS
from imagegen.build.purchase import Entry, Facts, State
from imagegen.errors import Problem
from imagegen.events import Warned
from imagegen.providers.provider import Job, JobStatus, Refused, Unavailable
from imagegen.store.store import Answer


async def settle(entries: Sequence[Entry], desk: Desk, shop: Shop) -> bool:
    """Fetch what is finished into the store; what still runs is left for the next build.

    Returns whether the outcome of an order has turned out to be unknown.
    """
    known = [entry for entry in entries if entry.job_id is not None]
    unsent = [entry for entry in entries if entry.job_id is None]
    try:
        jobs = await shop.provider.look([str(entry.job_id) for entry in known]) if known else {}
    except (Refused, Unavailable) as error:
        desk.emit(Warned(error.problem))
        return False
    unknown = False
    for entry in known:
        job = jobs.get(str(entry.job_id))
        if job is not None and job.status.final:
            await _settle(entry, job, desk, shop)
    for entry in unsent:
        try:
            await shop.buyer.write_off(entry, desk.emit)
        except NotBought as error:
            unknown = unknown or error.unknown
            desk.emit(Warned(error.problem))
    return unknown


async def _settle(entry: Entry, job: Job, desk: Desk, shop: Shop) -> None:
    if job.status is not JobStatus.COMPLETED:
        text = job.error or str(job.status)
        refused = is_moderation(text)
        shop.ledger.note(entry.purchase, State.FAILED, error=text, moderated=refused)
        return
    if not job.urls:
        return
    facts = Facts(urls=job.urls)
    if job.credits is not None:
        facts["credits"] = job.credits
    shop.ledger.note(entry.purchase, State.READY, **facts)
    collector = Collector(shop.provider, desk.store, desk.pace, desk.emit, darkroom=desk.darkroom)
    try:
        originals = await collector.collect(job, pixels=LEAST_PIXELS)
    except NotCollected as error:
        if error.gone:
            shop.ledger.note(entry.purchase, State.LOST, error=error.problem.summary)
        desk.emit(Warned(error.problem))
        return
    take = entry.purchase.take
    answer = Answer(entry.request, take, entry.seed, job.id, job.credits, originals)
    desk.store.remember(answer)
    shas = tuple(one.sha256 for one in originals)
    shop.ledger.note(entry.purchase, State.STORED, originals=shas)
    desk.emit(Warned(_told(entry, desk)))


def _told(entry: Entry, desk: Desk) -> Problem:
    if entry.project == str(desk.root):
        return Problem(
            f"a picture that `{entry.image}` no longer asks for has arrived",
            "It is paid for, so it is in the store; it comes back free when the request does.",
        )
    return Problem(
        f"a picture that `{entry.image}` of a project that is gone had ordered has arrived",
        f"Nothing is left of that project in `{entry.project}`. The picture is paid for, so it is "
        "in the store; an image with the same request that asks for another one gets it free.",
    )
