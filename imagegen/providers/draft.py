"""Owns the draft provider: paints every order at once, free of charge and without a network.

Never touches a ledger or a key; the same order gives the same bytes on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path

import anyio.to_thread

from imagegen import digest
from imagegen.errors import Problem
from imagegen.pictures import media
from imagegen.pictures.paint import Painting
from imagegen.project import models
from imagegen.project.models import Catalogue
from imagegen.providers.painters import Painters
from imagegen.providers.provider import Job, JobStatus, Order, Refused

_SCHEME = "draft:"
_QUALITY = "output_quality"
_NOT_FOUND = 404
_BAD_REQUEST = 400
_TOO_LARGE = 413


class DraftProvider:
    """Fulfils `Provider` by painting; remembers its jobs for as long as it lives."""

    name = "draft"
    paid = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._paintings: dict[str, Painting] = {}
        self._painters = Painters()

    async def prepare(self, order: Order) -> bytes:
        """Return what is to be painted as canonical JSON; raises Refused on an unknown model."""
        painting = self._painting(order)
        body = {"id": f"draft-{order.request.key}-{order.take}", "painting": asdict(painting)}
        return digest.canonical_json(body)

    async def submit(self, body: bytes, idempotency_key: str) -> Job:
        """Take the order; it is completed at once and costs nothing."""
        del idempotency_key  # The id in the body says the same.
        order = json.loads(body)
        self._paintings[order["id"]] = Painting(**order["painting"])
        return _completed(order["id"])

    async def look(self, job_ids: Collection[str]) -> Mapping[str, Job]:
        """Return the jobs that were submitted here."""
        return {job_id: _completed(job_id) for job_id in job_ids if job_id in self._paintings}

    async def ordered_since(self, model: str, since: float) -> frozenset[str] | None:  # noqa: ARG002
        """Return None: drafts are not kept track of, since nobody pays for them."""
        return None

    def notice(self, headers: Mapping[str, str], body: bytes) -> str | None:  # noqa: ARG002
        """Return None: a draft is done at once, so nobody tells of it."""
        return None

    async def fetch(self, url: str, into: Path, *, limit: int) -> None:
        """Paint the picture behind `url` into the new file `into`.

        Raises Refused when nobody submitted it or its bytes are more than `limit`, Unavailable
        when its painter died.
        """
        painting = self._paintings.get(url.removeprefix(_SCHEME))
        if painting is None or not url.startswith(_SCHEME):
            raise Refused(
                Problem(
                    f"no draft `{url}`", "Drafts are known only to the build that ordered them."
                ),
                status=_NOT_FOUND,
            )
        data = await self._painters.paint(painting)
        if len(data) > limit:
            raise Refused(
                Problem(f"the draft is larger than {limit} bytes", f"It has {len(data)}."),
                status=_TOO_LARGE,
            )
        await anyio.to_thread.run_sync(into.write_bytes, data)

    async def close(self) -> None:
        """Forget the jobs and send the painters home."""
        self._paintings.clear()
        self._painters.close()

    def _painting(self, order: Order) -> Painting:
        request = order.request
        model = self._catalogue.get(request.model)
        if model is None:
            raise Refused(
                Problem(f"unknown model `{request.model}`", "The draft's size depends on it."),
                status=_BAD_REQUEST,
            )
        params = dict(request.params)
        width, height = models.size(model, params)
        format_ = models.output_format(model, params)
        quality = params.get(_QUALITY)
        return Painting(
            prompt=request.prompt,
            seed=order.seed,
            width=width,
            height=height,
            format=format_ if format_ in media.WRITABLE else "png",
            caption=order.name,
            quality=int(quality) if isinstance(quality, int | float) else 90,
        )


def _completed(job_id: str) -> Job:
    return Job(
        id=job_id,
        status=JobStatus.COMPLETED,
        progress=100,
        urls=(f"{_SCHEME}{job_id}",),
        credits=0,
    )
