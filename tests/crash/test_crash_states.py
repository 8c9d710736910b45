"""Which states a crash may leave, for small histories whose states can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .crash_states import History, State
from .system_calls import Call, NotUnderstood

pytestmark = pytest.mark.crash

ROOT = "/r"
ORDER = b"POST /v2/images/generate HTTP/1.1\r\nidempotency-key: k1\r\n\r\n"


class Told:
    """Calls that follow each other."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def _add(self, name: str, raw: str = "", result: int = 0, **more: tuple[object, ...]) -> None:
        at = len(self.calls)
        self.calls.append(Call(name, raw=raw, result=result, began=at, ended=at + 1, **more))  # type: ignore[arg-type]

    def open(self, path: str, flags: str = "O_CREAT") -> None:
        self._add("openat", f"AT_FDCWD<>, , {flags}", 3, files=(ROOT,), texts=(path.encode(),))

    def write(self, path: str, data: bytes) -> None:
        self._add("write", f"3<{path}>, , {len(data)}", len(data), files=(path,), texts=(data,))

    def sync(self, path: str) -> None:
        self._add("fsync", f"3<{path}>", files=(path,), texts=())

    def rename(self, old: str, new: str) -> None:
        self._add("rename", files=(), texts=(old.encode(), new.encode()))

    def mkdir(self, path: str) -> None:
        self._add("mkdir", files=(), texts=(path.encode(),))

    def order(self) -> None:
        self._add("sendto", "4<socket>", files=("socket",), texts=(ORDER,))


def trees(told: Told, *, with_order: bool = False) -> list[dict[str, bytes | None]]:
    """Return all trees that may be left; or of those states only in which the order was sent."""
    states: Iterator[State] = history(told).states(0)
    return [dict(one.tree) for one in states if one.orders or not with_order]


def history(told: Told) -> History:
    found = History(ROOT, {}, aside=lambda _: False)
    found.take_in(told.calls)
    return found


def test_what_was_synced_with_its_folder_is_there_when_the_order_is_sent() -> None:
    told = Told()
    told.open("/r/a")
    told.write("/r/a", b"data")
    told.sync("/r/a")
    told.sync("/r")
    told.order()
    assert trees(told, with_order=True) == [{"/r/a": b"data"}]


def test_a_name_may_be_lost_when_only_its_file_was_synced() -> None:
    told = Told()
    told.open("/r/a")
    told.write("/r/a", b"data")
    told.sync("/r/a")
    told.order()
    assert {} in trees(told, with_order=True)


def test_data_may_be_lost_torn_or_zero_when_only_the_name_was_synced() -> None:
    told = Told()
    told.open("/r/a")
    told.write("/r/a", b"data")
    told.sync("/r")
    told.order()
    left = {tree["/r/a"] for tree in trees(told, with_order=True)}
    assert left == {b"data", b"", b"da", b"dat", b"\0\0\0\0", b"da\0\0"}


def test_a_new_name_may_be_durable_before_the_data() -> None:
    told = Told()
    told.open("/r/a.tmp")
    told.write("/r/a.tmp", b"data")
    told.rename("/r/a.tmp", "/r/a")
    assert {"/r/a": b""} in trees(told)


def test_a_folder_that_is_not_durable_takes_all_below_it_along() -> None:
    told = Told()
    told.mkdir("/r/f")
    told.open("/r/f/a")
    told.write("/r/f/a", b"data")
    told.sync("/r/f/a")
    told.sync("/r/f")
    told.order()
    assert {} in trees(told, with_order=True)


def test_a_write_that_came_after_the_sync_began_is_not_covered() -> None:
    told = Told()
    told.open("/r/a")
    told.sync("/r")
    told.sync("/r/a")
    told.write("/r/a", b"data")
    told.order()
    assert {"/r/a": b""} in trees(told, with_order=True)


def test_an_appended_line_follows_what_is_there() -> None:
    told = Told()
    found = History(ROOT, {"/r/a": b"one\n"}, aside=lambda _: False)
    told.open("/r/a", "O_APPEND")
    told.write("/r/a", b"two\n")
    found.take_in(told.calls)
    assert found.now() == {"/r/a": b"one\ntwo\n"}


def test_a_call_that_the_model_does_not_know_is_an_error() -> None:
    told = Told()
    told._add("linkat", files=(ROOT, ROOT), texts=(b"/r/a", b"/r/b"))
    with pytest.raises(NotUnderstood):
        history(told)
