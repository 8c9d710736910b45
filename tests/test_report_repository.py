"""What git is asked: revisions and files, and nothing that could be an option or a key."""

from __future__ import annotations

import os
import shlex
import shutil

import pytest
import versioned

from imagegen import digest
from imagegen.environment import KEY
from imagegen.errors import WrongInput
from imagegen.report import large_file
from imagegen.report.repository import Repository, find


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A repository with a project in a folder of its own, whose file was `old` at v1.0."""
    folder = tmp_path_factory.mktemp("template") / "all"
    versioned.begin(folder)
    (folder / "site").mkdir()
    (folder / "site/a.txt").write_text("old")
    versioned.commit(folder)
    versioned.git(folder, "tag", "v1.0")
    (folder / "site/a.txt").write_text("new")
    versioned.commit(folder)
    return folder


@pytest.fixture
def root(template, tmp_path):
    return shutil.copytree(template, tmp_path / "all") / "site"


def test_files_are_read_as_a_commit_has_them_below_the_folder(root):
    repository = find(root)
    tagged, head = repository.commit("v1.0"), repository.commit("HEAD")
    assert repository.read(tagged, "a.txt") == b"old"
    assert repository.read(head, "a.txt") == b"new"
    assert repository.read(head, "b.txt") is None
    assert repository.read(head, ".") is None, "a folder is no file"


def test_a_file_in_git_lfs_is_read_where_it_was_fetched_to(root):
    pointer = versioned.pointer(b"a picture")
    (root / "a.txt").write_bytes(pointer)
    repository, commit = find(root), versioned.commit(root)
    assert repository.read(commit, "a.txt") == pointer
    place = large_file.place(root.parent / ".git", digest.sha256_of(b"a picture"))
    place.parent.mkdir(parents=True)
    place.write_bytes(b"a picture")
    assert repository.read(commit, "a.txt") == b"a picture"


@pytest.mark.parametrize(
    "text", ["--help", "-h", "--output=x", "", "a\nb", "v9", "HEAD:site/a.txt"]
)
def test_what_is_no_commit_is_none_and_never_an_option(root, text):
    assert find(root).commit(text) is None


def test_where_two_commits_parted_is_told(root):
    start = versioned.git(root, "rev-parse", "v1.0")
    versioned.git(root, "checkout", "--quiet", "-b", "side", "v1.0")
    side = versioned.commit(root.parent)
    main = versioned.git(root, "rev-parse", "main")
    assert find(root).merge_base(side, main) == start


def test_an_unknown_revision_is_answered_with_the_nearest_name(root):
    assert "did you mean `main`?" in find(root).unknown("mian").hint
    assert "git log" in find(root).unknown("0123456789").hint


def test_a_clone_of_one_branch_is_told_how_to_get_the_others(root, tmp_path):
    clone = tmp_path / "clone"
    versioned.git(root, "branch", "mine")
    from_root = ("-q", "--depth=1", "--branch=mine", f"file://{root.parent}")
    versioned.git(root, "clone", *from_root, str(clone))
    for revision in ("origin/main", "v1.0", "HEAD~1"):
        assert "fetch-depth: 0" in find(clone).unknown(revision).hint
    shown = find(clone).unknown("origin/main").hint.splitlines()
    assert shown[0].startswith("did you mean `origin/mine`? Or fetch the rest")
    versioned.git(clone, *shlex.split(shown[1])[1:])
    assert find(clone).commit("origin/main") == versioned.git(root, "rev-parse", "main")


def test_without_a_repository_git_itself_says_why(tmp_path):
    with pytest.raises(WrongInput) as caught:
        find(tmp_path)
    (problem,) = caught.value.problems
    assert "not a git repository" in problem.detail


def test_without_git_there_is_a_way_by_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WrongInput) as caught:
        find(tmp_path)
    assert "there is no git" in caught.value.problems[0].summary
    assert "--since FILE" in caught.value.problems[0].hint


@pytest.fixture
def spy(tmp_path):
    """A git that says nothing but notes its environment."""
    program = tmp_path / "git"
    program.write_text(f'#!/bin/sh\nenv > "{tmp_path}/seen"\nexit 1\n')
    program.chmod(0o755)
    return Repository(tmp_path, str(program))


def test_git_never_gets_the_key_and_takes_no_optional_locks(spy, monkeypatch):
    monkeypatch.setenv(KEY, "afk_secret")
    assert spy.commit("HEAD") is None
    seen = (spy.root / "seen").read_text()
    assert "afk_secret" not in seen
    assert "GIT_OPTIONAL_LOCKS=0" in seen
    assert "GIT_ALLOW_PROTOCOL=none" in seen
    assert f"PATH={os.environ['PATH']}" in seen


def test_the_folder_counts_also_where_a_hook_says_where_the_repository_is(root, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(root.parent / ".git"))
    repository = find(root)
    assert repository.read(repository.commit("HEAD"), "a.txt") == b"new"


def test_git_never_gets_what_looks_like_an_option(spy):
    assert spy.commit("--output=x") is None
    assert not (spy.root / "seen").exists()


def test_a_git_that_cannot_run_is_told(tmp_path):
    with pytest.raises(WrongInput) as caught:
        Repository(tmp_path, str(tmp_path / "absent")).commit("HEAD")
    assert "git cannot be asked" in caught.value.problems[0].summary
