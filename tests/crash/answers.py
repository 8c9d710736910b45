"""Owns the attack by hostile answers: what the API, a proxy or a file server may send us.

Each lie is told to a build for as long as it lasts; then the vendor turns honest, and the next
build must bring the right picture, without another charge.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import journey
import values

from imagegen import digest
from imagegen.build import run as whole_run
from imagegen.build.allowance import Allowance
from imagegen.build.board import JobBoard
from imagegen.build.buyer import Account, Buyer
from imagegen.build.darkroom import Allowed, Darkroom
from imagegen.build.desk import Desk, Shop
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.pace import Pace
from imagegen.build.result import Result
from imagegen.build.survey import look_around
from imagegen.diff import diff
from imagegen.events import Event
from imagegen.project.models import catalogue
from imagegen.providers.apiframe.client import ApiframeProvider
from imagegen.providers.apiframe.patience import Patience
from imagegen.providers.draft import DraftProvider
from imagegen.request import Target
from imagegen.secret import Secret
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace

from . import spoken
from .haste import HastyLoop
from .huckster import Deal, Huckster
from .lies import Lie, lies
from .mangling import mangled
from .scene import fast_folder
from .spoils import picture
from .tally import Failure, Tally

KEY = journey.KEY
SECONDS = 10.0
"""More than any build in haste may take."""
MEMORY = 150 * 2**20
"""Bytes that this process, both sides in one, may grow by during one lie."""

_HASTE, _CALM = 2000.0, 50.0
"""So many seconds pass in one: while the vendor lies, and while it is honest."""

_SPOKEN_EVERY = 60
"""One of so many lies is told to a whole command as well."""


@dataclass
class Customer:
    """A project with a home, in a folder that is its own."""

    folder: Path
    url: str
    darkroom: Darkroom
    images: int = 1
    events: list[Event] = field(default_factory=list)

    @property
    def targets(self) -> list[Target]:
        params = (("output_format", "png"), ("resolution", "1MP"))
        return [
            values.target(
                f"mug-{n}",
                values.request(f"mug {n}", params=params),
                output=f"images/mug-{n}.png",
                output_format="png",
            )
            for n in range(self.images)
        ]

    @property
    def outputs(self) -> list[bytes]:
        """The outputs that are there."""
        files = [self.folder / target.output for target in self.targets]
        return [file.read_bytes() for file in files if file.is_file()]

    @property
    def store(self) -> DiskStore:
        return DiskStore(self.folder / "home/store")

    def build(self, *, speed: float) -> Result:
        """Build in a loop that is so much faster than the world."""
        options = {"loop_factory": partial(HastyLoop, speed)}
        return anyio.run(self._built, speed, backend_options=options)

    async def _built(self, speed: float) -> Result:
        patience = Patience(
            connect=2 * speed,
            answer=(0.25 if speed == _HASTE else 10) * speed,
            download=(0.6 if speed == _HASTE else 10) * speed,
            silence=0.2 * speed if speed == _HASTE else 10 * speed,
            grace=0.2,
            slowest=8192.0,
        )
        seller = ApiframeProvider(Secret(KEY), self.url, catalogue(), patience=patience, proxies={})
        workspace = Workspace(self.folder)
        lock = workspace.read_lock()
        ledger = Ledger.open(self.folder / "home/account")
        world = look_around(self.targets, lock, workspace, self.store, ledger=ledger)
        plan = diff(self.targets, lock, world)
        painter = DraftProvider(catalogue())
        desk = Desk(
            root=self.folder,
            store=self.store,
            catalogue=catalogue(),
            lock=lock,
            targets={target.name: target for target in self.targets},
            painter=painter,
            shop=self._shop(seller, ledger),
            pace=Pace(in_flight=9, requests_per_minute=10**6),
            emit=self.events.append,
            darkroom=self.darkroom,
        )
        try:
            return await whole_run.carry_out(plan, desk, workspace)
        finally:
            await seller.close()
            await painter.close()

    def _shop(self, seller: ApiframeProvider, ledger: Ledger) -> Shop:
        pace = Pace(in_flight=9, requests_per_minute=10**6)
        run = f"run-{len(self.events)}"
        buyer = Buyer(
            seller,
            ledger,
            Account("a", run, str(self.folder)),
            limits=Limits(Allowance(), {}),
            pace=pace,
        )
        return Shop(seller, ledger, buyer, JobBoard(seller, pace, self.events.append))


class Witness:
    """Sees every connection that this process opens while it looks."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()
        self._looking = False
        sys.addaudithook(self._hear)

    @contextlib.contextmanager
    def looking(self) -> Iterator[None]:
        """Look for the length of a block."""
        self.seen.clear()
        self._looking = True
        try:
            yield
        finally:
            self._looking = False

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self._looking and event == "socket.connect" and isinstance(args[1], tuple):
            self.seen.add((str(args[1][0]), int(args[1][1])))


_WITNESS: list[Witness] = []
"""An audit hook stays for good, so there is one for all runs."""


@dataclass
class Place:
    """What all lies of one attack share."""

    base: Path
    huckster: Huckster
    trap: journey.Silence
    darkroom: Darkroom
    witness: Witness
    slowest: float = 0.0
    largest: int = 0
    refused: int = 0


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Tell `count` lies: those picked by hand in an order by chance, then mangled answers."""
    failures: list[Failure] = []
    tried = spoken_to = 0
    with set_up() as place:
        for number, lie in enumerate(chosen(count, seed)):
            tried += 1
            repeat = f"answers {number} of {count}, seed {seed}: {lie.name}"
            failures += attacked(lie, place, random.Random(f"{seed} {number}"), repeat)
            if number % _SPOKEN_EVERY == _SPOKEN_EVERY // 2:
                spoken_to += 1
                failures += spoken.attacked(lie, place.base / "spoken", place.huckster, repeat)
            if failures and first_failure:
                break
    counts = {
        "whole commands": spoken_to,
        "refused at first": place.refused,
        "ms for the slowest": round(place.slowest * 1000),
        "MiB at most": place.largest // 2**20,
    }
    return Tally("answers", tried, tuple(failures), counts)


def chosen(count: int, seed: int) -> Sequence[Lie]:
    """Return the lies of this attack: four in five are picked by hand while there are enough."""
    rng = random.Random(seed)
    picked = list(lies())
    rng.shuffle(picked)
    picked = picked[: count - count // 5]
    made = [mangled(number, rng) for number in range(count - len(picked))]
    both = [*picked, *made]
    rng.shuffle(both)
    return both


@contextlib.contextmanager
def set_up() -> Iterator[Place]:
    """Open everything that an attack needs, and leave nothing of it behind."""
    if not _WITNESS:
        _WITNESS.append(Witness())
    with contextlib.ExitStack() as stack:
        base = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="imagegen-answers-", dir=fast_folder())
        )
        trap = journey.Silence()
        stack.callback(trap.close)
        huckster = stack.enter_context(contextlib.closing(Huckster(trap.url)))
        darkroom = stack.enter_context(contextlib.closing(Darkroom(allowed=Allowed(looking=1))))
        yield Place(Path(base), huckster, trap, darkroom, _WITNESS[0])


def attacked(lie: Lie, place: Place, rng: random.Random, repeat: str) -> list[Failure]:
    """Tell one lie and return every promise that was broken."""
    found: list[Failure] = []

    def broken(what: str, told: str) -> None:
        found.append(Failure(what, told, repeat))

    folder = place.base / "project"
    folder.mkdir()
    deal = Deal(
        picture("png", angle=1),
        lie.route,
        lie.say,
        times=rng.choice((1, 10**9)),
        commits=lie.commits,
        fails=lie.fails,
    )
    place.huckster.deal = deal
    customer = Customer(folder, place.huckster.url, place.darkroom, lie.images)
    try:
        with place.witness.looking():
            _lied_to(customer, place, broken)
            deal.turn_honest()
            _settled(lie, customer, deal, broken)
        strangers = place.witness.seen - {place.huckster.address}
        if strangers:
            broken("foreign connection", f"to {sorted(strangers)}")
        if place.trap.visits:
            broken("foreign connection", f"the trap heard {place.trap.visits[0][:200]!r}")
            place.trap.visits.clear()
        if deal.leaks:
            broken("key leak", f"it was sent with {deal.leaks[0]}")
        _judge_words(customer, broken)
    finally:
        shutil.rmtree(folder)
    return found


def _lied_to(customer: Customer, place: Place, broken: Any) -> None:
    """Build while the vendor lies."""
    before = _memory(peak=False)
    started = time.monotonic()
    result = _built(customer, _HASTE, broken)
    took, grown = time.monotonic() - started, _memory(peak=True) - before
    place.slowest, place.largest = max(place.slowest, took), max(place.largest, grown)
    if took > SECONDS:
        broken("too slow", f"the build took {took:.1f} s")
    if grown > MEMORY:
        broken("too much memory", f"the build took {grown // 2**20} MiB")
    if result is not None and result.exit_code == 0 and not customer.outputs:
        broken("false success", "exit code 0 without a picture")
    place.refused += result is not None and result.exit_code != 0


def _settled(lie: Lie, customer: Customer, deal: Deal, broken: Any) -> None:
    """Build while the vendor is honest, and judge what is there now."""
    _judge_files(customer, broken)
    orders = len(deal.orders)
    result = _built(customer, _CALM, broken)
    if result is None:
        return
    _judge_files(customer, broken)
    known = set(deal.jobs.values())
    noted = {
        entry.job_id
        for entry in Ledger.open(customer.folder / "home/account").entries().values()
        if entry.job_id is not None
    }
    misled = lie.end == "open" or (lie.may_name_another_job and not noted <= known)
    bodies = dict(deal.orders)
    if any(bodies[key] != body for key, body in deal.orders):
        broken("changed order", "one key was sent with two bodies")
    if deal.charges > lie.images:
        broken("double charge", f"{deal.charges} charges for {lie.images} pictures")
    if (misled or lie.end == "asks") and len(deal.orders) > orders:
        broken("ordered again", "though nobody can tell what became of the first order")
    if lie.route == "file" and len(deal.orders) != lie.images:
        broken("ordered again", f"{len(deal.orders)} orders because of a download")
    if lie.end == "asks" and not any(one.unknown for one in result.failures) and deal.jobs:
        broken("not asked", f"exit code {result.exit_code}")
    if misled or lie.end == "asks":
        return
    if result.exit_code != 0 or len(customer.outputs) != lie.images:
        told = "; ".join(one.problem.summary for one in result.failures if one.problem)
        broken("lost picture", f"exit code {result.exit_code}: {told}")
    elif lie.end == "right" and set(customer.outputs) != {deal.picture}:
        broken("bad bytes", "another picture is in its place")


def _built(customer: Customer, speed: float, broken: Any) -> Result | None:
    try:
        return customer.build(speed=speed)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        broken("traceback", f"{type(error).__name__}: {_innermost(error)}")
        return None


def _innermost(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


def _judge_files(customer: Customer, broken: Any) -> None:
    """Lock, outputs and store agree at every moment."""
    lock = Workspace(customer.folder).read_lock()
    for one in lock.images.values():
        original = customer.store.get(one.original.sha256)
        if original is None:
            broken("lock before object", f"`{one.name}` is not in the store")
        for output in one.outputs:
            file = customer.folder / output.path
            if not file.is_file() or digest.sha256_of_file(file) != output.sha256:
                broken("bad bytes", f"`{output.path}` is not what the lock says")
    named = {output.path for one in lock.images.values() for output in one.outputs}
    there = {f"images/{file.name}" for file in (customer.folder / "images").glob("*")}
    if there - named:
        broken("bad bytes", f"{there - named} is published and in no lock")


def _judge_words(customer: Customer, broken: Any) -> None:
    for event in customer.events:
        text = repr(event) if KEY in repr(event) else ""
        problem = getattr(event, "problem", None)
        words = f"{problem.summary}{problem.detail}" if problem else ""
        if KEY in text:
            broken("key leak", f"{type(event).__name__} holds it")
        if any(_obeyed(letter) for letter in words):
            broken("escape", repr(words[:200]))


def _obeyed(letter: str) -> bool:
    """Whether a terminal could obey this letter."""
    return letter != "\n" and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _memory(*, peak: bool) -> int:
    """Return the bytes in use, or the most since the last call without `peak`."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0
    if not peak:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    name = "VmHWM:" if peak else "VmRSS:"
    fields = dict(line.split(":", 1) for line in status.read_text("ascii").splitlines())
    return int(fields[name[:-1]].split()[0]) * 1024
