"""How a picture that cannot be had is told: the way back that costs least goes first."""

from __future__ import annotations

from dataclasses import replace

import pytest
import values

from imagegen.build import absence_fault
from imagegen.errors import Problem
from imagegen.plan import Action, Change, Reason

MISSING = Change("mug", Action.RESTORE, target=values.target(), locked=values.locked())
CHECKOUT = "git checkout -- images/mug.webp"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project in a folder of a git repository, with a person in it."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_committed_file_comes_back_from_git_first(root):
    first = [
        absence_fault.absent(values.locked(), "images/mug.webp", root),
        absence_fault.absent(values.locked(take=0), "images/mug.webp", root),
        absence_fault.keyless(MISSING, root, buying=False),
        absence_fault.gone(MISSING, "job-1", Problem("no such job"), root),
    ]
    assert all(one.hint.splitlines()[1].strip() == CHECKOUT for one in first)
    assert "imagegen build --replace mug" in first[-1].hint


def test_without_git_it_is_not_named(tmp_path):
    told = absence_fault.keyless(MISSING, tmp_path, buying=False).hint
    assert told == "set the key, then build again; it costs nothing"


def test_git_has_no_picture_that_the_lock_no_longer_has(root):
    other = replace(MISSING, target=values.target(of=values.request("a cup")))
    assert "git" not in absence_fault.keyless(other, root, buying=False).hint


def test_git_is_not_asked_for_a_file_that_is_to_say_something_else(root):
    unsaid = replace(MISSING, reasons=(Reason("provenance", "not as wanted", "as wanted"),))
    assert "git" not in absence_fault.keyless(unsaid, root, buying=False).hint


def test_from_another_folder_git_is_told_where(root, monkeypatch):
    monkeypatch.chdir(root.parent)
    told = absence_fault.from_git(root, "images/two words.webp")
    assert told.endswith(f"git -C {root} checkout -- 'images/two words.webp'")


def test_a_draft_is_offered_only_where_no_bought_picture_is_shown(root):
    new = Change("mug", Action.GENERATE, target=values.target())
    assert "--draft" in absence_fault.keyless(new, root, buying=True).hint
    edited = replace(new, locked=values.locked())
    assert "--draft" not in absence_fault.keyless(edited, root, buying=True).hint
    drawn = values.locked(values.target(of=values.request(provider="draft")))
    assert absence_fault.drafts_would_do([None, drawn])
    assert not absence_fault.drafts_would_do([None, values.locked()])
