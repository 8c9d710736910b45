"""Entries: one prompt each, and a name only where there is a set to name."""

from __future__ import annotations

import pytest

from imagegen.project.entry import has_prompt, key_faults


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        (("prompt",), []),
        (("prompt_file", "matrix"), []),
        (("prompt", "table", "name"), []),
        (("prompt", "prompt_file"), ["[images.mug] has both `prompt` and `prompt_file`"]),
        (("prompt", "table"), ["[images.mug] has a `table` and no `name`"]),
        (("prompt", "name"), ["`name` has no meaning in [images.mug]"]),
    ],
)
def test_keys_that_do_not_fit_each_other_are_told(keys: tuple[str, ...], wanted: list[str]) -> None:
    assert [fault.summary for fault in key_faults(keys, ("images", "mug"))] == wanted


def test_a_prompt_may_stand_in_a_file() -> None:
    assert has_prompt(["prompt_file"])
    assert not has_prompt(["alt"])
