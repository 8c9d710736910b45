"""Holds the examples: they load, they build for free, and what they show is so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import journey
import pytest
from indoors import indoors
from PIL import Image
from pydantic import BaseModel

from imagegen.project import load, models
from imagegen.project.schema import Document, ImageEntry, Style
from imagegen.project.site_schema import DeriveTable, TextTable
from imagegen.request import Target

EXAMPLES = journey.ROOT / "examples"
SITES = ["astro", "eleventy", "hugo", "mkdocs", "plain-html"]
"""Free for everybody, since drafts do; tests/sites builds them."""
NAMES = sorted({path.parent.name for path in EXAMPLES.glob("*/imagegen.toml")} - {*SITES})
SITE = EXAMPLES / "cafe-site"
PAGES = sorted(path.name for path in SITE.glob("*.html"))
SETTINGS = journey.ROOT / "imagegen.toml.example"
QUOTE = re.compile(r"`(examples/[^`]+)`:\n\n```[\w-]+\n(.*?)```", re.DOTALL)
"""Where a page of the documentation shows a part of a file."""


@dataclass
class Page(HTMLParser):
    """The pictures and links of one page."""

    text: str

    def __post_init__(self) -> None:
        super().__init__()
        self.pictures: list[dict[str, str]] = []
        self.links: list[str] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.pictures.append(given)
        if "href" in given:
            self.links.append(given["href"])


def page(name: str) -> Page:
    return Page((SITE / name).read_text(encoding="utf-8"))


def site_targets() -> dict[str, Target]:
    return {target.output: target for target in load.load(SITE / "imagegen.toml").targets}


def size_of(target: Target) -> tuple[int, int]:
    model = models.catalogue().get(target.request.model)
    assert model is not None
    return models.size(model, dict(target.request.params))


def settings() -> Iterator[str]:
    """Yield every key that the schema knows, table by table."""
    for table, field in Document.model_fields.items():
        yield f"[{table}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            fields = field.annotation.model_fields
            yield from (inner.alias or name for name, inner in fields.items())
    yield from Style.model_fields
    yield from ImageEntry.model_fields
    yield from DeriveTable.model_fields
    yield from TextTable.model_fields


def test_there_is_something_to_show() -> None:
    assert NAMES == ["cafe-site", "catalogue", "poster", "showcase", "variations"]
    assert PAGES == ["house.html", "index.html", "menu.html", "visit.html"]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_builds_drafts_without_a_key(
    name: str, project: journey.Project, tmp_path: Path
) -> None:
    ignored = shutil.ignore_patterns("img", "images", "imagegen.lock", ".imagegen")
    shutil.copytree(EXAMPLES / name, project.folder, ignore=ignored, dirs_exist_ok=True)
    # Smaller, since painting takes its time.
    project.write("imagegen.toml", re.sub(r'"[12]MP"', '"0.5MP"', project.read("imagegen.toml")))
    project.key = None
    indoors(project).run("build", "--draft", code=0)
    for target in load.load(project.path("imagegen.toml")).targets:
        with Image.open(project.path(target.output)) as picture:
            assert picture.size == size_of(target), target.name


@pytest.mark.parametrize("name", NAMES)
def test_an_example_asks_for_the_real_pictures_by_default(name: str) -> None:
    loaded = load.load(EXAMPLES / name / "imagegen.toml")
    assert {target.request.provider for target in loaded.targets} == {"apiframe"}
    assert len(loaded.targets) <= loaded.project.budget.images_per_run


@pytest.mark.parametrize("name", SITES)
def test_a_site_costs_nothing_and_says_what_its_pictures_show(name: str) -> None:
    targets = load.load(EXAMPLES / name / "imagegen.toml").targets
    assert {target.request.provider for target in targets} == {"draft"}
    assert all(target.derivation for target in targets)
    decoration = [target.name for target in targets if target.alt == ""]
    assert len(decoration) == 1, "one picture shows how decoration is written"
    assert all(target.alt for target in targets if target.name not in decoration)


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_of_an_example_has_a_text_for_those_who_do_not_see_it(name: str) -> None:
    assert all(target.alt for target in load.load(EXAMPLES / name / "imagegen.toml").targets)


def test_the_documentation_quotes_examples_word_for_word() -> None:
    pages = (journey.ROOT / "docs").glob("*.md")
    quotes = [quote for page in pages for quote in QUOTE.findall(page.read_text(encoding="utf-8"))]
    assert len(quotes) >= 7
    for file, part in quotes:
        assert part in (journey.ROOT / file).read_text(encoding="utf-8"), file


def test_reference_pictures_are_small() -> None:
    assets = list((EXAMPLES / "showcase" / "assets").iterdir())
    assert len(assets) == 3
    assert all(path.stat().st_size <= 60_000 for path in assets)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_pictures_with_the_alt_and_size_of_the_project_file(name: str) -> None:
    targets = site_targets()
    for picture in page(name).pictures:
        target = targets[picture["src"]]
        assert picture["alt"] == target.alt, target.name
        assert (int(picture["width"]), int(picture["height"])) == size_of(target), target.name


def test_the_pages_use_every_picture_of_the_project_file() -> None:
    shown = {picture["src"] for name in PAGES for picture in page(name).pictures}
    assert shown == set(site_targets())


@pytest.mark.parametrize("name", PAGES)
def test_the_links_of_a_page_lead_somewhere(name: str) -> None:
    local = [link for link in page(name).links if not link.startswith("data:")]
    assert [link for link in local if not (SITE / link).is_file()] == []


def test_the_commented_settings_load(tmp_path: Path) -> None:
    file = tmp_path / "imagegen.toml"
    shutil.copyfile(SETTINGS, file)
    (tmp_path / "assets").mkdir()
    mascot = EXAMPLES / "showcase" / "assets" / "mascot-front.png"
    shutil.copyfile(mascot, tmp_path / "assets" / "mascot.png")
    beside = {
        "data/products.csv": "sku,title\na1,A cup\n",
        "prompts/product.txt": "{title}\n",
        "content/hello.md": "---\ntitle: Hello\n---\n",
        "signing/chain.pem": "-----BEGIN CERTIFICATE-----\n",
    }
    (tmp_path / "fonts").mkdir()
    font = journey.ROOT / "tests" / "fonts" / "varying.ttf"
    shutil.copyfile(font, tmp_path / "fonts" / "serif.ttf")
    for name, text in beside.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    images = [one.name for one in load.load(file).targets if one.candidate_of is None]
    assert len(images) == 4 + 4 + 1 + 1


def test_the_commented_settings_name_every_setting() -> None:
    text = SETTINGS.read_text(encoding="utf-8")
    missing = [key for key in settings() if not re.search(shown(key), text, re.M)]
    assert missing == [], f"imagegen.toml.example does not show {missing}"


def shown(key: str) -> str:
    """Return what a key looks like in a file: a line of its own, or the header of its table."""
    word = re.escape(key)
    return rf"^{word}[].]" if key.startswith("[") else rf"^({word} = |\[.*\.{word}\])"
