"""Owns how verbs tell beforehand that what a build makes cannot be signed."""

from __future__ import annotations

from dataclasses import replace

from imagegen.build import signing
from imagegen.build.signing_fault import CannotSign
from imagegen.errors import NeedsAttention, Problem
from imagegen.opened import Opened
from imagegen.plan import Plan
from imagegen.project.load import located


def trouble(opened: Opened, plan: Plan) -> list[Problem]:
    """Return why files that a build of `plan` makes cannot be signed, at the settings.

    Makes a test signature, and only where something is to be signed.
    """
    if opened.loaded.project.provenance.c2pa is None:
        return []
    if not signing.to_sign(plan, opened.workspace):
        return []
    then = ""
    if signing.bought_to_sign(plan, opened.workspace):
        then = "Until that is mended, a build buys nothing."
    return _told(opened, then)


def refuse_without(opened: Opened, plan: Plan) -> None:
    """Raise NeedsAttention where a picture is to be bought whose files cannot be signed then."""
    if opened.loaded.project.provenance.c2pa is None:
        return
    if signing.bought_to_sign(plan, opened.workspace):
        problems = _told(opened, "Nothing was bought.")
        if problems:
            raise NeedsAttention(*problems)


def _told(opened: Opened, then: str) -> list[Problem]:
    """Return what a test signature comes to; `then` says what follows from it."""
    try:
        signer = signing.signer_of(opened.loaded.project)
        if signer is not None:
            signer.check()
    except CannotSign as error:
        problems = located(error.faults, opened.file)
        return [replace(one, detail=f"{one.detail} {then}".strip()) for one in problems]
    return []
