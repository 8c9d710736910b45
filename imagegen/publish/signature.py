"""Owns how a published file says that imagegen made it, and how such a file is known again.

Only the first bytes are looked at, so that a formatter may have had the file in between.
"""

from __future__ import annotations

import re

GENERATOR = "imagegen"
"""Value of the key `generator` in JSON, which knows no comments."""

NOTE = "Made by imagegen from imagegen.toml; edits are lost."
"""First line, as a comment, where there are comments."""

MARK = "data-imagegen"
"""Attribute of a `picture` element; its value is the name of its file, without the extension, so
that a copy under another name is known for somebody's own."""

HEAD = 512
"""Bytes at the beginning of a file that tell whose it is."""

_OURS = re.compile(
    rb"\s*(?:"
    rb'(?://|#)\s*Made by imagegen\b|<picture data-imagegen="'
    rb'|\{\s*(?:"format"\s*:\s*\d+\s*,\s*|"[A-Za-z0-9._-]+"\s*:\s*\{\s*)?'
    rb'"generator"\s*:\s*"imagegen"'
    rb"|\{\s*\}\s*$|$)"
)

_PARTIAL = re.compile(rb'\s*<picture data-imagegen="([A-Za-z0-9._-]+)"')


def partial_of(head: bytes) -> str | None:
    """Return under which name, without extension, a partial was written that begins with `head`.

    None for what is no partial of ours.
    """
    found = _PARTIAL.match(head[:HEAD])
    return found[1].decode() if found else None


def is_ours(head: bytes) -> bool:
    """Whether a file that begins with `head` was made here, or has nothing in it to lose."""
    return _OURS.match(head[:HEAD]) is not None
