"""Owns the phrases that page, summary and terminal share: sums, headings, what stands for what.

Plain texts, not yet safe for the place where they will stand.
"""

from __future__ import annotations

from imagegen.locked import Locked
from imagegen.report.comparison import Comparison, Kind, Money
from imagegen.report.state import State
from imagegen.request import DRAFT

HEADINGS = {
    Kind.CHANGED: "Changed",
    Kind.ADDED: "Added",
    Kind.RETIRED: "Retired",
    Kind.RENAMED: "Renamed",
    Kind.TIDIED: "Same picture, other files",
}
"""What stands above the images of a kind."""

CANDIDATES = "Candidates"

_COUNTED = HEADINGS | {Kind.TIDIED: "with other files"}


def count(number: int, thing: str) -> str:
    """Return `1 credit`, `1,200 credits`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def headline(comparison: Comparison) -> str:
    """Return what became of the images, in one line: `2 changed, 1 added`."""
    counts = [(len(comparison.of(kind)), word.lower()) for kind, word in _COUNTED.items()]
    told = [f"{number:,} {word}" for number, word in counts if number]
    candidates = len(comparison.candidates)
    told += [count(candidates, "candidate")] if candidates else []
    return ", ".join(told) or "no picture changed"


def money(spent: Money) -> str:
    """Return what the new purchases cost, as a sentence."""
    if not spent.purchases:
        return "No purchase is new in the lock."
    verb = "is" if spent.purchases == 1 else "are"
    head = f"{count(spent.purchases, 'purchase')} {verb} new in the lock"
    if spent.unknown == spent.purchases:
        return f"{head}; what they cost is not known."
    rest = f", and {count(spent.unknown, 'purchase')} of unknown price" if spent.unknown else ""
    return f"{head}: {count(spent.credits, 'credit')}{rest}."


def state(one: State) -> str:
    """Return a state by its name, and by its commit where the name is another."""
    if not one.commit or one.commit.startswith(one.title):
        return one.short or one.title
    return f"{one.title} ({one.short})"


def lacking(before: State) -> str:
    """Return a sentence when there was no lock before; else an empty text."""
    return "There was no lock then, so every picture counts as new." if before.lacking else ""


def made(one: Locked) -> str:
    """Return by whom a picture was made, in a few words: `flux-2-pro, take 2, 12 credits`."""
    if one.take == 0:
        return "taken in, not bought"
    if one.provider == DRAFT:
        return "free draft"
    price = "price not known" if one.credits is None else count(one.credits, "credit")
    return f"{one.request.get('model', '')}, take {one.take}, {price}"
