"""Owns the register: a disclosure as Markdown, JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from imagegen.derivative import SOURCE_TYPES
from imagegen.report import phrases
from imagegen.report.disclosure import Disclosed, Place
from imagegen.report.markdown import cell, code, table

FORMAT = 1
"""Number of the form that `report --disclosure --json` prints."""

_HEAD = ("Image", "File", "Made by", "Digital source type", "Request", "Bought")
_CREDENTIALS = ("C2PA in the file", "C2PA in files made from it")
_UNKNOWN = "not known here"
_KEY_SHOWN = 12
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def markdown(rows: Sequence[Disclosed], licence: str | None, missing: Sequence[str]) -> str:
    """Return the register as Markdown; `missing` are images without a picture."""
    prompts = any(one.prompt is not None for one in rows)
    lines = [f"# Pictures: {phrases.count(len(rows), 'image')}", ""]
    if licence:
        lines += [f"Licence: {code(licence)}", ""]
    head = (*_HEAD, *_CREDENTIALS, *(("Prompt",) if prompts else ()))
    lines.append(table(head, [_cells(one, prompts=prompts) for one in rows]))
    if missing:
        names = ", ".join(code(name) for name in missing)
        lines += ["", f"Without a picture so far: {names}"]
    return "\n".join(lines) + "\n"


def form(
    rows: Sequence[Disclosed], licence: str | None, missing: Sequence[str]
) -> dict[str, object]:
    """Return the register as the JSON object that `--json` prints."""
    return {
        "format": FORMAT,
        "licence": licence,
        "images": [_facts(one) for one in rows],
        "missing": list(missing),
    }


def comma_separated(rows: Sequence[Disclosed], licence: str | None) -> str:
    """Return the register as CSV, one image a row, for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number, one in enumerate(rows):
        facts = {**_facts(one), "licence": licence}
        # In a row there is room for their numbers only.
        del facts["derivatives"]
        facts["derivatives"] = len(one.derivatives)
        facts["derivatives_c2pa"] = one.signed
        facts["derivatives_missing"] = one.unseen
        if number == 0:
            writer.writerow(facts)
        writer.writerow([_plain(value) for value in facts.values()])
    return text.getvalue()


def _plain(value: object) -> object:
    guarded = isinstance(value, str) and value.startswith(_FORMULA)
    return f"'{value}" if guarded else value


def _cells(one: Disclosed, *, prompts: bool) -> tuple[str, ...]:
    file = cell(one.output) if one.output else "none"
    if one.place is not Place.IN_PLACE:
        file += f" ({one.place})"
    cells = (
        cell(one.name),
        file,
        cell(one.model) if one.sold else one.origin,
        one.source_type or "not known",
        f"{cell(one.request_key[:_KEY_SHOWN])} take {one.take}" if one.take else "none",
        _bought(one),
        {True: "yes", False: "no", None: "not known"}[one.credentials],
        _made_from(one),
    )
    return (*cells, cell(one.prompt) if one.prompt else "") if prompts else cells


def _made_from(one: Disclosed) -> str:
    """Return how many of the files that were made from a picture carry credentials."""
    number = len(one.derivatives)
    if not number:
        return "no such files"
    seen = number - one.unseen
    missing = f"; {one.unseen} of {number} not there" if one.unseen else ""
    if one.signed in (0, seen):
        told = "not known" if not seen else f"yes, all {seen}" if one.signed else "no"
    else:
        told = f"{one.signed} of {seen}"
    return f"{told}{missing}"


def _bought(one: Disclosed) -> str:
    if not one.sold:
        return "not bought"
    return one.bought.date().isoformat() if one.bought else _UNKNOWN


def _facts(one: Disclosed) -> dict[str, object]:
    return {
        "name": one.name,
        "output": one.output or None,
        "sha256": one.sha256 or None,
        "place": one.place.value,
        "original": one.original,
        "origin": one.origin,
        # A request that nobody answered with this very picture says nothing of it.
        "provider": one.provider if one.take else None,
        "model": one.model if one.sold else None,
        "digital_source_type": SOURCE_TYPES + one.source_type if one.source_type else None,
        "request_key": one.request_key if one.take else None,
        "take": one.take,
        "bought": one.bought.isoformat(timespec="seconds") if one.bought else None,
        "job": one.job,
        "credits": one.credits,
        "c2pa": one.credentials,
        "prompt": one.prompt,
        "derivatives": [
            {
                "path": file.path,
                "sha256": file.sha256,
                "place": file.place.value,
                "c2pa": file.credentials,
            }
            for file in one.derivatives
        ],
    }
