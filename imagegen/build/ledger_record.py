"""Owns the records of the ledger as JSON fields: an entry (intent or summary) or news of one.

Pure. Field `ev` names the kind: INTENT, ENTRY (a whole entry, written by compaction), or a state.
"""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from typing import TypeVar

from imagegen.build.jobs import News
from imagegen.build.purchase import Entry, Intent, Purchase, State

_SUMMARY = "ENTRY"
_FACTS = tuple(field.name for field in dataclasses.fields(News))[3:]
_Kind = TypeVar("_Kind")


class Unreadable(Exception):
    """The record is whole, but not of a kind that this version knows."""


def of_intent(intent: Intent, at: float) -> dict[str, object]:
    """Return the record that says what is about to be bought."""
    return {
        "ev": State.INTENT.value,
        **_identity(intent.purchase),
        "at": at,
        "image": intent.image,
        "request": dict(intent.request),
        "idem": intent.idempotency_key,
        **_body(intent.body),
        "reserve": intent.reserve,
        "seed": intent.seed,
        "run": intent.run,
        "project": intent.project,
    }


def of_news(news: News) -> dict[str, object]:
    """Return the record that says what became of a purchase."""
    said = {name: getattr(news, name) for name in _FACTS if getattr(news, name) not in (None, ())}
    return {"ev": news.state.value, **_identity(news.purchase), "at": news.at, **said}


def of_entry(entry: Entry) -> dict[str, object]:
    """Return the record that holds all that is known of one purchase."""
    intent = Intent(
        entry.purchase,
        entry.image,
        entry.request,
        entry.idempotency_key,
        entry.body,
        entry.reserve,
        entry.seed,
        entry.run,
        entry.project,
    )
    return {
        **of_intent(intent, entry.intent_at),
        "ev": _SUMMARY,
        "state": entry.state.value,
        "updated": entry.updated_at,
        "job_id": entry.job_id,
        "other_job_ids": entry.other_job_ids,
        "urls": entry.urls,
        "credits": entry.credits,
        "error": entry.error,
        "moderated": entry.moderated,
        "originals": entry.originals,
    }


def read(fields: Mapping[str, object]) -> Entry | News:
    """Return the value of one record; raises Unreadable."""
    try:
        event = _get(fields, "ev", str)
        if event in (State.INTENT, _SUMMARY):
            return _entry(fields, summary=event == _SUMMARY)
        return News(
            _purchase(fields),
            State(event),
            _time(fields, "at"),
            _maybe(fields, "job_id", str),
            _texts(fields, "urls"),
            _maybe(fields, "credits", int),
            _maybe(fields, "error", str),
            _maybe(fields, "moderated", bool),
            _texts(fields, "originals"),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise Unreadable(str(fault)) from None


def _entry(fields: Mapping[str, object], *, summary: bool) -> Entry:
    at = _time(fields, "at")
    return Entry(
        purchase=_purchase(fields),
        state=State(_get(fields, "state", str)) if summary else State.INTENT,
        image=_get(fields, "image", str),
        request=_get(fields, "request", dict),
        idempotency_key=_get(fields, "idem", str),
        body=_read_body(fields),
        reserve=_maybe(fields, "reserve", int),
        seed=_maybe(fields, "seed", int),
        run=_get(fields, "run", str),
        project=_get(fields, "project", str),
        intent_at=at,
        updated_at=_time(fields, "updated") if summary else at,
        job_id=_maybe(fields, "job_id", str),
        other_job_ids=_texts(fields, "other_job_ids"),
        urls=_texts(fields, "urls"),
        credits=_maybe(fields, "credits", int),
        error=_maybe(fields, "error", str),
        moderated=bool(_maybe(fields, "moderated", bool)),
        originals=_texts(fields, "originals"),
    )


def _identity(purchase: Purchase) -> dict[str, object]:
    return {"key": purchase.request_key, "take": purchase.take, "attempt": purchase.attempt}


def _purchase(fields: Mapping[str, object]) -> Purchase:
    return Purchase(
        _get(fields, "key", str), _get(fields, "take", int), _get(fields, "attempt", int)
    )


def _body(body: bytes) -> dict[str, object]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body64": base64.b64encode(body).decode()}


def _read_body(fields: Mapping[str, object]) -> bytes:
    if "body64" in fields:
        return base64.b64decode(_get(fields, "body64", str))
    return _get(fields, "body", str).encode()


def _get(fields: Mapping[str, object], name: str, kind: type[_Kind]) -> _Kind:
    value = fields[name]
    if not isinstance(value, kind):
        raise TypeError(f"`{name}` is {value!r}")
    return value


def _maybe(fields: Mapping[str, object], name: str, kind: type[_Kind]) -> _Kind | None:
    return None if fields.get(name) is None else _get(fields, name, kind)


def _time(fields: Mapping[str, object], name: str) -> float:
    value = fields[name]
    if not isinstance(value, int | float):
        raise TypeError(f"`{name}` is {value!r}")
    return float(value)


def _texts(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    items = fields.get(name) or ()
    if not isinstance(items, list | tuple):
        raise TypeError(f"`{name}` is {items!r}")
    return tuple(str(item) for item in items)
