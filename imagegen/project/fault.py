"""Owns Fault: a problem in a project file, told by key path, before anyone looks up its line.

Finding a line costs an import and a second parse, so it is done only when there are faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KeyPath = tuple[str | int, ...]
"""Keys from the top of the document, array items by index: ("images", "hero", "params")."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one key path; `positions` turns it into a located Problem."""

    loc: KeyPath
    summary: str
    detail: str = ""
    hint: str = ""
    at: Literal["key", "value"] = "value"
    """Whether to point at the key (unknown, missing below it) or at its value."""
