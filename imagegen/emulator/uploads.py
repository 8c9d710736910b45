"""Owns uploaded files: which kinds are taken, where they lie, and when they are gone.

Fact: the kinds, decided by magic bytes alone; the size limits; the shape of the answer. Guess:
the texts of 400, and that a file lives for one hour unless the settings say otherwise.
A file's modification time on disk is the moment it expires, so that a restart loses nothing.
"""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from imagegen import atomic
from imagegen.emulator.rejection import Rejection
from imagegen.emulator.views import timestamp

MEBIBYTE = 2**20
LIMITS = {"image": 25 * MEBIBYTE, "audio": 25 * MEBIBYTE, "video": 50 * MEBIBYTE}


@dataclass(frozen=True, slots=True)
class Medium:
    """A kind of file that may be uploaded."""

    kind: str
    """image, video or audio."""
    content_type: str
    extension: str


MEDIA = (
    Medium("image", "image/png", "png"),
    Medium("image", "image/jpeg", "jpg"),
    Medium("image", "image/webp", "webp"),
    Medium("image", "image/gif", "gif"),
    Medium("video", "video/mp4", "mp4"),
    Medium("video", "video/webm", "webm"),
    Medium("video", "video/quicktime", "mov"),
    Medium("audio", "audio/mpeg", "mp3"),
    Medium("audio", "audio/wav", "wav"),
    Medium("audio", "audio/ogg", "ogg"),
    Medium("audio", "audio/mp4", "m4a"),
)
BY_EXTENSION = {medium.extension: medium for medium in MEDIA}

_MAGIC = (
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (8, b"WEBP", "webp"),
    (0, b"GIF8", "gif"),
    (8, b"WAVE", "wav"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"\xff\xf3", "mp3"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (4, b"ftypM4A", "m4a"),
    (4, b"ftypqt", "mov"),
    (4, b"ftypisom", "mp4"),
    (4, b"ftypiso2", "mp4"),
    (4, b"ftypmp4", "mp4"),
    (4, b"ftypavc1", "mp4"),
    (4, b"ftypM4V", "mp4"),
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was taken in."""

    id: str
    medium: Medium
    bytes: int
    expires: float
    """Seconds since 1970."""

    @property
    def file_name(self) -> str:
        """Its name under /cdn/uploads/."""
        return f"{self.id}.{self.medium.extension}"

    def answer(self, base: str) -> dict[str, object]:
        """Return the body of the 201."""
        return {
            "id": self.id,
            "url": f"{base}/cdn/uploads/{self.file_name}",
            "kind": self.medium.kind,
            "contentType": self.medium.content_type,
            "byteSize": self.bytes,
            "expiresAt": timestamp(self.expires),
        }


class Uploads:
    """The uploaded files of one state folder."""

    def __init__(self, folder: Path, retention: float) -> None:
        self._folder = folder
        self._retention = retention
        atomic.make_folder(folder)

    def take(self, data: bytes, now: float) -> Upload:
        """Keep a file; raises Rejection 400 when its kind or size is not taken."""
        medium = medium_of(data)
        if medium is None:
            raise Rejection(400, "Unsupported file type")
        limit = LIMITS[medium.kind]
        if len(data) > limit:
            raise Rejection(400, f"File too large: {medium.kind} limit is {limit // MEBIBYTE} MB")
        upload = Upload(str(uuid.uuid4()), medium, len(data), now + self._retention)
        path = self._folder / upload.file_name
        atomic.replace(path, data)
        os.utime(path, (upload.expires, upload.expires))
        return upload

    def has(self, file_name: str, now: float) -> bool:
        """Whether a file is at hand: it was uploaded and has not expired."""
        stem, dot, extension = file_name.partition(".")
        if not (dot and extension in BY_EXTENSION and _is_uuid(stem)):
            return False
        path = self._folder / file_name
        return path.exists() and now < path.stat().st_mtime

    def get(self, file_name: str, now: float) -> bytes | None:
        """Return a file's bytes, or None when it never was or has expired."""
        return (self._folder / file_name).read_bytes() if self.has(file_name, now) else None


def medium_of(data: bytes) -> Medium | None:
    """Return the medium by the first bytes of `data`, or None for one that is not taken."""
    for offset, magic, extension in _MAGIC:
        if data[offset : offset + len(magic)] == magic:
            return BY_EXTENSION[extension]
    return None


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None
