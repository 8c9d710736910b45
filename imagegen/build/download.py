"""Owns the way of one download: through a file of its own, so that no limit is passed in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from imagegen.providers.provider import Provider


async def download(provider: Provider, url: str, *, limit: int) -> bytes:
    """Return the bytes behind `url`, at most `limit`; raises as `Provider.fetch`, or OSError."""
    with tempfile.TemporaryDirectory(prefix="imagegen-") as folder:
        file = Path(folder, "body")
        await provider.fetch(url, file, limit=limit)
        return file.read_bytes()
