"""Names of derivatives: files that differ have names that differ, on every disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from lettered import LATIN
from loading import PNG, summaries, targets, told

HERO = '[images.hero]\nprompt = "x"\n'
COMMON = '[defaults.derive]\nwidths = [400, 800]\nformats = ["avif", "webp"]\n'


def name_of(folder: Path, name: str) -> str:
    found = targets(folder, f'{HERO}{COMMON}name = "{name}"\n')["hero"].derivation
    assert found is not None
    return found.name


@pytest.mark.parametrize(
    "name",
    [
        "{stem}-{width}.{format}",
        "{stem}.{hash}.{format}",
        "small/{stem}@{width}x{height}.{format}",
        "{hash}.{format}",
    ],
)
def test_a_name_may_hold_folders_and_any_variable(name: str, tmp_path: Path) -> None:
    assert name_of(tmp_path, name) == name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("{stem}-{locale}-{width}.{format}", "{stem}-{width}.{format}"),
        ("{locale}/{stem}-{width}.{format}", "{stem}-{width}.{format}"),
        ("{stem}-{width}.{locale}.{format}", "{stem}-{width}.{format}"),
    ],
)
def test_without_locales_a_name_has_no_gap_for_them(name: str, plain: str, tmp_path: Path) -> None:
    assert name_of(tmp_path, name) == plain


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("{stem}.{format}", "has no `{width}`, and there are 2 widths"),
        ("{stem}-{width}", "has no `{format}`, and there are 2 formats"),
        ("{stem}-{width}.webp", "has no `{format}`, and there are 2 formats"),
        ("{stem}-{width}.{format}.gz", "has no known extension"),
        ("../{stem}-{width}.{format}", "leaves its folder with `..`"),
        ("/{stem}-{width}.{format}", "is an absolute path"),
        ("{stem}|{width}.{format}", "has a `|`"),
        ("{stem}.webp/{width}.{format}", "has a folder that is called like a picture"),
        ("aux.{format}", "is the name of a device on Windows"),
    ],
)
def test_a_name_that_cannot_be_is_told_where_it_is_written(
    name: str, says: str, tmp_path: Path
) -> None:
    assert summaries(tmp_path, f'{HERO}{COMMON}name = "{name}"\n')[0] == f"6: `{name}` {says}"


def test_variables_are_the_known_ones(tmp_path: Path) -> None:
    wrong = summaries(tmp_path, f'{HERO}{COMMON}name = "{{stem}}-{{witdh}}.{{format}}"\n')
    assert wrong == ["6: unknown variable `witdh` in a file name"]
    lone = summaries(tmp_path, f'{HERO}{COMMON}name = "{{stem}}-{{{{width}}}}.{{format}}"\n')
    assert lone == ["6: a `{` that belongs to no variable"]


def test_an_extension_is_that_of_the_format(tmp_path: Path) -> None:
    own = '[images.hero.derive]\nformats = ["{}"]\nname = "{{stem}}-x.{}"\n'
    assert targets(tmp_path, HERO + own.format("jpeg", "jpg"))["hero"].derivation is not None
    assert summaries(tmp_path, HERO + own.format("avif", "webp")) == [
        "5: `{stem}-x.webp` ends in `.webp`, and the file is `avif`"
    ]


def test_a_derivative_never_has_the_name_of_an_output(tmp_path: Path) -> None:
    other = '[images.other]\nprompt = "x"\noutput = "HERO-800.webp"\n'
    assert summaries(tmp_path, HERO + COMMON + other) == ["1: `images/hero-800.webp` is taken"]
    assert targets(tmp_path, HERO + COMMON + other.replace("800", "801"))
    own = '[images.hero.derive]\nformats = ["jpeg"]\nname = "{stem}.jpg"\n'
    assert summaries(tmp_path, HERO + own) == ["5: `images/hero.jpg` is taken"]


def test_a_derivative_never_has_the_name_of_a_reference_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "hero-400.avif").write_bytes(PNG)
    reference = 'references = ["images/hero-400.avif"]\n'
    assert summaries(tmp_path, HERO + reference + COMMON) == ["1: `images/hero-400.avif` is taken"]
    (tmp_path / "images" / "hero-400.avif").unlink()
    deep = '[images.b]\nprompt = "x"\noutput = "hero-400.avif/b.png"\n'
    assert summaries(tmp_path, HERO + COMMON + deep) == ["1: `images/hero-400.avif` is taken"]


def test_two_locales_of_one_image_never_have_a_file_in_common(tmp_path: Path) -> None:
    (tmp_path / "latin.ttf").write_bytes(LATIN)
    text = '[[images.hero.text]]\nfont = "latin.ttf"\ntext = { de = "Cafe", DE = "Cafe" }\n'
    assert summaries(tmp_path, HERO + text) == [
        "3: the derivatives `images/hero-DE-{width}.jpeg` and `images/hero-de-{width}.jpeg` "
        "have one name"
    ]


def test_two_images_never_have_a_derivative_in_common(tmp_path: Path) -> None:
    same = '[images.b]\nprompt = "x"\noutput = "Hero.png"\n'
    assert summaries(tmp_path, HERO + COMMON + same) == [
        "6: the derivative `images/Hero-{width}.avif` is written by two images"
    ]
    # Widths that a picture does not have become its own, so other ones would not help.
    assert summaries(tmp_path, f"{HERO}{COMMON}{same}derive = {{ widths = [1] }}\n")
    assert targets(tmp_path, f'{HERO}{COMMON}{same}derive = {{ name = "b-{{width}}.{{format}}" }}')


def test_a_name_without_the_output_in_it_is_told_once_for_all_images(tmp_path: Path) -> None:
    three = HERO + 'matrix = { a = ["1", "2", "3"] }\n'
    common = COMMON + 'name = "x-{width}.{format}"\n'
    assert told(tmp_path, three + common) == [
        "imagegen.toml:7:8: `x-{width}.{format}` has no `{stem}`, and several images have it"
    ]
    own = '[images.hero.derive]\nname = "x.jpeg"\n'
    assert told(tmp_path, three + own) == [
        "imagegen.toml:5:8: `x.jpeg` has no `{stem}`, and several images have it"
    ]


def test_derivatives_stay_in_the_project_and_out_of_its_own_places(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "images").mkdir(parents=True)
    (site / "images" / "out").symlink_to(tmp_path)
    out = f'{HERO}{COMMON}name = "out/{{stem}}-{{width}}.{{format}}"\n'
    assert summaries(site, out) == ["1: `images/out/hero-{width}.avif` leads out of the project"]
    own = f'{HERO}{COMMON}name = ".imagegen/{{stem}}-{{width}}.{{format}}"\n'
    assert summaries(site, f'{own}[project]\noutput_dir = "."\n') == [
        "1: `.imagegen/hero-{width}.avif` is a place that imagegen itself needs"
    ]


def test_a_name_that_becomes_too_long_or_a_device_is_refused(tmp_path: Path) -> None:
    long = f'{HERO}output = "{"a" * 245}.webp"\n{COMMON}'
    assert summaries(tmp_path, long)[0].endswith("is too long")
    device = '[images.co]\nprompt = "x"\n[images.co.derive]\nname = "{stem}n.jpeg"\n'
    assert summaries(tmp_path, device) == [
        "4: `images/con.jpeg` is the name of a device on Windows"
    ]
