"""Owns Spending: what builds that share one allowance have ordered, whichever key pays.

A key may be changed while they go on, and each account has a ledger of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from imagegen import home
from imagegen.build.jobs import spent
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Entry, Purchase, Sum
from imagegen.opened import Opened
from imagegen.plan import Plan


class Spending:
    """The orders of several builds; what they cost is asked of the ledgers."""

    def __init__(self) -> None:
        self._sent: dict[str, set[Purchase]] = {}
        """By account."""

    def of(self, opened: Opened) -> set[Purchase]:
        """Return what was ordered from the account of `opened`, to be added to."""
        return self._sent.setdefault(opened.account, set())

    def so_far(self, opened: Opened, *, but: Plan | None = None) -> Sum:
        """Return what all orders cost, without those that the plan `but` takes up again."""
        again = {change.purchase for change in but.paid} if but else set()
        counted = [
            one
            for one in self._entries(opened)
            if one.state.closed or (one.purchase.request_key, one.purchase.take) not in again
        ]
        return spent(counted, 0).total

    def _entries(self, opened: Opened) -> Iterator[Entry]:
        for account, sent in self._sent.items():
            if not sent:
                continue
            ledger = opened.ledger
            if ledger is None or account != opened.account:
                folder = home.account_folder(opened.environment.home, account)
                ledger = Ledger.open(folder, waiting=opened.waiting)
            entries = ledger.entries()
            yield from (entries[one] for one in sent if one in entries)
