"""Owns the wording of what a build came to, as text and as JSON. Returns values; prints nothing."""

from __future__ import annotations

from imagegen.build.purchase import Sum
from imagegen.build.result import Result
from imagegen.cli.terminal import line
from imagegen.cli.words import credits_text

INTERRUPTED = "interrupted: nothing new was ordered; the next build picks up what runs"


def result_text(result: Result) -> str:
    """Return a result for people, several lines."""
    head = [INTERRUPTED] if result.signal is not None else []
    sum_ = f"{counts_text(result)}. {money_text(result.spent)}"
    return "\n".join([*head, sum_, *(f"  {one}" for one in failures_text(result))])


def counts_text(result: Result) -> str:
    """Return `3 done, 1 failed`."""
    failed = [one for one in result.failures if not one.stopped]
    untried = len(result.failures) - len(failed)
    counts = [f"{len(result.outcomes) - len(result.failures)} done"]
    counts += [f"{len(failed)} failed"] if failed else []
    counts += [f"{untried} not tried"] if untried else []
    return ", ".join(counts)


def failures_text(result: Result) -> list[str]:
    """Return a line for each image that failed, and for each reason not to try others."""
    told = [
        f"{one.name}: {line(one.problem.summary)}"
        for one in result.failures
        if not one.stopped and one.problem is not None
    ]
    return told + untried_text(result)


def untried_text(result: Result) -> list[str]:
    """Return a line for each reason not to try images; of the others, events have told."""
    reasons = {one.problem.summary for one in result.failures if one.stopped and one.problem}
    return [f"not tried: {line(reason)}" for reason in sorted(reasons)]


def money_text(spent: Sum) -> str:
    """Return what was spent, as a sentence."""
    if not spent.pictures:
        return "Nothing was spent."
    pictures = pictures_text(spent.pictures)
    if spent.reserved or spent.unpriced:
        charged = credits_text(spent.charged)
        return f"Charged so far: {charged}; not all of {pictures} ordered are settled yet."
    return f"Spent {credits_text(spent.charged)} on {pictures}."


def pictures_text(number: int) -> str:
    """Return `1 picture`, `12 pictures`."""
    return f"{number} picture{'' if number == 1 else 's'}"


def result_json(result: Result) -> dict[str, object]:
    """Return the object that `build --json` prints."""
    rows = [
        {
            "name": one.name,
            "action": one.action.value,
            "output": one.output,
            "credits": one.credits,
            "error": one.problem.summary if one.problem else None,
        }
        for one in sorted(result.outcomes, key=lambda outcome: outcome.name)
    ]
    summary = {
        "done": len(result.outcomes) - len(result.failures),
        "failed": len(result.failures),
        "credits": result.spent.charged,
    }
    return {"format": 1, "results": rows, "summary": summary}
