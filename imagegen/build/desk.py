"""Owns Desk: everything that a run works with, put together once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from imagegen.build.board import JobBoard
from imagegen.build.buyer import Buyer
from imagegen.build.darkroom import Darkroom
from imagegen.build.jobs import spent
from imagegen.build.ledger import Ledger
from imagegen.build.notices import Notices
from imagegen.build.pace import Pace
from imagegen.build.purchase import Sum
from imagegen.build.signing import Signer
from imagegen.derivative import Lettering
from imagegen.events import Emit
from imagegen.lock import Lock
from imagegen.portable import collision_key
from imagegen.project.models import Catalogue
from imagegen.providers.provider import Provider
from imagegen.request import Target
from imagegen.store.store import Store


@dataclass(frozen=True, slots=True)
class Shop:
    """The paid side of a run; absent without a key."""

    provider: Provider
    ledger: Ledger
    buyer: Buyer
    board: JobBoard
    others: tuple[Ledger, ...] = ()
    """Ledgers of other keys on this machine: a key that was changed has its jobs there."""
    notices: Notices | None = None
    """Hastens the board's looks; absent unless somebody listens."""

    def spent(self) -> Sum:
        """Return what this run was charged for, and what it may still be."""
        sent, run = self.buyer.sent, self.buyer.account.run
        entries = self.ledger.entries().items()
        return spent([one for key, one in entries if key in sent or one.run == run], 0).total


@dataclass(frozen=True)
class Desk:
    """A project's store, lock and providers for the length of one run."""

    root: Path
    store: Store
    catalogue: Catalogue
    lock: Lock
    targets: Mapping[str, Target]
    """Every image in the project file by name, also those that are not built now."""
    painter: Provider
    """The free provider."""
    shop: Shop | None
    pace: Pace
    emit: Emit
    signer: Signer | None = None
    """Signs files with C2PA, where the project asks for it."""
    darkroom: Darkroom = field(default_factory=Darkroom)
    """Where foreign pictures are decoded; whoever made the desk closes it."""

    @cached_property
    def outputs(self) -> frozenset[str]:
        """The outputs of all images."""
        return frozenset(target.output for target in self.targets.values())

    @cached_property
    def letterings(self) -> Mapping[Lettering, Sequence[Lettering]]:
        """The texts of all images by how they are set, which is each of them without its words."""
        found: dict[Lettering, dict[Lettering, None]] = {}
        for target in self.targets.values():
            for texts in target.derivation.letterings.values() if target.derivation else ():
                for one in texts:
                    found.setdefault(replace(one, text=""), {})[one] = None
        return {settings: tuple(texts) for settings, texts in found.items()}

    @cached_property
    def references(self) -> frozenset[str]:
        """The project files that images refer to, by `collision_key`."""
        sources = (source for target in self.targets.values() for source in target.sources)
        files = (one.text for one in sources if not one.linked and one.image is None)
        return frozenset(map(collision_key, files))
