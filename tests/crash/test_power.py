"""A sample of the power cuts, and that the disk they use loses what a real one loses."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import power
from .loop_disk import KINDS, LoopDisk, hindrance
from .scene import fast_folder

pytestmark = pytest.mark.crash


@pytest.fixture(params=KINDS)
def disk(request: pytest.FixtureRequest) -> Iterator[LoopDisk]:
    """Provide a mounted disk of each kind that this machine has."""
    with tempfile.TemporaryDirectory(dir=fast_folder()) as name:
        folder = Path(name)
        if why := hindrance(request.param, folder / "trial"):
            pytest.skip(why)
        with LoopDisk(request.param, folder / "disk") as disk:
            disk.renew()
            yield disk
        assert not list(attached(folder))


def attached(folder: Path) -> Iterator[str]:
    """Yield the files below a folder that loop devices still use."""
    for told in Path("/sys/block").glob("loop*/loop/backing_file"):
        if (backing := told.read_text()).startswith(str(folder)):
            yield backing


def put(path: Path, data: bytes, *, synced: bool) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        if synced:
            os.fsync(file.fileno())


def test_a_power_cut_takes_what_was_not_synced(disk: LoopDisk) -> None:
    put(disk.place / "safe", b"safe", synced=True)
    put(disk.place / "unsafe", b"unsafe", synced=False)
    disk.cut_power()
    assert (disk.place / "safe").read_bytes() == b"safe"
    unsafe = disk.place / "unsafe"
    assert not unsafe.exists() or unsafe.read_bytes() != b"unsafe"


def test_what_one_power_cut_left_the_next_one_leaves_too(disk: LoopDisk) -> None:
    put(disk.place / "first", b"1", synced=True)
    disk.cut_power()
    put(disk.place / "second", b"2", synced=True)
    disk.cut_power()
    assert (disk.place / "first").read_bytes() == b"1"
    assert (disk.place / "second").read_bytes() == b"2"


def test_a_renewed_disk_is_empty(disk: LoopDisk) -> None:
    put(disk.place / "old", b"old", synced=True)
    disk.renew()
    assert not (disk.place / "old").exists()


def test_a_kind_without_its_tools_is_skipped_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    told = power.run(1, seed=1, kind="xfs")
    assert told.tried == 0
    assert "root" in told.skipped or "mkfs.xfs" in told.skipped


@pytest.mark.slow
def test_power_cuts_cost_nothing_twice_and_lose_nothing() -> None:
    told = power.run(4, seed=1)
    if told.skipped:
        pytest.skip(told.skipped)
    assert told.failures == ()
    assert told.tried == 4
    assert not [file for file in attached(fast_folder()) if "(deleted)" in file]
