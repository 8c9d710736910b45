"""Owns the summary of a report in Markdown, short enough for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagegen.plan import Reason
from imagegen.report import phrases
from imagegen.report.comparison import SUMS, Kind
from imagegen.report.exhibit import Exhibit
from imagegen.report.markdown import code, prose
from imagegen.report.report import Report

MARK = "<!-- imagegen report -->"
"""The first line of each summary, by which a later one knows that it may replace it."""

_OPEN = (Kind.CHANGED, Kind.REWORDED)
"""What a reviewer is to look at."""
_OPEN_LIMIT = 10
"""Images that stand open in a pull request; more are folded."""
_LISTED_LIMIT = 50
"""Images of one kind that are listed."""
_SHARED_FROM = 3
"""Of so many images, what differs in all of them alike is told once."""
_FIELDS_LIMIT = 12
"""Fields of one image that are listed."""
_LONGEST = 50_000
"""Characters of all items; GitHub takes a comment of 65,536."""


def summary(report: Report) -> str:
    """Return the Markdown text, with a line end."""
    return "\n".join(_lines(report)).rstrip("\n") + "\n"


def _lines(report: Report) -> Iterator[str]:
    comparison = report.comparison
    yield MARK
    yield f"### Pictures: {phrases.headline(comparison)}"
    yield ""
    span = f"From {code(phrases.state(report.before))} to {code(phrases.state(report.after))}."
    unchanged = f"{comparison.unchanged:,} unchanged."
    lacking = phrases.lacking(report.before, report.after)
    money = f"{phrases.money(comparison.money)} {phrases.NOT_COUNTED} see {code(phrases.JOBS)}."
    yield " ".join(filter(None, (span, lacking, unchanged, money)))
    room = _LONGEST
    for heading, exhibits, kind in _sections(report):
        lines = list(_section(heading, exhibits, kind, room))
        room -= sum(len(line) + 1 for line in lines)
        yield from lines
    if report.left_out:
        yield ""
        yield f"The pictures of {phrases.count(report.left_out, 'image')} are left out: too many."


def _sections(report: Report) -> Iterator[tuple[str, Sequence[Exhibit], Kind | None]]:
    for kind, heading in phrases.HEADINGS.items():
        yield heading, report.of(kind), kind
    yield phrases.CANDIDATES, report.candidates, None


def _section(
    heading: str, exhibits: Sequence[Exhibit], kind: Kind | None, room: int
) -> Iterator[str]:
    """Yield the lines of a section; items that `room` characters do not hold are counted only."""
    if not exhibits:
        return
    folded = kind not in _OPEN or len(exhibits) > _OPEN_LIMIT
    yield ""
    if folded:
        yield f"<details><summary>{heading} ({len(exhibits):,})</summary>"
    else:
        yield f"**{heading}**"
    yield ""
    shared = _shared(exhibits)
    if shared:
        yield "- All of them:"
        told = [f"  - {_reason(reason)}" for reason in shared]
        room -= sum(map(len, told))
        yield from told
    listed = 0
    for one in exhibits[:_LISTED_LIMIT]:
        lines = list(_item(one, shared))
        room -= sum(len(line) + 1 for line in lines)
        if room < 0:
            break
        listed += 1
        yield from lines
    if len(exhibits) > listed:
        yield f"- and {len(exhibits) - listed:,} more"
    if folded:
        yield ""
        yield "</details>"


def _shared(exhibits: Sequence[Exhibit]) -> list[Reason]:
    """Return what differs alike in each of many images."""
    if len(exhibits) < _SHARED_FROM:
        return []
    first, *others = (one.difference.reasons for one in exhibits)
    alike = [reason for reason in first if all(reason in its for its in others)]
    return alike[:_FIELDS_LIMIT]


def _item(exhibit: Exhibit, shared: Sequence[Reason]) -> Iterator[str]:
    one, likeness = exhibit.difference, exhibit.likeness
    entry = one.after or one.before
    head = code(one.name)
    if one.was:
        head = f"{code(one.was)} → {head}"
    if likeness is not None:
        head += f": {likeness.word} (SSIM {likeness.number})"
    elif one.kind is Kind.REWORDED:
        head += f": {phrases.rewording(one)}"
    elif one.kind in (Kind.ADDED, Kind.RETIRED) and entry is not None:
        head += f": {code(phrases.made(entry))}"
    yield f"- {head}"
    for display in exhibit.displays:
        told = ", ".join((phrases.outcome(display, one), *map(prose, display.remarks)))
        whose = phrases.locale(display)
        yield f"  - {code(whose) if display.edition.locale else whose}: {told}"
    reasons = [reason for reason in one.reasons if reason not in shared]
    reasons += exhibit.said
    yield from (f"  - {_reason(reason)}" for reason in reasons[:_FIELDS_LIMIT])
    if len(reasons) > _FIELDS_LIMIT:
        yield f"  - and {phrases.count(len(reasons) - _FIELDS_LIMIT, 'field')} more"
    yield from (f"  - {prose(remark)}" for remark in exhibit.remarks)


def _reason(reason: Reason) -> str:
    old, new = phrases.values(reason)
    if reason.field in SUMS:
        return f"{reason.field}: {old} → {new}"
    return f"{code(reason.field)}: {code(old)} → {code(new)}"
