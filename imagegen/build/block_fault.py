"""Owns how it is told that an image is not built because something is in its way."""

from __future__ import annotations

from imagegen.errors import Problem
from imagegen.plan import Block, Change

_WAYS_OUT = {
    Block.UNKNOWN: "settle it with:\n  imagegen resolve",
    Block.REFUSED: "change the prompt, or name the image with --replace",
    Block.ABANDONED: "to pay for it after all:\n  imagegen resolve {name} --pay-again",
    Block.LOST: "to buy another one, name it:\n  imagegen build {name} --replace {name}",
    Block.REFERENCE: "settle that image first; this one follows it",
    Block.ABSENT: "bring its file back from version control, or take it in again:\n"
    "  imagegen import {name} FILE",
    Block.HELD: "bring the file back with `imagegen restore`, or take `protect` away",
}
_UNOBTAINABLE = (Block.REFUSED, Block.LOST)
_UNLOCKED_WAY_OUT = (
    "bring the lock back from version control, or take `protect` away; to keep the file as it is:"
    "\n  imagegen accept {name}"
)
_CHOICE_WAY_OUT = "pick another one: it is not asked for again then; or change the prompt"


def problem(change: Change, block: Block) -> Problem:
    """Return why `change`, which has this `block`, is not made, and the way out."""
    of_choice = change.target is not None and change.target.candidate_of is not None
    hint = _CHOICE_WAY_OUT if of_choice and block in _UNOBTAINABLE else _WAYS_OUT[block]
    if block is Block.HELD and change.locked is None:
        hint = _UNLOCKED_WAY_OUT
    return Problem(change.blocked, hint=hint.format(name=change.name))
