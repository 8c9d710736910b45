"""Owns what one image wants beside its output: its keys over those of [defaults.derive], judged.

Images that say the same are judged once. Pure: how large a picture is nobody knows yet, so widths
are as wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from imagegen.derivative import LOSSLESS, Derivation, Lettering, Marks
from imagegen.project.derivative_names import name_faults, with_locales
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.ground import Ground
from imagegen.project.item import Item
from imagegen.project.site_schema import RATIO, DeriveTable
from imagegen.project.wording import quoted

FILES_LIMIT = 200
"""How many files one image may want beside its output."""

QUALITY: Mapping[str, int] = {"avif": 50, "webp": 80, "jpeg": 80}
"""By format, for what the project says nothing of."""

_COMMON: KeyPath = ("defaults", "derive")
_OWN: KeyPath = ("derive",)
"""Seen from the image."""

_RATIO = re.compile(RATIO)
_STEEPEST = 100
"""How many times longer one side of a crop may be than the other."""


@dataclass(frozen=True, slots=True)
class _Merged:
    """The keys of one image over those of [defaults.derive], and where each of them stands."""

    table: DeriveTable
    places: Mapping[str, KeyPath]
    """Key -> its place, that of an own one seen from the image."""

    def place(self, key: str) -> KeyPath:
        """Return where the value of `key` stands, or where it would."""
        return self.places.get(key, (*_OWN, key))


def derivation_of(
    ground: Ground,
    item: Item,
    output_format: str,
    faults: list[Fault],
    *,
    letterings: Mapping[str, tuple[Lettering, ...]],
    marks: Marks | None,
    signer: str,
) -> Derivation | None:
    """Return what is made from the original of `item`; what is wrong with it goes to `faults`.

    None when the project asks for nothing, or when something is wrong. `output_format` is empty
    when the output is wrong; what depends on it is then not judged.
    """
    own, common = item.entry.derive, ground.project.defaults.derive
    if own is False:
        if item.entry.text:
            detail = "Texts are set on derivatives, and `false` drops them all."
            hint = "leave `derive` out to get one file for each locale"
            summary = "`derive = false` leaves no file to set `text` on"
            faults.append(Fault((*item.loc, *_OWN), summary, detail, hint))
        return None
    if own is None and common is None and not item.entry.text:
        return None
    locales = tuple(sorted(letterings)) or ("",)
    key = (repr(own) if own else "", output_format, locales)
    found = ground.derivations.get(key)
    if found is None:
        found = ground.derivations[key] = _judged(common, own, output_format, locales)
    plain, wrong = found
    if wrong:
        faults += (
            fault if fault.loc[0] == "defaults" else replace(fault, loc=(*item.loc, *fault.loc))
            for fault in wrong
        )
        return None
    return replace(plain, letterings=letterings, marks=marks, signer=signer)


def _judged(
    common: DeriveTable | None, own: DeriveTable | None, output_format: str, locales: Sequence[str]
) -> tuple[Derivation, tuple[Fault, ...]]:
    """Return what the tables ask for, without texts and marks, and what is wrong with it."""
    merged = _merged(common, own)
    faults = [*_double_faults(merged), *_quality_faults(common, own), *_focus_faults(merged, own)]
    table, crop = merged.table, _crop(merged, faults)
    formats: tuple[str, ...] = table.formats or (output_format,)
    widths = tuple(sorted(table.widths or ()))
    name = table.name
    if name is None:
        name = "{stem}-{locale}-{width}.{format}"
    else:
        kinds = [kind for kind in formats if kind]
        faults += name_faults(name, kinds, widths, locales, merged.place("name"))
    count = len(formats) * max(1, len(widths)) * len(locales)
    if count > FILES_LIMIT:
        summary = f"more than {FILES_LIMIT} files for one image"
        detail = _counted(formats, widths, locales)
        faults.append(Fault(_list_place(merged), summary, detail, at="key"))
    left, top = table.focus or (0.5, 0.5)
    quality = {**QUALITY, **_qualities(common), **_qualities(own)}
    plain = Derivation(
        widths=widths,
        formats=formats,
        quality={kind: quality[kind] for kind in formats if kind in quality},
        crop=crop,
        focus=(left, top),
        upscale=bool(table.upscale),
        name=with_locales(name, locales),
        letterings={},
        marks=None,
    )
    return plain, tuple(faults)


def _merged(common: DeriveTable | None, own: DeriveTable | None) -> _Merged:
    values: dict[str, object] = {}
    places: dict[str, KeyPath] = {}
    for loc, table in ((_COMMON, common), (_OWN, own)):
        for key in DeriveTable.model_fields if table else ():
            value = getattr(table, key)
            if value is not None:
                values[key] = value
                places[key] = (*loc, key)
    return _Merged(DeriveTable().model_copy(update=values), places)


def _qualities(table: DeriveTable | None) -> dict[str, int]:
    given = table.quality if table else None
    return {str(kind): quality for kind, quality in (given or {}).items()}


def _double_faults(merged: _Merged) -> Iterator[Fault]:
    lists: tuple[tuple[str, str, Sequence[object]], ...] = (
        ("widths", "width", merged.table.widths or ()),
        ("formats", "format", merged.table.formats or ()),
    )
    for key, noun, values in lists:
        for index, value in enumerate(values):
            if value in values[:index]:
                summary = f"the {noun} {quoted(str(value))} is listed twice"
                yield Fault((*merged.place(key), index), summary, hint="drop one of them")


def _focus_faults(merged: _Merged, own: DeriveTable | None) -> Iterator[Fault]:
    # One in [defaults.derive] waits for images with a crop of their own.
    if own is not None and own.focus is not None and not merged.table.crop:
        detail = "All of the picture is shown, so there is nothing to keep in sight."
        summary, hint = "`focus` does nothing without `crop`", 'for example: crop = "16:9"'
        yield Fault((*_OWN, "focus"), summary, detail, hint, at="key")


def _quality_faults(common: DeriveTable | None, own: DeriveTable | None) -> Iterator[Fault]:
    """Yield a fault for each quality that no file can have."""
    shared = common.formats if common else None
    for loc, table, formats in (
        (_COMMON, common, shared),
        (_OWN, own, (own.formats if own else None) or shared),
    ):
        for kind in _qualities(table):
            place = (*loc, "quality", kind)
            if kind in LOSSLESS:
                detail = "It keeps every pixel as it is."
                yield Fault(place, f"{quoted(kind)} has no quality", detail, at="key")
            elif formats is not None and kind not in formats:
                detail = f"`formats` has {', '.join(map(quoted, formats))}."
                hint = f"add {quoted(kind)} to `formats`, or drop its quality"
                yield Fault(place, f"no {quoted(kind)} is made", detail, hint, at="key")


def _crop(merged: _Merged, faults: list[Fault]) -> tuple[int, int] | None:
    text = merged.table.crop
    if not text:
        return None
    loc = merged.place("crop")
    across, down = map(Fraction, text.split(":") if _RATIO.fullmatch(text) else ("0", "0"))
    if not across or not down:
        detail = "A crop is the ratio of width to height."
        faults.append(Fault(loc, f"{quoted(text)} is not a ratio", detail, 'for example: "16:9"'))
        return None
    ratio = across / down
    if not 1 / _STEEPEST <= ratio <= _STEEPEST:
        detail = f"One side is at most {_STEEPEST} times as long as the other."
        faults.append(Fault(loc, f"the crop {quoted(text)} leaves next to nothing", detail))
        return None
    return ratio.numerator, ratio.denominator


def _list_place(merged: _Merged) -> KeyPath:
    """Return where the files become too many: at the widths, else at the formats."""
    return next((merged.places[key] for key in ("widths", "formats") if key in merged.places), _OWN)


def _counted(formats: Sequence[str], widths: Sequence[int], locales: Sequence[str]) -> str:
    parts = [(len(formats), "formats"), (len(widths), "widths"), (len(locales), "locales")]
    told = " times ".join(f"{count} {noun}" for count, noun in parts if count > 1)
    return f"There would be {told}."
