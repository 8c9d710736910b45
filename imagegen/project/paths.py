"""Owns the fault of a path in a project file that is not relative, POSIX and inside the project.

Pure: never asks the disk. What a path may be, `portable` says.
"""

from __future__ import annotations

from imagegen.portable import path_trouble
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.wording import quoted


def path_fault(path: str, loc: KeyPath) -> Fault | None:
    """Return what is wrong with a relative POSIX path at `loc`, or None."""
    if not path:
        return Fault(loc, "this path is empty")
    found = path_trouble(path)
    if found is None:
        return None
    summary, detail = found
    return Fault(loc, f"{quoted(path)} {summary}", detail)
