"""Where a picture comes from: store, lock, noted job, order; each purchase settled once."""

from __future__ import annotations

import shutil

import pytest
import values
from desk import Studio, webp
from seller import JOB, Seller, job

from imagegen import digest
from imagegen import lock as lockfile
from imagegen.build.purchase import State
from imagegen.events import Warned
from imagegen.providers.provider import JobStatus
from imagegen.request import Reference, Source

QUEUED = job(JobStatus.QUEUED)
DONE = job(urls=("https://x/1.webp",), credits=4)
MUG = values.target()


@pytest.fixture
def studio(tmp_path):
    return Studio(tmp_path, Seller(submits=[QUEUED], looks=[DONE], files=[webp()]))


def problem(result):
    (outcome,) = result.failures
    return outcome.problem


def test_a_bought_picture_is_stored_answered_placed_and_locked(studio):
    result = studio.build(MUG)
    assert (result.exit_code, result.outcomes[0].credits) == (0, 4)
    assert studio.workspace.read("images/mug.webp") == webp()
    assert studio.store.answer(MUG.request, 1).job_id == JOB
    assert studio.ledger.latest(MUG.request.key, 1).state is State.LOCKED
    assert studio.plan(MUG).idle


def test_two_images_with_one_request_wait_for_one_purchase(studio):
    result = studio.build(MUG, values.target("cup"))
    assert result.exit_code == 0
    assert len(studio.seller.posted) == studio.seller.fetched == 1
    assert sorted(studio.lock.images) == ["cup", "mug"]


def test_two_images_with_one_request_fail_for_one_reason(studio):
    (studio.folder / "home").mkdir()
    (studio.folder / "home/store").write_text("a file where the store should be")
    result = studio.build(MUG, values.target("cup"))
    reasons = {outcome.problem.summary for outcome in result.failures}
    assert len(reasons) == 1
    assert "interrupted" not in str(reasons)


def test_a_noted_job_is_collected_although_nothing_is_to_be_bought(studio):
    studio.build(MUG)
    shutil.rmtree(studio.folder / "home/store")
    (studio.folder / "images/mug.webp").unlink()
    assert studio.build(MUG).exit_code == 0
    assert len(studio.seller.posted) == 1
    assert studio.workspace.read("images/mug.webp") == webp()


def forget_the_way(studio):
    """Take the ledger's record of the job, the store's of the picture, the lock and the output."""
    file = studio.ledger.path
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(one for one in lines if b"ACCEPTED" not in one))
    shutil.rmtree(studio.folder / "home/store/answers")
    (studio.folder / "images/mug.webp").unlink()
    studio.lock = lockfile.Lock()
    (studio.folder / lockfile.NAME).unlink()


def test_a_picture_in_the_store_is_shown_though_its_job_and_its_record_are_lost(studio):
    studio.build(MUG)
    forget_the_way(studio)
    asked = studio.seller.fetched
    assert studio.build(MUG).exit_code == 0
    assert (len(studio.seller.posted), studio.seller.fetched) == (1, asked)
    assert studio.workspace.read("images/mug.webp") == webp()
    assert studio.store.answer(MUG.request, 1).originals[0].sha256 == digest.sha256_of(webp())


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_picture_whose_job_is_lost_with_its_bytes_is_left_to_a_person(studio, harm):
    studio.build(MUG)
    forget_the_way(studio)
    (file,) = (studio.folder / "home/store/objects").glob("*/*")
    file.unlink() if harm == "gone" else file.write_bytes(b"damaged")
    for _ in range(2):
        assert studio.build(MUG).exit_code
    assert len(studio.seller.posted) == 1
    assert studio.ledger.latest(MUG.request.key, 1).state is State.UNKNOWN


def test_a_paid_picture_that_nobody_has_any_more_is_told_and_not_bought(tmp_path):
    gone = Seller(looks=[job(JobStatus.FAILED)])
    studio = Studio(tmp_path, gone, values.lock_of(values.locked()))
    found = problem(studio.build(MUG))
    assert "was paid for as job" in found.summary
    assert "imagegen build --replace" in found.hint
    assert gone.posted == []


def test_without_a_key_a_paid_picture_cannot_be_fetched(tmp_path):
    studio = Studio(tmp_path, None, values.lock_of(values.locked()))
    assert "an API key is needed to fetch" in problem(studio.build(MUG)).summary


def with_reference(data):
    sha256 = digest.sha256_of(data)
    request = values.request(references=(Reference("input_images", sha256),))
    return values.target(of=request, sources=(Source("art/mug.webp", sha256),))


def test_a_reference_that_changed_after_the_plan_stops_the_order(studio):
    studio.write("art/mug.webp", webp(colour="blue"))
    found = problem(studio.build(with_reference(webp(colour="green"))))
    assert "the reference `art/mug.webp` has changed" in found.summary
    assert studio.seller.posted == []


def test_the_bytes_of_a_reference_are_kept_for_later(studio):
    studio.write("art/mug.webp", webp(colour="blue"))
    assert studio.build(with_reference(webp(colour="blue"))).exit_code == 0
    assert studio.store.has(digest.sha256_of(webp(colour="blue")))


@pytest.mark.parametrize(("ratio", "warned"), [("16:9", 1), ("1:1", 0)])
def test_a_picture_of_another_shape_is_kept_with_a_warning(studio, ratio, warned):
    params = (("aspect_ratio", ratio), ("output_format", "webp"), ("resolution", "1MP"))
    assert studio.build(values.target(of=values.request(params=params))).exit_code == 0
    warnings = [event for event in studio.events if isinstance(event, Warned)]
    assert len(warnings) == warned
    assert studio.workspace.read("images/mug.webp") == webp()


def test_a_draft_is_painted_and_noted_in_no_ledger(studio):
    draft = values.target(of=values.request(provider="draft"))
    assert studio.build(draft).exit_code == 0
    assert studio.lock.images["mug"].job_id is None
    assert studio.seller.posted == []
    assert not studio.ledger.entries()
