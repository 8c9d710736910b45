"""Owns the lies: every garbled answer that a vendor, a proxy or an attacker has been seen to give.

A lie says how it garbles one kind of answer, and what must have come of it in the end.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

from .huckster import RESET, Asked, Route, Say, http, row_of, told
from .spoils import FORMATS, bombs, drawn, picture, strangers

End = Literal["right", "either", "asks", "open"]
"""What comes of it once the vendor is honest again. `right`: the picture that was bought.
`either`: that or what the lie brought, since nobody could tell. `asks`: a person has to settle it.
`open`: the job stays noted and nothing is bought."""


@dataclass(frozen=True)
class Lie:
    """One way to garble answers."""

    name: str
    route: Route
    say: Say
    end: End = "right"
    commits: bool = True
    fails: bool = False
    """Whether it says that the job failed and was not charged for."""
    images: int = 1
    may_name_another_job: bool = False
    """Whether it may name a job that nobody knows, which then stays noted."""


ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u2028\u2029\r\n\0\x7f\u2066error: fake line"
HEADERS = (ESCAPES.encode("utf-8").replace(b"\r\n", b" ").replace(b"\0", b"")).decode("latin-1")
_JSON = "Content-Type: application/json"


def always(data: bytes) -> Say:
    """Say the same whatever was asked."""
    return lambda _: [data]


@cache
def lies() -> tuple[Lie, ...]:
    """Return every lie that was picked by hand."""
    sources = (_wires, _documents, _refusals, _orders, _looks, _addresses, _files)
    return tuple(lie for source in sources for lie in source())


def _wires() -> Iterator[Lie]:
    """Answers that are garbled as HTTP, whatever was asked for."""
    ways: dict[str, Say] = {
        "says nothing": lambda _: [],
        "resets": lambda _: [RESET],
        "hangs": lambda _: [3.0],
        "hangs in the status line": lambda _: [b"HTTP/1.1 2", 3.0],
        "hangs in the headers": lambda _: [b"HTTP/1.1 200 OK\r\nA: b\r\n", 3.0],
        "hangs in the body": lambda asked: [asked.honest[:-9], 3.0],
        "resets in the body": lambda asked: [asked.honest[:-9], 0.05, RESET],
        "breaks off": lambda asked: [asked.honest[:-9]],
        "drips": lambda asked: _dripped(asked.honest),
        "drips its headers": lambda _: _dripped(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 2000),
        "speaks no HTTP": always(b"SSH-2.0-OpenSSH_9.2\r\n"),
        "speaks TLS": always(b"\x16\x03\x01\x02\x00\x01\x00" + bytes(300)),
        "speaks HTTP/0.9": always(b"<html>hello</html>"),
        "speaks HTTP/2": always(b"\0\0\x12\x04" + bytes(40)),
        "has a foul status": always(http("2OO", b"{}")),
        "has a status of many digits": always(http("99999999999", b"{}")),
        "has status 0": always(http("000", b"{}")),
        "has status 999": always(http(999, b"{}")),
        "switches protocols": always(http("101", b"", "Upgrade: h2c", length=None)),
        "continues for ever": lambda _: _repeated(b"HTTP/1.1 100 Continue\r\n\r\n", 40_000),
        "hints for ever": lambda _: _repeated(b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n", 40_000),
        "floods headers": lambda _: [b"HTTP/1.1 200 OK\r\n", *_repeated(b"X-A: b\r\n", 200_000)],
        "has a header without end": lambda _: [b"HTTP/1.1 200 OK\r\nA: ", *_repeated(b"a" * 999)],
        "folds headers": always(b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\tContent-Length: 2\r\n\r\n{}"),
        "has a header of zeros": always(
            b"HTTP/1.1 200 OK\r\nA\0: b\0\r\nContent-Length: 2\r\n\r\n{}"
        ),
        "states two lengths": always(http(200, b"{}", "Content-Length: 999")),
        "states a negative length": always(http(200, b"{}", "Content-Length: -5", length=None)),
        "states an absurd length": always(http(200, b"{}", length=10**30)),
        "states a length in words": always(http(200, b"{}", "Content-Length: two", length=None)),
        "states length and chunks": lambda asked: [
            http(200, b"0\r\n\r\n", "Transfer-Encoding: chunked", length=500)
        ],
        "chunks garbage": always(http(200, b"xyz\r\n{}\r\n", _CHUNKED, length=None)),
        "chunks without end": always(http(200, b"fffffffffffffff\r\n{}", _CHUNKED, length=None)),
        "chunks a negative size": always(
            http(200, b"-5\r\n{}\r\n0\r\n\r\n", _CHUNKED, length=None)
        ),
        "breaks off in a chunk": lambda asked: [
            http(200, b"ffff\r\n" + asked.honest[-40:], _CHUNKED, length=None)
        ],
        "floods trailers": lambda _: [
            http(200, b"2\r\n{}\r\n0\r\n", _CHUNKED, length=None),
            *_repeated(b"X: y\r\n", 100_000),
        ],
        "is transferred oddly": always(http(200, b"{}", "Transfer-Encoding: xor", length=None)),
        "has no content": always(http(204, b"", length=None)),
        "resets contents": always(http(205, b"")),
        "answers in part": always(http(206, b"{}", "Content-Range: bytes 0-1/9")),
        "is not modified": always(http(304, b"", length=None)),
    }
    routes: tuple[Route, ...] = ("submit", "look", "file")
    for name, say in ways.items():
        for route in routes:
            # 304 to a POST means that it was not carried out; so do other redirects.
            commits = not (route == "submit" and name == "is not modified")
            yield Lie(f"{route} {name}", route, say, commits=commits)


_CHUNKED = "Transfer-Encoding: chunked"


def _documents() -> Iterator[Lie]:
    """Answers whose JSON is none, or means nothing."""
    deep = b"[" * 200_000 + b"]" * 200_000
    documents: dict[str, bytes] = {
        "nothing": b"",
        "half of it": b'{"jobId": "job-',
        "a page": b"<html><body><h1>It works!</h1></body></html>",
        "null": b"null",
        "a list": b'[{"jobId": "x", "id": "x"}]',
        "a number": b"17",
        "a text": b'"job-1"',
        "nan": b'{"jobId": NaN, "id": Infinity, "progress": -Infinity}',
        "odd types": b'{"jobId": 17, "status": ["QUEUED"], "id": {}, "jobs": {}}',
        "a long number": b'{"jobId": ' + b"9" * 100_000 + b"}",
        "a large exponent": b'{"jobId": 1e999, "id": 1e-999}',
        "a deep list": deep,
        "a deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "utf-16": '{"error": "x"}'.encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf{}",
        "broken utf-8": b'{"jobId": "\xff\xfe\xc0\xaf"}',
        "half a character": b'{"jobId": "\\ud800", "error": "\\udfff"}',
        "an id with newlines": b'{"jobId": "a\\nb", "id": "a\\nb"}',
        "an id that is a path": b'{"jobId": "../../me", "id": "../../me"}',
        "an empty id": b'{"jobId": "", "id": ""}',
        "a long id": b'{"jobId": "' + b"x" * 100_000 + b'"}',
        "an id of escapes": json.dumps({"jobId": ESCAPES, "id": ESCAPES}).encode(),
        "many keys": json.dumps({f"k{n}": n for n in range(100_000)}).encode(),
        "many small objects": b"[" + b'{"":0},' * 500_000 + b"{}]",
        "a long list of jobs": b'{"jobs": [' + b'{"id":1},' * 400_000 + b"{}]}",
    }
    routes: tuple[Route, ...] = ("submit", "look")
    for route in routes:
        status = 202 if route == "submit" else 200
        for name, body in documents.items():
            yield Lie(f"{route}: {name}", route, always(http(status, body, _JSON)))
        for name, say in _packed(status).items():
            yield Lie(f"{route}: {name}", route, say)


def _packed(status: int) -> dict[str, Say]:
    """Return answers that are large, or unpack to something large."""
    once = _bomb(100 * 2**20)
    packed = partial(http, status)
    return {
        "64 MiB": lambda _: [
            http(status, b'{"jobId": "', _JSON, length=2**26),
            *_repeated(b"x" * 65536, 1024),
        ],
        "no end": lambda _: [http(status, b"[", _JSON, length=None), *_repeated(b"1," * 32768)],
        "a gzip bomb": always(packed(once, _JSON, "Content-Encoding: gzip")),
        "a gzip bomb in gzip": always(
            packed(gzip.compress(once), _JSON, "Content-Encoding: gzip, gzip")
        ),
        "a bomb in five layers": always(
            packed(_layers(once, 5), _JSON, "Content-Encoding: " + "gzip, " * 4 + "gzip")
        ),
        "half a gzip": always(packed(gzip.compress(b"{}" * 99)[:-9], "Content-Encoding: gzip")),
        "a false gzip": always(packed(b"{}", _JSON, "Content-Encoding: gzip")),
        "brotli": always(packed(b"\x0b\x02\x80{}\x03", _JSON, "Content-Encoding: br")),
        "deflate": always(packed(zlib.compress(b"{}"), "Content-Encoding: deflate")),
        "an odd packing": always(packed(b"{}", _JSON, f"Content-Encoding: {'x' * 9000}")),
    }


def _refusals() -> Iterator[Lie]:
    """Answers of failure, with and without a reason and a time to wait."""
    waits = (
        "",
        "0",
        "2",
        "-5",
        "1e308",
        "9" * 5000,
        "nan",
        "soon",
        "Tue, 31 Feb 2099 25:61:61 GMT",
    )
    for status in (400, 401, 402, 403, 404, 413, 422):
        for route in ("submit", "look", "file"):
            end: End = "right"
            for body in (json.dumps({"error": ESCAPES, "details": {ESCAPES: [ESCAPES]}}), "<html>"):
                yield Lie(
                    f"{route} answered {status} {body[:6]}",
                    route,  # type: ignore[arg-type]
                    always(http(status, body.encode(), f"X-Request-Id: {HEADERS}")),
                    end,
                    commits=False,
                )
    for wait in waits:
        headers = [f"Retry-After: {wait}"] if wait else []
        busy = http(429, b'{"error": "slow down"}', *headers)
        yield Lie(f"submit answered 429 {wait[:9]}", "submit", always(busy), commits=False)
        yield Lie(f"look answered 429 {wait[:9]}", "look", always(busy))
        yield Lie(f"file answered 429 {wait[:9]}", "file", always(busy))
    for status in (408, 425, 500, 502, 503, 504, 520):
        for route in ("submit", "look", "file"):
            page = http(status, b"<html><h1>Bad gateway</h1></html>", "Retry-After: 1")
            yield Lie(f"{route} answered {status}", route, always(page))  # type: ignore[arg-type]


def _orders() -> Iterator[Lie]:
    """Answers that only a POST can get."""
    texts = {
        409: "Idempotency key was used with another body",
        422: "idempotency_key_reuse: same key, different body",
        400: "This Idempotency-Key was already used",
    }
    for status, text in texts.items():
        said = told({"error": text}, status)
        yield Lie(f"order answered {status} for its key", "submit", always(said), "asks")
    for status in (409, 422):
        said = told({"error": "A request with this key is in progress"}, status)
        yield Lie(f"order answered {status} in flight", "submit", always(said))
    yield Lie(
        "order answered 202 with another's job",
        "submit",
        always(told({"jobId": "job-of-somebody-else"}, 202)),
        "open",
    )
    for status in (301, 302, 303, 307, 308):
        yield Lie(
            f"order redirected with {status}",
            "submit",
            lambda asked, status=status: [http(status, b"", f"Location: {asked.trap}/v2")],  # type: ignore[misc]
            commits=False,
        )
        yield Lie(
            f"look redirected with {status}",
            "look",
            lambda asked, status=status: [http(status, b"", f"Location: {asked.trap}/v2")],  # type: ignore[misc]
        )


def _looks() -> Iterator[Lie]:
    """Answers about jobs that are JSON, and wrong."""
    changes: dict[str, dict[str, object]] = {
        "queued": {"status": "QUEUED", "result": None},
        "processing": {"status": "PROCESSING", "progress": 50, "result": None},
        "an unknown status": {"status": "THROTTLED"},
        "a status of escapes": {"status": ESCAPES},
        "no status": {"status": None},
        "another job": {"id": "job-9999"},
        "an id of escapes": {"id": ESCAPES},
        "odd types": {"status": 7, "progress": "half", "result": [1, {}], "error": {}},
        "odd progress": {"status": "PROCESSING", "progress": -1e308, "creditCost": -5},
        "an odd time": {"status": "PROCESSING", "createdAt": "9999-99-99T99:99:99"},
        "a time before time": {"createdAt": "0001-01-01T00:00:00+23:59", "status": "PROCESSING"},
        "no result": {"result": None},
        "an empty result": {"result": {"images": []}},
        "a result of numbers": {"result": {"images": [1, None, {}, []]}},
        "a deep result": {"result": {"images": {"images": ["x"]}}},
    }
    for name, change in changes.items():
        yield Lie(
            f"look says {name}",
            "look",
            lambda asked, change=change: [told(row_of(asked.job, asked.url, **change))],  # type: ignore[misc]
        )
    for error in ("Provider returned 500", ESCAPES, "\ud800", "x" * 10**6, None, 7):
        for status in ("FAILED", "CANCELLED"):
            yield Lie(
                f"look says {status}: {str(error)[:9]!r}",
                "look",
                lambda asked, error=error, status=status: [  # type: ignore[misc]
                    told(row_of(asked.job, asked.url, status=status, error=error, result=None))
                ],
                fails=True,
            )
    yield Lie("look says expired", "look", _expired, images=1)
    lists: dict[str, object] = {
        "no jobs": {"jobs": [], "nextCursor": None},
        "odd rows": {"jobs": [1, None, {}, {"id": 5}, []], "nextCursor": 7},
        "the same page for ever": {"jobs": [], "nextCursor": "again", "hasMore": True},
        "strangers": {"jobs": [{"id": f"s-{n}", "status": "FAILED"} for n in range(100)]},
        "no list": {"jobs": "none"},
        "a cursor of escapes": {"jobs": [], "nextCursor": ESCAPES, "hasMore": True},
    }
    for name, form in lists.items():
        yield Lie(f"list holds {name}", "look", always(told(form)), images=4)


def _expired(asked: Asked) -> Iterable[bytes]:
    return [told(row_of(asked.job, asked.url, expired=True))]


def _addresses() -> Iterator[Lie]:
    """Result addresses and redirects that lead astray."""
    goals = [
        "{trap}/a.png", "http://localhost:{port}/a.png", "https://127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data", "https://169.254.169.254/",
        "https://100.100.100.200/latest", "https://[::ffff:127.0.0.1]/", "https://[::1]/",
        "https://0x7f.1/", "https://0x7f000001/", "https://2130706433/", "https://0177.0.0.1/",
        "https://127.1/", "https://10.0.0.1/", "https://192.168.1.1/", "https://0.0.0.0/",
        "https://user:pw@127.0.0.1/", "https://cdn.invalid@127.0.0.1/", "https://127.0.0.1:22/",
        "https://cdn.invalid:8443/a.png", "http://cdn.invalid/a.png", "https://cdn.invalid/a.png",
        "file:///etc/passwd", "ftp://127.0.0.1/a", "data:image/png;base64,AAAA", "gopher://127.1/",
        "javascript:alert(1)", "//127.0.0.1/a.png", "https://", "https:///a", "",
        "https://[::1", "https://127.0.0.1\\@cdn.invalid/", "https://cdn.invalid/" + "x" * 9000,
        "https://localhost/", "https://metadata.google.internal/", "https://１２７.0.0.1/",
        "https://cdn.invalid/\ud800", "https://\udcff.invalid/", "https://a\u2028b.invalid/",
        "https://cdn.invalid/\x1b[2J\u202e", "https://%31%32%37.0.0.1/", "https://[fe80::1%25lo]/",
        "https://64:ff9b::7f00:1/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    ]  # fmt: skip
    for goal in goals:
        yield Lie(f"result lies at {goal[:40]!r}", "look", partial(_placed, goal))
        if goal.isascii() and goal.isprintable():
            yield Lie(f"file redirects to {goal[:40]!r}", "file", partial(_moved, goal, 302))
    for status in (301, 303, 307, 308):
        yield Lie(f"file redirects with {status}", "file", partial(_moved, "{trap}/a", status))
    yield Lie("file redirects for ever", "file", partial(_moved, "{url}/cdn/again", 302))
    yield Lie("file redirects to nowhere", "file", always(http(302, b"")))
    yield Lie("file redirects to the API", "file", partial(_moved, "{url}/v2/me", 302))
    yield Lie("result lies at many", "look", _scattered)


def _filled(goal: str, asked: Asked) -> str:
    port = asked.trap.rpartition(":")[2]
    return goal.replace("{trap}", asked.trap).replace("{url}", asked.url).replace("{port}", port)


def _placed(goal: str, asked: Asked) -> Iterable[bytes]:
    return [told(row_of(asked.job, asked.url, result={"images": [_filled(goal, asked)]}))]


def _moved(goal: str, status: int, asked: Asked) -> Iterable[bytes]:
    return [http(status, b"", f"Location: {_filled(goal, asked)}")]


def _scattered(asked: Asked) -> Iterable[bytes]:
    urls = [f"{asked.trap}/{n}" for n in range(5000)]
    return [told(row_of(asked.job, asked.url, result={"images": urls}))]


def _files() -> Iterator[Lie]:
    """Downloads that are not the picture."""
    for name, data in strangers().items():
        yield Lie(f"file is {name}", "file", always(http(200, data, "Content-Type: image/png")))
    for name, data in bombs().items():
        yield Lie(f"file is a {name}", "file", always(http(200, data)), "either")
    for kind in FORMATS:
        whole = picture(kind)
        yield Lie(
            f"file is another {kind}", "file", always(http(200, picture(kind, angle=3))), "either"
        )
        for keep in (1, len(whole) // 3, len(whole) - 9, len(whole) - 1):
            cut = whole[:keep]
            for name, data in {
                "as stated": http(200, cut, length=len(whole)),
                "in silence": http(200, cut, length=None),
                "honestly": http(200, cut),
                "in chunks": http(200, b"%x\r\n" % len(whole) + cut, _CHUNKED, length=None),
            }.items():
                yield Lie(f"{kind} cut to {keep} {name}", "file", always(data))
    large = drawn("png", (5000, 4000))
    yield Lie("file is larger than asked", "file", always(http(200, large)))
    yield Lie("file states 10 GB", "file", always(http(200, b"\x89PNG", length=10**10)))
    yield Lie("file has no end", "file", _endless)
    yield Lie("file is compressed", "file", _compressed)


def _endless(_: Asked) -> Iterable[bytes | float]:
    return [http(200, picture("png"), length=None), *_repeated(b"\0" * 65536)]


def _compressed(asked: Asked) -> Iterable[bytes]:
    body = asked.honest.partition(b"\r\n\r\n")[2]
    return [http(200, gzip.compress(body), "Content-Encoding: gzip")]


def _dripped(data: bytes) -> Iterator[bytes | float]:
    for byte in data[:400]:
        yield bytes([byte])
        yield 0.02


def _repeated(piece: bytes, times: int = 10**6) -> Iterator[bytes]:
    packed = piece * max(1, 65536 // len(piece))
    for _ in range(max(1, times * len(piece) // len(packed))):
        yield packed


@cache
def _bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    piece = b" " * 2**20
    return b"".join([*(packer.compress(piece) for _ in range(size // 2**20)), packer.flush()])


@cache
def _layers(data: bytes, count: int) -> bytes:
    for _ in range(count - 1):
        data = gzip.compress(data)
    return data
