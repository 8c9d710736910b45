"""How a blocked image is told: why, and the way out."""

from __future__ import annotations

from dataclasses import replace

import pytest
import values

from imagegen.build.block_fault import problem
from imagegen.plan import Action, Block, Change

MUG = Change("mug", Action.KEEP, target=values.target(), blocked="because")
SECOND = Change("mug#2", Action.KEEP, target=values.target("mug#2", candidate_of="mug"))


@pytest.mark.parametrize("block", [one for one in Block if not one.fine])
def test_every_block_that_a_build_complains_of_has_a_way_out(block):
    told = problem(MUG, block)
    assert told.summary == "because"
    assert told.hint
    assert "{" not in told.hint


def test_a_lock_that_does_not_know_an_image_cannot_bring_its_file_back():
    hint = problem(MUG, Block.HELD).hint
    assert ("the lock back" in hint, "imagegen accept mug" in hint) == (True, True)
    assert "restore" in problem(replace(MUG, locked=values.locked()), Block.HELD).hint


def test_of_a_choice_another_one_can_be_picked():
    assert "pick another one" in problem(SECOND, Block.REFUSED).hint
    assert "pick" not in problem(SECOND, Block.UNKNOWN).hint
