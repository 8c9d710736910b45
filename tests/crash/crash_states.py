"""Owns the states that a disk may legally be in after a crash, given the calls that led there.

What a file holds is durable once that file was synced, a name in a folder once that folder was
synced, and a folder's own name only with the folder above it. Everything else may be there or
not, each by itself; a write that is under way may be there in part. Pure: touches no disk.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .system_calls import Call, NotUnderstood

Tree = Mapping[str, bytes | None]
"""Path -> bytes of a file, None for a folder; sorted."""

_ORDER = b"POST /v2/images/generate"
_KEY = re.compile(rb"(?i)\r\nidempotency-key: *(\S+)\r\n")
_HANDLE = re.compile(r"\d+(?=<)")
_OPENS = frozenset(("openat", "open", "creat"))
_WRITES = frozenset(("write", "pwrite64"))
_LENGTHS = frozenset(("ftruncate", "truncate"))
_SYNCS = frozenset(("fsync", "fdatasync"))
_REMOVES = frozenset(("unlink", "unlinkat", "rmdir"))
_MOVES = frozenset(("rename", "renameat", "renameat2"))
_FOLDER = -1
_NEVER = sys.maxsize


@dataclass(frozen=True, slots=True)
class Names:
    """Names that come or go together: path -> number of a file, -1 a folder, None nothing."""

    changes: Mapping[str, int | None]

    def targets(self) -> Iterator[int | str]:
        """Yield what has to be synced for it."""
        yield from dict.fromkeys(map(_folder, self.changes))


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes written to one file, or its new length."""

    file: int
    offset: int
    data: bytes = b""
    length: int | None = None

    def targets(self) -> Iterator[int | str]:
        """Yield what has to be synced for it."""
        yield self.file

    def applied(self, old: bytes) -> bytes:
        """Return the file's bytes after it; a gap is zeros."""
        if self.length is not None:
            return old[: self.length].ljust(self.length, b"\0")
        start = old[: self.offset].ljust(self.offset, b"\0")
        return start + self.data + old[self.offset + len(self.data) :]

    def torn(self) -> Iterator[tuple[str, Data]]:
        """Yield what may arrive of it when it is cut short, and how that is told."""
        size = len(self.data)
        for told, data in (
            ("half of it", self.data[: size // 2]),
            ("all but the end of it", self.data[: size - 1]),
            ("zeros instead of it", bytes(size)),
            ("half of it, then zeros", self.data[: size // 2].ljust(size, b"\0")),
        ):
            yield told, Data(self.file, self.offset, data)


@dataclass(frozen=True, slots=True)
class _Step:
    told: str
    change: Names | Data | bytes
    """Bytes: the idempotency key of an order that was sent."""
    ended: int
    """Number of the call; a sync that began later covers it."""
    aside: bool


@dataclass(frozen=True, slots=True)
class State:
    """What is left after one crash."""

    tree: Tree
    orders: tuple[str, ...]
    """Idempotency keys of the orders that were sent before."""
    told: str

    @property
    def digest(self) -> bytes:
        """Equal for states that nothing can tell apart."""
        found = hashlib.sha256(repr(self.orders).encode())
        for path, data in self.tree.items():
            found.update(f"{path}\0{-1 if data is None else len(data)}\0".encode())
            found.update(data or b"")
        return found.digest()


class History:
    """What happened below one folder, beginning with a tree that is durable."""

    def __init__(self, root: str, tree: Tree, *, aside: Callable[[str], bool]) -> None:
        """Begin; steps about paths that are `aside` are lost singly at few crash points only."""
        self._root = root
        self._is_aside = aside
        self._contents: list[bytes] = []
        self._names: dict[str, int] = {}
        for path, data in tree.items():
            self._names[path] = _FOLDER if data is None else self._new_file(data)
        self._first_names, self._first_contents = dict(self._names), list(self._contents)
        self._ever = dict(self._names)
        self._offsets: dict[tuple[str, str], int | None] = {}
        """Where each open file is written next; None for its end."""
        self._steps: list[_Step] = []
        self._syncs: dict[int | str, list[tuple[int, int]]] = {}
        """What was synced -> when that began, and how many steps there were when it ended."""
        self._ended = 0

    def take_in(self, calls: Iterable[Call]) -> int:
        """Go on with these calls; returns how many steps there are now."""
        before = self._ended
        for call in sorted(calls, key=_moment):
            self._take_in(call, before)
            self._ended = max(self._ended, before + call.ended)
        return len(self._steps)

    def now(self) -> Tree:
        """Return the tree as it is when nothing is lost."""
        return self._tree(range(len(self._steps)), {})

    def states(self, first: int) -> Iterator[State]:
        """Yield every state after a crash behind step `first` or a later one, none twice."""
        safe = [self._safe_after(step) for step in self._steps]
        seen = set[bytes]()
        for end in range(first, len(self._steps) + 1):
            sent = (one.change for one in self._steps[:end] if isinstance(one.change, bytes))
            orders = tuple(dict.fromkeys(key.decode() for key in sent))
            unsafe = [at for at in range(end) if safe[at] >= end]
            for lost, torn, told in self._losses(unsafe, end):
                kept = [at for at in range(end) if at not in lost]
                state = State(self._tree(kept, torn), orders, f"crash after step {end}, {told}")
                if state.digest not in seen:
                    seen.add(state.digest)
                    yield state

    def _losses(
        self, unsafe: Sequence[int], end: int
    ) -> Iterator[tuple[Collection[int], Mapping[int, Data], str]]:
        """Yield which of the steps that are not durable are lost, and which are torn."""
        yield (), {}, "nothing lost"
        yield set(unsafe), {}, "all lost that may be"
        for one in unsafe:
            step = self._steps[one]
            if step.aside and end not in (one + 1, len(self._steps)):
                continue
            told = f"{one + 1} {step.told}"
            yield {one}, {}, f"lost: {told}"
            yield set(unsafe) - {one}, {}, f"of what may be lost only kept: {told}"
            if isinstance(step.change, Data) and step.change.data:
                for arrived, part in step.change.torn():
                    yield (), {one: part}, f"{arrived} arrived: {told}"

    def _safe_after(self, step: _Step) -> int:
        """Return how many steps may have been taken when it was not yet durable."""
        if isinstance(step.change, bytes):
            return 0
        latest = 0
        for target in step.change.targets():
            syncs = self._syncs.get(target, [])
            ends = (end for began, end in syncs if began >= step.ended)
            latest = max(latest, next(ends, _NEVER))
        return latest

    def _tree(self, kept: Iterable[int], torn: Mapping[int, Data]) -> Tree:
        names: dict[str, int | None] = dict(self._first_names)
        contents = dict(enumerate(self._first_contents))
        for at in kept:
            change = torn.get(at, self._steps[at].change)
            if isinstance(change, Names):
                names.update(change.changes)
            elif isinstance(change, Data):
                contents[change.file] = change.applied(contents.get(change.file, b""))
        folders = {self._root}
        tree: dict[str, bytes | None] = {}
        for path in sorted(names):
            number = names[path]
            if number is None or _folder(path) not in folders:
                continue
            if number == _FOLDER:
                folders.add(path)
            tree[path] = None if number == _FOLDER else contents.get(number, b"")
        return tree

    def _new_file(self, data: bytes) -> int:
        self._contents.append(data)
        return len(self._contents) - 1

    def _inside(self, path: str) -> bool:
        return path == self._root or path.startswith(f"{self._root}/")

    def _number(self, path: str) -> int:
        path = path.removesuffix(" (deleted)")
        return self._names.get(path, self._ever.get(path, _FOLDER))

    def _add(self, told: str, change: Names | Data | bytes, call: Call, before: int) -> None:
        aside = any(map(self._is_aside, told.split()[1:]))
        self._steps.append(_Step(told, change, before + call.ended, aside))
        if isinstance(change, Data):
            self._contents[change.file] = change.applied(self._contents[change.file])
        elif isinstance(change, Names):
            for path, number in change.changes.items():
                if number is None:
                    del self._names[path]
                else:
                    self._names[path] = self._ever[path] = number

    def _take_in(self, call: Call, before: int) -> None:
        if _is_order(call):
            found = _KEY.search(call.texts[0])
            if found is None:
                raise NotUnderstood("an order without a key")
            self._add("an order", found[1], call, before)
            return
        paths = _paths(call)
        if not any(map(self._inside, paths)):
            return
        if call.name in _SYNCS:
            number = self._number(paths[0])
            target = paths[0] if number == _FOLDER else number
            self._syncs.setdefault(target, []).append((before + call.began, len(self._steps)))
        elif call.name in _OPENS:
            self._open(call, paths[0], before)
        elif call.name == "lseek":
            handle = (_handle(call.raw), paths[0])
            if self._offsets.get(handle, 0) is not None:
                self._offsets[handle] = call.result
        elif call.name in _WRITES | _LENGTHS:
            self._write(call, paths[0], before)
        else:
            self._rename(call, paths, before)

    def _open(self, call: Call, path: str, before: int) -> None:
        handle = (str(call.result), path)
        self._offsets[handle] = None if "O_APPEND" in call.raw else 0
        if path not in self._names and "O_CREAT" in call.raw:
            self._add(f"create {path}", Names({path: self._new_file(b"")}), call, before)
        elif "O_TRUNC" in call.raw:
            self._add(f"empty {path}", Data(self._number(path), 0, length=0), call, before)

    def _write(self, call: Call, path: str, before: int) -> None:
        number = self._number(path)
        last = call.raw.rpartition(", ")[2]
        if call.name in _LENGTHS:
            self._add(f"cut {path}", Data(number, 0, length=int(last)), call, before)
            return
        handle = (_handle(call.raw), path)
        if handle not in self._offsets:
            raise NotUnderstood(f"a write to {path}, which was not seen being opened")
        data = call.texts[-1][: call.result]
        offset = self._offsets[handle]
        if call.name == "pwrite64":
            offset = int(last)
        elif offset is not None:
            self._offsets[handle] = offset + len(data)
        at = len(self._contents[number]) if offset is None else offset
        self._add(f"write {path}", Data(number, at, data), call, before)

    def _rename(self, call: Call, paths: Sequence[str], before: int) -> None:
        told = f"{call.name} {' '.join(paths)}"
        if call.name.startswith("mkdir"):
            self._add(told, Names({paths[0]: _FOLDER}), call, before)
        elif call.name in _REMOVES:
            self._add(told, Names({paths[0]: None}), call, before)
        elif call.name in _MOVES and self._number(paths[0]) != _FOLDER:
            changes = {paths[0]: None, paths[1]: self._number(paths[0])}
            self._add(told, Names(changes), call, before)
        else:
            raise NotUnderstood(told)


def _is_order(call: Call) -> bool:
    return call.name == "sendto" and call.texts[:1] != () and call.texts[0].startswith(_ORDER)


def _moment(call: Call) -> tuple[float, int]:
    """When a call counts: at its end, but an order has been sent as soon as that begins."""
    return (call.began + 0.5 if _is_order(call) else float(call.ended), call.ended)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _handle(raw: str) -> str:
    found = _HANDLE.match(raw)
    if found is None:
        raise NotUnderstood(raw[:200])
    return found[0]


def _paths(call: Call) -> list[str]:
    """Return the paths that a call is about."""
    if call.name in _WRITES | _SYNCS | {"lseek", "ftruncate", "sendto", "writev"}:
        return list(call.files[:1])
    if call.name in ("copy_file_range", "sendfile", "fallocate"):
        return list(call.files)
    folders = call.files or ("",) * len(call.texts)
    return [
        str(Path(folder, os.fsdecode(text)))
        for folder, text in zip(folders, call.texts, strict=True)
    ]
