"""Picking: what is handed over to be carried out, and what there is to pick from."""

from __future__ import annotations

from pathlib import Path

import pytest
import values

from imagegen import choice
from imagegen.build.rescue import answer_of
from imagegen.build.result import Result
from imagegen.errors import WrongInput
from imagegen.locked import Locked
from imagegen.opened import Opened, open_project
from imagegen.plan import Action, Plan
from imagegen.project.load import load
from imagegen.workspace import Workspace

PROJECT = '[images.hero]\nprompt = "a boat"\ncandidates = 2\noutput = "hero.webp"\n'


class Project:
    """A project whose candidates are bought, and the plans that somebody is to carry out."""

    def __init__(self, folder: Path, text: str = PROJECT) -> None:
        self.file = folder / "imagegen.toml"
        self.file.write_text(text)
        self.workspace = Workspace(folder)
        self.plans: list[Plan] = []
        self.result = Result(())
        entries = [self._bought(target) for target in load(self.file).targets]
        self.workspace.write_lock(values.lock_of(*entries))

    def _bought(self, target) -> Locked:
        if target.candidate_of is not None:
            return values.locked(target, take=target.take, outputs=())
        self.workspace.place(target.output, b"one", replaceable=lambda _: False)
        found = self.workspace.digests([target.output])[target.output]
        return values.locked(target, take=1, sha256=found)

    def carry(self, opened: Opened, plan: Plan) -> Result:
        self.plans.append(plan)
        return self.result

    def pick(self, name: str, take: int) -> choice.Picked:
        return choice.pick(self.file, name, take, carry=self.carry, waiting=lambda _: None)

    def refused(self, name: str, take: int) -> str:
        with pytest.raises(WrongInput) as caught:
            self.pick(name, take)
        return str(caught.value)


def test_a_pick_is_one_free_change_and_nothing_else(tmp_path):
    project = Project(tmp_path)
    picked = project.pick("hero", 2)
    assert (picked.take, picked.changed, picked.problem) == (2, True, None)
    (change,) = project.plans[0].changes
    assert (change.name, change.action, change.take) == ("hero", Action.RESTORE, 2)
    assert change.picked
    assert change.free


def test_a_pick_that_is_interrupted_says_so(tmp_path):
    project = Project(tmp_path)
    project.result = Result((), signal=2)
    told = project.pick("hero", 2).problem
    assert told is not None
    assert "interrupted" in told.summary


def test_what_is_shown_already_is_noted_in_the_lock_and_carried_out_by_nobody(tmp_path):
    project = Project(tmp_path)
    assert project.pick("hero", 1).changed
    assert project.workspace.read_lock().images["hero"].picked
    assert not project.pick("hero", 1).changed
    assert project.plans == []


@pytest.mark.parametrize("name", ["heroe", "hero#1"])
def test_only_an_image_can_show_a_take(tmp_path, name):
    assert f"no image is called `{name}`" in Project(tmp_path).refused(name, 1)


def test_a_take_that_nobody_bought_is_refused(tmp_path):
    project = Project(tmp_path)
    assert "`hero` has no take 3" in project.refused("hero", 3)
    project.file.write_text(PROJECT.replace("boat", "ship"))
    assert "`hero` has no take 1" in project.refused("hero", 1)
    project.file.write_text('[images.hero]\nprompt = "a boat"\ntake = 2\n')
    assert "`take = 2` in the project file" in project.refused("hero", 1)


def test_takes_are_known_from_lock_and_store_and_those_taken_in_do_not_count(tmp_path):
    project = Project(tmp_path, '[images.hero]\nprompt = "a boat"\n')
    (target,) = load(project.file).targets
    project.workspace.write_lock(values.lock_of(values.locked(target, take=0, job_id=None)))
    opened = open_project(project.file, waiting=lambda _: None)
    assert choice.takes_of(opened, target) == []
    bought = values.locked(target, take=4)
    opened.store.remember(answer_of(bought))
    assert choice.takes_of(opened, target) == [4]
