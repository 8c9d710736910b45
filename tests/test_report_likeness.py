"""The words beside the number."""

from __future__ import annotations

import pytest

from imagegen.pictures.similarity import Similarity
from imagegen.report.likeness import Likeness


@pytest.mark.parametrize(
    ("ssim", "colour", "word", "number"),
    [
        (1, 0, "looks the same", "1.00"),
        (1, 0.001, "nearly the same", "1.00"),
        (0.9999, 0, "nearly the same", "0.99"),
        (0.95, 0.005, "slightly different", "0.95"),
        (0.99, 0.05, "the same shapes in other colours", "0.99"),
        (0.8, 0.05, "clearly different", "0.80"),
        (0.3, 0.2, "another picture", "0.30"),
        (-0.2, 0, "another picture", "-0.20"),
    ],
)
def test_a_number_has_its_word(ssim, colour, word, number):
    found = Likeness(Similarity(ssim, colour, reshaped=False))
    assert (found.word, found.number, found.note) == (word, number, "")


def test_that_shapes_differ_is_noted():
    assert "shapes differ" in Likeness(Similarity(1, 0, reshaped=True)).note
