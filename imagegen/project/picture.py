"""Owns the picture that a page declares: its own keys, over those of `[content]`, as one entry.

A page whose key holds a path or address has a picture already and declares none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from imagegen.project.branches import plain
from imagegen.project.entry import SET_KEYS, has_prompt
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.front_matter import Alias
from imagegen.project.origin import PageOrigin
from imagegen.project.page import Page
from imagegen.project.prompts import BadTemplate, filled, template
from imagegen.project.schema import ContentTable, ImageEntry
from imagegen.project.slug import slug
from imagegen.project.wording import fault_of, quoted, suggestion, table_name

_PLAIN_DEFAULTS = ("prompt", "alt", "model", "style", "output")
_TEMPLATES = ("name", "prompt", "alt", "output")
_ADDRESSES = ("src", "url", "path", "href", "file", "image")
"""Keys of a picture that is there already, in the ways of the common site tools."""

_NAME_LIMIT = 1000
_STAND_IN = "image"
"""The name of an entry in messages, before they are worded for a page."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a page asks for."""

    entry: ImageEntry
    origin: PageOrigin


def defaults(content: ContentTable) -> Iterator[tuple[KeyPath, str]]:
    """Yield the key path and text of everything in [content] that is a template."""
    for key in _TEMPLATES:
        text = getattr(content, key)
        if text is not None:
            yield (key,), text
    for name, value in content.params.items():
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, str):
                yield ("params", name), item


def picture(
    content: ContentTable, shared: Mapping[str, str], page: Page
) -> Picture | list[Fault] | None:
    """Return what a page asks for, what is wrong with it, or None when it asks for nothing.

    `shared` are the variables of the project.
    """
    path = tuple(content.key.split("."))
    said = _said(page, path)
    if isinstance(said, Alias):
        return [_borrowed(page, path, said)]
    if said is None:
        if content.prompt is None:
            return None
        said = {}
    if not isinstance(said, dict) or _has_picture(said):
        return None
    # Beside a prompt they tell the site where the picture will be.
    said = {key: value for key, value in said.items() if key not in _ADDRESSES}
    faults = [*_alias_faults(page, path, said), *_key_faults(page, path, said, content)]
    if faults:
        return faults
    return _made(content, shared, page, said)


def _said(page: Page, path: tuple[str, ...]) -> object:
    value: object = page.values
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _has_picture(said: Mapping[str, object]) -> bool:
    return not has_prompt(said) and any(key in said for key in _ADDRESSES)


def _made(
    content: ContentTable, shared: Mapping[str, str], page: Page, said: dict[str, Any]
) -> Picture | list[Fault]:
    path = tuple(content.key.split("."))
    common = {key: value for key in _PLAIN_DEFAULTS if (value := getattr(content, key)) is not None}
    if "prompt_file" in said:
        common.pop("prompt", None)
    params = said.get("params", {})
    both = {**content.params, **params} if isinstance(params, dict) else params
    given = frozenset(common) - said.keys()
    rest = frozenset(content.params) - (params.keys() if isinstance(params, dict) else set())
    naming = said.get("name", content.name)
    uses = {keys for keys, text in defaults(content) if template(text).variables}
    origin = PageOrigin("", page.text, path, given, rest, uses)
    values = {**common, **said, "params": both}
    try:
        entry = ImageEntry.model_validate(values)
    except ValidationError as error:
        errors = plain(error.errors(include_url=False), values)
        return [_shape_fault(origin, one) for one in errors]
    known = {**shared, **page.variables}
    faults = list(_lacking(content, page, known, given | ({"name"} - said.keys()), rest))
    if faults:
        return faults
    try:
        name = filled(naming, known, _NAME_LIMIT, form=slug).strip("-")
    except BadTemplate as bad:
        return [Fault((*path, "name"), bad.summary, bad.detail, bad.hint, beside=page.text)]
    return Picture(entry, replace(origin, name=name))


def _key_faults(
    page: Page, path: KeyPath, said: Mapping[str, object], content: ContentTable
) -> Iterator[Fault]:
    key = quoted(".".join(map(str, path)))
    for name in SET_KEYS:
        if name in said:
            detail = "A page declares one picture; sets stand in the project file."
            summary = f"`{name}` has no place in front matter"
            yield Fault((*path, name), summary, detail, at="key", beside=page.text)
    if "prompt" in said and "prompt_file" in said:
        summary = f"{key} has both `prompt` and `prompt_file`"
        yield Fault((*path, "prompt_file"), summary, at="key", beside=page.text)
    if has_prompt(said) or content.prompt is not None:
        return
    # Where `promt` is told already, nothing is missing.
    if not any(suggestion(name, ("prompt", "prompt_file")) for name in said):
        detail = "A picture needs one; [content] could give one to all pages."
        hint = "add `prompt: …` to it, or have [content] look under another `key`"
        yield Fault(path, f"{key} has no `prompt`", detail, hint, at="key", beside=page.text)


def _lacking(
    content: ContentTable,
    page: Page,
    known: Mapping[str, str],
    given: frozenset[str],
    params: frozenset[str],
) -> Iterator[Fault]:
    """Yield a fault for each variable that [content] asks for and the page does not have."""
    for keys, text in defaults(content):
        if keys[0] not in given and not (keys[0] == "params" and keys[1] in params):
            continue
        for name in template(text).variables:
            if name not in known:
                summary = f"this page has no `{name}`"
                detail = f"`{'.'.join(map(str, keys))}` of [content] asks for it."
                hint = suggestion(name, page.variables, f"add `{name}: …` to its front matter")
                yield Fault((), summary, detail, hint, where=page.text.where(1))


def _alias_faults(page: Page, path: KeyPath, value: object) -> Iterator[Fault]:
    if isinstance(value, Alias):
        yield _borrowed(page, path, value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _alias_faults(page, (*path, key), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _alias_faults(page, (*path, index), item)


def _borrowed(page: Page, path: KeyPath, alias: Alias) -> Fault:
    summary = f"the alias {quoted('*' + alias.name)} is not followed here"
    return Fault(path, summary, hint="write the value itself", beside=page.text)


def _shape_fault(origin: PageOrigin, error: Mapping[str, Any]) -> Fault:
    """Return a fault of the shape of an entry, worded and placed for its page."""
    keys = tuple(error["loc"])
    fault = fault_of({**error, "loc": ("images", _STAND_IN, *keys)})
    summary = fault.summary.replace(
        table_name(("images", _STAND_IN)), quoted(".".join(map(str, origin.path)))
    )
    hint = fault.hint.replace(" = ", ": ") if "`" in fault.hint else fault.hint
    plain = Fault(fault.loc, summary, fault.detail, hint, fault.at)
    return origin.told(plain, fault.loc[2:])
