"""Owns the checking of single values, and `Details`: everything wrong with a body, by JSON path.

The texts follow those of the vendor's validator, as far as they were seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from imagegen.emulator.rejection import Rejection
from imagegen.project.models import Param

KeyPath = tuple[str, ...]

_KINDS: Mapping[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}


class Details:
    """Collects what is wrong, path by path."""

    def __init__(self) -> None:
        self._messages: dict[str, list[str]] = {}

    def add(self, where: KeyPath, message: str) -> None:
        """Note one fault."""
        self._messages.setdefault(".".join(where), []).append(message)

    def refuse(self) -> None:
        """Raise Rejection 400 with the `details`, if anything was noted."""
        if self._messages:
            raise Rejection(400, "Validation error", extra={"details": dict(self._messages)})

    def unknown(self, where: KeyPath, given: Iterable[str], known: set[str]) -> None:
        """Note every key of `given` that is not in `known`."""
        strange = [name for name in given if name not in known]
        if strange:
            keys = "key" if len(strange) == 1 else "keys"
            self.add(where, f"Unrecognized {keys}: {', '.join(map(quoted, strange))}")

    def text(
        self, where: KeyPath, name: str, value: object, *, limit: int | None, least: int = 0
    ) -> None:
        """Note what is wrong with a text of `least` to `limit` characters."""
        path = (*where, name) if name else where
        if not isinstance(value, str):
            self.add(path, f"Invalid input: expected string, received {kind_of(value)}")
        elif limit is not None and _length(value) > limit:
            self.add(path, f"Too big: expected string to have <={limit} characters")
        elif len(value) < least:
            self.add(path, f"Too small: expected string to have >={least} characters")

    def integer(self, where: KeyPath, value: object) -> None:
        """Note what is wrong with a whole number; 1.0 is one, as JSON has a single number type."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.add(where, f"Invalid input: expected number, received {kind_of(value)}")
        elif isinstance(value, float) and not value.is_integer():
            self.add(where, "Invalid input: expected int, received number")


def check_param(details: Details, where: KeyPath, value: object, param: Param) -> None:
    """Note everything that keeps `value` from being a value of `param`."""
    if param.kind == "boolean":
        if not isinstance(value, bool):
            details.add(where, f"Invalid input: expected boolean, received {kind_of(value)}")
    elif param.kind in ("integer", "number"):
        _check_number(details, where, value, param)
    elif param.kind == "list":
        if not isinstance(value, list):
            details.add(where, f"Invalid input: expected array, received {kind_of(value)}")
        elif param.max_items is not None and len(value) > param.max_items:
            details.add(where, f"Too big: expected array to have <={param.max_items} items")
    else:
        _check_text(details, where, value, param)


def kind_of(value: object) -> str:
    """Return the JSON type name of a value read from JSON; `null` stands for a missing one."""
    return _KINDS.get(type(value), "undefined")


def quoted(text: str) -> str:
    """Return `text` in double quotes, as JSON writes it."""
    return json.dumps(text)


def _check_number(details: Details, where: KeyPath, value: object, param: Param) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        details.add(where, f"Invalid input: expected number, received {kind_of(value)}")
        return
    if param.kind == "integer":
        details.integer(where, value)
    if param.maximum is not None and not value <= param.maximum:
        details.add(where, f"Too big: expected number to be <={param.maximum:g}")
    if param.minimum is not None and not value >= param.minimum:
        details.add(where, f"Too small: expected number to be >={param.minimum:g}")


def _check_text(details: Details, where: KeyPath, value: object, param: Param) -> None:
    if param.choices and value not in param.choices:
        choices = "|".join(map(quoted, param.choices))
        details.add(where, f"Invalid option: expected one of {choices}")
        return
    details.text(where, "", value, limit=param.max_length)
    if param.pattern and isinstance(value, str) and not re.search(param.pattern, value):
        details.add(where, f"Invalid string: must match pattern /{param.pattern}/")


def _length(text: str) -> int:
    # JavaScript counts UTF-16 units, so that an emoji is two characters.
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
