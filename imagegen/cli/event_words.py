"""Owns the wording of events: the lines that stay when a build is over. Prints nothing."""

from __future__ import annotations

from imagegen.cli import terminal
from imagegen.cli.words import files_text
from imagegen.events import (
    Accepted,
    Began,
    Charged,
    Done,
    Event,
    Failed,
    KeptAside,
    LeftBehind,
    Progressed,
    Waiting,
    Warned,
)

_DID = {
    "keep": "unchanged",
    "restore": "restored",
    "derive": "derived",
    "fetch": "fetched",
    "generate": "generated",
}


def told(event: Event) -> str | None:
    """Return an event as the text that stays, None for one that only moves the live line."""
    match event:
        case Done(name, "retire", _, _, removed, kept):
            stays = "; the picture stays in the store" if kept else ""
            files = f": {files_text(removed)} deleted" if removed else ""
            return f"retired    {terminal.line(name)}{files}{stays}"
        case Done(name, action, output, derived, removed):
            where = f" -> {output}" if output else ""
            did = f"{_DID.get(action, action):<9}  {terminal.line(name + where)}"
            made = f", {files_text(derived)} made of it" if derived else ""
            return did + made + (f", removed {files_text(removed)}" if removed else "")
        case Failed(name, problem):
            return terminal.worded(problem, label=f"failed: {terminal.line(name)}")
        case Warned(problem):
            return terminal.worded(problem, label="warning")
        case KeptAside(_, output, kept):
            place = terminal.line(kept)
            return f"kept       what was in {terminal.line(output)} is in {place} now"
        case LeftBehind(_, output):
            return f"left       {terminal.line(output)} had been edited, so it was not deleted"
        case Waiting(text, seconds):
            after = f", next try in {seconds:.0f} s" if seconds else ""
            return f"waiting    {terminal.line(text)}{after}"
        case Accepted() | Began() | Progressed() | Charged():
            return None
