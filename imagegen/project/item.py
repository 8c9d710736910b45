"""Owns Item: one concrete image after sets are expanded, and how `origin` finds its way back.

What one `[images.NAME]` says is one item, a matrix or table makes many, each page may be one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.prompts import BadTemplate
from imagegen.project.schema import ImageEntry
from imagegen.project.text import Text

MARK = "#"
"""Begins the second part of an expanded item's `loc`; no name that people write has it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One wanted picture, before defaults, styles and models are looked at."""

    name: str
    entry: ImageEntry
    """With the variables of a set filled in, apart from those of prompt and alt."""
    loc: KeyPath
    """("images", name) as written, or ("images", "#7") for the item of the seventh origin."""
    prompt: str
    """The template, from the entry itself or from its prompt file."""
    variables: Mapping[str, str]
    """What templates can name: those of the row, over those of `[vars]`."""
    prompt_text: Text | None = None
    """The prompt file, if the prompt is from one."""

    def prompt_fault(self, bad: BadTemplate) -> Fault:
        """Return what is wrong with the prompt, in the file that holds it."""
        if self.prompt_text is None:
            return Fault((*self.loc, "prompt"), bad.summary, bad.detail, bad.hint)
        # Without the image's own place, what is wrong for many images is told once.
        where = self.prompt_text.at(bad.offset)
        return Fault((), bad.summary, bad.detail, bad.hint, where=where)
