"""Owns the summary of a report in Markdown, short enough for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagegen import contrast
from imagegen.plan import Reason
from imagegen.report import phrases
from imagegen.report.comparison import Kind
from imagegen.report.exhibit import Exhibit
from imagegen.report.markdown import code
from imagegen.report.report import Report

MARK = "<!-- imagegen report -->"
"""The first line of each summary, by which a later one knows that it may replace it."""

_OPEN_LIMIT = 10
"""Images that stand open in a pull request; more are folded."""
_LISTED_LIMIT = 50
"""Images of one kind that are listed; GitHub takes no more than a certain length."""


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
    lacking = phrases.lacking(report.before)
    yield " ".join(filter(None, (span, lacking, unchanged, phrases.money(comparison.money))))
    for kind, heading in phrases.HEADINGS.items():
        yield from _section(heading, report.of(kind), kind)
    yield from _section(phrases.CANDIDATES, report.candidates, None)
    if report.left_out:
        yield ""
        yield f"The pictures of {phrases.count(report.left_out, 'image')} are left out: too many."


def _section(heading: str, exhibits: Sequence[Exhibit], kind: Kind | None) -> Iterator[str]:
    if not exhibits:
        return
    folded = kind is not Kind.CHANGED or len(exhibits) > _OPEN_LIMIT
    yield ""
    if folded:
        yield f"<details><summary>{heading} ({len(exhibits):,})</summary>"
    else:
        yield f"**{heading}**"
    yield ""
    for one in exhibits[:_LISTED_LIMIT]:
        yield from _item(one)
    if len(exhibits) > _LISTED_LIMIT:
        yield f"- and {len(exhibits) - _LISTED_LIMIT:,} more"
    if folded:
        yield ""
        yield "</details>"


def _item(exhibit: Exhibit) -> Iterator[str]:
    one, likeness = exhibit.difference, exhibit.likeness
    entry = one.after or one.before
    head = code(one.name)
    if one.was:
        head = f"{code(one.was)} → {head}"
    if likeness is not None:
        head += f": {likeness.word} (SSIM {likeness.number})"
    elif one.kind in (Kind.ADDED, Kind.RETIRED) and entry is not None:
        head += f": {code(phrases.made(entry))}"
    yield f"- {head}"
    yield from (f"  - {_reason(reason)}" for reason in one.reasons)
    yield from (f"  - {code(remark)}" for remark in exhibit.remarks)


def _reason(reason: Reason) -> str:
    old, new = contrast.told(reason.old, reason.new)
    return f"{code(reason.field)}: {code(old)} → {code(new)}"
