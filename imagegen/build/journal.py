"""Owns the ledger's file: append one line durably, read what was added, tell torn from damaged.

Every method is called with the ledger's lock held. Never judges what a record means.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from imagegen import atomic
from imagegen.build import line

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_FOLDERS_ABOVE = 3
"""The accounts folder, the home and the folder that holds the home."""

Fields = Mapping[str, object]


class Foreign(Exception):
    """The file is no ledger, or a newer version wrote it; it has not been touched."""


class Undurable(Exception):
    """A record may or may not have reached the disk; nothing more may be appended."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class Reading:
    """What one `read` found."""

    records: tuple[Fields, ...] = ()
    afresh: bool = False
    """These are all records of the file; what was read before is void."""
    damage: tuple[bytes, ...] = ()
    """What is unreadable although more was written after it; b"" for a missing line."""


@dataclass(slots=True)
class _Scan:
    n: int
    previous: str
    end: int = 0
    last: bytes = b""


class Journal:
    """One append-only file of checked lines, shared with other processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        self._last = b""
        self._n = 0
        self._previous = ""
        self._named = False
        self._synced = False

    @property
    def size(self) -> int:
        """Bytes of valid lines, as of the last `read`, `append` or `rewrite`."""
        return self._offset

    @property
    def lines(self) -> int:
        """Valid lines, as of the same."""
        return self._n

    def read(self) -> Reading:
        """Return what was appended since the last call; a torn last line is cut off.

        Raises Foreign, Undurable, or OSError when the file cannot be read.
        """
        if not self._offset:
            return self._read_all()
        start = self._offset - len(self._last)
        data = self._bytes_from(start)
        # The last line names the one before it and so on: if it is there, all of them are.
        if data is None or not data.startswith(self._last):
            return self._read_all()
        scan = _Scan(self._n, self._previous, len(self._last), self._last)
        reading = _scan(data, scan, afresh=False)
        return self._read_all() if reading.damage else self._settle(reading, scan, data, start)

    def append(self, *records: Fields) -> None:
        """Add records with one write; they are on the disk when this returns. Call `read` before.

        A process that is killed meanwhile has added none, all, or the first ones. Raises OSError
        when nothing was added, Undurable when nobody can tell.
        """
        if not self._n:
            self.rewrite(())
        if not self._named:
            self._make_name_durable()
        lines, previous = list[bytes](), self._previous
        for n, fields in enumerate(records, start=self._n):
            lines.append(line.encode(n, previous, fields))
            previous = _checksum(lines[-1])
        descriptor = self._open(os.O_RDWR | os.O_APPEND)
        try:
            self._write(descriptor, b"".join(lines))
            _sync(descriptor)
        finally:
            os.close(descriptor)
        self._synced = True
        self._advance(lines)

    def make_durable(self) -> None:
        """See to it that a power cut takes nothing of what was read, whoever wrote it.

        A process can be killed between its write and its sync, and its record then counts all the
        same. Raises Undurable, or OSError when the file cannot be opened.
        """
        if not self._named:
            self._make_name_durable()
        if not self._synced:
            descriptor = self._open(os.O_RDWR)
            try:
                _sync(descriptor)
            finally:
                os.close(descriptor)
            self._synced = True

    def rewrite(self, records: Iterable[Fields]) -> None:
        """Replace the whole file; readers find the old one or the new one.

        Raises Undurable: the old file is whole, or the new one is.
        """
        lines, previous = [line.HEADER], _checksum(line.HEADER)
        for n, fields in enumerate(records, start=1):
            lines.append(line.encode(n, previous, fields))
            previous = _checksum(lines[-1])
        data = b"".join(lines)
        # Whatever happens now, the file is not the one that was read.
        self._offset, self._last = 0, b""
        try:
            atomic.make_folder(self.path.parent, mode=FOLDER_MODE)
            atomic.replace(self.path, data, mode=FILE_MODE)
        except OSError as error:
            raise Undurable(error) from error
        self._offset, self._last = len(data), lines[-1]
        self._n, self._previous = len(lines), previous

    def _make_name_durable(self) -> None:
        """See to it that a power cut cannot take the whole file, whoever made it."""
        try:
            atomic.sync_folders(self.path.parent, above=_FOLDERS_ABOVE)
        except OSError as error:
            raise Undurable(error) from error
        self._named = True

    def keep_aside(self) -> Path:
        """Copy the file as it is to `ledger.damaged-<n>.jsonl` beside it; returns the copy."""
        data = self.path.read_bytes()
        n = 1
        while (copy := self.path.with_name(f"{self.path.stem}.damaged-{n}.jsonl")).exists():
            if copy.read_bytes() == data:
                return copy
            n += 1
        atomic.replace(copy, data, mode=FILE_MODE)
        return copy

    def _read_all(self) -> Reading:
        self._offset, self._last, self._n, self._previous = 0, b"", 0, ""
        self._named = self._synced = False
        data = self._bytes_from(0)
        # A header cut short can only be a file that was about to be made.
        if data is None or (line.HEADER.startswith(data) and data != line.HEADER):
            return Reading(afresh=True)
        _refuse_foreign(data)
        scan = _Scan(0, "")
        return self._settle(_scan(data, scan, afresh=True), scan, data, 0)

    def _settle(self, reading: Reading, scan: _Scan, data: bytes, start: int) -> Reading:
        self._offset, self._last = start + scan.end, scan.last
        self._n, self._previous = scan.n, scan.previous
        if reading.records:
            self._synced = False
        if scan.end < len(data) and not reading.damage:
            self._cut_tail()
        return reading

    def _cut_tail(self) -> None:
        descriptor = self._open(os.O_RDWR)
        try:
            os.ftruncate(descriptor, self._offset)
            os.fsync(descriptor)
        except OSError as error:
            raise Undurable(error) from error
        finally:
            os.close(descriptor)

    def _write(self, descriptor: int, raw: bytes) -> None:
        try:
            written = os.write(descriptor, raw)
            if written == len(raw):
                return
            # The kernel gives the reason only when asked to write the rest.
            os.write(descriptor, raw[written:])
            raise OSError("the disk took only part of a record")
        except OSError:
            self._cut_tail()
            raise

    def _bytes_from(self, start: int) -> bytes | None:
        with contextlib.suppress(FileNotFoundError):
            descriptor = self._open(os.O_RDONLY)
            with os.fdopen(descriptor, "rb") as file:
                file.seek(start)
                return file.read()
        return None

    def _open(self, flags: int) -> int:
        extra = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        return os.open(self.path, flags | extra | getattr(os, "O_BINARY", 0))

    def _advance(self, lines: Sequence[bytes]) -> None:
        self._offset += sum(map(len, lines))
        self._n += len(lines)
        self._last, self._previous = lines[-1], _checksum(lines[-1])


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise Undurable(error) from error


def _scan(data: bytes, scan: _Scan, *, afresh: bool) -> Reading:
    """Take `data` apart from `scan.end` on, and leave in `scan` where the valid part ends."""
    records: list[Fields] = []
    damage: list[bytes] = []
    position = scan.end
    while (stop := data.find(b"\n", position)) >= 0:
        raw = data[position : stop + 1]
        position = stop + 1
        found = line.decode(raw)
        if found is None:
            continue
        if (found.n, found.previous) != (scan.n, scan.previous):
            damage.append(data[scan.end : position - len(raw)])
        scan.n, scan.previous = found.n + 1, found.checksum
        scan.end, scan.last = position, raw
        if found.fields.get("ev") != "LEDGER":
            records.append(found.fields)
    tail = data[scan.end :]
    # A write cut short leaves no line end, or zeros where bytes never arrived.
    if b"\n" in tail and b"\0" not in tail:
        damage.append(tail)
    return Reading(tuple(records), afresh, tuple(damage))


def _refuse_foreign(data: bytes) -> None:
    first = line.decode(data[: data.find(b"\n") + 1])
    if first is not None and first.fields.get("ev") == "LEDGER":
        number = first.fields.get("format")
        if number != line.FORMAT:
            raise Foreign(f"it has format {number}, and this version knows {line.FORMAT}")
    elif not any(line.decode(raw) for raw in data.splitlines(keepends=True)):
        raise Foreign("it holds no record of a ledger")


def _checksum(raw: bytes) -> str:
    return raw[: line.CHECKSUM_LENGTH].decode()
