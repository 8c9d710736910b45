"""Owns editions: the file that stands for what the readers of one locale see, before and after.

Pure: goes by two entries of the lock. Of all files for a locale the widest one stands for them,
in the format that most programs understand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imagegen.locked import Locked, Output
from imagegen.pictures import media

_UNDERSTOOD = ("jpeg", "png", "webp", "avif")
"""What most programs understand comes first; the order of `formats` is not in the lock."""

_LETTERED = "+text"
"""Ends the name of an encoder that sets texts: see `Recipe.encoder`."""

_Files = dict[tuple[str, int], Output]
"""The files for one locale, by format and width."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What one locale gets to see of an image, where it is not what it was."""

    locale: str
    """A language tag; an empty text for files that serve all."""
    before: Output | None
    """None where there was no file for this locale."""
    after: Output | None


def lettered(one: Locked | None) -> bool:
    """Return whether derivatives of an entry show a text."""
    return one is not None and any(kind.endswith(_LETTERED) for kind in one.derived.encoders)


def editions(before: Locked | None, after: Locked | None) -> tuple[Edition, ...]:
    """Return what readers see otherwise than before in the derivatives, by locale.

    Of another picture, or a new one, only what shows a text: everything else is what its output
    shows already. Nothing of a picture that went.
    """
    if after is None:
        return ()
    same = before is not None and before.original.sha256 == after.original.sha256
    if not same and not lettered(before) and not lettered(after):
        return ()
    return tuple(_paired(_by_locale(before), _by_locale(after)))


def _paired(old: dict[str, _Files], new: dict[str, _Files]) -> Iterator[Edition]:
    for locale in sorted(old.keys() | new.keys()):
        if not locale and (old.keys() | new.keys()) - {""}:
            # A file for all is what each locale saw, so it stands beside each that got its own.
            continue
        was, now = (side.get(locale, side.get("", {})) for side in (old, new))
        if _differ(was, now):
            yield Edition(locale, _best(was), _best(now))


def _differ(was: _Files, now: _Files) -> bool:
    """Return whether readers see something else; a width or a format more is nothing else."""
    common = max(was.keys() & now.keys(), key=_worth, default=None)
    return common is None or was[common].sha256 != now[common].sha256


def _by_locale(one: Locked | None) -> dict[str, _Files]:
    found: dict[str, _Files] = {}
    for file in one.derived.files if one is not None else ():
        kind = media.format_of_name(file.path) or ""
        found.setdefault(file.locale, {})[kind, file.width] = file
    return found


def _best(files: _Files) -> Output | None:
    """Return the file that stands for all of a locale's."""
    return files[max(files, key=_worth)] if files else None


def _worth(of: tuple[str, int]) -> tuple[int, int]:
    kind, width = of
    return (-_UNDERSTOOD.index(kind) if kind in _UNDERSTOOD else -len(_UNDERSTOOD), width)
