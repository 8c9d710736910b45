"""Owns the step from what is wanted and recorded to what can be published: the pictures in place.

Never invents: what is not in the lock, or not on disk, is left out by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from imagegen.derivative import SOURCE_TYPES
from imagegen.lock import Lock
from imagegen.locked import FORMER, Locked
from imagegen.pictures import media
from imagegen.project.provenance import system_of
from imagegen.publish.picture import File, Picture, Provenance, View
from imagegen.request import Target
from imagegen.stock import recorded_placeholder

Sizes = Callable[[str], int | None]
"""Gives the bytes of a project file by its path; None when it is not there."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Everything that can be published, and what cannot yet."""

    pictures: tuple[Picture, ...]
    """Sorted by name."""
    missing: tuple[str, ...]
    """Images without a picture in place."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a project says of all its pictures."""

    locale: str | None = None
    """Whose text and alt stand for all readers."""
    prompts: bool = False
    """Whether prompts may be published."""


def gathered(targets: Iterable[Target], lock: Lock, sizes: Sizes, terms: Terms) -> Gallery:
    """Return the pictures of all images that are in place; candidates are none."""
    pictures: list[Picture] = []
    missing: list[str] = []
    for target in targets:
        if target.candidate_of is not None:
            continue
        one = lock.images.get(target.name)
        picture = picture_of(target, one, sizes, terms) if one else None
        if picture is None:
            missing.append(target.name)
        else:
            pictures.append(picture)
    return Gallery(tuple(sorted(pictures, key=lambda one: one.name)), tuple(missing))


def picture_of(target: Target, one: Locked, sizes: Sizes, terms: Terms) -> Picture | None:
    """Return what a site is told of an image, None when its output is not in place.

    Derivatives that are not made yet are left out; where some could not be made, the site is told
    of those that were there before, unless they show a former picture.
    """
    output = _output(target, one, sizes)
    if output is None:
        return None
    by_locale = _files(one, sizes)
    formats = _formats(target, by_locale)
    locale = _locale(target, by_locale, terms)
    alts = dict(target.alts)
    views = {
        tag: View(alts.get(tag, target.alt), _groups(tag, by_locale, formats, output))
        for tag in sorted({locale, *alts, *by_locale})
    }
    return Picture(
        name=target.name,
        view=views[locale],
        output=output,
        placeholder=recorded_placeholder(target, one),
        provenance=_provenance(one, terms),
        locales=tuple((tag, view) for tag, view in views.items() if tag),
    )


def _output(target: Target, one: Locked, sizes: Sizes) -> File | None:
    found = next((out for out in one.outputs if out.path == target.output), None)
    size = sizes(target.output) if found else None
    if found is None or size is None:
        return None
    original = one.original
    if found.sha256 == original.sha256:
        # A draft may stand in for it just now.
        size = original.bytes
    return File(
        found.path, target.output_format, original.width, original.height, size, found.sha256
    )


_BEST_FIRST = ("avif", "webp", "png", "jpeg")

ByLocale = dict[str, dict[str, list[File]]]
"""Locale, empty for all -> format -> files by rising width."""


def _files(one: Locked, sizes: Sizes) -> ByLocale:
    """Return what is recorded of the picture that is shown, and in place; soon to go or not."""
    found: ByLocale = {}
    for out in sorted(one.derived.files, key=lambda out: out.width):
        kind, size = media.format_of_name(out.path), sizes(out.path)
        if kind is None or size is None or out.key == FORMER:
            continue
        files = found.setdefault(out.locale, {}).setdefault(kind, [])
        # One that was to take the place of another may stand beside it, under a name of its own.
        if not files or files[-1].width < out.width:
            files.append(File(out.path, kind, out.width, out.height, size, out.sha256))
    return found


def _formats(target: Target, by_locale: ByLocale) -> tuple[str, ...]:
    """Return the formats from the best to the one that every browser knows."""
    wanted = target.derivation.formats if target.derivation else ()
    there = {kind for files in by_locale.values() for kind in files}
    if there <= {*wanted}:
        return wanted
    # What was there before had other formats, in an order that nobody knows any more.
    return tuple(sorted(there, key=_BEST_FIRST.index))


def _locale(target: Target, by_locale: ByLocale, terms: Terms) -> str:
    """Return the locale that stands for all; an empty text where nothing differs by locale."""
    known = sorted({*dict(target.alts), *by_locale} - {""})
    if terms.locale in known:
        return terms.locale
    own = [tag for tag, alt in target.alts if alt == target.alt]
    return (own or known or [""])[0]


def _groups(
    tag: str, by_locale: ByLocale, formats: tuple[str, ...], output: File
) -> tuple[tuple[File, ...], ...]:
    """Return the files for readers of a locale, by format; the last one is always there."""
    files = by_locale.get(tag) or by_locale.get("", {})
    groups = [tuple(files[kind]) for kind in formats if kind in files]
    # Only some are there when others could not be made: every browser is to have its picture.
    if not groups or formats[-1] not in files:
        groups.append((output,))
    return tuple(groups)


def _provenance(one: Locked, terms: Terms) -> Provenance | None:
    # Whatever a picture that was taken in says of itself, neither model nor request made it.
    if one.take == 0 or one.source_type is None:
        return None
    model = str(one.request["model"])
    return Provenance(
        source_type=SOURCE_TYPES + one.source_type,
        provider=one.provider,
        model=model,
        system=system_of(model, one.provider),
        request_key=one.request_key,
        take=one.take,
        prompt=str(one.request["prompt"]) if terms.prompts else None,
    )
