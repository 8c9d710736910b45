"""Derivation: what an image wants beside its output, key by key, and what it cannot have."""

from __future__ import annotations

from pathlib import Path

import pytest
from lettered import LATIN
from loading import summaries, targets

from imagegen.derivative import Derivation

HERO = '[images.hero]\nprompt = "x"\n'
COMMON = "[defaults.derive]\n"
OWN = "[images.hero.derive]\n"
TEXT = '[[images.hero.text]]\ntext = {}\nfont = "latin.ttf"\n'


def lettered(folder: Path, text: str) -> str:
    """Put the font of TEXT into a folder; returns `text`."""
    (folder / "latin.ttf").write_bytes(LATIN)
    return text


def derivation(folder: Path, text: str) -> Derivation:
    found = targets(folder, text)["hero"].derivation
    assert found is not None
    return found


def test_nothing_is_made_unless_it_is_asked_for(tmp_path: Path) -> None:
    assert targets(tmp_path, HERO)["hero"].derivation is None
    dropped = f"{HERO}derive = false\n{COMMON}widths = [400]\n"
    assert targets(tmp_path, dropped)["hero"].derivation is None


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    found = derivation(tmp_path, f'{HERO}output = "hero.webp"\n{COMMON}')
    assert (found.widths, found.formats, found.quality) == ((), ("webp",), {"webp": 80})
    assert (found.crop, found.focus, found.upscale) == (None, (0.5, 0.5), False)
    assert (found.name, found.locales) == ("{stem}-{width}.{format}", ("",))
    every = derivation(tmp_path, f'{HERO}{COMMON}formats = ["avif", "webp", "png", "jpeg"]\n')
    assert every.formats == ("avif", "webp", "png", "jpeg")
    assert every.quality == {"avif": 50, "webp": 80, "jpeg": 80}


def test_an_image_wins_over_the_defaults_key_by_key_and_format_by_format(tmp_path: Path) -> None:
    common = 'widths = [800, 400]\nformats = ["avif", "webp"]\nquality = { avif = 40, webp = 70 }\n'
    own = 'quality = { avif = 60 }\ncrop = "1200:630"\nfocus = [1, 0]\nupscale = true\n'
    found = derivation(tmp_path, f"{HERO}{COMMON}{common}{OWN}{own}")
    assert (found.widths, found.formats) == ((400, 800), ("avif", "webp"))
    assert found.quality == {"avif": 60, "webp": 70}
    assert (found.crop, found.focus, found.upscale) == ((40, 21), (1.0, 0.0), True)


def test_a_crop_of_the_defaults_can_be_dropped(tmp_path: Path) -> None:
    common = f'{COMMON}crop = "1.91:1"\nfocus = [0, 0]\n'
    assert derivation(tmp_path, HERO + common).crop == (191, 100)
    assert derivation(tmp_path, f'{HERO}{common}{OWN}crop = ""\n').crop is None


def test_images_that_say_the_same_are_not_mixed_up(tmp_path: Path) -> None:
    text = f'{HERO}[images.b]\nprompt = "x"\noutput = "b.png"\n{COMMON}widths = [9]\n'
    found = targets(tmp_path, text)
    formats = [one.derivation and one.derivation.formats for one in found.values()]
    assert formats == [("png",), ("jpeg",)]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("widths = [0]", "4: item 1 of `widths` must be at least 1"),
        ("widths = [100000]", "4: item 1 of `widths` must be at most 16,383"),
        (
            "widths = [1.5]",
            "4: item 1 of `widths` must be an integer, not a number with a fraction",
        ),
        ("widths = [400, 400]", "4: the width `400` is listed twice"),
        ('formats = ["webp", "webp"]', "4: the format `webp` is listed twice"),
        ("quality = { png = 3 }", "4: `png` has no quality"),
        ('formats = ["avif"]\nquality = { webp = 3 }', "5: no `webp` is made"),
        ("quality = { jpg = 3 }", "4: unknown format `jpg`"),
        ('crop = "16x9"', "4: `16x9` is not a ratio"),
        ('crop = "0:9"', "4: `0:9` is not a ratio"),
        ('crop = "1:101"', "4: the crop `1:101` leaves next to nothing"),
        ("focus = [0.5]", "4: `focus` must have 2 entries"),
        ("focus = [1.5, 0]", "4: item 1 of `focus` must be at most 1"),
    ],
)
def test_what_nobody_can_make_is_told_where_it_is_written(
    lines: str, told: str, tmp_path: Path
) -> None:
    assert summaries(tmp_path, f"{HERO}{COMMON}{lines}\n") == [told]
    assert summaries(tmp_path, f"{HERO}{OWN}{lines}\n") == [told]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    lines = 'widths = [0]\nwidht = 1\ncrop = "x"\nname = "{stem}-{witdh}.{format}"\n'
    assert summaries(tmp_path, f"{HERO}{OWN}{lines}") == [
        "4: item 1 of `widths` must be at least 1",
        "5: unknown key `widht` in [images.hero.derive]",
        "6: `x` is not a ratio",
        "7: unknown variable `witdh` in a file name",
    ]
    # Without its formats nobody knows what a name should end in.
    assert len(summaries(tmp_path, f'{HERO}{OWN}formats = ["jpg"]\nname = "{{stem}}.avif"\n')) == 1


def test_a_format_of_another_name_is_recognised(tmp_path: Path) -> None:
    told = summaries(tmp_path, f'{HERO}{COMMON}formats = ["jpg"]\n')
    assert told == ["4: item 1 of `formats` must be `avif`, `webp`, `jpeg` or `png`"]


def test_a_slip_in_the_defaults_is_told_once_and_one_in_a_set_at_its_entry(tmp_path: Path) -> None:
    three = 'matrix = { a = ["1", "2", "3"] }\n'
    assert summaries(tmp_path, f'{HERO}{three}{COMMON}crop = "x"\n') == ["5: `x` is not a ratio"]
    own = summaries(tmp_path, f'{HERO}{three}{OWN}crop = "x"\nwidths = [2, 2]\n')
    assert own == ["5: `x` is not a ratio", "6: the width `2` is listed twice"]


def test_an_image_that_changes_formats_may_leave_qualities_of_the_defaults_unused(
    tmp_path: Path,
) -> None:
    common = f'{COMMON}formats = ["avif", "webp"]\nquality = {{ avif = 1 }}\n'
    found = derivation(tmp_path, f'{HERO}{common}{OWN}formats = ["webp"]\n')
    assert found.quality == {"webp": 80}
    told = summaries(tmp_path, f'{HERO}{common}{OWN}formats = ["webp"]\nquality = {{ avif = 2 }}\n')
    assert told == ["8: no `avif` is made"]


def test_a_focus_without_a_crop_is_told_where_it_can_never_matter(tmp_path: Path) -> None:
    assert derivation(tmp_path, f"{HERO}{COMMON}focus = [0, 0]\n").focus == (0.0, 0.0)
    told = summaries(tmp_path, f"{HERO}{OWN}focus = [0, 0]\n")
    assert told == ["4: `focus` does nothing without `crop`"]


def test_a_text_alone_gets_one_file_for_each_locale_as_wide_as_the_picture(tmp_path: Path) -> None:
    text = HERO + TEXT.format('{ de = "Cafe", en = "Cafe" }')
    found = derivation(tmp_path, lettered(tmp_path, text))
    assert (found.widths, found.formats, found.locales) == ((), ("jpeg",), ("de", "en"))
    assert found.name == "{stem}-{locale}-{width}.{format}"
    assert derivation(tmp_path, HERO + TEXT.format('"Cafe"')).name == "{stem}-{width}.{format}"


def test_texts_and_no_files_to_set_them_on_exclude_each_other(tmp_path: Path) -> None:
    text = lettered(tmp_path, f"{HERO}derive = false\n" + TEXT.format('"Cafe"'))
    assert summaries(tmp_path, text) == ["3: `derive = false` leaves no file to set `text` on"]


def test_names_tell_locales_apart(tmp_path: Path) -> None:
    text = HERO + TEXT.format('{ de = "Cafe", en = "Cafe" }')
    name = f'{lettered(tmp_path, text)}[images.hero.derive]\nname = "{{stem}}.{{format}}"\n'
    assert summaries(tmp_path, name) == [
        "7: `{stem}.{format}` has no `{locale}`, and there are 2 locales"
    ]


def test_one_image_has_a_largest_number_of_files(tmp_path: Path) -> None:
    texts = ", ".join(f'en-{one}{two} = "Cafe"' for one in "ABCDEFG" for two in "XYZ")
    text = lettered(tmp_path, HERO + TEXT.format(f"{{ {texts} }}"))
    many = f'{COMMON}widths = [1, 2, 3, 4, 5]\nformats = ["avif", "webp"]\n'
    assert summaries(tmp_path, text + many) == ["7: more than 200 files for one image"]
    assert derivation(tmp_path, text + many.replace(", 5", "")).widths == (1, 2, 3, 4)
