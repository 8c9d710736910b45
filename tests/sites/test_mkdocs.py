"""The example for MkDocs Material: built, looked at, and what its hook promises."""

from __future__ import annotations

import pytest
from battery import Battery
from example import Example

pytestmark = pytest.mark.sites


class TestMkDocs(Battery):
    example = "mkdocs"
    commands = (("mkdocs", "build", "--strict"),)
    site = "site"
    pages = ("/", "/beds/", "/soil/")
    tools = True

    def test_it_serves_every_file_as_imagegen_made_it(self, built: Example) -> None:
        made = built.project.path("docs/img")
        names = sorted(path.name for path in made.iterdir())
        assert len(names) == 6 + 4 * 9 + 2 * 12
        assert [(built.site / "img" / name).read_bytes() for name in names] == [
            (made / name).read_bytes() for name in names
        ]

    def test_a_missing_picture_ends_the_build(self, built: Example) -> None:
        built.project.write("docs/new.md", "# New\n\n![](img/plots.webp)\n")
        try:
            said = built.run("mkdocs", "build", "--site-dir", "elsewhere", code=1)
        finally:
            built.project.remove("docs/new.md")
        assert "'new.md' contains a link 'img/plots.webp'" in said

    def test_nothing_shines_through_a_transparent_picture(self, built: Example) -> None:
        module = built.project.read("hooks/pictures.py")
        built.project.write("hooks/pictures.py", module.replace("opaque=True", "opaque=False"))
        try:
            built.run("mkdocs", "build", "--site-dir", "elsewhere")
        finally:
            built.project.write("hooks/pictures.py", module)
        there = built.project.read("site/soil/index.html")
        assert "background: #" in there
        assert "background: #" not in built.project.read("elsewhere/soil/index.html")

    def test_a_picture_without_alt_ends_the_build(self, built: Example) -> None:
        text = built.project.read("imagegen.toml")
        more = '\n[images.mute]\nprompt = "a sack of seeds"\n'
        built.project.write("imagegen.toml", f"{text}{more}")
        built.project.write("docs/new.md", "# New\n\n![](img/mute.webp)\n")
        try:
            built.project.run("build", code=0)
            said = built.run("mkdocs", "build", "--site-dir", "elsewhere", code=1)
        finally:
            built.project.remove("docs/new.md")
            built.project.write("imagegen.toml", text)
            built.project.run("build", code=0)
        assert "/img/mute.webp has no alt in imagegen.toml" in said

    def test_what_a_page_says_wins(self, built: Example) -> None:
        built.project.write("docs/stamp.png", b"any other image")
        page = '# New\n\n![A "stamp"](stamp.png)\n\n![Mine](img/plot.webp){ sizes="50vw" .odd }\n'
        built.project.write("docs/new.md", page)
        try:
            built.run("mkdocs", "build", "--site-dir", "elsewhere")
        finally:
            built.project.remove("docs/new.md")
            built.project.remove("docs/stamp.png")
        html = built.project.read("elsewhere/new/index.html")
        assert '<img alt="A &quot;stamp&quot;" src="../stamp.png"' in html
        assert html.count('sizes="50vw"') == 3
        assert ' loading="lazy" class="odd" alt="Mine">' in html
        assert 'srcset="../img/plot-480.avif 480w, ' in html
