"""Owns how the files of one image are shared out to groups that are made at the same time.

Pure: goes by what recipes say.
"""

from __future__ import annotations

from collections.abc import Sequence

from imagegen.derivative import Recipe

_COSTS = {"avif": 12, "webp": 4, "png": 3, "jpeg": 1}
"""What a pixel takes to encode, roughly, as multiples of the cheapest."""


def shared_out(recipes: Sequence[Recipe], count: int) -> list[list[Recipe]]:
    """Return the recipes in at most `count` groups that take about equally long.

    Each group decodes the picture anew, so more groups than idle cores cost time.
    """
    groups: list[list[Recipe]] = [[] for _ in range(min(count, len(recipes)))]
    costs = [0] * len(groups)
    for recipe in sorted(recipes, key=_cost, reverse=True):
        least = costs.index(min(costs))
        groups[least].append(recipe)
        costs[least] += _cost(recipe)
    return groups


def _cost(recipe: Recipe) -> int:
    return _COSTS[recipe.format] * recipe.width * recipe.height
