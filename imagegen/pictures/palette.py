"""Owns the choice of colours: a Palette from the words of a prompt, shifted a little by the seed.

Every palette is drawn by hand, from light to dark; words vote for one, chance settles a tie.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from imagegen.pictures import colour
from imagegen.pictures.colour import Colour


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one painting; far to near grow darker."""

    high: Colour
    """Top of the sky, or the wall in shade."""
    low: Colour
    """Sky at the horizon, or the wall in light."""
    glow: Colour
    """Light itself."""
    far: Colour
    mid: Colour
    near: Colour
    accent: Colour
    """What the eye should meet first."""
    second: Colour
    """Answers the accent."""
    ink: Colour
    """Darkest."""
    paper: Colour
    """Lightest."""
    subject: Colour
    """Colour of the main thing: a colour that the prompt names, else the accent."""
    night: bool
    named: bool
    """Whether the prompt names the subject's colour."""

    @property
    def water(self) -> Colour:
        """What a sea looks like in this light."""
        for tint in (self.mid, self.second):
            if tint[2] > tint[0] + 20:
                return tint
        return _PLAIN_WATER


_PLAIN_WATER: Colour = (58, 112, 138)

_DRAWN: Mapping[str, tuple[str, str]] = {
    "golden": (
        "golden sunset sundown honey sunshine amber",
        "8EA3C4 FFD49A FFF0C4 E2A184 B0665C 4A2B3B F0642F 2C7480 26182A FFF4E2",
    ),
    "morning": (
        "morning linen dawn sunlit sunlight breakfast cream beige gentle airy bread bakery sunrise",
        "E3DCCF FBEED6 FFF7E4 DCCDB8 C2A685 6B5545 DB7B45 5B8580 2B2521 FFFBF3",
    ),
    "ocean": (
        "ocean sea coast coastal water beach wave waves surf sailing harbour blue aqua lake",
        "5AA6CC DDF0EE FFF4D6 8DC3D1 3A86A6 113E5B FF8256 F6CB5C 0B2436 F4FBFB",
    ),
    "forest": (
        "forest wood woods tree trees moss green nature hiking fern park valley",
        "A5C6B8 F0F1D6 FFF4C8 9CBB9F 52806A 1B3A32 E68140 CBD565 0F231F F7F7EA",
    ),
    "night": (
        "night midnight stars starry moon moonlight galaxy skyline space planet astronaut",
        "0C1230 45407F FFE7BC 3D4080 262A5C 0F122D FF7767 5ED2E8 070A1B EEF0FF",
    ),
    "neon": (
        "neon cyberpunk synthwave club futuristic arcade gaming glow vaporwave",
        "140A33 6A2188 FF9DE2 5E2A92 3A1F70 150A33 FF3A97 25DDE6 0A0520 FFF0FF",
    ),
    "winter": (
        "winter snow snowy ice cold frost frozen arctic alpine mountain mountains ski glacier",
        "A9C4DF F6F0F0 FFF1E0 C3D5E7 89AACB 36537A E2554A 2C7F88 182840 FBFDFF",
    ),
    "spring": (
        "spring blossom garden flowers meadow bloom floral easter organic map route streets",
        "B5DFDB FDF0E4 FFFBE0 CCE4BC 8CC488 38795A F2729A F8C740 1C3A34 FFFDF7",
    ),
    "desert": (
        "desert terracotta clay sand dune dunes canyon mexican morocco rust brick earthy",
        "EFCDAA FCEAD2 FFF2D8 E5A67D CB6D47 67292A D5452B 2A7074 33161B FFF5E8",
    ),
    "noir": (
        "noir dark moody dramatic luxury premium leather carbon whisky shadow",
        "2C2D33 6F6B68 F6E4C8 5F5C5C 3D3C40 191A1E DE9F52 86A3B0 0D0E11 F4F1EB",
    ),
    "candy": (
        "pastel candy playful cute kawaii mascot sweet children toy birthday unicorn pink cartoon",
        "FBC5D4 FFEEDF FFF9E8 F5B3C8 B5A0E6 6656B8 FF6B8F 3CBEC8 32285C FFFAF5",
    ),
    "stone": (
        "marble stone concrete white minimal minimalist clean scandinavian ceramic porcelain spa",
        "D6DAD9 F7F4EE FFF8E6 D0D1CE A7A9A8 54575B C9854A 6A8C85 212429 FFFFFF",
    ),
    "festival": (
        "festival poster bold music concert party vibrant disco carnival event dance summer",
        "FF5470 FFC269 FFF2B0 FF8757 E0397A 561C7D FF2A62 14C6C4 290E4B FFF7E8",
    ),
    "wood": (
        "wooden oak coffee cozy cosy cafe walnut cabin home rustic espresso autumn warm afternoon",
        "E7CFAE FBEDD6 FFEFC8 DCB98A AE7645 52301D CD5329 4B7D60 291911 FFF8EC",
    ),
    "dusk": (
        "dusk twilight evening magic magical dream dreamy fantasy purple violet mystic romantic",
        "3B3C70 F6A48A FFD6A8 AD6A88 6B447B 2A2049 FF8758 6AD5C8 191233 FFF2EA",
    ),
    "citrus": (
        "lemon citrus juice fruit food salad yellow fresh orange mango tropical pineapple recipe",
        "FBE39A FFF8DC FFFBE4 F7CE60 F1A127 C24E17 E84C36 2C9D6C 392310 FFFDF2",
    ),
    "signal": (
        "app dashboard saas tech ui ux software interface website startup data cloud ai code team",
        "D5DEFF F8F4FF FFFFFF BFCBFF 7A8CF6 313FB6 5A57F7 FF8660 151846 FFFFFF",
    ),
    "jade": (
        "monstera plant plants botanical jungle tea matcha herbal yoga wellness emerald leaf",
        "CFE0D2 F8F2DF FFF7D8 B4D0B8 6BA184 1F5747 EB8A50 E8C65A 10302A FBFAF0",
    ),
}

_NAMED = {
    "black": "2A292C",
    "charcoal": "3A3B40",
    "white": "F1ECE3",
    "cream": "F0E2C8",
    "grey": "8E9296",
    "gray": "8E9296",
    "silver": "C3C9CF",
    "red": "D63F37",
    "crimson": "B3263A",
    "orange": "F07F2D",
    "yellow": "F4C430",
    "gold": "D6A541",
    "green": "3F9A63",
    "mint": "93D3B4",
    "teal": "1F8A8C",
    "turquoise": "34BDB8",
    "blue": "2F6BD8",
    "navy": "20315F",
    "purple": "7A4CC2",
    "violet": "7F56D9",
    "pink": "F27FA5",
    "rose": "DD6E82",
    "brown": "7B4B2E",
    "beige": "DCC7A6",
    "terracotta": "C8603D",
}

_NIGHT = {"night", "neon", "noir", "dusk"}

# The light of a scene and its place say more about colour than the things in it.
_WEIGHTS = {
    "neon": 1.7,
    "golden": 1.6,
    "night": 1.5,
    "dusk": 1.5,
    "ocean": 1.4,
    "forest": 1.4,
    "winter": 1.4,
    "desert": 1.4,
    "candy": 1.3,
    "noir": 1.2,
}


def words_of(prompt: str) -> list[str]:
    """Return the lower-case words of a prompt, in reading order."""
    return re.findall(r"[^\W\d_]+", prompt.lower())


def choose(prompt: str, chance: random.Random) -> Palette:
    """Return the palette that fits `prompt`; takes the same number of draws for every prompt."""
    words = words_of(prompt)
    votes = {name: _votes(name, words) for name in _DRAWN}
    most = max(votes.values())
    names = [name for name, count in votes.items() if count == most]
    name = names[int(chance.random() * len(names))]
    turn, chroma = chance.uniform(-9, 9), chance.uniform(0.92, 1.08)
    shades = [colour.parse(text) for text in _DRAWN[name][1].split()]
    shifted = [colour.turned(shade, turn, chroma=chroma) for shade in shades]
    spoken_colour = next((_NAMED[word] for word in words if word in _NAMED), None)
    subject = colour.parse(spoken_colour) if spoken_colour else shifted[6]
    high, low, glow, far, mid, near, accent, second, ink, paper = shifted
    return Palette(
        high=high,
        low=low,
        glow=glow,
        far=far,
        mid=mid,
        near=near,
        accent=accent,
        second=second,
        ink=ink,
        paper=paper,
        subject=subject,
        night=name in _NIGHT,
        named=spoken_colour is not None,
    )


def _votes(name: str, words: list[str]) -> float:
    count = len(set(words) & set(_DRAWN[name][0].split()))
    return _WEIGHTS.get(name, 1.0) + 0.05 * count if count else 0.0
