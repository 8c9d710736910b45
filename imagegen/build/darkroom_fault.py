"""Owns how it is told that a process of the darkroom did not do what it was asked to."""

from __future__ import annotations

from imagegen.errors import Problem


def crashed(how: str) -> Problem:
    """Return the problem of a picture that killed its process; `how` is what that did."""
    return Problem(
        "a picture that cannot be decoded",
        f"The process that decoded it {how}.",
        "Fetch it again.",
    )


def too_slow(how: str) -> Problem:
    """Return the problem of a picture whose decoding had to be stopped."""
    return Problem(
        "a picture that takes too long to decode",
        f"Decoding was given up: it {how}.",
        "Fetch it again.",
    )


def senseless() -> Problem:
    """Return the problem of an answer that is none."""
    return Problem(
        "a picture that cannot be decoded", "What the decoder made of it makes no sense."
    )


def interrupted() -> Problem:
    """Return the problem of a picture that nobody looked at any more."""
    return Problem("a picture that was not looked at", "The run was ended before.")


def unmade(how: str) -> Problem:
    """Return the problem of files whose makers died, the second one, too."""
    return Problem(
        "files could not be made from a picture",
        f"The process that made them {how}, and so did another one that tried again: there is not "
        "enough memory, or somebody ends them.",
        "end some programs, then build again; it costs nothing",
    )


def made_too_slowly(how: str) -> Problem:
    """Return the problem of files whose making had to be stopped."""
    return Problem(
        "files that take too long to make from a picture",
        f"Making them was given up: it {how}.",
        "build again when the machine has less to do, or take smaller `widths`; it costs nothing",
    )


def not_made() -> Problem:
    """Return the problem of files that nobody made any more."""
    return Problem(
        "files were not made from a picture",
        "The run was ended before.",
        "build again; it costs nothing",
    )


def unstarted(why: str) -> Problem:
    """Return the problem of a system that starts no process."""
    return Problem(
        "no process can be started to decode pictures in",
        f"The system says: {why}. Nothing is lost: what is paid for is kept.",
        "end some programs, then build again; it costs nothing",
    )
