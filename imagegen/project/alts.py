"""Owns the alt texts of an image: one for all readers or one for each locale, filled in.

Never sent to anybody; pages and files show them.
"""

from __future__ import annotations

from collections.abc import Mapping

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.item import Item
from imagegen.project.prompts import BadTemplate, TooLong, filled
from imagegen.project.schema import Project

LIMIT = 2000
"""Characters of one alt text."""

Alts = tuple[tuple[str, str], ...]


def alts_of(project: Project, item: Item, faults: list[Fault]) -> tuple[str | None, Alts]:
    """Return the alt text that stands for all, None without one, and those by locale, sorted.

    Without locales there are none of the latter; with them, the one for all is that of the
    project's locale, else the first as written. What is wrong goes to `faults`.
    """
    written = item.entry.alt
    if written is None:
        return None, ()
    if isinstance(written, str):
        return _filled(item, written, (*item.loc, "alt"), faults), ()
    texts = {
        locale: _filled(item, text, (*item.loc, "alt", locale), faults) or ""
        for locale, text in written.items()
    }
    return texts[chosen(texts, project.locale)], tuple(sorted(texts.items()))


def chosen(locales: Mapping[str, object], preferred: str | None) -> str:
    """Return the one of some locales that stands for all: `preferred`, else the first."""
    return preferred if preferred and preferred in locales else next(iter(locales))


def _filled(item: Item, text: str, loc: KeyPath, faults: list[Fault]) -> str | None:
    if "{" not in text and "}" not in text:
        return text
    try:
        return filled(text, item.variables, LIMIT)
    except TooLong as bad:
        faults.append(Fault(loc, "this alt text is too long", bad.counted("it has")))
    except BadTemplate as bad:
        faults.append(Fault(loc, bad.summary, bad.detail, bad.hint))
    return None
