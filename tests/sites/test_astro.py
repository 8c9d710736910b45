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

    def test_readers_get_the_alt_of_their_language_below_the_base(self, built: Example) -> None:
        text = built.project.read("imagegen.toml")
        said = 'alt = "Basalt: a wide black bowl, full of fruit"'
        assert said in text
        mine = text.replace(said, 'alt = { en = "A black bowl", "pt-BR" = "Uma tigela preta" }')
        built.project.write("imagegen.toml", mine)
        page = 'import Picture from "../components/Picture.astro";'
        page = f'---\n{page}\n---\n<Picture name="basalt" sizes="100vw" />\n'
        built.project.write("src/pages/here.astro", page)
        built.project.write("src/pages/pt-BR/there.astro", page.replace("../", "../../"))
        i18n = '{ defaultLocale: "en", locales: ["en", "pt-BR"] }'
        built.project.write("my.mjs", f'export default {{ base: "/shop/", i18n: {i18n} }};\n')
        try:
            built.project.run("build", code=0)
            built.run("npx", "astro", "build", "--outDir", "elsewhere", "--config", "my.mjs")
        finally:
            built.project.remove("src/pages/here.astro")
            built.project.remove("src/pages/pt-BR/there.astro")
            built.project.write("imagegen.toml", text)
            built.project.run("build", code=0)
        here = built.project.read("elsewhere/here/index.html")
        assert 'alt="A black bowl"' in here
        assert '<img src="/shop/_astro/basalt-1216.' in here
        assert 'alt="Uma tigela preta"' in built.project.read("elsewhere/pt-BR/there/index.html")
