"""The look around before a plan: what is at hand on disk, in the store and in the ledger."""

from __future__ import annotations

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
from imagegen.store.store import Answer
from imagegen.workspace import Workspace

TARGET = values.target()
KEY = TARGET.request.key


def looked(tmp_path, *, lock=None, ledger=None):
    return survey.look_around(
        [TARGET],
        lock or Lock(),
        Workspace(tmp_path),
        DiskStore(tmp_path / "store"),
        ledger=ledger,
    )


def intended(ledger, attempt=1):
    intent = replace(
        buying.intent(attempt=attempt),
        purchase=Purchase(KEY, 1, attempt),
        request=TARGET.request.canonical,
        idempotency_key=f"key-{attempt}",
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


def test_a_refusal_by_moderation_is_known_until_a_later_attempt(tmp_path):
    ledger = Ledger.open(tmp_path / "account")
    first = intended(ledger)
    ledger.note(first, State.ACCEPTED, job_id="job-1")
    ledger.note(first, State.FAILED, error="policy", moderated=True)
    assert looked(tmp_path, ledger=ledger).noted == {
        (KEY, 1): Noted(Note.REFUSED, "job-1", "policy")
    }
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
