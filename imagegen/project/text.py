"""Owns Text: a text file of the project beside the project file, and the places in it.

A pure value; `texts` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

from imagegen.errors import Where

_LINE_LIMIT = 2000
"""Characters of a line that are kept for showing."""


@dataclass(frozen=True, eq=False)
class Text:
    """One text file of the project, or the part of it that is read; equal only to itself."""

    path: str
    """POSIX, relative to the project folder, as the project file writes it."""
    shown: str
    """The path as messages give it."""
    content: str
    first_line: int = 1
    """The line of the file in which `content` begins."""
    form: str = "plain"
    """What `content` is: `toml` and `yaml` have key paths, `plain` has none."""

    def where(self, line: int, column: int = 1) -> Where:
        """Return a place; `line` counts in `content`, from 1, and may lie beyond its end."""
        lines = self.content.split("\n", line)
        shown = lines[line - 1] if line <= len(lines) else ""
        line += self.first_line - 1
        return Where(self.shown, line, column, shown.rstrip("\r")[:_LINE_LIMIT])

    def at(self, offset: int) -> Where:
        """Return the place of the character at `offset` of `content`."""
        before = self.content.count("\n", 0, offset)
        return self.where(before + 1, offset - self.content.rfind("\n", 0, offset))
