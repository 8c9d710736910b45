"""The live line of a build: count, running jobs, money."""

from __future__ import annotations

import pytest

from imagegen.cli.live import LiveReporter
from imagegen.errors import Problem
from imagegen.events import Accepted, Began, Charged, Done, Failed, Progressed, Waiting


@pytest.fixture
def live():
    reporter = LiveReporter(3)
    yield reporter
    reporter.close()


def test_it_counts_what_runs_and_what_is_done(live):
    assert live.status().startswith("0/3  0 running")
    for name in ("a", "b"):
        live(Began(name, "generate", paid=True))
        live(Accepted(name, f"job-{name}"))
    live(Progressed("a", 40))
    live(Progressed("b", 60))
    assert "2 running (50 %)" in live.status()
    live(Charged("a", 6))
    live(Done("a", "generate", "images/a.webp"))
    for reason in ("no", "nor that"):
        live(Failed("b", Problem(reason)))
    assert live.status().startswith("2/3  0 running")
    assert "6 credits spent" in live.status()


def test_a_free_build_does_not_speak_of_money(live):
    live(Began("a", "restore", paid=False))
    assert "credits" not in live.status()


def test_waiting_is_told_until_something_happens(live):
    live(Waiting("the API asks for patience", 5))
    assert "waiting: the API asks for patience" in live.status()
    live(Began("a", "generate", paid=True))
    assert "waiting" not in live.status()


def test_the_live_line_never_takes_two(live):
    live(Waiting("the API asks for patience " * 40, 5))
    assert "waiting" in live._spinner.text.plain
    assert live._spinner.text.cell_len + 2 <= live._live.console.width


def test_a_width_of_nothing_hides_nothing(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "0")
    reporter = LiveReporter(1)
    reporter(Failed("a", Problem("nobody knows why")))
    reporter.close()
    assert "nobody knows why" in capsys.readouterr().err
