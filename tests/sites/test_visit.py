"""The look itself: a page that is well made has no fault, and each kind of fault is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from battery import file_faults
from PIL import Image
from playwright.sync_api import Browser
from served import served
from visit import Seen, look

pytestmark = pytest.mark.sites

HEAD = "<!doctype html><link rel=icon href='data:,'><style>*{margin:0}img{display:block}</style>"
GOOD = """<picture>
<source type="image/new" srcset="/never.png 1w">
<source type="image/webp" srcset="/p-200.webp 200w, /p-400.webp 400w, /p-800.webp 800w"
 sizes="(min-width: 600px) 50vw, 100vw">
<img src="/p-400.png" width="400" height="200" alt="Grey"></picture>"""
STYLE = """<style>img{width:100%;height:auto;background:#888}
@media (min-width: 600px){img{width:50%}}</style>"""

Looked = Callable[..., Seen]


@pytest.fixture
def looked(browser: Browser, tmp_path: Path) -> Looked:
    """Write a page with files p-200, p-400, p-800 beside it, and look at it."""
    for width in (200, 400, 800):
        grey = Image.new("RGB", (width, width // 2), "#777")
        grey.save(tmp_path / f"p-{width}.webp")
        grey.save(tmp_path / f"p-{width}.png")

    def look_at(html: str, *, late: float = 0, width: int = 800, density: int = 1) -> Seen:
        (tmp_path / "index.html").write_text(HEAD + html, encoding="utf-8")
        keep = str(tmp_path / "shot.png")
        with served(tmp_path, late=late) as url:
            return look(browser, f"{url}/", width=width, density=density, keep=keep)

    return look_at


@pytest.mark.parametrize(
    ("width", "density", "file"),
    [(360, 1, 400), (360, 2, 800), (800, 1, 400), (800, 2, 800), (400, 1, 400), (200, 1, 200)],
)
def test_a_good_page_has_no_fault(looked: Looked, width: int, density: int, file: int) -> None:
    seen = looked(STYLE + GOOD, late=0.2, width=width, density=density)
    assert seen.faults == []
    assert seen.pictures[0].current.endswith(f"/p-{file}.webp")


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (STYLE + GOOD.replace("50vw", "100vw"), "400 px wide, and sizes says 800"),
        (STYLE + GOOD.replace('alt="Grey"', ""), "no alt"),
        (STYLE + GOOD.replace('height="200"', ""), "no width and height"),
        (STYLE + GOOD.replace('height="200"', "") + "<p>below", "the page moved"),
        (GOOD, "no placeholder"),
        (STYLE + GOOD.replace("/p-400.webp", "/none.webp"), "404: "),
        (STYLE + GOOD.replace("/p-400.webp", "/none.webp"), "did not come"),
        (STYLE + GOOD.replace("image/webp", "image/jxl"), "nothing that the browser knows"),
        (STYLE + GOOD.replace("<img ", '<img loading="lazy" fetchpriority="high" '), "urgent"),
        (STYLE + "<div style='height:3000px'></div>" + GOOD, "far down and not lazy"),
        (STYLE + GOOD + "<p style='width:900px'>wide", "900 px do not fit"),
        (STYLE + GOOD + "<script>nothing()</script>", "script failed"),
        (STYLE + GOOD + "<script>console.error('oh')</script>", "console: oh"),
        (STYLE + GOOD + "<img src='http://127.0.0.2:9/x' width=1 height=1 alt>", "another host"),
    ],
)
def test_a_fault_is_found(looked: Looked, html: str, fault: str) -> None:
    faults = looked(html, late=0.2).faults
    assert [one for one in faults if fault in one], faults


def test_a_wrong_choice_is_found(looked: Looked) -> None:
    """A minus without spaces around it is no minus for a browser."""
    html = STYLE + GOOD.replace("(min-width: 600px) 50vw", "calc(100vw-400px)")
    faults = " ".join(looked(html).faults)
    assert "/p-800.webp was chosen and not /p-400.webp for 400 px at density 1" in faults


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("/p-400.webp", "/p-800.webp", "p-800.webp is 800 px wide, not 400"),
        ("/p-400.webp", "/p-400.png", "p-400.png is PNG, served as image/png"),
        ('height="200"', 'height="300"', "another shape than its place"),
    ],
)
def test_a_file_that_is_not_what_the_page_says_is_found(
    looked: Looked, tmp_path: Path, old: str, new: str, fault: str
) -> None:
    seen = looked(STYLE + GOOD.replace(old, new))
    with served(tmp_path) as url:
        found = file_faults(replace(seen, address=f"{url}/"))
    assert [one for one in found if fault in one], found


def test_a_screenshot_of_a_faulty_page_is_kept(looked: Looked, tmp_path: Path) -> None:
    seen = looked(STYLE + GOOD.replace('alt="Grey"', ""))
    assert f"see {tmp_path / 'shot.png'}" in seen.faults
    with Image.open(tmp_path / "shot.png") as shot:
        assert shot.width == 800
