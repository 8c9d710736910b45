"""Owns the attack on bytes: pictures cut short, and pictures that changed where they were kept.

A cut picture is told from a whole one in every format and at every length; a changed one is told
by its sha256, wherever it lies: in the store, as a cached original, as an output.
"""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import values
from PIL import Image

from imagegen.build.survey import look_around
from imagegen.diff import diff
from imagegen.locked import Output
from imagegen.original import Original
from imagegen.pictures.inspect import NotAPicture, inspect
from imagegen.plan import Action
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace

from .scene import fast_folder
from .spoils import FORMATS
from .tally import Failure, Tally

LAST = 64
"""Bytes at the end of each picture of which every single one is cut off."""


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Cut `count` times in each format, and change `count` pictures where they are kept."""
    failures: list[Failure] = []
    tried = cuts = flips = 0
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="imagegen-bytes-", dir=fast_folder()) as base:
        for told, broken in _tries(count, rng, Path(base)):
            tried += 1
            cuts += told.startswith("cut")
            flips += told.startswith("flip")
            if broken:
                failures.append(Failure(broken, told, f"bytes of {count}, seed {seed}"))
            if failures and first_failure:
                break
    return Tally("bytes", tried, tuple(failures), {"cuts": cuts, "flips": flips})


def _tries(count: int, rng: random.Random, base: Path) -> Iterator[tuple[str, str]]:
    """Yield what was tried, and which promise that broke, if any."""
    for kind in FORMATS:
        for options in _ways(kind):
            yield from _cut(kind, options, count // len(_ways(kind)), rng)
    yield from _kept(count, rng, base)


def _ways(kind: str) -> tuple[dict[str, object], ...]:
    """Return the options to save with; each writes a file of another build."""
    return {
        "png": ({}, {"compress_level": 0}),
        "jpeg": ({}, {"progressive": True}, {"restart_marker_blocks": 2}, {"exif": bytes(99)}),
        "webp": ({}, {"lossless": True}),
        "avif": ({"speed": 10}, {"speed": 10, "quality": 100}),
        "gif": ({}, {"interlace": 1}),
    }[kind]


def _cut(
    kind: str, options: dict[str, object], count: int, rng: random.Random
) -> Iterator[tuple[str, str]]:
    data = _picture(kind, options, rng)
    if not _taken(data):
        yield f"whole {kind} {options}", "a whole picture was refused"
    lengths = {rng.randrange(len(data)) for _ in range(count * 2)}
    for length in (*sorted(rng.sample(sorted(lengths), min(count, len(lengths)))), *_last(data)):
        taken = _taken(data[:length])
        yield f"cut {kind} {options} to {length} of {len(data)}", "truncation" if taken else ""


def _last(data: bytes) -> Iterator[int]:
    return (len(data) - cut for cut in range(1, min(LAST, len(data)) + 1))


def _taken(data: bytes) -> bool:
    try:
        inspect(data)
    except NotAPicture:
        return False
    return True


def _picture(kind: str, options: dict[str, object], rng: random.Random) -> bytes:
    file = io.BytesIO()
    noise = Image.frombytes("RGB", (40, 30), rng.randbytes(3600))
    (noise.convert("P") if kind == "gif" else noise).save(file, kind, **options)
    return file.getvalue()


def _kept(count: int, rng: random.Random, base: Path) -> Iterator[tuple[str, str]]:
    """Flip one bit where a picture is kept, and ask whoever reads it."""
    for number in range(count):
        kind = rng.choice(FORMATS)
        data = _picture(kind, _ways(kind)[0], rng)
        folder = base / str(number)
        place = ("store", "original", "output")[number % 3]
        bit = rng.randrange(len(data) * 8)
        broken = {"store": _in_store, "original": _as_original, "output": _as_output}[place]
        yield f"flip bit {bit} of a {kind} in the {place}", broken(folder, data, bit)


def _flip(file: Path, bit: int) -> None:
    """Change one bit and nothing that `stat` shows but the moment."""
    data = bytearray(file.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    file.write_bytes(data)


def _in_store(folder: Path, data: bytes, bit: int) -> str:
    store = DiskStore(folder)
    sha256 = store.put(data)
    file = store.path(sha256)
    if file is None:
        return "a picture that was put is not there"
    _flip(file, bit)
    if store.get(sha256) is not None:
        return "a changed picture came out of the store"
    if not any((folder / "quarantine").glob(f"{sha256}*")):
        return "a changed picture is not in quarantine"
    store.put(data)
    return "" if store.get(sha256) == data else "a picture could not be put again"


def _as_original(folder: Path, data: bytes, bit: int) -> str:
    """The damaged file is put again, and must be written anew although its size is right."""
    store = DiskStore(folder)
    sha256 = store.put(data)
    file = store.path(sha256)
    if file is None:
        return "a picture that was put is not there"
    _flip(file, bit)
    store.put(data)
    return "" if store.get(sha256) == data else "a changed original was taken for the right one"


def _as_output(folder: Path, data: bytes, bit: int) -> str:
    """An output that changed must be noticed, and brought back without being bought."""
    store, workspace = DiskStore(folder / "home"), Workspace(folder)
    sha256 = store.put(data)
    target = values.target("mug")
    file = folder / target.output
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    _flip(file, bit)
    lock = values.lock_of(
        values.locked(
            target,
            original=Original(sha256, len(data), "webp", 40, 30),
            outputs=(Output(target.output, sha256),),
        )
    )
    world = look_around([target], lock, workspace, store, ledger=None)
    (change,) = diff([target], lock, world).changes
    return "" if change.action is Action.RESTORE else f"a changed output leads to {change.action}"
