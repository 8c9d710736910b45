"""Owns the text of JSON that people read in diffs: small things on one line, large ones on many.

The text may stand inside a `script` element and pass through a template engine unharmed.
"""

from __future__ import annotations

from collections.abc import Iterable
from json import JSONEncoder
from typing import Any

_ONE_LINE = JSONEncoder(ensure_ascii=False)

_HARMLESS = (
    ("<", "\\u003c"),
    ("{{", "\\u007b\\u007b"),
    ("{%", "\\u007b%"),
    ("{#", "\\u007b#"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)
"""What ends a script, begins a template or ends a line in JavaScript; in JSON that is laid out
here, it only ever stands inside strings."""


def inline(value: Any) -> str:
    """Return plain JSON values on one line; a JavaScript or TypeScript expression, too."""
    return harmless(_ONE_LINE.encode(value))


def laid_out(value: dict[str, Any]) -> str:
    """Return plain JSON values on several lines, with a line end; keys need no escaping."""
    return harmless(_laid_out(value, "\n") + "\n")


def harmless(text: str) -> str:
    """Return JSON of the same meaning in which no string looks like markup or a template."""
    for found, escaped in _HARMLESS:
        if found in text:
            text = text.replace(found, escaped)
    return text


def _laid_out(value: object, line: str) -> str:
    """Return the text of `value`; `line` is a line end with the indentation so far."""
    inner = f"{line}  "
    if isinstance(value, dict) and _is_large(value.values()):
        items = [f'"{key}": {_laid_out(one, inner)}' for key, one in value.items()]
        return f"{{{inner}{f',{inner}'.join(items)}{line}}}"
    if isinstance(value, list) and _is_large(value):
        return f"[{inner}{f',{inner}'.join([_laid_out(one, inner) for one in value])}{line}]"
    return _ONE_LINE.encode(value)


def _is_large(items: Iterable[object]) -> bool:
    return not {dict, list}.isdisjoint(map(type, items))
