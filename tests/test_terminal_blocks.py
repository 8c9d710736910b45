"""Half blocks: two pixels a cell, colours only where they change."""

from __future__ import annotations

from PIL import Image

from imagegen.pictures.terminal.blocks import blocks

RED, BLUE, CLEAR = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)


def image(*rows):
    made = Image.new("RGBA", (len(rows[0]), len(rows)))
    made.putdata([pixel for row in rows for pixel in row])
    return made


def drawn(*rows, true_colour=True):
    return blocks(image(*rows), true_colour=true_colour).replace("\x1b", "E")


def test_the_upper_pixel_is_the_letter_and_the_lower_one_its_ground():
    assert drawn([RED], [BLUE]) == "E[38;2;255;0;0;48;2;0;0;255m▀E[0m"


def test_a_colour_is_told_once_for_neighbours_that_share_it():
    assert drawn([RED, RED], [BLUE, BLUE]) == "E[38;2;255;0;0;48;2;0;0;255m▀▀E[0m"


def test_transparent_pixels_leave_the_ground_of_the_terminal():
    assert drawn([CLEAR, RED, CLEAR], [CLEAR, CLEAR, RED]) == (" E[0;38;2;255;0;0m▀▄E[0m")


def test_each_two_rows_are_a_line_and_a_last_single_one_too():
    assert drawn([RED], [RED], [BLUE]) == (
        "E[38;2;255;0;0;48;2;255;0;0m▀E[0m\nE[0;38;2;0;0;255m▀E[0m"
    )


def test_256_colours_name_the_nearest_of_the_fixed_ones():
    assert drawn([RED], [BLUE], true_colour=False) == "E[38;5;196;48;5;21m▀E[0m"
    grey = (8, 8, 8, 255)
    assert drawn([grey], [grey], true_colour=False) == "E[38;5;232;48;5;232m▀E[0m"
