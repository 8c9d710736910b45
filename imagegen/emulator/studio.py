"""Owns the result files: painted when first asked for, off the event loop, then kept on disk.

The same prompt, params and seed give the same bytes; a request without a seed varies with its
idempotency key. The prompt decides what is painted, the params the size and the format.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread
from PIL import Image

from imagegen import atomic
from imagegen.digest import canonical_json, xxh3_128
from imagegen.emulator.jobs import Job, Shelf
from imagegen.emulator.orders import params_of
from imagegen.emulator.settings import Settings
from imagegen.pictures.paint import Painting, paint
from imagegen.project.models import Catalogue, output_format, size

T = TypeVar("T")

GRID_MODEL = "midjourney"
_NAME = re.compile(r"([0-9a-f-]{36})-(\d+|grid)\.(\w+)")
_QUALITY = 90


class Studio:
    """Paints and keeps the pictures of all jobs."""

    def __init__(
        self, folder: Path, shelf: Shelf, catalogue: Catalogue, settings: Settings
    ) -> None:
        atomic.make_folder(folder)
        self._folder = folder
        self._shelf = shelf
        self._catalogue = catalogue
        self._settings = settings
        self._limiter = anyio.CapacityLimiter(settings.painters)
        self._busy: defaultdict[str, anyio.Lock] = defaultdict(anyio.Lock)

    def job_of(self, file_name: str) -> Job | None:
        """Return the job that a file name belongs to, or None when no job has such a file."""
        match = _NAME.fullmatch(file_name)
        job = self._shelf.get(match[1]) if match else None
        if job is None or file_name not in (*job.file_names(), grid_name(job)):
            return None
        return job

    async def picture(self, file_name: str, job: Job) -> bytes:
        """Return the bytes of one of the job's files, painting it if need be."""
        path = self._folder / file_name
        async with self._busy[file_name]:
            if path.exists():
                return await anyio.Path(path).read_bytes()
            if file_name == grid_name(job):
                tiles = [await self.picture(name, job) for name in job.file_names()]
                data = await self._apart(partial(_grid, tiles))
            else:
                data = await self._apart(partial(paint, self._painting(file_name, job)))
            await self._apart(partial(atomic.replace, path, data))
        return data

    async def other_picture(self, file_name: str, job: Job) -> bytes:
        """Return a picture of the same size and format that nobody asked for."""
        return await self._apart(partial(paint, self._painting(f"other {file_name}", job)))

    async def _apart(self, work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)

    def _painting(self, file_name: str, job: Job) -> Painting:
        model = self._catalogue.models[job.model]
        params = params_of(model, job.input)
        width, height = size(model, params)
        fields = {field.name for field in model.references}
        material = {
            "prompt": job.prompt,
            "params": {name: value for name, value in params.items() if name not in fields},
            "salt": job.salt,
            "picture": file_name.replace(job.id, ""),
            "seed": self._settings.seed,
        }
        scale = self._settings.picture_scale
        quality = params.get("output_quality", _QUALITY)
        return Painting(
            prompt=job.prompt,
            seed=int(xxh3_128(canonical_json(material))[:8], 16),
            width=max(1, width // scale),
            height=max(1, height // scale),
            format=output_format(model, params),
            caption="emulator",
            quality=quality if isinstance(quality, int) else _QUALITY,
            stamp=True,
        )


def grid_name(job: Job) -> str | None:
    """Return the name of the 2 by 2 overview of a Midjourney job; None for other jobs."""
    return f"{job.id}-grid.png" if job.model == GRID_MODEL else None


def _grid(tiles: list[bytes]) -> bytes:
    pictures = [Image.open(io.BytesIO(tile)).convert("RGB") for tile in tiles]
    width, height = pictures[0].size
    grid = Image.new("RGB", (2 * width, 2 * height))
    for index, picture in enumerate(pictures[:4]):
        grid.paste(picture, (index % 2 * width, index // 2 * height))
    file = io.BytesIO()
    grid.save(file, "png")
    return file.getvalue()
