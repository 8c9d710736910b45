"""Owns the page of a report: one HTML file that needs nothing else, neither network nor script.

Every text from outside is escaped, and the page's own policy lets nothing run but our script.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
from collections.abc import Iterator, Sequence
from html import escape

from imagegen import contrast
from imagegen.contrast import Part
from imagegen.locked import Locked, Output
from imagegen.original import Original
from imagegen.pictures import media
from imagegen.plan import Reason
from imagegen.report import phrases
from imagegen.report.comparison import SUMS, Kind
from imagegen.report.exhibit import Exhibit, Thumbnail
from imagegen.report.likeness import Likeness
from imagegen.report.report import Report

MARK = '<meta name="generator" content="imagegen report">'
"""Stands near the top of each page, by which a later one knows that it may replace it."""

_PAIRED = (Kind.CHANGED, Kind.REWORDED)
"""What has the width of the page, so that before and after can be looked at."""
_OPEN_LIMIT = 4
"""Editions of an image that stand open; more are folded."""

_TAGS = {Part.REMOVED: "del", Part.ADDED: "ins"}


def page(report: Report) -> str:
    """Return the whole page."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )
    title = f"Pictures of {escape(report.project)}: {escape(phrases.headline(report.comparison))}"
    parts = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        MARK,
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>",
        *_head(report),
        "<main>",
        *_sections(report),
        f"</main>\n{_foot(report)}\n<script>{script}</script>\n</body>\n</html>\n",
    )
    return "\n".join(parts)


def _asset(name: str) -> str:
    files = importlib.resources.files("imagegen.report")
    return files.joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _head(report: Report) -> Iterator[str]:
    comparison = report.comparison
    yield f'<header class="head">\n<p class="kicker">{escape(report.project)}</p>'
    yield "<h1>What became of the pictures</h1>"
    before, after = escape(phrases.state(report.before)), escape(phrases.state(report.after))
    yield f'<p class="span">From <code>{before}</code> to <code>{after}</code></p>'
    lacking = phrases.lacking(report.before, report.after)
    if lacking:
        yield f'<p class="note">{escape(lacking)}</p>'
    counts = [
        (f'<a href="#{kind.value}">{heading}</a>', len(comparison.of(kind)))
        for kind, heading in phrases.HEADINGS.items()
        if comparison.of(kind)
    ]
    if comparison.candidates:
        link = f'<a href="#candidates">{phrases.CANDIDATES}</a>'
        counts.append((link, len(comparison.candidates)))
    counts.append(("Unchanged", comparison.unchanged))
    yield '<dl class="tally">'
    yield from (f"<div><dt>{word}</dt><dd>{number:,}</dd></div>" for word, number in counts)
    if comparison.money.credits:
        yield f"<div><dt>Credits</dt><dd>{comparison.money.credits:,}</dd></div>"
    money = f"{escape(phrases.money(comparison.money))} {phrases.NOT_COUNTED}"
    yield f'</dl>\n<p class="note">{money} see <code>{phrases.JOBS}</code>.</p>\n</header>'


def _foot(report: Report) -> str:
    number = phrases.count(report.left_out, "image")
    rest = f" The pictures of {number} are left out, to keep it small." if report.left_out else ""
    return f"<footer><p>Made by <code>imagegen report</code> from the lock.{rest}</p></footer>"


def _sections(report: Report) -> Iterator[str]:
    for kind, heading in phrases.HEADINGS.items():
        yield from _section(kind.value, heading, report.of(kind))
    yield from _section("candidates", phrases.CANDIDATES, report.candidates)
    if not report.exhibits:
        yield "<section><p>No picture came, changed or went.</p></section>"


def _section(anchor: str, heading: str, exhibits: Sequence[Exhibit]) -> Iterator[str]:
    if not exhibits:
        return
    paired = anchor in _PAIRED
    shape = "items" if paired else "items is-grid"
    yield f'<section id="{anchor}">\n<h2>{heading} <span>{len(exhibits):,}</span></h2>'
    yield f'<div class="{shape}">'
    for one in exhibits:
        yield f'<article data-kind="{one.difference.kind.value}">'
        yield from _changed(one) if paired else _single(one)
        yield "</article>"
    yield "</div>\n</section>"


def _changed(exhibit: Exhibit) -> Iterator[str]:
    one = exhibit.difference
    yield f'<div class="told"><h3>{escape(one.name)}</h3>'
    yield from _likeness(exhibit)
    yield from _fields((*exhibit.said, *one.reasons))
    if one.after:
        yield _facts(one.after)
    yield from _remarks(exhibit.remarks)
    yield "</div>"
    yield '<div class="shown">'
    if exhibit.before or exhibit.after:
        alike = _alike(exhibit.likeness)
        yield f'<div class="pair{alike}" data-name="{escape(one.name)}">'
        if one.before and not one.same_picture:
            yield _figure("Before", one.name, _size(one.before.original), exhibit.before)
        if one.after:
            yield _figure("After", one.name, _size(one.after.original), exhibit.after)
        yield "</div>"
    yield from _displays(exhibit)
    yield "</div>"


def _displays(exhibit: Exhibit) -> Iterator[str]:
    """Yield what the readers of each locale see otherwise."""
    for number, one in enumerate(exhibit.displays):
        opened = " open" if number < _OPEN_LIMIT else ""
        of, locale = one.edition, phrases.locale(one)
        name = f"{exhibit.difference.name}, {locale}"
        told = escape(_begun(phrases.outcome(one, exhibit.difference)))
        yield f'<details class="edition"{opened}>'
        yield f"<summary><b>{escape(locale)}</b> {told}</summary>"
        if not exhibit.left_out:
            alone = "" if of.before and of.after else " is-alone"
            shape = f"{_alike(one.likeness)}{alone}"
            yield f'<div class="pair{shape}" data-name="{escape(name)}">'
            if of.before:
                yield _figure("Before", name, _size(of.before), one.before)
            if of.after:
                yield _figure("After", name, _size(of.after), one.after)
            yield "</div>"
        paths = dict.fromkeys(side.path for side in (of.before, of.after) if side)
        yield f'<p class="facts">{escape(" → ".join(paths))}</p>'
        yield from _remarks(one.remarks)
        yield "</details>"


def _alike(likeness: Likeness | None) -> str:
    # Only what has one shape can lie upon each other.
    return " is-alike" if likeness and not likeness.similarity.reshaped else ""


def _size(one: Original | Output) -> str:
    kind = one.format if isinstance(one, Original) else media.format_of_name(one.path) or ""
    return f"{one.width} × {one.height} {kind.upper()}"


def _likeness(exhibit: Exhibit) -> Iterator[str]:
    likeness = exhibit.likeness
    if likeness is not None:
        told = f"<b>{escape(likeness.word.capitalize())}</b> <span>SSIM {likeness.number}</span>"
        yield f'<p class="likeness">{told}</p>'
        if likeness.note:
            yield f'<p class="facts">{escape(likeness.note)}</p>'
    elif exhibit.difference.kind is Kind.REWORDED:
        told = escape(_begun(phrases.rewording(exhibit.difference)))
        yield f'<p class="likeness"><b>{told}</b></p>'
    elif exhibit.difference.same_picture:
        yield '<p class="likeness"><b>The same picture</b></p>'


def _figure(when: str, name: str, told: str, shown: Thumbnail | None) -> str:
    caption = f"<figcaption><b>{when}</b> {escape(told)}</figcaption>"
    return f"<figure>{_well(shown, f'{name}, {when.lower()}')}{caption}</figure>"


def _well(shown: Thumbnail | None, alt: str) -> str:
    if shown is None:
        return '<div class="well"><p>Not at hand</p></div>'
    return (
        f'<div class="well"><img src="{shown.uri}" width="{shown.width}" height="{shown.height}" '
        f'alt="{escape(alt)}" decoding="async"></div>'
    )


def _single(exhibit: Exhibit) -> Iterator[str]:
    one = exhibit.difference
    yield '<div class="lead">'
    if not exhibit.left_out:
        yield _well(exhibit.after or exhibit.before, one.name)
    was = f"{escape(one.was)} → " if one.was else ""
    yield f"<h3>{was}{escape(one.name)}</h3>"
    entry = one.after or one.before
    if entry is not None and entry.take and one.kind in (Kind.ADDED, Kind.RETIRED):
        # Nothing was ever made of the prompt of a picture that was taken in.
        yield f'<p class="prompt" dir="auto">{escape(str(entry.request.get("prompt", "")))}</p>'
    yield from _fields((*exhibit.said, *one.reasons))
    if entry is not None:
        yield _facts(entry)
    yield from _remarks(exhibit.remarks)
    yield "</div>"
    yield from _displays(exhibit)


def _facts(one: Locked) -> str:
    places = [output.path for output in one.outputs]
    told = [phrases.made(one), *places[:1]]
    return f'<p class="facts">{escape(" · ".join(told))}</p>'


def _remarks(remarks: Sequence[str]) -> Iterator[str]:
    for remark in remarks:
        yield f'<p class="remark">{escape(_begun(remark))}.</p>'


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _fields(reasons: Sequence[Reason]) -> Iterator[str]:
    if not reasons:
        return
    yield '<dl class="fields">'
    for reason in reasons:
        told = _contrast(reason)
        yield f'<div><dt>{escape(reason.field)}</dt><dd dir="auto">{told}</dd></div>'
    yield "</dl>"


def _contrast(reason: Reason) -> str:
    old, new = reason.old, reason.new
    if reason.field in SUMS:
        return escape(" → ".join(phrases.values(reason)))
    if reason.field == "prompt" and isinstance(old, str) and isinstance(new, str):
        return "".join(_piece(part, text) for part, text in contrast.pieces(old, new))
    before, after = _bare(old), _bare(new)
    if before == after:
        before, after = contrast.value(old), contrast.value(new)
    return f"{_piece(Part.REMOVED, before)} → {_piece(Part.ADDED, after)}"


def _bare(value: object) -> str:
    # The page marks where a text begins and ends, so quotes are needed for an empty one only.
    short = contrast.value(value)
    return short[1:-1] if isinstance(value, str) and value.strip() else short


def _piece(part: Part, text: str) -> str:
    tag = _TAGS.get(part)
    return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)
