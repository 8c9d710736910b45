"""Owns the look at one page with a real browser: what its pictures are, and every fault of it.

    with served(folder) as url:
        seen = look(browser, url + "/", width=800, density=2)
        assert seen.faults == []

A fault is a sentence. Which file is right is reckoned by `srcset`, never asked of the browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import srcset
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as Late

SIGHTS = [(width, density) for width in (360, 800, 1440) for density in (1, 2)]
"""Width of the window in CSS pixels, and device pixels for each of them."""

HEIGHT = 800
STILL = 0.001
"""The most that a page may move, as the browser's layout-shift score."""
PATIENCE = 60_000  # ms

_WATCH = """
window.shifted = 0;
window.moved = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (entry.hadRecentInput) return;
    shifted += entry.value;
    moved.push(...entry.sources.map(({ node }) => node?.className || node?.nodeName || "?"));
})).observe({ type: "layout-shift", buffered: true });
"""

_STEP = """(top) => {
    scrollTo({ top, behavior: "instant" });
    return document.documentElement.scrollHeight - innerHeight;
}"""

_NEARBY = """() => [...document.images].every((image) => {
    const { top, bottom } = image.getBoundingClientRect();
    return bottom < 0 || top > innerHeight || image.complete;
})"""

_PICTURES = """() => [...document.images].map((image) => {
    const picture = image.closest("picture");
    const given = (element) => ({
        srcset: element.getAttribute("srcset"),
        sizes: element.getAttribute("sizes"),
        media: element.getAttribute("media"),
        type: element.getAttribute("type"),
    });
    const filled = [image, picture, (picture ?? image).parentElement].some((element) => {
        const style = element && getComputedStyle(element);
        return style && (style.backgroundImage.includes("data:")
            || !/^(transparent|rgba\\(.*, 0\\))$/.test(style.backgroundColor));
    });
    const { top, width, height } = image.getBoundingClientRect();
    return {
        alt: image.getAttribute("alt"),
        src: image.getAttribute("src"),
        across: image.getAttribute("width"),
        down: image.getAttribute("height"),
        loading: image.getAttribute("loading"),
        urgent: image.getAttribute("fetchpriority") === "high",
        current: image.currentSrc,
        came: image.complete && image.naturalWidth > 0,
        top: top + scrollY,
        width, height, filled,
        own: given(image),
        sources: picture ? [...picture.querySelectorAll("source")].map(given) : [],
    };
})"""


@dataclass(frozen=True)
class Offer:
    """One <source>, or the <img> itself: a choice of files."""

    srcset: str | None
    sizes: str | None
    media: str | None
    type: str | None


@dataclass(frozen=True)
class Picture:
    """One <img> as the page has it once all pictures have come; lengths in CSS pixels."""

    alt: str | None
    src: str
    across: str | None
    """The attribute `width`."""
    down: str | None
    loading: str | None
    urgent: bool
    current: str
    """The address that the browser chose."""
    came: bool
    top: float
    """From the top of the page."""
    width: float
    height: float
    filled: bool
    """Whether it, its <picture> or what holds that has a background."""
    own: Offer
    sources: tuple[Offer, ...]

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All choices with a srcset, in the order of the page."""
        return tuple(offer for offer in (*self.sources, self.own) if offer.srcset)


@dataclass
class Seen:
    """What one look at a page found."""

    address: str
    width: int
    density: int
    pictures: list[Picture] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def look(
    browser: Browser,
    address: str,
    *,
    width: int,
    density: int = 1,
    theme: str = "light",
    keep: str | None = None,
) -> Seen:
    """Open a page, scroll through it, and tell all that is wrong with it.

    With `keep`, a whole-page screenshot goes to that file if anything is.
    """
    seen = Seen(address, width, density)
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        device_scale_factor=density,
        color_scheme=theme,
        reduced_motion="reduce",
    )
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(_WATCH)
        _listen(page, seen)
        page.goto(address)
        first = _pictures(page)
        _scroll(page, seen)
        seen.pictures = _pictures(page)
        seen.faults += _page_faults(page, width)
        seen.faults += [f for one in seen.pictures for f in _faults(one, seen)]
        seen.faults += _order_faults(first)
        if seen.faults and keep:
            page.screenshot(path=keep, full_page=True)
            seen.faults.append(f"see {keep}")
    finally:
        context.close()
    return seen


def _listen(page: Page, seen: Seen) -> None:
    faults, host = seen.faults, urlsplit(seen.address).netloc
    page.on("pageerror", lambda error: faults.append(f"script failed: {error}"))
    page.on("requestfailed", lambda asked: faults.append(f"request failed: {asked.url}"))

    def answered(response: Any) -> None:
        if response.status >= 400:
            faults.append(f"{response.status}: {response.url}")

    def asked(request: Any) -> None:
        if urlsplit(request.url).netloc not in ("", host):
            faults.append(f"asked of another host: {request.url}")

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"console: {message.text}")

    page.on("response", answered)
    page.on("request", asked)
    page.on("console", said)


def _scroll(page: Page, seen: Seen) -> None:
    """Go down the page as a reader does, so that every picture is asked for and comes."""
    top = 0
    try:
        while True:
            rest = page.evaluate(_STEP, top)
            page.wait_for_timeout(50)
            page.wait_for_function(_NEARBY)
            if top >= rest:
                break
            top = min(top + HEIGHT // 2, rest)
        page.evaluate(_STEP, 0)
        page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    except Late:
        seen.faults.append("pictures did not come")


def _pictures(page: Page) -> list[Picture]:
    return [
        Picture(
            **{key: value for key, value in one.items() if key not in ("own", "sources")},
            own=Offer(**one["own"]),
            sources=tuple(Offer(**source) for source in one["sources"]),
        )
        for one in page.evaluate(_PICTURES)
    ]


def _page_faults(page: Page, width: int) -> Iterator[str]:
    shifted = page.evaluate("shifted")
    if shifted >= STILL:
        yield f"the page moved by {shifted:.4f}: {page.evaluate('moved')}"
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        yield f"{wide} px do not fit into the window's {width}"


def _order_faults(pictures: list[Picture]) -> Iterator[str]:
    """Judge what is loaded when, by where pictures stand before anything is scrolled."""
    if not any(picture.offers for picture in pictures):
        yield "no picture with a choice of files"
    for picture in pictures:
        if picture.urgent and (picture.loading == "lazy" or picture.top > HEIGHT):
            yield f"{picture.src} is urgent, but not on the first screen or lazy"
        if picture.top > 2 * HEIGHT and picture.loading != "lazy":
            yield f"{picture.src} is far down and not lazy"
    if sum(picture.urgent for picture in pictures) > 1:
        yield "several pictures are urgent, so none is"


def _faults(picture: Picture, seen: Seen) -> Iterator[str]:
    name = picture.src
    if not picture.came:
        yield f"{name} did not come"
    if picture.alt is None:
        yield f"{name} has no alt"
    if not (picture.across or "").isdigit() or not (picture.down or "").isdigit():
        yield f"{name} has no width and height"
    if picture.offers:
        if not picture.filled:
            yield f"{name} has no placeholder"
        try:
            yield from _choice_faults(picture, seen)
        except ValueError as error:
            yield f"{name}: {error}"


def _choice_faults(picture: Picture, seen: Seen) -> Iterator[str]:
    offer = next(filter(lambda one: _is_taken(one, seen.width), picture.offers), None)
    if offer is None:
        yield f"{picture.src} offers nothing that the browser knows"
        return
    offered = srcset.candidates(offer.srcset or "")
    if not offer.sizes:
        yield f"{picture.src} has no sizes"
        return
    slot = srcset.slot(offer.sizes, seen.width)
    if not 0.97 * picture.width <= slot <= 1.15 * picture.width:
        yield f"{picture.src} is {picture.width:.0f} px wide, and sizes says {slot:.0f}"
    wanted = srcset.right(offered, slot * seen.density)
    if picture.current != urljoin(seen.address, wanted.url):
        yield (
            f"{picture.current} was chosen and not {wanted.url} for {slot:.0f} px at "
            f"density {seen.density}"
        )


def is_known(offer: Offer) -> bool:
    """Tell whether the browser can show files of the offer's type."""
    return offer.type is None or offer.type in srcset.KNOWN_TYPES


def _is_taken(offer: Offer, viewport: int) -> bool:
    return is_known(offer) and (offer.media is None or srcset.holds(offer.media, viewport))
