"""Owns the machine's Chromium, as the tests that look at pages start it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def started(home: Path, unseen: str) -> Iterator[Browser]:
    """Yield a browser whose profile lies in `home`; without one, skip: nobody looked at `unseen`.

    While it runs, its driver's event loop does, and no test of ours could have one of its own.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"NOT TESTED: there is no Chromium, so nobody has looked at {unseen}")
    with sync_playwright() as playwright:
        environment = {**os.environ, "HOME": str(home)}
        running = playwright.chromium.launch(executable_path=found, env=environment)
        yield running
        running.close()
