"""Listening for notices: what each visitor is answered, and that nobody holds the build up."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import time

import anyio
import anyio.to_thread
import pytest

from imagegen.build import notices
from imagegen.build.notices import Notices

KNOWN = "4ffcb9da-0000-4000-8000-000000000001"
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


class Room:
    """A listener for notices, whose judge takes a body that starts with `job ` as genuine."""

    def __init__(self) -> None:
        self.judged: list[tuple[dict[str, str], bytes]] = []
        self.hinted: list[str] = []
        self.port = 0

    def judge(self, headers, body):
        self.judged.append((dict(headers), body))
        return body.removeprefix(b"job ").decode() if body.startswith(b"job ") else None

    def hint(self, job_id):
        self.hinted.append(job_id)
        return job_id == KNOWN

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    async def says(self, request: bytes) -> bytes:
        """Send raw bytes and return everything that comes back."""
        return await anyio.to_thread.run_sync(self._says, request)

    async def status(self, request: bytes) -> int:
        return int((await self.says(request)).split(b" ")[1])

    def _says(self, request):
        with self.connect() as visitor, contextlib.suppress(ConnectionError):
            visitor.sendall(request)
            visitor.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: visitor.recv(65536), b""))
        return b""


@contextlib.asynccontextmanager
async def room():
    made = Room()
    with socket.create_server(("127.0.0.1", 0)) as door:
        made.port = door.getsockname()[1]
        async with anyio.create_task_group() as group:
            group.start_soon(Notices(door, made.judge, made.hint).run)
            yield made
            group.cancel_scope.cancel()


def post(body: bytes, *headers: str, line: str = "POST /hook HTTP/1.1") -> bytes:
    head = [line, "Host: x", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


async def test_a_genuine_notice_of_a_known_job_hastens_a_look():
    async with room() as heard:
        assert await heard.status(post(b"job " + KNOWN.encode(), "X-Thing: 1")) == 200
        assert heard.hinted == [KNOWN]
        headers, _ = heard.judged[0]
        assert headers["x-thing"] == "1"


async def test_a_genuine_notice_of_another_job_is_not_found():
    async with room() as heard:
        assert await heard.status(post(b"job other")) == 404


async def test_what_is_not_genuine_is_not_allowed_and_hastens_nothing():
    async with room() as heard:
        assert await heard.status(post(b"nonsense")) == 401
        assert heard.hinted == []


async def test_the_judge_gets_the_raw_body_however_it_comes():
    body = bytes(range(256)) * 30
    chunks = b"64\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (body[:100], len(body) - 100, body[100:])
    async with room() as heard:
        await heard.says(post(body))
        await heard.says(
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
        )
        assert [body for _, body in heard.judged] == [body, body]


async def test_a_visitor_who_waits_for_leave_gets_it():
    async with room() as heard:
        head, body = post(b"job " + KNOWN.encode(), "Expect: 100-continue").split(b"\r\n\r\n")

        def polite():
            with heard.connect() as visitor:
                visitor.sendall(head + b"\r\n\r\n")
                leave = visitor.recv(4096)
                visitor.sendall(body)
                return leave, b"".join(iter(lambda: visitor.recv(65536), b""))

        leave, answer = await anyio.to_thread.run_sync(polite)
        assert leave.startswith(b"HTTP/1.1 100")
        assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (post(b"", line="DELETE / HTTP/1.1"), 405),
        (post(b"x" * (notices.BODY_LIMIT + 1)), 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * (notices.HEAD_LIMIT + 1), 431),
        (b"hello\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
        (post(b"x", "Content-Length: 2"), 400),
        (post(b"x", "Transfer-Encoding: gzip"), 501),
    ],
)
async def test_what_is_no_notice_at_all_is_refused(request_bytes, status):
    async with room() as heard:
        answer = await heard.says(request_bytes)
        # Who is still sending when the answer comes may see the connection break instead.
        assert answer == b"" or int(answer.split(b" ")[1]) == status
        assert heard.judged == []
        assert await heard.status(post(b"nonsense")) == 401


async def test_a_body_in_countless_pieces_is_not_taken():
    body = b"".join(b"1\r\nx\r\n" for _ in range(2000)) + b"0\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with room() as heard:
        await heard.says(head + body)
        assert heard.judged == []


async def test_no_bytes_whatever_end_the_listening():
    chance = random.Random(7)
    async with room() as heard:
        for _ in range(80):
            noise = bytearray(post(b"job x", "Expect: 100-continue", "Upgrade: y", "X: z"))
            for _ in range(chance.randint(1, 9)):
                at = chance.randrange(len(noise))
                noise[at : at + chance.choice((0, 1, 30))] = chance.choice(
                    (b"", b"\r\n", b"\x00", b"\xff", b":", b" ", b"CONNECT", b"9" * 40)
                )
            await heard.says(bytes(noise))
        assert await heard.status(post(b"nonsense")) == 401


async def test_who_hangs_up_or_says_nothing_disturbs_nobody():
    async with room() as heard:
        with heard.connect() as gone:
            gone.sendall(b"POST / HTTP/1.1\r\n")
        with heard.connect() as rude:
            rude.sendall(b"POST / HTTP/1.1\r\n")
            await anyio.sleep(0.1)
            # Closing now resets the connection while it is read from.
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with heard.connect():
            assert await heard.status(post(b"nonsense")) == 401


@pytest.mark.slow
async def test_slow_visitors_are_sent_away_and_then_others_are_heard():
    async with room() as heard, anyio.create_task_group() as group:
        slow = [heard.connect() for _ in range(notices.AT_ONCE)]

        async def drip():
            while True:
                for visitor in slow:
                    with contextlib.suppress(OSError):
                        visitor.send(b"x")
                await anyio.sleep(0.5)

        for visitor in slow:
            visitor.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n")
        group.start_soon(drip)
        assert await heard.status(post(b"nonsense")) == 401
        group.cancel_scope.cancel()
    for visitor in slow:
        visitor.close()


async def test_a_flood_is_heard_a_few_at_a_time():
    async with room() as heard:
        began = time.monotonic()
        async with anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(heard.says, post(b"nonsense"))
        assert time.monotonic() - began >= 39 * notices.PAUSE
        assert len(heard.judged) == 40


async def test_cancelling_ends_it_at_once_whatever_is_going_on():
    began = time.monotonic()
    async with room() as heard:
        stuck = [heard.connect() for _ in range(notices.AT_ONCE + 4)]
        stuck[0].sendall(b"POST / HTTP/1.1\r\n")
        await anyio.sleep(0.2)
    # Whoever waited for the visitors would wait for as long as the slowest of them may take.
    assert time.monotonic() - began < notices.SECONDS
    for visitor in stuck:
        visitor.close()
