"""Owns how it is told that nothing can be signed: each fault with the setting that it goes back to.

Never shows a key.
"""

from __future__ import annotations

from collections.abc import Iterable

from imagegen.errors import NeedsAttention, Problem
from imagegen.project.fault import Fault

_C2PA = ("provenance", "c2pa")
TABLE = f"[{'.'.join(_C2PA)}]"


class CannotSign(NeedsAttention):
    """Files cannot be signed; `faults` has all that is in the way, by its place in the project."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(*(Problem(one.summary, one.detail, one.hint) for one in self.faults))


def fault(key: str, summary: str, detail: str = "", hint: str = "") -> Fault:
    """Return what is wrong with what `key` of the table names; an empty one stands for the table.

    `detail` and `hint` are those of a Problem.
    """
    if not key:
        return Fault(_C2PA, summary, detail, hint, at="key")
    return Fault((*_C2PA, key), summary, detail, hint)


def unreadable(key: str, path: object, error: OSError) -> Fault:
    """Return the fault of a file that the system does not let us read."""
    return fault(
        key, f"the {key} `{path}` cannot be read", f"The system says: {error.strerror or error}."
    )


def no_key(path: object) -> Fault:
    """Return the fault of a key that is not in its place."""
    detail = "It is needed to sign, and nothing else."
    hint = f"put it there, or name its place as `key` in {TABLE}"
    return fault("key", f"there is no key `{path}`", detail, hint)


def nothing_installed(package: str) -> Fault:
    """Return the fault of an extra that is not installed."""
    detail = f"{TABLE} asks for signatures, which take the package `{package}`."
    hint = 'install it:\n  pip install "imagegen-build[c2pa]"'
    return fault("", "nothing is installed that signs", detail, hint)
