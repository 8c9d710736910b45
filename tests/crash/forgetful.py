"""Owns the vendor that can be taken back to a time when it knew fewer orders.

It restarts at the same address with the charges of those orders alone, so that one moment can be
lived through again and again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from imagegen.emulator.ledger import FILE_NAME
from imagegen.emulator.serve import Running, running
from imagegen.emulator.settings import Settings


class Forgetful:
    """A vendor with several lives at one address; use as a context manager."""

    def __init__(self, folder: Path, settings: Settings, url: str, ledger: str) -> None:
        """Take `ledger`, the text of its file, as all that can be remembered."""
        self._folder = folder
        self._settings = replace(settings, port=urlsplit(url).port or 0)
        self._lines = ledger.splitlines(keepends=True)
        self._life = ExitStack()
        self._knows = frozenset[str]()
        self._now: Running | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._life.close()

    def knowing(self, orders: Collection[str]) -> Running:
        """Return the vendor that was charged for these orders (idempotency keys), no others."""
        wanted = frozenset(orders)
        lines = [line for line in self._lines if json.loads(line)["idempotencyKey"] in wanted]
        if self._now is None or wanted != self._knows or len(self._now.ledger) != len(lines):
            self._life.close()
            state = Path(tempfile.mkdtemp(dir=self._folder))
            (state / FILE_NAME).write_text("".join(lines), "utf-8")
            life = running(replace(self._settings, state=state))
            self._now, self._knows = self._life.enter_context(life), wanted
        return self._now
