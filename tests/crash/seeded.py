"""Owns the proof that the harness can fail: each known-bad variant against each attack.

Prints who caught what as a table for `README.md`. A variant that nobody catches, and a table
row that says so, means that the harness is blind there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from .parts import PARTS, Part, attacked, part
from .variants import VARIANTS, planted

_AT_ONCE = 2


def told(*, seed: int, only: str | None, every: bool) -> bool:
    """Print the table; returns whether each variant was caught.

    With `every` each attack tries each variant; otherwise the one that is sure to catch it.
    """
    names = [name for name in VARIANTS if only is None or only.lower() in name]
    attacks = [one for one in PARTS if one.bugs]
    asked = {name: attacks if every else [part(VARIANTS[name].catcher)] for name in names}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        caught = {
            (name, one.name): pool.submit(
                partial(first_broken_in, name, one.name, count=one.bugs, seed=seed)
            )
            for name, parts in asked.items()
            for one in parts
        }
        results = {pair: future.result() for pair, future in caught.items()}
    _print_table(results, attacks if every else [])
    blind = [name for name in names if not any(results[name, one.name] for one in asked[name])]
    print(f"\n{len(names) - len(blind)} of {len(names)} variants caught")
    if blind:
        print("not caught:", ", ".join(blind))
    return not blind


def _print_table(results: Mapping[tuple[str, str], str], columns: list[Part]) -> None:
    for (name, attack), found in results.items():
        if not columns:
            print(f"{name:<36} {attack:<28} {found or 'NOT CAUGHT'}")
    if columns:
        print("| variant |", " | ".join(one.name for one in columns), "|")
        print("| --- |", " | ".join("---" for _ in columns), "|")
        for name in dict.fromkeys(name for name, _ in results):
            cells = (results[name, one.name] or "–" for one in columns)
            print(f"| {name} |", " | ".join(cells), "|")


def first_broken_in(name: str, attack: str, *, count: int, seed: int) -> str:
    """Return the first broken promise that an attack sees in a variant; "" for none."""
    with tempfile.TemporaryDirectory(prefix="crash-variant-") as folder:
        package = planted(name, Path(folder))
        try:
            found = attacked(attack, count, seed=seed, package=package, first_failure=True)
        except TimeoutError:
            return "no end"
    return found.failures[0].broken if found.failures else ""
