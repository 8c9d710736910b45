"""Owns the check that a whole test run left the canary key nowhere; a plug-in of pytest.

Each worker searches its own temporary folder at its end, before anything in it is deleted. What
tests printed is searched as it is reported; all processes are watched by the one that runs none
of the tests itself. What is found fails the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from . import canary

_OUTPUT = "canary"
"""Name under which a worker hands over what it found."""


class CanaryCheck:
    """The search during one run of pytest, in a worker or in the process that leads them."""

    def __init__(self, config: pytest.Config, key: str) -> None:
        """Start it; `key` is what must be left nowhere."""
        self._config = config
        self._key = key
        self._found: dict[str, None] = {}
        self._worker: dict[str, Any] | None = getattr(config, "workeroutput", None)
        leads = self._worker is None and bool(getattr(config.option, "numprocesses", None))
        # A thread beside tests that fork would be a risk of its own.
        self._watch = canary.Watch(key) if leads else None
        self._has_folder = not leads

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Search what a test printed."""
        told = canary.in_texts((text for _, text in report.sections), self._key)
        self._note([f"printed by {report.nodeid}: {form}" for form in told])

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker found."""
        self._note(getattr(node, "workeroutput", {}).get(_OUTPUT, []))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        """Search the temporary folder of this process; fail the run when anything was found."""
        if self._has_folder:
            folder = self._config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
            self._note(canary.found_in(folder, self._key))
        if self._worker is not None:
            self._worker[_OUTPUT] = list(self._found)
        if self._watch is not None:
            self._note(self._watch.end())
        yield
        if self._found and self._worker is None:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say where the key was left."""
        if self._found:
            terminalreporter.section("THE KEY WAS LEFT BEHIND", red=True, bold=True)
            for place in self._found:
                terminalreporter.line(place)

    def _note(self, found: list[str]) -> None:
        self._found |= dict.fromkeys(found)
