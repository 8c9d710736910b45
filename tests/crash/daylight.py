"""Owns Daylight: a darkroom without processes, for histories by the thousand with good pictures."""

from __future__ import annotations

from imagegen.build.darkroom import Darkroom
from imagegen.original import Original
from imagegen.pictures.convert import convert
from imagegen.pictures.inspect import inspect


class Daylight(Darkroom):
    """Decodes where it stands; starting a process would take longer than the whole history."""

    async def inspected(self, data: bytes, *, pixels: int) -> Original:
        return inspect(data, pixels=pixels)

    async def converted(self, data: bytes, format: str) -> bytes:  # noqa: A002
        return convert(data, format)
