"""Published files on disk: whole, only when they differ, never over somebody else's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import exhibits
import pytest

from imagegen.project.site_schema import PublishTable
from imagegen.publish.picture import Picture
from imagegen.publish.writing import Published, Step, published, stale, write
from imagegen.workspace import Workspace

EVERY = {
    "root": "static",
    "json": "images.json",
    "hugo": "data/images.json",
    "eleventy": "_data/images.json",
    "jekyll": "_data/images.yml",
    "typescript": "src/images.ts",
    "python": "images.py",
    "html": "partials/",
}


def wish(pictures: list[Picture] | None = None, **settings: str) -> Published:
    table = PublishTable.model_validate(settings or EVERY)
    return published(table, [exhibits.picture()] if pictures is None else pictures)


def files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and ".imagegen" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_every_setting_makes_its_files_and_none_is_written_twice(tmp_path: Path) -> None:
    workspace, wanted = Workspace(tmp_path), wish()
    assert stale(wanted, workspace) == dict.fromkeys(write(wanted, workspace).changed, Step.PUBLISH)
    assert files(tmp_path) == dict(wanted.files)
    assert len(wanted.files) == 9
    before = {path: (tmp_path / path).stat().st_mtime_ns for path, _ in wanted.files}
    assert (stale(wanted, workspace), write(wanted, workspace).changed) == ({}, ())
    assert before == {path: (tmp_path / path).stat().st_mtime_ns for path in before}


def test_nothing_asked_for_is_nothing_written(tmp_path: Path) -> None:
    wanted = wish(root="static")
    assert (wanted.files, write(wanted, Workspace(tmp_path)).changed) == ((), ())


def test_a_file_of_others_is_kept_aside_and_our_own_is_not(tmp_path: Path) -> None:
    (tmp_path / "images.json").write_text("precious")
    workspace = Workspace(tmp_path)
    ((path, kept),) = write(wish(json="images.json"), workspace).kept
    assert (path, (tmp_path / kept).read_text()) == ("images.json", "precious")
    written = write(wish([], json="images.json"), workspace)
    assert (written.changed, written.kept) == (("images.json",), ())


def test_partials_of_images_that_are_gone_go_and_those_of_others_stay(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write(wish(html="p"), workspace)
    (tmp_path / "p/own.html").write_text("<picture></picture>")
    (tmp_path / "p/mug.txt").write_text("")
    variant = (tmp_path / "p/mug.html").read_bytes()
    for name in ("mug-tall", "mug.big"):
        (tmp_path / f"p/{name}.html").write_bytes(variant)
    fewer = wish([exhibits.plain()], html="p")
    gone = {"p/mug.html", "p/mug.de.html", "p/mug.no.html"}
    steps = {**dict.fromkeys(gone, Step.REMOVE), "p/plain.html": Step.PUBLISH}
    assert stale(fewer, workspace) == steps
    written = write(fewer, workspace)
    assert (written.changed, set(written.removed)) == (("p/plain.html",), gone)
    left = {"p/own.html", "p/mug.txt", "p/mug-tall.html", "p/mug.big.html", "p/plain.html"}
    assert set(files(tmp_path)) == left


def test_a_file_that_is_moved_or_asked_for_no_longer_goes(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write(wish(json="images.json", python="pictures.py", html="old/partials"), workspace)
    (tmp_path / "own.json").write_bytes((tmp_path / "images.json").read_bytes())
    fewer = wish(json="data/images.json")
    steps = stale(fewer, workspace)
    gone = {path for path, step in steps.items() if step is Step.REMOVE}
    assert {"images.json", "pictures.py", "old/partials/mug.html"} <= gone
    assert set(write(fewer, workspace).removed) == gone
    assert set(files(tmp_path)) == {"own.json", "data/images.json"}
    assert (tmp_path / "old").exists() is False
    assert write(Published(()), workspace).removed == ("data/images.json",)


def test_an_old_file_stays_while_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write(wish(json="images.json"), workspace)
    (tmp_path / "data").write_text("in the way")
    written = write(wish(json="data/images.json"), workspace)
    assert (written.removed, len(written.problems)) == ((), 1)
    (tmp_path / "data").unlink()
    assert write(wish(json="data/images.json"), workspace).removed == ("images.json",)


def test_a_place_that_cannot_be_written_is_told_and_old_files_stay_whole(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write(wish([], json="a.json", hugo="b.json"), workspace)
    before = files(tmp_path)
    (tmp_path / "a.json").unlink()
    (tmp_path / "a.json").mkdir()
    (tmp_path / "b.json").write_text("precious")
    written = write(wish(json="a.json", hugo="b.json"), workspace)
    assert [one.summary[:22] for one in written.problems] == ["cannot write `a.json`:"]
    assert written.changed == ("b.json",)
    assert [path for path, _ in written.kept] == ["b.json"], "it is told where its file is now"
    assert files(tmp_path)["b.json"] not in (before["b.json"], b"precious")
    assert not list(tmp_path.glob(".imagegen-*"))


FULL = """
import resource, signal, sys
from pathlib import Path
from imagegen.publish.writing import Published, write
from imagegen.workspace import Workspace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))
files = (("a.json", b" " * 2000), ("b.json", b"x" * 2000))
written = write(Published(files), Workspace(Path(sys.argv[1])))
print(written.changed, *(problem.summary for problem in written.problems))
"""


def test_a_full_disk_leaves_every_old_file_whole(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    write(wish(json="a.json", hugo="b.json"), Workspace(tmp_path))
    before = files(tmp_path)
    arguments = [sys.executable, "-c", FULL, str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    told = "cannot write `a.json`: File too large cannot write `b.json`: File too large"
    assert done.stdout == f"() {told}\n"
    assert files(tmp_path) == before


def test_nothing_is_written_through_a_link_out_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/data").symlink_to(tmp_path)
    (problem,) = write(wish(json="data/a.json"), Workspace(tmp_path / "project")).problems
    assert "leads out" in problem.summary
    assert not (tmp_path / "a.json").exists()
