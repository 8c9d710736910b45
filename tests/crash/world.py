"""Owns the world of one history: machines, project folders, disk and vendor, and what happens.

Every act is checked by the audit as soon as it is over.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from imagegen.build.allowance import Allowance
from imagegen.build.purchase import Entry, State
from imagegen.cli import restore
from imagegen.errors import ImagegenError
from imagegen.home import VARIABLE

from .audit import Audit, Broken
from .bench import Bench, Commit, Ended, key_of, seed_of
from .clock import Clock, Timeless, told_by
from .disk import Died, Disk
from .vendor import Vendor

_START = 1_800_000_000.0


@dataclass(frozen=True, slots=True)
class Mishap:
    """What befalls a process: death or a disk error at its n-th effect, or nothing."""

    dies_at: int = 0
    dies_on: str = ""
    """Counts only the effects that name this text; empty for all."""
    fails_at: int = 0
    error: int = errno.EIO
    power: int = 0
    """The seed of what a power cut takes along with the process; 0 for none."""


@dataclass
class World:
    """All that one history plays with, below one folder."""

    box: Path
    timeless: Timeless
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.clock = Clock(_START)
        self.timeless.set(self.clock)
        self.box.mkdir(parents=True)
        self.disk = Disk(self.box)
        self.vendor = Vendor(self.clock, self.disk)
        self.audit = Audit(self.vendor, self.disk)
        self.benches: list[Bench] = []
        self.commits: list[Commit] = []
        self._kept: list[tuple[Bench, bytes]] = []
        self.add_bench("m0", "p0")

    def close(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.box, ignore_errors=True)

    def add_bench(self, machine: str, folder: str) -> Bench:
        """Make an empty project folder."""
        root = self.box / machine / folder
        root.mkdir(parents=True)
        self.disk.settle(self.box / machine)
        bench = Bench(self.box / machine, root, self.timeless, self.vendor)
        self.benches.append(bench)
        return bench

    def build(
        self,
        bench: Bench,
        names: Sequence[str] = (),
        *,
        replaced: str | None = None,
        limits: tuple[int | None, int | None] = (None, None),
        mishap: Mishap = Mishap(),
        calm: bool = False,
    ) -> Ended | None:
        """Run one build; None when its process died."""
        self.counts["builds"] += 1
        self.counts["replaces"] += replaced is not None
        was_locked, was_durable = bench.lock.exists(), self._is_durable(bench.lock)
        self.audit.begin(bench, replaced, limits)
        allowance = Allowance(images=100 if limits[0] is None else limits[0], credits=limits[1])
        again = () if replaced is None else (replaced,)
        with self._process(bench, mishap):
            ended = bench.build(names, replaced=again, allowance=allowance, on_plan=self.audit.plan)
        if self.disk.dead:
            ended = None
            self.counts["kills"] += 1
            self.counts["lost answers"] += self.disk.last == "answer to POST"
            if mishap.power:
                # A lock whose writer was killed before it was synced may go with the power.
                was_locked = was_locked and (was_durable or self._is_durable(bench.lock))
                self.cut_power(bench, mishap.power)
        self.audit.end(ended)
        if ended is not None:
            self.counts[f"exit {ended.code}"] += 1
        self.audit.check_files(bench, was_locked=was_locked)
        if ended is not None and ended.code == 0 and not names and replaced is None:
            if calm:
                self._build_again(bench)
            self.commit(bench)
        return ended

    def cut_power(self, bench: Bench, seed: int) -> None:
        """Cut the power of one machine while nothing is written."""
        self.counts["power cuts"] += 1
        chance = random.Random(seed)
        self.counts["things lost in power cuts"] += self.disk.cut_power(bench.machine, chance)

    def commit(self, bench: Bench) -> None:
        """Keep what the user would commit now."""
        outputs = {
            one.output: (bench.root / one.output).read_bytes()
            for one in bench.wishes.values()
            if (bench.root / one.output).is_file()
        }
        self.commits.append(Commit(dict(bench.wishes), _bytes(bench.lock), outputs))
        del self.commits[:-4]

    def check_out(self, bench: Bench, number: int, *, with_outputs: bool) -> None:
        """Bring a folder to a committed state, as `git checkout` does."""
        if not self.commits:
            return
        self.counts["checkouts"] += 1
        commit = self.commits[number % len(self.commits)]
        bench.wishes = dict(commit.wishes)
        if commit.lock is None:
            bench.lock.unlink(missing_ok=True)
            self.disk.settle(bench.root)
        else:
            self._write(bench.lock, commit.lock)
        for path, data in commit.outputs.items() if with_outputs else ():
            self._write(bench.root / path, data)

    def clone(self, machine: str, folder: str, *, with_outputs: bool) -> None:
        """Check the last commit out into another folder, perhaps on another machine."""
        if any(one.root == self.box / machine / folder for one in self.benches):
            return
        same = any(one.machine.name == machine for one in self.benches)
        self.counts["second folders" if same else "other machines"] += 1
        bench = self.add_bench(machine, folder)
        bench.wishes = dict(self.benches[0].wishes)
        self.check_out(bench, -1, with_outputs=with_outputs)

    def edit_output(self, bench: Bench, name: str, data: bytes | None) -> None:
        """Let the user draw over an output, or delete it."""
        path = bench.root / bench.wishes[name].output
        self.counts["outputs edited"] += 1
        if data is not None:
            self._write(path, data)
            self._kept.append((bench, data))
        elif path.exists():
            self._kept = [one for one in self._kept if one != (bench, path.read_bytes())]
            path.unlink()
            self.disk.settle(path.parent)

    def harm(self, bench: Bench, where: str, number: int, how: str) -> None:
        """Flip, cut short or delete a file of the machine's home."""
        files = sorted(one for one in (bench.home / where).rglob("*") if one.is_file())
        files = [one for one in files if one.suffix not in (".lock", ".txt")]
        if not files:
            return
        self.counts[f"{where} {how}"] += 1
        path = files[number % len(files)]
        data = bytearray(path.read_bytes())
        at = number * 7 % max(len(data), 1)
        if how == "flipped" and data:
            data[at] ^= 1 << number % 8
        if how == "deleted":
            path.unlink()
        else:
            path.write_bytes(bytes(data[:at] if how == "cut" else data))
        if where == "store/objects" and number % 2:
            for name in bench.wishes:
                self.edit_output(bench, name, None)
        self._forgotten(bench, where)

    def wipe(self, bench: Bench, what: str) -> None:
        """Delete the store or the ledgers of a machine."""
        self.counts[f"{what} wiped"] += 1
        shutil.rmtree(bench.home / what, ignore_errors=True)
        self._forgotten(bench, what)

    def _forgotten(self, bench: Bench, where: str) -> None:
        self.disk.settle(bench.machine)
        forget = self.audit.forget_ledger if where == "accounts" else self.audit.forget_store
        forget(bench.machine.name)

    def damage_lock(self, bench: Bench, data: bytes) -> None:
        """Put an unreadable lock there: it is refused and left alone until it is put back."""
        if not bench.lock.exists():
            return
        self.counts["locks damaged"] += 1
        good = bench.lock.read_bytes()
        self.disk.put(bench.lock, data)
        before = self.vendor.requests
        with self._process(bench, Mishap()):
            ended = bench.build()
        if ended.code != 2 or self.vendor.requests != before or bench.lock.read_bytes() != data:
            raise Broken("a broken lock was used", f"exit {ended.code}: {ended.told}")
        self.disk.put(bench.lock, good)

    def restore(self, bench: Bench) -> None:
        """Run `imagegen restore`; it asks nobody for anything."""
        self.counts["restores"] += 1
        before, verb = self.vendor.requests, restore.command.callback
        with (
            self._process(bench, Mishap()),
            _at_home(bench.home),
            contextlib.redirect_stderr(io.StringIO()),
            contextlib.suppress(click.exceptions.Exit, ImagegenError),
        ):
            if verb is not None:
                verb(names=(), file=bench.root / "imagegen.toml", as_json=False)
        if self.vendor.requests != before:
            raise Broken("restore asked the API", "")
        self.audit.check_files(bench, was_locked=bench.lock.exists())

    def resolve(self, bench: Bench, *, careless: bool) -> int:
        """Settle what is unknown, as a person with the dashboard open; returns how many."""
        entries: list[Entry] = []
        with self._process(bench, Mishap()), contextlib.suppress(ImagegenError):
            entries = bench.unknown()
            for entry in entries:
                self._settle(bench, entry, careless=careless)
        self.counts["resolved"] += len(entries)
        return len(entries)

    def finish(self) -> None:
        """End the history well: a calm vendor, a patient user, and everything must be in place."""
        self.vendor.calm()
        for bench in self.benches:
            ended = None
            for _ in range(5):
                ended = self.build(bench, calm=True)
                if ended is not None and ended.code == 0:
                    break
                if ended is not None and ended.code == 2:
                    # What is left of the ledger is no ledger: its user moves it away.
                    self.wipe(bench, "accounts")
                self.resolve(bench, careless=False)
                self.clock.wait(60)
            if ended is None:
                raise Broken("no way on", "a calm build died")
            self.audit.check_ended(bench, ended)
        self.audit.check_paid(self.benches)
        self._check_kept()

    @contextlib.contextmanager
    def _process(self, bench: Bench, mishap: Mishap) -> Iterator[None]:
        """Let what is done inside be one process on the machine of `bench`."""
        self.vendor.by = bench.machine.name
        self.disk.arm(
            dies_at=mishap.dies_at,
            dies_on=mishap.dies_on,
            fails_at=mishap.fails_at,
            error=mishap.error,
        )
        try:
            with self.disk.watching(), told_by(self.clock):
                yield
        except (Died, BaseExceptionGroup) as error:
            if not self.disk.dead:
                raise _innermost(error) from None
        finally:
            self.disk.bury()

    def _build_again(self, bench: Bench) -> None:
        """Build what is in place: nobody is asked for anything and nothing is written.

        A doubt may need a second look a while later, so the third build at last is idle.
        """
        for _ in range(3):
            before = self.vendor.requests, _bytes(bench.lock)
            with self._process(bench, Mishap()):
                ended = bench.build()
            if not ended.code and before == (self.vendor.requests, _bytes(bench.lock)):
                return
            self.clock.wait(120)
        told = f"exit {ended.code}, {self.vendor.requests - before[0]} requests, {ended.failed}"
        raise Broken("a second build was not idle", told)

    def _is_durable(self, file: Path) -> bool:
        return self.disk.durable(file) is not None

    def _settle(self, bench: Bench, entry: Entry, *, careless: bool) -> None:
        ledger = bench.open().ledger
        if ledger is None:
            return
        # Damage may have taken the request; whoever has the project file knows it by its key.
        known = {key_of(prompt): prompt for prompt in self.audit.asked}
        prompt = known.get(entry.purchase.request_key, "")
        wanted = (prompt, seed_of(prompt, entry.purchase.take))
        job = self.vendor.job_of(entry.idempotency_key, wanted)
        others = (one for one in ledger.entries().values() if one.purchase != entry.purchase)
        noted = {one.job_id for one in others}
        if job is not None and job.id not in noted and not careless:
            job.adopted = True
            ledger.note(entry.purchase, State.ADOPTED, job_id=job.id)
            return
        ledger.note(entry.purchase, State.ABANDONED)
        self.vendor.spoilt.add(wanted[0])
        if job is not None:
            self.audit.pardons[job.wanted] += 1
            job.abandoned = True

    def _check_kept(self) -> None:
        for bench, data in self._kept:
            files = (one for one in bench.root.rglob("*") if one.is_file())
            if not any(one.read_bytes() == data for one in files):
                raise Broken("an edited file is gone", repr(data))

    def _write(self, path: Path, data: bytes) -> None:
        if path.is_file():
            gone = path.read_bytes()
            self._kept = [one for one in self._kept if one[1] != gone]
        self.disk.put(path, data)
        self.audit.allow(path, data)


@contextlib.contextmanager
def _at_home(home: Path) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(home)
    try:
        yield
    finally:
        del os.environ[VARIABLE]
        if before is not None:
            os.environ[VARIABLE] = before


def _bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
