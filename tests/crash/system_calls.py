"""Owns the record of what a run did to the disk and when it sent an order, as strace tells it.

Only what happens below one folder counts. Modes and times of files are left out: no recovery
depends on them.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_CALLS = (
    "openat,open,creat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat,"
    "unlink,unlinkat,rmdir,ftruncate,truncate,link,linkat,symlink,symlinkat,sendto,writev,lseek,"
    "copy_file_range,sendfile,fallocate"
)
_LONGEST = 16 << 20
"""Bytes of one write that are kept."""
_LINE = re.compile(r"(\d+) +(.*)", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)", re.DOTALL)
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+|\?)", re.DOTALL)
_FILE = re.compile(r"(?:AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_UNFINISHED = " <unfinished ...>"


class NotUnderstood(Exception):
    """A call that the model of the disk does not cover: it has to be taught first."""


class NotPermitted(Exception):
    """This user may not look at the calls of another process."""


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that succeeded."""

    name: str
    files: tuple[str, ...]
    """Paths of the descriptors that it was given, in order."""
    texts: tuple[bytes, ...]
    """Strings that it was given, in order."""
    raw: str
    """All arguments, as told."""
    result: int
    began: int
    """How many calls had ended when it began."""
    ended: int
    """Its number among all that ended, from 1."""


def missing() -> str:
    """Return why nothing can be recorded on this machine; empty when it can."""
    return "" if shutil.which("strace") else "`strace` is not installed"


class Recording:
    """Records the calls of a process and of all that it starts, between `begin` and `end`."""

    def __init__(self, process: int, file: Path) -> None:
        self._file = file
        words = ["strace", "-f", "-y", "-xx", "-s", str(_LONGEST), "-e", f"trace={_CALLS}"]
        self._tracer = subprocess.Popen(
            [*words, "-o", str(file), "-p", str(process)],
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        told = self._tracer.stderr.readline() if self._tracer.stderr else ""
        if "attached" not in told:
            self._tracer.communicate()
            raise NotPermitted(told.strip())

    def end(self) -> list[Call]:
        """Let go of the process; return its calls in the order in which they ended."""
        self._tracer.send_signal(signal.SIGINT)
        self._tracer.communicate()
        with self._file.open(encoding="ascii") as lines:
            return list(_calls(lines))


def _calls(lines: Iterable[str]) -> Iterable[Call]:
    unfinished = dict[str, tuple[str, int]]()
    ended = 0
    for told in lines:
        found = _LINE.match(told.rstrip("\n"))
        if found is None:
            raise NotUnderstood(told[:200])
        thread, text = found.groups()
        began = ended
        if text.endswith(_UNFINISHED):
            unfinished[thread] = text.removesuffix(_UNFINISHED), ended
            continue
        if resumed := _RESUMED.match(text):
            start, began = unfinished.pop(thread)
            text = start + resumed[1]
        if call := _CALL.match(text):
            ended += 1
            if call[3] != "?" and int(call[3]) >= 0:
                yield _call(call, began, ended)


def _call(found: re.Match[str], began: int, ended: int) -> Call:
    name, raw, result = found.groups()
    texts = _TEXT.findall(raw)
    if any(cut for _, cut in texts):
        raise NotUnderstood(f"a {name} longer than what is recorded")
    files = tuple(_bytes(one).decode(errors="replace") for one in _FILE.findall(raw))
    return Call(name, files, tuple(_bytes(one) for one, _ in texts), raw, int(result), began, ended)


def _bytes(told: str) -> bytes:
    return bytes.fromhex(told.replace("\\x", ""))
