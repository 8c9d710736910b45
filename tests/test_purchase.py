"""Tests of the ledger's values."""

from __future__ import annotations

import itertools

from buying import intent

from imagegen.build.purchase import Entry, Purchase, Spent, State, Sum, idempotency_key


def test_the_idempotency_key_is_the_same_on_every_machine() -> None:
    key = idempotency_key("account", "0" * 32, 1, 1)
    assert key == "ig1-3KA4TFIRKWP5LRSQ5SMWKHVFKLM22DGWO73VVH67"


def test_account_request_take_and_attempt_each_change_the_key() -> None:
    keys = {
        idempotency_key(*parts)
        for parts in itertools.product("ab", ("0" * 32, "1" * 32), (1, 11), (1, 11))
    }
    assert len(keys) == 16


def test_no_state_is_both_open_and_closed() -> None:
    assert [state for state in State if state.open and state.closed] == []
    assert State.UNKNOWN.open
    assert not State.LOCKED.open
    assert not State.LOCKED.closed


def test_an_entry_names_its_model_and_resolution() -> None:
    noted = intent()
    entry = Entry(
        noted.purchase, State.INTENT, "hero", noted.request, "k", b"", None, None, "r", "p", 0, 0
    )
    assert (entry.model, entry.resolution) == ("flux-2-pro", "1MP")


def test_a_run_that_bought_nothing_spent_nothing() -> None:
    spent = Spent(Sum(5, 3, 2), {"a": Sum(5, 3, 2)})
    assert spent.by("a").credits == 8
    assert spent.by("b") == Sum()


def test_purchases_are_equal_by_value() -> None:
    assert {Purchase("k", 1, 1): "x"}[Purchase("k", 1, 1)] == "x"
