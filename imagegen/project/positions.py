"""Owns where each key and value of a project file stands, and puts places to faults.

Imported only when there is a fault: it brings a parser of its own, which `load` must not pay for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from imagegen.errors import Problem, Where
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.outputs import Clash

_LINE_LIMIT = 2000
"""Characters of a line that are kept for showing; a whole file may stand on one line."""

_KEYS = ("bare_key", "quoted_key", "dotted_key")
_Spot = tuple[int, int]
"""Row from 0, and column from 0 in bytes, as the parser counts."""


@dataclass(slots=True)
class _Map:
    keys: dict[KeyPath, _Spot] = field(default_factory=dict)
    values: dict[KeyPath, _Spot] = field(default_factory=dict)
    wanted: Container[KeyPath] = frozenset()
    """Paths that a fault lies below; nothing else is looked into."""
    counts: dict[KeyPath, int] = field(default_factory=dict)
    """How many elements of an array of tables have been seen."""


@dataclass(frozen=True, slots=True)
class _Task:
    node: Node
    path: KeyPath


def locate(faults: Sequence[Fault], text: str, shown: str) -> list[Problem]:
    """Return the faults as problems with their places in `text`, in reading order.

    `shown` is the path of the file as messages give it.
    """
    lines = text.split("\n")
    spots = _mapped(text, _prefixes(faults))
    found = []
    for fault in faults:
        line, column = _place(spots, lines, fault)
        detail = fault.detail
        if isinstance(fault, Clash):
            detail += f", on line {_place(spots, lines, Fault(fault.other, ''))[0]}."
        where = Where(shown, line, column, lines[line - 1].rstrip("\r")[:_LINE_LIMIT])
        found.append((line, column, Problem(fault.summary, detail, fault.hint, where)))
    return [problem for _, _, problem in sorted(found, key=lambda item: item[:2])]


def _place(spots: _Map, lines: list[str], fault: Fault) -> tuple[int, int]:
    row, offset = _spot(spots, fault)
    before = lines[row].encode()[:offset].decode(errors="replace")
    return row + 1, len(before) + 1


def _spot(spots: _Map, fault: Fault) -> _Spot:
    if fault.at == "value" and fault.loc in spots.values:
        return spots.values[fault.loc]
    # A key that is not written has no place of its own; the table that lacks it has.
    for length in range(len(fault.loc), 0, -1):
        spot = spots.keys.get(fault.loc[:length]) or spots.values.get(fault.loc[:length])
        if spot is not None:
            return spot
    return 0, 0


def _prefixes(faults: Iterable[Fault]) -> set[KeyPath]:
    wanted: set[KeyPath] = {()}
    for fault in faults:
        for loc in (fault.loc, fault.other if isinstance(fault, Clash) else ()):
            wanted.update(loc[:length] for length in range(len(loc)))
    return wanted


def _mapped(text: str, wanted: set[KeyPath]) -> _Map:
    # Children are visited by a list of tasks, since a hostile file may nest deeply.
    spots = _Map(wanted=wanted)
    root = Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node
    tasks = [_Task(root, ())]
    while tasks:
        task = tasks.pop()
        tasks.extend(reversed(list(_visit(task, spots))))
    return spots


def _visit(task: _Task, spots: _Map) -> Iterator[_Task]:
    node, path = task.node, task.path
    if path not in spots.wanted:
        return
    match node.type:
        case "pair":
            yield from _pair(node, path, spots)
        case "array":
            items = (child for child in node.named_children if child.type != "comment")
            for index, item in enumerate(items):
                spots.values[*path, index] = item.start_point
                yield _Task(item, (*path, index))
        case "table" | "table_array_element":
            below = _header(node, spots)
            if below in spots.wanted:
                pairs = (child for child in node.named_children if child.type == "pair")
                yield from (_Task(child, below) for child in pairs)
        case "document" | "inline_table" | "ERROR":
            yield from (_Task(child, path) for child in node.named_children)


def _pair(node: Node, path: KeyPath, spots: _Map) -> Iterator[_Task]:
    named = [child for child in node.named_children if child.type != "comment"]
    if len(named) == 2 and named[0].type in _KEYS:
        key, value = named
        below = _below(path, list(_parts(key)), spots)
        spots.values[below] = value.start_point
        yield _Task(value, below)


def _header(node: Node, spots: _Map) -> KeyPath:
    key = next((child for child in node.named_children if child.type in _KEYS), None)
    if key is None:
        return ()
    parts = list(_parts(key))
    if node.type == "table":
        return _below((), parts, spots)
    path = _below((), parts[:-1], spots)
    name, spot = parts[-1]
    path = (*path, name)
    spots.keys.setdefault(path, spot)
    index = spots.counts.get(path, 0)
    spots.counts[path] = index + 1
    spots.keys[*path, index] = spot
    return (*path, index)


def _below(path: KeyPath, parts: list[tuple[str, _Spot]], spots: _Map) -> KeyPath:
    """Return the path of a dotted key below `path`, and note where each part stands."""
    for number, (name, spot) in enumerate(parts, 1):
        path = (*path, name)
        if number == len(parts):
            spots.keys[path] = spot
        else:
            spots.keys.setdefault(path, spot)
        if path in spots.counts:
            path = (*path, spots.counts[path] - 1)
    return path


def _parts(key: Node) -> Iterator[tuple[str, _Spot]]:
    # A dotted key nests to the left, one level for each dot.
    pending = [key]
    while pending:
        node = pending.pop()
        if node.type == "dotted_key":
            pending.extend(child for child in reversed(node.named_children))
        else:
            yield _unquoted(node), node.start_point


def _unquoted(node: Node) -> str:
    text = (node.text or b"").decode()
    if node.type == "bare_key":
        return text
    try:
        return str(tomllib.loads(f"key = {text}")["key"])
    except tomllib.TOMLDecodeError:
        return text
