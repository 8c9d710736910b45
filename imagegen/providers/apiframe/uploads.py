"""Owns uploads: reference pictures to short-lived URLs, each picture once while its URL lives.

Never sends bytes whose digest is not the one that the request is about, nor a file's name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import anyio

from imagegen import digest
from imagegen.errors import Problem
from imagegen.providers.apiframe import answers, refusals
from imagegen.providers.apiframe.api import Answer, Api, Lost, NotSent, Unreadable
from imagegen.providers.apiframe.patience import server_time
from imagegen.providers.provider import Refused, Unavailable
from imagegen.request import Reference

SIZE_LIMIT = 25 * 2**20
"""Largest picture that the API takes, in bytes."""

MARGIN = 900.0
"""Seconds that a URL must still live when an order goes out: the job fetches it, maybe late."""

_UNSTATED_LIFE = 1800.0
_DOING = "a reference picture was uploaded"


@dataclass(frozen=True, slots=True)
class _Served:
    url: str
    until: float


class Uploads:
    """The pictures that the API serves for us now. Safe to use from many tasks."""

    def __init__(self, api: Api, *, now: Callable[[], float] = time.time) -> None:
        """Take the wall clock as `now`: a URL goes on ageing while a machine sleeps."""
        self._api = api
        self._now = now
        self._served: dict[str, _Served] = {}
        self._locks: dict[str, anyio.Lock] = {}

    async def urls(self, references: Sequence[Reference], files: Sequence[Path]) -> list[str]:
        """Return one URL for each reference, in order; missing ones are uploaded together.

        Raises Refused or Unavailable.
        """
        wanted = {ref.sha256: file for ref, file in zip(references, files, strict=True)}
        urls: dict[str, str] = {}
        troubles: list[Refused | Unavailable] = []

        async def bring(sha256: str, file: Path) -> None:
            # Kept rather than raised, or a task group would wrap it in an exception group.
            try:
                urls[sha256] = await self._url(sha256, file)
            except (Refused, Unavailable) as trouble:
                troubles.append(trouble)

        async with anyio.create_task_group() as group:
            for sha256, file in wanted.items():
                group.start_soon(bring, sha256, file)
        if troubles:
            raise max(troubles, key=lambda trouble: isinstance(trouble, Refused))
        return [urls[reference.sha256] for reference in references]

    async def _url(self, sha256: str, file: Path) -> str:
        async with self._locks.setdefault(sha256, anyio.Lock()):
            served = self._served.get(sha256)
            if served is None or served.until <= self._now():
                served = await self._upload(sha256, file)
                self._served[sha256] = served
            return served.url

    async def _upload(self, sha256: str, file: Path) -> _Served:
        data = await anyio.to_thread.run_sync(_read, file, sha256)
        answer = await self._post(sha256, data)
        if answer.status not in (200, 201):
            raise refusals.free(answer, _DOING)
        try:
            upload = answers.upload(answer)
        except Unreadable as why:
            raise refusals.lost_free(str(why), _DOING) from None
        return _Served(upload.url, self._now() + _life(upload, answer) - MARGIN)

    async def _post(self, sha256: str, data: bytes) -> Answer:
        try:
            return await self._api.post_file("/v2/uploads", sha256[:16], data)
        except NotSent as why:
            raise refusals.unreached_free(str(why)) from None
        except Lost as why:
            raise refusals.lost_free(str(why), _DOING) from None


def _life(upload: answers.Upload, answer: Answer) -> float:
    """Return for how many seconds from now the URL lives, by the server's own clock."""
    if upload.expires is None:
        return _UNSTATED_LIFE
    return (upload.expires - (server_time(answer.headers) or datetime.now(UTC))).total_seconds()


def _read(file: Path, sha256: str) -> bytes:
    """Read a picture; Refused when it is too large, gone, or not the one of the request."""
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= SIZE_LIMIT else b""
    except OSError as error:
        raise _refused(f"It cannot be read: {error.strerror or 'input error'}.", "") from None
    if size > SIZE_LIMIT:
        raise _refused(
            f"It has {size / 2**20:.1f} MiB; the API takes {SIZE_LIMIT // 2**20} MiB at most.",
            "Use a smaller picture.",
        )
    if digest.sha256_of(data) != sha256:
        raise _refused("It changed after the plan was made.", "Run the same command again.")
    return data


def _refused(why: str, hint: str) -> Refused:
    return Refused(Problem("a reference picture cannot be sent", why, hint), status=0)
