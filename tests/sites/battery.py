"""Owns what every example site is held to; a test module says which site, and inherits it.

    class TestHugo(Battery):
        example = "hugo"                      # folder below examples/
        commands = (("hugo", "--quiet"),)     # run in a copy of it, after `imagegen build`
        site = "public"                       # what the generator wrote, below the copy
        pages = ("/", "/walks/")              # every page with pictures
        tools = True                          # its requirements.txt says where `hugo` is from
        node = (20, 3)                        # the oldest Node that it runs on, if it needs one

Commands get the machine's PATH, after the tools of the example, if it has any.
The fixture `built` (see conftest) is the example with its site built, once per class.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import ClassVar
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
import srcset
from example import Example
from PIL import Image
from playwright.sync_api import Browser
from served import served
from visit import SIGHTS, Seen, is_known, look


class Battery:
    """The tests of one site."""

    example: ClassVar[str]
    commands: ClassVar[tuple[tuple[str, ...], ...]]
    site: ClassVar[str]
    pages: ClassVar[tuple[str, ...]]
    tools: ClassVar[bool] = False
    node: ClassVar[tuple[int, int] | None] = None

    @pytest.mark.parametrize(("width", "density"), SIGHTS)
    def test_each_slot_gets_the_right_file(
        self, built: Example, browser: Browser, width: int, density: int, tmp_path: Path
    ) -> None:
        with served(built.site) as url:
            seen = self._tour(browser, url, tmp_path, width=width, density=density)
        _hold(faults(seen))

    @pytest.mark.parametrize("width", [360, 1440])
    def test_nothing_moves_while_pictures_are_late(
        self, built: Example, browser: Browser, width: int, tmp_path: Path
    ) -> None:
        with served(built.site, late=0.4) as url:
            seen = self._tour(browser, url, tmp_path, width=width)
        _hold(faults(seen))

    def test_it_stands_in_the_dark(self, built: Example, browser: Browser, tmp_path: Path) -> None:
        with served(built.site) as url:
            seen = self._tour(browser, url, tmp_path, width=800, theme="dark")
        _hold(faults(seen))

    def test_every_file_is_what_the_page_says(
        self, built: Example, browser: Browser, tmp_path: Path
    ) -> None:
        with served(built.site) as url:
            seen = self._tour(browser, url, tmp_path, width=800)
            _hold([fault for one in seen for fault in file_faults(one)])

    def _tour(self, browser: Browser, url: str, folder: Path, **sight: object) -> list[Seen]:
        return [
            look(browser, url + page, keep=str(folder / f"{number}.png"), **sight)
            for number, page in enumerate(self.pages)
        ]


def _hold(found: list[str]) -> None:
    # Said here, since pytest takes apart only the assertions of test modules.
    assert not found, "\n".join(found)


def faults(seen: list[Seen]) -> list[str]:
    """Return all faults, each with its page and sight."""
    return [
        f"{one.address} at {one.width} px, density {one.density}: {fault}"
        for one in seen
        for fault in one.faults
    ]


def file_faults(seen: Seen) -> list[str]:
    """Fetch every file that a page offers; tell which is not of the width or type it should be.

    The attributes `width` and `height` must be in the ratio of the files, to a hundredth.
    """
    found = []
    for picture in seen.pictures:
        ratio = int(picture.across or 0) / int(picture.down or 1)
        for offer in filter(is_known, picture.offers):
            for one in srcset.candidates(offer.srcset or ""):
                with urlopen(urljoin(seen.address, one.url)) as answer:
                    said = answer.headers.get_content_type()
                    file = Image.open(io.BytesIO(answer.read()))
                if file.width != one.width:
                    found.append(f"{one.url} is {file.width} px wide, not {one.width}")
                if abs(file.width / file.height / ratio - 1) > 0.01:
                    found.append(f"{one.url} has another shape than its place, {ratio:.3f}")
                if not Image.MIME[file.format or ""] == said == (offer.type or said):
                    found.append(f"{one.url} is {file.format}, served as {said}")
    return found
