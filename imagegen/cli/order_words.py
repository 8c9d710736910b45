"""Owns the wording of orders whose outcome is unknown, as text and as JSON. Prints nothing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from imagegen.build.purchase import Entry, Purchase
from imagegen.cli.terminal import line
from imagegen.errors import Problem
from imagegen.providers.provider import Job


@dataclass(frozen=True, slots=True)
class Order:
    """An order that a person may settle."""

    label: str
    """The image that asks for it, else the one that it was for."""
    entry: Entry
    wanted: bool
    """Whether an image of this project asks for it."""


Found = Mapping[Purchase, tuple[Job, ...] | Problem]
"""The jobs that may belong to an order, or why they are not known."""


def jobs_for(order: Order, found: Found) -> tuple[Job, ...]:
    """Return the jobs that may belong to an order, likeliest first."""
    jobs = found.get(order.entry.purchase, ())
    return () if isinstance(jobs, Problem) else jobs


def order_text(order: Order, found: Found) -> str:
    """Return all that is known of one order, several lines."""
    entry = order.entry
    key = f", key {entry.idempotency_key[:12]}…" if entry.idempotency_key else ""
    reason = entry.error or "its answer was lost"
    head = f"{order.label}  {entry.model or 'unknown model'}, ordered {_time(entry.intent_at)}{key}"
    lines = [head, f"    {entry.request.get('prompt', '')}", f"    {reason}"]
    if not order.wanted:
        lines.append("    no image asks for it any more")
    told = found.get(entry.purchase, ())
    if isinstance(told, Problem):
        lines.append(f"    which jobs nobody noted is not known: {told.summary}")
    elif not told:
        lines.append("    the account has no job of this model that nobody noted")
    for number, job in enumerate(jobs_for(order, found), start=1):
        when = _time(job.created_at) if job.created_at else "at an unknown time"
        lines.append(f"    {number}. job {job.id}, {entry.model}, {when}, {job.status}")
    return "\n".join(line(one) for one in lines)


def order_json(order: Order, found: Found) -> dict[str, object]:
    """Return the row of one order for `--json`."""
    entry = order.entry
    told = found.get(entry.purchase, ())
    return {
        "image": order.label,
        "request_key": entry.purchase.request_key,
        "take": entry.purchase.take,
        "attempt": entry.purchase.attempt,
        "model": entry.model,
        "ordered_at": _iso(entry.intent_at),
        "idempotency_key": entry.idempotency_key,
        "project": entry.project,
        "wanted": order.wanted,
        "error": entry.error,
        "candidates": [
            {
                "job": job.id,
                "model": entry.model,
                "status": job.status.value,
                "created_at": _iso(job.created_at) if job.created_at else None,
            }
            for job in jobs_for(order, found)
        ],
        "candidates_error": told.summary if isinstance(told, Problem) else None,
    }


def _time(at: float) -> str:
    return datetime.datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M")


def _iso(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat()
