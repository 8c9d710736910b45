"""Every picture with what is known of its making, and nothing that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import containers
import pytest
import reporting
import values
import versioned

from imagegen import digest
from imagegen.build.purchase import Entry, Purchase, State
from imagegen.locked import Derived, Output
from imagegen.report.disclosure import Made, Place, disclosed, orders

PNG = reporting.picture("red")
MUG = reporting.entry("mug", PNG)


def order(take: int = 1, attempt: int = 1, state: State = State.LOCKED, **changes) -> Entry:
    plain = Entry(
        purchase=Purchase(MUG.request_key, take, attempt),
        state=state,
        image="mug",
        request=MUG.request,
        idempotency_key="k",
        body=b"",
        reserve=None,
        seed=1,
        run="r",
        project="/site",
        intent_at=1_700_000_000.0,
        updated_at=1_700_000_009.0,
        job_id=MUG.job_id,
    )
    return replace(plain, **changes)


def only(one=MUG, known=(), data: bytes | None = PNG, *, prompts: bool = False):
    (found,) = disclosed(values.lock_of(one), orders(known), lambda _: data, prompts=prompts)
    return found


def test_a_bought_picture_has_its_model_and_the_date_of_its_order():
    found = only(known=[order()])
    assert (found.model, found.source_type) == ("flux-2-pro", "trainedAlgorithmicMedia")
    assert found.bought == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert (found.place, found.credentials, found.prompt) == (Place.IN_PLACE, False, None)
    assert found.sold


def test_without_an_order_of_exactly_this_take_the_date_is_not_known():
    assert only().bought is None
    assert only(known=[order(take=2, job_id="another")]).bought is None


def test_the_attempt_that_brought_the_picture_counts():
    failed = order(attempt=1, state=State.FAILED, intent_at=5.0)
    unsent = order(attempt=3, job_id=None, state=State.INTENT, intent_at=9.0)
    assert only(known=[failed]).bought is None
    assert only(known=[failed, order(attempt=2, intent_at=7.0), unsent]).bought.timestamp() == 7


def test_of_two_accounts_that_bought_the_same_the_one_of_the_lock_counts():
    mine, other = order(intent_at=5.0), order(job_id="other", intent_at=9.0)
    assert only(known=[mine, other]).bought.timestamp() == 5
    assert only(known=[other]).bought is None
    assert only(replace(MUG, job_id=None), known=[other]).bought.timestamp() == 9


@pytest.mark.parametrize(
    ("one", "source", "origin"),
    [
        (
            replace(MUG, request=values.request(provider="draft").canonical),
            "algorithmicMedia",
            "a draft, painted without a model",
        ),
        (replace(MUG, take=0), None, "taken in, of unknown origin"),
    ],
)
def test_what_was_not_bought_is_not_said_to_be(one, source, origin):
    found = only(one, known=[order(), order(take=0)])
    assert (found.source_type, found.origin, found.sold, found.bought) == (
        source,
        origin,
        False,
        None,
    )


def test_a_picture_that_was_taken_in_has_the_source_type_that_it_says_itself():
    taken = replace(MUG, take=0, job_id=None)
    assert (only(taken).source_type, only(taken).origin) == (None, "taken in, of unknown origin")
    found = only(replace(taken, declared="print"))
    assert (found.source_type, found.sold) == ("print", False)
    assert found.origin == "taken in; its type is its own word"


def test_a_prompt_is_shown_only_when_asked_for_and_never_of_what_was_taken_in():
    assert only(prompts=True).prompt == "a mug"
    assert only(replace(MUG, take=0), prompts=True).prompt is None


def test_a_file_that_is_not_the_lock_s_is_told():
    assert only(data=None).place is Place.MISSING
    assert only(data=None).credentials is None
    assert only(data=PNG + b"x").place is Place.EDITED
    assert only(replace(MUG, outputs=())).place is Place.MISSING


def test_candidates_are_not_published():
    lock = values.lock_of(MUG, replace(MUG, name="mug#2"))
    assert [one.name for one in disclosed(lock, {}, lambda _: PNG, prompts=False)] == ["mug"]


def test_derivatives_belong_to_their_picture():
    file = Output("images/mug-320.webp", values.SHA, "k")
    found = only(replace(MUG, derived=Derived(files=(file,))))
    assert found.derivatives == (Made(file.path, file.sha256, Place.EDITED, credentials=False),)


def test_files_that_are_signed_are_counted_beside_an_output_that_is_not():
    signed = containers.png(early=containers.chunk(b"caBX", b"x"))
    files = tuple(Output(f"mug-{i}.png", digest.sha256_of(signed), "k") for i in range(3))
    there = {"images/mug.png": PNG, "mug-0.png": signed, "mug-1.png": PNG}
    lock = values.lock_of(replace(MUG, derived=Derived(files=files)))
    (found,) = disclosed(lock, {}, there.get, prompts=False)
    assert [(file.place, file.credentials) for file in found.derivatives] == [
        (Place.IN_PLACE, True),
        (Place.EDITED, False),
        (Place.MISSING, None),
    ]
    assert (found.credentials, found.signed, found.unseen) == (False, 1, 1)


def test_a_pointer_of_git_lfs_is_neither_an_edit_nor_unsigned():
    pointer = versioned.pointer(PNG)
    found = only(data=pointer)
    assert (found.place, found.credentials) == (Place.NOT_FETCHED, None)
    assert only(data=versioned.pointer(b"another file")).place is Place.EDITED
