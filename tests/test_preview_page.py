"""The page of `preview` in a real browser, against a real preview of a real project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import chromium
import journey
import pytest
from journeys.gallery import listing, mugs
from playwright.sync_api import Browser, Locator, Page, expect
from previewing import previewed

pytestmark = pytest.mark.browser

AXE = "IMAGEGEN_AXE"
"""Where axe.min.js of axe-core is; `.ci/run` gets it from npm."""
PATIENCE = 60_000  # ms

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script> & a "quiet" desk'
WIDTHS = {"phone": (360, 740), "desk": (1440, 900)}

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start the machine's Chromium; it ends with the last test here."""
    yield from chromium.started(tmp_path_factory.mktemp("browser"), "the page")


@dataclass
class Visitor:
    """Opens pages and remembers what went wrong in them."""

    browser: Browser
    faults: list[str]

    def open(self, url: str, *, theme: str = "light", width: str = "desk") -> Page:
        across, down = WIDTHS[width]
        page = self.browser.new_page(
            viewport={"width": across, "height": down}, color_scheme=theme, reduced_motion="reduce"
        )
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(f"it asked: {dialog.message}"))
        page.on("console", self._heard)
        page.goto(url)
        return page

    def _heard(self, message) -> None:
        # The network's failures are what some tests are about; the policy's refusals never are.
        if message.type == "error" and "Failed to load" not in message.text:
            self.faults.append(message.text)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    visitor = Visitor(browser, [])
    yield visitor
    for context in browser.contexts:
        context.close()
    assert [fault for fault in visitor.faults if "net::ERR" not in fault] == []


@dataclass
class Shop:
    """A project with a picture of each kind, and a preview of it."""

    project: journey.Project
    url: str
    blank: str
    """Where a project without any image is previewed."""


HERO = {"prompt": "a hero in a wide field", "candidates": 3, "alt": "A hero in a field"}
SHOP = {
    "desk": {"prompt": "a wooden desk in warm evening light", "alt": "A desk"},
    "hero": HERO,
    "mug": {"prompt": "a matte black mug on marble", "alt": ""},
    "xss": HOSTILE,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    with journey.emulator() as running:
        project = journey.Project(folder / "shop", folder / "home", running.url)
        old = {"desk": "a steel desk in warm morning light", "hero": HERO, "mug": "a mug"}
        project.write("imagegen.toml", listing(old))
        project.run("build", code=0)
        project.write("imagegen.toml", listing(SHOP))
        project.run("build", "mug", code=0)
        bought = running.posts
        empty = journey.Project(folder / "empty", folder / "home", running.url)
        empty.write("imagegen.toml", "")
        with previewed(project) as url, previewed(empty) as blank:
            yield Shop(project, url, blank)
        assert running.posts == bought, "looking and picking are free"


def tile(page: Page, name: str) -> Locator:
    return page.locator(f'#gallery li[data-name="{name}"]')


def focused(page: Page) -> str | None:
    """Return the picture whose tile has the focus."""
    return page.evaluate("() => document.activeElement.closest('li')?.dataset.name ?? null")


def watched(page: Page) -> None:
    """Let the page remember which tiles are touched, and what they say."""
    page.evaluate(
        """() => {
            window.touched = new Set();
            window.told = [];
            new MutationObserver((changes) => changes.forEach(({ target }) => {
                const element = target.nodeType === 1 ? target : target.parentElement;
                const item = element.closest("li");
                touched.add(item ? item.dataset.name : "(the list)");
                if (item) told.push(item.querySelector(".told").textContent);
            })).observe(document.getElementById("gallery"),
                        { subtree: true, childList: true, characterData: true, attributes: true });
        }"""
    )


def test_a_save_and_a_build_elsewhere_show_on_the_page_without_a_reload(
    project: journey.Project, visitor: Visitor
) -> None:
    with journey.emulator(latency=0.5) as slow:
        project.base_url = slow.url
        project.write("imagegen.toml", mugs(2))
        project.run("build", code=0)
        with previewed(project) as url:
            page = visitor.open(url)
            one = tile(page, "mug-1")
            expect(one).to_contain_text("Current")
            expect(one.locator("img")).to_have_attribute("loading", "lazy")
            old = one.locator("img").get_attribute("src")
            watched(page)
            project.write("imagegen.toml", mugs(2).replace("number 1", "number one"))
            expect(one).to_contain_text("Changed: prompt")
            assert slow.posts == 2, "a look at what would be bought buys nothing"
            project.run("build", code=0)
            expect(one).to_contain_text("Current")
            expect(one.locator("img")).not_to_have_attribute("src", old)
            assert one.locator("img").evaluate("image => image.decode().then(() => true)")
            assert page.evaluate("() => [...touched]") == ["mug-1"], "a patch touches only its rows"
            assert {"Changed: prompt", "Current"} < set(page.evaluate("() => told"))
            expect(page.locator("#voice")).to_contain_text("mug-1 is current")
            spent = project.run("jobs", "--json", code=0).json
            assert spent, "the ledger knows the purchases that the page tells of"
            expect(page.locator("#cost")).to_contain_text("Spent")
    assert slow.charges == 3


def test_an_empty_alt_text_is_decoration_and_not_missing(shop: Shop, visitor: Visitor) -> None:
    page = visitor.open(f"{shop.url}#mug")
    expect(page.locator(".facts .alt")).to_contain_text("it decorates")
    page.goto(f"{shop.url}#xss")
    expect(page.locator(".facts .alt")).to_contain_text("Missing")
    expect(page.locator(".facts .changes")).to_be_hidden()
    page.goto(shop.url)
    page.get_by_role("button", name="No alt text").click()
    expect(page.locator("#gallery li")).to_have_count(1)


def test_a_candidate_is_chosen_by_key_and_by_mouse(shop: Shop, visitor: Visitor) -> None:
    page = visitor.open(f"{shop.url}#hero")
    takes = page.locator(".take")
    expect(takes).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator(".mark", has_text="Picked")).to_have_count(0)
    page.keyboard.press("3")
    expect(page.locator(".large img")).to_be_visible()
    page.keyboard.press("Enter")
    expect(takes.nth(2)).to_contain_text("Picked")
    assert "take = 3" in shop.project.read("imagegen.lock")
    expect(page.locator(".standing")).to_contain_text("Current")
    takes.nth(1).click()
    page.get_by_role("button", name="Choose take 2").click()
    expect(takes.nth(1)).to_contain_text("Picked")
    expect(takes.nth(2)).not_to_contain_text("Picked")
    expect(page.locator(".detail .voice")).to_contain_text("hero shows take 2 now")


def test_two_pictures_are_compared_by_key_and_by_hand(shop: Shop, visitor: Visitor) -> None:
    page = visitor.open(f"{shop.url}#mug")
    page.get_by_role("button", name="Before and after").click()
    slider = page.get_by_role("slider")
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0 % Before the last change, 100 % Now")
    slider.press("ArrowRight")
    expect(slider).to_have_value("2")
    assert page.url.endswith("#mug"), "arrows move the slider, not the page"
    box = page.locator(".slider").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 5, steps=3)
    page.mouse.up()
    assert 70 < int(slider.input_value()) < 80
    page.goto(f"{shop.url}#hero")
    page.get_by_role("button", name="Candidates 3").click()
    page.keyboard.press("1")
    page.get_by_label("Compare with").select_option(label="Take 2")
    expect(page.get_by_role("slider")).to_have_accessible_name("Compare Take 1 with Take 2")


def test_a_hostile_prompt_stays_text(shop: Shop, visitor: Visitor) -> None:
    page = visitor.open(f"{shop.url}#xss")
    expect(page.locator(".facts .prompt p")).to_have_text(HOSTILE)
    expect(tile(page, "xss").locator(".wish")).to_have_text(HOSTILE)
    assert page.locator('img[src="x"], main script, dialog script').count() == 0


def test_what_changed_is_told_field_by_field_and_word_by_word(shop: Shop, visitor: Visitor) -> None:
    page = visitor.open(f"{shop.url}#desk")
    prompt = page.locator(".facts .prompt")
    expect(prompt.locator("del")).to_contain_text(["steel", "morning"])
    expect(prompt.locator("ins")).to_contain_text(["wooden", "evening"])
    expect(page.locator(".facts .standing")).to_contain_text("The next build buys it")


def test_the_keyboard_reaches_everything(shop: Shop, visitor: Visitor) -> None:
    page = visitor.open(shop.url)
    expect(page.locator("#gallery li")).to_have_count(4)
    page.keyboard.press("/")
    page.keyboard.type("MUG marble")
    expect(page.locator("#gallery li")).to_have_count(1)
    expect(page.locator("#voice")).to_contain_text("1 of 4")
    page.keyboard.press("Escape")
    expect(page.locator("#gallery li")).to_have_count(4)
    tile(page, "desk").locator("a").focus()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "hero"
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_be_visible()
    expect(page.locator("#detail-name")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#detail-name")).to_have_text("mug")
    assert page.url.endswith("#mug")
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body"
            " || document.activeElement.closest('dialog') !== null"
        ), "the focus stays in the dialog"
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    # Going back in the history takes a moment.
    expect(page).to_have_url(shop.url)
    expect(tile(page, "mug").locator("a")).to_be_focused()
    page.go_forward()
    expect(page.locator("dialog")).to_be_visible()
    page.go_back()
    expect(page.locator("dialog")).to_be_hidden()


def test_the_theme_is_remembered(shop: Shop, visitor: Visitor) -> None:
    page = visitor.open(shop.url)
    light = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Theme: system").click()
    page.get_by_role("button", name="Theme: light").click()
    page.reload()
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != light


def view_gallery(page: Page, shop: Shop) -> None:
    expect(page.locator("#gallery li")).to_have_count(4)


def view_nothing_found(page: Page, shop: Shop) -> None:
    page.locator("#search").fill("no such picture")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


def view_changed(page: Page, shop: Shop) -> None:
    page.get_by_role("button", name="Show all pictures").click()
    page.goto(f"{shop.url}#desk")
    expect(page.locator(".facts del").first).to_be_visible()


def view_before(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}#mug")
    page.get_by_role("button", name="Before and after").click()
    expect(page.locator(".slider")).to_be_visible()


def view_candidates(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}#hero")
    page.get_by_role("button", name="Candidates 3").click()
    expect(page.locator(".take")).to_have_count(3)


def view_candidates_compared(page: Page, shop: Shop) -> None:
    page.keyboard.press("1")
    page.get_by_label("Compare with").select_option(label="Take 3")
    expect(page.locator(".slider")).to_be_visible()


def view_no_picture(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}#xss")
    expect(page.locator(".nothing")).to_be_visible()


def view_problem(page: Page, shop: Shop) -> None:
    page.keyboard.press("Escape")
    shop.project.write("imagegen.toml", 'prompt = "loose"\n[images.mug\n')
    expect(page.locator("#problems")).to_contain_text("imagegen.toml:2:")
    expect(page.locator("#problems pre")).to_contain_text("[images.mug")
    expect(page.locator("#gallery li")).to_have_count(4)


def view_nothing_to_show(page: Page, shop: Shop) -> None:
    page.goto(shop.blank)
    expect(page.locator("#problems")).to_contain_text("No images")
    expect(page.locator("#search")).to_be_hidden()


VIEWS = (
    view_gallery,
    view_nothing_found,
    view_changed,
    view_before,
    view_candidates,
    view_candidates_compared,
    view_no_picture,
    view_problem,
    view_nothing_to_show,
)


@pytest.fixture
def restored(shop: Shop) -> Iterator[None]:
    """Mend the shop's project file after a test that broke it."""
    yield
    shop.project.write("imagegen.toml", listing(SHOP))


@pytest.fixture(scope="module")
def axe() -> str:
    place = os.environ.get(AXE)
    if not place:
        pytest.skip(f"NOT TESTED: {AXE} does not name axe.min.js, so nobody judged accessibility")
    return Path(place).read_text(encoding="utf-8")


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(("theme", "width"), [("light", "phone"), ("dark", "desk")])
def test_every_view_is_accessible_and_fits(
    shop: Shop, visitor: Visitor, axe: str, theme: str, width: str
) -> None:
    page = visitor.open(shop.url, theme=theme, width=width)
    # The page's own policy forbids scripts of others; the debugger may bring one.
    tools = page.context.new_cdp_session(page)
    found = []
    for view in VIEWS:
        view(page, shop)
        tools.send("Runtime.evaluate", {"expression": axe})
        violations = page.evaluate(
            "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
            ".flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))"
        )
        found += [f"{view.__name__}: {violation}" for violation in violations]
        wider = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        found += [f"{view.__name__}: {wider} px too wide"] if wider > 0 else []
    assert found == []


def test_two_thousand_pictures_come_fast_and_a_change_touches_one(
    project: journey.Project, visitor: Visitor
) -> None:
    text = mugs(2000)
    project.write("imagegen.toml", text)
    with previewed(project) as url:
        page = visitor.open(url)
        expect(page.locator("#gallery li")).to_have_count(2000)
        paint = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')")
        assert paint, "something is painted"
        tall = page.evaluate("() => document.documentElement.scrollHeight")
        watched(page)
        page.locator("#gallery li").last.scroll_into_view_if_needed()
        assert page.evaluate("() => document.documentElement.scrollHeight") == tall, "nothing jumps"
        project.write(
            "imagegen.toml",
            text.replace("mug number 1234\n", "").replace('"mug number 1234"', '"a cup"'),
        )
        expect(tile(page, "mug-1234").locator(".wish")).to_have_text("a cup")
        assert page.evaluate("() => [...touched]") == ["mug-1234"]
        page.locator("#search").fill("a cup")
        expect(page.locator("#gallery li")).to_have_count(1)


@pytest.fixture
def port() -> Iterator[int]:
    with journey.kept_port() as kept:
        yield kept


def test_a_preview_that_was_away_is_caught_up_with(
    project: journey.Project, emulator: journey.Emulator, visitor: Visitor, port: int
) -> None:
    project.write("imagegen.toml", listing({"hero": HERO, "mug": "a mug"}))
    project.run("build", code=0)
    bought = emulator.posts
    with previewed(project, port) as url:
        page = visitor.open(url)
        expect(tile(page, "mug")).to_contain_text("Current")
    footing = page.locator("#footing")
    expect(footing).to_contain_text("Connection lost")
    project.write("imagegen.toml", listing({"hero": HERO, "mug": "a cup"}))
    with previewed(project, port):
        expect(tile(page, "mug")).to_contain_text("Changed: prompt")
        expect(footing).to_be_hidden()
        expect(page.locator("[data-lack]")).to_have_count(0)
        # The new preview has a new token, which the page asks for by itself.
        tile(page, "hero").click()
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        expect(page.locator(".take").nth(1)).to_contain_text("Picked")
    assert emulator.posts == bought
