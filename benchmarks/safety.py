"""Times what safety costs: the ledger of each picture, and the taking up of open jobs.

    python benchmarks/safety.py [--pictures 200] [--jobs 1000] [--rounds 5]

The ledger's five durable lines for a picture are timed against five bare appends with fsync, in
turn, on the same disk. The taking up is a whole build that finds all its jobs ordered by a build
that was killed; against it stands the network alone: the same lists and pictures, fetched by a
plain loop as many at a time. Both talk to one emulator, which has painted everything before.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import http.client
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Intent, Purchase, State, idempotency_key
from imagegen.emulator.serve import Running, running
from imagegen.emulator.settings import Settings

KEY = "afk_benchmark_of_safety"
AT_ONCE = 10


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        ledger_table(Path(folder), given.pictures, given.rounds)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        # The builds run in folders of their own, and must all find the same home.
        resume_table(Path(folder).absolute(), given.jobs, given.rounds)


def ledger_table(folder: Path, pictures: int, rounds: int) -> None:
    """Print milliseconds per picture in the ledger and for bare appends."""
    taken: dict[str, list[float]] = {"ledger": [], "bare appends": []}
    for number in range(rounds):
        ledger, bare = folder / f"ledger-{number}", folder / f"bare-{number}"
        taken["ledger"].append(timed(partial(bought, ledger, pictures)))
        taken["bare appends"].append(timed(partial(appended, bare, pictures)))
    medians = {name: statistics.median(times) / pictures for name, times in taken.items()}
    print(f"{pictures} pictures, {rounds} rounds      ms a picture   / bare appends")
    for name, seconds in medians.items():
        print(f"  {name:<27} {seconds * 1000:8.2f}   {seconds / medians['bare appends']:12.2f}")


def bought(folder: Path, pictures: int) -> None:
    """Note everything that is noted of so many pictures that are bought without trouble."""
    ledger = Ledger.open(folder)
    for number in range(pictures):
        key = f"{number:032x}"
        purchase = Purchase(key, 1, 1)
        ledger.intend(intent(purchase), lambda _: None)
        ledger.note(purchase, State.ACCEPTED, job_id=f"job-{number}")
        ledger.note(purchase, State.READY, urls=(f"https://cdn.example/{number}.png",), credits=3)
        ledger.note(purchase, State.STORED, originals=(f"{number:064x}",))
        ledger.note(purchase, State.LOCKED)


def intent(purchase: Purchase) -> Intent:
    """Return an intent with a prompt of the usual length."""
    prompt = "A mug on an oak table, morning light, steam, soft shadows, 35mm. " * 4
    return Intent(
        purchase=purchase,
        image="mug",
        request={"model": "flux-2-pro", "prompt": prompt, "params": {"resolution": "2MP"}},
        idempotency_key=idempotency_key("account", purchase.request_key, 1, 1),
        body=prompt.encode(),
        reserve=3,
        seed=7,
        run="run",
    )


def appended(path: Path, pictures: int) -> None:
    """Append five lines for each picture, each made durable: what no ledger can do without."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in range(pictures * 5):
        os.write(descriptor, b"x" * 300 + b"\n")
        os.fsync(descriptor)
    os.close(descriptor)


def resume_table(folder: Path, jobs: int, rounds: int) -> None:
    """Print the seconds that a build takes to take up open jobs, and those of the network."""
    settings = Settings(
        latency=0.0, picture_scale=64, slots=jobs, rate_limit=0, credits=10**9, painters=1
    )
    with running(settings) as vendor:
        left = ordered(folder / "left", vendor, jobs)
        fetched(vendor, jobs)
        taken: dict[str, list[float]] = {"known": [], "build": [], "network": []}
        for number in range(rounds):
            place = folder / "again"
            shutil.copytree(left, place)
            posted = vendor.posts
            known, whole = built(place, vendor, jobs)
            taken["known"].append(known)
            taken["build"].append(whole)
            taken["network"].append(timed(partial(fetched, vendor, jobs)))
            charged, again = len(vendor.charges), vendor.posts - posted
            if charged != jobs or len(list((place / "images").iterdir())) != jobs:
                raise RuntimeError(f"round {number}: {charged} charges for {jobs} pictures")
            if again > jobs // 10:
                raise RuntimeError(f"round {number}: {again} orders sent again, not taken up")
            shutil.rmtree(place)
    known, build, network = (statistics.median(times) for times in taken.values())
    print(f"{jobs} open jobs, {rounds} rounds")
    print(f"  until all are asked for      {known:8.2f} s")
    print(f"  until all pictures are there {build:8.2f} s")
    print(f"  the network alone            {network:8.2f} s")
    print(f"  difference                   {build - network:8.2f} s")


def ordered(place: Path, vendor: Running, jobs: int) -> Path:
    """Let a build order everything and kill it before it looks; returns its folder."""
    place.mkdir()
    rows = [f'[images.pic-{i:05}]\nprompt = "A mug number {i}"\n' for i in range(jobs)]
    defaults = '[defaults]\nparams = { resolution = "0.5MP", output_format = "webp" }\n'
    budget = f"[budget]\nimages_per_run = {jobs}\n[provider]\nmax_in_flight = {jobs}\n"
    (place / "imagegen.toml").write_text(defaults + budget + "requests_per_minute = 100000\n")
    with (place / "imagegen.toml").open("a") as file:
        file.write("\n".join(rows))
    process = subprocess.Popen(command(), cwd=place, env=environment(place, vendor))
    while len(vendor.charges) < jobs and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return place


def built(place: Path, vendor: Running, jobs: int) -> tuple[float, float]:
    """Build; returns the seconds until all jobs were asked for, and until the build ended."""
    before, began, lists = len(vendor.requests), time.perf_counter(), 0
    process = subprocess.Popen(
        command(), cwd=place, env=environment(place, vendor), stderr=subprocess.DEVNULL
    )
    # The vendor lives in this process, and whoever looks often holds it up.
    while process.poll() is None and lists < jobs // 100:
        time.sleep(0.05)
        lists = sum(one.path == "/v2/jobs" for one in vendor.requests[before:])
    known = time.perf_counter() - began
    if process.wait():
        raise RuntimeError(f"the build ended with {process.returncode}")
    return known, time.perf_counter() - began


def fetched(vendor: Running, jobs: int) -> None:
    """Turn the pages of the job list and fetch every picture, a few at a time."""
    names = [name for job in vendor.service.ledger.jobs for name in job.file_names()]
    paths = [f"/v2/jobs?limit=100&page={page}" for page in range(jobs // 100)]
    paths += [f"/cdn/images/{name}" for name in names]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(
            pool.map(
                lambda part: fetch_all(vendor.url, part),
                [paths[n::AT_ONCE] for n in range(AT_ONCE)],
            )
        )


def fetch_all(url: str, paths: list[str]) -> None:
    """GET each path over one connection."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    for path in paths:
        connection.request("GET", path, headers={"X-API-Key": KEY} if "/v2/" in path else {})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        answer.read()
    connection.close()


def command() -> list[str]:
    """Return the command line of a build."""
    return [sys.executable, "-m", "imagegen", "build"]


def environment(place: Path, vendor: Running) -> dict[str, str]:
    """Return an environment with a home beside the project file."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "HOME": str(place / "home"),
        "IMAGEGEN_HOME": str(place / "home" / "imagegen"),
        "APIFRAME_API_KEY": KEY,
        "APIFRAME_BASE_URL": vendor.url,
    }


def timed(action: Callable[[], None]) -> float:
    """Return the seconds that `action` takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
