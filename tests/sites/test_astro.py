"""The example for Astro: built, looked at, and what it makes of imagegen's module."""

from __future__ import annotations

import pytest
from battery import Battery
from example import Example

pytestmark = pytest.mark.sites

CHECK = ("@astrojs/check@0.9.10", "typescript@5.9.3")
"""What judges the types of the example and of imagegen's module."""


class TestAstro(Battery):
    example = "astro"
    node = (20, 3)
    commands = (("npm", "ci", "--ignore-scripts"), ("npm", "run", "build"))
    site = "dist"
    pages = ("/", "/work/tide/", "/work/ember/", "/work/basalt/")

    def test_it_serves_every_file_as_imagegen_made_it(self, built: Example) -> None:
        made = {path.read_bytes() for path in built.project.path("src/pictures").iterdir()}
        served = list((built.site / "_astro").glob("*-[0-9]*.*.*"))
        pictures = [path for path in served if path.suffix in (".avif", ".webp", ".jpeg")]
        assert len(pictures) == 6 * 3 * 4
        assert all(path.read_bytes() in made for path in pictures)

    def test_types_are_sound_and_a_name_that_is_no_picture_is_found(self, built: Example) -> None:
        built.run("npm", "install", "--no-save", "--ignore-scripts", *CHECK)
        built.run("npx", "astro", "check", "--minimumFailingSeverity", "hint")
        page = (
            '---\nimport { images } from "../images";\nconst { src } = images.tied;\n---\n{src}\n'
        )
        built.project.write("src/pages/new.astro", page)
        try:
            told = built.run("npx", "astro", "check", code=1)
        finally:
            built.project.remove("src/pages/new.astro")
        assert "Property 'tied' does not exist on type" in told

    def test_a_name_that_is_no_picture_ends_the_build(self, built: Example) -> None:
        old = built.project.read("src/content/work/tide.md")
        built.project.write("src/content/work/tide.md", old.replace("picture: tide", "picture: td"))
        try:
            told = built.run("npx", "astro", "build", "--outDir", "elsewhere", code=1)
        finally:
            built.project.write("src/content/work/tide.md", old)
        assert "work → tide data does not match collection schema" in told
        assert "picture: no picture of this name in imagegen.toml" in told

    def test_a_picture_without_alt_ends_the_build(self, built: Example) -> None:
        text = built.project.read("imagegen.toml")
        mute = text.replace('alt = "Map: from', '# alt = "Map: from')
        built.project.write("imagegen.toml", mute)
        built.project.run("build", code=0)
        try:
            told = built.run("npx", "astro", "build", "--outDir", "elsewhere", code=1)
        finally:
            built.project.write("imagegen.toml", text)
            built.project.run("build", code=0)
        assert '"way" has no alt in imagegen.toml' in told
