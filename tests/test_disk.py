"""Tests of the local store."""

from __future__ import annotations

import dataclasses
import errno
import os
import threading
from pathlib import Path

import pytest
from buying import small_disk, synced

from imagegen import atomic, digest
from imagegen.errors import NeedsAttention
from imagegen.original import Original
from imagegen.request import Request
from imagegen.store import answer_file, former_file
from imagegen.store.disk import DiskStore
from imagegen.store.store import Answer, Former, Store

PICTURE = b"\x89PNG a picture"
REQUEST = Request("apiframe", "flux-2-pro", "a mug", (("resolution", "1MP"),), 7, ())
PLACES = ("objects", "answers", "formers", "quarantine")


def original(data: bytes = PICTURE) -> Original:
    return Original(digest.sha256_of(data), len(data), "png", 16, 16)


FORMER = Former("/site", "mug", REQUEST.canonical, 2, picked=True, original=original())


def answer(take: int = 1, request: Request = REQUEST, *pictures: bytes) -> Answer:
    originals = tuple(original(data) for data in pictures or (PICTURE,))
    return Answer(request.canonical, take, 7, "job-1", 8, originals)


def filled(folder: Path) -> DiskStore:
    store = DiskStore(folder)
    store.put(PICTURE)
    store.remember(answer())
    return store


def test_it_fulfils_the_socket(tmp_path: Path) -> None:
    store: Store = DiskStore(tmp_path / "store")
    assert store.put(PICTURE) == digest.sha256_of(PICTURE)
    store.remember(answer())
    assert store.answer(REQUEST, 1) == answer()


def test_asking_an_empty_store_creates_nothing(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "store")
    assert store.answer(REQUEST, 1) is None
    assert store.takes(REQUEST) == ()
    assert store.get("0" * 64) is None
    assert not store.has("0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_comes_back_from_another_process_view(tmp_path: Path) -> None:
    filled(tmp_path)
    store, sha256 = DiskStore(tmp_path), digest.sha256_of(PICTURE)
    assert store.get(sha256) == PICTURE
    path = store.path(sha256)
    assert path == tmp_path / "objects" / sha256[:2] / sha256
    assert path.read_bytes() == PICTURE
    assert store.answer(REQUEST, 1) == answer()


def test_keeping_the_same_bytes_again_writes_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path)
    path = store.path(store.put(PICTURE))
    assert path is not None
    before = path.stat()
    store.put(PICTURE)
    assert path.stat().st_ino == before.st_ino


@pytest.mark.parametrize("damaged", [b"", PICTURE[:-1], PICTURE[:-1] + b"X"])
def test_keeping_a_picture_heals_a_damaged_one(tmp_path: Path, damaged: bytes) -> None:
    store = filled(tmp_path)
    path = store.path(digest.sha256_of(PICTURE))
    assert path is not None
    path.write_bytes(damaged)
    assert store.get(store.put(PICTURE)) == PICTURE


def test_a_tampered_picture_is_absent_and_kept_aside(tmp_path: Path) -> None:
    store, sha256 = filled(tmp_path), digest.sha256_of(PICTURE)
    for damaged in (b"one", b"two"):
        path = store.path(store.put(PICTURE))
        assert path is not None
        path.write_bytes(damaged)
        assert store.get(sha256) is None
        assert not store.has(sha256)
        assert store.answer(REQUEST, 1) == answer()
    kept = {path.read_bytes() for path in (tmp_path / "quarantine").iterdir()}
    assert {b"one", b"two"} < kept


def test_a_kept_picture_is_durable_by_its_bytes_and_by_every_name_above(tmp_path: Path) -> None:
    place, sha256 = tmp_path / "home" / "store", digest.sha256_of(PICTURE)
    folder = place / "objects" / sha256[:2]
    names = {folder, folder.parent, place, tmp_path / "home", tmp_path}
    for attempt in ("first", "again"):
        with synced() as paths:
            # As another process, which cannot know how far the first one came.
            DiskStore(place).put(PICTURE)
        assert names <= set(paths)
        files = [path for path in paths if path.name.startswith(".imagegen-")]
        assert len(files) == (attempt == "first")


def test_names_above_are_made_durable_once_in_a_process(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.put(PICTURE)
    with synced() as paths:
        store.put(PICTURE)
    assert [path.parent.name for path in paths] == ["objects"]


def test_a_name_that_is_no_digest_never_becomes_a_path(tmp_path: Path) -> None:
    for name in ("../secret", "", "A" * 64, "0" * 63):
        with pytest.raises(ValueError):
            DiskStore(tmp_path).get(name)


def test_another_request_with_the_same_key_gets_nothing_and_overwrites_nothing(
    tmp_path: Path,
) -> None:
    store = filled(tmp_path)
    other = dataclasses.replace(REQUEST, prompt="a bowl")
    other.__dict__["key"] = REQUEST.key  # a collision, which nobody can compute
    assert store.answer(other, 1) is None
    assert store.takes(other) == ()
    assert store.knows(REQUEST.key, 1)
    assert store.answer(REQUEST, 1) == answer()


def test_an_answer_of_another_request_is_never_overwritten(tmp_path: Path) -> None:
    store = filled(tmp_path)
    other = dataclasses.replace(REQUEST, prompt="a bowl")
    theirs = tmp_path / "answers" / other.key[:2] / f"{other.key}-1.json"
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_bytes(answer_path(tmp_path).read_bytes())
    with pytest.raises(NeedsAttention, match="two requests share one request key"):
        store.remember(answer(1, other))
    assert answer_file.decode(theirs.read_bytes()) == answer()


def test_true_is_not_one(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.put(PICTURE)
    one = dataclasses.replace(REQUEST, params=(("raw", 1),))
    true = dataclasses.replace(REQUEST, params=(("raw", True),))
    true.__dict__["key"] = one.key
    store.remember(answer(1, one))
    assert store.answer(true, 1) is None


def test_takes_are_those_that_were_bought_in_rising_order(tmp_path: Path) -> None:
    store = filled(tmp_path)
    for take in (10, 3):
        store.remember(answer(take))
    assert store.takes(REQUEST) == (1, 3, 10)
    assert store.takes(dataclasses.replace(REQUEST, prompt="x")) == ()


def test_what_was_bought_is_known_also_where_its_picture_is_not(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    assert not store.knows(REQUEST.key, 1)
    store.remember(answer())
    assert store.knows(REQUEST.key, 1)
    assert not store.knows(REQUEST.key, 2)
    assert (store.answer(REQUEST, 1), store.takes(REQUEST)) == (answer(), (1,))
    assert not store.has(digest.sha256_of(PICTURE))


def answer_path(folder: Path) -> Path:
    return next((folder / "answers").rglob("*.json"))


def test_a_damaged_answer_is_absent_and_kept_aside(tmp_path: Path) -> None:
    store = filled(tmp_path)
    path = answer_path(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"credits": 8', b'"credits": 9'))
    assert store.answer(REQUEST, 1) is None
    assert not path.exists()
    notes = [note.read_text() for note in (tmp_path / "quarantine").glob("*.why.txt")]
    assert notes == ["damaged answer: its checksum differs\n"]
    store.remember(answer())
    assert store.answer(REQUEST, 1) == answer()


def test_the_answer_of_a_newer_version_is_absent_and_left_alone(tmp_path: Path) -> None:
    store = filled(tmp_path)
    path = answer_path(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2'))
    before = path.read_bytes()
    assert store.answer(REQUEST, 1) is None
    assert path.read_bytes() == before


def test_an_answer_under_the_name_of_another_take_is_not_served(tmp_path: Path) -> None:
    store = filled(tmp_path)
    path = answer_path(tmp_path)
    path.with_name(f"{REQUEST.key}-2.json").write_bytes(answer_file.encode(answer(1)))
    assert store.answer(REQUEST, 2) is None


def test_doubtful_bytes_are_kept_with_the_reason(tmp_path: Path) -> None:
    path = DiskStore(tmp_path).quarantine(b"<html>", "not a picture")
    assert path.parent == tmp_path / "quarantine"
    assert path.read_bytes() == b"<html>"
    assert path.with_name(f"{path.name}.why.txt").read_text() == "not a picture\n"


def test_a_full_disk_is_told_and_leaves_no_half_picture(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as folder:
        store = DiskStore(folder)
        with pytest.raises(NeedsAttention) as caught:
            store.put(bytes(100_000))
        assert "Free some space" in caught.value.problems[0].hint
        assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_store_that_cannot_be_written_can_be_read(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as folder:
        store = filled(folder)
        assert os.system(f"mount -o remount,ro '{folder}'") == 0
        sha256 = store.put(PICTURE)
        assert store.get(sha256) == PICTURE
        assert store.answer(REQUEST, 1) == answer()
        with pytest.raises(NeedsAttention) as caught:
            store.put(b"new")
        assert "read-only" in caught.value.problems[0].hint


def test_damage_in_a_store_that_cannot_be_written_counts_as_absent(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as folder:
        store, sha256 = filled(folder), digest.sha256_of(PICTURE)
        path = store.path(sha256)
        assert path is not None
        path.write_bytes(b"damaged")
        answer_path(folder).write_bytes(b"damaged")
        assert os.system(f"mount -o remount,ro '{folder}'") == 0
        assert store.get(sha256) is None
        assert store.answer(REQUEST, 1) is None


def test_a_disk_fault_while_reading_is_told_and_not_called_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(tmp_path)

    def failing(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", failing)
    with pytest.raises(NeedsAttention):
        store.get(digest.sha256_of(PICTURE))
    with pytest.raises(NeedsAttention):
        store.answer(REQUEST, 1)


def test_many_threads_may_keep_the_same_picture(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    threads = [threading.Thread(target=filled, args=(tmp_path,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.answer(REQUEST, 1) == answer()
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_every_write_goes_through_a_place_that_is_swept(tmp_path: Path) -> None:
    with synced() as paths:
        store = filled(tmp_path)
        store.quarantine(b"doubtful", "for a reason")
        store.remember_former(FORMER)
    used = {path.parent for path in paths if path.name.startswith(".imagegen-")}
    assert used == {tmp_path / place for place in PLACES}


def test_a_sweep_deletes_what_killed_writes_left_and_keeps_the_store(tmp_path: Path) -> None:
    store, sha256 = filled(tmp_path), digest.sha256_of(PICTURE)
    store.quarantine(b"doubtful", "for a reason")
    store.remember_former(FORMER)
    before = sorted(tmp_path.rglob("*"))
    for place in PLACES:
        (tmp_path / place / ".imagegen-killed.tmp").write_bytes(b"half")
    store.sweep()
    assert sorted(tmp_path.rglob("*")) == before
    assert store.get(sha256) == PICTURE
    DiskStore(tmp_path / "nowhere").sweep()


def test_bytes_on_their_way_lie_where_a_sweep_finds_them_and_are_not_kept(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    with store.arriving() as file:
        file.write_bytes(PICTURE)
        assert file.parent == tmp_path / "objects"
        assert file.name.startswith(atomic.TEMPORARY_PREFIX)
        store.sweep()
        assert file.read_bytes() == PICTURE
    assert list((tmp_path / "objects").iterdir()) == []


def test_what_an_image_showed_is_known_for_it_and_its_request_alone(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "home" / "store")
    assert store.former(REQUEST, "/site", "mug") is None
    assert not store.folder.exists()
    with synced() as paths:
        store.remember_former(FORMER)
    assert {store.folder, store.folder / "formers", tmp_path / "home"} <= set(paths)
    assert store.former(REQUEST, "/site", "mug") == FORMER
    assert store.former(REQUEST, "/site", "cup") is None
    assert store.former(REQUEST, "/other", "mug") is None
    assert store.former(dataclasses.replace(REQUEST, seed=8), "/site", "mug") is None
    elsewhere = dataclasses.replace(FORMER, project="/other", take=3)
    store.remember_former(elsewhere)
    assert store.former(REQUEST, "/other", "mug") == elsewhere
    assert store.former(REQUEST, "/site", "mug") == FORMER
    later = dataclasses.replace(FORMER, take=0, picked=False)
    store.remember_former(later)
    assert store.former(REQUEST, "/site", "mug") == later
    assert store.takes(REQUEST) == ()
    assert not store.knows(REQUEST.key, 0)


def test_what_an_image_showed_is_known_under_its_new_name_too(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "store")
    store.rename_formers("/site", "mug", "cup")
    other = dataclasses.replace(FORMER, image="pot")
    elsewhere = dataclasses.replace(FORMER, project="/other")
    for one in (FORMER, other, elsewhere):
        store.remember_former(one)
    store.rename_formers("/site", "mug", "cup")
    assert store.former(REQUEST, "/site", "cup") == dataclasses.replace(FORMER, image="cup")
    assert store.former(REQUEST, "/site", "pot") == other
    assert store.former(REQUEST, "/other", "cup") is None


def test_a_former_of_another_request_or_image_in_its_place_is_no_former(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.remember_former(FORMER)
    (path,) = (tmp_path / "formers").rglob("*.json")
    other = {**REQUEST.canonical, "prompt": "a cup"}
    for changes in ({"request": other}, {"image": "cup"}, {"project": "/other"}):
        path.write_bytes(former_file.encode(dataclasses.replace(FORMER, **changes)))
        assert store.former(REQUEST, "/site", "mug") is None
    path.write_bytes(b"damaged")
    assert store.former(REQUEST, "/site", "mug") is None
    assert not path.exists()
