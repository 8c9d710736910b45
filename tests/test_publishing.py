"""[publish] in the project file: every file has a place, every picture an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagegen.errors import WrongInput
from imagegen.project.load import load

PROJECT = """
[provider]
name = "draft"

[images.hero]
prompt = "a boat"
alt = { de = "Boot", en = "Boat" }
output = "hero.png"
"""


def found(folder: Path, *settings: str, images: str = "") -> list[str]:
    (folder / "imagegen.toml").write_text(f"{PROJECT}{images}\n[publish]\n" + "\n".join(settings))
    try:
        load(folder / "imagegen.toml")
    except WrongInput as error:
        return [problem.summary for problem in error.problems]
    return []


def test_settings_that_fit_have_no_fault(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    assert not found(
        tmp_path,
        'root = "images/"',
        'base = "https://cdn.example.com:8080/a"',
        'json = "images.json"',
        'hugo = "data/images.yaml"',
        'eleventy = "_data/images.json"',
        'jekyll = "_data/images.yml"',
        'typescript = "src/images.ts"',
        'python = "site/pictures.py"',
        'html = "partials/"',
    )


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ('json = "../a.json"', "`../a.json` leaves its folder with `..`"),
        ('json = "/a.json"', "`/a.json` is an absolute path"),
        ('json = ""', "this path is empty"),
        ('json = "a.yml"', "`a.yml` does not end in `.json`"),
        ('hugo = "a.toml"', "`a.toml` does not end in `.json` or `.yaml` or `.yml`"),
        ('typescript = "a.js"', "`a.js` does not end in `.ts` or `.mts`"),
        ('python = "my-site.py"', "Python cannot import `my-site.py`"),
        ('python = "class.py"', "Python cannot import `class.py`"),
        ('json = ".imagegen/a.json"', "`.imagegen/a.json` is a place that imagegen itself needs"),
        ('html = "."', "`.` has an empty part"),
        ('html = "images/hero.png"', "`images/hero.png` is taken"),
        ('json = "images/hero.png/a.json"', "`images/hero.png/a.json` lies below a file"),
        ('json = "prompts.json"', "`prompts.json` is taken"),
        ('json = "here.json"', "`here.json` is a folder on disk"),
        ('json = "file/a.json"', "`file/a.json` lies below a file on disk"),
        ('html = "file"', "`file` is not a folder"),
        ('json = "out/a.json"', "`out/a.json` leads out of the project"),
        ('html = "out"', "`out` leads out of the project"),
        ('json = "own/a.json"', "`.imagegen/a.json` is a place that imagegen itself needs"),
        ('html = "own"', "`.imagegen` is a place that imagegen itself needs"),
        ('html = "out/deep"', "`out/deep` leads out of the project"),
    ],
)
def test_each_file_needs_a_place_of_its_own(tmp_path: Path, setting: str, fault: str) -> None:
    root = tmp_path / "project"
    (root / "here.json").mkdir(parents=True)
    (root / "file").write_text("x")
    (root / "prompts.json").write_text('[{"id": "a", "prompt": "x"}]')
    (root / "out").symlink_to(tmp_path)
    (root / "own").symlink_to(".imagegen")
    table = '[images.t]\ntable = "prompts.json"\nname = "t-{id}"\nprompt = "{prompt}"\n'
    assert found(root, setting, images=table) == [fault]


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (('json = "a.json"', 'hugo = "A.json"'), "`A.json` is taken"),
        (('json = "a.json"', 'html = "a.json"'), "`a.json` is taken"),
        (('json = "a.json"', 'hugo = "a.json/b.json"'), "`a.json/b.json` lies below a file"),
        (('json = "a.json/b.json"', 'hugo = "a.json"'), "`a.json` is taken by a folder"),
    ],
)
def test_two_settings_never_share_a_place(
    tmp_path: Path, settings: tuple[str, str], fault: str
) -> None:
    assert found(tmp_path, *settings) == [fault]


def test_a_data_file_may_lie_among_partials(tmp_path: Path) -> None:
    assert not found(tmp_path, 'json = "a/images.json"', 'html = "a"')


@pytest.mark.parametrize(
    "base", ["", "img", "ftp://x/", "/a?b", "/a#b", "/a b", "https://", 'https://x"y', "/{{ x }}"]
)
def test_an_address_begins_as_addresses_do(tmp_path: Path, base: str) -> None:
    (fault,) = found(tmp_path, 'json = "a.json"', f"base = '{base}'")
    assert fault.endswith("is not the beginning of an address")


@pytest.mark.parametrize(
    ("root", "fault"),
    [
        ("public", "`hero` lies outside `public` and has no address"),
        ("image", "`hero` lies outside `image` and has no address"),
        ("..", "`..` leaves its folder with `..`"),
        ("/srv", "`/srv` is an absolute path"),
        ("file", "`file` is not a folder"),
    ],
)
def test_a_picture_outside_the_root_has_no_address(tmp_path: Path, root: str, fault: str) -> None:
    (tmp_path / "file").write_text("x")
    assert found(tmp_path, 'json = "a.json"', f'root = "{root}"') == [fault]


def test_imports_need_no_address(tmp_path: Path) -> None:
    assert not found(tmp_path, 'typescript = "a.ts"', 'root = "public"', 'base = "x"')
    assert not found(tmp_path, 'root = "public"')


def test_a_bundler_imports_no_name_with_a_number_sign(tmp_path: Path) -> None:
    other = '[images.other]\nprompt = "x"\noutput = "a#b.png"\n'
    wrong = ["the picture of `other` cannot be imported"]
    assert found(tmp_path, 'typescript = "a.ts"', images=other) == wrong
    assert not found(tmp_path, 'json = "a.json"', images=other)


def test_two_partials_never_share_a_name(tmp_path: Path) -> None:
    other = '[images."hero.DE"]\nprompt = "x"\noutput = "other.png"\n'
    assert found(tmp_path, 'html = "p"', images=other) == ["`p/hero.DE.html` is taken"]


def test_a_partial_is_no_device(tmp_path: Path) -> None:
    other = '[images.aux]\nprompt = "x"\noutput = "other.png"\n'
    (fault,) = found(tmp_path, 'html = "p"', images=other)
    assert fault == "`p/aux.html` is the name of a device on Windows"


def test_the_project_file_itself_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    file = tmp_path / "site.json"
    file.write_text(f'{PROJECT}\n[publish]\njson = "Site.json"\n')
    with pytest.raises(WrongInput, match=r"`Site\.json` is taken"):
        load(file)


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ('json = "pages/a.json"', ["`pages/a.json` is taken"]),
        ('html = "pages/p"', ["`pages/p/hero.html` is taken"]),
        ('json = "a.json"', []),
    ],
)
def test_nothing_is_published_that_would_be_read_as_a_page(
    tmp_path: Path, setting: str, fault: list[str]
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/a.md").write_text("a page")
    pages = '[content]\nfiles = ["pages/**/*"]\n'
    assert found(tmp_path, setting, images=pages) == fault


def test_a_fault_is_told_at_its_setting_with_a_way_out(tmp_path: Path) -> None:
    file = tmp_path / "imagegen.toml"
    file.write_text(f'{PROJECT}\n[publish]\nroot = "public"\njson = "a.json"\n')
    with pytest.raises(WrongInput) as caught:
        load(file)
    (problem,) = caught.value.problems
    assert problem.where and problem.where.text == 'root = "public"'
    assert "`images/hero.png`" in problem.detail and problem.hint
    file.write_text(f'{PROJECT}\n[publish]\njsn = "b"\n')
    with pytest.raises(WrongInput) as caught:
        load(file)
    assert caught.value.problems[0].hint == "did you mean `json`?"


def test_a_module_named_like_a_word_of_python_is_told_why(tmp_path: Path) -> None:
    (tmp_path / "imagegen.toml").write_text(f'{PROJECT}\n[publish]\npython = "class.py"\n')
    with pytest.raises(WrongInput) as caught:
        load(tmp_path / "imagegen.toml")
    (problem,) = caught.value.problems
    assert problem.detail == "`class` is a word of the language itself."
