"""Owns the tracer: watches every system call of a forked run, and kills or fails it at one.

It speaks ptrace itself instead of starting strace: strace counts each thread by itself, so a
number does not always mean the same call; this counts over all threads, as a run goes on. Only
threads are followed: what a run starts as another process is not the run.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import signal
import struct
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

_TRACEME, _POKEUSER, _SYSCALL, _SETOPTIONS, _CALL_INFO = 0, 6, 24, 0x4200, 0x420E
_SYSGOOD, _TRACECLONE, _EXITKILL = 1, 8, 1 << 20
_WALL = 0x40000000
_ORIG_RAX, _RAX = 15 * 8, 10 * 8
_ENTRY, _EXIT = 1, 2
_HEADER = struct.Struct("=B7xQQQ6Q")

NAMES = dict(
    enumerate(
        "read write open close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction "
        "rt_sigprocmask rt_sigreturn ioctl pread64 pwrite64 readv writev access pipe select "
        "sched_yield mremap msync mincore madvise shmget shmat shmctl dup dup2 pause nanosleep "
        "getitimer alarm setitimer getpid sendfile socket connect accept sendto recvfrom sendmsg "
        "recvmsg shutdown bind listen getsockname getpeername socketpair setsockopt getsockopt "
        "clone fork vfork execve exit wait4 kill uname semget semop semctl shmdt msgget msgsnd "
        "msgrcv msgctl fcntl flock fsync fdatasync truncate ftruncate getdents getcwd chdir "
        "fchdir rename mkdir rmdir creat link unlink symlink readlink chmod fchmod chown fchown "
        "lchown umask gettimeofday getrlimit getrusage sysinfo times".split()
    )
) | {
    102: "getuid",
    137: "statfs",
    138: "fstatfs",
    157: "prctl",
    186: "gettid",
    202: "futex",
    203: "sched_setaffinity",
    204: "sched_getaffinity",
    213: "epoll_create",
    217: "getdents64",
    228: "clock_gettime",
    229: "clock_getres",
    230: "clock_nanosleep",
    231: "exit_group",
    232: "epoll_wait",
    233: "epoll_ctl",
    257: "openat",
    258: "mkdirat",
    262: "newfstatat",
    263: "unlinkat",
    264: "renameat",
    268: "fchmodat",
    270: "pselect6",
    273: "set_robust_list",
    280: "utimensat",
    281: "epoll_pwait",
    285: "fallocate",
    288: "accept4",
    290: "eventfd2",
    291: "epoll_create1",
    293: "pipe2",
    302: "prlimit64",
    316: "renameat2",
    318: "getrandom",
    326: "copy_file_range",
    332: "statx",
    334: "rseq",
    435: "clone3",
    439: "faccessat2",
    441: "epoll_pwait2",
}
"""What the system calls of x86-64 Linux are called, by number."""

_FLAGS = {"open": 1, "openat": 2}
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT
LOOKS = " to read"
"""Stands behind the name of a call that opens or closes what it may not change."""
_BY_PATH = {"open": 0, "openat": 1, "mkdir": 0, "mkdirat": 1, "unlink": 0, "unlinkat": 1}
_BY_PATH |= {f"openat{LOOKS}": 1, f"open{LOOKS}": 0}
_BY_PATH |= {"rename": 0, "renameat": 1, "renameat2": 1, "chmod": 0, "fchmodat": 1, "rmdir": 0}
"""Which argument of a call is a path."""
_BY_FILE = frozenset("read write fsync fdatasync ftruncate flock close fchmod pwrite64".split())
ORDER = b"POST /v2/images/generate"
"""How the sending of a paid order begins."""


@dataclass(frozen=True, slots=True)
class Point:
    """One system call of a run: the `ordinal`-th of that name, over all threads, from 1."""

    call: str
    ordinal: int
    error: int = 0
    """The errno that it fails with; 0 kills the run instead, before the call does anything."""
    below: str = ""
    """Only calls about a path that begins so count."""
    onward: bool = False
    """Whether all later ones fail as well, as on a disk that stays full."""

    def __str__(self) -> str:
        what = errno.errorcode.get(self.error, str(self.error)) if self.error else "SIGKILL"
        return f"{what} at {self.call} {self.ordinal}{' and after' if self.onward else ''}"


@dataclass(slots=True)
class Trace:
    """What was seen of a run."""

    counts: dict[str, int] = field(default_factory=dict)
    """How many system calls of each name were begun."""
    met: int = 0
    """How many of them counted towards the point."""
    struck: str | None = None
    """Where the point struck: the path that the call was about, "" if none, None if it did not."""
    orders: int = 0
    """Paid orders that were sent after the point struck."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    """If asked for: the name of each call in order, and the path that it is about."""

    @classmethod
    def of(cls, told: dict[str, Any]) -> Trace:
        """Return the trace that `asdict` made this of."""
        return cls(**told | {"calls": [tuple(one) for one in told["calls"]]})


@functools.cache
def _ptrace() -> Callable[[int, int, int, Any], int]:
    function = ctypes.CDLL(None, use_errno=True).ptrace
    function.restype = ctypes.c_long
    function.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)

    def called(request: int, pid: int, address: int, data: Any) -> int:
        found = int(function(request, pid, address, data))
        if found < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return found

    return called


@functools.cache
def missing() -> str:
    """Return why nothing can be traced on this machine; empty when it can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return f"system calls are traced on x86-64 Linux only, not {platform.machine()}"
    # A process of its own does the watching: it waits for any child, and may have no others.
    watcher = os.fork()
    if not watcher:
        _try_and_exit()
    number = os.waitstatus_to_exitcode(os.waitpid(watcher, 0)[1])
    return f"ptrace is not permitted: {os.strerror(number)}" if number else ""


def _try_and_exit() -> NoReturn:
    """Trace one child; end with 0 when that went well, and with an errno when it did not."""
    try:
        child = os.fork()
        if not child:
            offer()
            os.getppid()
            os._exit(0)
        os._exit(0 if watched(child, None)[1].counts else errno.ENOSYS)
    except OSError as error:
        os._exit(error.errno or errno.EPERM)


def offer() -> None:
    """In a child of the tracer: be traced from here on."""
    _ptrace()(_TRACEME, 0, 0, None)
    os.kill(os.getpid(), signal.SIGSTOP)


def watched(child: int, point: Point | None, *, record: bool = False) -> tuple[int, Trace]:
    """Let a child that did `offer` run to its end; return its exit code and what was seen."""
    return _Watch(child, point, record).run()


class _Watch:
    def __init__(self, child: int, point: Point | None, record: bool) -> None:
        self._child = child
        self._point = point
        self._record = record
        self._counts = Counter[str]()
        self._trace = Trace()
        self._failing = set[int]()
        """Threads whose present call is to fail at its exit."""
        self._known = {child}
        self._info = ctypes.create_string_buffer(_HEADER.size)

    def run(self) -> tuple[int, Trace]:
        call = _ptrace()
        status = os.waitpid(self._child, _WALL)[1]
        if not os.WIFSTOPPED(status):
            raise PermissionError(1, "the child could not offer itself")
        call(_SETOPTIONS, self._child, 0, _SYSGOOD | _TRACECLONE | _EXITKILL)
        call(_SYSCALL, self._child, 0, None)
        while True:
            thread, status = os.waitpid(-1, _WALL)
            if os.WIFSTOPPED(status):
                try:
                    call(_SYSCALL, thread, 0, self._stopped(thread, status))
                except ProcessLookupError:
                    # Killed meanwhile: its end is told next.
                    continue
            elif thread == self._child:
                self._trace.counts = dict(self._counts)
                return os.waitstatus_to_exitcode(status), self._trace

    def _stopped(self, thread: int, status: int) -> int:
        """Look at a thread that stopped; return the signal that it is to get."""
        number = os.WSTOPSIG(status)
        if number == signal.SIGTRAP | 0x80:
            self._at_call(thread)
            return 0
        if status >> 16:
            return 0
        if thread not in self._known:
            self._known.add(thread)
            return 0 if number == signal.SIGSTOP else number
        return number

    def _at_call(self, thread: int) -> None:
        # Between a call's beginning and its end a thread can be stopped by nothing else.
        _ptrace()(_CALL_INFO, thread, _HEADER.size, self._info)
        side, _, _, number, *args = _HEADER.unpack(self._info.raw)
        if side == _EXIT:
            if thread in self._failing and self._point is not None:
                _ptrace()(_POKEUSER, thread, _RAX, -self._point.error)
                self._failing.discard(thread)
            return
        name = NAMES.get(number, f"call-{number}")
        if name in _FLAGS and not args[_FLAGS[name]] & _TO_WRITE:
            name += LOOKS
        if name == "close" and not _to_write(thread, args[0]):
            name += LOOKS
        self._counts[name] += 1
        if self._record:
            self._trace.calls.append((name, _about(thread, name, args)))
        if name == "sendto" and self._trace.struck is not None:
            self._trace.orders += _text(thread, args[1], len(ORDER)) == ORDER
        point = self._point
        if point is not None and name == point.call:
            self._meet(point, thread, _about(thread, name, args))

    def _meet(self, point: Point, thread: int, about: str) -> None:
        if not about.startswith(point.below):
            return
        self._trace.met += 1
        if self._trace.met < point.ordinal or (
            self._trace.met > point.ordinal and not point.onward
        ):
            return
        if self._trace.struck is None:
            self._trace.struck = about
        if point.error:
            # A close that fails has closed all the same.
            if point.call != "close":
                _ptrace()(_POKEUSER, thread, _ORIG_RAX, -1)
            self._failing.add(thread)
        else:
            os.kill(self._child, signal.SIGKILL)


def _about(thread: int, name: str, args: list[int]) -> str:
    """Return the path of what a call is about, as far as it can be told."""
    try:
        if name in _BY_PATH:
            raw = _text(thread, args[_BY_PATH[name]], 4096)
            return raw.split(b"\0", 1)[0].decode(errors="replace")
        if name in _BY_FILE:
            return str(Path(f"/proc/{thread}/fd/{args[0] & 0xFFFFFFFF}").readlink())
    except OSError:
        return ""
    return ""


def _to_write(thread: int, descriptor: int) -> bool:
    try:
        told = Path(f"/proc/{thread}/fdinfo/{descriptor & 0xFFFFFFFF}").read_text("ascii")
        flags = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)["flags"]
    except (OSError, KeyError):
        return False
    return bool(int(flags, 8) & _TO_WRITE)


def _text(thread: int, address: int, length: int) -> bytes:
    """Return bytes of a thread's memory; fewer where its page ends and no other follows."""
    with Path(f"/proc/{thread}/mem").open("rb", buffering=0) as memory:
        for wanted in (length, 4096 - address % 4096):
            try:
                memory.seek(address)
                return memory.read(min(wanted, length))
            except OSError:
                continue
    return b""
