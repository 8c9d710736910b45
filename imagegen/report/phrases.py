"""Owns the phrases that page, summary and terminal share: sums, headings, what stands for what.

Plain texts, not yet safe for the place where they will stand.
"""

from __future__ import annotations

from imagegen import contrast
from imagegen.locked import Locked
from imagegen.plan import Reason
from imagegen.report.comparison import DIGESTS, SUMS, Comparison, Difference, Kind, Money
from imagegen.report.edition import lettered
from imagegen.report.exhibit import Display
from imagegen.report.state import State
from imagegen.request import DRAFT

HEADINGS = {
    Kind.CHANGED: "Changed",
    Kind.REWORDED: "Same picture, words set anew",
    Kind.ADDED: "Added",
    Kind.RETIRED: "Retired",
    Kind.RENAMED: "Renamed",
    Kind.TIDIED: "Same picture, other files",
}
"""What stands above the images of a kind."""

CANDIDATES = "Candidates"

_COUNTED = HEADINGS | {Kind.REWORDED: "with words set anew", Kind.TIDIED: "with other files"}

NOT_COUNTED = "What was bought and replaced again in between is not counted:"
"""Stands before `JOBS`, wherever a sum is told: the lock keeps no memory of it."""

JOBS = "imagegen jobs --all"


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


def rewording(one: Difference) -> str:
    """Return what became of the words on a picture that is the same, in a few words."""
    if not lettered(one.before):
        return "the same picture, now with words on it"
    if not lettered(one.after):
        return "the same picture, no longer with words on it"
    return "the same picture, its words were set anew"


def locale(display: Display) -> str:
    """Return whose readers see an edition; no name of a locale has a space."""
    return display.edition.locale or "all locales"


def outcome(display: Display, of: Difference) -> str:
    """Return what became of an edition, in a few words: `slightly different (SSIM 0.95)`."""
    if display.edition.before is None:
        return "new"
    if display.edition.after is None:
        return "deleted"
    likeness = display.likeness
    if likeness is None:
        return "not compared"
    shape = "of another shape; what both show is " if likeness.similarity.reshaped else ""
    # Other words may be a small part of a picture, and yet nobody would call it nearly the same.
    words = of.kind is Kind.REWORDED and not likeness.alike
    return f"{shape}{'set anew' if words else likeness.word} (SSIM {likeness.number})"


def values(reason: Reason) -> tuple[str, str]:
    """Return both values of a field as short texts; those that a file holds are in quotes."""
    if reason.field in SUMS or reason.field.startswith(DIGESTS):
        return str(reason.old or "none"), str(reason.new or "none")
    return contrast.told(reason.old, reason.new)


def state(one: State) -> str:
    """Return a state by its name, and by its commit where the name is another."""
    if not one.commit or one.commit.startswith(one.title):
        return one.short or one.title
    return f"{one.title} ({one.short})"


def lacking(before: State, after: State) -> str:
    """Return a sentence where one side has no lock; an empty text where both have one."""
    if before.lacking:
        return "There was no lock in this folder then, so every picture counts as new."
    if after.lacking:
        return "There is no lock in this folder now, so every picture counts as retired."
    return ""


def made(one: Locked) -> str:
    """Return by whom a picture was made, in a few words: `flux-2-pro, take 2, 12 credits`."""
    if one.take == 0:
        return "taken in, not bought"
    if one.provider == DRAFT:
        return "free draft"
    price = "price not known" if one.credits is None else count(one.credits, "credit")
    return f"{one.request.get('model', '')}, take {one.take}, {price}"
