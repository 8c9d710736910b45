"""Fitting: a text fills its box as its project asks, and breaks alike on files of all widths."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lettered import ARABIC, JAPANESE, LATIN, lettering, seen, typeface

from imagegen.derivative import Lettering
from imagegen.pictures.fitting import Layout, TooSmall, direction, layout
from imagegen.pictures.typeface import NotSet

WIDE = 16 / 9


def laid(one: Lettering, font: bytes = LATIN, aspect: float = WIDE) -> Layout:
    return layout(one, typeface(one.text, font, one.language), aspect)


def lines(one: Lettering, font: bytes = LATIN) -> list[str]:
    return [line.text for line in laid(one, font).lines]


@pytest.mark.parametrize(
    "text, language, way",
    [
        ("Coffee قهوة", "ar", "ltr"),
        ("קפה Café", "en", "rtl"),
        ("123 قهوة", "", "rtl"),
        ("\u2067قهوة\u2069 is coffee", "en", "ltr"),
        ("2026", "he-IL", "rtl"),
        ("2026", "az-Arab", "rtl"),
        ("2026", "de", "ltr"),
    ],
)
def test_the_first_letter_with_a_direction_gives_it(text: str, language: str, way: str) -> None:
    assert direction(text, language) == way


def test_what_fits_has_the_size_that_was_asked_for() -> None:
    for fit in ("shrink", "wrap", "none"):
        found = laid(lettering("Coffee", fit=fit))
        assert (found.size, [line.text for line in found.lines]) == (0.2, ["Coffee"])


def test_shrinking_keeps_the_lines_and_fills_the_box() -> None:
    one = lettering("Coffee worth\nthe detour", box=(0.1, 0.1, 0.2, 0.8))
    found = laid(one)
    assert [line.text for line in found.lines] == ["Coffee worth", "the detour"]
    widest = typeface("").width("Coffee worth") * found.size
    assert widest == pytest.approx(0.2 * WIDE)


def test_wrapping_breaks_lines_before_it_makes_letters_smaller() -> None:
    text = "Coffee worth the detour"
    roomy = laid(lettering(text, size=0.1, box=(0, 0, 0.5, 1), fit="wrap"))
    assert (roomy.size, len(roomy.lines)) == (0.1, 2)
    flat = laid(lettering(text, size=0.1, box=(0, 0, 0.5, 0.1), fit="wrap"))
    assert (flat.size < 0.1, len(flat.lines)) == (True, 1)
    long = laid(lettering("Donaudampfschifffahrtsgesellschaft", box=(0, 0, 0.5, 1), fit="wrap"))
    assert (long.size < 0.2, len(long.lines)) == (True, 1)


def test_wrapped_lines_are_of_about_one_length() -> None:
    text = "Coffee worth the detour of a day"
    one = lettering(text, size=0.1, box=(0, 0, 0.8, 1), fit="wrap")
    assert lines(one) == ["Coffee worth the", "detour of a day"]


def test_a_divided_word_shows_its_hyphen() -> None:
    text = "Donau\u00addampf\u00adschiff"
    narrow = lettering(text, size=0.1, box=(0, 0, 0.35, 1), fit="wrap")
    assert lines(narrow) == ["Donau-", "dampfschiff"]
    assert lines(lettering(text, fit="shrink")) == ["Donaudampfschiff"]


def test_no_japanese_line_begins_with_a_full_stop() -> None:
    text = "遠回りしたくなる珈琲。"
    for width in (0.2, 0.3, 0.4, 0.5, 0.6):
        one = lettering(text, JAPANESE, box=(0, 0, width, 1), fit="wrap", language="ja")
        found = lines(one, JAPANESE)
        assert "".join(found) == text
        assert not any(line.startswith(("。", "く゛")) for line in found)


def test_what_does_not_fit_is_told_with_the_size_that_would() -> None:
    one = lettering("Coffee worth the detour", box=(0, 0, 0.3, 0.5), fit="none")
    with pytest.raises(NotSet) as caught:
        laid(one)
    problem = caught.value.problem
    assert problem.summary == "the text `Coffee worth the detour` (en) does not fit its box"
    size = float(problem.hint.split("`")[1].removeprefix("size = "))
    assert laid(lettering(one.text, box=one.box, fit="none", size=size)).size == size


def test_alignment_follows_the_direction() -> None:
    for align, latin, arabic in (("start", "l", "r"), ("end", "r", "l"), ("center", "m", "m")):
        assert laid(lettering("Coffee", align=align)).anchor == latin
        assert laid(lettering("قهوة", ARABIC, align=align), ARABIC).anchor == arabic
    assert laid(lettering("قهوة", ARABIC, align="left"), ARABIC).anchor == "l"


def test_a_text_stands_where_its_box_wants_it() -> None:
    box = (0.25, 0.25, 0.5, 0.5)
    x = {
        align: laid(lettering("A", box=box, align=align)).lines[0].x for align in ("left", "right")
    }
    assert (x["left"], x["right"]) == (0.25 * WIDE, 0.75 * WIDE)
    high = {
        v: laid(lettering("A", box=box, valign=v)).lines[0].y for v in ("top", "middle", "bottom")
    }
    assert 0.25 < high["top"] < high["middle"] < high["bottom"] < 0.75
    assert high["bottom"] - high["top"] == pytest.approx(0.5 - 0.2)


def test_nothing_sticks_out_above_or_below() -> None:
    marks = lettering("ÅÂÇ", box=(0.2, 0.2, 0.5, 0.2), line_height=0.5)
    found = laid(marks)
    _, top, _, bottom = typeface("").ink("ÅÂÇ")
    assert found.lines[0].y + top * found.size >= 0.2 - 1e-9
    assert found.lines[0].y + bottom * found.size <= 0.4 + 1e-9


def test_a_line_has_the_levels_of_its_paragraph() -> None:
    ranges = lettering("قهوة 2024-2025", ARABIC, box=(0, 0, 0.3, 1), fit="wrap", language="ar")
    first, second = lines(ranges, ARABIC)
    assert (first, seen(second, 1)) == ("قهوة", "2025-2024"), "to be read from the right"
    phone = "اتصل: \u2066+49\xa040 123-456\u2069"
    one = lettering(phone, ARABIC, size=0.13, box=(0, 0, 0.3, 1), fit="wrap", language="ar")
    assert [seen(line, 1) for line in lines(one, ARABIC)] == ["اتصل:"[::-1], "+49\xa040", "123-456"]
    for control in ("\u202a", "\u202d"):
        said = phone.replace("\u2066", control).replace("\u2069", "\u202c")
        again = lettering(said, ARABIC, size=0.13, box=one.box, fit="wrap", language="ar")
        assert seen(lines(again, ARABIC)[2], 1) == "123-456"


def test_what_would_be_smaller_than_it_may_is_told_with_the_size_that_fits() -> None:
    for fit in ("shrink", "wrap"):
        one = lettering("Donaudampfschiff", box=(0, 0, 0.2, 1), fit=fit)
        fitting = laid(one).size
        least = replace(one, min_size=0.15)
        with pytest.raises(TooSmall) as caught:
            laid(least)
        assert "does not fit its box at its `min_size`" in caught.value.problem.summary
        said = float(caught.value.problem.hint.split("`")[1].removeprefix("min_size = "))
        assert 0.95 * fitting < said <= fitting
        assert laid(replace(least, min_size=said)) == laid(one)


def test_a_box_of_no_size_is_a_problem_not_an_endless_search() -> None:
    for fit in ("shrink", "wrap"):
        with pytest.raises(NotSet):
            laid(lettering("Coffee " * 100, box=(0, 0, 0.0001, 0.0001), fit=fit))
