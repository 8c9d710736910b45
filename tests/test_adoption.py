"""Taking in: what is handed over to be carried out, and what is refused before."""

from __future__ import annotations

from pathlib import Path

import pytest
import values
from desk import webp

from imagegen import adoption
from imagegen.build.result import Outcome, Result
from imagegen.errors import Problem, WrongInput
from imagegen.opened import Opened
from imagegen.plan import Action, Plan
from imagegen.project.load import load
from imagegen.workspace import Workspace

PROJECT = """\
[images.hero]
prompt = "a boat"
output = "hero.webp"

[images.card]
prompt = "a boat"
"""


class Project:
    """A project without any picture, and the plans that somebody is to carry out."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "imagegen.toml"
        self.file.write_text(PROJECT)
        self.photo = folder / "photo.webp"
        self.photo.write_bytes(webp())
        self.workspace = Workspace(folder)
        self.plans: list[Plan] = []
        self.opened: Opened | None = None
        self.failures: tuple[Outcome, ...] = ()

    def carry(self, opened: Opened, plan: Plan) -> Result:
        self.opened = opened
        self.plans.append(plan)
        return Result(self.failures)

    def take_in(self, name: str, picture: Path) -> adoption.Adopted:
        return adoption.take_in(self.file, name, picture, carry=self.carry, waiting=lambda _: None)

    def accept(self, *names: str) -> list[adoption.Adopted]:
        return adoption.accept(self.file, names, carry=self.carry, waiting=lambda _: None)

    def write(self, path: str, data: bytes) -> None:
        self.workspace.place(path, data, replaceable=lambda _: False)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_a_picture_is_kept_and_handed_over_as_take_0_without_job_or_price(project):
    done = project.take_in("hero", project.photo)
    (change,) = project.plans[0].changes
    one = change.adopted
    assert (change.name, change.action, change.take, one.take) == ("hero", Action.RESTORE, 0, 0)
    assert (one.job_id, one.credits, one.seed) == (None, None, None)
    assert done.original == one.original
    assert project.opened.store.get(one.original.sha256) == webp()
    assert project.opened.store.takes(change.target.request) == ()


def test_a_picture_of_another_format_is_converted_for_the_output(project):
    project.take_in("card", project.photo)
    assert project.plans[0].changes[0].action is Action.DERIVE


def test_what_goes_wrong_on_the_way_to_the_output_is_told(project):
    full = Problem("the disk is full")
    project.failures = (Outcome("hero", Action.RESTORE, "images/hero.webp", problems=(full,)),)
    assert project.take_in("hero", project.photo).problem == full


def test_a_file_without_a_picture_is_refused_and_nothing_is_kept(project, tmp_path):
    (tmp_path / "page.png").write_text("<html>")
    for name in ("page.png", "nowhere.png", "."):
        with pytest.raises(WrongInput):
            project.take_in("hero", tmp_path / name)
    assert project.plans == []


def test_a_stranger_is_told_what_to_write_into_the_project_file(project):
    with pytest.raises(WrongInput) as caught:
        project.take_in("heroo", project.photo)
    hint = caught.value.problems[0].hint
    assert "did you mean `hero`" in hint
    assert "[images.heroo]" in hint


def test_a_candidate_takes_nothing_in(project):
    with pytest.raises(WrongInput) as caught:
        project.take_in("hero#2", project.photo)
    assert "imagegen import hero FILE" in caught.value.problems[0].hint


def test_only_edited_outputs_are_accepted_all_or_none(project):
    hero, card = load(project.file).targets[::-1]
    project.write(hero.output, webp())
    with pytest.raises(WrongInput) as caught:
        project.accept("*")
    assert "images/card" in caught.value.problems[0].summary
    project.write(card.output, webp(colour="blue"))
    as_bought = project.workspace.digests([card.output])[card.output]
    project.workspace.write_lock(values.lock_of(values.locked(card, sha256=as_bought)))
    rows = project.accept("*")
    assert [(row.name, row.original is None) for row in rows] == [("card", True), ("hero", False)]
    assert [change.name for change in project.plans[0].changes] == ["hero"]
