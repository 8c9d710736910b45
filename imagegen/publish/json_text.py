"""Owns the text of JSON that people read in diffs: small things on one line, large ones on many.

The text may stand inside a `script` element and pass through a template engine unharmed.
"""

from __future__ import annotations

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
    parts: list[str] = []
    _lay_out(value, "\n", parts)
    parts.append("\n")
    return harmless("".join(parts))


def harmless(text: str) -> str:
    """Return JSON of the same meaning in which no string looks like markup or a template."""
    for found, escaped in _HARMLESS:
        if found in text:
            text = text.replace(found, escaped)
    return text


def _lay_out(value: dict[str, Any] | list[Any], line: str, parts: list[str]) -> None:
    """Add the text of `value` to `parts`; `line` is a line end with the indentation so far."""
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            break
    else:
        parts.append(_ONE_LINE.encode(value))
        return
    inner = f"{line}  "
    separator = inner
    parts.append("{" if isinstance(value, dict) else "[")
    for one in value:
        parts.append(separator)
        separator = f",{inner}"
        inside = one
        if isinstance(value, dict):
            parts.append(f'"{one}": ')
            inside = value[one]
        if isinstance(inside, dict | list):
            _lay_out(inside, inner, parts)
        else:
            parts.append(_ONE_LINE.encode(inside))
    parts += (line, "}" if isinstance(value, dict) else "]")
