"""Pointers of Git LFS: whose bytes they stand for, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import versioned

from imagegen import digest
from imagegen.report.large_file import place, pointed_at

POINTER = versioned.pointer(b"a picture")
SHA = digest.sha256_of(b"a picture")


def test_a_pointer_names_the_file_that_it_stands_for() -> None:
    assert pointed_at(POINTER) == SHA
    assert place(Path("/site/.git"), SHA).parts[-5:] == ("lfs", "objects", SHA[:2], SHA[2:4], SHA)


@pytest.mark.parametrize(
    "data",
    [None, b"", b"a picture", POINTER.replace(b"sha256", b"md5"), POINTER + bytes(1024)],
)
def test_everything_else_is_the_file_itself(data: bytes | None) -> None:
    assert pointed_at(data) is None
