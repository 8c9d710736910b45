"""What comes from outside the project file, and who wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagegen import environment
from imagegen.errors import WrongInput
from imagegen.secret import Secret

FILE = """\
APIFRAME_API_KEY=afk_file$HOME
export APIFRAME_BASE_URL="http://127.0.0.1:8787/"
IMAGEGEN_HOME=/from/file
OTHER=ignored
"""


def test_nothing_is_set_in_an_empty_environment(tmp_path):
    found = environment.read({}, tmp_path)
    assert (found.key, found.key_source, found.base_url) == (None, "", None)
    assert found.home.is_absolute()


def test_a_file_beside_the_project_is_read_as_it_stands(tmp_path):
    (tmp_path / ".env").write_text(FILE)
    found = environment.read({"HOME": "/nowhere"}, tmp_path)
    assert found.key == Secret("afk_file$HOME")
    assert found.key_source == ".env"
    assert found.base_url == "http://127.0.0.1:8787"
    assert found.home == Path("/from/file")


def test_the_environment_wins_and_empty_values_count_as_unset(tmp_path):
    (tmp_path / ".env").write_text(FILE)
    given = {"APIFRAME_API_KEY": " afk_env ", "APIFRAME_BASE_URL": "", "IMAGEGEN_HOME": "/mine"}
    found = environment.read(given, tmp_path)
    assert found.key == Secret("afk_env")
    assert found.key_source == "environment"
    assert found.base_url == "http://127.0.0.1:8787"
    assert found.home == Path("/mine")


def test_the_key_does_not_show_itself(tmp_path):
    assert "afk_env" not in repr(environment.read({"APIFRAME_API_KEY": "afk_env"}, tmp_path))


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"A=1\nAPIFRAME_BASE_URL=\xe9", ".env:2:19"),
        (b"#" * 2**21, ".env:1:1"),
        (b"A=1\nIMAGEGEN_HOME=a\0b\n", ".env:2:1"),
    ],
)
def test_a_file_that_is_no_settings_is_refused_with_its_place(data, place, tmp_path):
    (tmp_path / ".env").write_bytes(data)
    with pytest.raises(WrongInput) as refused:
        environment.read({}, tmp_path)
    (problem,) = refused.value.problems
    assert str(problem.where) == place
    assert problem.where.text == ""
