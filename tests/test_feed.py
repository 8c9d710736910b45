"""Tests of the feed: what a build says, for whoever looks on from another process."""

from __future__ import annotations

import os
import typing
from pathlib import Path

import pytest

from imagegen import events, feed, file_lock
from imagegen.errors import Problem, Where
from imagegen.events import Accepted, Done, Failed, Progressed, Waiting
from imagegen.feed import Place

PROBLEM = Problem("refused", "It says so.", "say it otherwise", Where("imagegen.toml", 3, 1, "[x]"))


def feed_of(corner, *said):
    with feed.kept(corner, verb="build", total=2) as emit:
        for event in said:
            emit(event)
    return corner / feed.NAME


def test_what_a_build_says_is_read_as_it_was_said(tmp_path):
    said = (
        events.Began("mug", "generate", paid=True),
        Accepted("mug", "job-1"),
        Progressed("mug", None),
        Progressed("mug", 40),
        events.Charged("mug", 12),
        events.KeptAside("mug", "images/mug.webp", ".imagegen/edited/mug.webp"),
        Done("mug", "generate", "images/mug.webp"),
        events.LeftBehind("cup", "images/cup.webp"),
        Failed("cup", PROBLEM),
        events.Warned(Problem("odd")),
        Waiting("the API", 2.0),
        Waiting("the API"),
    )
    assert {type(event) for event in said} == set(typing.get_args(events.Event))
    reading = feed.read(feed_of(tmp_path, *said), Place())
    assert reading.events == said
    assert (reading.afresh, reading.ended) == (True, True)
    assert reading.place.header.total == 2


def test_reading_goes_on_where_it_stopped(tmp_path):
    path = tmp_path / feed.NAME
    with feed.kept(tmp_path, verb="build", total=1) as emit:
        emit(Progressed("mug", 1))
        first = feed.read(path, Place())
        assert (first.events, first.ended) == ((Progressed("mug", 1),), False)
        emit(Progressed("mug", 2))
        second = feed.read(path, first.place)
        assert (second.events, second.afresh) == ((Progressed("mug", 2),), False)
    assert feed.read(path, second.place).ended


def test_a_half_line_waits_for_its_other_half(tmp_path):
    path = feed_of(tmp_path, Progressed("mug", 1))
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    first = feed.read(path, Place())
    assert (first.events, first.ended) == ((), False)
    path.write_bytes(whole)
    second = feed.read(path, first.place)
    assert (second.events, second.ended) == ((Progressed("mug", 1),), True)


def test_progress_that_does_not_move_is_not_written_again(tmp_path):
    path = feed_of(tmp_path, *[Progressed("mug", 5)] * 3, Progressed("cup", 5))
    assert feed.read(path, Place()).events == (Progressed("mug", 5), Progressed("cup", 5))


def test_each_build_starts_over_although_the_last_one_said_more(tmp_path):
    before = feed.read(feed_of(tmp_path, *[Progressed("mug", n) for n in range(9)]), Place())
    after = feed.read(feed_of(tmp_path, Progressed("cup", 1)), before.place)
    assert (after.afresh, after.events) == (True, (Progressed("cup", 1),))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1]\n",
        b'{"format": 2, "verb": "build", "total": 1, "pid": 1, "started": 1}\n',
        b'{"format": 1, "verb": "build"}\n',
        b'{"format": 1, "verb": "build", "total": "x", "pid": 1, "started": 1}\n',
        b"\x00" * 10_000,
    ],
)
def test_what_is_no_feed_says_nothing(tmp_path, text):
    path = feed_of(tmp_path, Progressed("mug", 1))
    before = feed.read(path, Place())
    path.write_bytes(text)
    reading = feed.read(path, before.place)
    assert (reading.place, reading.events, reading.afresh) == (Place(), (), True)


def test_lines_that_make_no_sense_are_left_out(tmp_path):
    path = feed_of(tmp_path)
    strange = b'\n[]\n{"event": "Done"}\n{"event": "Sung", "name": "mug"}\n\xff\n'
    wrong = b'{"event": "Progressed", "name": ["mug"], "percent": 1}\n'
    path.write_bytes(path.read_bytes() + strange + wrong + b"[" * 9000 + b"\n")
    assert feed.read(path, Place()).events == ()


def test_no_feed_and_no_regular_file_are_no_feed(tmp_path):
    assert feed.read(tmp_path / "absent", Place()) == feed.Reading(Place())
    os.mkfifo(tmp_path / "pipe")
    assert feed.read(tmp_path / "pipe", Place()) == feed.Reading(Place())


def test_a_feed_that_cannot_be_written_disturbs_nobody(tmp_path):
    (tmp_path / feed.NAME).mkdir()
    feed_of(tmp_path, Progressed("mug", 1))
    feed_of(tmp_path / "gone", Progressed("mug", 1))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_ends_the_feed_and_not_the_build(tmp_path):
    with feed.kept(tmp_path, verb="build", total=1) as emit:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, emit._descriptor)
        os.close(full)
        emit(Progressed("mug", 1))
        emit(Progressed("mug", 2))
    assert b"Progressed" not in (tmp_path / feed.NAME).read_bytes()


def test_a_link_in_its_place_is_never_followed(tmp_path):
    (tmp_path / "corner").mkdir()
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "corner" / feed.NAME).symlink_to(tmp_path / "precious")
    feed_of(tmp_path / "corner", Progressed("mug", 1))
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_writer_is_alive_while_it_holds_the_project(tmp_path):
    lock = tmp_path / "build.lock"
    with file_lock.held(lock):
        assert feed.is_writing(lock)
    assert not feed.is_writing(lock)
    assert not feed.is_writing(tmp_path / "gone" / "build.lock")
