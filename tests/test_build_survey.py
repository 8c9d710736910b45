"""The look around before a plan: what is at hand on disk, in the store and in the ledger."""

from __future__ import annotations

import shutil
from dataclasses import replace

import buying
import pytest
import values

from imagegen import digest
from imagegen.build import survey
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Purchase, State
from imagegen.diff import diff
from imagegen.lock import Lock
from imagegen.original import Original
from imagegen.plan import Note, Noted
from imagegen.project.load import load
from imagegen.request import Source
from imagegen.store.disk import DiskStore
from imagegen.store.store import Answer, Former
from imagegen.workspace import Workspace

TARGET = values.target()
KEY = TARGET.request.key


def looked(tmp_path, *targets, lock=None, ledger=None, others=()):
    return survey.look_around(
        targets or [TARGET],
        lock or Lock(),
        Workspace(tmp_path),
        DiskStore(tmp_path / "store"),
        ledger=ledger,
        others=others,
    )


def intended(ledger, attempt=1, *, take=1, **changes):
    facts = {"request": TARGET.request.canonical, **changes}
    intent = replace(
        buying.intent(attempt=attempt),
        purchase=Purchase(KEY, take, attempt),
        idempotency_key=f"key-{attempt}",
        **facts,
    )
    return ledger.intend(intent, buying.allowed).purchase


def test_an_empty_machine_has_nothing(tmp_path):
    world = looked(tmp_path)
    assert (world.files, world.answers, world.noted) == ({}, {}, {})
    assert not world.originals


def test_an_output_with_the_bytes_of_its_original_counts_as_the_original(tmp_path):
    sha256 = digest.sha256_of(b"bytes")
    (tmp_path / "images").mkdir()
    (tmp_path / "images/mug.webp").write_bytes(b"bytes")
    world = looked(tmp_path, lock=values.lock_of(values.locked(sha256=sha256)))
    assert world.files == {"images/mug.webp": sha256}
    assert world.originals == {sha256}


def test_an_answer_in_the_store_is_found_for_every_take(tmp_path):
    store = DiskStore(tmp_path / "store")
    for take in (1, 3):
        original = Original(store.put(bytes([take])), 1, "webp", 9, 9)
        store.remember(Answer(TARGET.request.canonical, take, 1, "job", 4, (original,)))
    assert set(looked(tmp_path).answers) == {(KEY, 1), (KEY, 3)}


@pytest.mark.parametrize(
    ("steps", "noted"),
    [
        ([], "unsent"),
        ([(State.ACCEPTED, {"job_id": "job-1"})], "paid"),
        ([(State.UNKNOWN, {"error": "lost"})], "unknown"),
        ([(State.REJECTED, {"error": "no"})], None),
    ],
)
def test_the_ledger_says_what_became_of_an_order(tmp_path, steps, noted):
    ledger = Ledger.open(tmp_path / "account")
    purchase = intended(ledger)
    for state, facts in steps:
        ledger.note(purchase, state, **facts)
    found = looked(tmp_path, ledger=ledger).noted.get((KEY, 1))
    assert (found.note if found else None) == noted


@pytest.mark.parametrize("harm", [None, "picture", "request"])
def test_a_picture_is_at_hand_though_the_store_has_lost_its_record(tmp_path, harm):
    ledger = Ledger.open(tmp_path / "account")
    sha256 = DiskStore(tmp_path / "store").put(b"bytes")
    if harm == "picture":
        shutil.rmtree(tmp_path / "store")
    other = {"request": {"prompt": "another"}} if harm == "request" else {}
    ledger.note(intended(ledger, **other), State.STORED, originals=(sha256,))
    noted = looked(tmp_path, ledger=ledger).noted[KEY, 1]
    assert (noted.note, noted.kept) == ((Note.UNSENT, False) if harm else (Note.PAID, True))


def test_a_refusal_by_moderation_is_known_until_a_later_attempt(tmp_path):
    ledger = Ledger.open(tmp_path / "account")
    first = intended(ledger)
    ledger.note(first, State.ACCEPTED, job_id="job-1")
    ledger.note(first, State.FAILED, error="policy", moderated=True)
    (noted,) = looked(tmp_path, ledger=ledger).noted.values()
    assert (noted.note, noted.job_id, noted.text) == (Note.REFUSED, "job-1", "policy")
    intended(ledger, attempt=2)
    assert looked(tmp_path, ledger=ledger).noted[KEY, 1].note is Note.UNSENT


def test_a_price_that_was_charged_wins_over_the_project_files(tmp_path):
    file = tmp_path / "imagegen.toml"
    file.write_text('[prices]\n"flux-2-pro" = { "1MP" = 5, "2MP" = 9 }\n[images.a]\nprompt = "a"\n')
    project = load(file).project
    known = survey.prices(project, values.lock_of(values.locked()), None)
    assert known == {("flux-2-pro", "1MP"): 12, ("flux-2-pro", "2MP"): 9}


def test_only_links_of_pictures_that_are_bought_have_to_be_fetched(tmp_path):
    linked = values.target(sources=(Source("https://x/a.png", None),))
    local = values.target("pot", values.request("pot"), sources=(Source("a.png", "c" * 64),))
    plan = diff([linked, local], Lock(), looked(tmp_path))
    assert survey.unfetched(plan, DiskStore(tmp_path / "store")) == ("https://x/a.png",)


TWIN = values.target("twin")
REPLACEMENT = {"take": 2, "images": ("mug", "twin"), "replaced": ("mug", "twin")}


def replacement(tmp_path, *, lock, project=None, state=State.ACCEPTED, targets=(TARGET, TWIN)):
    """Return what is noted of a second take that was ordered for both images."""
    ledger = Ledger.open(tmp_path / "account")
    bought = intended(ledger, **REPLACEMENT, project=str(project or tmp_path))
    if state is not State.INTENT:
        ledger.note(bought, state, job_id="job-2")
    return looked(tmp_path, *targets, lock=lock, ledger=ledger).noted[KEY, 2]


FIRST = values.lock_of(values.locked(), values.locked(TWIN))
HALF = values.lock_of(values.locked(take=2), values.locked(TWIN))
SECOND = values.lock_of(values.locked(take=2), values.locked(TWIN, take=2))


@pytest.mark.parametrize("lock", [FIRST, HALF])
def test_images_that_were_replaced_together_are_begun_together(tmp_path, lock):
    noted = replacement(tmp_path, lock=lock)
    assert noted.images == noted.replaced == {"mug", "twin"}


def test_a_replacement_that_all_its_images_show_is_over(tmp_path):
    assert not replacement(tmp_path, lock=SECOND).images


def test_a_replacement_that_was_finished_does_not_come_back_when_a_take_is_pinned(tmp_path):
    assert not replacement(tmp_path, lock=FIRST, state=State.LOCKED).images


def test_an_image_with_a_take_of_its_own_waits_for_no_other(tmp_path):
    pinned = values.target("twin", take=1)
    noted = replacement(tmp_path, lock=HALF, targets=(TARGET, pinned))
    assert not noted.images


@pytest.mark.parametrize("state", [State.ACCEPTED, State.INTENT])
def test_what_a_project_that_is_gone_had_ordered_replaces_only_if_asked(tmp_path, state):
    noted = replacement(tmp_path, lock=FIRST, project=tmp_path / "gone", state=state)
    assert (noted.images, noted.replaced) == ({"mug", "twin"}, frozenset())


def test_what_another_project_has_ordered_is_its_own(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/imagegen.toml").touch()
    noted = replacement(tmp_path, lock=FIRST, project=tmp_path / "other")
    assert noted == Noted(Note.PAID, "job-2")


@pytest.mark.parametrize(("again", "note"), [(True, Note.AGAIN), (False, Note.ABANDONED)])
def test_an_order_that_was_given_up_is_paid_again_only_if_a_person_says_so(tmp_path, again, note):
    ledger = Ledger.open(tmp_path / "account")
    ledger.note(intended(ledger), State.ABANDONED, again=again)
    assert looked(tmp_path, ledger=ledger).noted[KEY, 1].note is note


def test_jobs_of_other_keys_are_known_while_nothing_else_is(tmp_path):
    other = Ledger.open(tmp_path / "other")
    bought = intended(other)
    assert looked(tmp_path, others=[other]).elsewhere == {}
    other.note(bought, State.ACCEPTED, job_id="job-1")
    assert looked(tmp_path, others=[other]).elsewhere == {(KEY, 1): "job-1"}
    own = Ledger.open(tmp_path / "own")
    intended(own)
    assert looked(tmp_path, ledger=own, others=[other]).elsewhere == {}


def test_a_ledger_of_another_key_that_cannot_be_read_is_no_fault_of_this_project(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/ledger.jsonl").write_text("a song\n")
    assert looked(tmp_path, others=[Ledger(tmp_path / "other")]).elsewhere == {}


JOB = values.locked().job_id


@pytest.mark.parametrize(
    ("state", "job", "closed"),
    [
        (State.STORED, JOB, True),
        # The picture is in the store, and the kill came before the ledger could say so.
        (State.READY, JOB, True),
        # The lock has somebody else's picture of the same request; this one is still to be fetched.
        (State.READY, "job-2", False),
    ],
)
def test_what_a_killed_run_could_not_note_is_closed_by_the_next(tmp_path, state, job, closed):
    ledger = Ledger.open(tmp_path / "account")
    bought = intended(ledger, **REPLACEMENT)
    ledger.note(bought, state, job_id=job, originals=("ab" * 32,))
    survey.close_shown(ledger, HALF)
    assert ledger.entries()[bought].state is state
    survey.close_shown(ledger, SECOND)
    assert ledger.entries()[bought].state is (State.LOCKED if closed else state)


def test_what_an_image_showed_before_is_found_while_it_asks_for_it_and_shows_something_else(
    tmp_path,
):
    store = DiskStore(tmp_path / "store")
    original = Original(store.put(b"photo"), 5, "webp", 9, 9)
    request, root = TARGET.request.canonical, str(Workspace(tmp_path).root)
    store.remember_former(Former(root, "mug", request, 0, False, original, "print"))
    world = looked(tmp_path)
    one = world.former["mug"]
    assert (one.take, one.original, one.declared, one.outputs) == (0, original, "print", ())
    assert original.sha256 in world.originals
    assert looked(tmp_path, lock=values.lock_of(values.locked())).former == {}
    assert looked(tmp_path, replace(TARGET, take=1)).former == {}
    assert looked(tmp_path, values.target("cup")).former == {}
