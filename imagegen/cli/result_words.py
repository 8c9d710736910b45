"""Owns the wording of what a build came to, as text and as JSON. Returns values; prints nothing."""

from __future__ import annotations

from dataclasses import asdict

from imagegen.build.purchase import Sum
from imagegen.build.result import Result
from imagegen.cli.terminal import line
from imagegen.cli.words import credits_text

INTERRUPTED = "interrupted: nothing new was ordered; the next build goes on from here"


def result_text(result: Result) -> str:
    """Return a result for people, several lines."""
    head = [INTERRUPTED] if result.signal is not None else []
    sum_ = f"{counts_text(result)}. {money_text(result.spent)}"
    return "\n".join([*head, sum_, *(f"  {one}" for one in failures_text(result))])


def counts_text(result: Result) -> str:
    """Return `3 done, 1 failed`; after a signal also how far the others have come."""
    failed = [one for one in result.failures if not one.stopped]
    untried = len(result.failures) - len(failed)
    counts = [f"{len(result.outcomes) - len(result.failures)} done"]
    counts += [f"{len(failed)} failed"] if failed else []
    counts += [f"{untried} not tried"] if untried else []
    left = result.unfinished
    counts += [f"{left.placed} in place with files still to be made"] if left.placed else []
    counts += [f"{left.under_way} under way"] if left.under_way else []
    counts += [f"{left.waiting} not begun"] if left.waiting else []
    return ", ".join(counts)


def failures_text(result: Result) -> list[str]:
    """Return a line for each problem of an image, and for each reason not to try others."""
    told = [
        f"{one.name}: {line(problem.summary)}"
        for one in result.failures
        if not one.stopped
        for problem in one.problems
    ]
    return told + untried_text(result)


def untried_text(result: Result) -> list[str]:
    """Return a line for each reason not to try images; of the others, events have told."""
    untried = [one for one in result.failures if one.stopped]
    reasons = {problem.summary for one in untried for problem in one.problems}
    return [f"not tried: {line(reason)}" for reason in sorted(reasons)]


def money_text(spent: Sum) -> str:
    """Return what was spent, as a sentence."""
    if not spent.pictures:
        return "Nothing was spent."
    pictures = pictures_text(spent.pictures)
    if spent.reserved or spent.unpriced:
        one = spent.pictures == 1
        open_ones = "the order is not" if one else f"not all of {pictures} ordered are"
        return f"Charged so far: {credits_text(spent.charged)}; {open_ones} settled yet."
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
            "error": "; ".join(problem.summary for problem in one.problems) or None,
        }
        for one in sorted(result.outcomes, key=lambda outcome: outcome.name)
    ]
    summary: dict[str, object] = {
        "done": len(result.outcomes) - len(result.failures),
        "failed": len(result.failures),
        "credits": result.spent.charged,
    }
    if result.signal is not None:
        summary["unfinished"] = asdict(result.unfinished)
    return {"format": 1, "results": rows, "summary": summary}
