"""Owns front matter: what a Markdown file says of itself between `---` (YAML) or `+++` (TOML).

JSON between `{` and `}` on lines of their own is read as the YAML that it is. YAML is read as its
1.2 core schema has it, as site generators do: `16:9`, `yes` and dates are texts. Aliases are not
followed, and whatever nests or grows beyond reason is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from imagegen.project import syntax
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.text import Text
from imagegen.project.wording import quoted

SIZE_LIMIT = 64 * 2**10
"""Bytes of one front matter."""

_DEPTH_LIMIT = 32
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FENCES = {b"---": "yaml", b"+++": "toml"}
_ENDS = {
    "yaml": re.compile(rb"^(---|\.\.\.)[ \t\r]*$", re.MULTILINE),
    "toml": re.compile(rb"^\+\+\+[ \t\r]*$", re.MULTILINE),
}
"""The line behind front matter; YAML may also end as its own documents do."""

_JSON_END = re.compile(rb"^\}[ \t\r]*$", re.MULTILINE)

_NULL = ("", "~", "null", "Null", "NULL")
_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
_INT = re.compile(r"[-+]?[0-9]{1,100}|0x[0-9a-fA-F]{1,100}|0o[0-7]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,100}|[0-9]{1,100}(\.[0-9]{0,100})?)([eE][-+]?[0-9]{1,3})?")

_EXPLAINED = (
    ("mapping values are not allowed", "A value that holds `: ` stands in quotes."),
    ("found character that cannot start", "A value that begins with this character needs quotes."),
    ("found a tab", "YAML is indented with spaces, never with tabs."),
    ("could not find expected ':'", "A key is followed by `: ` and its value."),
    ("did not find expected key", "The indentation does not fit, or a quote is not closed."),
    ("did not find expected ',' or", "A list or map in brackets lacks a comma or its end."),
    ("did not find expected '-'", "The entries of a list stand below each other, each after `- `."),
    ("found unexpected end of stream", "A quote is not closed."),
    ("found unknown escape", "In double quotes a backslash is written `\\\\`."),
    ("block sequence entries are not allowed", "A list begins on a line of its own."),
)
"""The reader's messages by how they start, and what they mean in our words."""

_Spots = dict[KeyPath, int]


@dataclass(eq=False)
class Broken(Exception):
    """Front matter that cannot be read; the place is known."""

    fault: Fault


@dataclass(eq=False)
class Unended(Exception):
    """Front matter whose closing line is missing, or too far away."""

    opening: str
    closing: str
    data: bytes
    """What stands behind the opening line."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Stands for a value that a YAML alias borrows from elsewhere; it is not followed."""

    name: str


def split(data: bytes) -> tuple[str, bytes, int] | None:
    """Return form (`yaml`, `toml`), bytes and first line of front matter; None when there is none.

    `data` is the beginning of a file. Raises Unended when the closing line is not in it.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    first, _, rest = data.partition(b"\n")
    fence = first.rstrip()
    if fence == b"{":
        end = _JSON_END.search(data)
        if end is None:
            raise Unended("{", "}", rest)
        return "yaml", data[: end.end()], 1
    form = _FENCES.get(fence)
    if form is None:
        return None
    end = _ENDS[form].search(rest)
    if end is None:
        raise Unended(fence.decode(), fence.decode(), rest)
    return form, rest[: end.start()], 2


def read(text: Text) -> Mapping[str, object]:
    """Return the values of front matter, in plain types; raises Broken."""
    if text.form == "toml":
        try:
            return syntax.read(text.content, name="front matter")
        except syntax.Unreadable as bad:
            where = text.where(bad.line, bad.column)
            raise Broken(Fault((), bad.summary, bad.detail, bad.hint, where=where)) from None
    value = _value(text)
    if value is None:
        return {}
    if not isinstance(value, dict):
        detail = "It is a list of `key: value` lines."
        raise Broken(Fault((), "the front matter has no keys", detail, where=text.where(1)))
    return value


def spots(text: Text) -> tuple[_Spots, _Spots]:
    """Return where each key and each value of YAML front matter stands: characters before it."""
    found: tuple[_Spots, _Spots] = ({}, {})
    _value(text, found)
    return found


def _value(text: Text, found: tuple[_Spots, _Spots] | None = None) -> object:
    try:
        return _Builder(text, found).built(yaml.parse(text.content, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = mark.index if mark else 0
        message = error.problem or "it cannot be read"
        if text.content.startswith("\t", offset):
            message = "found a tab"
        known = (words for start, words in _EXPLAINED if message.startswith(start))
        detail = next(known, f"{message[:1].upper()}{message[1:]}.")
        # Only that of JSON begins in the first line.
        kind = "JSON" if text.first_line == 1 else "YAML"
        summary = f"the front matter is not valid {kind}"
        raise Broken(Fault((), summary, detail, where=text.at(offset))) from None
    except yaml.reader.ReaderError as error:
        detail = "Control characters are written as escapes, in double quotes."
        where = text.at(min(error.position, len(text.content)))
        raise Broken(
            Fault((), "the front matter has a control character", detail, where=where)
        ) from None


class _Builder:
    """Makes values of events one by one, so that neither depth nor aliases can cost anything."""

    def __init__(self, text: Text, found: tuple[_Spots, _Spots] | None) -> None:
        self._text = text
        self._found = found
        self._open: list[dict[str, object] | list[object]] = []
        self._path: list[str | int] = []
        self._key: str | None = None
        self._top: object = None

    def built(self, events: Iterator[yaml.Event]) -> object:
        """Return the value of the first document."""
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    if self._wants_key:
                        self._note_key(event, event.value)
                    else:
                        self._put(event, _plain(event))
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._open.pop()
                    if self._path:
                        self._path.pop()
                case yaml.AliasEvent():
                    if self._wants_key:
                        raise self._refusal(event, "an alias cannot be a key")
                    self._put(event, Alias(event.anchor or ""))
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._start(event)
                case yaml.DocumentEndEvent():
                    return self._top
        return self._top

    @property
    def _wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], dict) and self._key is None

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if self._wants_key:
            detail = "A text that begins with `{` or `[` stands in quotes."
            raise self._refusal(event, "a list or map cannot be a key", detail)
        if len(self._open) == _DEPTH_LIMIT:
            detail = f"Lists and maps nest at most {_DEPTH_LIMIT} deep."
            raise self._refusal(event, "the front matter is nested too deeply", detail)
        made: dict[str, object] | list[object]
        made = {} if isinstance(event, yaml.MappingStartEvent) else []
        outer = bool(self._open)
        part = self._put(event, made)
        self._open.append(made)
        if outer:
            self._path.append(part)

    def _note_key(self, event: yaml.ScalarEvent, key: str) -> None:
        holder = self._open[-1]
        if key in holder:
            raise self._refusal(event, f"the key {quoted(key)} is written twice")
        self._key = key
        if self._found:
            self._found[0][*self._path, key] = _spot(event)

    def _put(self, event: yaml.Event, value: object) -> str | int:
        """Put a value where it belongs; return its key or index."""
        part: str | int = 0
        if not self._open:
            self._top = value
            return part
        holder = self._open[-1]
        if isinstance(holder, list):
            part = len(holder)
            holder.append(value)
        else:
            part, self._key = self._key or "", None
            holder[part] = value
        if self._found:
            self._found[1][*self._path, part] = _spot(event)
        return part

    def _refusal(self, event: yaml.Event, summary: str, detail: str = "") -> Broken:
        return Broken(Fault((), summary, detail, where=self._text.at(_spot(event))))


def _spot(event: yaml.Event) -> int:
    # The reader's lines also end at characters that end no line for anybody else.
    return event.start_mark.index if event.start_mark else 0


def _plain(event: yaml.ScalarEvent) -> object:
    """Return a scalar as its own type: quoted and block texts are texts whatever they hold."""
    text = event.value
    if not event.implicit[0]:
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        base = {"0x": 16, "0o": 8}.get(text[:2], 10)
        return int(text, base)
    return float(text) if _FLOAT.fullmatch(text) else text
