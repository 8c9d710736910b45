from __future__ import annotations

from dataclasses import replace

import pytest
import values
from hypothesis import given
from hypothesis import strategies as st

from imagegen import lock
from imagegen.derivative import Placeholder
from imagegen.errors import WrongInput
from imagegen.lock import Lock
from imagegen.locked import Derived, Link, Output
from imagegen.request import Reference, Source

URI = "data:image/webp;base64,UklGRg=="

GOLDEN = """\
# imagegen keeps this file: commit it, do not edit it.
# It says which paid picture answers which request, and which bytes are in place.
version = 1

[images.mug]
request_key = "KEY"
take = 1
seed = SEED
job_id = "4ffcb9da-0000-4000-8000-000000000001"
credits = 12

[images.mug.original]
sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
bytes = 1000
format = "webp"
width = 1024
height = 1024

[images.mug.request]
format = 1
provider = "apiframe"
model = "flux-2-pro"
prompt = "a mug"

[images.mug.request.params]
output_format = "webp"
resolution = "1MP"

[[images.mug.outputs]]
path = "images/mug.webp"
sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
"""


def test_an_entry_is_one_block_without_times_or_machine_paths() -> None:
    one = values.locked()
    expected = GOLDEN.replace("KEY", one.request_key).replace("SEED", str(one.seed))
    assert lock.dump(values.lock_of(one)).decode() == expected


def test_entries_are_sorted_whatever_the_order_they_came_in() -> None:
    a, b = values.locked(values.target("a")), values.locked(values.target("b"))
    assert lock.dump(values.lock_of(b, a)) == lock.dump(values.lock_of(a, b))


@given(prompt=st.text(min_size=1), take=st.integers(1, 99), seed=st.integers(0, 2**31))
def test_any_entry_survives_the_way_to_text_and_back(prompt: str, take: int, seed: int) -> None:
    if any("\ud800" <= c <= "\udfff" for c in prompt):
        return
    target = values.target("x.y", values.request(prompt, params=(("a", 0.5), ("b", True))))
    one = values.locked(
        target, take=take, seed=seed, links=(Link("https://e.org/a.png", "c" * 64),)
    )
    before = values.lock_of(one)
    assert lock.parse(lock.dump(before), "imagegen.lock") == before


def test_a_pick_a_picture_taken_in_and_a_candidate_survive_the_way_to_text_and_back() -> None:
    picked = values.locked(take=3, picked=True)
    bare = {"take": 0, "seed": None, "job_id": None, "credits": None}
    taken = values.locked(values.target("cup"), declared="digitalCapture", **bare)
    candidate = values.locked(values.target("mug#3"), take=3, outputs=())
    before = values.lock_of(picked, taken, candidate)
    text = lock.dump(before)
    assert lock.parse(text, "imagegen.lock") == before
    assert b"take = 3\npicked = true\nseed" in text
    assert b'take = 0\nsource_type = "digitalCapture"\n' in text


def test_what_is_derived_stands_in_one_line_for_each_file() -> None:
    files = (
        Output("images/a b-100.webp", "c" * 64, "d" * 32, 100, 56, "pt-BR"),
        Output("images/a b-200.webp", "c" * 64, "d" * 32, 200, 112),
    )
    placeholder = Placeholder("e" * 32, "1QcSHQRnh493V4dIh4eXh1h4kJUI", "#aabbcc", URI)
    derived = Derived(files, {"webp": "Pillow 13 libwebp 1.6"}, placeholder)
    marked = (Output("images/mug.webp", "f" * 64, "0" * 32),)
    before = values.lock_of(values.locked(derived=derived, outputs=marked))
    text = lock.dump(before)
    assert lock.parse(text, "imagegen.lock") == before
    assert f"{'d' * 32} {'c' * 64} 100x56@pt-BR images/a b-100.webp".encode() in text
    assert f"{'d' * 32} {'c' * 64} 200x112 images/a b-200.webp".encode() in text


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("images/x-200.webp", "../x.webp", "does not stay inside the project"),
        ("images/x-200.webp", "imagegen.toml", "is a place that imagegen itself needs"),
        ("d" * 32, "d" * 31, "`key` is not 32 hex digits"),
        ("200x112", "200", "`files` is not a list of key, sha256, size and path"),
        ("#aabbcc", "red;}", "`placeholder` is not a colour and a data URI"),
        ("data:image/webp", "javascript:", "`placeholder` is not a colour and a data URI"),
        ("1QcS", "<b>", "`thumbhash` is not base64"),
    ],
)
def test_what_is_derived_is_believed_only_as_imagegen_wrote_it(old, new, what) -> None:
    files = (Output("images/x-200.webp", "c" * 64, "d" * 32, 200, 112),)
    placeholder = Placeholder("e" * 32, "1QcS", "#aabbcc", URI)
    derived = Derived(files, {"webp": "Pillow 13"}, placeholder)
    text = lock.dump(values.lock_of(values.locked(derived=derived))).decode()
    assert old in text
    assert what in problem(text.replace(old, new, 1))


def test_an_empty_lock_reads_as_no_images() -> None:
    assert lock.parse(lock.dump(Lock()), "imagegen.lock") == Lock()


def problem(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(WrongInput) as caught:
        lock.parse(data, "imagegen.lock")
    found = caught.value.problems[0]
    return f"{found.where}: {found.summary}"


def test_conflict_markers_are_named_with_their_line() -> None:
    text = lock.dump(values.lock_of(values.locked())).decode()
    broken = text.replace("[images.mug]\n", "<<<<<<< HEAD\n[images.mug]\n", 1)
    assert problem(broken) == "imagegen.lock:5:1: the lock has conflict markers"


def test_a_foreign_version_is_refused() -> None:
    expected = "imagegen.lock:1:1: the lock has version 2; this imagegen reads version 1"
    assert problem("version = 2\n") == expected
    assert "version None" in problem("")


@pytest.mark.parametrize("data", [b"\xff\xfe", b"version = ", b"a" * 10, b"x = " + b"[" * 5000])
def test_what_does_not_parse_is_a_located_problem(data: bytes) -> None:
    assert "imagegen.lock:1:" in problem(data)
    assert "does not parse" in problem(data)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("take = 1", "take = -1", "`take` is not a whole number of at least 0"),
        ("take = 1", "take = 1\npicked = 1", "`picked` is neither true nor false"),
        ("take = 1", 'take = 1\nsource_type = "a b"', "`source_type` is not a code of letters"),
        ("take = 1", "take = true", "`take` is not a whole number"),
        ("take = 1\n", "", "`take` is missing"),
        ('prompt = "a mug"', 'prompt = "a cup"', "`request_key` does not fit `request`"),
        ("images/mug.webp", "../mug.webp", "does not stay inside the project"),
        ("images/mug.webp", "/etc/passwd", "does not stay inside the project"),
        ("images/mug.webp", "images\\\\mug.webp", "does not stay inside the project"),
        ("aaaa", "zzzz", "`sha256` is not 64 hex digits"),
    ],
)
def test_a_block_that_imagegen_did_not_write_is_refused(old: str, new: str, reason: str) -> None:
    text = lock.dump(values.lock_of(values.locked())).decode()
    found = problem(text.replace(old, new, 1))
    assert found.startswith("imagegen.lock:5:1: the block of `mug` is not as imagegen wrote it")
    assert reason in found


def test_all_broken_blocks_are_told_at_once() -> None:
    both = values.lock_of(values.locked(values.target("a")), values.locked(values.target("b")))
    text = lock.dump(both).decode().replace("take = 1", "take = -1")
    with pytest.raises(WrongInput) as caught:
        lock.parse(text.encode(), "imagegen.lock")
    assert len(caught.value.problems) == 2


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise_anything_but_wrong_input(data: bytes) -> None:
    try:
        lock.parse(data, "imagegen.lock")
    except WrongInput as error:
        assert error.problems


def test_a_file_belongs_to_the_image_that_was_put_last() -> None:
    first = values.locked(values.target("zero", output="images/x.webp"))
    second = values.locked(values.target("main", output="images/x.webp"), sha256=values.OTHER_SHA)
    both = values.lock_of(first, second)
    assert both.owners() == {"images/x.webp": ("main", "zero")}
    found = values.lock_of(first).with_changes([second])
    assert found.owners() == {"images/x.webp": ("main",)}
    assert found.images["zero"] == replace(first, outputs=())
    assert lock.parse(lock.dump(found), "imagegen.lock") == found


def test_images_that_swap_their_files_keep_them() -> None:
    one = values.locked(values.target("one", output="images/x.webp"))
    two = values.locked(values.target("two", output="images/y.webp"))
    swapped = [replace(one, outputs=two.outputs), replace(two, outputs=one.outputs)]
    found = values.lock_of(one, two).with_changes(swapped)
    assert [found.images[name] for name in ("one", "two")] == swapped


def test_each_image_keeps_what_its_url_gave_when_it_was_made() -> None:
    url = "https://e.org/a.png"
    request = values.request(references=(Reference("input_images", values.SHA),))
    mug, cup = (
        values.target(name, request, sources=(Source(url, values.SHA),)) for name in ("mug", "cup")
    )
    made = values.lock_of(values.locked(mug, links=(Link(url, values.OTHER_SHA),)))
    kept, fresh = made.settled((mug, cup))
    assert kept.request.references[0].sha256 == values.OTHER_SHA
    assert fresh is cup
