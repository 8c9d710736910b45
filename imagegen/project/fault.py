"""Owns Fault: a problem in a project file, told by key path, before anyone looks up its line.

Finding a line costs an import and a second parse, so it is done only when there are faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from imagegen.errors import Where
from imagegen.project.text import Text

KeyPath = tuple[str | int, ...]
"""Keys from the top of the document, array items by index: ("images", "hero", "params")."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one key path; `places` turns it into a located Problem."""

    loc: KeyPath
    summary: str
    detail: str = ""
    hint: str = ""
    at: Literal["key", "value"] = "value"
    """Whether to point at the key (unknown, missing below it) or at its value."""
    beside: Text | None = None
    """The other text that `loc` is a path in; None for imagegen.toml itself."""
    where: Where | None = None
    """The place, where it is known already; `loc` then only says what the fault is about."""
