"""Owns the step from bytes to TOML values: encoding, limits, then the standard library's reader.

Never lets a hostile file cost more than linear time: it is measured before it is parsed.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from imagegen.excess import DEPTH_LIMIT, LIST_LIMIT, WORD_LIMIT, excess, place

SIZE_LIMIT = 2**20
"""Bytes of a project file."""

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_END = " (at end of document)"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_TWICE = "It is already given above; a key or table is written once."
_UNCLOSED_TEXT = "The text lacks its closing quotes."
_EXPLAINED = (
    ("Expected '=' after a key", "A key is followed by `=` and its value."),
    ("Expected newline", "Each `key = value` stands on a line of its own."),
    ("Expected ']'", "The name of a table lacks its `]`."),
    ("Expected '\"", _UNCLOSED_TEXT),
    ("Expected \"'", _UNCLOSED_TEXT),
    ("Unterminated string", _UNCLOSED_TEXT),
    ("Illegal character '\\n'", "The text lacks its closing quotes before the line ends."),
    ("Illegal character", "Control characters are written as escapes such as `\\u0007`."),
    ("Found invalid character", "Control characters are not allowed in a comment."),
    ("Unescaped '\\'", "In double quotes a backslash is written `\\\\`; or use single quotes."),
    ("Invalid hex value", "`\\u` is followed by 4 hex digits, `\\U` by 8."),
    ("Escaped character is not", "`\\u` can name any character except surrogates."),
    ("Invalid statement", "A line is `key = value`, `[table]` or a comment after `#`."),
    ("Invalid value", "Texts stand in quotes; true and false are in lower case."),
    ("Invalid initial character", "Keys are letters, digits, `-` and `_`; others need quotes."),
    ("Invalid date", "There is no such date or time."),
    ("Unclosed array", "The list lacks a comma or its `]`."),
    ("Unclosed inline table", "The `{` lacks a comma or its `}`; it must stay on one line."),
    ("Duplicate inline table key", "This key is written twice in one `{ }`."),
    ("Cannot mutate immutable", "What stands in `{ }` or `[ ]` cannot be added to elsewhere."),
    ("Cannot declare", _TWICE),
    ("Cannot overwrite", _TWICE),
    ("Cannot redefine", _TWICE),
)
"""The reader's messages by how they start, and what they mean in our words."""


_TOO_DEEP = (
    "the {} is nested too deeply",
    f"Tables, lists and dotted keys nest at most {DEPTH_LIMIT} deep.",
)
_LONG_WORD = (
    "this number or key is too long",
    f"Numbers and bare keys have at most {WORD_LIMIT} characters.",
)
_LONG_LIST = ("this list is too long", f"A list has at most {LIST_LIMIT:,} entries.")
_BEYOND = {"depth": _TOO_DEEP, "word": _LONG_WORD, "list": _LONG_LIST}


@dataclass(eq=False)
class Unreadable(Exception):
    """The bytes are not a project file that can be read at all."""

    line: int
    column: int
    summary: str
    detail: str = ""
    hint: str = ""


def decode(data: bytes) -> str:
    """Return the text of a TOML file; Unreadable when too large or not plain UTF-8."""
    if len(data) > SIZE_LIMIT:
        raise Unreadable(
            1,
            1,
            "the project file is too large",
            f"A project file has at most {SIZE_LIMIT:,} bytes.",
            "Split the pictures over several projects, each in its own folder.",
        )
    if data.startswith(_BYTE_ORDER_MARK):
        raise Unreadable(
            1,
            1,
            "the project file starts with a byte order mark",
            "TOML does not allow the three invisible bytes that some editors put first.",
            'Save the file as "UTF-8", not as "UTF-8 with BOM".',
        )
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise Unreadable(
            before.count("\n") + 1,
            len(before) - before.rfind("\n"),
            "the project file is not UTF-8",
            f"Byte 0x{data[error.start]:02x} here is not part of any UTF-8 character.",
            'Save the file with the encoding "UTF-8".',
        ) from None


def read(text: str, name: str = "project file") -> dict[str, object]:
    """Return the values of a TOML text; Unreadable with the place of the first fault.

    `name` is what messages call it.
    """
    _refuse_excess(text, name)
    try:
        return tomllib.loads(text)
    except ValueError as error:
        # The reader's own errors are ValueErrors, and so is what `int` and `datetime` raise.
        raise _worded(str(error), text, name) from None
    except RecursionError:
        raise Unreadable(1, 1, _TOO_DEEP[0].format(name), _TOO_DEEP[1]) from None


def _refuse_excess(text: str, name: str) -> None:
    found = excess(text)
    if found is not None:
        summary, detail = _BEYOND[found.kind]
        raise Unreadable(*place(text, found.offset), summary.format(name), detail)


def _worded(message: str, text: str, name: str) -> Unreadable:
    found = _PLACE.search(message)
    if found:
        line, column = int(found[1]), int(found[2])
        message = message[: found.start()]
    else:
        line, column = place(text.rstrip(), len(text.rstrip()))
        message = message.removesuffix(_END)
    known = (words for start, words in _EXPLAINED if message.startswith(start))
    detail = next(known, f"{message}.")
    if detail == _TWICE:
        # The reader notices it behind the key or value; the line's start shows the key.
        written = text.split("\n")[line - 1]
        column = len(written) - len(written.lstrip()) + 1
    return Unreadable(line, column, f"the {name} is not valid TOML", detail)
