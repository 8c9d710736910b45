"""Owns the step from Markdown files to items: each page may declare its own picture.

Imported only for projects with `[content]`, since it brings a YAML reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from imagegen.project import globs
from imagegen.project.expansion import Expansion
from imagegen.project.fault import Fault
from imagegen.project.page import Page, read
from imagegen.project.picture import defaults, picture
from imagegen.project.prompts import BadTemplate, template
from imagegen.project.schema import IMAGES_LIMIT, ContentTable
from imagegen.project.text import Text
from imagegen.project.wording import quoted

_ENOUGH = 100
"""Faults after which nobody reads on."""

_TOTAL_LIMIT = 600_000
"""Lines and entries of all front matter that is parsed: what its parsing takes goes by them."""

_MARKS = re.compile(r"[\n,\[{]|[-?] ")


def expand(expansion: Expansion) -> tuple[Path, ...]:
    """Add an item for each page that asks for a picture; return the folders that were searched."""
    root, content = expansion.project.root, expansion.project.content
    wrong = _template_faults(content)
    if wrong:
        expansion.faults += wrong
        return ()
    before = len(expansion.faults)
    found: dict[str, str] = {}
    folders: dict[str, None] = {}
    for index, pattern in enumerate(content.files):
        search = globs.Search(root)
        try:
            glob = globs.parsed(pattern)
            search.run(glob)
        except globs.BadGlob as bad:
            loc = ("content", "files", index)
            expansion.faults.append(Fault(loc, bad.summary, bad.detail, bad.hint))
            continue
        for path in search.files:
            found.setdefault(path, glob.start)
        folders |= dict.fromkeys(search.folders)
    if not found and len(expansion.faults) == before:
        expansion.faults.append(_nothing_found(content.files))
    first = len(expansion.items)
    _add(expansion, content, found)
    _refuse_one_output(expansion, content, first)
    return tuple(root / folder for folder in folders)


def _nothing_found(patterns: Sequence[str]) -> Fault:
    """Return a fault rather than take the pictures of all pages away for a slip in a pattern."""
    which = quoted(patterns[0]) if len(patterns) == 1 else "any of these patterns"
    hint = "to do without pages, leave [content] out"
    return Fault(("content", "files"), f"no file matches {which}", hint=hint)


def _refuse_one_output(expansion: Expansion, content: ContentTable, first: int) -> None:
    """Refuse the pages, the items from `first` on, when [content] has them write one file."""
    output = content.output
    if output is None or template(output).variables:
        return
    count = sum(1 for item in expansion.items[first:] if item.entry.output == output)
    if count > 1:
        summary = f"all {count:,} pages without an `output` would write {quoted(output)}"
        hint = 'for example: output = "{path}.webp"'
        expansion.faults.append(Fault(("content", "output"), summary, hint=hint))
        # Told once here, it need not be told of each of them.
        del expansion.items[first:]


def _template_faults(content: ContentTable) -> list[Fault]:
    """Return what is wrong with the defaults of [content] whatever a page says."""
    faults: list[Fault] = []
    for keys, text in defaults(content):
        try:
            template(text)
        except BadTemplate as bad:
            faults.append(Fault(("content", *keys), bad.summary, bad.detail, bad.hint))
    return faults


def _add(expansion: Expansion, content: ContentTable, found: Mapping[str, str]) -> None:
    """Add the pictures of the files `found`, each with the folder that its pattern begins with."""
    loc = ("content", "files")
    # A page that nowhere names the key needs no parsing.
    key = content.key.rpartition(".")[2] if content.prompt is None else ""
    total = 0
    for path, start in found.items():
        if len(expansion.faults) > _ENOUGH:
            return
        page = read(expansion.texts, path, start, key)
        if page is None:
            continue
        if isinstance(page, Fault):
            expansion.faults.append(page if page.loc or page.where else Fault(loc, page.summary))
            continue
        total += _weight(page.text)
        if total > _TOTAL_LIMIT:
            limit = f"all have at most {_TOTAL_LIMIT:,} lines and entries."
            detail = f"{quoted(path)} is the first too many; {limit}"
            expansion.faults.append(Fault(loc, "too much front matter in these files", detail))
            return
        if expansion.room <= 0:
            expansion.faults.append(Fault(loc, f"more than {IMAGES_LIMIT:,} images"))
            return
        _add_page(expansion, content, page)


def _weight(text: Text) -> int:
    """Return how much work a front matter is, in lines and entries of YAML."""
    marks = sum(1 for _ in _MARKS.finditer(text.content))
    # The reader of TOML is the slower one, and goes through texts letter by letter.
    return 3 * marks + len(text.content) // 15 if text.form == "toml" else marks


def _add_page(expansion: Expansion, content: ContentTable, page: Page) -> None:
    expansion.variables.update(page.variables)
    made = picture(content, expansion.project.vars, page)
    if isinstance(made, list):
        expansion.faults += made
    elif made is not None:
        expansion.add(made.origin.name, made.entry, made.origin, page.variables)
