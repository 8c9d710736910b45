"""Owns the putting together of a run: which provider, which store, which limits.

The free provider is made here, the paid one by `seller`.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from functools import partial

import anyio

from imagegen import disk_fault, home, interruption
from imagegen.build import links, run, strays
from imagegen.build.absence_fault import drafts_would_do, without_key
from imagegen.build.allowance import Allowance
from imagegen.build.board import JobBoard
from imagegen.build.buyer import Account, Buyer
from imagegen.build.desk import Desk, Shop
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.notices import Notices
from imagegen.build.pace import Pace
from imagegen.build.preflight import preflight
from imagegen.build.purchase import Entry, Purchase
from imagegen.build.result import Result
from imagegen.build.signing import signer_of
from imagegen.cli import signatures, terminal
from imagegen.cli.seller import seller as seller_of
from imagegen.errors import NeedsAttention, Problem, WrongInput
from imagegen.events import Emit
from imagegen.opened import Opened
from imagegen.plan import Action, Plan
from imagegen.providers.draft import DraftProvider
from imagegen.providers.provider import Provider
from imagegen.request import DRAFT

_BYTES_PER_PICTURE = 16 * 2**20
"""Room that must be free for each picture before money is spent."""


def with_references(opened: Opened, urls: Sequence[str], names: Collection[str]) -> Opened:
    """Return the project with the bytes behind these reference URLs fetched.

    Only the images `names` take them, and those for which nobody has fetched them before: what
    else refers to such a URL stays as it was made.
    """
    locked = opened.lock.images
    _refuse_without_key(opened, drafts=drafts_would_do(locked.get(name) for name in names))
    found = anyio.run(_fetched, opened, urls)
    targets = []
    for one in opened.loaded.targets:
        asks = (one.candidate_of or one.name) in names
        takes = {source.text for source in one.sources if asks or source.sha256 is None}
        targets.append(one.with_digests({url: found[url] for url in takes & found.keys()}))
    return replace(opened, loaded=replace(opened.loaded, targets=tuple(targets)))


def carried_out(
    opened: Opened,
    plan: Plan,
    allowance: Allowance,
    emit: Emit,
    *,
    door: socket.socket | None = None,
    sent: set[Purchase] | None = None,
) -> Result:
    """Carry out `plan` within `allowance`.

    Raises LimitReached, WrongInput or NeedsAttention before it spends.

    Notices are heard on `door`, which stays the caller's to close. What is ordered is added to
    `sent`, and the result's sum is over all that is in it.
    """
    if plan.paid:
        _refuse_without_key(opened, drafts=drafts_would_do(one.locked for one in plan.paid))
        signatures.refuse_without(opened, plan)
        _refuse_without_room(opened, len(plan.paid))
    limits = Limits(allowance, opened.prices())
    limits.admit(plan, opened.spent_today())
    result = anyio.run(partial(_run, opened, plan, limits, emit, door, sent=sent))
    if result.signal is None and interruption.first():
        # It came when the run was over, and ends all that was to follow.
        return replace(result, signal=interruption.first())
    return result


def settle_strays(opened: Opened, entries: Sequence[Entry], emit: Emit) -> bool:
    """Fetch pictures that are paid for and that no image asks for any more; free.

    Returns whether the outcome of an order has turned out to be unknown.
    """
    return anyio.run(_settle_strays, opened, entries, emit)


async def _settle_strays(opened: Opened, entries: Sequence[Entry], emit: Emit) -> bool:
    async with _opened_desk(opened, Limits(Allowance(images=0), {}), emit, paid=True) as desk:
        return desk.shop is not None and await strays.settle(entries, desk, desk.shop)


async def _run(
    opened: Opened,
    plan: Plan,
    limits: Limits,
    emit: Emit,
    door: socket.socket | None,
    *,
    sent: set[Purchase] | None,
) -> Result:
    paid = any(
        change.target is not None and change.target.request.provider != DRAFT
        for change in plan.changes
        if change.action is not Action.KEEP
    )
    async with _opened_desk(opened, limits, emit, paid=paid, sent=sent) as desk:
        result = await run.carry_out(plan, _hearing(desk, door), opened.workspace)
        if desk.shop is None:
            return result
        desk.shop.ledger.compact()
        return replace(result, spent=desk.shop.spent())


@contextlib.asynccontextmanager
async def _opened_desk(
    opened: Opened,
    limits: Limits,
    emit: Emit,
    *,
    paid: bool,
    sent: set[Purchase] | None = None,
) -> AsyncIterator[Desk]:
    """Put a desk together and take it apart again; without `paid` it has no shop."""
    settings = opened.loaded.project.provider
    pace = Pace(in_flight=settings.max_in_flight, requests_per_minute=settings.requests_per_minute)
    painter = DraftProvider(opened.loaded.catalogue)
    seller = seller_of(opened) if paid else None
    desk = Desk(
        root=opened.workspace.root,
        store=opened.store,
        catalogue=opened.loaded.catalogue,
        lock=opened.lock,
        targets={target.name: target for target in opened.loaded.targets},
        painter=painter,
        shop=_shop(opened, seller, limits, pace=pace, emit=emit, sent=sent) if seller else None,
        pace=pace,
        emit=emit,
        signer=signer_of(opened.loaded.project),
    )
    try:
        yield desk
    finally:
        desk.darkroom.close()
        await painter.close()
        if seller is not None:
            await seller.close()


def _hearing(desk: Desk, door: socket.socket | None) -> Desk:
    """Return the desk with its shop listening on `door`, if there are both."""
    shop = desk.shop
    if shop is None or door is None:
        return desk
    notices = Notices(door, shop.provider.notice, shop.board.hint)
    return replace(desk, shop=replace(shop, notices=notices))


def _shop(
    opened: Opened,
    seller: Provider,
    limits: Limits,
    *,
    pace: Pace,
    emit: Emit,
    sent: set[Purchase] | None,
) -> Shop | None:
    if opened.ledger is None:
        return None
    account = Account(fingerprint=opened.account, run=os.urandom(8).hex(), project=opened.label)
    buyer = Buyer(seller, opened.ledger, account, limits=limits, pace=pace, sent=sent)
    others = tuple(
        Ledger.open(folder, waiting=terminal.waiting_for_ledger)
        for folder in home.account_folders(opened.environment.home)
        if folder != opened.ledger.path.parent
    )
    return Shop(seller, opened.ledger, buyer, JobBoard(seller, pace, emit), others)


async def _fetched(opened: Opened, urls: Sequence[str]) -> dict[str, str]:
    seller = seller_of(opened)
    if seller is None:
        return {}
    try:
        return await links.fetch(urls, seller, opened.store)
    finally:
        await seller.close()


def _refuse_without_key(opened: Opened, *, drafts: bool) -> None:
    if opened.environment.key is None:
        raise WrongInput(
            Problem(
                "an API key is needed to buy pictures",
                "APIFRAME_API_KEY is neither in the environment nor in `.env` beside the project "
                "file. Nothing was bought.",
                without_key(drafts=drafts),
            )
        )


def _refuse_without_room(opened: Opened, pictures: int) -> None:
    place = opened.environment.home
    try:
        home.make(place)
    except OSError as error:
        raise NeedsAttention(
            disk_fault.explain(error, doing="keep what would be bought", path=place)
        ) from None
    account = home.account_folder(place, opened.account)
    problem = preflight(account, pictures * _BYTES_PER_PICTURE)
    if problem is not None:
        raise NeedsAttention(problem)
