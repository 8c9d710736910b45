"""palette: words choose the colours."""

import random

import pytest

from imagegen.pictures import palette
from imagegen.pictures.colour import lightness


def chosen(prompt: str, seed: int = 1) -> palette.Palette:
    return palette.choose(prompt, random.Random(seed))


@pytest.mark.parametrize("prompt", ["", "neon night", "golden hour", "marble", "xyzzy"])
@pytest.mark.parametrize("seed", range(5))
def test_ink_is_darkest_and_paper_lightest(prompt: str, seed: int) -> None:
    colours = chosen(prompt, seed)
    middle = [colours.far, colours.mid, colours.near, colours.accent, colours.second]
    assert lightness(colours.ink) <= min(map(lightness, middle)) + 0.02
    assert lightness(colours.paper) >= max(map(lightness, middle))


def test_the_light_of_a_scene_outweighs_its_things() -> None:
    assert chosen("city skyline with neon lights").night
    golden = chosen("a car on a coastal highway at golden hour")
    assert golden.low[0] > golden.low[2] + 30


def test_a_named_colour_is_the_subjects() -> None:
    assert lightness(chosen("a matte black mug").subject) < 0.35
    assert chosen("a matte black mug").named
    assert not chosen("a mug").named


def test_the_same_chance_gives_the_same_colours() -> None:
    assert chosen("anything", 4) == chosen("anything", 4)
    assert chosen("anything", 4) != chosen("anything", 5)


def test_words_are_letters_of_any_script() -> None:
    assert palette.words_of("Café-Bar, 24h Öl_x") == ["café", "bar", "h", "öl", "x"]
