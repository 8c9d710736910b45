"""Owns the journeys' emulator and project: commands run in the process of the test where they may.

What is started, and may be killed, is always a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import journey
import pytest
from indoors import indoors

PROCESSES = {
    "test_building",
    "test_emulating",
}
"""Journeys in which every command is a process of its own, as people have it."""


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[journey.Emulator]:
    """Run an emulator; `parametrize("emulator", [{…}], indirect=True)` chooses its settings."""
    with journey.emulator(**getattr(request, "param", {})) as running:
        yield running


@pytest.fixture
def project(request: pytest.FixtureRequest, project: journey.Project) -> journey.Project:
    """Make an empty project, whose commands need no process each."""
    return project if request.module.__name__ in PROCESSES else indoors(project)
