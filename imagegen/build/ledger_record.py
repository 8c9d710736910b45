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
_INTENT = tuple(field.name for field in dataclasses.fields(Intent))
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
        "images": intent.images or (intent.image,),
        "replaced": intent.replaced,
    }


def of_news(news: News) -> dict[str, object]:
    """Return the record that says what became of a purchase."""
    said = {name: getattr(news, name) for name in _FACTS if getattr(news, name) not in (None, ())}
    return {"ev": news.state.value, **_identity(news.purchase), "at": news.at, **said}


def of_miss(entry: Entry, at: float) -> dict[str, object]:
    """Return the record that says when a list of all jobs did not show an order.

    It is the intent once more, so that a release which does not know `missed` passes over it.
    """
    return {**of_intent(_intent(entry), entry.intent_at), "missed": at}


def of_entry(entry: Entry) -> dict[str, object]:
    """Return the record that holds all that is known of one purchase."""
    return {
        **of_intent(_intent(entry), entry.intent_at),
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
        "again": entry.again,
        "missed": entry.missed_at,
    }


def read(fields: Mapping[str, object]) -> Entry | News:
    """Return the value of one record; raises Unreadable."""
    try:
        event = _get(fields, "ev", str)
        if event in (State.INTENT, _SUMMARY):
            return _entry(fields, summary=event == _SUMMARY)
        return News(
            purchase_of(fields),
            State(event),
            _time(fields, "at"),
            _maybe(fields, "job_id", str),
            _texts(fields, "urls"),
            _maybe(fields, "credits", int),
            _maybe(fields, "error", str),
            _maybe(fields, "moderated", bool),
            _texts(fields, "originals"),
            _maybe(fields, "again", bool),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise Unreadable(str(fault)) from None


def _intent(entry: Entry) -> Intent:
    return Intent(**{name: getattr(entry, name) for name in _INTENT})


def _entry(fields: Mapping[str, object], *, summary: bool) -> Entry:
    at, image = _time(fields, "at"), _get(fields, "image", str)
    return Entry(
        purchase=purchase_of(fields),
        state=State(_get(fields, "state", str)) if summary else State.INTENT,
        image=image,
        request=_get(fields, "request", dict),
        idempotency_key=_get(fields, "idem", str),
        body=_read_body(fields),
        reserve=_maybe(fields, "reserve", int),
        seed=_maybe(fields, "seed", int),
        run=_get(fields, "run", str),
        project=_get(fields, "project", str),
        images=_texts(fields, "images") or (image,),
        replaced=_texts(fields, "replaced") if "replaced" in fields else (image,),
        intent_at=at,
        updated_at=_time(fields, "updated") if summary else at,
        job_id=_maybe(fields, "job_id", str),
        other_job_ids=_texts(fields, "other_job_ids"),
        urls=_texts(fields, "urls"),
        credits=_maybe(fields, "credits", int),
        error=_maybe(fields, "error", str),
        moderated=bool(_maybe(fields, "moderated", bool)),
        originals=_texts(fields, "originals"),
        again=bool(_maybe(fields, "again", bool)),
        missed_at=None if fields.get("missed") is None else _time(fields, "missed"),
    )


def _identity(purchase: Purchase) -> dict[str, object]:
    return {"key": purchase.request_key, "take": purchase.take, "attempt": purchase.attempt}


def purchase_of(fields: Mapping[str, object]) -> Purchase:
    """Return which purchase a record is about; raises KeyError or TypeError."""
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
