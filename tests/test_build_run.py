"""Carrying out a plan: every image by itself, originals saved before their last copy goes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import values
from desk import Studio, webp
from seller import Seller, job

from imagegen import digest
from imagegen.errors import Problem, WrongInput
from imagegen.events import Began, Done, Failed, KeptAside, LeftBehind
from imagegen.locked import Output
from imagegen.original import Original
from imagegen.plan import Plan
from imagegen.providers.provider import JobStatus, Refused
from imagegen.request import IMAGE_MARK, Reference, Source

QUEUED = job(JobStatus.QUEUED)
DONE = job(urls=("https://x/1.webp",), credits=4)
MUG = values.target()
RED = digest.sha256_of(webp())


@pytest.fixture
def studio(tmp_path):
    return Studio(tmp_path, Seller(submits=[QUEUED], looks=[DONE], files=[webp()]))


@pytest.fixture
def clone(tmp_path):
    """A clone with one picture in place: no key, and a home without it."""
    studio = Studio(tmp_path, None, values.lock_of(values.locked(sha256=RED)))
    studio.write("images/mug.webp", webp())
    return studio


def test_a_build_tells_what_it_does(studio):
    studio.build(MUG)
    kinds = [type(event) for event in studio.events]
    assert kinds.index(Began) < kinds.index(Done)
    assert Done("mug", "generate", "images/mug.webp") in studio.events


def test_one_failure_stops_no_other(tmp_path):
    refused = Refused(Problem("a bad prompt"), status=400)
    studio = Studio(tmp_path, Seller(submits=[refused, QUEUED], looks=[DONE], files=[webp()]))
    result = studio.build(MUG, values.target("pot", values.request("a pot")))
    assert result.exit_code == 1
    assert len(result.failures) == 1
    assert len(studio.lock.images) == 1
    assert [event.problem.summary for event in studio.events if isinstance(event, Failed)] == [
        "a bad prompt"
    ]


def test_an_order_that_stops_everything_leaves_the_others_untried(tmp_path):
    refused = Refused(Problem("not enough credits"), status=402, stops_all=True)
    studio = Studio(tmp_path, Seller(submits=[refused]))
    targets = [values.target(name, values.request(name)) for name in ("a", "b", "c")]
    result = studio.build(*targets)
    assert len(studio.seller.posted) < 4
    assert {outcome.problem.summary for outcome in result.failures} == {"not enough credits"}


def test_the_last_copy_of_an_original_is_saved_before_it_is_moved(clone):
    result = clone.build(replace(MUG, output="tea/mug.webp"))
    assert result.exit_code == 0
    assert clone.workspace.read("tea/mug.webp") == webp()
    assert clone.workspace.read("images/mug.webp") is None
    assert clone.store.has(RED)


def test_the_last_copy_of_an_original_is_saved_before_it_is_deleted(clone):
    assert clone.build().exit_code == 0
    assert clone.workspace.read("images/mug.webp") is None
    assert clone.store.get(RED) == webp()
    assert clone.lock.images == {}


def test_an_edited_output_of_a_retired_image_is_left_and_told(clone):
    clone.write("images/mug.webp", b"mine")
    assert clone.build().exit_code == 0
    assert clone.events[0] == LeftBehind("mug", "images/mug.webp")
    assert clone.workspace.read("images/mug.webp") == b"mine"


def test_a_retired_output_that_another_image_claims_is_not_deleted(clone):
    heir = replace(values.target("cup"), output="images/mug.webp")
    assert clone.build(heir).exit_code == 0
    assert clone.workspace.read("images/mug.webp") == webp()
    assert list(clone.lock.images) == ["cup"]


class Acting(list):
    """Events; `act` is told of each, too."""

    def __init__(self, act):
        self.act = act

    def append(self, event):
        super().append(event)
        self.act(event)


def test_a_lock_that_is_damaged_meanwhile_hides_nothing_of_what_was_bought(studio):
    other = values.locked(values.target("gone", values.request("a pot")))
    good = studio.workspace.write_lock(values.lock_of(other))
    studio.lock = studio.workspace.read_lock()
    studio.seller.on_submit = lambda: studio.write("imagegen.lock", b"<<<<<<< HEAD")
    mend = {"imagegen.lock": lambda: studio.write("imagegen.lock", good)}
    studio.events = Acting(lambda event: mend.get(event.name, int)() if event else None)
    result = studio.build(MUG)
    assert [(one.name, one.credits) for one in result.failures] == [
        ("mug", 4),
        ("gone", None),
        ("imagegen.lock", None),
    ]


def test_a_protected_picture_that_no_lock_could_record_is_recorded_by_the_next_build(studio):
    wanted = values.target(output="images/mug.png", output_format="png", protect=True)
    studio.seller.on_submit = lambda: studio.write("imagegen.lock", b"<<<<<<< HEAD")
    with pytest.raises(WrongInput):
        studio.build(wanted)
    (studio.folder / "imagegen.lock").unlink()
    placed = studio.workspace.read(wanted.output)
    assert placed and digest.sha256_of(placed) != RED
    # What is in its place is a conversion, which nothing but the note of the run tells for ours.
    assert studio.build(wanted).exit_code == 0
    assert list(studio.lock.images) == ["mug"]
    assert len(studio.seller.posted) == 1


def test_a_disk_that_fails_while_an_image_waits_for_another_breaks_nothing_off(studio):
    formers = studio.store.folder / "formers"

    def fail(event):
        if isinstance(event, Done):
            formers.symlink_to(formers)

    studio.events = Acting(fail)
    reference = Reference("reference_images", IMAGE_MARK)
    request = values.request("a card", references=(reference,))
    card = values.target("card", request, sources=(Source("@mug", None),))
    result = studio.build(MUG, card)
    assert [one.name for one in result.failures] == ["card"]
    assert "symbolic links" in result.failures[0].problem.detail
    assert list(studio.lock.images) == ["mug"]


def test_a_bought_picture_is_recorded_where_its_old_file_cannot_go(studio, tmp_path):
    studio.write("images/mug.webp", webp(colour="blue"))
    blue = digest.sha256_of(webp(colour="blue"))
    studio.lock = values.lock_of(values.locked(sha256=blue))
    studio.workspace.write_lock(studio.lock)
    outside = tmp_path.with_name("outside")
    (tmp_path / "images").rename(outside)
    (tmp_path / "images").symlink_to(outside)
    wanted = values.target(of=values.request("a cup"), output="new/mug.webp")
    result = studio.build(wanted)
    (failed,) = result.failures
    assert "leads out of the project" in failed.problem.summary
    # It was bought, and says so; nobody buys it again.
    assert failed.credits == 4
    assert studio.lock.images["mug"].original.sha256 == RED
    assert studio.plan(wanted).idle


def test_a_strange_file_in_the_place_of_an_output_is_kept_aside(studio):
    studio.write("images/mug.webp", b"mine")
    studio.build(MUG)
    (kept,) = [event for event in studio.events if isinstance(event, KeptAside)]
    assert studio.workspace.read(kept.kept) == b"mine"


def test_an_output_in_another_format_is_converted_and_the_original_kept(studio):
    result = studio.build(replace(MUG, output="images/mug.png", output_format="png"))
    assert result.exit_code == 0
    data = studio.workspace.read("images/mug.png")
    assert data.startswith(b"\x89PNG")
    one = studio.lock.images["mug"]
    assert one.original.sha256 == RED
    assert one.outputs == (Output("images/mug.png", digest.sha256_of(data)),)


def test_a_new_name_keeps_the_derivatives_that_only_the_next_lock_will_have(clone):
    # Writing a long lock takes so long that the last images are recorded at the end.
    wanted = {"derivation": values.derivation(widths=(8,)), "output": MUG.output}
    others = [values.locked(values.target(f"z{i}")) for i in range(500)]
    old = values.locked(sha256=RED, original=Original(RED, len(webp()), "webp", 8, 8))
    clone.lock = values.lock_of(old)
    clone.build(values.target(**wanted))
    clone.lock = values.lock_of(clone.lock.images["mug"], *others)
    clone.workspace.write_lock(clone.lock)
    changes = clone.plan(values.target("cup", **wanted)).changes
    clone.carry_out(Plan(tuple(one for one in changes if one.name in ("cup", "mug"))))
    (file,) = clone.lock.images["cup"].derived.files
    assert digest.sha256_of(clone.workspace.read(file.path) or b"") == file.sha256
