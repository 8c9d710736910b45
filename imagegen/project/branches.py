"""Owns the errors of values that may be of several kinds: told once, as people wrote them.

The validator tries every kind and complains about each, under a name of its own that is no part of
the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagegen.project.fault import KeyPath

_KINDS: Mapping[str, str] = {
    "string_type": "a string in quotes",
    "int_type": "an integer",
    "float_type": "a number",
    "tuple_type": "a list",
    "model_type": "a table",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_attributes_type": "a table",
}
"""Errors of the wrong kind -> the kind that would have been right."""

NO_KIND = "no_kind"
"""Type of the error that stands for those of all kinds."""

Error = dict[str, Any]


def plain(errors: Sequence[Mapping[str, Any]], values: object) -> list[Error]:
    """Return validation errors of `values` with places that are in it, one for each mistake.

    A value of no known kind has one error of type "no_kind", whose context says what is `wanted`.
    Of an item that is wrong it is not said again that the list is short of one.
    """
    found: list[Error] = []
    kinds: dict[KeyPath, Error] = {}
    for error in errors:
        loc, branch, value = _walked(error, values)
        one = {**error, "loc": loc}
        if loc != branch or not _of_kind(error):
            found.append(one)
        elif not isinstance(value, dict):
            whole = kinds.get(loc)
            if whole is None:
                whole = {"type": NO_KIND, "input": value, "ctx": {"wanted": _wanted(error)}}
                whole = kinds[loc] = {**one, **whole}
                found.append(whole)
            else:
                whole["ctx"] = {"wanted": f"{whole['ctx']['wanted']} or {_wanted(error)}"}
    return list(_without_echoes(found))


def _walked(error: Mapping[str, Any], values: object) -> tuple[KeyPath, KeyPath | None, object]:
    """Return where an error lies, the value of several kinds on its way, and what is there."""
    loc: list[str | int] = []
    branch: KeyPath | None = None
    node: Any = values
    for index, part in enumerate(error["loc"]):
        last = index == len(error["loc"]) - 1
        listed = isinstance(node, list | tuple) and isinstance(part, int) and part < len(node)
        if listed or (isinstance(node, dict) and part in node):
            node = node[part]
        elif not (last and (part == "[key]" or error["type"] == "missing")):
            branch = tuple(loc)
            continue
        loc.append(part)
    return tuple(loc), branch, node


def _of_kind(error: Mapping[str, Any]) -> bool:
    if error["type"] == "literal_error":
        # A wrong word where a word may stand is of the right kind.
        return not isinstance(error["input"], str)
    return error["type"] in _KINDS


def _wanted(error: Mapping[str, Any]) -> str:
    """Return the kind that one branch takes; a literal as TOML writes it."""
    if error["type"] == "literal_error":
        expected = str(error["ctx"]["expected"])
        return expected.replace("'", "`") if "'" in expected else f"`{expected.lower()}`"
    return _KINDS[error["type"]]


def _without_echoes(errors: Sequence[Error]) -> Iterator[Error]:
    inner = {one["loc"][:length] for one in errors for length in range(len(one["loc"]))}
    judged = {one["loc"] for one in errors if one["type"] != NO_KIND}
    for one in errors:
        # A value that only one kind finds fault with is of that kind.
        told = {"too_short": inner, NO_KIND: judged}.get(one["type"], ())
        if one["loc"] not in told:
            yield one
