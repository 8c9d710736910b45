"""Owns the life of a process that paints: it ends with the one that started it.

Imports little, since every painter is a new interpreter. Never knows what is painted.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess


def end_with_parent() -> None:
    """Let this process end when its parent has, however that came to its end.

    It would wait for ever for work otherwise: it holds both ends of the queue that work comes by.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=(parent,), daemon=True).start()


def _outlive(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
