"""Which two states are compared: revisions, spans, files, the work tree."""

from __future__ import annotations

import shlex
import shutil

import pytest
import values
import versioned

from imagegen.errors import WrongInput
from imagegen.lock import dump
from imagegen.report.state import states
from imagegen.workspace import Workspace


def lock(*names: str) -> bytes:
    return dump(values.lock_of(*(values.locked(values.target(name)) for name in names)))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A repository: no lock at `empty`, then `one` at v1, then `two` at HEAD, then `now`."""
    folder = tmp_path_factory.mktemp("template") / "site"
    versioned.begin(folder)
    versioned.commit(folder)
    versioned.git(folder, "tag", "empty")
    for tag, names in (("v1", ["one"]), ("v2", ["one", "two"])):
        (folder / "imagegen.lock").write_bytes(lock(*names))
        versioned.commit(folder)
        versioned.git(folder, "tag", tag)
    (folder / "imagegen.lock").write_bytes(lock("now"))
    return folder


@pytest.fixture
def root(template, tmp_path, monkeypatch):
    folder = shutil.copytree(template, tmp_path / "site")
    monkeypatch.chdir(folder)
    return folder


def names(root, since=None, until=None):
    return [sorted(one.lock.images) for one in states(Workspace(root), since, until)]


def test_without_a_word_head_is_compared_with_the_work_tree(root):
    assert names(root) == [["one", "two"], ["now"]]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("v1", None, [["one"], ["now"]]),
        ("v1", "v2", [["one"], ["one", "two"]]),
        ("v1..v2", None, [["one"], ["one", "two"]]),
        ("v1..", None, [["one"], ["now"]]),
        ("HEAD~1", "HEAD", [["one"], ["one", "two"]]),
    ],
)
def test_revisions_and_spans_name_states(root, since, until, expected):
    assert names(root, since, until) == expected


def test_three_dots_begin_where_the_branches_parted(root):
    versioned.git(root, "stash")
    versioned.git(root, "branch", "side", "v1")
    assert names(root, "v2...side") == [["one"], ["one"]]
    assert names(root, "side...") == [["one"], ["one", "two"]]


def test_before_there_was_a_lock_everything_was_still_to_come(root):
    before, _ = states(Workspace(root), "empty", None)
    assert (before.lacking, before.lock.images) == (True, {})


def test_a_lock_that_a_clone_was_made_without_is_not_taken_for_none(root, tmp_path):
    versioned.git(root, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    partly = ("-q", "--filter=blob:none", "--no-checkout")
    versioned.git(root, "clone", *partly, f"file://{root}", str(clone))
    with pytest.raises(WrongInput) as caught:
        states(Workspace(clone), "v1", None)
    (problem,) = caught.value.problems
    assert problem.summary.endswith("is not in this clone")
    versioned.git(clone, *shlex.split(problem.hint.splitlines()[1])[1:])
    assert names(clone, "v1") == [["one"], []]
    before, _ = states(Workspace(clone), "empty", None)
    assert before.lacking


def test_before_the_first_commit_everything_is_new(tmp_path):
    versioned.begin(tmp_path)
    before, after = states(Workspace(tmp_path), None, None)
    assert before.lacking
    assert after.lacking


def test_an_older_lock_can_be_named_by_its_file(root, tmp_path):
    older = tmp_path / "older.lock"
    older.write_bytes(lock("old"))
    assert names(root, str(older)) == [["old"], ["now"]]


def test_a_file_needs_no_repository(tmp_path):
    older = tmp_path / "older.lock"
    older.write_bytes(lock("old"))
    assert names(tmp_path, str(older)) == [["old"], []]


def test_a_revision_is_never_hidden_by_a_file_of_its_name(root):
    (root / "v1").write_bytes(lock("forged"))
    assert names(root, "v1") == [["one"], ["now"]]


@pytest.mark.parametrize(
    ("since", "named"),
    [
        ("v7", "v7"),
        ("--help", "--help"),
        ("v1..v7", "v7"),
        ("empty...v7", "v7"),
        ("../gone.lock", "../gone.lock"),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_what_nobody_knows_is_refused(root, since, named):
    with pytest.raises(WrongInput) as caught:
        states(Workspace(root), since, None)
    assert caught.value.problems[0].summary == f"there is no revision `{named}`"


def test_a_clone_that_lacks_where_the_branches_parted_is_told_how_to_get_it(
    root, tmp_path, monkeypatch
):
    versioned.git(root, "branch", "side", "v1")
    clone = tmp_path / "clone"
    whole = f"file://{root}"
    versioned.git(root, "clone", "-q", "--depth=1", "--no-single-branch", whole, str(clone))
    monkeypatch.chdir(clone)
    with pytest.raises(WrongInput) as caught:
        states(Workspace(clone), "origin/side...", None)
    assert "git fetch --unshallow" in caught.value.problems[0].hint


def test_a_damaged_lock_of_old_is_told_with_its_commit(root):
    (root / "imagegen.lock").write_text("version = 1\n<<<<<<< ours\n")
    commit = versioned.commit(root)
    with pytest.raises(WrongInput) as caught:
        states(Workspace(root), "HEAD", "v1")
    assert str(caught.value.problems[0].where).startswith(f"{commit[:10]}:imagegen.lock:2")


def test_files_are_read_as_they_were(root):
    (root / "a.txt").write_text("then")
    versioned.commit(root, "a.txt")
    (root / "a.txt").write_text("now")
    before, after = states(Workspace(root), None, None)
    assert (before.read("a.txt"), after.read("a.txt")) == (b"then", b"now")
