"""The attack by hostile projects, in small: a sample of the corpus and a few mutants."""

from __future__ import annotations

import sys

import pytest

from . import projects
from .project_case import Outcome

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="measures forked processes"),
]


@pytest.mark.slow
def test_a_hostile_project_is_refused_in_time_and_touches_nothing() -> None:
    # Seventeen is strange to the number of verbs, so each verb comes up.
    tally = projects.run(projects.CORPUS, seed=1, only=range(0, projects.CORPUS, 17))
    assert tally.failures == ()
    assert tally.tried > 55


def test_mutants_of_sound_projects_keep_the_limits() -> None:
    first = len(projects.corpus(1))
    tally = projects.run(first + 12, seed=1, only=range(first, first + 12))
    assert tally.failures == ()


def test_the_corpus_is_as_large_as_it_says_and_always_the_same() -> None:
    cases = projects.corpus(1)
    assert len({case.name for case in cases}) == len(cases) == projects.CORPUS
    assert cases[:600] == projects.corpus(2)[:600] != projects.corpus(2)[-600:]
    assert sum(case.outcome is Outcome.REFUSED for case in cases) > 900
