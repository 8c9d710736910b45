"""Owns what a project's files say of their own making: `[provenance]` to marks and a signer.

Reads the certificate chain and nothing else; the private key is for whoever signs.
"""

from __future__ import annotations

from collections.abc import Sequence

from imagegen import digest
from imagegen.derivative import Marks
from imagegen.project.fault import Fault
from imagegen.project.paths import path_fault
from imagegen.project.schema import Project
from imagegen.project.texts import Texts, Unread
from imagegen.project.wording import quoted
from imagegen.request import DRAFT, Request

CHAIN_LIMIT = 64 * 2**10
"""Bytes of a certificate chain; three certificates have about five thousand."""

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_KEY = b"PRIVATE KEY-----"
_C2PA = ("provenance", "c2pa")

_NAMES = {"apiframe": "Apiframe"}
"""Providers as people write them."""


def marks_of(
    project: Project, request: Request, alt: str | None, alts: Sequence[tuple[str, str]] = ()
) -> Marks | None:
    """Return what files made from the picture of `request` say; None if they are to say nothing.

    `alt` is for readers of all languages that `alts` has not. Whether the output says it, too,
    is for `marks_outputs`.
    """
    if project.provenance.embed == "none":
        return None
    default = alt if alt is not None or not alts else alts[0][1]
    texts = {"": default or "", **dict(alts)}
    marks = Marks(
        system=system_of(request.model, request.provider),
        descriptions=tuple(sorted((tag, text) for tag, text in texts.items() if text)),
        prompt=request.prompt if project.provenance.prompt else None,
    )
    return marks.of_draft() if request.provider == DRAFT else marks


def system_of(model: str, provider: str) -> str:
    """Return the words for the AI system that a picture comes from."""
    return f"{model} via {_NAMES.get(provider, provider)}"


def marks_outputs(project: Project) -> bool:
    """Whether outputs are marked and signed as well as derivatives."""
    return project.provenance.embed == "all"


def chain_digest(project: Project, texts: Texts) -> tuple[str, list[Fault]]:
    """Return the sha256 of the certificate chain that files are signed with, and what is wrong.

    An empty text when nothing is signed.
    """
    c2pa = project.provenance.c2pa
    if c2pa is None:
        return "", []
    faults = []
    if project.provenance.embed == "none":
        detail = "What is signed says how it was made, and `embed` lets no file say so."
        hint = 'set embed = "derivatives" or "all", or leave [provenance.c2pa] out'
        faults.append(Fault(_C2PA, '`c2pa` and `embed = "none"` exclude each other', detail, hint))
    if not c2pa.key or "\0" in c2pa.key:
        faults.append(Fault((*_C2PA, "key"), "this is no path"))
    chain = _chain(c2pa.certificate, texts)
    if isinstance(chain, Fault):
        return "", [*faults, chain]
    return digest.sha256_of(chain), faults


def _chain(path: str, texts: Texts) -> bytes | Fault:
    loc = (*_C2PA, "certificate")
    fault = path_fault(path, loc)
    if fault is not None:
        return fault
    try:
        data = texts.head(path, CHAIN_LIMIT)
    except Unread as unread:
        return Fault(loc, unread.summary, unread.detail, unread.hint, where=unread.where)
    if len(data) > CHAIN_LIMIT:
        detail = f"A certificate chain has at most {CHAIN_LIMIT:,} bytes."
        return Fault(loc, f"{quoted(path)} is too large", detail)
    if _KEY in data:
        detail = "What stands in the certificate's file is put into every signed picture."
        hint = "move the key to a file of its own, name that as `key`, and never commit it"
        return Fault(loc, f"{quoted(path)} holds a private key", detail, hint)
    if _BEGIN not in data:
        detail = f"It has no line {_BEGIN.decode()}."
        return Fault(loc, f"{quoted(path)} is not a certificate in PEM form", detail)
    return data
