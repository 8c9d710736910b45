"""Owns edits of the project file's text: an image gets another name, and all else stays as it is.

Pure. Changes bytes in place where a parser says that a name stands, so that comments, order,
quoting, line ends and layout cannot change. Never judges whether the edit makes sense.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from imagegen.request import IMAGE_MARK

_KEYS = ("bare_key", "quoted_key", "dotted_key")
_PROSE = {"prompt", "alt"}
"""Keys whose texts are for people and models: an `@name` in them refers to nothing."""
_PROSE_BELOW = {"alt", "text"}
"""Keys of an image below which there are such texts by locale."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_REFERENCE = 1000
"""Bytes of a string that can be one: a name has at most 100 letters, each perhaps escaped."""
_STARTS = (IMAGE_MARK.encode(), b"\\")
_QUOTES = re.compile(r"\"\"\"|'''|\"|'")


@dataclass(frozen=True, slots=True)
class _Span:
    """Bytes of the text to replace."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Task:
    node: Node
    path: tuple[str, ...]
    """The keys above the node; places in lists are left out."""


def rename_image(text: str, old: str, new: str) -> str:
    """Return a project file's `text` in which the image `old` is called `new`.

    Changes the name wherever it is a key of `images`, and every reference `@old`: a text of its
    own, in a list or not, other than a prompt or alt text. `text` must be valid TOML, `new` the
    name of an image.
    """
    data = text.encode()
    root = Parser(Language(tree_sitter_toml.language())).parse(data).root_node
    parts: list[bytes] = []
    at = 0
    for span in sorted(_spans(root, old, new), key=lambda span: span.start):
        parts += [data[at : span.start], span.text.encode()]
        at = span.end
    return b"".join([*parts, data[at:]]).decode()


def _spans(root: Node, old: str, new: str) -> Iterator[_Span]:
    # Visited by a list of tasks, since a hostile file may nest deeply.
    tasks = [_Task(root, ())]
    while tasks:
        task = tasks.pop()
        node, path = task.node, task.path
        below = path
        if node.type in ("pair", "table", "table_array_element"):
            key = next((child for child in node.named_children if child.type in _KEYS), None)
            for part in _parts(key) if key is not None else ():
                name = _value(part)
                if (*below, name) == ("images", old):
                    yield _Span(part.start_byte, part.end_byte, _like_key(part, new))
                below = (*below, name)
        elif node.type == "string" and not _is_prose(path) and _refers(node, old):
            yield _Span(node.start_byte, node.end_byte, _like_text(node, IMAGE_MARK + new))
        tasks += [_Task(child, below) for child in node.named_children if child.type not in _KEYS]


def _is_prose(path: tuple[str, ...]) -> bool:
    by_locale = path[:1] == ("images",) and _PROSE_BELOW & {*path[2:3]}
    return bool(by_locale or _PROSE & {*path[-1:]})


def _parts(key: Node) -> Iterator[Node]:
    # A dotted key nests to the left, one level for each dot.
    pending = [key]
    while pending:
        node = pending.pop()
        if node.type == "dotted_key":
            pending.extend(reversed(node.named_children))
        else:
            yield node


def _value(node: Node) -> str:
    """The text that a key or string stands for."""
    written = (node.text or b"").decode()
    if node.type == "bare_key":
        return written
    # A key is not written with three quotes, and a string may be.
    return str(tomllib.loads(f"text = {written}")["text"])


def _refers(node: Node, name: str) -> bool:
    # Reading a string takes time, and most are no reference.
    written = node.text or b""
    short = len(written) < _LONGEST_REFERENCE
    return short and written.strip(b"\"'\r\n")[:1] in _STARTS and _value(node) == IMAGE_MARK + name


def _like_key(node: Node, name: str) -> str:
    quote = _QUOTES.match((node.text or b"").decode())
    if quote is not None:
        return f"{quote[0]}{name}{quote[0]}"
    return name if _BARE.fullmatch(name) else f'"{name}"'


def _like_text(node: Node, content: str) -> str:
    quote = _QUOTES.match((node.text or b"").decode())
    mark = quote[0] if quote else '"'
    return f"{mark}{content}{mark}"
