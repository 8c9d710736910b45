"""The socket for where paid pictures live: originals by sha256, answers by request key and take.

An answer names the originals that one purchase gave; a former says which take an image showed.
Bytes are checked against their digest on the way in and on the way out; a damaged object counts
as absent and is kept aside, not deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from imagegen.original import Original
from imagegen.request import Request


@dataclass(frozen=True, slots=True)
class Answer:
    """What one purchase (request, take) brought."""

    request: Mapping[str, object]
    """The canonical request in clear; compared in full on every hit."""
    take: int
    seed: int | None
    """The seed that was sent; None for a model without seeds."""
    job_id: str | None
    """None for a picture that was taken in without being bought."""
    credits: int | None
    originals: tuple[Original, ...]
    """In the provider's order; most models give one."""


@dataclass(frozen=True, slots=True)
class Former:
    """What an image of a project showed when it last asked for a request, and asks no more.

    Never an answer: it is for the same image alone, should it ask for the same again.
    """

    project: str
    """The project's folder on this machine."""
    image: str
    request: Mapping[str, object]
    """The canonical request in clear; compared in full on every hit."""
    take: int
    """0 for a picture that was taken in."""
    picked: bool
    """Whether a person chose it."""
    original: Original
    source_type: str = ""
    """What a picture that was taken in says of its own making; see `Locked.declared`."""


class Store(Protocol):
    """Content-addressed home of originals and answers; safe for concurrent use."""

    def answer(self, request: Request, take: int) -> Answer | None:
        """Return what is recorded for exactly this request and take.

        None when nothing is, or when the canonical request differs (a hash collision). Its
        originals may be absent: `has` tells.
        """

    def takes(self, request: Request) -> tuple[int, ...]:
        """Return the takes of `request` that `answer` knows, in rising order."""

    def knows(self, request_key: str, take: int) -> bool:
        """Whether anything is recorded for this key and take."""

    def remember(self, answer: Answer) -> None:
        """Record `answer`, durably. Its originals should have been `put` before if at hand."""

    def former(self, request: Request, project: str, image: str) -> Former | None:
        """Return what was remembered last for exactly this request, project and image."""

    def remember_former(self, former: Former) -> None:
        """Record what an image shows that is about to ask for something else, durably.

        It takes the place of what was recorded before.
        """

    def rename_formers(self, project: str, old: str, new: str) -> None:
        """Let the image `new` of a project come back to whatever `old` of it showed, durably."""

    def put(self, data: bytes) -> str:
        """Keep `data`, durably; returns its sha256. Keeping the same bytes again is free."""

    def arriving(self) -> AbstractContextManager[Path]:
        """Give an empty file for bytes that are on their way; it is gone after the `with` block."""

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes of an original, verified against `sha256`; None when not at hand."""

    def has(self, sha256: str) -> bool:
        """Whether an original is at hand, judged by its presence alone."""

    def secure(self, sha256: str) -> None:
        """See to it that a power cut takes no original that is at hand, whoever put it there."""

    def quarantine(self, data: bytes, reason: str) -> Path:
        """Keep bytes that are not what they should be, with the reason; returns where."""

    def path(self, sha256: str) -> Path | None:
        """Return the file that holds an original, for readers of large files; None if absent."""
