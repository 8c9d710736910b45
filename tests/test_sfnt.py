"""Font files from outside: their tables and axes are read, and no claim of theirs leads astray."""

from __future__ import annotations

import random

import pytest
from lettered import LATIN, VARYING, collection

from imagegen.pictures.sfnt import Axis, axes_of, tables_of, weights_of


def test_axes_come_in_the_fonts_own_order() -> None:
    assert axes_of(VARYING) == (Axis("wdth", 75, 100, 125), Axis("wght", 200, 400, 900))
    assert weights_of(VARYING) == weights_of(collection(VARYING)) == (200, 900)


def test_a_font_of_one_look_has_no_axes() -> None:
    assert (axes_of(LATIN), weights_of(LATIN)) == ((), None)
    assert b"cmap" in tables_of(LATIN)


@pytest.mark.parametrize("seed", range(50))
def test_damage_does_no_more_than_lose_axes(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(VARYING[: chance.choice([len(VARYING), chance.randrange(400)])])
    for _ in range(min(len(data), 20)):
        data[chance.randrange(len(data))] = chance.choice([0, 255])
    assert len(axes_of(bytes(data))) <= 64
    weights_of(bytes(data))
