"""Owns the addresses of pictures on a site: the path below the served folder, after a base.

Pure. Nothing in an address needs escaping in HTML, in a `srcset` or in a string of any language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from imagegen.publish.picture import File

# Each address is asked for several times: by itself, in a `srcset`, by every writer.
_quoted = lru_cache(maxsize=2**15)(quote)


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the site serves the files of a folder."""

    root: str = "."
    """Folder relative to the project; "." is the project's own."""
    base: str = "/"
    """What every address begins with."""

    def of(self, file: File) -> str:
        """Return the address of a file; it must lie below the root."""
        below = file.path if self.root == "." else file.path[len(self.root) + 1 :]
        return f"{self.base.rstrip('/')}/{_quoted(below)}"

    def srcset(self, files: Sequence[File]) -> str:
        """Return the candidates of a `srcset`; one file alone has no width to be chosen by."""
        if len(files) == 1:
            return self.of(files[0])
        return ", ".join(f"{self.of(file)} {file.width}w" for file in files)
