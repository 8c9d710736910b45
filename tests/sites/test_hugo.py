"""The example for Hugo: built, looked at, and what its templates promise."""

from __future__ import annotations

from pathlib import Path

import pytest
from battery import Battery
from example import Example

pytestmark = pytest.mark.sites


class TestHugo(Battery):
    example = "hugo"
    commands = (("hugo", "--panicOnWarning"),)
    site = "public"
    pages = ("/", "/journal/causeway/", "/journal/hut/", "/chart/")
    tools = True

    def test_it_serves_every_file_as_imagegen_made_it(self, built: Example) -> None:
        made = built.project.path("static/img")
        names = sorted(path.name for path in made.iterdir())
        assert len(names) == 6 + 4 * 12 + 9 + 12
        assert [(built.site / "img" / name).read_bytes() for name in names] == [
            (made / name).read_bytes() for name in names
        ]

    def test_a_name_that_is_no_picture_ends_the_build(self, built: Example) -> None:
        page = "---\ntitle: New\ncover: headlnad\n---\n"
        built.project.write("content/journal/new.md", page)
        try:
            said = built.run("hugo", "--destination", "elsewhere", code=1)
        finally:
            built.project.remove("content/journal/new.md")
        assert 'no picture "headlnad" in data/images.json; run `imagegen build`' in said

    def test_a_picture_that_is_renamed_or_misspelt_ends_the_build(self, built: Example) -> None:
        text = built.project.read("imagegen.toml")
        built.project.write("imagegen.toml", text.replace("[images.sill]", "[images.window]"))
        built.project.write("content/journal/new.md", '---\ntitle: New\n---\n![](ilsand "Mine.")\n')
        try:
            built.project.run("build", code=0)
            said = built.run("hugo", "--destination", "elsewhere", code=1)
        finally:
            built.project.remove("content/journal/new.md")
            built.project.write("imagegen.toml", text)
            built.project.run("build", code=0)
        for name, page in (("sill", "hut"), ("ilsand", "new")):
            assert f'no picture "{name}" in data/images.json, but /journal/{page} shows it' in said

    def test_readers_get_the_alt_of_their_language_below_the_base(self, built: Example) -> None:
        text = built.project.read("imagegen.toml")
        said = 'alt = { en = "A red mug on the sill", "pt-BR" = "Uma caneca vermelha" }'
        was = 'alt = "A red mug, steaming, on the window sill of the hut"'
        assert was in text
        mine = text.replace(was, said).replace('root = "static"', 'root = "static"\nbase = "/log/"')
        built.project.write("imagegen.toml", mine)
        site = (
            'baseURL = "https://example.org/log/"\n[languages.en]\n[languages.pt-br]\nweight = 2\n'
        )
        built.project.write("languages.toml", site)
        built.project.write("content/journal/new.pt-br.md", "---\ntitle: New\n---\n![](sill)\n")
        try:
            built.project.run("build", code=0)
            built.run("hugo", "--destination", "elsewhere", "--config", "hugo.toml,languages.toml")
        finally:
            built.project.remove("content/journal/new.pt-br.md")
            built.project.write("imagegen.toml", text)
            built.project.run("build", code=0)
        there = built.project.read("elsewhere/pt-br/journal/new/index.html")
        assert 'src="/log/img/sill-1760.jpeg"' in there
        assert 'alt="Uma caneca vermelha"' in there
        assert 'alt="A red mug on the sill"' in built.project.read(
            "elsewhere/journal/hut/index.html"
        )

    def test_a_picture_without_alt_ends_the_build(self, built: Example) -> None:
        text = built.project.read("imagegen.toml")
        built.project.write("imagegen.toml", f'{text}\n[images.mute]\nprompt = "a sack of flour"\n')
        built.project.write("content/journal/new.md", "---\ntitle: New\n---\n![](mute)\n")
        try:
            built.project.run("build", code=0)
            said = built.run("hugo", "--destination", "elsewhere", code=1)
        finally:
            built.project.remove("content/journal/new.md")
            built.project.write("imagegen.toml", text)
            built.project.run("build", code=0)
        assert '"mute" has no alt in imagegen.toml' in said

    def test_nothing_shines_through_a_transparent_picture(self, built: Example) -> None:
        data = built.project.read("data/images.json")
        built.project.write("data/images.json", data.replace('"opaque": true', '"opaque": false'))
        try:
            built.run("hugo", "--destination", "elsewhere", "--panicOnWarning")
        finally:
            built.project.write("data/images.json", data)
        pages = [folder / "journal/hut/index.html" for folder in (built.site, Path("elsewhere"))]
        assert [built.project.read(str(page)).count("background: #") for page in pages] == [3, 0]

    def test_other_images_stay_as_they_are(self, built: Example) -> None:
        page = '---\ntitle: New\n---\n![A stamp](/stamp.png "Postmark")\n\n![Mine](sill)\n'
        built.project.write("content/journal/new/index.md", page + "\n![A scan](scan)\n")
        built.project.write("content/journal/new/scan", b"any file beside the page")
        try:
            built.run("hugo", "--destination", "elsewhere", "--panicOnWarning")
        finally:
            built.project.remove("content/journal/new/index.md")
            built.project.remove("content/journal/new/scan")
        html = built.project.read("elsewhere/journal/new/index.html")
        assert '<img src="/stamp.png" alt="A stamp" title="Postmark">' in html
        assert ' alt="Mine" loading="lazy"' in html
        assert '<img src="scan" alt="A scan">' in html
