"""Owns the choice of how a terminal is made to show a picture, by its environment alone.

Never asks the terminal itself: one that does not answer would hold everything up.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Way(StrEnum):
    """A way of drawing."""

    KITTY = "kitty"
    ITERM = "iterm"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    NONE = "none"


_BY_PROGRAM: Mapping[str, Way] = {
    "ghostty": Way.KITTY,
    "iterm.app": Way.ITERM,
    "mintty": Way.ITERM,
    "wezterm": Way.ITERM,
}
"""TERM_PROGRAM in lower case -> what that program surely knows."""

_BY_TERM: tuple[tuple[str, Way], ...] = (
    ("xterm-kitty", Way.KITTY),
    ("xterm-ghostty", Way.KITTY),
    ("wezterm", Way.ITERM),
    ("foot", Way.SIXEL),
    ("mlterm", Way.SIXEL),
    ("contour", Way.SIXEL),
    ("vt340", Way.SIXEL),
    ("xterm-sixel", Way.SIXEL),
)
"""How TERM starts -> what such a terminal knows."""

_WEZTERM = ("WEZTERM_PANE", "WEZTERM_EXECUTABLE")
_KONSOLE_WITH_KITTY = 220400


def way_for(environ: Mapping[str, str]) -> Way:
    """Return the best way for the terminal that `environ` tells of; half blocks when in doubt.

    Within tmux and screen it is half blocks, since those swallow the rest, and nothing where the
    terminal is dumb or NO_COLOR is set.
    """
    term = environ.get("TERM", "")
    if term in ("", "dumb") or environ.get("NO_COLOR"):
        return Way.NONE
    if environ.get("TMUX") or environ.get("STY") or term.startswith(("screen", "tmux")):
        return Way.BLOCKS
    for start, way in _BY_TERM:
        if term.startswith(start):
            return way
    return _by_variables(environ)


def _by_variables(environ: Mapping[str, str]) -> Way:
    known = _BY_PROGRAM.get(environ.get("TERM_PROGRAM", "").lower())
    if known is not None:
        return known
    if environ.get("XTERM_VERSION") or environ.get("VTE_VERSION"):
        # These name the terminal itself; what follows may be left over from one around it.
        return Way.BLOCKS
    if environ.get("LC_TERMINAL") == "iTerm2" or any(environ.get(name) for name in _WEZTERM):
        return Way.ITERM
    if environ.get("KITTY_WINDOW_ID"):
        return Way.KITTY
    version = environ.get("KONSOLE_VERSION", "")
    if version.isdecimal() and int(version) >= _KONSOLE_WITH_KITTY:
        return Way.KITTY
    return Way.BLOCKS


def has_true_colour(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says that it shows 24-bit colours, not only the 256 of old."""
    told = environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    return told or environ.get("TERM", "").endswith("-direct")
