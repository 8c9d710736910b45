"""Times a build with nothing to do against a bare interpreter and against ninja, side by side.

    python benchmarks/null_build.py [--images 10 1000 10000] [--rounds 9]

Every round runs each command once, in turn, as a whole process; medians and ratios of medians
are printed. Pictures are stand-ins of a few bytes: what is timed is finding that nothing changed.
ninja is left out when it is not installed (`pip install ninja`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from imagegen import digest, lock
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.original import Original
from imagegen.project.load import load


def main() -> None:
    """Time each size and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, nargs="+", default=[10, 1000, 10_000])
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    print("images  command            median s   / python   / ninja")
    for count in given.images:
        with tempfile.TemporaryDirectory() as folder:
            report(count, measured(Path(folder), count, given.rounds))


def measured(folder: Path, count: int, rounds: int) -> dict[str, float]:
    """Return the median seconds of each command over one prepared project."""
    project = prepared(folder / "project", count)
    build = [sys.executable, "-m", "imagegen", "build"]
    commands: dict[str, list[str]] = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "imagegen, stats": build,
        "imagegen, content": build,
    }
    if shutil.which("ninja"):
        (project / "build.ninja").write_text(ninja_file(count))
        subprocess.run(["ninja"], cwd=project, check=True, capture_output=True)
        commands["ninja"] = ["ninja"]
    subprocess.run(build, cwd=project, env=environment(folder), check=True, capture_output=True)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if name == "imagegen, content":
                (project / ".imagegen" / "fingerprint").unlink(missing_ok=True)
            began = time.perf_counter()
            subprocess.run(
                command, cwd=project, env=environment(folder), check=True, capture_output=True
            )
            taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in taken.items()}


def prepared(project: Path, count: int) -> Path:
    """Write a project whose lock and outputs are as wanted."""
    project.mkdir()
    rows = [f'[images.pic-{i:05}]\nprompt = "A mug number {i}"\n' for i in range(count)]
    file = project / "imagegen.toml"
    file.write_text("\n".join(rows))
    entries = {}
    for target in load(file).targets:
        data = target.name.encode()
        place = project / target.output
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(data)
        sha256 = digest.sha256_of(data)
        entries[target.name] = Locked(
            name=target.name,
            request=target.request.canonical,
            request_key=target.request.key,
            take=1,
            seed=target.request.seed_for(1),
            job_id=None,
            credits=None,
            original=Original(sha256, len(data), target.output_format, 1024, 1024),
            outputs=(Output(target.output, sha256),),
        )
    (project / "imagegen.lock").write_bytes(lock.dump(Lock(entries)))
    time.sleep(0.1)
    return project


def ninja_file(count: int) -> str:
    """Return the same shape of work for ninja: each output depends on the one list."""
    rule = "rule make\n  command = touch $out\n\n"
    return rule + "".join(f"build out/{i}: make imagegen.toml\n" for i in range(count))


def environment(folder: Path) -> dict[str, str]:
    """Return an environment without a key and with a home of its own."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return kept | {"HOME": str(folder), "IMAGEGEN_HOME": str(folder / "home")}


def report(count: int, medians: dict[str, float]) -> None:
    """Print the rows of one size."""
    bare, ninja = medians["python -c pass"], medians.get("ninja")
    for name, seconds in medians.items():
        against = f"{seconds / ninja:8.2f}" if ninja else "       -"
        print(f"{count:6}  {name:<18} {seconds:8.3f}   {seconds / bare:8.2f}   {against}")


if __name__ == "__main__":
    main()
