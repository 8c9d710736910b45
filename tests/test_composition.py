"""composition and scenes: the words of a prompt choose the motif, and every motif paints."""

import random

import pytest

from imagegen.pictures import composition, palette, theme
from imagegen.pictures.canvas import Canvas
from imagegen.pictures.scenes import (
    city,
    figure,
    icon,
    interface,
    interior,
    landscape,
    layers,
    mascot,
    pattern,
    planet,
    poster,
    road,
    stilllife,
    town,
)


@pytest.mark.parametrize(
    ("prompt", "scene"),
    [
        ("the same mascot character working at a desk with coffee", mascot.draw),
        ("an electric SUV on a coastal highway at golden hour", road.draw),
        ("an event poster reading 'SUMMER' with bold gradient background", poster.draw),
        ("a matte black mug on sunlit marble", stilllife.draw),
        ("replace the background in this product photo with a studio gradient", stilllife.draw),
        ("a cozy home office: wooden desk with a laptop", interior.draw),
        ("team photo of five people", figure.draw),
        ("app icon for a weather service", icon.draw),
        ("analytics dashboard UI illustration", interface.draw),
        ("map of the old town with a route", town.draw),
        ("night skyline of a city", city.draw),
        ("snowy mountain landscape", landscape.draw),
        ("astronaut near a planet", planet.draw),
        ("seamless geometric pattern", pattern.draw),
        ("abstract paper background", layers.draw),
    ],
)
def test_words_choose_the_motif(prompt: str, scene: composition.Scene) -> None:
    assert composition.choose(theme.read(prompt, random.Random(1))) is scene


SPEECH = (
    "mug", "bottle", "bowl of fruit", "vase", "oak desk", "sofa", "suv", "sports car", "city",
    "neon city", "planet", "map", "icon chat", "icon leaf", "icon photo", "icon heart",
    "icon cloud", "icon music", "dashboard", "poster 'A B C D'", "mascot waving coffee desk",
    "portrait", "team", "forest", "winter mountain", "sea", "dune", "abstract", "pattern",
    "studio product", "calm", "winter portrait of a 'quoted' thing",
)  # fmt: skip


@pytest.mark.parametrize("prompt", SPEECH)
@pytest.mark.parametrize("size", [(90, 60), (48, 96)])
def test_every_motif_fills_the_canvas(prompt: str, size: tuple[int, int]) -> None:
    for seed in range(2):
        chance = random.Random(seed)
        canvas = Canvas(*size)
        read = theme.read(prompt, chance)
        composition.compose(canvas, palette.choose(prompt, chance), read)
        assert canvas.image.size == size
        assert len(canvas.image.getcolors(1 << 20) or []) > 50


def test_a_quoted_title_is_read() -> None:
    chance = random.Random(0)
    assert theme.read("poster reading 'SUMMER SOUND' big", chance).title == "SUMMER SOUND"
    assert theme.read('a "Hello there" card', chance).title == "Hello there"
    assert theme.read("the dog's bone isn't here", chance).title is None


def test_a_plural_speaks_of_its_singular() -> None:
    assert theme.read("two mugs", random.Random(0)).speaks_of("mug")


def test_a_title_that_the_font_cannot_set_is_left_out() -> None:
    assert theme.read("a poster reading 'Sommer'", random.Random(1)).title == "Sommer"
    assert theme.read("a poster reading '夏祭り'", random.Random(1)).title is None
