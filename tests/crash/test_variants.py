"""The known-bad variants fit the source, and the harness sees the ones that are quick to see."""

from __future__ import annotations

import pytest

from .seeded import first_broken_in
from .variants import VARIANTS, planted

pytestmark = pytest.mark.crash


@pytest.mark.parametrize("name", VARIANTS)
def test_every_bug_can_still_be_planted(name, tmp_path):
    folder = planted(name, tmp_path)
    for edit in VARIANTS[name].edits:
        text = (folder / "imagegen" / edit.module).read_text("utf-8")
        compile(text, edit.module, "exec")


def test_a_planted_bug_is_seen():
    assert first_broken_in("naive", "forked histories", count=8, seed=1)
