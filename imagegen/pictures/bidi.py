"""Owns the order of letters that run both ways: Unicode's bidirectional algorithm, UAX 9.

Pure. Levels belong to a paragraph, so they are settled before lines are broken, and each line is
written so that whatever sets it has no choice left: it is the same in every version of FriBiDi.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What opens and closes embeddings, overrides and isolates."""

_EMBEDDINGS = {"LRE": ("L", ""), "RLE": ("R", ""), "LRO": ("L", "L"), "RLO": ("R", "R")}
"""Control -> direction of what follows, and what it makes of every letter."""

_ISOLATES = {"LRI": "L", "RLI": "R", "FSI": ""}
"""Control -> direction of what follows, if it says one."""

_REMOVED = frozenset((*_EMBEDDINGS, "PDF", "BN"))
_NEUTRAL = frozenset((*_ISOLATES, "PDI", "B", "S", "WS", "ON"))
_NUMBERS = ("EN", "AN")

_CLOSERS = {**dict.fromkeys(_EMBEDDINGS, "PDF"), **dict.fromkeys(_ISOLATES, "PDI")}
_DEEPEST = 125
_BRACKETS_LIMIT = 63
_BRACKETS_APART = {"\u298d": "\u2990", "\u298f": "\u298e"}
"""Pairs that are not neighbours."""

_OVERRIDES = ("\u202d", "\u202e")
"""Of even and of odd levels."""
_POP = "\u202c"
_WITHOUT_CONTROLS = dict.fromkeys(map(ord, CONTROLS))


@dataclass(eq=False)
class Unpaired(Exception):
    """A control that turns more than it should: nothing closes it, or it closes nothing."""

    control: str
    place: int
    """Characters before it."""
    closer: str
    """What would close it; empty when it is one itself."""


def check_pairs(text: str) -> None:
    """Raise Unpaired for the first control that has no partner in its line of `text`."""
    opened: list[tuple[str, int]] = []
    for place, letter in enumerate(f"{text}\n"):
        kind = unicodedata.bidirectional(letter)
        if kind in _CLOSERS:
            opened.append((kind, place))
        elif kind in ("PDF", "PDI"):
            if not opened or _CLOSERS[opened.pop()[0]] != kind:
                raise Unpaired(letter, place, "")
        elif letter == "\n" and opened:
            kind, place = opened[0]
            raise Unpaired(text[place], place, _POP if _CLOSERS[kind] == "PDF" else "\u2069")


@lru_cache(maxsize=256)
def levels(paragraph: str, base: int) -> tuple[int, ...]:
    """Return the embedding level of each letter: odd ones run from right to left.

    `base` is the paragraph's own, 0 or 1. White space at the end of a line is still that of what
    stands before it.
    """
    signs = [unicodedata.bidirectional(letter) or "L" for letter in paragraph]
    found = _Explicit(signs, base)
    found.settle()
    # What each run is next to is asked before any of them has its levels.
    for run in list(_sequences(found, base)):
        run.settle(paragraph)
        for index, kind in zip(run.places, run.kinds, strict=True):
            rtl = run.level % 2
            found.levels[index] += (kind in ("L", *_NUMBERS)) if rtl else _raised(kind)
    before = base
    for index, sign in enumerate(signs):
        if sign in _REMOVED:
            found.levels[index] = before
        before = found.levels[index]
    return tuple(found.levels)


def written(line: str, levels: tuple[int, ...], base: int) -> str:
    """Return a line so that its letters have `levels` whoever sets it, in a paragraph of `base`.

    Its own controls are left out. A line of one direction is as it was.
    """
    if levels.count(base) == len(levels):
        return line.translate(_WITHOUT_CONTROLS)
    pieces: list[str] = []
    now = base
    for letter, level in zip(line, levels, strict=True):
        if letter in CONTROLS:
            continue
        # Two levels up nothing is left to the paragraph, and the order is the same.
        while now < level + 2:
            now += 1
            pieces.append(_OVERRIDES[now % 2])
        pieces += _POP * (now - level - 2)
        now = level + 2
        pieces.append(letter)
    return "".join(pieces) + _POP * (now - base)


def _raised(kind: str) -> int:
    """Return how much higher than an even level a letter stands."""
    return 2 if kind in _NUMBERS else int(kind == "R")


@dataclass(slots=True)
class _Explicit:
    """What the controls of a paragraph say: rules X1 to X8."""

    signs: Sequence[str]
    """The classes of its letters."""
    base: int
    kinds: list[str] = field(default_factory=list)
    """The classes as overrides make them."""
    levels: list[int] = field(default_factory=list)
    partners: Mapping[int, int] = field(default_factory=dict)
    """Isolates to their ends, and back."""
    _stack: list[tuple[int, str, bool]] = field(default_factory=list)
    """Level, override, and whether it is an isolate."""
    _too_deep: list[bool] = field(default_factory=list)
    """What has no room on the stack: whether it is an isolate."""

    def settle(self) -> None:
        self.partners = _partners(self.signs)
        self._stack = [(self.base, "", False)]
        for index, sign in enumerate(self.signs):
            if sign == "PDI":
                self._end_isolate(index)
            level, override, _ = self._stack[-1]
            self.levels.append(self.base if sign == "B" else level)
            self.kinds.append(sign if sign in _REMOVED or sign == "B" else override or sign)
            if sign in _EMBEDDINGS:
                way, override = _EMBEDDINGS[sign]
                self._push(way, override, isolate=False)
            elif sign in _ISOLATES:
                end = self.partners.get(index, len(self.signs))
                self._push(_ISOLATES[sign] or _first(self.signs[index + 1 : end]), "", isolate=True)
            elif sign == "PDF":
                self._end_embedding()

    def _push(self, way: str, override: str, *, isolate: bool) -> None:
        level = self._stack[-1][0] + 1
        level += level % 2 != (way == "R")
        if level <= _DEEPEST and not self._too_deep:
            self._stack.append((level, override, isolate))
        elif isolate or True not in self._too_deep:
            self._too_deep.append(isolate)

    def _end_embedding(self) -> None:
        if True in self._too_deep:
            return
        if self._too_deep:
            self._too_deep.pop()
        elif len(self._stack) > 1 and not self._stack[-1][2]:
            self._stack.pop()

    def _end_isolate(self, index: int) -> None:
        if True in self._too_deep:
            while not self._too_deep.pop():
                pass
        elif index in self.partners:
            self._too_deep.clear()
            while not self._stack.pop()[2]:
                pass


def _partners(signs: Sequence[str]) -> Mapping[int, int]:
    opened: list[int] = []
    found: dict[int, int] = {}
    for index, sign in enumerate(signs):
        if sign in _ISOLATES:
            opened.append(index)
        elif sign == "PDI" and opened:
            start = opened.pop()
            found[start], found[index] = index, start
    return found


def _first(signs: Sequence[str]) -> str:
    """Return the direction of the first letter that has one, outside of isolates: rule P2."""
    partners, index = _partners(signs), 0
    while index < len(signs):
        if signs[index] in ("L", "R", "AL"):
            return "L" if signs[index] == "L" else "R"
        index = partners.get(index, len(signs)) if signs[index] in _ISOLATES else index
        index += 1
    return "L"


@dataclass(slots=True)
class _Sequence:
    """Letters of one level that belong together, isolates left out: rules W1 to N2."""

    places: list[int]
    kinds: list[str]
    level: int
    before: str
    """The direction of what comes before it, L or R."""
    after: str

    def settle(self, paragraph: str) -> None:
        marks = [kind == "NSM" for kind in self.kinds]
        self._weak()
        self._brackets([paragraph[place] for place in self.places], marks)
        own = "R" if self.level % 2 else "L"
        index = 0
        while index < len(self.kinds):
            end = index
            while end < len(self.kinds) and self.kinds[end] in _NEUTRAL:
                end += 1
            if end > index:
                left = _way(self.kinds[index - 1]) if index else self.before
                right = _way(self.kinds[end]) if end < len(self.kinds) else self.after
                self.kinds[index:end] = [left if left == right else own] * (end - index)
            index = end + 1

    def _weak(self) -> None:
        kinds, before, strong = self.kinds, self.before, self.before
        for index, kind in enumerate(kinds):
            if kind == "NSM":
                kinds[index] = "ON" if before in _ISOLATES or before == "PDI" else before
            before = kinds[index]
            if before in ("L", "R", "AL"):
                strong = before
            elif before == "EN" and strong == "AL":
                kinds[index] = "AN"
        for index in range(1, len(kinds) - 1):
            left, kind, right = kinds[index - 1 : index + 2]
            if left == right and (left, kind) in (("EN", "ES"), ("EN", "CS"), ("AN", "CS")):
                kinds[index] = left
        for places in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
            before = ""
            for index in places:
                if kinds[index] == "ET" and before == "EN":
                    kinds[index] = "EN"
                before = kinds[index]
        strong = self.before
        for index, kind in enumerate(kinds):
            kinds[index] = {"ES": "ON", "ET": "ON", "CS": "ON", "AL": "R"}.get(kind, kind)
            strong = kinds[index] if kinds[index] in ("L", "R") else strong
            if kind == "EN" and strong == "L":
                kinds[index] = "L"

    def _brackets(self, letters: Sequence[str], marks: Sequence[bool]) -> None:
        """Give brackets the direction of what they hold: rule N0."""
        kinds, own = self.kinds, "R" if self.level % 2 else "L"
        for start, end in _bracket_pairs(letters, kinds):
            held = {_way(kind) for kind in kinds[start + 1 : end]} - {""}
            if not held:
                continue
            way = own
            if own not in held:
                context = (way for kind in reversed(kinds[:start]) if (way := _way(kind)))
                way = next(context, self.before)
            for place in (start, end):
                kinds[place] = way
                while place + 1 < len(kinds) and marks[place + 1]:
                    place += 1
                    kinds[place] = way


def _way(kind: str) -> str:
    """Return the direction that neutral letters see; empty for one of them."""
    return "R" if kind in ("R", *_NUMBERS) else "L" if kind == "L" else ""


def _bracket_pairs(letters: Sequence[str], kinds: Sequence[str]) -> list[tuple[int, int]]:
    opened: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for index, letter in enumerate(letters):
        if kinds[index] != "ON" or not unicodedata.mirrored(letter):
            continue
        category = unicodedata.category(letter)
        if category == "Ps":
            if len(opened) == _BRACKETS_LIMIT:
                return []
            opened.append((_closing(letter), index))
        elif category == "Pe":
            same = unicodedata.normalize("NFC", letter)
            depth = next((n for n in range(len(opened), 0, -1) if opened[n - 1][0] == same), 0)
            if depth:
                found.append((opened[depth - 1][1], index))
                del opened[depth - 1 :]
    return sorted(found)


def _closing(letter: str) -> str:
    """Return the partner of an opening bracket."""
    letter = unicodedata.normalize("NFC", letter)
    near = (chr(ord(letter) + step) for step in (1, 2))
    apart = _BRACKETS_APART.get(letter)
    return apart or next((one for one in near if unicodedata.category(one) == "Pe"), "")


def _sequences(found: _Explicit, base: int) -> Iterator[_Sequence]:
    """Yield the isolating run sequences: rule X10."""
    seen = [index for index, sign in enumerate(found.signs) if sign not in _REMOVED]
    runs: dict[int, list[int]] = {}
    begin = -1
    for before, index in zip([-1, *seen], seen, strict=False):
        if before < 0 or found.levels[before] != found.levels[index]:
            begin = index
        runs.setdefault(begin, []).append(index)
    around = {index: (before, after) for before, index, after in _neighbours(seen)}
    for begin, run in runs.items():
        if found.signs[begin] == "PDI" and begin in found.partners:
            continue
        places = list(run)
        while found.signs[places[-1]] in _ISOLATES and places[-1] in found.partners:
            places += runs[found.partners[places[-1]]]
        earlier = around[begin][0]
        open_ended = found.signs[places[-1]] in _ISOLATES
        later = None if open_ended else around[places[-1]][1]
        level = found.levels[begin]
        ends = [
            max(level, base if one is None else found.levels[one]) % 2 for one in (earlier, later)
        ]
        first, last = ("LR"[odd] for odd in ends)
        yield _Sequence(places, [found.kinds[place] for place in places], level, first, last)


def _neighbours(seen: Sequence[int]) -> Iterator[tuple[int | None, int, int | None]]:
    for number, index in enumerate(seen):
        before = seen[number - 1] if number else None
        yield before, index, seen[number + 1] if number + 1 < len(seen) else None
