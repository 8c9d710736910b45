"""Owns the sharing out of a method's work to processes, each with a vendor of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from .tally import Tally

WORKERS = 2 * (os.cpu_count() or 1)
"""More than cores: a build waits for its jobs, its disk and its kills."""

Block = tuple[int, int, int]
"""First number, how many, and the seed."""


def shared_out(
    work: Callable[[int, int, int, bool], Tally],
    blocks: Sequence[Block],
    start: Tally,
    *,
    first_failure: bool,
    workers: int = WORKERS,
) -> Tally:
    """Return the sum of `work` over all blocks; stops early at a failure if that is asked for."""
    if len(blocks) < 2 or workers < 2:
        for block in blocks:
            start += work(*block, first_failure)
            if first_failure and start.failures:
                break
        return start
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(blocks)), mp_context=context) as pool:
        waiting = [pool.submit(work, *block, first_failure) for block in blocks]
        for done in as_completed(waiting):
            start += done.result()
            if first_failure and start.failures:
                pool.shutdown(cancel_futures=True)
                break
    return start
