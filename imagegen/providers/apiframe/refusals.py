"""Owns what a status means: for a paid POST, and for a request that costs nothing.

The question behind every line is "may there be a job now?". Where nobody can tell, the answer
is Ambiguous, never Refused or Busy. Never raises; returns what its caller raises.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from imagegen.errors import Problem
from imagegen.providers.apiframe.answers import error_form, said
from imagegen.providers.apiframe.api import Answer
from imagegen.providers.apiframe.foreign import shown
from imagegen.providers.apiframe.patience import retry_after
from imagegen.providers.provider import Ambiguous, Busy, KeyReused, Refused, Unavailable

DEFAULT_WAIT = 5.0
"""Seconds to wait after a 429 that does not say how long."""

UNREACHED_WAIT = 2.0
"""Seconds to wait after no connection came about."""

_UNCLEAR = frozenset({303, 408, 425})
"""303 tells of a result elsewhere; 408 and 425 may come from a proxy after the API got it."""

_IN_FLIGHT = re.compile(
    r"in[ -]?(progress|flight)|being processed|still processing|concurrent", re.I
)
_IDEMPOTENCY = re.compile(r"idempoten", re.I)
_OTHER_BODY = re.compile(r"different|another|already|mismatch|same (body|param|request)|reus", re.I)
_KEY_TALK = re.compile(r"\bapi[ -]?key|\bafk_", re.I)

_STATUS_WORDS = {
    401: ("the API does not accept the key", "Check `APIFRAME_API_KEY`."),
    402: ("not enough credits", "Add credits at Apiframe, then run the same command again."),
    403: ("the key may not do this", "Check the key and its team at Apiframe."),
    404: ("the API does not know this address", "Check `base_url`."),
    413: ("the request is too large", "Use a shorter prompt or smaller references."),
}


def submission(answer: Answer, why: str = "") -> Refused | Busy | Ambiguous | KeyReused:
    """Return what it means that a paid POST was answered so, and without a job.

    `why` says what is wrong with an answer of success.
    """
    status, text = answer.status, said(answer)
    if 200 <= status < 300:
        told = f"It answered {status}, but {why or 'names no job'}."
        return Ambiguous(Problem("the API's answer names no job", told, _UNKNOWN_OUTCOME))
    if status in _UNCLEAR or status >= 500 or status < 200:
        return Ambiguous(
            _problem("the API failed while it had the order", answer, _UNKNOWN_OUTCOME)
        )
    if status == 429:
        return _busy(answer)
    if status in (409, 422) and _IN_FLIGHT.search(text):
        return Ambiguous(
            _problem("the API is still at work on this order", answer, _UNKNOWN_OUTCOME)
        )
    if _speaks_of_reuse(status, text):
        return KeyReused(_problem("the API knows this order with another body", answer, _SOMEWHERE))
    return _refused(answer)


def free(answer: Answer, doing: str) -> Refused | Unavailable:
    """Return what it means that a free request did not succeed; `doing` completes "while …"."""
    status = answer.status
    if status == 429:
        wait = retry_after(answer.headers)
        problem = _problem("the API asks for patience", answer, doing=doing)
        return Unavailable(problem, seconds=wait.seconds if wait else None)
    if 200 <= status < 300 or status in _UNCLEAR or status >= 500 or status < 200:
        return Unavailable(_problem("the API did not answer properly", answer, doing=doing))
    return _refused(answer, doing=doing)


def unreached(why: str) -> Busy:
    """Return what it means that no connection came about for a paid POST."""
    return Busy(_unreached_problem(why), seconds=UNREACHED_WAIT, reached=False)


def unreached_free(why: str) -> Unavailable:
    """Return what it means that no connection came about for a free request."""
    return Unavailable(_unreached_problem(why))


def lost(why: str) -> Ambiguous:
    """Return what it means that a paid POST went out and nothing came back."""
    return Ambiguous(
        Problem(
            "the API's answer to the order was lost",
            f"The order may have arrived: {why}.",
            _UNKNOWN_OUTCOME,
        )
    )


def lost_free(why: str, doing: str) -> Unavailable:
    """Return what it means that a free request went out and nothing came back."""
    return Unavailable(Problem("the API did not answer", f"While {doing}: {why}.", _AGAIN))


_UNKNOWN_OUTCOME = "The same order is sent again under the same key, so it cannot be paid twice."
_SOMEWHERE = "A job for it may exist. Look for it with\n    imagegen resolve"
_AGAIN = "Nothing is lost; run the same command again later."


def _speaks_of_reuse(status: int, text: str) -> bool:
    # The documented conflict is 409, and nothing else about a POST is; other APIs say 422 or 400.
    if status == 409:
        return True
    named = _IDEMPOTENCY.search(text) is not None
    return named and (status == 422 or (status == 400 and _OTHER_BODY.search(text) is not None))


def _busy(answer: Answer) -> Busy:
    wait = retry_after(answer.headers)
    problem = _problem("the API asks for patience", answer, note=wait.note if wait else "")
    return Busy(problem, seconds=wait.seconds if wait else DEFAULT_WAIT)


def _refused(answer: Answer, doing: str = "") -> Refused:
    status, text = answer.status, said(answer)
    if 300 <= status < 400:
        return Refused(_redirect_problem(answer), status=status, stops_all=True)
    summary, hint = _STATUS_WORDS.get(status, ("the API refused the request", ""))
    # A key of the API's older version is answered with 400 and a text about keys.
    about_key = status == 400 and _KEY_TALK.search(text) is not None
    if about_key:
        summary, hint = _STATUS_WORDS[401]
    problem = _problem(summary, answer, hint, doing=doing, note=_credits_note(answer))
    return Refused(problem, status=status, stops_all=status in (401, 402, 403) or about_key)


def _credits_note(answer: Answer) -> str:
    form = error_form(answer)
    needed, left = form.get("creditsRequired"), form.get("creditsAvailable")
    if answer.status != 402 or not isinstance(needed, int) or not isinstance(left, int):
        return ""
    return f"It needs {needed} credits and {left} are left."


def _redirect_problem(answer: Answer) -> Problem:
    try:
        parts = urlsplit(answer.headers.get("location", ""))
        goal = shown(f"{parts.scheme}://{parts.hostname}", 200) if parts.hostname else "elsewhere"
    except ValueError:
        goal = "elsewhere"
    return Problem(
        "the API redirected the request",
        f"It answered {answer.status} and points to `{goal}`. Redirects are not followed, "
        "because the key would be sent along.",
        "Check `base_url`; it must be the API's final address.",
    )


def _unreached_problem(why: str) -> Problem:
    return Problem(
        "the API cannot be reached",
        f"Nothing was sent: {why}.",
        "Check the network connection, `HTTPS_PROXY` and `base_url`.",
    )


def _problem(
    summary: str, answer: Answer, hint: str = "", *, doing: str = "", note: str = ""
) -> Problem:
    text = said(answer)
    words = f"It answered {answer.status}" + (f" while {doing}" if doing else "")
    words += f": {text}" if text else " without a readable reason."
    words += "" if words.endswith((".", "!", "…")) else "."
    request_id = answer.headers.get("x-request-id")
    noted = [words, note, f"Request id: {shown(request_id, 80)}." if request_id else ""]
    return Problem(summary, " ".join(part for part in noted if part), hint)
