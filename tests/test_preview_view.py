"""Tests of the view: the project at one moment, and how it is seen that it has moved on."""

from __future__ import annotations

import previewing
import pytest

from imagegen import digest
from imagegen.errors import WrongInput
from imagegen.preview.view import Eye, plain_inputs, stats


def test_a_view_knows_the_files_that_are_there(tmp_path):
    file = previewing.write(tmp_path, {"cup": "a cup", "mug": "a mug"})
    previewing.build(file)
    (tmp_path / "images/cup.png").unlink()
    view = Eye(file).look()
    sha256 = digest.sha256_of(previewing.picture(1))
    assert view.files == {"images/mug.png": sha256}
    assert view.places == {sha256: "images/mug.png"}
    assert view.sizes == {"images/mug.png": len(previewing.picture(1))}


def test_an_eye_sees_each_change(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    eye = Eye(file)
    assert not eye.look().plan.idle
    previewing.build(file)
    assert eye.look().plan.idle
    (tmp_path / "images/mug.png").write_bytes(previewing.picture(9))
    assert not eye.look().plan.idle


def test_a_broken_project_tells_its_problems_and_is_seen_again_when_mended(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    eye, text = Eye(file), file.read_text()
    file.write_text("[[")
    with pytest.raises(WrongInput):
        eye.look()
    file.write_text(text)
    assert [one.name for one in eye.look().opened.loaded.targets] == ["mug"]


def test_the_inputs_are_all_that_a_view_depends_on(tmp_path):
    file = previewing.write(tmp_path, {"mug": {"prompt": "a mug", "references": ["assets/a.png"]}})
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/a.png").write_bytes(previewing.picture())
    names = {path.relative_to(tmp_path).as_posix() for path in Eye(file).look().inputs}
    assert names >= {"imagegen.toml", "imagegen.lock", ".env", "assets/a.png", "images/mug.png"}


def test_stats_differ_when_a_file_does_and_leave_out_what_is_not_there(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    before = stats(plain_inputs(file))
    assert list(before) == [file]
    previewing.write(tmp_path, {"mug": "a mug!"})
    assert stats(plain_inputs(file)) != before
