"""Owns projects for tests of the preview: pictures in place and locked, without any build."""

from __future__ import annotations

import contextlib
import io
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import journey
import tomli_w
from PIL import Image

from imagegen import digest
from imagegen import lock as lockfile
from imagegen.candidates import choice_of
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.original import Original
from imagegen.project.load import load
from imagegen.request import Target
from imagegen.store.disk import DiskStore


def picture(number: int = 0, *, side: int = 24, format: str = "PNG") -> bytes:  # noqa: A002
    """Return the bytes of a picture; another number gives others."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), (number * 40 % 256, 90, 160)).save(file, format)
    return file.getvalue()


def write(folder: Path, images: dict[str, object], **tables: object) -> Path:
    """Write a project file; an image is its prompt or its table. Returns the file."""
    entries = {
        name: {"prompt": one} if isinstance(one, str) else one for name, one in images.items()
    }
    common = {"defaults": {"params": {"output_format": "png"}}}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "imagegen.toml"
    file.write_text(tomli_w.dumps({**common, **tables, "images": entries}), encoding="utf-8")
    return file


def entry(target: Target, number: int, *, take: int = 1) -> Locked:
    """Return the lock's entry of a picture that was bought for 12 credits."""
    data = picture(number)
    sha256 = digest.sha256_of(data)
    return Locked(
        name=target.name,
        request=target.request.canonical,
        request_key=target.request.key,
        take=take,
        seed=target.request.seed_for(take),
        job_id=f"job-{number}",
        credits=12,
        original=Original(sha256, len(data), "png", 24, 24),
        outputs=(Output(target.output, sha256),) if target.output else (),
    )


def build(file: Path, *, store: DiskStore | None = None, drafts: bool = False) -> Lock:
    """Put a picture in place for every image of a project and write the lock."""
    entries = {}
    for number, target in enumerate(load(file).targets):
        choice = entries.get(choice_of(target.name) or "")
        if drafts:
            target = replace(target, request=replace(target.request, provider="draft"))
        # The first candidate is what its image shows.
        first = choice is not None and target.take == choice.take
        one = entry(target, number - 1 if first else number, take=target.take or 1)
        data = picture(number - 1 if first else number)
        if target.output:
            (file.parent / target.output).parent.mkdir(parents=True, exist_ok=True)
            (file.parent / target.output).write_bytes(data)
        if store is not None:
            store.put(data)
        entries[target.name] = one
    lock = Lock(entries)
    (file.parent / lockfile.NAME).write_bytes(lockfile.dump(lock))
    return lock


@contextlib.contextmanager
def previewed(project: journey.Project, port: int = 0) -> Iterator[str]:
    """Run a preview; gives its address, and ends it as Ctrl-C does."""
    running = project.start("preview", "--port", str(port))
    url = running.process.stdout.readline().strip()
    assert url.startswith("http://127.0.0.1:"), running.kill()
    try:
        yield url
    finally:
        running.signal(signal.SIGINT)
        done = running.finish(code=130, timeout=60)
        assert done.stderr.split() == ["interrupted"]
