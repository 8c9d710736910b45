"""Owns the texts that a project sets on its pictures: `[[images.NAME.text]]` to letterings.

Complete for every locale, with a font that has all of its letters. Pure but for the fonts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from imagegen.derivative import Lettering
from imagegen.pictures import bidi
from imagegen.project.alts import chosen
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.fonts import Font, Fonts
from imagegen.project.item import Item
from imagegen.project.prompts import BadTemplate, TooLong, filled
from imagegen.project.schema import Project
from imagegen.project.site_schema import TextTable
from imagegen.project.wording import quoted, suggestion

T = TypeVar("T")

TEXT_LIMIT = 1000
"""Characters of one text, filled in; a picture has room for few more."""

COUNT_LIMIT = 20_000
"""How many texts a project may set, each one counted for each locale."""

_COLOR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_STRANGE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_SETTINGS = {"font": "a", "box": "a", "size": "a", "align": "an"}
"""What may be said by locale, beside the words, with its article."""

_ROUNDING = 1e-9
_BEFORE = 20
"""How many letters tell where something stands in a text."""

_SHOWN = 5
"""How many missing letters, and how many images, are named."""


@dataclass(slots=True)
class _Gap:
    """Letters that a font lacks."""

    font: Font
    place: KeyPath
    """Of the first text that needs some."""
    _letters: dict[str, None] = field(default_factory=dict)
    _images: dict[str, None] = field(default_factory=dict)

    def add(self, image: str, letters: Iterable[str]) -> None:
        """Take note of what the text of an image needs."""
        self._letters |= dict.fromkeys(letters)
        self._images[image] = None

    @property
    def fault(self) -> Fault:
        """What is wrong, told of the first image and naming others."""
        summary = f"{quoted(self.font.path)} has no letters for {_some(self._letters, _letter)}"
        others = _some(list(self._images)[1:], quoted)
        detail = f"Boxes would be shown instead{f', and in {others}, too' if others else ''}."
        hint = 'take a font that has them; each locale may have one: font = { en = "…", ja = "…" }'
        return Fault(self.place, summary, detail, hint)


@dataclass(slots=True)
class Letterings:
    """The texts on the pictures of one project."""

    project: Project
    fonts: Fonts
    _count: int = 0
    _gaps: dict[tuple[str, str], _Gap] = field(default_factory=dict)
    """By font and template: what a font lacks is told once for all rows of a table."""

    @property
    def gaps(self) -> list[Fault]:
        """What fonts lack for the texts that were asked for."""
        return [gap.fault for gap in self._gaps.values()]

    def of(self, item: Item, faults: list[Fault]) -> Mapping[str, tuple[Lettering, ...]]:
        """Return what is set on the picture of `item`, by locale; empty without texts.

        One empty locale stands for texts that are the same for all. What is wrong goes to
        `faults`; the letterings count only without.
        """
        texts = item.entry.text
        if not texts or self._count > COUNT_LIMIT:
            return {}
        for index, text in enumerate(texts):
            faults += _form_faults(text, (*item.loc, "text", index))
        faults += _locale_faults(item)
        locales = _locales(item)
        self._count += max(1, len(locales)) * len(texts)
        if self._count > COUNT_LIMIT:
            summary = f"more than {COUNT_LIMIT:,} texts on pictures"
            detail = "Each text counts once for each of its locales."
            faults.append(Fault((*item.loc, "text"), summary, detail, at="key"))
            return {}
        return {
            locale: tuple(
                found
                for index in range(len(texts))
                if (found := self._lettering(item, index, locale, faults)) is not None
            )
            for locale in locales or [""]
        }

    def _lettering(
        self, item: Item, index: int, locale: str, faults: list[Fault]
    ) -> Lettering | None:
        table, preferred = item.entry.text[index], self.project.locale
        loc: KeyPath = (*item.loc, "text", index)
        named, path = _of_locale((*loc, "font"), table.font, locale, preferred)
        font = self.fonts.look(path)
        if isinstance(font, Fault):
            faults.append(replace(font, loc=named))
        else:
            faults += _weight_faults(table.weight, font, (*loc, "weight"))
        place, written = _of_locale((*loc, "text"), table.text, locale, preferred)
        content = _content(written, item.variables)
        if isinstance(content, Fault):
            faults.append(replace(content, loc=place))
        if isinstance(font, Fault) or isinstance(content, Fault):
            return None
        lost = font.characters.missing(content)
        if lost:
            self._gaps.setdefault((path, written), _Gap(font, place)).add(item.name, lost)
        if not content:
            return None
        _, (left, top, width, height) = _of_locale((*loc, "box"), table.box, locale, preferred)
        return Lettering(
            text=content,
            font=path,
            font_sha256=font.sha256,
            box=(left, top, width, height),
            size=_of_locale((*loc, "size"), table.size, locale, preferred)[1],
            fit=table.fit,
            color=_color(table.color),
            align=_of_locale((*loc, "align"), table.align, locale, preferred)[1],
            valign=table.valign,
            line_height=table.line_height,
            language=locale or preferred or "",
            weight=table.weight,
            min_size=table.min_size,
        )


def _locales(item: Item) -> list[str]:
    """Return the locales that the texts of an image are written in, as written."""
    tables = (text.text for text in item.entry.text if not isinstance(text.text, str))
    return list(dict.fromkeys(locale for table in tables for locale in table))


def _of_locale(
    loc: KeyPath, said: T | Mapping[str, T], locale: str, preferred: str | None
) -> tuple[KeyPath, T]:
    """Return the value for one locale and where it stands: its own, else the one for all."""
    if not isinstance(said, Mapping):
        return loc, said
    found = locale if locale in said else chosen(said, preferred)
    return (*loc, found), said[found]


def _each(loc: KeyPath, said: T | Mapping[str, T]) -> list[tuple[KeyPath, T]]:
    """Return the values for all locales and where they stand."""
    if not isinstance(said, Mapping):
        return [(loc, said)]
    return [((*loc, locale), value) for locale, value in said.items()]


def _content(written: str, variables: Mapping[str, str]) -> str | Fault:
    """Return a text as it is set, or what is wrong with it, with an empty place."""
    try:
        text = filled(written, variables, TEXT_LIMIT)
    except TooLong as bad:
        return Fault((), "this text is too long", bad.counted("it may have"))
    except BadTemplate as bad:
        return Fault((), bad.summary, bad.detail, bad.hint)
    strange = _STRANGE.search(text)
    if strange:
        detail = f"U+{ord(strange[0]):04X} stands in it or in what is filled in."
        return Fault((), "this text has a control character", detail)
    try:
        bidi.check_pairs(text)
    except bidi.Unpaired as bad:
        return _unpaired(text, bad)
    return "\n".join(line.rstrip(" ") for line in text.strip("\n").split("\n")) if text else ""


def _unpaired(text: str, bad: bidi.Unpaired) -> Fault:
    """Return the fault of a control that turns more than it should, with an empty place."""
    code = f"U+{ord(bad.control):04X}"
    before = text[: bad.place].rpartition("\n")[2][-_BEFORE:]
    place = f"behind {quoted(before)}" if before else "at the beginning of a line"
    if not bad.closer:
        detail = f"It stands {place} and closes nothing that was opened in its line."
        return Fault((), f"{code} in this text has no beginning", detail, "take it out")
    detail = f"It stands {place} and turns all that follows: nothing in its line closes it."
    hint = f"close it with `\\u{ord(bad.closer):04X}`, or take it out"
    return Fault((), f"{code} in this text has no end", detail, hint)


def _form_faults(text: TextTable, loc: KeyPath) -> Iterator[Fault]:
    """Yield what is wrong with the settings of a text whatever it says."""
    if not _COLOR.fullmatch(text.color):
        hint = 'for example: color = "#ffffff", or "#ffffffcc" to let the picture shine through'
        yield Fault((*loc, "color"), f"{quoted(text.color)} is not a colour", hint=hint)
    for place, box in _each((*loc, "box"), text.box):
        yield from _box_faults(box, place)
    if text.min_size is not None:
        yield from _least_faults(text, text.min_size, loc)


def _box_faults(box: Sequence[float], loc: KeyPath) -> Iterator[Fault]:
    left, top, width, height = box
    if not width or not height:
        detail = "Its third and fourth numbers are width and height."
        yield Fault(loc, "a box without room for a text", detail)
    elif max(left + width, top + height) > 1 + _ROUNDING:
        side, start, length = (
            ("right", left, width) if left + width > top + height else ("bottom", top, height)
        )
        noun = "width" if side == "right" else "height"
        detail = f"It ends at {start + length:.4g} of the picture's {noun}: {start:g} + {length:g}."
        hint = "a box is left, top, width and height; its parts lie between 0 and 1"
        yield Fault(loc, "a box outside the picture", detail, hint)


def _least_faults(text: TextTable, least: float, loc: KeyPath) -> Iterator[Fault]:
    place: KeyPath = (*loc, "min_size")
    sizes = [size for _, size in _each((*loc, "size"), text.size)]
    if text.fit == "none":
        hint = "drop it, or choose another `fit`"
        summary = "`min_size` does nothing where `fit` is none"
        yield Fault(place, summary, "Nothing is made smaller.", hint, at="key")
    elif least > min(sizes):
        yield Fault(place, "`min_size` is more than `size`", f"`size` is {min(sizes):g}.")


def _weight_faults(weight: int | None, font: Font, loc: KeyPath) -> Iterator[Fault]:
    if weight is None:
        return
    name = quoted(font.path)
    if font.weights is None:
        summary, detail = f"{name} has one weight only", "It is not a font that varies in weight."
        yield Fault(loc, summary, detail, "drop `weight`, or take a font file of that weight")
    elif not font.weights[0] <= weight <= font.weights[1]:
        least, most = font.weights
        yield Fault(loc, f"{name} has no weight {weight}", f"It has {least:g} to {most:g}.")


def _locale_faults(item: Item) -> Iterator[Fault]:
    """Yield a fault for each locale that a text lacks, or for which there is a font and no text."""
    texts, locales = item.entry.text, _locales(item)
    alts = item.entry.alt if isinstance(item.entry.alt, Mapping) else {}
    wanted = dict.fromkeys([*locales, *alts]) if locales else {}
    for index, text in enumerate(texts):
        loc: KeyPath = (*item.loc, "text", index)
        if not isinstance(text.text, str):
            for locale in wanted:
                if locale not in text.text:
                    detail = f"{_owner(locale, texts, alts)} for it."
                    hint = f'add `{locale} = "…"`; "" sets nothing'
                    summary = f"this text has no {quoted(locale)}"
                    yield Fault((*loc, "text"), summary, detail, hint, at="key")
        for key, article in _SETTINGS.items():
            said = getattr(text, key)
            for locale in said if isinstance(said, Mapping) else ():
                if locale not in locales:
                    summary = f"{article} {key} for {quoted(locale)}, and no text"
                    hint = suggestion(locale, locales, "leave it out")
                    yield Fault((*loc, key, locale), summary, hint=hint, at="key")


def _owner(locale: str, texts: Sequence[TextTable], alts: Mapping[str, str]) -> str:
    """Return what has words for a locale, to tell why another text needs some."""
    for index, text in enumerate(texts, 1):
        if not isinstance(text.text, str) and locale in text.text:
            return f"Text {index} of this image has words"
    return "The alt text has words" if locale in alts else "Another text has words"


def _some(names: Iterable[str], shown: Callable[[str], str]) -> str:
    """Return the first few of some names as a text, and how many more there are."""
    listed = [shown(name) for name in names]
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more


def _letter(letter: str) -> str:
    code = f"U+{ord(letter):04X}"
    plain = letter.isprintable() and not unicodedata.combining(letter)
    return f"{quoted(letter)} ({code})" if plain else code


def _color(written: str) -> str:
    """Return a colour with two digits for each part, in lower case."""
    digits = written[1:].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)
