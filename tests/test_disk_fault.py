"""Tests of how a failing disk is told."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from imagegen import disk_fault


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EROFS, "IMAGEGEN_HOME"),
        (errno.EACCES, "right to write"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "check the disk"),
        (errno.ENXIO, "run the same command again"),
    ],
)
def test_each_failure_has_a_remedy(number: int, remedy: str) -> None:
    error = OSError(number, os.strerror(number))
    problem = disk_fault.explain(error, doing="keep a picture", path=Path("/x/y"))
    assert problem.summary == "cannot keep a picture"
    assert problem.detail == f"`/x/y`: {os.strerror(number)}."
    assert remedy in problem.hint


def test_an_error_without_a_number_is_still_told() -> None:
    problem = disk_fault.explain(OSError("odd"), doing="read", path=Path("f"))
    assert problem.detail == "`f`: odd."
