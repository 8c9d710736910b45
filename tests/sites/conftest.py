"""Owns what the tests of the example sites share: a browser, and a site built once per class."""

from __future__ import annotations

from collections.abc import Iterator

import chromium
import pytest
from battery import Battery
from example import Example, build, node_version
from playwright.sync_api import Browser
from toolbox import installed


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start the machine's Chromium for the tests of one file.

    While it runs, its driver's event loop does, and no test of ours could have one of its own.
    """
    yield from chromium.started(tmp_path_factory.mktemp("browser"), "the sites")


@pytest.fixture(scope="class")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Build the site that the test class names."""
    wanted: type[Battery] = request.cls
    folder = tmp_path_factory.mktemp(wanted.example)
    if wanted.node and (found := node_version()) < wanted.node:
        pytest.skip(f"NOT TESTED: {wanted.example} needs Node {wanted.node}, and here is {found}")
    kept = request.config.cache.mkdir("sites")
    tools = installed(wanted.example, kept) if wanted.tools else None
    return build(wanted.example, folder, wanted.commands, site=wanted.site, tools=tools)
