"""The example for Eleventy: built, looked at, and what its shortcode promises."""

from __future__ import annotations

import json

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

    def shown(self, built: Example, image: object) -> str:
        """Return what the shortcode makes of an image."""
        script = (
            'import picture from "./picture.js";'
            f'console.log(picture({{town: {json.dumps(image)}}}, "town", {{sizes: "100vw"}}));'
        )
        return built.run("node", "--input-type=module", "--eval", script)
