"""Owns the texts of an entry that are templates in a set: finding them, and filling them in.

A value is made a slug where it becomes part of a path. It is never looked into again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.prompts import BadTemplate, TooLong, filled
from imagegen.project.schema import ImageEntry
from imagegen.project.slug import path_slug, slug
from imagegen.project.variable import Filled

_TEXT_LIMIT = 5000
"""Characters of a param, path or reference with its variables filled in."""


def templates(entry: ImageEntry) -> Iterator[tuple[KeyPath, str]]:
    """Yield the key path and text of whatever holds a brace in an entry of a set."""
    yield from _plain(entry)
    yield from _localized(("alt",), entry.alt)
    for index, table in enumerate(entry.text):
        yield from _localized(("text", index, "text"), table.text)


def _plain(entry: ImageEntry) -> Iterator[tuple[KeyPath, str]]:
    """Yield those that are the same for all locales."""
    for key in ("name", "prompt", "prompt_file", "output"):
        text = getattr(entry, key)
        if text is not None and _has_brace(text):
            yield (key,), text
    for name, value in entry.params.items():
        for index, item in enumerate(value if isinstance(value, list) else (value,)):
            if isinstance(item, str) and _has_brace(item):
                below = (index,) if isinstance(value, list) else ()
                yield ("params", name, *below), item
    for index, text in enumerate(entry.references):
        if _has_brace(text):
            yield ("references", index), text


def furnished(entry: ImageEntry, variables: Mapping[str, str], loc: KeyPath) -> ImageEntry | Fault:
    """Return an entry with its variables filled in, or the first fault.

    Those of prompt, alt and texts on pictures are left for others, which know how long they may
    be.
    """
    single: dict[str, object] = {}
    params = dict(entry.params)
    references = list(entry.references)
    place: KeyPath = ()
    try:
        for place, text in _plain(entry):
            match place:
                case ("output",):
                    single["output"] = filled(text, variables, _TEXT_LIMIT, form=path_slug)
                case ("prompt_file",):
                    single["prompt_file"] = filled(text, variables, _TEXT_LIMIT)
                case ("references", int(index)):
                    references[index] = _reference(text, variables)
                case ("params", str(key)):
                    params[key] = Filled(filled(text, variables, _TEXT_LIMIT))
                case ("params", str(key), int(index)):
                    items = list(cast("list[object]", params[key]))
                    items[index] = filled(text, variables, _TEXT_LIMIT)
                    params[key] = items
    except BadTemplate as bad:
        return template_fault(bad, (*loc, *place))
    if not place:
        return entry
    changed = {**single, "params": params, "references": tuple(references)}
    return entry.model_copy(update=changed)


def _localized(
    place: KeyPath, said: str | Mapping[str, str] | None
) -> Iterator[tuple[KeyPath, str]]:
    """Yield what holds a brace in a text that may be one for each locale."""
    if isinstance(said, str):
        said = {"": said}
    for locale, text in (said or {}).items():
        if _has_brace(text):
            yield (*place, locale) if locale else place, text


def _reference(text: str, variables: Mapping[str, str]) -> str:
    """Return a reference filled in; values in the name of an image are slugs, as in all names."""
    if not text.startswith("@"):
        return filled(text, variables, _TEXT_LIMIT)
    return filled(text, variables, _TEXT_LIMIT, form=slug).strip("-")


def template_fault(bad: BadTemplate, loc: KeyPath) -> Fault:
    """Return what is wrong with a template that is no prompt."""
    if isinstance(bad, TooLong):
        return Fault(loc, f"`{loc[-1]}` is too long", bad.counted("it has"))
    return Fault(loc, bad.summary, bad.detail, bad.hint)


def _has_brace(text: str) -> bool:
    return "{" in text or "}" in text
