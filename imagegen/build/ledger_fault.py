"""Owns how faults of the ledger are told, with all that is known of the job concerned."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from imagegen import disk_fault
from imagegen.build.purchase import Entry
from imagegen.errors import Problem

_TOLD = {"image": "image", "job_id": "job", "idem": "idempotency key", "key": "request key"}


def failed(error: OSError, path: Path) -> Problem:
    """Return the problem of a disk that refuses."""
    return disk_fault.explain(error, doing="use the ledger of paid jobs", path=path)


def unwritten(problem: Problem, record: Mapping[str, object], about: Entry | None) -> Problem:
    """Return `problem`, which kept a record from being written down, with what that says.

    `about` is the entry that the record would have changed; None for an intent.
    """
    told = {"image": about.image, "idem": about.idempotency_key} if about else {}
    known = {**told, **record}
    # What the user sees is the last place where this can be kept.
    named = [f"{name} `{known[field]}`" for field, name in _TOLD.items() if known.get(field)]
    rescue = f"Not written down: {record['ev']} of {', '.join(named)}."
    return dataclasses.replace(problem, detail=f"{problem.detail} {rescue}".strip())


def foreign(path: Path, why: str) -> Problem:
    """Return the problem of a file that this version must not touch."""
    return Problem(
        summary="the ledger of paid jobs cannot be read by this version",
        detail=f"`{path}`: {why}. It has been left as it is.",
        hint="Update imagegen; or, if the file is not a ledger, move it away.",
    )


def damaged(path: Path, copy: Path, doubts: int) -> Problem:
    """Return the problem of a ledger that was damaged and has been put right."""
    return Problem(
        summary="the ledger of paid jobs was damaged",
        detail=(
            f"`{path}` had unreadable records. The readable ones are kept, {doubts} open "
            f"purchases are now of unknown outcome, and the damaged file lies at `{copy}`."
        ),
        hint="Settle what is unknown with:\nimagegen resolve",
    )


def collision(image: str, other: str) -> Problem:
    """Return the problem of two different requests with one request key."""
    return Problem(
        summary="two requests share one request key",
        detail=f"The request of `{image}` is not the one that was bought for `{other}`.",
        hint=f"Give `{image}` another `seed` or `take`.",
    )


def overtaken(image: str) -> Problem:
    """Return the problem of a person's word that comes too late."""
    return Problem(
        summary=f"the order for `{image}` has changed meanwhile",
        detail="A build or somebody else has settled it. Nothing was noted.",
        hint="look again:\n  imagegen resolve",
    )
