"""Owns what a relative path may be so that every system takes it alike, and stays in its folder.

Pure: never asks the disk. A path that one system would refuse or fold is refused on all.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PART_LIMIT = 255
"""Bytes of one file or folder name."""

PATH_LIMIT = 1024
"""Bytes of a whole path, seen from the project folder."""

# Windows takes these for devices, whatever extension follows; superscript digits count too.
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])[ ]*(\..*)?",
    re.IGNORECASE | re.DOTALL,
)
_DRIVE = re.compile(r"[A-Za-z]:")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_NOT_IN_NAMES = frozenset('<>"|?*')
_INSIDE = "Paths are relative, start at the project file's folder and stay below it."
_OWN = ("imagegen.toml", "imagegen.lock", ".env", ".imagegen")
"""What imagegen itself needs in a project folder."""


def collision_key(path: str) -> str:
    """Return what `path` becomes on a disk that folds letter case and Unicode forms."""
    if path.isascii():
        return path.lower()
    folded = unicodedata.normalize("NFKC", path).casefold()
    return unicodedata.normalize("NFC", folded)


def is_own(path: str) -> bool:
    """Whether `path`, seen from the project folder, is or lies below a file of imagegen's own."""
    return collision_key(path).split("/", 1)[0] in _OWN


def path_trouble(path: str) -> tuple[str, str] | None:
    """Return what is wrong with a relative POSIX path, as words after it and a reason, or None."""
    return _whole_trouble(path) or next(filter(None, map(_part_trouble, path.split("/"))), None)


def _whole_trouble(path: str) -> tuple[str, str] | None:
    if path.startswith("~"):
        return "starts with `~`", "The home folder is outside the project. " + _INSIDE
    if "\\" in path:
        return "has a backslash", "Folders are separated by `/` on every system."
    if path.startswith("/") or _DRIVE.match(path):
        return "is an absolute path", _INSIDE
    if len(path.encode(errors="surrogatepass")) > PATH_LIMIT:
        return "is too long", f"A path has at most {PATH_LIMIT} bytes."
    return None


@lru_cache(maxsize=4096)
def _part_trouble(part: str) -> tuple[str, str] | None:
    if part == "..":
        return "leaves its folder with `..`", _INSIDE
    if part in ("", "."):
        return "has an empty part", "Between two `/` stands a name."
    if len(part.encode(errors="surrogatepass")) > PART_LIMIT:
        return "is too long", f"A file or folder name has at most {PART_LIMIT} bytes."
    if ":" in part:
        return "has a `:`", "Windows would write to a hidden stream of another file."
    strange = next((letter for letter in part if _is_invisible(letter)), None)
    if strange is not None:
        code = f"U+{ord(strange):04X}"
        return "has an invisible character", f"{code} in a file name misleads people and tools."
    banned = next((letter for letter in part if letter in _NOT_IN_NAMES), None)
    if banned is not None:
        return f"has a `{banned}`", "Windows has no file of that name."
    if part.endswith((".", " ")):
        return "has a part that ends with a dot or space", "Windows would drop that character."
    if _DEVICE.fullmatch(part):
        return "is the name of a device on Windows", "Nobody there could check the project out."
    if collision_key(part) in (".git", "git~1"):
        return "lies in git's own folder", "Writing there could damage the repository."
    return None


def _is_invisible(letter: str) -> bool:
    if letter.isascii():
        return letter < " " or letter == "\x7f"
    return letter in _BIDI or unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
