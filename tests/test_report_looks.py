"""The page of `report` in a real browser: both themes, wide and narrow, with and without script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
import reporting
import values
from playwright.sync_api import Browser, Page, expect

from imagegen.report.page import page

pytestmark = pytest.mark.browser

AXE = "IMAGEGEN_AXE"
"""Where axe.min.js of axe-core is; `.ci/run` gets it from npm."""
HOSTILE = '</dd><script>alert(1)</script><img src=x onerror="alert(2)">' + "long" * 80
WIDTHS = {"phone": 390, "desk": 1280}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start the machine's Chromium; it ends with the last test here."""
    yield from chromium.started(tmp_path_factory.mktemp("browser"), "the report")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a report with one of each kind, words of two locales and a hostile prompt."""
    root = tmp_path_factory.mktemp("site")
    (root / "images").mkdir()
    red, blue = reporting.picture("red"), reporting.picture("blue")
    old = [reporting.entry("cup", red), reporting.entry("old", red, "c")]
    new = [reporting.entry("cup", blue, HOSTILE), reporting.entry("jar", blue, HOSTILE)]
    new.append(reporting.shown_at(reporting.entry("new", red, "c"), "images/new.png"))
    for one, data in ((old[1], red), (new[0], blue), (new[2], red)):
        (root / one.outputs[0].path).write_bytes(data)
    old[0] = reporting.shown_at(old[0], "images/old.png")
    old.append(reporting.poster(root, red))
    new.append(reporting.poster(root, blue))
    made = page(reporting.report(root, values.lock_of(*old), values.lock_of(*new)))
    place = root / "index.html"
    place.write_text(made, encoding="utf-8")
    return place.as_uri()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """Gather what the page complains of; there is to be nothing."""
    found: list[str] = []
    yield found
    assert found == []


def opened(
    browser: Browser, url: str, faults: list[str], *, theme: str = "light", width: str = "desk"
) -> Page:
    size = {"width": WIDTHS[width], "height": 900}
    shown = browser.new_page(viewport=size, color_scheme=theme, reduced_motion="reduce")
    shown.on("pageerror", lambda error: faults.append(str(error)))
    shown.on("dialog", lambda dialog: faults.append(f"it asked: {dialog.message}"))
    shown.on("console", lambda message: faults.append(message.text))
    shown.on(
        "request",
        lambda one: None if one.url.startswith(("file", "data")) else faults.append(one.url),
    )
    shown.goto(url)
    return shown


def test_the_slider_moves_with_keys_and_side_by_side_comes_back(browser, url, faults):
    shown = opened(browser, url, faults)
    after = shown.locator("#changed figure").nth(1).locator(".well")
    assert after.evaluate("one => getComputedStyle(one).clipPath") == "none"
    shown.get_by_role("button", name="Slider").click()
    reach = shown.locator("#changed").get_by_role("slider")
    reach.focus()
    shown.keyboard.press("Home")
    assert after.evaluate("one => getComputedStyle(one).clipPath") == "inset(0px 0px 0px 0%)"
    shown.keyboard.press("End")
    assert after.evaluate("one => getComputedStyle(one).clipPath") == "inset(0px 0px 0px 100%)"
    shown.get_by_role("button", name="Side by side").click()
    assert after.evaluate("one => getComputedStyle(one).clipPath") == "none"
    expect(reach).to_be_hidden()


def test_words_of_a_locale_slide_and_fold(browser, url, faults):
    shown = opened(browser, url, faults)
    german = shown.locator("#reworded details").first
    expect(german.locator("img")).to_have_count(2)
    shown.get_by_role("button", name="Slider").click()
    expect(german.get_by_role("slider", name="mug, de: ")).to_be_visible()
    german.locator("summary").click()
    expect(german.locator("img").first).to_be_hidden()


def test_a_long_prompt_opens_and_closes(browser, url, faults):
    shown = opened(browser, url, faults)
    prompt = shown.locator("#added .prompt", has_text="longlong")
    short = prompt.bounding_box()["height"]
    more = shown.get_by_role("button", name="Show all")
    expect(more).to_have_count(1)
    more.click()
    assert prompt.bounding_box()["height"] > short
    shown.get_by_role("button", name="Show less", expanded=True).click()
    assert prompt.bounding_box()["height"] == short


def test_without_script_both_pictures_are_there(browser, url):
    shown = browser.new_context(java_script_enabled=False).new_page()
    shown.goto(url)
    expect(shown.locator("#changed img")).to_have_count(2)
    expect(shown.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(("theme", "width"), [("light", "phone"), ("dark", "desk")])
def test_the_page_is_accessible_and_fits(browser, url, faults, theme, width):
    place = os.environ.get(AXE)
    if not place:
        pytest.skip(f"NOT TESTED: {AXE} does not name axe.min.js, so nobody judged accessibility")
    shown = opened(browser, url, faults, theme=theme, width=width)
    # The page's own policy forbids scripts of others; the debugger may bring one.
    tools = shown.context.new_cdp_session(shown)
    tools.send("Runtime.evaluate", {"expression": Path(place).read_text(encoding="utf-8")})
    for view in ("Side by side", "Slider"):
        shown.get_by_role("button", name=view).click()
        violations = shown.evaluate("async () => (await axe.run(document)).violations")
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []
        assert shown.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
