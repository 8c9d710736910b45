"""The pictures before and after: where their bytes come from, and what is said when they do not."""

from __future__ import annotations

import io

import pytest
import reporting
import values
import versioned
from PIL import Image

from imagegen.lock import Lock, dump
from imagegen.report import exhibit
from imagegen.report.comparison import compare
from imagegen.report.exhibit import Exhibit, Print, exhibits
from imagegen.report.page import page
from imagegen.report.state import State, states
from imagegen.report.summary import summary
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace

RED, BLUE = reporting.picture("red"), reporting.picture("blue")


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "site"
    (folder / "images").mkdir(parents=True)
    (folder / "images/mug.png").write_bytes(BLUE)
    return folder


def only(report) -> Exhibit:
    (found,) = report.exhibits
    return found


def changed(old: bytes = RED, new: bytes = BLUE) -> tuple[Lock, Lock]:
    return (
        values.lock_of(reporting.entry("mug", old)),
        values.lock_of(reporting.entry("mug", new, "a cup")),
    )


def colour_of(shown: Print | None) -> tuple[int, ...]:
    assert shown is not None
    image = Image.open(io.BytesIO(shown.data)).convert("RGB")
    return image.getpixel((image.width - 5, image.height // 2))


def test_the_picture_of_before_comes_from_the_store_and_nothing_there_is_touched(root):
    store = root.with_name("store")
    DiskStore(store).put(RED)
    there = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    found = only(reporting.report(root, *changed()))
    assert colour_of(found.before)[0] > 200
    assert colour_of(found.after)[2] > 200
    assert found.likeness is not None
    assert found.likeness.similarity.colour > 0.1
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == there


def test_the_picture_of_before_comes_from_git_when_its_digest_fits(root):
    versioned.begin(root)
    old, new = changed()
    (root / "images/mug.png").write_bytes(RED)
    (root / "imagegen.lock").write_bytes(dump(old))
    versioned.commit(root)
    (root / "images/mug.png").write_bytes(BLUE)
    (root / "imagegen.lock").write_bytes(dump(new))
    before, after = states(Workspace(root), None, None)
    differences = compare(old, new).differences
    store = DiskStore(root.with_name("store"))
    (found,) = exhibits(differences, before, after, store)
    assert (colour_of(found.before)[0] > 200, found.remarks) == (True, ())
    (root / "images/mug.png").write_bytes(b"pointer to a large file")
    versioned.commit(root)
    before, after = states(Workspace(root), None, None)
    (found,) = exhibits(differences, State(old, "x", after.workspace), after, store)
    assert found.before is None
    assert found.likeness is None


def test_bytes_with_another_digest_are_not_believed(root):
    damaged = DiskStore(root.with_name("store"))
    path = damaged.path(damaged.put(RED))
    path.write_bytes(BLUE)
    found = only(reporting.report(root, *changed()))
    assert found.before is None
    assert found.remarks == ("the earlier picture is not at hand",)
    assert path.read_bytes() == BLUE, "nothing is moved to quarantine"


def test_bytes_that_are_no_picture_are_told_and_not_decoded_here(root):
    wreck = RED[:-30]
    DiskStore(root.with_name("store")).put(wreck)
    found = only(reporting.report(root, *changed(old=wreck)))
    (remark,) = found.remarks
    assert remark.startswith("the earlier picture cannot be shown: truncated PNG")


def test_the_same_picture_is_shown_once(root):
    old, new = values.lock_of(reporting.entry("cup", BLUE)), changed()[1]
    moved = values.lock_of(reporting.entry("mug", BLUE))
    found = only(reporting.report(root, old, moved))
    assert (found.before, found.likeness) == (None, None)
    assert found.after is not None
    (*_, gone) = reporting.report(root, old, Lock()).exhibits
    assert gone.after is None
    assert gone.remarks == ("the earlier picture is not at hand",)
    assert new


def test_a_print_is_small_webp(root):
    large = reporting.picture("red", (1600, 800))
    (root / "images/mug.png").write_bytes(large)
    found = only(reporting.report(root, Lock(), values.lock_of(reporting.entry("mug", large))))
    shown = found.after
    assert shown is not None
    assert (shown.width, shown.height) == (480, 240)
    assert Image.open(io.BytesIO(shown.data)).size == (480, 240)
    assert shown.uri.startswith("data:image/webp;base64,UklGR")


def test_too_many_pictures_are_left_out_and_counted(root):
    many = [reporting.entry(f"mug-{i}", BLUE, f"mug {i}") for i in range(exhibit.PICTURES_LIMIT)]
    report = reporting.report(root, Lock(), values.lock_of(*many, reporting.entry("zoo", BLUE)))
    assert report.left_out == 1
    assert report.exhibits[-1].difference.name == "zoo"
    assert report.exhibits[-1].left_out
    assert "The pictures of 1 image are left out" in page(report)
    assert "The pictures of 1 image are left out" in summary(report)
    assert report.form()["differences"][-1]["left_out"] is True
