"""Line breaks: after words and between ideographs, and never where a reader would stumble."""

from __future__ import annotations

from itertools import pairwise

import pytest

from imagegen.pictures.line_breaks import break_opportunities


def parts(text: str) -> list[str]:
    """Return what lies between two places where a line may end."""
    ends = [0, *(place.end for place in break_opportunities(text))]
    return [text[one:other] for one, other in pairwise(ends)]


@pytest.mark.parametrize(
    "text, found",
    [
        ("Coffee worth  it", "Coffee |worth  |it"),
        ("one", "one"),
        ("8\u00a0pm, 5\u202fkm", "8\u00a0pm, |5\u202fkm"),
        ("state-of-the-art", "state-|of-|the-|art"),
        ("-5 to 2024-25", "-5 |to |2024-25"),
        ("open · all day – 12 €", "open · |all |day – |12 €"),
        ("Ach so ! « Oui »", "Ach |so ! |« |Oui |»"),
        ("zero\u200bwidth", "zero\u200b|width"),
    ],
)
def test_words_stay_whole(text: str, found: str) -> None:
    assert "|".join(parts(text)) == found


@pytest.mark.parametrize(
    "text, found",
    [
        ("遠回り。", "遠|回|り。"),
        ("「珈琲」", "「珈|琲」"),
        ("コーヒー", "コー|ヒー"),
        ("待って……", "待っ|て……"),
        ("約100円、Café", "約|100|円、|Café"),
        ("か\u3099く", "か\u3099|く"),
        ("「\u2067日\u2069」本", "「\u2067日\u2069」|本"),
        ("港 」夏！ 、「夜", "港 」|夏！ 、|「夜"),
        ("葛\U000e0100城", "葛\U000e0100|城"),
    ],
)
def test_what_may_not_begin_or_end_a_line_does_not(text: str, found: str) -> None:
    assert "|".join(parts(text)) == found


@pytest.mark.parametrize(
    "text",
    ["กาแฟที่คุ้มค่า", "क्षत्रिय", "돌아갈", "नि", "ที่"],
)
def test_what_is_written_together_is_not_broken(text: str) -> None:
    assert parts(text) == [text]


def test_signs_of_several_parts_stay_whole() -> None:
    assert parts("👩🏽\u200d🚀🇩🇪🇫🇷") == ["👩🏽\u200d🚀", "🇩🇪", "🇫🇷"]


def test_a_soft_hyphen_shows_only_where_a_line_ends() -> None:
    found = list(break_opportunities("Donau\u00addampf \u00ad"))
    assert [(one.end, one.hyphen) for one in found] == [(6, True), (13, False)]
