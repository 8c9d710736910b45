"""Owns a project whose commands run in the process of the test: as a journey, and much faster.

For journeys of many commands, none of which is killed and in none of which starting up matters.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import journey
import pytest
from crash.haste import HastyLoop
from forked import Forked

from imagegen import fingerprint
from imagegen.cli import main

HASTE = 8.0
"""How many seconds a build takes for one while it waits: between looks, before it tries again."""

DEADLINE = 9.0
"""From so many seconds on a wait is one for a server or a disk, which may be slow."""


@contextlib.contextmanager
def hasty(speed: float = HASTE) -> Iterator[None]:
    """Let the event loops that are made meanwhile have a clock that runs so much faster."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.events, "new_event_loop", partial(HastyLoop, speed, patient=DEADLINE))
        yield


@dataclass
class Indoors(journey.Project):
    """A project folder that no other process is started for, but by `start`, which forks one."""

    def run(
        self,
        *args: str,
        code: int | None = None,
        env: Mapping[str, str | None] | None = None,
        timeout: float = 0,
    ) -> journey.Result:
        """Run `imagegen` with `args` in the folder; with `code`, insist on that exit code."""
        said, talk = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() & {*journey.OWN_VARIABLES}:
                patch.delenv(name)
            for name, value in self.environment(env).items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(talk), hasty():
                got = _answered(args)
        return self._keep(journey.Result(args, got, said.getvalue(), talk.getvalue()), code)

    def start(self, *args: str, env: Mapping[str, str | None] | None = None) -> journey.Running:
        """Start `imagegen` in a forked process and return at once."""
        forked = Forked(args, self.folder, self.environment(env))
        return journey.Running(self, args, forked)

    def on_another_machine(self, *, key: str | None = journey.KEY) -> Indoors:
        """Return a fresh clone of this folder with an empty home, as a colleague or CI has it."""
        clone = super().on_another_machine(key=key)
        return Indoors(clone.folder, clone.home, clone.base_url, key, self.results)


def _answered(args: Sequence[str]) -> int:
    """Do as `imagegen.__main__` does; returns the exit code."""
    answer = fingerprint.quick_answer(args)
    if answer is None:
        return main.run(args)
    sys.stderr.write(f"{answer}\n")
    return 0


def indoors(project: journey.Project) -> Indoors:
    """Return `project` with its commands run in this process."""
    return Indoors(project.folder, project.home, project.base_url, project.key, project.results)
