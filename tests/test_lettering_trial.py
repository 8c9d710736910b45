"""Trying texts before anything is made: on the widest file, and without guessing."""

from __future__ import annotations

from dataclasses import replace

import anyio
import lettered
import pytest
import values
from desk import Studio

from imagegen.build.lettering_trial import try_before_buying
from imagegen.pictures.derive import NotDerived
from imagegen.request import Reference

LONG = lettered.lettering("Coffee and cake all day long", fit="none", size=0.5)
WIDE = (("aspect_ratio", "4:1"), ("resolution", "1MP"))


@pytest.fixture
def tried(tmp_path):
    """Return a function that tries the texts of a target beside others."""
    studio = Studio(tmp_path, None)
    studio.write(LONG.font, lettered.LATIN)

    def run(target, *others):
        desk = studio.desk(target, *others)
        try:
            anyio.run(try_before_buying, target, desk, studio.workspace)
        finally:
            desk.darkroom.close()

    return run


def poster(lettering=LONG, params=WIDE, **changes):
    derivation = values.derivation(letterings={"": (lettering,)})
    request = values.request(params=params, **changes)
    return values.target("poster", request, derivation=derivation)


def test_a_text_that_cannot_fit_the_shape_that_is_asked_for_is_told(tried):
    with pytest.raises(NotDerived, match="does not fit its box"):
        tried(poster())
    tried(poster(replace(LONG, size=0.05)))


def test_the_size_that_is_advised_does_for_all_rows_of_a_table(tried):
    texts = ["Coffee and cake all day long", "Coffee and cake all day and all of the night", "Tea"]
    rows = [
        replace(poster(replace(LONG, text=text)), name=f"row-{number}", output=f"{number}.png")
        for number, text in enumerate(texts)
    ]
    found = []
    for row in rows[:2]:
        with pytest.raises(NotDerived) as caught:
            tried(row, *rows)
        problem = caught.value.problems[0]
        assert row.derivation.letterings[""][0].text[:30] in problem.summary
        found.append(float(problem.hint.split("`")[1].removeprefix("size = ")))
    assert found[0] == found[1]
    for text in texts:
        tried(poster(replace(LONG, text=text, size=found[0])))
    with pytest.raises(NotDerived):
        tried(poster(replace(LONG, text=texts[1], size=found[0] * 1.02)))


def test_a_candidate_is_tried_for_its_image(tried):
    second = values.target("poster#2", poster().request, candidate_of="poster", output="")
    with pytest.raises(NotDerived):
        tried(second, poster())


def test_where_the_shape_is_anybodys_guess_nothing_is_said(tried):
    tried(poster(params=(("resolution", "1MP"),)))
    tried(poster(references=(Reference("input_images", values.SHA),)))
    tried(replace(poster(), derivation=None))
