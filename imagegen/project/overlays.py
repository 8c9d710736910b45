"""Owns the texts that a project sets on its pictures: `[[images.NAME.text]]` to letterings.

Complete for every locale, with a font that has all of its letters. Pure but for the fonts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from imagegen.derivative import Lettering
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.fonts import Font, Fonts
from imagegen.project.item import Item
from imagegen.project.prompts import BadTemplate, TooLong, filled
from imagegen.project.schema import Project
from imagegen.project.site_schema import TextTable
from imagegen.project.wording import quoted, suggestion

TEXT_LIMIT = 1000
"""Characters of one text, filled in; a picture has room for few more."""

COUNT_LIMIT = 20_000
"""How many texts a project may set, each one counted for each locale."""

_COLOR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_STRANGE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_ROUNDING = 1e-9
_SHOWN = 5
"""How many missing letters are named."""


@dataclass(slots=True)
class Overlays:
    """The texts on the pictures of one project."""

    project: Project
    fonts: Fonts
    _count: int = 0

    def letterings(self, item: Item, faults: list[Fault]) -> Mapping[str, tuple[Lettering, ...]]:
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
        table = item.entry.text[index]
        loc: KeyPath = (*item.loc, "text", index)
        named, path = _of_locale((*loc, "font"), table.font, locale, self.project.locale)
        font = self.fonts.look(path)
        if isinstance(font, Fault):
            faults.append(replace(font, loc=named))
        place, written = _of_locale((*loc, "text"), table.text, locale, self.project.locale)
        content = _content(written, item.variables)
        if isinstance(content, Fault):
            faults.append(replace(content, loc=place))
        if isinstance(font, Fault) or isinstance(content, Fault):
            return None
        lost = font.characters.missing(content)
        if lost:
            faults.append(replace(_lost(lost, font), loc=place))
        if not content:
            return None
        left, top, width, height = table.box
        return Lettering(
            text=content,
            font=path,
            font_sha256=font.sha256,
            box=(left, top, width, height),
            size=table.size,
            fit=table.fit,
            color=_color(table.color),
            align=table.align,
            valign=table.valign,
            line_height=table.line_height,
            language=locale or self.project.locale or "",
        )


def _locales(item: Item) -> list[str]:
    """Return the locales that the texts of an image are written in, as written."""
    tables = (text.text for text in item.entry.text if not isinstance(text.text, str))
    return list(dict.fromkeys(locale for table in tables for locale in table))


def _of_locale(
    loc: KeyPath, said: str | Mapping[str, str], locale: str, preferred: str | None
) -> tuple[KeyPath, str]:
    """Return the value for one locale and where it stands: its own, else the one for all."""
    if isinstance(said, str):
        return loc, said
    found = next((one for one in (locale, preferred or "") if one in said), next(iter(said)))
    return (*loc, found), said[found]


def _content(written: str, variables: Mapping[str, str]) -> str | Fault:
    """Return a text as it is set, or what is wrong with it, with an empty place."""
    try:
        text = filled(written, variables, TEXT_LIMIT)
    except TooLong as bad:
        detail = bad.detail.replace("the model takes", "it may have")
        return Fault((), "this text is too long", detail)
    except BadTemplate as bad:
        return Fault((), bad.summary, bad.detail, bad.hint)
    strange = _STRANGE.search(text)
    if strange:
        detail = f"U+{ord(strange[0]):04X} stands in it or in what is filled in."
        return Fault((), "this text has a control character", detail)
    return "\n".join(line.rstrip(" ") for line in text.strip("\n").split("\n")) if text else ""


def _form_faults(text: TextTable, loc: KeyPath) -> Iterator[Fault]:
    """Yield what is wrong with the settings of a text whatever it says."""
    if not _COLOR.fullmatch(text.color):
        hint = 'for example: color = "#ffffff", or "#ffffffcc" to let the picture shine through'
        yield Fault((*loc, "color"), f"{quoted(text.color)} is not a colour", hint=hint)
    left, top, width, height = text.box
    if not width or not height:
        detail = "Its third and fourth numbers are width and height."
        yield Fault((*loc, "box"), "a box without room for a text", detail)
    elif max(left + width, top + height) > 1 + _ROUNDING:
        side, start, length = (
            ("right", left, width) if left + width > top + height else ("bottom", top, height)
        )
        noun = "width" if side == "right" else "height"
        detail = f"It ends at {start + length:.4g} of the picture's {noun}: {start:g} + {length:g}."
        hint = "a box is left, top, width and height; its parts lie between 0 and 1"
        yield Fault((*loc, "box"), "a box outside the picture", detail, hint)


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
        if not isinstance(text.font, str):
            for locale in text.font:
                if locale not in locales:
                    summary = f"a font for {quoted(locale)}, and no text"
                    hint = suggestion(locale, locales, "leave it out")
                    yield Fault((*loc, "font", locale), summary, hint=hint, at="key")


def _owner(locale: str, texts: Sequence[TextTable], alts: Mapping[str, str]) -> str:
    """Return what has words for a locale, to tell why another text needs some."""
    for index, text in enumerate(texts, 1):
        if not isinstance(text.text, str) and locale in text.text:
            return f"Text {index} of this image has words"
    return "The alt text has words" if locale in alts else "Another text has words"


def _lost(lost: Sequence[str], font: Font) -> Fault:
    shown = ", ".join(map(_letter, lost[:_SHOWN]))
    more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
    summary = f"{quoted(font.path)} has no letters for {shown}{more}"
    detail = "Boxes would be shown instead."
    hint = 'take a font that has them; each locale may have one: font = { en = "…", ja = "…" }'
    return Fault((), summary, detail, hint)


def _letter(letter: str) -> str:
    code = f"U+{ord(letter):04X}"
    plain = letter.isprintable() and not unicodedata.combining(letter)
    return f"{quoted(letter)} ({code})" if plain else code


def _color(written: str) -> str:
    """Return a colour with two digits for each part, in lower case."""
    digits = written[1:].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)
