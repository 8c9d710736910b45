"""Times derivatives: 5 widths in 3 formats of many originals, against sharp and a plain loop.

    python benchmarks/derivatives.py [--pictures 20] [--rounds 3] [--side 2048] [--folder FOLDER]

Originals are painted once, with grain and noise like a photograph's, as PNG. Then the contenders
take turns, each as a command of its own that reads the originals and writes all files: imagegen
(its darkroom, grouped as a build does it), sharp from npm, a plain Pillow loop, and the same loop
in a pool of processes, one picture at a time. Sizes, formats, qualities, chroma (4:2:0) and effort
(AVIF speed 6, WebP method 5, progressive JPEG) are the same. Printed are medians of seconds, of
processor time, and the peak of memory: the proportional share of all processes, ten times a
second. Then comes where the time goes, step by step on one core. Ends with 1 if imagegen is
slower than the loop on all cores by more than a twentieth, or takes more than 1.5 GB.

Where sharp wins: in reading a PNG and in resizing, 0.13 s of processor time against 0.27 s of
4 s for a picture; libvips resizes with wider vector instructions than Pillow. AVIF is 70 % of all
the time, and both have it from libaom; WebP and JPEG take sharp longer. Files are of equal size.
Processor time is what to compare on a machine that has other things to do.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import io
import json
import math
import multiprocessing
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from PIL import Image, ImageChops, ImageFilter

from imagegen.build.darkroom import Darkroom
from imagegen.build.shares import shared_out
from imagegen.derivative import Recipe
from imagegen.pictures.paint import Painting, picture

WIDTHS = (320, 640, 1024, 1536, 2048)
QUALITY = {"avif": 50, "webp": 80, "jpeg": 80}
SHARP = "sharp@0.35.5"
MEMORY_LIMIT = 1.5e9
SLACK = 1.05
CORES = os.cpu_count() or 1
OURS, POOL = "imagegen", "Pillow, all cores"

SCRIPT = """
const sharp = require('sharp'), fs = require('fs'), path = require('path');
const [from, to, widths, quality, steps] = process.argv.slice(2);
const make = {
  avif: (one, quality) => one.avif({ quality, effort: 3, chromaSubsampling: '4:2:0' }),
  webp: (one, quality) => one.webp({ quality, effort: 5 }),
  jpeg: (one, quality) => one.jpeg({ quality, progressive: true, chromaSubsampling: '4:2:0' }),
};
const formats = JSON.parse(quality), sizes = JSON.parse(widths);
async function all(name) {
  const one = sharp(path.join(from, name));
  await Promise.all(sizes.flatMap(width => Object.entries(formats).map(([format, quality]) =>
    make[format](one.clone().resize(width), quality)
      .toFile(path.join(to, `${path.parse(name).name}-${width}.${format}`)))));
}
async function timed(action) {
  const began = process.cpuUsage();
  const made = await action();
  const { user, system } = process.cpuUsage(began);
  return [(user + system) / 1e6, made];
}
async function stepwise(name) {
  sharp.concurrency(1);
  sharp.cache(false);
  const told = { decode: 0, resize: 0 };
  const bare = one => one.raw().toBuffer({ resolveWithObject: true });
  const [seconds, { data, info }] = await timed(() => bare(sharp(path.join(from, name))));
  told.decode = seconds;
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const width of sizes) {
    const [spent, small] = await timed(() => bare(sharp(data, { raw }).resize(width)));
    told.resize += spent;
    const shape = { width: small.info.width, height: small.info.height, channels: raw.channels };
    for (const [format, quality] of Object.entries(formats)) {
      const one = sharp(small.data, { raw: shape });
      const [taken] = await timed(() => make[format](one, quality).toBuffer());
      told[format] = (told[format] || 0) + taken;
    }
  }
  console.log(JSON.stringify(told));
}
(async () => {
  const names = fs.readdirSync(from).sort();
  if (steps) return stepwise(names[0]);
  // Two pictures at once keep its threads busy to the end of each.
  const left = names.slice();
  const work = async () => { while (left.length) await all(left.shift()); };
  await Promise.all([work(), work()]);
})();
"""


@dataclass
class Figures:
    """What the rounds of one contender took."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: float = 0.0
    """Bytes, the most of all rounds."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of all files, by format."""


def main() -> int:
    """Print both tables; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", type=int, default=2048)
    parser.add_argument("--folder", type=Path, help="where originals are painted and kept")
    parser.add_argument("--contender", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contender:
        name, originals, made = given.contender
        CONTENDERS[name](sorted(Path(originals).iterdir()), Path(made))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        originals = painted(given.folder or place, given.pictures, given.side)
        commands = {name: ours(name, originals, place / "made") for name in CONTENDERS}
        sharp = installed(place / "sharp")
        if sharp:
            commands["sharp"] = [*sharp, str(originals), str(place / "made"), *wanted()]
        figures = {name: Figures() for name in commands}
        for _ in range(given.rounds):
            for name, command in commands.items():
                measure(command, place / "made", figures[name])
        count = given.pictures * len(WIDTHS) * len(QUALITY)
        print(f"{given.pictures} pictures, {count} files, {CORES} cores, {given.rounds} rounds")
        show(figures)
        explain(originals, sharp)
    return judged(figures)


def painted(folder: Path, count: int, side: int) -> Path:
    """Return a folder with `count` originals; those that are there already stay."""
    place = folder / f"originals-{count}-{side}"
    place.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = place / f"picture-{number:02}.png"
        if not path.exists():
            photograph(number, side).save(path, compress_level=3)
    return place


def photograph(number: int, side: int) -> Image.Image:
    """Return a painted picture with noise that is as strong as a camera's."""
    subjects = ("a desk at dawn", "a forest", "a city at night", "the sea", "a red mug")
    painting = Painting(
        subjects[number % len(subjects)], number, side, side, "png", "", stamp=False
    )
    chance = random.Random(number)
    noise = Image.frombytes("L", (side, side), chance.randbytes(side * side))
    noise = noise.filter(ImageFilter.GaussianBlur(0.8)).point(
        [round(128 + (value - 128) * 0.25) for value in range(256)]
    )
    return ImageChops.add(picture(painting), Image.merge("RGB", [noise] * 3), offset=-128)


def installed(folder: Path) -> list[str]:
    """Return how to run the script for sharp, freshly installed; nothing where there is no npm."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        print("no npm here: without sharp")
        return []
    folder.mkdir()
    subprocess.run(
        ["npm", "install", "--silent", "--no-save", "--prefix", str(folder), SHARP],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    script = folder / "derive.js"
    script.write_text(SCRIPT)
    return ["node", str(script)]


def wanted() -> list[str]:
    """Return widths and qualities as the script for sharp takes them."""
    return [json.dumps(WIDTHS), json.dumps(QUALITY)]


def ours(name: str, originals: Path, made: Path) -> list[str]:
    """Return the command of a contender that is written here."""
    return [sys.executable, __file__, "--contender", name, str(originals), str(made)]


def measure(command: list[str], made: Path, figures: Figures) -> None:
    """Run a contender once in an empty folder and add what it took."""
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen(command)
    watch = threading.Thread(target=watched, args=(process, figures))
    watch.start()
    if process.wait():
        raise RuntimeError(f"{command[:4]} ended with {process.returncode}")
    figures.wall.append(time.perf_counter() - began)
    watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures.processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    for kind in QUALITY:
        figures.sizes[kind] = sum(path.stat().st_size for path in made.glob(f"*.{kind}"))


def watched(process: subprocess.Popen[bytes], figures: Figures) -> None:
    """Note the most memory that a process and those below it have until it ends."""
    while process.poll() is None:
        figures.memory = max(figures.memory, sum(map(share, family(process.pid))))
        time.sleep(0.1)


def family(root: int) -> set[int]:
    """Return a process and all below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def share(pid: int) -> float:
    """Return the bytes of memory that count for one process: what is shared, in equal parts."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def recipes(size: tuple[int, int]) -> list[Recipe]:
    """Return the recipes of all files of a picture of this size."""
    width, height = size
    return [
        Recipe(kind, wide, round(wide * height / width), (0, 0, *size), quality)
        for kind, quality in QUALITY.items()
        for wide in WIDTHS
    ]


def named(path: Path, made: Path, width: int, kind: str) -> Path:
    """Return where a file of an original goes."""
    return made / f"{path.stem}-{width}.{kind}"


def by_imagegen(originals: list[Path], made: Path) -> None:
    """Make all files in the darkroom, shared out as a build does."""

    async def group(room: Darkroom, path: Path, data: bytes, some: list[Recipe]) -> None:
        for recipe, file in zip(some, await room.derived(data, some, {}), strict=True):
            named(path, made, recipe.width, recipe.format).write_bytes(file)

    async def picture_of(room: Darkroom, path: Path, turn: asyncio.Semaphore) -> None:
        async with turn:
            data = await anyio.to_thread.run_sync(path.read_bytes)
            with Image.open(io.BytesIO(data)) as image:
                size = image.size
            async with anyio.create_task_group() as groups:
                for some in shared_out(recipes(size), math.ceil(CORES / len(originals))):
                    groups.start_soon(group, room, path, data, some)

    async def all_of_them() -> None:
        room, turn = Darkroom(), asyncio.Semaphore(CORES)
        async with anyio.create_task_group() as pictures:
            for path in originals:
                pictures.start_soon(picture_of, room, path, turn)
        room.close()

    asyncio.run(all_of_them())


def by_loop(originals: Iterable[Path], made: Path) -> None:
    """Make all files as a script of ten lines would."""
    for path in originals:
        by_hand(path, made)


def by_pool(originals: list[Path], made: Path) -> None:
    """Do the same in as many processes as there are cores."""
    with multiprocessing.Pool(CORES) as pool:
        pool.map(functools.partial(by_hand, made=made), originals, chunksize=1)


def by_hand(path: Path, made: Path) -> None:
    """Make all files of one original with Pillow alone."""
    image = Image.open(path)
    image.load()
    for width in WIDTHS:
        small = image.resize((width, round(width * image.height / image.width)), Image.LANCZOS)
        for kind in QUALITY:
            small.save(named(path, made, width, kind), **options(kind))


def options(kind: str) -> dict[str, object]:
    """Return what Pillow is told for a format."""
    special: dict[str, dict[str, object]] = {
        "avif": {"speed": 6, "max_threads": 1},
        "webp": {"method": 5},
        "jpeg": {"progressive": True, "optimize": True},
    }
    return {"quality": QUALITY[kind], **special[kind]}


CONTENDERS: dict[str, Callable[[list[Path], Path], None]] = {
    OURS: by_imagegen,
    POOL: by_pool,
    "Pillow, one loop": by_loop,
}


def show(figures: dict[str, Figures]) -> None:
    """Print what every contender took, and the size of what it made."""
    first = statistics.median(figures[OURS].wall)
    kinds = "".join(f"{kind + ' KB':>10}" for kind in QUALITY)
    print(f"{'':<20}{'s':>8}{'/ imagegen':>12}{'cpu s':>8}{'peak MB':>9}{kinds}")
    for name, one in figures.items():
        wall, processor = statistics.median(one.wall), statistics.median(one.processor)
        sizes = "".join(f"{size / 1000:>10.0f}" for size in one.sizes.values())
        print(
            f"{name:<20}{wall:>8.1f}{wall / first:>12.2f}{processor:>8.1f}"
            f"{one.memory / 1e6:>9.0f}{sizes}"
        )


def explain(originals: Path, sharp: list[str]) -> None:
    """Print the processor time of each step with the first original, on one core."""
    told = {"Pillow": steps(min(originals.iterdir()))}
    if sharp:
        command = [*sharp, str(originals), "", *wanted(), "steps"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told["sharp"] = json.loads(done.stdout)
    print("\nprocessor seconds of one picture" + "".join(f"{step:>9}" for step in told["Pillow"]))
    for name, one in told.items():
        print(f"{name:<32}" + "".join(f"{seconds:>9.2f}" for seconds in one.values()))


def steps(path: Path) -> dict[str, float]:
    """Return the seconds that each step takes with Pillow."""
    began = time.process_time()
    image = Image.open(path)
    image.load()
    told = {"decode": time.process_time() - began, "resize": 0.0} | dict.fromkeys(QUALITY, 0.0)
    for width in WIDTHS:
        began = time.process_time()
        small = image.resize((width, round(width * image.height / image.width)), Image.LANCZOS)
        told["resize"] += time.process_time() - began
        for kind in QUALITY:
            began = time.process_time()
            small.save(io.BytesIO(), kind, **options(kind))
            told[kind] += time.process_time() - began
    return told


def judged(figures: dict[str, Figures]) -> int:
    """Say what is not as it should be; returns the exit code."""
    ours, pool = figures[OURS], figures[POOL]
    slower = statistics.median(ours.wall) / statistics.median(pool.wall)
    faults = []
    if slower > SLACK:
        faults.append(f"slower than Pillow on all cores: {slower:.2f} times its time")
    if ours.memory > MEMORY_LIMIT:
        faults.append(f"more than 1.5 GB of memory: {ours.memory / 1e9:.2f}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
