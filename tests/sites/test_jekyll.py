"""The page on Jekyll: its settings and its include, in a small site below a path."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import journey
import pytest
from battery import faults, file_faults
from example import WORLD, Example
from playwright.sync_api import Browser
from served import served
from visit import SIGHTS, look

pytestmark = pytest.mark.sites

PAGE = (journey.ROOT / "docs" / "jekyll.md").read_text(encoding="utf-8")

MORE = """
base = "/log/"

[defaults]
params = { aspect_ratio = "16:9", resolution = "1MP" }

[provider]
name = "draft"

[images.headland]
prompt = "A rocky headland at dawn"
alt = { en = "Said \\"so\\" & <b>", "pt-BR" = "Um cabo à vista" }

[images.mute]
prompt = "A sack of flour"
"""

LAYOUT = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ page.title }}</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<style>body { margin: 1rem auto; width: 20rem } img { max-width: 100%; height: auto }</style></head>
<body>
{% if page.cover %}{% include picture.html name=page.cover sizes="20rem" hero=true %}{% endif %}
{{ content }}</body>
</html>
"""

POST = """\
---
layout: default
title: First day
lang: pt-BR
cover: first-day
image:
  prompt: A narrow street at dawn
  alt: A street
---
In words {% include picture.html name="headland" sizes="20rem" %} and after them.

{% include picture.html name="headland" sizes="20rem" alt="Mine" %}
"""


def shown(kind: str, having: str = "") -> str:
    """Return what the page shows in this language, the one that has this in it."""
    found = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return next(one for one in found if having in one)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """Build the site, its pictures first; no request may be sent for them."""
    if shutil.which("jekyll", path=WORLD.get("PATH")) is None:
        pytest.skip("NOT TESTED: jekyll is not here, and so nothing holds docs/jekyll.md")
    folder = tmp_path_factory.mktemp("jekyll")
    silence = journey.Silence()
    project = journey.Project(folder / "site", folder / "home", silence.url, key=None)
    settings = shown("toml", "[publish]") + MORE + shown("toml", "[content]")
    project.write("imagegen.toml", settings)
    project.write("_config.yml", f"baseurl: /log\n{shown('yaml', 'exclude')}")
    project.write("_includes/picture.html", shown("liquid"))
    project.write("_layouts/default.html", LAYOUT)
    project.write("_posts/2026-02-01-first.md", POST)
    page = '---\nlayout: default\ntitle: Home\n---\n{% include picture.html name="headland" %}\n'
    project.write("index.md", page.replace('"headland"', '"headland" sizes="20rem"'))
    try:
        project.run("build", code=0)
        project.run("check", code=0)
    finally:
        silence.close()
    assert silence.visits == []
    built = Example(project, folder / "served")
    built.run("jekyll", "build", "--destination", str(built.site / "log"))
    yield built
    shutil.rmtree(folder)


def test_each_slot_gets_the_right_file(site: Example, browser: Browser, tmp_path: Path) -> None:
    for number, (width, density) in enumerate(SIGHTS):
        keep = str(tmp_path / f"{number}.png")
        for page in ("/log/", "/log/2026/02/01/first.html"):
            with served(site.site, late=0.2 if width == 800 else 0) as url:
                seen = look(browser, url + page, width=width, density=density, keep=keep)
            assert faults([seen]) == []
            assert {one.current.endswith(".avif") for one in seen.pictures} == {True}


def test_every_file_is_what_the_page_says(site: Example, browser: Browser) -> None:
    with served(site.site) as url:
        seen = look(browser, f"{url}/log/2026/02/01/first.html", width=800)
        assert list(file_faults(seen)) == []
    assert [one.alt for one in seen.pictures] == ["A street", "Um cabo à vista", "Mine"]


def test_the_site_has_the_files_as_imagegen_made_them_and_no_project_file(site: Example) -> None:
    made = sorted(path.name for path in site.project.path("img").iterdir())
    assert len(made) == 3 * (1 + 3 * 4)
    for name in made:
        assert (site.site / "log/img" / name).read_bytes() == site.project.bytes(f"img/{name}")
    assert not list((site.site / "log").glob("imagegen*"))


def test_nothing_shines_through_a_transparent_picture(site: Example) -> None:
    data = site.project.read("_data/images.yml")
    site.project.write("_data/images.yml", data.replace("opaque: true", "opaque: false"))
    try:
        site.run("jekyll", "build", "--destination", "elsewhere")
    finally:
        site.project.write("_data/images.yml", data)
    found = [site.site / "log/index.html", site.project.path("elsewhere/index.html")]
    assert [path.read_text(encoding="utf-8").count("background: #") for path in found] == [1, 0]


@pytest.mark.parametrize("name", ["headlnad", "mute"])
def test_a_picture_that_cannot_be_shown_ends_the_build(site: Example, name: str) -> None:
    site.project.write("new.md", f'---\n---\n{{% include picture.html name="{name}" %}}\n')
    try:
        told = site.run("jekyll", "build", "--destination", "elsewhere", code=1)
    finally:
        site.project.remove("new.md")
    assert f"'{name}-is-no-picture-or-has-no-alt'" in told
