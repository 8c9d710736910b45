"""What a browser should choose, reckoned by hand."""

from __future__ import annotations

import pytest
from srcset import candidates, holds, right, slot


@pytest.mark.parametrize(
    ("sizes", "viewport", "pixels"),
    [
        ("100vw", 360, 360),
        ("(min-width: 60rem) 40vw, 100vw", 1440, 576),
        ("(min-width: 60rem) 40vw, 100vw", 959, 959),
        ("(max-width: 600px) calc(100vw - 2 * 1rem), 30rem", 360, 328),
        ("(max-width: 600px) calc(100vw - 2 * 1rem), 30rem", 800, 480),
        ("min(100vw - 2.5rem, 70rem)", 1440, 1120),
        ("min(100vw - 2.5rem, 70rem)", 800, 760),
        ("clamp(10rem, calc((100vw - 4rem) / 3), 20rem)", 800, 736 / 3),
        ("(width >= 40rem) and (max-width: 64em) 50vw, 10px", 800, 400),
        ("(min-width: 900px) 10px", 800, 800),
    ],
)
def test_sizes_are_read(sizes: str, viewport: int, pixels: float) -> None:
    assert slot(sizes, viewport) == pytest.approx(pixels)


@pytest.mark.parametrize("sizes", ["50%", "calc(100vw", "wide", "1px 2", "(orientation: x) 1px"])
def test_what_is_not_understood_is_refused(sizes: str) -> None:
    with pytest.raises(ValueError, match="not understood"):
        slot(sizes, 800)


def test_a_condition_holds_at_its_bound() -> None:
    assert holds("(min-width: 800px)", 800)
    assert holds("(max-width: 50rem)", 800)
    assert not holds("(min-width: 801px)", 800)


def test_the_smallest_file_that_is_wide_enough_is_right() -> None:
    offered = candidates("/c-960.webp 960w, /a-480.webp 480w,/b,x.webp 640w")
    assert [one.url for one in offered] == ["/a-480.webp", "/b,x.webp", "/c-960.webp"]
    assert right(offered, 480).width == 480
    assert right(offered, 481).width == 640
    assert right(offered, 2000).width == 960


@pytest.mark.parametrize("text", ["a.webp", "a.webp 2x", "a.webp 1w, b.webp"])
def test_a_srcset_without_widths_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="srcset not understood"):
        candidates(text)
