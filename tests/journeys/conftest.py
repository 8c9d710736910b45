"""Owns the journeys' emulator: like that of every test, with settings where a test gives some."""

from __future__ import annotations

from collections.abc import Iterator

import journey
import pytest


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[journey.Emulator]:
    """Run an emulator; `parametrize("emulator", [{…}], indirect=True)` chooses its settings."""
    with journey.emulator(**getattr(request, "param", {})) as running:
        yield running
