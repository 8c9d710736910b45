"""Owns a whole run in one process: store, ledger and workspace around a provider in memory."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from PIL import Image
from seller import Seller

from imagegen import chain
from imagegen.build import run
from imagegen.build.allowance import Allowance
from imagegen.build.board import JobBoard
from imagegen.build.buyer import Account, Buyer
from imagegen.build.desk import Desk, Shop
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.pace import Pace
from imagegen.build.result import Result
from imagegen.build.survey import look_around
from imagegen.events import Event
from imagegen.lock import Lock
from imagegen.plan import Plan, World
from imagegen.project.models import catalogue
from imagegen.providers.draft import DraftProvider
from imagegen.request import Target
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace


def webp(size: tuple[int, int] = (8, 8), colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "WEBP")
    return file.getvalue()


@dataclass
class Studio:
    """A folder with a home, and a seller; `build` plans and carries out."""

    folder: Path
    seller: Seller | None
    lock: Lock = field(default_factory=Lock)
    events: list[Event] = field(default_factory=list)

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder)

    @property
    def store(self) -> DiskStore:
        return DiskStore(self.folder / "home/store")

    @property
    def ledger(self) -> Ledger:
        return Ledger.open(self.folder / "home/account")

    def write(self, path: str, data: bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def plan(self, *targets: Target) -> Plan:
        return chain.decide(targets, self.lock, self._looked)

    def _looked(self, targets: Sequence[Target], seen: World | None) -> World:
        return look_around(
            targets, self.lock, self.workspace, self.store, ledger=self.ledger, seen=seen
        )

    def build(self, *targets: Target, workspace: Workspace | None = None) -> Result:
        return self.carry_out(self.plan(*targets), workspace)

    def carry_out(self, plan: Plan, workspace: Workspace | None = None) -> Result:
        return anyio.run(self._carried_out, plan, workspace or self.workspace)

    def desk(self, *targets: Target) -> Desk:
        """Return what a run works with whose project file lists these targets."""
        pace = Pace(in_flight=9, requests_per_minute=9000)
        return Desk(
            root=self.folder,
            store=self.store,
            catalogue=catalogue(),
            lock=self.lock,
            targets={target.name: target for target in targets},
            painter=DraftProvider(catalogue()),
            shop=self._shop(pace),
            pace=pace,
            emit=self.events.append,
        )

    async def _carried_out(self, plan: Plan, workspace: Workspace) -> Result:
        desk = self.desk(*(c.target for c in plan.changes if c.target))
        result = await run.carry_out(plan, desk, workspace)
        await desk.painter.close()
        desk.darkroom.close()
        self.lock = self.workspace.read_lock()
        return result

    def _shop(self, pace: Pace) -> Shop | None:
        if self.seller is None:
            return None
        ledger = self.ledger
        limits = Limits(Allowance(), {})
        buyer = Buyer(
            self.seller, ledger, Account("a", "run", str(self.folder)), limits=limits, pace=pace
        )
        return Shop(self.seller, ledger, buyer, JobBoard(self.seller, pace, self.events.append))
