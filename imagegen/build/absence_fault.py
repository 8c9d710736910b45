"""Owns how it is told that a picture of the lock cannot be had, and how it comes back.

Git goes first: a file that was committed comes back from it without a key, and byte for byte.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from imagegen.checkout import Checkout
from imagegen.errors import Problem
from imagegen.locked import Locked
from imagegen.plan import Change

_DRAFTS = "or look at free drafts first:\n  imagegen build --draft"
_OTHER_STORE = "bring its store (IMAGEGEN_HOME) from the machine that bought it"


def absent(one: Locked, path: str, root: Path) -> Problem:
    """Return the problem of a picture that neither store nor outputs hold; `path` shows it."""
    summary = f"the picture of `{one.name}` is not in this machine's store"
    if one.take == 0:
        detail = "It was taken in and not bought, so nobody but you has it."
        first = from_git(root, path) or "bring the file back from version control,"
        again = f"take it in again:\n  imagegen import {one.name} FILE"
        return Problem(summary, detail, either(first, again))
    detail = "It was bought elsewhere, or IMAGEGEN_HOME points to another store."
    again = "with a key, fetch it again for free while the API keeps it:\n  imagegen build"
    return Problem(summary, detail, either(from_git(root, path), again))


def keyless(change: Change, root: Path, *, buying: bool) -> Problem:
    """Return the problem of a picture that only the API has, or sells, where there is no key."""
    what = "to buy this picture" if buying else "to fetch this picture, which is paid for"
    detail = "APIFRAME_API_KEY is neither in the environment nor in `.env` beside the project file."
    if not buying:
        hint = either(_from_git(change, root), "set the key, then build again; it costs nothing")
    else:
        hint = without_key(drafts=drafts_would_do([change.locked]))
    return Problem(f"an API key is needed {what}", detail, hint)


def without_key(*, drafts: bool) -> str:
    """Return what to do without a key; `drafts` only where none would hide a bought picture."""
    return f"set it, {_DRAFTS}" if drafts else "set it, then build again"


def drafts_would_do(images: Iterable[Locked | None]) -> bool:
    """Whether drafts may be offered for these images of the lock: none shows a bought picture."""
    return not any(one.sold for one in images if one is not None)


def nowhere(name: str) -> Problem:
    """Return the problem of a picture that nobody knows."""
    return Problem(
        "the picture is neither in the store nor known to the API",
        hint=f"to buy it, name the image:\n  imagegen build --replace {name}",
    )


def gone(change: Change, job_id: str, cause: Problem, root: Path) -> Problem:
    """Return the problem of a picture that was paid for and that the API does not give."""
    name = (change.target.candidate_of if change.target else None) or change.name
    other = f"buy another one:\n  imagegen build --replace {name}"
    return Problem(
        f"the picture was paid for as job {job_id} and cannot be had: {cause.summary}",
        cause.detail,
        either(_from_git(change, root), either(_OTHER_STORE, other)),
    )


def from_git(root: Path, path: str) -> str:
    """Return how a file of the project `root` comes back from git; empty where there is none."""
    if not Checkout(root).exists():
        return ""
    at = "" if root.resolve() == Path.cwd() else f"-C {shlex.quote(str(root))} "
    return f"if it was committed, take it back:\n  git {at}checkout -- {shlex.quote(path)}"


def either(first: str, second: str) -> str:
    """Return two ways out, the better one first; of an empty one nothing is said."""
    return f"{first}\nor {second}" if first and second else first or second


def _from_git(change: Change, root: Path) -> str:
    """Return the way back for an output as the lock has it; empty for any other picture."""
    one, target = change.locked, change.target
    if any(reason.field == "provenance" for reason in change.reasons):
        # It is as git has it, and is to say something else of its making.
        return ""
    if one is None or target is None or not one.answers(target.request) or one.take != change.take:
        return ""
    paths = [out.path for out in one.outputs if out.path == target.output]
    return from_git(root, paths[0]) if paths else ""
