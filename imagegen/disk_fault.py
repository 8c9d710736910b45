"""Owns how a failure of the disk is told: OSError in, a Problem that says what to do out.

Never decides whether a failure matters; the caller raises what fits.
"""

from __future__ import annotations

import errno
from pathlib import Path

from imagegen.errors import Problem

_REMEDIES = {
    errno.ENOSPC: "Free some space on that disk and run the same command again.",
    errno.EDQUOT: "Your quota on that disk is used up: free some space and run again.",
    errno.EFBIG: "The file may not grow any further: raise the limit on file sizes and run again.",
    errno.EROFS: "The disk is read-only: set IMAGEGEN_HOME to a folder that can be written.",
    errno.EACCES: "Give yourself the right to write there, or set IMAGEGEN_HOME to another folder.",
    errno.EPERM: "Give yourself the right to write there, or set IMAGEGEN_HOME to another folder.",
    errno.EIO: "The disk reports a fault: copy away what matters and check the disk.",
    errno.EMFILE: "Too many files are open: raise the limit (`ulimit -n`) and run again.",
    errno.ELOOP: "A symbolic link stands where a file of imagegen should be: remove the link.",
}


def explain(error: OSError, *, doing: str, path: Path) -> Problem:
    """Return what failed (`doing`, such as "keep a picture"), where, why, and the remedy."""
    why = error.strerror or str(error)
    return Problem(
        summary=f"cannot {doing}",
        detail=f"`{path}`: {why}.",
        hint=_REMEDIES.get(error.errno or 0, "Put the cause right and run the same command again."),
    )
