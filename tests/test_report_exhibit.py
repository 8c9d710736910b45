"""The pictures before and after: where their bytes come from, and what is said when they do not."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import reporting
import values
import versioned
from PIL import Image

from imagegen.derivative import Marks
from imagegen.lock import Lock, dump
from imagegen.pictures.xmp import marked
from imagegen.plan import Reason
from imagegen.report import exhibit
from imagegen.report.comparison import compare
from imagegen.report.exhibit import Exhibit, Thumbnail, exhibits
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


def colour_of(shown: Thumbnail | None) -> tuple[int, ...]:
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
    (root / "images/mug.png").write_bytes(versioned.pointer(BLUE))
    before, after = states(Workspace(root), None, None)
    (found,) = exhibits(differences, State(old, "x", after.workspace), after, store)
    assert (found.before, found.after, found.likeness) == (None, None, None)
    assert found.remarks == (
        "the earlier picture is not at hand",
        "the later picture is in Git LFS and was not fetched",
    )


def test_a_picture_that_a_clone_was_made_without_is_told(root, tmp_path):
    versioned.begin(root)
    for lock, data in zip(changed(), (RED, BLUE), strict=True):
        (root / "imagegen.lock").write_bytes(dump(lock))
        (root / "images/mug.png").write_bytes(data)
        versioned.commit(root)
    versioned.git(root, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    versioned.git(root, "clone", "-q", "--filter=blob:none", f"file://{root}", str(clone))
    versioned.git(clone, "cat-file", "-s", "HEAD~1:imagegen.lock")
    before, after = states(Workspace(clone), "HEAD~1", None)
    differences = compare(before.lock, after.lock).differences
    (found,) = exhibits(differences, before, after, DiskStore(tmp_path / "store"))
    assert found.remarks == ("the earlier picture was not fetched into this clone",)
    assert found.after is not None


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


def test_words_on_a_picture_are_shown_before_and_after_for_each_locale(root):
    both = [reporting.poster(root, data) for data in (RED, BLUE)]
    found = only(reporting.report(root, *map(values.lock_of, both)))
    assert (found.before, found.after, found.remarks) == (None, None, ())
    german, portuguese = found.displays
    assert (colour_of(german.before)[0] > 200, colour_of(german.after)[2] > 200) == (True, True)
    assert 0 < german.likeness.similarity.ssim < 1
    assert (portuguese.before, portuguese.likeness) == (None, None)
    assert portuguese.remarks == ("the earlier file is another by now",)
    assert portuguese.after is not None


def test_words_of_before_come_from_git_or_it_is_told_why_not(root):
    versioned.begin(root)
    old = reporting.poster(root, RED)
    (root / "imagegen.lock").write_bytes(dump(values.lock_of(old)))
    versioned.commit(root, "imagegen.lock", "images/mug-pt-BR.png")
    (root / old.derived.files[0].path).unlink()
    new = reporting.poster(root, BLUE)
    (root / "imagegen.lock").write_bytes(dump(values.lock_of(new)))

    def displays():
        before, after = states(Workspace(root), None, None)
        store = DiskStore(root.with_name("store"))
        (found,) = exhibits(compare(before.lock, after.lock).differences, before, after, store)
        return found.displays

    german, portuguese = displays()
    assert german.remarks == ("the earlier file was not committed",)
    assert (colour_of(portuguese.before)[0] > 200, portuguese.remarks) == (True, ())
    (root / "imagegen.lock").write_bytes(dump(values.lock_of(old)))
    versioned.commit(root)
    (root / "imagegen.lock").write_bytes(dump(values.lock_of(new)))
    (_, portuguese) = displays()
    assert portuguese.remarks == (
        "the earlier file was not committed with the bytes that the lock names",
    )


def test_what_the_files_say_differently_is_told_once_for_all_locales(root):
    def said(colour, **texts):
        return marked(reporting.picture(colour), Marks("x", tuple(texts.items())))

    both = [
        reporting.poster(root, said("red", de="Kaffee", en="Coffee")),
        reporting.poster(root, said("blue", de="Tee", en="Coffee", fr="Café")),
    ]
    found = only(reporting.report(root, *map(values.lock_of, both)))
    told = (Reason("description.de", "Kaffee", "Tee"), Reason("description.fr", None, "Café"))
    assert found.said == told
    assert "<del>Kaffee</del> → <ins>Tee</ins>" in page(
        reporting.report(root, *map(values.lock_of, both))
    )


def test_the_same_words_on_the_same_picture_are_told_as_other_files(root):
    def german(alt):
        one = reporting.poster(root, marked(RED, Marks("x", (("", alt),))), original=BLUE)
        return replace(one, derived=replace(one.derived, files=one.derived.files[:1]))

    report = reporting.report(root, *(values.lock_of(german(alt)) for alt in ("A mug", "A cup")))
    assert summary(report).splitlines()[1] == "### Pictures: 1 with other files"
    assert only(report).said == (Reason("description", "A mug", "A cup"),)
    assert only(report).after is not None


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
    poster = values.lock_of(*many[:-2], reporting.poster(root, RED))
    report = reporting.report(root, Lock(), poster)
    assert report.left_out == 1, "its words count as well"
    assert [one.edition.locale for one in report.exhibits[0].displays] == ["de", "pt-BR"]
    assert "The pictures of 1 image are left out" in page(report)
    assert "The pictures of 1 image are left out" in summary(report)
    assert report.form()["differences"][-1]["left_out"] is True
