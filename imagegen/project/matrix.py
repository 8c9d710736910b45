"""Owns the matrix of an entry: which values it may list, and every combination of them.

Never builds the combinations before it has counted them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.variable import TEXT_LIMIT, plain_text
from imagegen.project.wording import kind_of, quoted

Axes = Mapping[str, tuple[str, ...]]
"""The values of each variable, as text, in the order of the file."""


def axes(matrix: Mapping[str, Sequence[object]], loc: KeyPath) -> tuple[Axes, list[Fault]]:
    """Return the values of a matrix as text, and what is wrong with them."""
    found: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for name, values in matrix.items():
        texts: dict[str, None] = {}
        for index, value in enumerate(values):
            text = plain_text(value)
            place = (*loc, name, index)
            if text is None:
                faults.append(_misfit(value, place))
            elif text in texts:
                summary = f"{quoted(text)} is listed twice under {quoted(name)}"
                faults.append(Fault(place, summary, "Both would be one image."))
            else:
                texts[text] = None
        found[name] = tuple(texts)
    return found, faults


def size(found: Axes) -> int:
    """Return how many combinations there are."""
    return math.prod(len(values) for values in found.values())


def combinations(found: Axes) -> Iterator[dict[str, str]]:
    """Yield every combination; the last variable changes fastest."""
    for values in product(*found.values()):
        yield dict(zip(found, values, strict=True))


def _misfit(value: object, place: KeyPath) -> Fault:
    if isinstance(value, str):
        return Fault(place, f"this value has more than {TEXT_LIMIT:,} characters")
    if isinstance(value, int | float):
        return Fault(place, "this number cannot be written plainly")
    detail = "A matrix lists strings, numbers and booleans."
    return Fault(place, f"a value of a matrix cannot be {kind_of(value)}", detail)
