"""Owns the way of one download: through a file of its own, so that no limit is passed in memory."""

from __future__ import annotations

from imagegen.providers.provider import Provider
from imagegen.store.store import Store


async def download(provider: Provider, url: str, store: Store, *, limit: int) -> bytes:
    """Return the bytes behind `url`, at most `limit`; raises as `Provider.fetch`.

    They pass through the disk of `store`, whose failure raises DiskFailed. Never keeps them.
    """
    with store.arriving() as file:
        await provider.fetch(url, file, limit=limit)
        return file.read_bytes()
