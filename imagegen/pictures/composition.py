"""Owns the choice of a motif: the words of a prompt vote, chance decides where none is spoken."""

from __future__ import annotations

from collections.abc import Callable

from imagegen.pictures.canvas import Canvas
from imagegen.pictures.palette import Palette
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
from imagegen.pictures.theme import Theme

Scene = Callable[[Canvas, Palette, Theme], None]

# Each word found counts by the weight of its row: a genre says more than a thing, and a thing
# more than a backdrop. Earlier rows win a tie.
_SPOKEN: tuple[tuple[Scene, float, str], ...] = (
    (
        poster.draw,
        2.0,
        "poster flyer typography festival banner headline lettering quote slogan cover",
    ),
    (
        icon.draw,
        2.0,
        "icon logo favicon glyph emblem symbol sticker badge",
    ),
    (
        town.draw,
        2.0,
        "map atlas cartography streets route topographic navigation",
    ),
    (
        interface.draw,
        1.5,
        "ui ux interface dashboard app website screen widget chart saas analytics mobile",
    ),
    (
        mascot.draw,
        2.0,
        "mascot character robot creature monster animal cartoon",
    ),
    (
        figure.draw,
        1.2,
        "portrait person people team woman man girl boy face avatar founder headshot crew "
        "staff customer speaker",
    ),
    (
        interior.draw,
        1.0,
        "office room desk interior kitchen living bedroom workspace sofa lamp library "
        "bookshelf workshop home",
    ),
    (
        road.draw,
        1.5,
        "car suv road highway drive truck van vehicle motorcycle sedan automobile",
    ),
    (
        planet.draw,
        1.2,
        "planet space galaxy astronaut orbit cosmos rocket universe satellite mars",
    ),
    (
        stilllife.draw,
        1.0,
        "product mug cup bottle vase bowl ceramic perfume cosmetic skincare candle food "
        "fruit salad bread coffee tea still pottery jar watch shoe sneaker headphones "
        "soap cake dish plate breakfast marble packshot studio croissant cappuccino latte "
        "espresso pastry cookie pie toast sandwich soup cheese wine juice lemonade",
    ),
    (
        city.draw,
        1.0,
        "city skyline street tower building skyscraper downtown urban metropolis",
    ),
    (
        landscape.draw,
        1.0,
        "landscape jungle garden trail hiking waterfall "
        "mountain forest ocean sea beach hill valley lake desert dune coast "
        "winter snow sunrise sunset field meadow nature island wave horizon sky river "
        "tree wood coastal canyon",
    ),
    (
        pattern.draw,
        1.2,
        "pattern tile seamless geometric bauhaus mosaic wallpaper textile grid",
    ),
    (
        layers.draw,
        0.6,
        "abstract background texture wave paper gradient flow shape fluid backdrop",
    ),
)

_UNSPOKEN: tuple[Scene, ...] = (
    landscape.draw,
    layers.draw,
    stilllife.draw,
    pattern.draw,
    layers.draw,
    landscape.draw,
)


def compose(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint the motif that fits `theme` onto `canvas`."""
    choose(theme)(canvas, palette, theme)


def choose(theme: Theme) -> Scene:
    """Return the motif that fits `theme`; takes one draw of its chance for every prompt."""
    chosen = theme.chance.random()
    votes = [weight * len(theme.words & set(words.split())) for _, weight, words in _SPOKEN]
    if max(votes):
        return _SPOKEN[votes.index(max(votes))][0]
    return _UNSPOKEN[int(chosen * len(_UNSPOKEN))]
