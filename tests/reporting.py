"""Owns small reports for tests: two locks, the files and the store behind them."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import values
from PIL import Image

from imagegen import digest
from imagegen.lock import Lock
from imagegen.locked import Derived, Locked, Output
from imagegen.original import Original
from imagegen.report.comparison import compare
from imagegen.report.exhibit import exhibits
from imagegen.report.report import Report
from imagegen.report.state import State
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace


def picture(colour: str, size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a PNG of two fields, black and another colour."""
    image = Image.new("RGB", size, colour)
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def entry(name: str, data: bytes, prompt: str = "a mug", **changes: object) -> Locked:
    """Return an entry that shows `data`, unchanged, at images/NAME.png."""
    sha256 = digest.sha256_of(data)
    output = Output(f"images/{name}.png", sha256)
    original = Original(sha256, len(data), "png", 60, 40)
    target = values.target(name, values.request(prompt))
    facts = {"original": original, "outputs": (output,)} | changes
    return values.locked(target, **facts)


def report(root: Path, old: Lock, new: Lock) -> Report:
    """Return the report of two locks in the project folder `root`, whose store lies beside it."""
    workspace = Workspace(root)
    before, after = State(old, "old.lock", workspace), State(new, "work tree", workspace)
    comparison = compare(old, new)
    store = DiskStore(root.with_name("store"))
    shown = exhibits(comparison.differences, before, after, store)
    comparison = comparison.as_seen(one.difference for one in shown)
    return Report("site", before, after, comparison, shown)


def shown_at(one: Locked, path: str) -> Locked:
    """Return the entry with its output at another path."""
    return replace(one, outputs=(replace(one.outputs[0], path=path),))


def poster(root: Path, data: bytes, *, original: bytes | None = None) -> Locked:
    """Write two files with words on the image `mug`, and return its entry.

    That for `de` has a name of its own, so that an earlier one stays; that for `pt-BR` has not.
    """
    sha256 = digest.sha256_of(data)
    files = []
    for locale, name in (("de", f"mug-de-{sha256[:8]}"), ("pt-BR", "mug-pt-BR")):
        path = f"images/{name}.png"
        (root / "images").mkdir(exist_ok=True)
        (root / path).write_bytes(data)
        files.append(Output(path, sha256, sha256[:32], 60, 40, locale))
    one = entry("mug", original or picture("green"))
    return replace(one, derived=Derived(tuple(files), {"png+text": "1"}))
