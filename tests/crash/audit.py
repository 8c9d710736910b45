"""Owns the audit of a history: what its user asked for, against what was charged and is kept.

Counts for itself and trusts nothing that imagegen decides: it knows the wishes, the vendor's jobs
and what lies on the disk.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from imagegen import lock as lockfile
from imagegen.errors import WrongInput

from .bench import Bench, Ended, seed_of
from .disk import Disk
from .vendor import PRICE, WINDOW, Made, Vendor

Wanted = tuple[str, int]
"""A prompt and a seed: what can be bought once."""

_ORIGINAL = re.compile(rb'\.original\]\nsha256 = "([0-9a-f]{64})"')
_OPEN = ("INTENT", "ACCEPTED", "READY", "UNKNOWN", "ADOPTED", "LOST")


class Broken(AssertionError):
    """A promise was broken; which one, and what was seen."""

    def __init__(self, promise: str, told: str) -> None:
        super().__init__(f"{promise}: {told}")
        self.promise, self.told = promise, told


@dataclass
class Running:
    """The build that is running now."""

    bench: Bench
    locked: frozenset[Wanted]
    """What its lock knew when it began."""
    images: int | None
    credits: int | None
    planned: frozenset[Wanted] = frozenset()
    posted: set[Wanted] = field(default_factory=set)
    charged: list[Made] = field(default_factory=list)
    listed: bool = False


class Audit:
    """Watches one history."""

    def __init__(self, vendor: Vendor, disk: Disk) -> None:
        self.vendor, self.disk = vendor, disk
        vendor.on_post, vendor.on_charge, vendor.on_list = self._post, self._charge, self._list
        vendor.on_known, vendor.on_fetch = self._know, self._deliver
        disk.on_replace = self._replace
        self.running: Running | None = None
        self.asked: dict[str, set[int]] = defaultdict(set)
        """Takes of each prompt that a project file has asked for."""
        self.replaced: Counter[str] = Counter()
        self.pardons: Counter[Wanted] = Counter()
        """Further charges that the user has allowed by giving an order up."""
        self._bodies: dict[str, bytes] = {}
        self._first_posts: dict[str, dict[str, float]] = defaultdict(dict)
        """When each machine first sent a key, as far as its ledger can know."""
        self._ledgers: dict[str, set[str]] = defaultdict(set)
        """Jobs that the ledger of each machine must know of, or have in doubt."""
        self._stores: dict[str, set[str]] = defaultdict(set)
        """Jobs whose pictures and answers the store of each machine must have."""
        self._delivered: dict[str, set[str]] = defaultdict(set)
        """Jobs whose pictures each machine has fetched since its store was last harmed."""
        self._harmed: set[str] = set()
        """Jobs that a store may have lost because its user or its disk harmed it."""
        self._sound: set[bytes] = set()
        """Locks that have been seen to parse."""
        self._versions: dict[Path, set[bytes]] = defaultdict(set)

    def begin(self, bench: Bench, replaced: str | None, limits: tuple[int | None, int | None]):
        """A build starts; `limits` are pictures and credits."""
        self.running = Running(bench, locked_in(bench.lock), *limits)
        for one in bench.wishes.values():
            takes = range(1, one.candidates + 1) if one.candidates else [one.take or 1]
            self.asked[one.prompt].update(takes)
        if replaced is not None:
            self.replaced[bench.wishes[replaced].prompt] += 1

    def plan(self, planned: frozenset[Wanted]) -> None:
        """The running build has decided what it will buy."""
        if self.running is not None:
            self.running.planned = planned

    def end(self, ended: Ended | None) -> None:
        """The running build is over; None when its process died."""
        run, self.running = self.running, None
        if run is None:
            return
        charged = sum(not job.refunded for job in run.charged)
        if run.images is not None and charged > run.images:
            raise Broken("over the limit", f"{charged} pictures of at most {run.images}")
        # Nobody knows the first price, so a limit may be passed by one picture.
        if run.credits is not None and charged * PRICE >= run.credits + PRICE:
            raise Broken("over the limit", f"{charged * PRICE} of {run.credits} credits")
        if ended is not None and ended.code == 0:
            if run.posted != run.planned:
                raise Broken("plan and build differ", f"{run.planned} and {run.posted}")
            named = locked_in(run.bench.lock)
            machine = run.bench.machine.name
            fetched = self._delivered[machine]
            jobs = (one for one in self.vendor.jobs.values() if one.wanted in named)
            self._stores[machine].update(one.id for one in jobs if one.id in fetched)

    def forget_ledger(self, machine: str) -> None:
        """The user has deleted the ledger of a machine."""
        self._ledgers[machine].clear()
        self._first_posts[machine].clear()

    def forget_store(self, machine: str) -> None:
        """The user has deleted or harmed the store of a machine."""
        self._stores[machine].clear()
        self._harmed |= self._delivered.pop(machine, set())

    def allow(self, path: Path, data: bytes) -> None:
        """These bytes may be found there from now on: their user wrote them."""
        self._versions[path].add(data)

    def check_files(self, bench: Bench, *, was_locked: bool) -> None:
        """Lock and outputs must be old or new, and the lock must parse."""
        if was_locked and not bench.lock.exists():
            raise Broken("lock lost", "it was there before")
        for path in (bench.lock, *bench.root.rglob("*.png"), *bench.root.rglob("*.webp")):
            if not path.exists() or ".imagegen" in path.relative_to(bench.root).parts:
                continue
            if path.read_bytes() not in self._versions[path]:
                raise Broken("half a file", f"{path.name}: {path.read_bytes()[:60]!r}")
        data = bench.lock.read_bytes() if bench.lock.exists() else None
        if data is not None and data not in self._sound:
            try:
                lockfile.parse(data, "imagegen.lock")
            except WrongInput as error:
                raise Broken("lock does not parse", str(error)) from None
            self._sound.add(data)

    def check_paid(self, benches: list[Bench]) -> None:
        """Every picture that was paid for is in a store, or listed as open by a ledger."""
        machines = {one.machine.name: one for one in benches}
        listed = {name: _listed(one.account / "ledger.jsonl") for name, one in machines.items()}
        for job in self.vendor.jobs.values():
            excused = job.refunded or job.abandoned or job.id in self._harmed
            if excused or job.id not in self._ledgers[job.by]:
                continue
            sha256 = hashlib.sha256(job.data).hexdigest()
            at = [one.store.folder / "objects" / sha256[:2] / sha256 for one in benches]
            if any(path.is_file() and path.read_bytes() == job.data for path in at):
                continue
            known = listed.get(job.by, {})
            if not {job.id, job.key} & known.keys():
                raise Broken("lost picture", f"{job.id} for {job.wanted} is nowhere ({job.fate})")

    def check_ended(self, bench: Bench, ended: Ended) -> None:
        """After a calm build everything is in place, but for what the vendor has spoilt."""
        if ended.code not in (0, 1, 4):
            raise Broken("no way on", f"exit {ended.code}: {ended.told}")
        for name, why in ended.failed.items():
            one = bench.wishes.get(name)
            if one is None or not (one.protect or one.prompt in self.vendor.spoilt):
                raise Broken("no way on", f"{name}: {why}")
        if ended.code and not ended.failed:
            raise Broken("no way on", f"exit {ended.code}: {ended.told or 'no reason'}")
        pictures = {job.data: job for job in self.vendor.jobs.values()}
        entries = tomllib.loads(bench.lock.read_text())["images"] if bench.lock.exists() else {}
        for name, one in bench.wishes.items():
            if name in ended.failed or one.protect:
                continue
            data = (bench.root / one.output).read_bytes()
            entry = entries[name]
            if hashlib.sha256(data).hexdigest() != entry["outputs"][0]["sha256"]:
                raise Broken("lock and output differ", name)
            job = pictures.get(data)
            if one.output.endswith(".png") and (job is None or job.wanted[0] != one.prompt):
                raise Broken("wrong picture", f"{name} shows {job and job.wanted}")

    def _post(self, body: bytes, key: str) -> None:
        run = self._run()
        machine = run.bench.machine.name
        form = json.loads(body)
        wanted = (form["prompt"], form["seed"])
        if self._bodies.setdefault(key, body) != body:
            raise Broken("one key, two bodies", f"{self._bodies[key]!r} and {body!r}")
        ledger = run.bench.account / "ledger.jsonl"
        if f'"idem":"{key}"'.encode() not in (self.disk.durable(ledger) or b""):
            raise Broken("intent not durable", f"POST for {wanted} while the ledger lacks it")
        if any("ledger.jsonl" in one for one in self.disk.failed_syncs):
            raise Broken("POST after a failed fsync", str(self.disk.failed_syncs))
        if wanted not in run.planned:
            raise Broken("plan and build differ", f"{wanted} was ordered and not planned")
        run.posted.add(wanted)
        now = self.vendor.clock()
        late = now - self._first_posts[machine].setdefault(key, now) > WINDOW
        if late and not run.listed:
            raise Broken("repeated too late", f"{wanted} after the key's window, nobody looked")

    def _charge(self, job: Made) -> None:
        run = self._run()
        run.charged.append(job)
        paid = [one for one in self.vendor.jobs.values() if not one.refunded]
        prior = [one for one in paid if one.wanted == job.wanted]
        if prior and any(self._remembered(one, run) for one in prior):
            if not self.pardons[job.wanted]:
                raise Broken("double charge", f"{job.wanted}: {[one.id for one in prior]} before")
            self.pardons[job.wanted] -= 1
        prompt = job.wanted[0]
        seeds = {one.wanted[1] for one in paid if one.wanted[0] == prompt} | {job.wanted[1]}
        asked = {seed_of(prompt, take) for take in self.asked[prompt]}
        if len(seeds) > len(asked) + self.replaced[prompt]:
            raise Broken("more takes than asked for", f"{len(seeds)} of {prompt}")

    def _remembered(self, job: Made, run: Running) -> bool:
        machine = run.bench.machine.name
        known = self._ledgers[machine] | self._stores[machine]
        return job.id in known or job.wanted in run.locked

    def _know(self, job: Made) -> None:
        self._ledgers[self.vendor.by].add(job.id)

    def _deliver(self, job: Made) -> None:
        self._delivered[self.vendor.by].add(job.id)

    def _list(self) -> None:
        if self.running is not None:
            self.running.listed = True

    def _replace(self, old: str, new: str) -> None:
        path = Path(new)
        data = Path(old).read_bytes()
        if path.name == "imagegen.lock" and self.running is not None:
            known = b"".join(self._versions[path])
            for sha256 in _ORIGINAL.findall(data):
                if sha256 not in known:
                    self._check_object(self.running.bench, sha256.decode())
        placed = path.suffix == ".png" and ".imagegen" not in path.parts
        if placed and not any(job.data == data for job in self.vendor.jobs.values()):
            raise Broken("wrong bytes placed", f"{path.name}: {data[:60]!r}")
        if path.suffix in (".png", ".webp", ".lock"):
            self._versions[path].add(data)

    def _check_object(self, bench: Bench, sha256: str) -> None:
        path = bench.store.folder / "objects" / sha256[:2] / sha256
        data = self.disk.durable(path)
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            raise Broken("locked before it was safe", sha256)

    def _run(self) -> Running:
        if self.running is None:
            raise Broken("a request without a build", "nobody asked for it")
        return self.running


def locked_in(lock: Path) -> frozenset[Wanted]:
    """Return what a lock says was bought, read without imagegen."""
    return _locked(lock.read_bytes()) if lock.exists() else frozenset()


@lru_cache(maxsize=64)
def _locked(data: bytes) -> frozenset[Wanted]:
    try:
        images = tomllib.loads(data.decode()).get("images", {})
    except ValueError:
        return frozenset()
    return frozenset((one["request"]["prompt"], one.get("seed", 0)) for one in images.values())


def _listed(ledger: Path) -> dict[str, str]:
    """Return job id or key -> state of the orders that a ledger has open, read by hand."""
    states: dict[tuple[object, ...], dict[str, str]] = {}
    lines = ledger.read_text(errors="replace").splitlines() if ledger.exists() else []
    for text in lines:
        try:
            record = json.loads(text[text.index("{") :])
        except ValueError:
            continue
        if record.get("ev") == "LEDGER":
            continue
        one = states.setdefault((record["key"], record["take"], record["attempt"]), {})
        one["state"] = record.get("state", record["ev"])
        for name in ("idem", "job_id"):
            if record.get(name):
                one[name] = record[name]
    return {
        one[name]: one["state"]
        for one in states.values()
        if one["state"] in _OPEN
        for name in ("idem", "job_id")
        if name in one
    }
