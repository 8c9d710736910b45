"""Owns what the keys of one image entry demand of each other: one prompt, and names for a set.

Pure; sees only which keys there are, so that it can judge an entry with other faults, too.
"""

from __future__ import annotations

from collections.abc import Collection

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.wording import table_name

SET_KEYS = ("matrix", "table")
"""Keys that make many images of one entry."""


def key_faults(keys: Collection[str], loc: KeyPath) -> list[Fault]:
    """Return what is wrong with the keys of the entry at `loc`, apart from a missing prompt."""
    faults = []
    if "prompt" in keys and "prompt_file" in keys:
        summary = f"{table_name(loc)} has both `prompt` and `prompt_file`"
        detail = "A prompt stands in the entry or in a file of its own."
        faults.append(Fault((*loc, "prompt_file"), summary, detail, "drop one of them", at="key"))
    if "table" in keys and "name" not in keys:
        hint = f'for example: name = "{loc[-1]}-{{sku}}", where `sku` is a column'
        summary = f"{table_name(loc)} has a `table` and no `name`"
        detail = "Each row is an image and needs a name that stays when rows are sorted."
        faults.append(Fault((*loc, "table"), summary, detail, hint, at="key"))
    if "name" in keys and not any(key in keys for key in SET_KEYS):
        detail = "It names the images of a `matrix` or a `table`; others have that of their entry."
        hint = f"write the name in the header instead of {table_name(loc)}"
        summary = f"`name` has no meaning in {table_name(loc)}"
        faults.append(Fault((*loc, "name"), summary, detail, hint, at="key"))
    return faults


def has_prompt(keys: Collection[str]) -> bool:
    """Whether an entry with these keys says what its picture shows."""
    return "prompt" in keys or "prompt_file" in keys
