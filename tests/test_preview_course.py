"""Tests of the course of a build, as it is folded from its feed."""

from __future__ import annotations

import pytest

from imagegen.errors import Problem
from imagegen.events import (
    Accepted,
    Began,
    Charged,
    Done,
    Failed,
    KeptAside,
    Progressed,
    Waiting,
    Warned,
)
from imagegen.feed import Header, Place, Reading
from imagegen.preview.course import Course

HEADER = Header("build", 3, 1, 0.0)
BEGAN = Began("mug", "generate", paid=True)


def course(*events, alive=True, ended=False):
    reading = Reading(Place(HEADER, 1), events, afresh=True, ended=ended)
    return Course().after(reading, alive=alive)


@pytest.mark.parametrize(
    ("events", "stage", "percent"),
    [
        ((BEGAN,), "generate", None),
        ((BEGAN, Accepted("mug", "job-1")), "ordered", None),
        ((BEGAN, Progressed("mug", 40)), "making", 40),
        ((BEGAN, Progressed("mug", None)), "making", None),
        ((BEGAN, Charged("mug", 12)), "fetching", 100),
        ((BEGAN, Done("mug", "generate", "mug.webp")), "done", 100),
        ((BEGAN, KeptAside("mug", "mug.webp", "x")), "generate", None),
    ],
)
def test_each_event_moves_its_image(events, stage, percent):
    standing = course(*events).of("mug")
    assert (standing.stage, standing.percent, standing.making) == (stage, percent, True)


def test_putting_a_picture_back_is_no_making():
    restored = course(Began("mug", "restore", paid=False), Done("mug", "restore", "mug.webp"))
    assert not restored.of("mug").making


def test_what_is_behind_is_counted_done_or_failed():
    told = course(BEGAN, Done("cup", "restore", "cup.webp"), Failed("pot", Problem("refused")))
    assert told.done == 2
    assert told.of("pot").problem == Problem("refused")


def test_waiting_is_over_with_the_next_event_of_an_image():
    waiting = course(BEGAN, Waiting("the API is busy"), Warned(Problem("odd")))
    assert waiting.waiting == "the API is busy"
    more = Reading(Place(HEADER, 2), (Progressed("mug", 1),))
    assert waiting.after(more, alive=True).waiting is None


@pytest.mark.parametrize(("alive", "ended"), [(False, False), (False, True), (True, True)])
def test_a_build_is_over_by_its_last_line_or_its_death(alive, ended):
    assert course(BEGAN, alive=alive, ended=ended).over


def test_a_build_that_is_over_never_comes_back():
    over = course(BEGAN, alive=False)
    assert over.after(Reading(Place(HEADER, 2)), alive=True).over


def test_another_build_starts_with_nothing():
    again = course(BEGAN).after(Reading(Place(HEADER, 1), (), afresh=True), alive=True)
    assert (again.standings, again.over) == ({}, False)


def test_a_feed_that_is_gone_is_no_build():
    gone = course(BEGAN).after(Reading(Place(), afresh=True), alive=True)
    assert (gone.over, gone.standings) == (True, {})


def test_candidates_are_one_image_that_is_as_far_as_they_are_on_the_whole():
    begun = [Began(f"hero#{take}", "generate", paid=True) for take in (1, 2)]
    half = course(*begun, Progressed("hero#1", 60), Progressed("hero#2", 20))
    assert (half.of("hero").percent, half.of("hero").making) == (40, True)
    first = course(*begun, Done("hero#1", "generate", ""))
    assert not first.of("hero").over
    assert course(*begun, *[Done(f"hero#{n}", "generate", "") for n in (1, 2)]).of("hero").over
    failed = course(*begun, Failed("hero#2", Problem("refused")))
    assert failed.of("hero").problem == Problem("refused")
