"""Owns one project folder on one machine: its wishes, and the verbs as one process does them.

The composition is that of the command line, around a vendor in memory; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from imagegen import disk_fault, environment, home
from imagegen.build import run, strays
from imagegen.build.allowance import Allowance
from imagegen.build.board import JobBoard
from imagegen.build.buyer import Account, Buyer
from imagegen.build.desk import Desk, Shop
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.pace import Pace
from imagegen.build.preflight import preflight
from imagegen.build.purchase import Entry, State
from imagegen.build.survey import left_behind
from imagegen.candidates import with_candidates
from imagegen.errors import ImagegenError, NeedsAttention
from imagegen.opened import Opened
from imagegen.plan import Plan
from imagegen.project.load import Loaded
from imagegen.project.models import Catalogue, catalogue
from imagegen.project.schema import Budget, ContentTable, Defaults, Project, ProviderSettings
from imagegen.project.site_schema import ProvenanceTable, PublishTable
from imagegen.providers.draft import DraftProvider
from imagegen.request import Request, Target
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace

from .clock import Timeless
from .daylight import Daylight
from .vendor import Vendor

ACCOUNT = "a0a0a0a0a0a0a0a0"
_ROOM_PER_PICTURE = 2**20


@dataclass(frozen=True, slots=True)
class Entered:
    """One image as its user wrote it."""

    prompt: str
    output: str
    take: int | None = None
    protect: bool = False
    candidates: int | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A project as its user committed it."""

    wishes: dict[str, Entered]
    lock: bytes | None
    outputs: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Ended:
    """What a build came to, as its user sees it."""

    code: int
    planned: frozenset[tuple[str, int]] = frozenset()
    """Prompt and seed of every picture that the plan said would be bought."""
    failed: dict[str, str] = field(default_factory=dict)
    """Images that are not as wanted, and why."""
    told: str = ""


@dataclass
class Bench:
    """A project folder, the home of its machine, and what the user wants there."""

    machine: Path
    root: Path
    timeless: Timeless
    vendor: Vendor
    wishes: dict[str, Entered] = field(default_factory=dict)
    runs: int = 0

    @property
    def lock(self) -> Path:
        return self.root / "imagegen.lock"

    @property
    def home(self) -> Path:
        return self.machine / "home"

    @property
    def account(self) -> Path:
        return home.account_folder(self.home, ACCOUNT)

    @property
    def store(self) -> DiskStore:
        return DiskStore(home.store_folder(self.home))

    def open(self) -> Opened:
        """Open the project as every verb with a key does."""
        workspace = Workspace(self.root)
        lock = workspace.read_lock()
        wished = [_target(name, one) for name, one in sorted(self.wishes.items())]
        targets = lock.settled(with_candidates(wished))
        file = self.root / "imagegen.toml"
        loaded = Loaded(_project(self.root), targets, _models(), (file,))
        around = environment.read({home.VARIABLE: str(self.home)}, self.root)
        ledger = Ledger.open(self.account, clock=self.timeless.clock)
        return Opened(file, workspace, around, lock, loaded, self.store, ledger, lambda lock: None)

    def build(
        self,
        names: Sequence[str] = (),
        *,
        replaced: Sequence[str] = (),
        allowance: Allowance | None = None,
        on_plan: object = None,
    ) -> Ended:
        """Do what `imagegen build` does; a fault that is told gives its exit code."""
        self.runs += 1
        try:
            with Workspace(self.root).held(lambda *_: None):
                return self._built(names, replaced, allowance or Allowance(), on_plan)
        except ImagegenError as error:
            return Ended(error.exit_code, told=str(error))

    def _built(
        self,
        names: Sequence[str],
        replaced: Sequence[str],
        allowance: Allowance,
        on_plan: object,
    ) -> Ended:
        opened = self.open()
        plan = opened.plan(names, replaced=replaced)
        opened.sweep(plan)
        unknown = False
        if opened.ledger is not None:
            whole = opened.plan() if names else plan
            left = left_behind(opened.ledger, whole, opened.label)
            if left:
                limits = Limits(Allowance(images=0), {})
                desk = self._desk(opened, limits)
                unknown = self.timeless.run(_settled(left, desk))
                plan = opened.plan(names, replaced=replaced)
        planned = _bought(plan)
        if callable(on_plan):
            on_plan(planned)
        if plan.idle:
            return Ended(4 if unknown else 0, planned)
        if plan.paid:
            self._make_room(len(plan.paid))
        limits = Limits(allowance, opened.prices())
        limits.admit(plan, opened.spent_today())
        desk = self._desk(opened, limits)
        result = self.timeless.run(run.carry_out(plan, desk, opened.workspace))
        if desk.shop is not None:
            desk.shop.ledger.compact()
        failed = {one.name: one.problem.summary for one in result.failures if one.problem}
        return Ended(result.exit_code or (4 if unknown else 0), planned, failed)

    def unknown(self) -> list[Entry]:
        """Return the orders that `imagegen resolve` lists."""
        opened = self.open()
        images = {change.purchase for change in opened.plan().changes}
        ledger = opened.ledger
        return [
            entry
            for entry in (ledger.entries().values() if ledger else ())
            if entry.state is State.UNKNOWN
            and (
                entry.project == opened.label
                or (entry.purchase.request_key, entry.purchase.take) in images
            )
        ]

    def _make_room(self, pictures: int) -> None:
        try:
            home.make(self.home)
        except OSError as error:
            told = disk_fault.explain(error, doing="keep what would be bought", path=self.home)
            raise NeedsAttention(told) from None
        problem = preflight(self.account, pictures * _ROOM_PER_PICTURE)
        if problem is not None:
            raise NeedsAttention(problem)

    def _desk(self, opened: Opened, limits: Limits) -> Desk:
        pace = Pace(in_flight=10, requests_per_minute=100_000)
        shop = None
        if opened.ledger is not None:
            account = Account(ACCOUNT, f"{self.root.name}-{self.runs}", opened.label)
            buyer = Buyer(self.vendor, opened.ledger, account, limits=limits, pace=pace)
            board = JobBoard(self.vendor, pace, _silent)
            shop = Shop(self.vendor, opened.ledger, buyer, board)
        return Desk(
            root=self.root,
            store=opened.store,
            catalogue=opened.loaded.catalogue,
            lock=opened.lock,
            targets={target.name: target for target in opened.loaded.targets},
            painter=DraftProvider(opened.loaded.catalogue),
            shop=shop,
            pace=pace,
            emit=_silent,
            darkroom=Daylight(),
        )


async def _settled(left: tuple[Entry, ...], desk: Desk) -> bool:
    return desk.shop is not None and await strays.settle(left, desk, desk.shop)


def _silent(event: object) -> None:
    pass


def _bought(plan: Plan) -> frozenset[tuple[str, int]]:
    return frozenset(
        (change.target.request.prompt, change.target.request.seed_for(change.take))
        for change in plan.paid
        if change.target is not None
    )


def seed_of(prompt: str, take: int) -> int:
    """Return the seed that is sent for this take of a prompt."""
    return _request(prompt).seed_for(take)


def key_of(prompt: str) -> str:
    """Return the request key of a prompt."""
    return _request(prompt).key


@cache
def _request(prompt: str) -> Request:
    params = (("aspect_ratio", "1:1"), ("output_format", "png"), ("resolution", "1MP"))
    return Request("apiframe", "flux-2-pro", prompt, params, None, ())


@cache
def _target(name: str, one: Entered) -> Target:
    kind = one.output.rpartition(".")[2]
    return Target(
        name=name,
        request=_request(one.prompt),
        take=one.take,
        output=one.output,
        output_format=kind,
        alt=None,
        protect=one.protect,
        sources=(),
        candidates=one.candidates,
    )


@cache
def _models() -> Catalogue:
    return catalogue()


@cache
def _any_project() -> Project:
    nowhere = Path("/")
    return Project(
        root=nowhere,
        file=nowhere,
        name="crash",
        output_dir="images",
        locale=None,
        defaults=Defaults(),
        styles={},
        vars={},
        images={},
        content=ContentTable(),
        provider=ProviderSettings(),
        budget=Budget(),
        publish=PublishTable(),
        provenance=ProvenanceTable(),
        prices={},
        models={},
    )


def _project(root: Path) -> Project:
    return replace(_any_project(), root=root, file=root / "imagegen.toml")


def renamed(wishes: dict[str, Entered], old: str, new: str, *, moves: bool) -> None:
    """Give an image another name; with `moves` another output as well."""
    one = wishes.pop(old)
    wishes[new] = replace(one, output=f"{new}.png") if moves else one
