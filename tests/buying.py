"""Owns the words that tests of the ledger share: purchases, other processes, small disks."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import imagegen
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Intent, Purchase, Spent, State, idempotency_key
from imagegen.errors import Problem

SPAWN_ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(
        [str(Path(imagegen.__file__).parents[1]), str(Path(__file__).parent)]
    ),
}


def purchase(number: int = 1, attempt: int = 1) -> Purchase:
    return Purchase(f"{number:032x}", 1, attempt)


def intent(
    number: int = 1,
    *,
    attempt: int = 1,
    reserve: int | None = 8,
    run: str = "run-1",
    resolution: str = "1MP",
    body: bytes = b'{"prompt":"a mug"}',
) -> Intent:
    bought = purchase(number, attempt)
    return Intent(
        bought,
        image=f"image-{number}",
        request={
            "model": "flux-2-pro",
            "prompt": f"mug {number}",
            "params": {"resolution": resolution},
        },
        idempotency_key=idempotency_key("account", bought.request_key, 1, attempt),
        body=body,
        reserve=reserve,
        seed=number,
        run=run,
        project="shop",
        images=(f"image-{number}",),
    )


def allowed(_spent: Spent) -> Problem | None:
    return None


def bought(ledger: Ledger, *numbers: int) -> None:
    for number in numbers:
        ledger.intend(intent(number), allowed)


class Clock:
    """Unix seconds that a test sets."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def finish(ledger: Ledger, number: int, charged: int = 8) -> None:
    bought(ledger, number)
    ledger.note(purchase(number), State.ACCEPTED, job_id=f"job-{number}")
    ledger.note(purchase(number), State.READY, urls=(f"https://x/{number}",), credits=charged)
    ledger.note(purchase(number), State.STORED, originals=("ab" * 32,))
    ledger.note(purchase(number), State.PLACED)
    ledger.note(purchase(number), State.LOCKED)


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(raw[17:]) for raw in (folder / "ledger.jsonl").read_text().splitlines()]


def spawn(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another Python that knows imagegen and this module."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env=SPAWN_ENVIRONMENT,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


def run(script: str, *arguments: object) -> str:
    """Run another Python to its end; returns what it printed."""
    process = spawn(script, *arguments)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed
    return printed


@contextlib.contextmanager
def small_disk(folder: Path, options: str = "size=64k") -> Iterator[Path]:
    """Mount a tmpfs at `folder`; skips, saying so, where that is not permitted."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"NOT TESTED, a tmpfs cannot be mounted here: {error}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def synced() -> Iterator[list[Path]]:
    """Collect the paths that are fsynced, in order; skips where the system cannot name them."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("NOT TESTED, this system does not name open files")
    paths: list[Path] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        paths.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    with pytest.MonkeyPatch.context() as disk:
        disk.setattr(os, "fsync", fsync)
        yield paths
