"""Owns thumbnails: small WebP pictures beside the project, made on request and kept.

`.imagegen/thumbs/<sha256>-<width>.webp`; all of it may be deleted at any time. Never decodes
anything in this process: the darkroom does.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Collection
from pathlib import Path

import anyio
import anyio.to_thread

from imagegen import atomic
from imagegen.build.darkroom import Darkroom
from imagegen.errors import NeedsAttention, Problem
from imagegen.pictures import extent, media
from imagegen.pictures.inspect import NotAPicture
from imagegen.preview.shelf import Shelf
from imagegen.workspace import Workspace

WIDTHS = (320, 640)
"""Pixels."""

_FOLDER = "thumbs"
_NAME = re.compile(r"([0-9a-f]{64})-[0-9]+\.webp")


class Thumbnails:
    """Thumbnails of the pictures on a shelf; close it at the end."""

    def __init__(self, workspace: Workspace, shelf: Shelf) -> None:
        self._workspace = workspace
        self._shelf = shelf
        self._darkroom = Darkroom()
        self._hopeless: dict[str, Problem] = {}
        self._room: anyio.CapacityLimiter | None = None

    async def get(self, sha256: str, width: int) -> bytes | Problem | None:
        """Return a thumbnail, what is wrong with the picture, or None if nobody knows it."""
        if sha256 not in self._shelf:
            return None
        # A gallery leaves room for a build, where there is any.
        self._room = self._room or anyio.CapacityLimiter(max(2, (os.cpu_count() or 2) - 1))
        return await anyio.to_thread.run_sync(
            self._found_or_made, sha256, width, limiter=self._room, abandon_on_cancel=True
        )

    def close(self) -> None:
        """End the processes that decode."""
        self._darkroom.close()

    def sweep(self, known: Collection[str]) -> None:
        """Delete the thumbnails of pictures that are not `known`, and what was left half made."""
        folder = self._folder()
        if folder is None:
            return
        atomic.sweep(folder)
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                named = _NAME.fullmatch(path.name)
                if named and named[1] not in known:
                    path.unlink(missing_ok=True)

    def _found_or_made(self, sha256: str, width: int) -> bytes | Problem | None:
        folder = self._folder()
        kept = folder / f"{sha256}-{width}.webp" if folder else None
        found = _read(kept) if kept else None
        if found is not None:
            return found
        if sha256 in self._hopeless:
            return self._hopeless[sha256]
        data = self._shelf.read(sha256)
        if data is None:
            return None
        try:
            made = self._darkroom.thumbnail(data, width)
        except NotAPicture as error:
            self._hopeless[sha256] = error.problem
            return error.problem
        except NeedsAttention as error:
            return error.problems[0]
        if kept is not None:
            _keep(kept, made)
        return made

    def _folder(self) -> Path | None:
        """Where thumbnails are kept; None where they cannot be."""
        with contextlib.suppress(OSError, NeedsAttention):
            folder = self._workspace.corner() / _FOLDER
            folder.mkdir(exist_ok=True)
            return None if folder.is_symlink() else folder
        return None


def _read(path: Path) -> bytes | None:
    """Return a thumbnail, None if it is not there or a power cut has left half of it."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    whole = media.format_of(data) == "webp" and extent.end_of("webp", data) == len(data)
    return data if whole else None


def _keep(path: Path, data: bytes) -> None:
    """Put a thumbnail in its place whole, and not durably: it can be made again."""
    with contextlib.suppress(OSError):
        descriptor, name = tempfile.mkstemp(
            prefix=atomic.TEMPORARY_PREFIX, suffix=".tmp", dir=path.parent
        )
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.replace(name, path)  # noqa: PTH105
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
