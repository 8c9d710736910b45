"""Owns the signing of files with C2PA: who signs, and what is told when something is missing.

The key is read from its file for each signature, never kept and never shown. The libraries that
sign are an extra, so they are imported with the first signature.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from imagegen.build.signing_fault import CannotSign, fault, no_key, nothing_installed, unreadable
from imagegen.derivative import Marks
from imagegen.plan import Action, Change, Plan
from imagegen.project.schema import Project
from imagegen.stock import as_made, take_stock
from imagegen.workspace import Workspace

if TYPE_CHECKING:
    from imagegen.build.seal import Seal

_EXTRA = ("c2pa", "cryptography")
_KEY_LIMIT = 64 * 2**10
"""Bytes of a key file; the longest keys have about six thousand."""


def signer_of(project: Project) -> Signer | None:
    """Return who signs the files of a project that was loaded; None where nobody does.

    Raises CannotSign when the certificate chain has gone since.
    """
    c2pa = project.provenance.c2pa
    if c2pa is None:
        return None
    try:
        chain = (project.root / c2pa.certificate).read_bytes()
    except OSError as error:
        raise CannotSign([unreadable("certificate", c2pa.certificate, error)]) from None
    key = os.path.expanduser(c2pa.key)  # noqa: PTH111 - raises nothing where there is no home
    key = os.path.normpath(project.root / key)
    return Signer(chain, Path(key), c2pa.algorithm)


def to_sign(plan: Plan, workspace: Workspace) -> tuple[Change, ...]:
    """Return the changes of `plan` that make files which are signed.

    An original that will come with C2PA of its own is taken for one without.
    """
    return tuple(change for change in plan.changes if _signs(change, workspace))


def bought_to_sign(plan: Plan, workspace: Workspace) -> bool:
    """Whether `plan` buys a picture of which a signed file is made then."""
    bought = {change.purchase for change in plan.paid}
    return bool(bought) and any(one.purchase in bought for one in to_sign(plan, workspace))


def _signs(change: Change, workspace: Workspace) -> bool:
    if change.action in (Action.KEEP, Action.RETIRE) or change.target is None:
        return False
    target = as_made(change.target, change.take, change.target.request.provider)
    if target.signer and not change.in_place:
        return True
    if target.derivation is None or not target.derivation.signer or change.unrecorded:
        return False
    one = change.locked
    if one is None or one.original.sha256 != change.shows:
        return True
    files = workspace.digests(out.path for out in one.derived.files)
    return bool(take_stock(target, one, files).missing)


class Signer:
    """Signs files with one certificate chain and its key; safe to share between threads."""

    def __init__(self, certificate: bytes, key_path: Path, algorithm: str) -> None:
        """Take the chain as PEM, the signer's own first, where its key lies, and its kind."""
        self._chain = certificate
        self._key_path = key_path
        self._algorithm = algorithm

    def check(self) -> date:
        """Sign a tiny picture and forget it; return the last day on which readers trust it.

        Raises CannotSign as `sign` would.
        """
        return self._seal().check()

    def sign(
        self,
        data: bytes,
        marks: Marks,
        *,
        format: str,  # noqa: A002
        title: str,
        treatment: Iterable[str] = (),
    ) -> bytes:
        """Return a png, jpeg, webp or avif file with Content Credentials in it.

        They say that its picture was made as `marks` say, and that `treatment` was done to it
        since: see `imagegen.build.treatment`. No two signatures have equal bytes. Raises
        CannotSign.
        """
        return self._seal().sign(data, marks, format=format, title=title, treatment=treatment)

    def _seal(self) -> Seal:
        try:
            # Deferred on purpose: it brings libraries that only those install who sign.
            from imagegen.build.seal import Seal
        except ModuleNotFoundError as missing:
            if missing.name not in _EXTRA:
                raise
            raise CannotSign([nothing_installed(_EXTRA[0])]) from None
        return Seal(self._chain, self._key(), self._algorithm)

    def _key(self) -> bytes:
        path = self._key_path
        try:
            # Opening a pipe or device could wait for ever, so the kind is asked first.
            if not stat.S_ISREG(path.stat().st_mode):
                raise CannotSign([fault("key", f"the key `{path}` is not a file")])
            with path.open("rb") as file:
                data = file.read(_KEY_LIMIT + 1)
        except FileNotFoundError:
            raise CannotSign([no_key(path)]) from None
        except OSError as error:
            raise CannotSign([unreadable("key", path, error)]) from None
        if len(data) > _KEY_LIMIT:
            raise CannotSign([fault("key", f"`{path}` is too large for a key")])
        return data
