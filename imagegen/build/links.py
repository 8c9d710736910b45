"""Owns reference pictures that are named by URL: fetched once, kept in the store by their bytes."""

from __future__ import annotations

from collections.abc import Iterable

import anyio

from imagegen.build.download import download
from imagegen.errors import Problem, WrongInput
from imagegen.pictures import media
from imagegen.providers.provider import Provider, Refused, Unavailable
from imagegen.store.store import Store

_BYTES_LIMIT = 25 * 2**20
"""The API takes no larger upload."""

_TRIES = 3


async def fetch(urls: Iterable[str], provider: Provider, store: Store) -> dict[str, str]:
    """Fetch these URLs into the store; returns URL -> sha256. WrongInput holds all problems."""
    found: dict[str, str] = {}
    problems: list[Problem] = []

    async def one(url: str) -> None:
        try:
            found[url] = store.put(await _bytes(url, provider, store))
        except (Refused, Unavailable) as error:
            problems.append(_unreachable(url, error.problem))

    async with anyio.create_task_group() as group:
        for url in urls:
            group.start_soon(one, url)
    if problems:
        raise WrongInput(*sorted(problems, key=lambda problem: problem.summary))
    return found


async def _bytes(url: str, provider: Provider, store: Store) -> bytes:
    for attempt in range(_TRIES):
        try:
            data = await download(provider, url, store, limit=_BYTES_LIMIT)
        except Unavailable:
            if attempt == _TRIES - 1:
                raise
            await anyio.sleep(2.0**attempt)
            continue
        if media.format_of(data) is None:
            raise Refused(Problem(f"it is not a picture but {media.looks_like(data)}"), status=0)
        return data
    raise RuntimeError("unreachable")


def _unreachable(url: str, cause: Problem) -> Problem:
    return Problem(
        f"the reference {url} cannot be used: {cause.summary}",
        f"{cause.detail} Nothing was bought.".strip(),
        "check the address, or save the picture in the project and name its path",
    )
