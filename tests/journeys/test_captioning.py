"""Texts on pictures: one background is bought, words cost nothing, whatever the language."""

from __future__ import annotations

import re
import shutil

import journey
import pytest
from PIL import Image, ImageChops

FONTS = journey.ROOT / "examples" / "poster" / "fonts"
PROJECT = """\
[project]
locale = "en"
[defaults.derive]
widths = [60, 120]
[images.poster]
prompt = "a cup"
alt = { en = "Coffee", ar = "قهوة" }
params = { output_format = "png" }

[[images.poster.text]]
text = { en = "Coffee", ar = "قهوة" }
font = { en = "fonts/latin.ttf", ar = "fonts/arabic.ttf" }
size = 0.2
color = "#ff00ff"
"""
FILES = [f"images/poster-{tag}-{width}.png" for tag in ("ar", "en") for width in (120, 60)]


@pytest.fixture
def poster(project):
    shutil.copytree(FONTS, project.path("fonts"))
    project.write("imagegen.toml", PROJECT)
    return project


def made(project):
    return [name for name in project.files() if name.startswith("images/poster-")]


def inked(project, name):
    """Return where a file is not as the picture without words, by its width of 60 pixels."""
    plain = Image.open(project.path("images/poster.png")).convert("RGB").resize((60, 60))
    shown = Image.open(project.path(name)).convert("RGB").resize((60, 60))
    spots = ImageChops.difference(plain, shown).convert("L").point(lambda value: value > 60 and 255)
    return spots.getbbox()


def test_one_purchase_gives_a_file_for_each_locale(poster, emulator):
    told = poster.run("build", code=0).stderr
    assert ("made smaller" in told, made(poster)) == (False, FILES)
    left, _, right, _ = inked(poster, "images/poster-en-60.png")
    assert (left < 8, right < 50) == (True, True), "English begins at the left"
    left, _, right, _ = inked(poster, "images/poster-ar-60.png")
    assert (left > 10, right > 52) == (True, True), "Arabic begins at the right"
    poster.run("check", code=0)
    asked = len(emulator.requests)
    assert "Nothing to do" in poster.run("build", code=0).stderr
    assert (len(emulator.requests), emulator.charges) == (asked, 1)


def test_another_word_or_font_makes_only_its_own_files_and_buys_nothing(poster, emulator):
    poster.run("build", code=0)
    before = {name: poster.bytes(name) for name in made(poster)}
    more = PROJECT.replace('text = { en = "Coffee"', 'text = { en = "Coffee and cake all day long"')
    poster.write("imagegen.toml", more)
    told = poster.run("build", code=0).stderr
    assert "warning: the text `Coffee and cake all day long` (en) on `poster` was made sm" in told
    differ = {name for name, data in before.items() if poster.bytes(name) != data}
    assert differ == {"images/poster-en-60.png", "images/poster-en-120.png"}
    shutil.copy(FONTS / "latin.ttf", poster.path("fonts/arabic.ttf"))
    told = poster.run("plan", code=2).stderr
    assert "`fonts/arabic.ttf` has no letters for `ق` (U+0642)" in told
    assert emulator.charges == 1


def test_a_text_that_does_not_fit_or_is_too_small_is_told_before_its_picture_is_bought(
    poster, emulator
):
    poster.write("imagegen.toml", PROJECT + "box = [0, 0, 0.02, 0.2]\n")
    told = poster.run("build", code=1).stderr
    assert "failed: poster: the text `Coffee` (en) is too small to be read, nor" in told
    poster.write("imagegen.toml", PROJECT + 'fit = "none"\nbox = [0, 0, 0.2, 0.2]\n')
    told = poster.run("build", code=1).stderr
    assert "failed: poster: the text `Coffee` (en) does not fit its box, nor does another" in told
    assert "`قهوة` (ar) takes" in told
    assert "Nothing was spent" in told
    size = re.search(r"size = 0\.\d+", told)[0]
    several = PROJECT.replace("[images.poster]", "[images.poster]\ncandidates = 2")
    poster.write("imagegen.toml", several + 'fit = "none"\nbox = [0, 0, 0.2, 0.2]\n')
    told = poster.run("build", code=1).stderr
    assert (told.count("failed: "), "not tried: the texts of `poster` ca" in told) == (1, True)
    assert emulator.posts == 0
    fitting = PROJECT.replace("size = 0.2", size)
    poster.write("imagegen.toml", fitting + 'fit = "none"\nbox = [0, 0, 0.2, 0.2]\n')
    poster.run("build", code=0)
    assert (made(poster), emulator.charges) == (FILES, 1)


def test_a_text_that_does_not_fit_what_came_fails_its_image_and_keeps_what_was_bought(
    poster, emulator
):
    # The emulator's pictures are an eighth as wide as the catalogue says.
    wide = PROJECT.replace("[60, 120]", "[1200]").replace("size = 0.2", "size = 0.02")
    poster.write("imagegen.toml", wide)
    told = poster.run("build", code=1).stderr
    assert "failed: poster: the text `Coffee` (en) is too small to be read, nor" in told
    assert (made(poster), poster.path("images/poster.png").exists()) == ([], True)
    poster.write("imagegen.toml", PROJECT)
    poster.run("build", code=0)
    assert (made(poster), emulator.charges) == (FILES, 1)


def test_another_name_takes_the_texts_along(poster, emulator):
    poster.run("build", code=0)
    poster.run("mv", "poster", "placard", code=0)
    assert poster.read("imagegen.toml") == PROJECT.replace("images.poster", "images.placard")
    poster.run("build", code=0)
    poster.run("check", code=0)
    assert [name for name in poster.files() if name.startswith("images/")] == sorted(
        [name.replace("poster", "placard") for name in FILES] + ["images/placard.png"]
    )
    assert emulator.charges == 1


def test_readers_of_a_text_are_wanted_an_alt_text_in_their_language(poster):
    poster.write("imagegen.toml", PROJECT.replace(', ar = "قهوة" }\nparams', " }\nparams"))
    told = poster.run("check", "--alt", code=1).stdout
    assert "alt       poster: no alt text for ar\n" in told
