"""Owns how an image's derivatives as recorded differ from those that are wanted, as reasons.

Pure; a reason explains and never steers. The lock knows each file's name, size, locale and key,
and not the settings that made it, so none is called changed that may be the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from imagegen.derivative import Derivation, Recipe
from imagegen.locked import FORMER, Locked, Output
from imagegen.pictures import media
from imagegen.plan import Reason
from imagegen.request import Target
from imagegen.stock import Stock, sources

_Kind = tuple[str, int, str]
"""Format, width and locale: what tells the files of one image apart."""

_AS_SET = "as quality, crop, text, alt and provenance say"
"""All that may have changed where names and sizes have not."""


class _Lack(StrEnum):
    """Why a file is to be made anew."""

    FORMER = "former"
    """It shows a picture that the image showed before."""
    RESIZED = "resized"
    """It has another height."""
    RENAMED = "renamed"
    OTHERWISE = "otherwise"
    """It is made in another way; in which one, the lock does not say."""
    MISSING = "missing"
    EDITED = "edited"


def discrepancies(
    target: Target, one: Locked, stock: Stock, files: Mapping[str, str]
) -> list[Reason]:
    """Return what tells the derivatives of `one` from those that `target` wants.

    `stock` is what was found by `files`, the sha256 of project files. Empty where it is complete.
    """
    wanted = [*(recipe for recipe, _ in stock.kept), *stock.missing]
    reasons = list(_of_lists(one.derived.files, wanted))
    if target.derivation is not None:
        reasons += _of_files(_Record(target.output, target.derivation, one, files), stock.missing)
    if stock.surplus and not reasons:
        reasons.append(Reason("derivatives", f"{_files(len(stock.surplus))} too many", "as wanted"))
    if stock.bare:
        former = "of something else" if one.derived.placeholder else None
        reasons.append(Reason("placeholder", former, "of what is shown"))
    return reasons


def _of_lists(there: Sequence[Output], wanted: Sequence[Recipe]) -> Iterator[Reason]:
    """Yield the widths, formats and locales, where files have others than they are to have."""
    old, new = list(map(_kind_of, there)), list(map(_kind, wanted))
    for index, field in ((1, "widths"), (0, "formats"), (2, "locales")):
        had, has = (sorted({kind[index] for kind in kinds} - {""}) for kinds in (old, new))
        if had != has:
            yield Reason(field, had or None, has or None)


@dataclass(frozen=True, slots=True)
class _Record:
    """What is known of an image's files."""

    output: str
    derivation: Derivation
    one: Locked
    files: Mapping[str, str]

    def lack(self, recipe: Recipe, out: Output) -> _Lack:
        """Return why the file of a recipe is to be made anew, of which `out` is recorded."""
        if out.key == FORMER:
            return _Lack.FORMER
        if out.height != recipe.height:
            return _Lack.RESIZED
        encoder = self.one.derived.encoders.get(recipe.encoder, "")
        if out.key not in [recipe.key(source, encoder) for source in sources(self.one)]:
            return _Lack.OTHERWISE
        if out.path != self.derivation.path(self.output, recipe, out.key):
            return _Lack.RENAMED
        return _Lack.EDITED if out.path in self.files else _Lack.MISSING


def _of_files(record: _Record, missing: Sequence[Recipe]) -> Iterator[Reason]:
    """Yield what is wrong with single files, by kind of lack, with their number."""
    there = {_kind_of(out): out for out in record.one.derived.files}
    known = [set(parts) for parts in zip(*there, strict=True)]
    lacks: dict[_Lack, list[tuple[Recipe, Output]]] = {}
    never = 0
    for recipe in missing:
        kind = _kind(recipe)
        if kind in there:
            out = there[kind]
            lacks.setdefault(record.lack(recipe, out), []).append((recipe, out))
        elif known and all(map(set.__contains__, known, kind)):
            never += 1
    for lack in _Lack:
        if lack in lacks:
            yield _of_lack(lack, lacks[lack], record.derivation)
    if never:
        # Its width, format and locale are no news: others were made, and this one was not.
        yield Reason("derivatives", f"{_files(never)} not made", "as wanted")


def _of_lack(lack: _Lack, found: Sequence[tuple[Recipe, Output]], derivation: Derivation) -> Reason:
    count = _files(len(found))
    if lack is _Lack.FORMER:
        return Reason("derivatives", f"{count} of a former picture", "of what is shown")
    if lack is _Lack.RESIZED:
        sizes = sorted({(out.width, out.height, recipe.height) for recipe, out in found})
        old, new = ([f"{size[0]}x{size[i]}" for size in sizes] for i in (1, 2))
        return Reason("sizes", old, new)
    if lack is _Lack.RENAMED:
        return Reason("name", f"another for {count}", derivation.name)
    if lack is _Lack.OTHERWISE:
        return Reason("recipe", f"{count} made otherwise", _AS_SET)
    # A `file` is an output; a picture whose derivatives are edited is not edited itself.
    return Reason("derivatives", f"{count} {lack}", "as locked")


def _kind(recipe: Recipe) -> _Kind:
    return recipe.format, recipe.width, recipe.locale


def _kind_of(out: Output) -> _Kind:
    return media.format_of_name(out.path) or "", out.width, out.locale


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"
