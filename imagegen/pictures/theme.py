"""Owns what a painter reads out of a prompt: its words, a quoted title, and a source of chance."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from imagegen.pictures import palette

_QUOTED = re.compile(r"(?:'([^']{2,60})'(?!\w))|\"([^\"]{2,60})\"|[“«]([^”»]{2,60})[”»]")


@dataclass(frozen=True, slots=True)
class Theme:
    """One prompt, ready to be painted."""

    words: frozenset[str]
    """Lower case; a plural stands beside its singular."""
    title: str | None
    """The text that the prompt wants to be read in the picture, from its quotation marks.

    None also when the font at hand cannot set it.
    """
    chance: random.Random
    """All chance comes from here, in one order, so that a painting can be repeated."""

    def speaks_of(self, words: str) -> bool:
        """Whether one of the space-separated `words` is in the prompt."""
        return not self.words.isdisjoint(words.split())

    def side(self) -> int:
        """Return -1 (left) or 1 (right) by chance."""
        return -1 if self.chance.random() < 0.5 else 1


def read(prompt: str, chance: random.Random) -> Theme:
    """Return the theme of `prompt`."""
    spoken = palette.words_of(prompt)
    singular = {word[:-1] for word in spoken if len(word) > 3 and word.endswith("s")}
    quoted = _QUOTED.search(prompt)
    title = next((part for part in quoted.groups() if part), None) if quoted else None
    # The font that comes with Pillow draws boxes for anything else.
    readable = title if title and title.isascii() else None
    return Theme(frozenset(spoken) | singular, readable, chance)
