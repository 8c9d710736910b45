"""Owns the text of YAML that every parser reads alike: block form, every string in quotes.

Writes plain JSON values only. A library would take seconds for a thousand pictures.
"""

from __future__ import annotations

import re
from typing import Any

from imagegen.publish import json_text

_PLAIN_KEY = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9_]*", re.I)
_STRANGE = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff]")
"""What JSON may have in a string and YAML may not, or takes for a line end."""


def laid_out(value: dict[str, Any]) -> str:
    """Return a YAML text of `value`, with a line end."""
    lines: list[str] = []
    _mapping(value, "", lines, first="")
    return "\n".join(lines) + "\n"


def _mapping(value: dict[str, Any], indent: str, lines: list[str], *, first: str) -> None:
    """Add a mapping; its first line begins with `first`, the others with `indent`."""
    if not value:
        lines.append(f"{first}{{}}")
    start = first
    for key, one in value.items():
        shown = key if _PLAIN_KEY.fullmatch(key) else _scalar(key)
        if isinstance(one, dict) and one:
            lines.append(f"{start}{shown}:")
            _mapping(one, f"{indent}  ", lines, first=f"{indent}  ")
        elif isinstance(one, list) and one:
            lines.append(f"{start}{shown}:")
            for item in one:
                _mapping(item, f"{indent}    ", lines, first=f"{indent}  - ")
        else:
            lines.append(f"{start}{shown}: {_scalar(one)}")
        start = indent


def _scalar(value: Any) -> str:
    return _STRANGE.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text.inline(value))
