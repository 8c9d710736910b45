"""Owns a block of tries: one vendor, one zygote and one folder serve all of them."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from imagegen.emulator.serve import Running, running
from imagegen.emulator.settings import Settings

from .scene import fast_folder
from .tally import Failure, Tally
from .zygote import Zygote

Try = Callable[[Path, Running, Zygote, int, Counter[str]], Iterable[Failure]]
"""Plays one try, in a folder of its own, under its number; adds to the counts."""


def tried(
    name: str, settings: Settings, numbers: Iterable[int], one: Try, *, first_failure: bool
) -> Tally:
    """Return what the tries of these numbers broke; leaves no file behind."""
    base = Path(tempfile.mkdtemp(prefix="crash-", dir=fast_folder()))
    count, failures, counts = 0, list[Failure](), Counter[str]()
    try:
        with running(settings) as vendor, Zygote() as zygote:
            for number in numbers:
                failures += one(base / str(number), vendor, zygote, number, counts)
                count += 1
                if failures and first_failure:
                    break
    finally:
        shutil.rmtree(base)
    return Tally(name, count, tuple(failures), counts)
