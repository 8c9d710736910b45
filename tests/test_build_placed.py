"""The note of what is in place before the lock knows it: read by the next run, kept short."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
import values

from imagegen import digest
from imagegen.build.placed import NAME, Placed
from imagegen.errors import NeedsAttention
from imagegen.locked import Derived, Output
from imagegen.workspace import CORNER, Workspace

ONE, TWO = (digest.sha256_of(data) for data in (b"one", b"two"))


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture
def note(workspace):
    return workspace.root / CORNER / NAME


def test_what_a_killed_run_noted_is_known_to_the_next(workspace):
    first = Placed(workspace)
    first.note("images/a.webp", ONE)
    assert (first.knows(ONE), first.knows(TWO)) == (True, False)
    assert (Placed(workspace).knows(ONE), Placed(workspace).knows(TWO)) == (True, False)


def test_what_the_lock_has_or_what_has_gone_is_forgotten(workspace, note):
    for name, data in (("a", b"one"), ("b", b"two")):
        (workspace.root / f"{name}.webp").write_bytes(data)
        Placed(workspace).note(f"{name}.webp", digest.sha256_of(data))
    one = replace(values.locked(), derived=Derived((Output("a.webp", ONE, "d" * 32),), {}))
    Placed(workspace).settle(values.lock_of(one))
    assert (Placed(workspace).knows(ONE), Placed(workspace).knows(TWO)) == (False, True)
    (workspace.root / "b.webp").write_bytes(b"edited")
    Placed(workspace).settle(values.lock_of(one))
    assert not note.exists()


def test_torn_and_foreign_lines_are_left_out(workspace, note):
    Placed(workspace).note("a.webp", ONE)
    with note.open("ab") as file:
        file.write(b'{"a": 1}\n["../b.webp", "' + TWO.encode() + b'"]\n["a.webp", "' + b"\xff")
    assert (Placed(workspace).knows(ONE), Placed(workspace).knows(TWO)) == (True, False)


def test_nothing_is_written_through_a_link_or_into_a_pipe(workspace, note, tmp_path):
    workspace.corner()
    note.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NeedsAttention, match=r"cannot write `\.imagegen/placed\.jsonl`"):
        Placed(workspace).note("a.webp", ONE)
    assert not (tmp_path / "elsewhere").exists()
    note.unlink()
    os.mkfifo(note)
    with pytest.raises(NeedsAttention):
        Placed(workspace).note("a.webp", ONE)
    assert not Placed(workspace).knows(ONE)
