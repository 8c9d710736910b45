"""Owns the words that journeys share: a project file as a value, and waiting for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import tomli_w

GENERATE = "/v2/images/generate"


def listing(images: Mapping[str, str | Mapping[str, object]], **tables: object) -> str:
    """Return the text of a project file; an image is its prompt or its table."""
    entries = {
        name: {"prompt": one} if isinstance(one, str) else dict(one) for name, one in images.items()
    }
    return tomli_w.dumps({**tables, "images": entries})


def mugs(count: int, **tables: object) -> str:
    """Return a project file with `count` different pictures."""
    return listing({f"mug-{i}": f"mug number {i}" for i in range(1, count + 1)}, **tables)


def until(happened: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so; fails when it takes too long."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
