"""A painter: it ends with the process that started it, however that ends."""

import subprocess
import sys

KILLED = """
import multiprocessing, os, signal
from concurrent.futures import ProcessPoolExecutor
from imagegen.providers.painter import end_with_parent
spawn = multiprocessing.get_context("spawn")
pool = ProcessPoolExecutor(1, spawn, initializer=end_with_parent)
print(pool.submit(os.getppid).result() == os.getpid(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_painter_ends_with_its_parent_though_that_was_killed():
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=30,
        check=False,
    )
    # The painter has this pipe too: it only comes to an end when both are gone.
    assert done.stdout == b"True\n"
