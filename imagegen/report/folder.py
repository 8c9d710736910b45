"""Owns the folder that a report is written to; never replaces a file that is none of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from imagegen import atomic
from imagegen.errors import NeedsAttention, Problem, WrongInput
from imagegen.report import page, summary

PAGE = "index.html"
SUMMARY = "summary.md"

_MARKS = {PAGE: page.MARK, SUMMARY: summary.MARK}
_HEAD = 1000
"""Bytes at the beginning of a file in which its mark stands."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the report is to lie; made when it is written."""

    path: Path

    def refuse_strangers(self) -> None:
        """Raise WrongInput when a file there is not one that an earlier report has written."""
        problems = [
            Problem(
                f"`{self.path / name}` is no report of imagegen's",
                "It would be replaced, so nothing was written.",
                "name another folder:\n  imagegen report -o FOLDER",
            )
            for name, mark in _MARKS.items()
            if not _replaceable(self.path / name, mark)
        ]
        if problems:
            raise WrongInput(*problems)

    def write(self, texts: dict[str, str]) -> None:
        """Write files by name, each whole; NeedsAttention when the disk refuses."""
        for name, text in texts.items():
            try:
                atomic.replace(self.path / name, text.encode())
            except OSError as error:
                raise NeedsAttention(
                    Problem(
                        f"cannot write `{self.path / name}`: {error.strerror or error}",
                        hint="make room or name a folder that you may write to",
                    )
                ) from None


def _replaceable(place: Path, mark: str) -> bool:
    try:
        if not place.is_symlink() and not place.exists():
            return True
        if not place.is_file():
            return False
        with place.open("rb") as file:
            return mark.encode() in file.read(_HEAD)
    except NotADirectoryError:
        # Writing tells what is in the way.
        return True
    except OSError:
        return False
