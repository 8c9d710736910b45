"""Owns Opened: one project with its lock, store and ledger, read once; gives its plan.

Never prints: who opens a project says what is to be told while its ledger is waited for.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from imagegen import atomic, chain, environment, file_lock, home
from imagegen.build import survey
from imagegen.build.ledger import Ledger, start_of_day
from imagegen.build.purchase import Sum
from imagegen.candidates import families
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

    def world(
        self, targets: Sequence[Target], replaced: Collection[str], seen: World | None = None
    ) -> World:
        """Return what exists, with prices; `replaced` are images that are to get another take.

        `seen` is what an earlier look has found, just before.
        """
        seen = survey.look_around(
            targets,
            self.lock,
            self.workspace,
            self.store,
            ledger=self.ledger,
            others=self.other_ledgers(),
            replaced=replaced,
            seen=seen,
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
        shown = [change.target for change in plan.changes if change.target]
        targets = [target.output for target in shown if target.output]
        placed = [out.path for one in self.lock.images.values() for out in one.files]
        self.workspace.sweep((*targets, *placed))
        self.store.sweep()
        atomic.sweep(self.environment.home)
        if self.ledger is not None:
            account = self.ledger.path.parent
            atomic.sweep(account)
            file_lock.sweep(home.claims_folder(account))

    def drafts(self) -> Mapping[str, Target]:
        """Return the free target of each image, by name."""
        return {target.name: target.drafted() for target in self.loaded.images}

    def asked_for(self, names: Sequence[str], replaced: Sequence[str]) -> set[str] | None:
        """Return the images that names and globs ask for, with what belongs to them.

        That is their candidates and what they refer to. None stands for all images; WrongInput
        when a name fits none.
        """
        if not names:
            return None
        asked = self.named(names) | matching(self._listed, replaced)
        return chain.with_referred(families(asked, self._known), self.loaded.targets)

    def named(self, names: Sequence[str]) -> set[str]:
        """Return the images that names and globs fit, with their candidates; WrongInput."""
        return families(matching(sorted(self._known), names), self._known)

    @property
    def _known(self) -> set[str]:
        return {target.name for target in self.loaded.targets} | self.lock.images.keys()

    @property
    def _listed(self) -> list[str]:
        return [target.name for target in self.loaded.targets if target.candidate_of is None]

    def plan(
        self,
        names: Sequence[str] = (),
        *,
        replaced: Sequence[str] = (),
        draft: bool = False,
        picks: Mapping[str, int] | None = None,
    ) -> Plan:
        """Return the plan for the images that names and globs ask for, else for all.

        What they refer to is part of it, and so are their candidates. `picks` are takes that a
        person chooses now, by image. WrongInput when a name fits no image.
        """
        again = matching(self._listed, replaced)
        only = self.asked_for(names, replaced)
        picks = picks or {}
        _refuse_fixed_takes(self.loaded.targets, again)
        drafts = self.drafts() if draft else None

        def look_around(targets: Sequence[Target], seen: World | None) -> World:
            asked = [*targets, *(drafts or {}).values()]
            return self.world(asked, {*again, *picks}, seen)

        wish = Wish(again, drafts, only, picks)
        return chain.decide(self.loaded.targets, self.lock, look_around, wish)


def open_project(
    file: Path, *, waiting: file_lock.Waiting, workspace: Workspace | None = None
) -> Opened:
    """Load everything about a project; WrongInput holds all problems.

    What is wrong with its ledger and can be lived with is in `ledger.damage`. `workspace` is the
    folder of `file`, for those who open it again and again and remember what they have read.
    """
    workspace = workspace or Workspace(file.parent)
    around = environment.read(os.environ, file.parent)
    lock = workspace.read_lock()
    loaded = load(file, known_urls=lock.url_digests())
    loaded = replace(loaded, targets=lock.settled(loaded.targets))
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
