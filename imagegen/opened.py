"""Owns Opened: one project with its lock, store and ledger, read once; gives its plan.

Never prints: who opens a project says what is to be told while its ledger is waited for.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from imagegen import atomic, environment, file_lock, home
from imagegen.build import survey
from imagegen.build.ledger import Ledger, start_of_day
from imagegen.build.purchase import Sum
from imagegen.diff import diff
from imagegen.environment import Environment
from imagegen.errors import Problem, WrongInput, nearest
from imagegen.lock import Lock
from imagegen.plan import Plan, Prices, Wish, World
from imagegen.project.load import Loaded, load
from imagegen.request import DRAFT, Target
from imagegen.secret import fingerprint
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Opened:
    """A project with its lock, store and ledger."""

    file: Path
    workspace: Workspace
    environment: Environment
    lock: Lock
    loaded: Loaded
    store: DiskStore
    ledger: Ledger | None
    """None without a key: it belongs to an account."""
    waiting: file_lock.Waiting
    """Told when another process is in the way of a ledger."""

    @property
    def base_url(self) -> str:
        """Address of the API; the environment wins over the project file."""
        return self.environment.base_url or self.loaded.project.provider.base_url

    @property
    def label(self) -> str:
        """What tells this project's orders apart from others' in the ledger."""
        return str(self.workspace.root)

    @property
    def account(self) -> str:
        """What names the account that pays; an empty text without a key."""
        return fingerprint(self.environment.key, self.base_url) if self.environment.key else ""

    def world(self, targets: Sequence[Target], replaced: Collection[str]) -> World:
        """Return what exists, with prices; `replaced` are images that are to get another take."""
        seen = survey.look_around(
            targets,
            self.lock,
            self.workspace,
            self.store,
            ledger=self.ledger,
            others=self.other_ledgers(),
            replaced=replaced,
        )
        return replace(seen, prices=self.prices())

    def prices(self) -> Prices:
        """Return the known prices."""
        return survey.prices(self.loaded.project, self.lock, self.ledger)

    def other_ledgers(self) -> tuple[Ledger, ...]:
        """Return the ledgers of other keys on this machine, not read yet; none without a key."""
        if self.ledger is None:
            return ()
        folders = home.account_folders(self.environment.home)
        own = self.ledger.path.parent
        return tuple(Ledger(folder, waiting=self.waiting) for folder in folders if folder != own)

    def spent_today(self) -> Sum:
        """Return what was charged and reserved since midnight, local time."""
        if self.ledger is None:
            return Sum()
        return self.ledger.spent(start_of_day(self.ledger.clock())).total

    def sweep(self, plan: Plan) -> None:
        """Delete what killed builds left in the project and in the home; call while held."""
        targets = [change.target.output for change in plan.changes if change.target]
        placed = [out.path for one in self.lock.images.values() for out in one.outputs]
        self.workspace.sweep((*targets, *placed))
        self.store.sweep()
        atomic.sweep(self.environment.home)
        if self.ledger is not None:
            account = self.ledger.path.parent
            atomic.sweep(account)
            file_lock.sweep(home.claims_folder(account))

    def drafts(self) -> Mapping[str, Target]:
        """Return the free target of each image, by name."""
        return {
            target.name: replace(target, request=replace(target.request, provider=DRAFT))
            for target in self.loaded.targets
        }

    def plan(
        self, names: Sequence[str] = (), *, replaced: Sequence[str] = (), draft: bool = False
    ) -> Plan:
        """Return the plan for the images that names and globs ask for, else for all.

        WrongInput when a name fits no image.
        """
        listed = [target.name for target in self.loaded.targets]
        only = matching(sorted({*listed, *self.lock.images}), names) if names else None
        again = matching(listed, replaced)
        only = only | again if only is not None else None
        _refuse_fixed_takes(self.loaded.targets, again)
        drafts = self.drafts() if draft else None
        targets = [*self.loaded.targets, *(drafts or {}).values()]
        wish = Wish(again, drafts, only)
        return diff(self.loaded.targets, self.lock, self.world(targets, again), wish)


def open_project(file: Path, *, waiting: file_lock.Waiting) -> Opened:
    """Load everything about a project; WrongInput holds all problems.

    What is wrong with its ledger and can be lived with is in `ledger.damage`.
    """
    workspace = Workspace(file.parent)
    around = environment.read(os.environ, file.parent)
    lock = workspace.read_lock()
    loaded = load(file, known_urls=lock.url_digests())
    store = DiskStore(home.store_folder(around.home))
    opened = Opened(file, workspace, around, lock, loaded, store, None, waiting)
    if around.key is None or loaded.project.provider.name == DRAFT:
        return opened
    account = home.account_folder(around.home, opened.account)
    return replace(opened, ledger=Ledger.open(account, waiting=waiting))


def matching(known: Sequence[str], names: Sequence[str]) -> set[str]:
    """Return the known names that match; WrongInput names every pattern that matches none."""
    wanted: set[str] = set()
    problems: list[Problem] = []
    for name in names:
        found = fnmatch.filter(known, name)
        wanted.update(found)
        if not found:
            problems.append(_stranger(name, known))
    if problems:
        raise WrongInput(*problems)
    return wanted


def _stranger(name: str, known: Sequence[str]) -> Problem:
    close = nearest(name, known)
    hint = f"did you mean `{close}`?" if close else "`imagegen show` lists all names"
    return Problem(f"no image is called `{name}`", hint=hint)


def _refuse_fixed_takes(targets: Sequence[Target], replaced: Collection[str]) -> None:
    fixed = [one for one in targets if one.name in replaced and one.take is not None]
    if fixed:
        raise WrongInput(
            *(
                Problem(
                    f"`{one.name}` has `take = {one.take}` in the project file",
                    "--replace buys a further take, and the next build would go back to this one.",
                    f"write `take = {(one.take or 0) + 1}` there instead",
                )
                for one in fixed
            )
        )
