"""Times a watch: from a save to the line that tells the plan, and to the order at the API.

    python benchmarks/watch.py [--images 10 1000 10000] [--rounds 9]

A save writes a new file with one changed prompt and moves it into place. The watch is a process of
its own, the API is the emulator, and each picture has arrived before the next save. Median and
worst of all rounds are printed, and what the watch costs while nothing happens.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from null_build import environment, prepared

from imagegen.emulator.serve import Running, running
from imagegen.emulator.settings import Settings

IDLE_SECONDS = 10


@dataclass
class Times:
    """Seconds from each save."""

    planned: list[float] = field(default_factory=list)
    ordered: list[float] = field(default_factory=list)
    idle_share: float = 0.0
    """Processor time by time, while nothing happened."""


def main() -> None:
    """Time each size and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, nargs="+", default=[10, 1000, 10_000])
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    print("images   save to plan, ms      save to order, ms     idle")
    print("         median    worst       median    worst       % of a core")
    for count in given.images:
        with tempfile.TemporaryDirectory() as folder:
            times = measured(Path(folder), count, given.rounds)
        row = "".join(f"{told(values):<22}" for values in (times.planned, times.ordered))
        print(f"{count:6}   {row}{times.idle_share * 100:.2f}", flush=True)


def told(seconds: list[float]) -> str:
    """Return the median and the worst, in ms."""
    return f"{statistics.median(seconds) * 1000:6.0f}   {max(seconds) * 1000:6.0f}"


def measured(folder: Path, count: int, rounds: int) -> Times:
    """Return what the saves of one project took."""
    project = prepared(folder / "project", count)
    times = Times()
    with running(Settings(port=0, latency=0.05, picture_scale=8)) as api:
        around = environment(folder) | {
            "APIFRAME_API_KEY": "afk_benchmark_of_watch",
            "APIFRAME_BASE_URL": str(api.url),
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        }
        watch = subprocess.Popen(
            [sys.executable, "-m", "imagegen", "watch", "--max-images", "1000"],
            cwd=project,
            env=around,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        lines: list[tuple[float, str]] = []
        reader = threading.Thread(target=read, args=(watch, lines), daemon=True)
        reader.start()
        wait(lambda: any("nothing to do" in line for _, line in lines))
        time.sleep(3)
        before = cpu_seconds(watch.pid)
        time.sleep(IDLE_SECONDS)
        times.idle_share = (cpu_seconds(watch.pid) - before) / IDLE_SECONDS
        for number in range(rounds):
            one_save(project, number, api, lines=lines, times=times)
        watch.send_signal(signal.SIGINT)
        watch.wait()
        reader.join()
    return times


def one_save(
    project: Path, number: int, api: Running, *, lines: list[tuple[float, str]], times: Times
) -> None:
    """Change one prompt, and note when it was planned and when it was ordered."""
    lines.clear()
    posts = api.posts
    file = project / "imagegen.toml"
    text = file.read_text().replace('"A mug number 7', f'"{"new " * (number + 1)}mug number 7', 1)
    text = text.replace(f'"{"new " * number}mug', f'"{"new " * (number + 1)}mug', 1)
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    saved_at = time.perf_counter()
    os.replace(fresh, file)  # noqa: PTH105 - what is timed
    wait(lambda: api.posts > posts)
    times.ordered.append(time.perf_counter() - saved_at)
    wait(lambda: any("done" in line for _, line in lines))
    planned_at = next(at for at, line in lines if "to generate" in line)
    times.planned.append(planned_at - saved_at)
    time.sleep(0.5)


def read(watch: subprocess.Popen[str], lines: list[tuple[float, str]]) -> None:
    """Note every line of the watch with the time of its coming."""
    for line in watch.stderr or ():
        lines.append((time.perf_counter(), line))


def wait(happened: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 120
    while not happened():
        if time.monotonic() > deadline:
            raise SystemExit("waited in vain")
        time.sleep(0.002)


def cpu_seconds(process: int) -> float:
    """Return the processor time that a process has used."""
    stats = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(stats[11]) + int(stats[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
