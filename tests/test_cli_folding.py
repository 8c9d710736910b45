"""Lines on a terminal: broken between words and below their column, never inside of what is copied.

The texts are those of the verbs, at widths at which they do not fit.
"""

from __future__ import annotations

import click
import pytest

from imagegen.cli.folding import cells, column, folded

JOB = "b9f6f2be-5a2b-4b2a-a68a-114236573b32"
ROW = f"2026-11-23 16:29:58  LOCKED     {JOB}  6 credits   site: hero"
PATH = "static/img/a/very/long/path/for/the/landing/page/of/the/spring/campaign/hero.webp"


def lines(text, columns=60):
    return folded(text, columns).split("\n")


def test_what_fits_stays_as_it_is():
    text = "Plan: 1 to generate.\n\n  Costs 6 credits."
    assert folded(text, 20) == text


def test_prose_is_set_in_below_its_first_line():
    assert lines("Costs nothing yet, and `plan` says why.", 20) == [
        "Costs nothing yet,",
        "  and `plan` says",
        "  why.",
    ]
    assert lines("  Why it is so, and what to do.", 20) == [
        "  Why it is so, and",
        "  what to do.",
    ]
    assert lines('      prompt: "a mug" -> "a cup"', 25) == [
        '      prompt: "a mug" ->',
        '        "a cup"',
    ]


def test_a_row_goes_on_below_its_last_column_that_leaves_room():
    assert lines(ROW, 80) == [ROW[:79], f"{'':32}site: hero"]
    assert lines(ROW, 60) == [
        "2026-11-23 16:29:58  LOCKED",
        f"{'':21}{JOB}",
        f"{'':21}6 credits   site: hero",
    ]
    assert lines("params   ratio = 16:9, resolution = 2MP, format = webp", 40) == [
        "params   ratio = 16:9, resolution = 2MP,",
        "         format = webp",
    ]


def test_what_stands_in_a_column_goes_on_there():
    assert lines(f"{'':13}2026-11-23 16:29  take 2, 6 credits, in the store", 44) == [
        f"{'':13}2026-11-23 16:29  take 2, 6",
        f"{'':13}credits, in the store",
    ]


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_command_is_never_broken(columns):
    command = "imagegen resolve a-rather-long-name-for-a-hero --adopt " + JOB
    assert lines(f"or buy one first: {command}", columns) == ["or buy one first:", command]
    assert lines(f"  {command}", columns) == [f"  {command}"]


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ("to keep it:", "  imagegen accept a-rather-long-name-for-a-hero"),
        ("", "    git -C sites/spring checkout -- " + PATH),
        ("", "    cd 'the sites/of spring' && imagegen schema -o imagegen.schema.json"),
    ],
)
def test_nor_is_one_beside_its_heading_or_of_another_program(before, command):
    told = lines(before + command, 40)
    assert [one.strip() for one in told] == [*filter(None, [before]), command.strip()]


def test_spaces_that_end_a_line_are_left_out_and_take_no_time():
    assert lines("a wide line" + " " * 10**6, 8) == ["a wide", "  line"]


def test_what_stands_in_backticks_and_paths_stay_whole():
    assert lines("see `imagegen show hero`, please", 24) == [
        "see",
        "  `imagegen show hero`,",
        "  please",
    ]
    assert lines(f"generated  hero -> {PATH}, 2 files", 90) == [
        "generated  hero ->",
        f"{' ' * (90 - len(PATH) - 1)}{PATH},",
        f"{'':11}2 files",
    ]


def test_what_no_line_holds_is_left_to_the_terminal():
    assert lines(f"generated  hero -> {PATH}, 2 files", 40) == [
        f"generated  hero -> {PATH},",
        f"{'':11}2 files",
    ]


def test_wide_letters_count_twice_and_may_be_parted():
    assert cells("漢字 ü🙂") == 8
    assert cells("e\u0301") == 1
    assert lines("prompt  机の上にはノート、パソコン。", 22) == [
        "prompt  机の上にはノー",
        "        ト、パソコン。",
    ]
    path = "images/日本語/とても長いパス/画像.webp"
    assert lines(f"restored   nihon -> {path}", 40) == ["restored   nihon ->", f"  {path}"]


def test_colours_take_no_room():
    text = click.style("error: ", fg="red", bold=True) + "no image is called `mgu`"
    assert cells(text) == 31
    assert folded(text, 31) == text
    assert [click.unstyle(one) for one in lines(text, 20)] == [
        "error: no image is",
        "  called `mgu`",
    ]


def test_no_width_breaks_it():
    for columns in range(1, 90):
        for text in (ROW, f"a  {PATH}", "漢" * 50, " " * 50 + "^", "` ` `  ` "):
            told = folded(text, columns)
            assert told.replace("\n", "").replace(" ", "") == text.replace(" ", "")


def test_one_long_name_does_not_push_all_rows():
    assert column([]) == 0
    assert column(["hero", "mug", "a" * 80]) == 4
    assert column(["漢字", "mug"]) == 4
