"""Tests of where imagegen keeps what outlives a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagegen import home
from imagegen.errors import WrongInput


def test_the_variable_names_the_home(tmp_path: Path) -> None:
    assert home.home({"IMAGEGEN_HOME": str(tmp_path / "x")}) == tmp_path / "x"


def test_without_the_variable_it_is_the_users_data_folder() -> None:
    for environ in ({}, {"IMAGEGEN_HOME": ""}):
        assert home.home(environ).name == "imagegen"
        assert home.home(environ).is_absolute()


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert home.home({"IMAGEGEN_HOME": "state"}) == tmp_path / "state"


def test_the_home_of_nobody_is_told() -> None:
    with pytest.raises(WrongInput) as caught:
        home.home({"IMAGEGEN_HOME": "~no-such-person-here/x"})
    assert "no-such-person-here" in caught.value.problems[0].detail


def test_asking_creates_nothing(tmp_path: Path) -> None:
    folder = home.home({"IMAGEGEN_HOME": str(tmp_path / "x")})
    home.store_folder(folder), home.account_folder(folder, "abc")
    assert list(tmp_path.iterdir()) == []


def test_a_new_home_is_private_and_says_what_it_is(tmp_path: Path) -> None:
    folder = home.make(tmp_path / "a" / "b")
    assert folder.stat().st_mode & 0o777 == 0o700
    note = folder / "README.txt"
    assert "paid" in note.read_text()
    note.write_text("mine")
    home.make(folder)
    assert note.read_text() == "mine"


def test_each_account_has_its_own_folder(tmp_path: Path) -> None:
    assert home.account_folder(tmp_path, "one") == tmp_path / "accounts" / "one"
    assert home.store_folder(tmp_path) == tmp_path / "store"
    assert home.claims_folder(tmp_path / "account").parent == tmp_path / "account"


def test_accounts_are_the_folders_that_are_there(tmp_path: Path) -> None:
    assert home.account_folders(tmp_path) == []
    for name in ("b", "a"):
        home.account_folder(tmp_path, name).mkdir(parents=True)
    (tmp_path / "accounts" / "note.txt").touch()
    assert [folder.name for folder in home.account_folders(tmp_path)] == ["a", "b"]
