"""Owns the words that journeys share: a project file as a value, and waiting for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import journey
import tomli_w

from imagegen.emulator import faults

GENERATE = "/v2/images/generate"
POST = {"method": "POST", "path": GENERATE}


def listing(images: Mapping[str, str | Mapping[str, object]], **tables: object) -> str:
    """Return the text of a project file; an image is its prompt or its table."""
    entries = {
        name: {"prompt": one} if isinstance(one, str) else dict(one) for name, one in images.items()
    }
    return tomli_w.dumps({**tables, "images": entries})


def mugs(count: int, **tables: object) -> str:
    """Return a project file with `count` different pictures."""
    return listing({f"mug-{i}": f"mug number {i}" for i in range(1, count + 1)}, **tables)


def until(happened: Callable[[], object], seconds: float = 90) -> None:
    """Wait until something is so; fails when it takes too long."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def hear(running: journey.Running, words: str) -> str:
    """Wait until a running command says this on its standard error; returns the line."""
    for line in running.process.stderr or ():
        if words in line:
            return line
    raise AssertionError(f"it ended and never said {words!r}")


def spoil(emulator: journey.Emulator, fault: str, **options: Any) -> None:
    """Let this fault happen from now on, and no other."""
    emulator.running.faults.replace([faults.rule(fault, **options)])


def killed_when(project: journey.Project, *args: str, happened: Callable[[], object]) -> None:
    """Run a command until something is so, then end it with no chance to tidy up."""
    running = project.start(*args)
    until(happened)
    running.kill()


def killed_unanswered(
    project: journey.Project, emulator: journey.Emulator, *args: str, orders: int = 1
) -> None:
    """Run a command until the API has turned away so many orders for the moment, and kill it.

    What counts is the fault, not the order's arrival: one that has arrived may still be accepted.
    """
    spoil(emulator, "status", match=POST, status=503)
    killed_when(project, *args, happened=lambda: emulator.running.faults.strikes() >= orders)
    emulator.running.faults.clear()


def accepted(project: journey.Project, jobs: int) -> bool:
    """Return whether the ledgers of this machine hold so many job ids."""
    ledgers = (project.home / "imagegen/accounts").glob("*/ledger.jsonl")
    return sum(ledger.read_bytes().count(b'"ACCEPTED"') for ledger in ledgers) >= jobs
