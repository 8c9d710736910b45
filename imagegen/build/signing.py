"""Owns the signing of files with C2PA: who signs, and what is told when something is missing.

The key is read from its file for each signature, never kept and never shown. The libraries that
sign are an extra, so they are imported with the first signature.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from imagegen.derivative import Marks
from imagegen.errors import NeedsAttention, Problem
from imagegen.project.schema import Project

if TYPE_CHECKING:
    from imagegen.build.seal import Seal

_EXTRA = ("c2pa", "cryptography")
_KEY_LIMIT = 64 * 2**10
"""Bytes of a key file; the longest keys have about six thousand."""


def signer_of(project: Project) -> Signer | None:
    """Return who signs the files of a project that was loaded; None where nobody does.

    Raises NeedsAttention when the certificate chain has gone since.
    """
    c2pa = project.provenance.c2pa
    if c2pa is None:
        return None
    try:
        chain = (project.root / c2pa.certificate).read_bytes()
    except OSError as error:
        raise NeedsAttention(_unreadable("certificate", c2pa.certificate, error)) from None
    key = os.path.expanduser(c2pa.key)  # noqa: PTH111 - raises nothing where there is no home
    key = os.path.normpath(project.root / key)
    return Signer(chain, Path(key), c2pa.algorithm)


class Signer:
    """Signs files with one certificate chain and its key; safe to share between threads."""

    def __init__(self, certificate: bytes, key_path: Path, algorithm: str) -> None:
        """Take the chain as PEM, the signer's own first, where its key lies, and its kind."""
        self._chain = certificate
        self._key_path = key_path
        self._algorithm = algorithm

    def check(self) -> None:
        """Sign a tiny picture and forget it; raises NeedsAttention as `sign` would."""
        self._seal().attempt()

    def sign(self, data: bytes, marks: Marks, *, format: str, title: str) -> bytes:  # noqa: A002
        """Return a png, jpeg, webp or avif file with Content Credentials in it.

        They say that it was made as `marks` say. No two signatures have equal bytes. Raises
        NeedsAttention.
        """
        return self._seal().on(data, marks, format=format, title=title)

    def _seal(self) -> Seal:
        try:
            # Deferred on purpose: it brings libraries that only those install who sign.
            from imagegen.build.seal import Seal
        except ModuleNotFoundError as missing:
            if missing.name not in _EXTRA:
                raise
            detail = f"[provenance.c2pa] asks for signatures, which take the package `{_EXTRA[0]}`."
            hint = 'install it:\n  pip install "imagegen-build[c2pa]"'
            raise NeedsAttention(Problem("nothing is installed that signs", detail, hint)) from None
        return Seal(self._chain, self._key(), self._algorithm)

    def _key(self) -> bytes:
        path = self._key_path
        try:
            # Opening a pipe or device could wait for ever, so the kind is asked first.
            if not stat.S_ISREG(path.stat().st_mode):
                raise NeedsAttention(Problem(f"the key `{path}` is not a file"))
            with path.open("rb") as file:
                data = file.read(_KEY_LIMIT + 1)
        except FileNotFoundError:
            detail = "It is needed to sign, and nothing else."
            hint = "put it there, or name its place as `key` in [provenance.c2pa]"
            raise NeedsAttention(Problem(f"there is no key `{path}`", detail, hint)) from None
        except OSError as error:
            raise NeedsAttention(_unreadable("key", path, error)) from None
        if len(data) > _KEY_LIMIT:
            raise NeedsAttention(Problem(f"`{path}` is too large for a key"))
        return data


def _unreadable(what: str, path: object, error: OSError) -> Problem:
    why = f"The system says: {error.strerror or error}."
    return Problem(f"the {what} `{path}` cannot be read", why)
