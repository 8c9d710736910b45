"""Owns the scene: a project, its home and a vendor, and the judgement of what a history left.

The vendor's ledger is the only judge of money; every scene has an API key of its own, so that
one vendor serves many.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from imagegen import lock
from imagegen.build import line
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Entry
from imagegen.emulator.ledger import Charge
from imagegen.emulator.serve import Running
from imagegen.errors import ImagegenError
from imagegen.store.disk import DiskStore

from . import noon
from . import plain as plain
from .tally import Failure

PROJECT = """\
[defaults]
params = {{ resolution = "0.5MP", output_format = "webp" }}
{images}"""

SITE = """\
[defaults.derive]
widths = [8, 16]
formats = ["webp"]

[provenance]
embed = "all"

[publish]
json = "data/images.json"
html = "partials"
"""
"""What a project says whose pictures are for a site."""


def fast_folder() -> Path:
    """Return a folder in memory where there is one: kills take nothing from the page cache."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


@dataclass
class Scene:
    """One project with a home of its own and an account of its own."""

    base: Path
    """A folder for this scene alone; `clear` removes it."""
    url: str
    """Address of the vendor."""
    number: int
    """Told in the prompts, so that scenes ask for different pictures."""
    prompts: Sequence[str]
    site: bool = False
    """Whether files are made of the pictures, and told of in manifests."""
    home: Path = field(init=False)
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.base / "project"
        self.home = self.base / "home" / "imagegen"
        self.folder.mkdir(parents=True)
        self.write(self.prompts)

    @property
    def key(self) -> str:
        """The API key; a canary that nothing may leave behind."""
        return f"afk_canary_{self.number:012d}"

    @property
    def caller(self) -> str:
        """Who the vendor thinks this is."""
        return hashlib.sha256(self.key.encode()).hexdigest()

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of a run."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.base / "home"),
            "IMAGEGEN_HOME": str(self.home),
            "APIFRAME_API_KEY": self.key,
            "APIFRAME_BASE_URL": self.url,
            "NO_COLOR": "1",
            "LANG": "C.UTF-8",
            "TZ": noon.ZONE,
        }

    @property
    def temporary(self) -> Path:
        """A folder of its own for temporary files, where killed runs may leave some; made."""
        folder = self.base / "temporary"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def closed_environment(self) -> dict[str, str]:
        """Like `environment`, and nothing is left outside the scene either."""
        return self.environment | {"TMPDIR": str(self.temporary)}

    def write(self, prompts: Sequence[str]) -> None:
        """Ask for these pictures, named a, b, …, and no others."""
        self.prompts = tuple(prompts)
        images = (
            f"[images.{name}]\nprompt = {json.dumps(f'{prompt} {self.number}')}\n"
            for name, prompt in zip("abcdefgh", self.prompts, strict=False)
        )
        text = PROJECT.format(images="".join(images)) + (SITE if self.site else "")
        (self.folder / "imagegen.toml").write_text(text, encoding="utf-8")

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.base)


def charges(scene: Scene, vendor: Running) -> list[Charge]:
    """Return what this scene's account was charged for and not given back."""
    return [one for one in vendor.ledger if one.key == scene.caller and not one.refunded]


def double_charges(scene: Scene, vendor: Running, repeat: str) -> Iterator[Failure]:
    """Yield every picture that was charged more than once."""
    counts = Counter(one.body_sha256 for one in charges(scene, vendor))
    for body, count in counts.items():
        if count > 1:
            yield Failure("double charge", f"{count} charges for body {body[:12]}", repeat)


def broken_at_rest(scene: Scene, vendor: Running, repeat: str) -> Iterator[Failure]:
    """Yield what is broken in the files as a crash left them, before anything recovers.

    Every charge has its intent in the ledger, the lock is whole or absent, and whatever the lock
    names is in the store and in its place, unless a newer picture is there already.
    """
    noted = _intended(scene)
    for charge in charges(scene, vendor):
        if charge.idempotency_key not in noted:
            yield Failure("intent lost", f"nothing is noted of job {charge.job}", repeat)
    found = _lock(scene, repeat)
    if isinstance(found, Failure):
        yield found
        return
    store = DiskStore(scene.home / "store")
    for one in found.images.values():
        if store.get(one.original.sha256) is None:
            yield Failure("lock before object", f"`{one.name}` is not in the store", repeat)
    yield from _misplaced(scene, found, repeat, newer=store)


def judged(
    scene: Scene, vendor: Running, repeat: str, *, asked: Sequence[str] = ()
) -> Iterator[Failure]:
    """Yield every promise that is broken after a history ended with a build that succeeded.

    `asked` are all the prompts that were ever in the project file, if more than now.
    """
    yield from double_charges(scene, vendor, repeat)
    ever = {*scene.prompts, *asked}
    if len(paid := charges(scene, vendor)) > len(ever):
        yield Failure("double charge", f"{len(paid)} charges for {len(ever)} prompts", repeat)
    yield from _lock_faults(scene, repeat)
    yield from _lost(scene, vendor, repeat)
    yield from _litter(scene, repeat)
    yield from leaks(scene, repeat)


def _lock_faults(scene: Scene, repeat: str) -> Iterator[Failure]:
    found = _lock(scene, repeat)
    if isinstance(found, Failure):
        yield found
        return
    if len(found.images) != len(scene.prompts):
        yield Failure("corrupt lock", f"it has {sorted(found.images)}", repeat)
    yield from _misplaced(scene, found, repeat)


def _lock(scene: Scene, repeat: str) -> lock.Lock | Failure:
    path = scene.folder / lock.NAME
    try:
        return lock.parse(path.read_bytes(), str(path)) if path.exists() else lock.Lock()
    except ImagegenError as error:
        return Failure("corrupt lock", error.problems[0].summary, repeat)


def _misplaced(
    scene: Scene, found: lock.Lock, repeat: str, *, newer: DiskStore | None = None
) -> Iterator[Failure]:
    for one in found.images.values():
        # A newer derivative is in no store: it is made again from what is.
        for output in one.outputs if newer else one.files:
            file = scene.folder / output.path
            sha256 = _sha256(file.read_bytes()) if file.is_file() else ""
            if sha256 != output.sha256 and not (newer and sha256 and newer.has(sha256)):
                yield Failure("wrong output", f"{output.path} is not what the lock says", repeat)


def _lost(scene: Scene, vendor: Running, repeat: str) -> Iterator[Failure]:
    """Yield charged jobs whose exact bytes are neither in the store nor listed as open."""
    store = DiskStore(scene.home / "store")
    listed = {one.idempotency_key for one in _entries(scene) if one.state.open}
    for charge in charges(scene, vendor):
        job = vendor.service.shop.shelf.get(charge.job)
        if job is None or charge.idempotency_key in listed:
            continue
        for name in job.file_names():
            sha256 = _sha256(_get(vendor, f"/cdn/images/{name}"))
            if store.get(sha256) is None:
                yield Failure("lost picture", f"job {charge.job}: no {sha256[:12]}", repeat)


def _entries(scene: Scene) -> list[Entry]:
    ledgers = (scene.home / "accounts").glob("*/ledger.jsonl")
    return [one for file in ledgers for one in Ledger.open(file.parent).entries().values()]


def _intended(scene: Scene) -> set[str]:
    """The idempotency keys that the ledger holds; read without repairing anything in it."""
    found = set[str]()
    for file in (scene.home / "accounts").glob("*/ledger.jsonl"):
        for raw in file.read_bytes().splitlines(keepends=True):
            whole = line.decode(raw)
            if whole is not None:
                found.add(str(whole.fields.get("idem")))
    return found


def unrecorded(scene: Scene, vendor: Running, repeat: str) -> Iterator[Failure]:
    """Yield a failure if more was charged than the ledger knows to have been ordered."""
    noted = sum(
        len(Ledger.open(ledger.parent).entries())
        for ledger in (scene.home / "accounts").glob("*/ledger.jsonl")
    )
    if (paid := len(charges(scene, vendor))) > noted:
        yield Failure("order without a record", f"{paid} charges, {noted} records", repeat)


def _litter(scene: Scene, repeat: str) -> Iterator[Failure]:
    for file in scene.base.rglob(".imagegen-*"):
        yield Failure("temporary file", str(file.relative_to(scene.base)), repeat)


def leaks(scene: Scene, repeat: str) -> Iterator[Failure]:
    """Yield every file of the scene that holds the key."""
    for file in scene.base.rglob("*"):
        if file.is_file() and scene.key.encode() in file.read_bytes():
            yield Failure("leaked key", str(file.relative_to(scene.base)), repeat)


def _get(vendor: Running, path: str) -> bytes:
    connection = http.client.HTTPConnection(urlsplit(vendor.url).netloc, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
