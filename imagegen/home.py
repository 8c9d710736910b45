"""Owns where imagegen keeps what must outlive a project: the ledgers and the store.

Only names places and makes their folders; never reads or writes what lies in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

from imagegen import atomic
from imagegen.errors import Problem, WrongInput

VARIABLE = "IMAGEGEN_HOME"
README = "README.txt"

_README_TEXT = """\
This folder belongs to imagegen.

store/      pictures that were paid for, and which request each of them answers
accounts/   the ledger of paid jobs, one for each account
Deleting any of this can mean paying for the same pictures again, so back it up.
To put it elsewhere, move the folder and set IMAGEGEN_HOME to its new place.
"""


def home(environ: Mapping[str, str]) -> Path:
    """Return the absolute folder: `IMAGEGEN_HOME`, else the platform's user data folder.

    Creates nothing; an empty variable counts as unset. Raises WrongInput for `~name` when there
    is nobody of that name.
    """
    given = environ.get(VARIABLE, "")
    if given:
        try:
            return Path(given).expanduser().absolute()
        except RuntimeError as error:
            raise WrongInput(_nobody(given, str(error))) from None
    return Path(platformdirs.user_data_dir("imagegen", appauthor=False))


def account_folder(home: Path, fingerprint: str) -> Path:
    """Return the folder that holds the ledger of one account."""
    return home / "accounts" / fingerprint


def account_folders(home: Path) -> list[Path]:
    """Return the folder of every account that has a ledger here, sorted."""
    accounts = home / "accounts"
    if not accounts.is_dir():
        return []
    return sorted(folder for folder in accounts.iterdir() if folder.is_dir())


def claims_folder(account: Path) -> Path:
    """Return the folder that holds the claims to place an order, in an account's folder."""
    return account / "claims"


def store_folder(home: Path) -> Path:
    """Return the folder of the local store."""
    return home / "store"


def make(home: Path) -> Path:
    """Create the home, readable by its owner only, with a note of what it is; returns it.

    Raises OSError. A home that is there is left as it is, but gets the note if it has none.
    """
    atomic.make_folder(home, mode=0o700)
    note = home / README
    if not note.exists():
        atomic.replace(note, _README_TEXT.encode(), mode=0o600)
    return home


def _nobody(given: str, why: str) -> Problem:
    return Problem(
        summary=f"`{VARIABLE}` names no folder",
        detail=f"It is `{given}`: {why.rstrip('.')}.",
        hint=f"Set {VARIABLE} to an absolute path.",
    )
