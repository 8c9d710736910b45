"""The sheet on which pictures stand side by side, on a grid of cells."""

from __future__ import annotations

from PIL import Image

from imagegen.pictures.terminal.sheet import HALVES, Cell, Frame, frame, sheet


def test_one_picture_may_have_the_whole_window():
    assert frame(1, columns=80, rows=20) == Frame(80, 20, beside=1)


def test_several_share_the_width_with_gaps_between():
    assert frame(4, columns=80, rows=20) == Frame(18, 20, beside=4)


def test_in_a_narrow_window_fewer_stand_side_by_side():
    assert frame(4, columns=40, rows=20) == Frame(19, 20, beside=2)
    assert frame(4, columns=9, rows=20) == Frame(9, 20, beside=1)


def test_a_sheet_fills_whole_cells_and_says_where_each_picture_begins():
    red = Image.new("RGBA", (15, 21), "red")
    blue = Image.new("RGBA", (20, 10), "blue")
    made = sheet([red, blue], Cell(10, 20))
    assert (made.columns, made.rows, made.starts) == (6, 2, (0, 4))
    assert made.image.size == (60, 40)
    assert made.image.getpixel((14, 20)) == (255, 0, 0, 255)
    assert made.image.getpixel((15, 20))[3] == made.image.getpixel((40, 10))[3] == 0
    assert made.image.getpixel((40, 9)) == (0, 0, 255, 255)


def test_a_half_block_is_one_pixel_wide_and_two_halves_high():
    assert sheet([Image.new("RGBA", (7, 5))], HALVES).image.size == (7, 6)
