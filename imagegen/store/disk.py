"""Owns the local store: originals, answers and formers as plain files in one folder.

`objects/ab/<sha256>`, `answers/ab/<request key>-<take>.json`, `formers/ab/<request key>-<hash of
project and image>.json`, and `quarantine/` for what was found damaged. Never deletes anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from imagegen import atomic, digest, disk_fault
from imagegen.errors import DiskFailed, NeedsAttention, Problem
from imagegen.request import Request
from imagegen.store import answer_file, former_file
from imagegen.store.sealed import Damaged, Newer
from imagegen.store.store import Answer, Former

_FOLDERS_ABOVE = 4
"""`objects`, the store, the home and the folder that holds the home."""
_ABSENT = (FileNotFoundError, NotADirectoryError)

Record = TypeVar("Record", Answer, Former)


class DiskStore:
    """A store in one folder; made on the first `put`. Safe for several processes at once.

    Every method raises DiskFailed when the disk fails: full, read-only, not permitted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names = atomic.Names()

    def answer(self, request: Request, take: int) -> Answer | None:
        """Return what is recorded for exactly this request and take; originals may be absent."""
        found = self._answered(self._answer_file(request.key, take))
        if found is None or found.take != take or not _same(found, request.canonical):
            return None
        return found

    def takes(self, request: Request) -> tuple[int, ...]:
        """Return the takes of `request` that `answer` knows, in rising order."""
        folder = self._answer_file(request.key, 1).parent
        with self._told("look for answers", folder):
            names = [file.name for file in folder.iterdir()] if folder.is_dir() else []
        before, after = f"{request.key}-", ".json"
        texts = [name[len(before) : -len(after)] for name in names if name.startswith(before)]
        found = sorted(int(text) for text in texts if text.isascii() and text.isdigit())
        return tuple(take for take in found if self.answer(request, take) is not None)

    def knows(self, request_key: str, take: int) -> bool:
        """Whether anything is recorded for this key and take."""
        return self._answered(self._answer_file(request_key, take)) is not None

    def remember(self, answer: Answer) -> None:
        """Record `answer`, durably; its originals may be absent, and `put` later.

        Raises NeedsAttention when another request with the same key has its answer there.
        """
        key = digest.xxh3_128(digest.canonical_json(answer.request))
        path = self._answer_file(key, answer.take)
        before = self._answered(path)
        if before is not None and not _same(before, answer.request):
            raise NeedsAttention(_collision(path))
        self._write("record an answer", path, answer_file.encode(answer))

    def former(self, request: Request, project: str, image: str) -> Former | None:
        """Return what was remembered last for exactly this request, project and image."""
        found = self._remembered(self._former_file(request.key, project, image))
        if found is None or (found.project, found.image) != (project, image):
            return None
        return found if _same(found, request.canonical) else None

    def remember_former(self, former: Former) -> None:
        """Record what an image shows that is about to ask for something else, durably."""
        key = digest.xxh3_128(digest.canonical_json(former.request))
        path = self._former_file(key, former.project, former.image)
        self._write("record what an image showed", path, former_file.encode(former))

    def rename_formers(self, project: str, old: str, new: str) -> None:
        """Let the image `new` of a project come back to whatever `old` of it showed, durably."""
        folder = self.folder / "formers"
        with self._told("look for records", folder):
            paths = sorted(folder.glob("*/*.json"))
        for path in paths:
            known = self._remembered(path)
            if known is not None and (known.project, known.image) == (project, old):
                self.remember_former(replace(known, image=new))

    def put(self, data: bytes) -> str:
        """Keep `data`, durably; returns its sha256. Keeping the same bytes again is free."""
        sha256 = digest.sha256_of(data)
        path = self._object_file(sha256)
        with self._told("keep a picture", path):
            if _holds(path, data):
                self.secure(sha256)
                return sha256
        self._write("keep a picture", path, data)
        return sha256

    @contextlib.contextmanager
    def arriving(self) -> Iterator[Path]:
        """Give an empty file for bytes that are on their way; it is gone after the `with` block.

        What a killed process leaves of it is found by `sweep`.
        """
        folder = self.folder / "objects"
        with self._told("fetch a picture", folder):
            atomic.make_folder(folder, mode=0o700)
            with atomic.temporary(folder) as (_, path):
                yield path

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes of an original, verified; None when absent or damaged.

        Damaged bytes are moved to `quarantine/`.
        """
        path = self._object_file(sha256)
        data = self._read("read a picture", path)
        if data is None or digest.sha256_of(data) == sha256:
            return data
        self._set_aside(path, data, f"its sha256 is no longer {sha256}")
        return None

    def has(self, sha256: str) -> bool:
        """Whether an original is at hand, judged by its presence alone."""
        return self.path(sha256) is not None

    def path(self, sha256: str) -> Path | None:
        """Return the file that holds an original; None if absent. Its bytes are not verified."""
        path = self._object_file(sha256)
        with self._told("look for a picture", path):
            return path if path.is_file() else None

    def secure(self, sha256: str) -> None:
        """Make the name of an original durable.

        It may stem from a process that was killed before it had synced that name.
        """
        path = self._object_file(sha256)
        with self._told("keep a picture", path):
            atomic.sync_folder(path.parent)
            self._names.make_durable(path.parent, above=_FOLDERS_ABOVE)

    def quarantine(self, data: bytes, reason: str) -> Path:
        """Keep bytes that were paid for but failed a check; returns where they lie."""
        path = self._quarantine_file(digest.sha256_of(data))
        self._write("keep a doubtful picture", path, data)
        self._write("keep a doubtful picture", _note(path), f"{reason}\n".encode())
        return path

    def sweep(self) -> None:
        """Delete what killed writes left; what another process is writing stays."""
        # Never in the many folders below, so that a big store is swept as fast as a small one.
        for place in ("objects", "answers", "formers", "quarantine"):
            atomic.sweep(self.folder / place)

    def _object_file(self, sha256: str) -> Path:
        if not answer_file.SHA256.fullmatch(sha256):
            raise ValueError(f"not a sha256: {sha256!r}")
        return self.folder / "objects" / sha256[:2] / sha256

    def _answer_file(self, key: str, take: int) -> Path:
        return self.folder / "answers" / key[:2] / f"{key}-{take}.json"

    def _former_file(self, key: str, project: str, image: str) -> Path:
        whose = digest.xxh3_128(digest.canonical_json({"project": project, "image": image}))
        return self.folder / "formers" / key[:2] / f"{key}-{whose}.json"

    def _quarantine_file(self, name: str) -> Path:
        return self.folder / "quarantine" / name

    def _answered(self, path: Path) -> Answer | None:
        return self._recorded(path, "answer", answer_file.decode)

    def _remembered(self, path: Path) -> Former | None:
        return self._recorded(path, "former", former_file.decode)

    def _recorded(self, path: Path, what: str, decode: Callable[[bytes], Record]) -> Record | None:
        data = self._read("read a record", path)
        if data is None:
            return None
        try:
            return decode(data)
        except Newer:
            return None
        except Damaged as fault:
            self._set_aside(path, data, f"damaged {what}: {fault}")
            return None

    def _read(self, doing: str, path: Path) -> bytes | None:
        with self._told(doing, path), contextlib.suppress(*_ABSENT):
            return path.read_bytes()
        return None

    def _write(self, doing: str, path: Path, data: bytes) -> None:
        with self._told(doing, path):
            atomic.make_folder(path.parent, mode=0o700)
            atomic.replace(path, data, beside=self._temporary_place(path))
            self._names.make_durable(path.parent, above=_FOLDERS_ABOVE)

    def _temporary_place(self, path: Path) -> Path:
        """The folder in which `sweep` finds what a killed write of `path` leaves."""
        return self.folder / path.relative_to(self.folder).parts[0]

    def _set_aside(self, path: Path, data: bytes, reason: str) -> None:
        aside = self._quarantine_file(f"{path.name}.{digest.sha256_of(data)[:16]}")
        # Where it cannot be moved it stays, still counts as absent, and the next `put` tells why.
        with contextlib.suppress(OSError):
            atomic.make_folder(aside.parent, mode=0o700)
            path.replace(aside)
            _note(aside).write_text(f"{reason}\n", encoding="utf-8")

    @contextlib.contextmanager
    def _told(self, doing: str, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise DiskFailed(disk_fault.explain(error, doing=doing, path=path)) from error


def _same(known: Answer | Former, canonical: Mapping[str, object]) -> bool:
    # Compared as JSON text, because 1 == 1.0 == True in Python but not at the provider.
    return digest.canonical_json(known.request) == digest.canonical_json(canonical)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except _ABSENT:
        return False


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.why.txt")


def _collision(path: Path) -> Problem:
    return Problem(
        summary="two requests share one request key",
        detail=f"`{path}` holds the answer of another request.",
        hint="Give one of the two images another `seed` or `take`.",
    )
