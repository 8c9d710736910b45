"""The example for Eleventy: built, looked at, and what its shortcode promises."""

from __future__ import annotations

import json
import re

import pytest
from battery import Battery
from example import Example

pytestmark = pytest.mark.sites


class TestEleventy(Battery):
    example = "eleventy"
    node = (20, 0)
    commands = (("npm", "ci", "--ignore-scripts"), ("npm", "run", "build"))
    site = "_site"
    pages = (
        "/",
        "/recipes/orchard-bowl/",
        "/recipes/malt-coffee/",
        "/recipes/rhubarb-shrub/",
    )

    def test_it_serves_every_file_as_imagegen_made_it(self, built: Example) -> None:
        made = built.project.path("src/img")
        names = sorted(path.name for path in made.iterdir())
        assert len(names) == 6 + 2 * 3 * 5 + 3 * 3 * 4 + 3 * 3
        assert [(built.site / "img" / name).read_bytes() for name in names] == [
            (made / name).read_bytes() for name in names
        ]

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("orchrad-bowl", 'no picture "orchrad-bowl" in images.json: run "imagegen build"'),
            ("mute", '"mute" has no alt in imagegen.toml'),
        ],
    )
    def test_a_picture_that_cannot_be_shown_ends_the_build(
        self, built: Example, name: str, said: str
    ) -> None:
        text = built.project.read("imagegen.toml")
        built.project.write("imagegen.toml", f'{text}\n[images.mute]\nprompt = "a sack of flour"\n')
        built.project.run("build", code=0)
        built.project.write("src/new.njk", f'{{% picture "{name}", "100vw" %}}')
        try:
            told = built.run("npx", "eleventy", "--output=elsewhere", code=1)
        finally:
            built.project.remove("src/new.njk")
            built.project.write("imagegen.toml", text)
            built.project.run("build", code=0)
        assert said in told

    def test_a_picture_needs_no_placeholder(self, built: Example) -> None:
        known = json.loads(built.project.read("src/_data/images.json"))["town"]
        assert " style=" in self.shown(built, known)
        assert " style=" not in self.shown(built, {**known, "placeholder": None})
        clear = {**known["placeholder"], "opaque": False}
        assert " style=" not in self.shown(built, {**known, "placeholder": clear})

    def test_readers_get_the_picture_of_their_language(self, built: Example) -> None:
        known = json.loads(built.project.read("src/_data/images.json"))["town"]
        mine = {**known, "alt": "Die Stadt", "src": "/img/town-de.jpeg"}
        image = {**known, "locales": {"de": mine}}
        assert '<img src="/img/town-de.jpeg" ' in self.shown(built, image, lang="de")
        assert 'alt="Die Stadt"' in self.shown(built, image, lang="de")
        assert self.shown(built, image, lang="fr") == self.shown(built, known)

    def test_no_alt_ends_the_html_that_it_stands_in(self, built: Example) -> None:
        known = json.loads(built.project.read("src/_data/images.json"))["town"]
        said = self.shown(built, {**known, "alt": 'A "town"\n\n</picture>'})
        assert 'alt="A &quot;town&quot;&#10;&#10;&lt;/picture&gt;"' in said

    def test_liquid_shows_pictures_as_nunjucks_does(self, built: Example) -> None:
        page = '---\nlang: de\n---\n{% picture "town", "100vw" %}\n'
        for kind in ("liquid", "njk"):
            built.project.write(f"src/{kind}-page.{kind}", page)
        try:
            built.run("npx", "eleventy", "--output=elsewhere")
        finally:
            for kind in ("liquid", "njk"):
                built.project.remove(f"src/{kind}-page.{kind}")
        liquid, nunjucks = (
            built.project.read(f"elsewhere/{kind}-page/index.html") for kind in ("liquid", "njk")
        )
        assert "<picture>" in liquid
        assert liquid == nunjucks

    def test_a_prefix_comes_before_every_address_once(self, built: Example) -> None:
        config = built.project.read("eleventy.config.js")
        plugin = 'import { HtmlBasePlugin } from "@11ty/eleventy";\n'
        begin = "export default function (eleventy) {\n"
        assert begin in config
        mine = plugin + config.replace(begin, f"{begin}  eleventy.addPlugin(HtmlBasePlugin);\n")
        built.project.write("my.config.js", mine)
        options = ("--config=my.config.js", "--pathprefix=/notes/", "--output=elsewhere")
        try:
            built.run("npx", "eleventy", *options)
        finally:
            built.project.remove("my.config.js")
        page = built.project.read("elsewhere/index.html")
        assert len(re.findall("/img/town-", page)) == len(re.findall('[" ]/notes/img/town-', page))
        assert page.count("/notes/img/town-") == 3 * 5 + 1

    def shown(self, built: Example, image: object, **given: str) -> str:
        """Return what the shortcode makes of an image."""
        options = json.dumps({"sizes": "100vw", **given})
        script = (
            'import picture from "./picture.js";'
            f'console.log(picture({{town: {json.dumps(image)}}}, "town", {options}));'
        )
        return built.run("node", "--input-type=module", "--eval", script)
