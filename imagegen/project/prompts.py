"""Owns the templates of prompts and styles: `{name}` is replaced, `{{` and `}}` are braces.

Never expands a value again and never builds a text before it has measured it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from imagegen.project.wording import quoted, suggestion

PROMPT = "prompt"
"""The variable that stands in a style for the image's own prompt."""

_VARIABLES_LIMIT = 200
"""How often variables may occur in one text; a prompt has room for few more words."""

_MARKS = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}|[{}]")


@dataclass(eq=False)
class BadTemplate(Exception):
    """A text that cannot be filled in; the caller knows where it stands."""

    summary: str
    detail: str = ""
    hint: str = ""
    offset: int = 0
    """Characters before the trouble."""


@dataclass(eq=False)
class TooLong(BadTemplate):
    """A text that is longer, filled in, than it may be; worded for a prompt."""

    length: int = 0
    limit: int = 0

    def counted(self, bound: str) -> str:
        """Return the detail of a text that is no prompt; `bound` stands for "the model takes"."""
        return _counted(self.length, self.limit, bound)


@dataclass(frozen=True, slots=True)
class Template:
    """A text in pieces: every second one, from the second on, is the name of a variable."""

    pieces: tuple[str, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """The names that occur, in order, with repetitions."""
        return self.pieces[1::2]


@lru_cache(maxsize=1024)
def template(text: str) -> Template:
    """Return the pieces of `text`; BadTemplate when a brace stands alone."""
    pieces: list[str] = []
    literal: list[str] = []
    end = 0
    for mark in _MARKS.finditer(text):
        literal.append(text[end : mark.start()])
        end = mark.end()
        if mark[1]:
            pieces += ("".join(literal), mark[1])
            literal = []
        elif mark[0] in ("{", "}"):
            raise _lone_brace(text, mark)
        else:
            literal.append(mark[0][0])
    if len(pieces) > 2 * _VARIABLES_LIMIT:
        raise BadTemplate(f"more than {_VARIABLES_LIMIT} variables in one text")
    literal.append(text[end:])
    return Template((*pieces, "".join(literal)))


def filled(
    text: str,
    values: Mapping[str, str],
    limit: int,
    *,
    prompt: str | None = None,
    form: Callable[[str], str] | None = None,
) -> str:
    """Return `text` with its variables replaced; BadTemplate if one is unknown or it is too long.

    `prompt` is what `{prompt}` stands for, in a style; `form` is what values are made into, such
    as slugs. `limit` is in characters; the length is known before anything is put together.
    """
    if "{" not in text and "}" not in text:
        _check_length(len(text), limit)
        return text
    pieces = list(template(text).pieces)
    for index in range(1, len(pieces), 2):
        name = pieces[index]
        value = prompt if prompt is not None and name == PROMPT else values.get(name)
        if value is None:
            raise replace(unknown_variable(name, values), offset=text.find(f"{{{name}}}"))
        pieces[index] = form(value) if form else value
    _check_length(sum(map(len, pieces)), limit)
    return "".join(pieces)


def unknown_variable(name: str, known: Collection[str]) -> BadTemplate:
    """Return how to tell that a text refers to a variable that is not among `known`."""
    if name == PROMPT and PROMPT not in known:
        detail = "`{prompt}` stands for the image's prompt, and only in a style."
        return BadTemplate("`{prompt}` has no meaning here", detail)
    otherwise = f'add `{name} = "…"` under [vars], or write `{{{{` for a brace'
    return BadTemplate(f"unknown variable {quoted(name)}", hint=suggestion(name, known, otherwise))


def _check_length(length: int, limit: int) -> None:
    if length > limit:
        detail = _counted(length, limit, "the model takes")
        raise TooLong("the prompt is too long", detail, length=length, limit=limit)


def _counted(length: int, limit: int, bound: str) -> str:
    return f"Filled in, it has {length:,} characters; {bound} at most {limit:,}."


def _lone_brace(text: str, mark: re.Match[str]) -> BadTemplate:
    around = text[mark.start() : mark.start() + 20]
    return BadTemplate(
        f"a `{mark[0]}` that belongs to no variable",
        f"It starts {quoted(around)}. A variable is `{{name}}`: letters, digits and `_`.",
        f"write `{mark[0] * 2}` for a brace itself",
        mark.start(),
    )
