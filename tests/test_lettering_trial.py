"""Trying texts before anything is made: on the widest file, and without guessing."""

from __future__ import annotations

from dataclasses import replace

import anyio
import deriving
import lettered
import pytest
import values
from desk import Studio
from PIL import Image

from imagegen.build.awaited import NotTried
from imagegen.build.lettering_trial import Trials
from imagegen.events import Warned
from imagegen.original import Original
from imagegen.pictures.derive import NotDerived
from imagegen.request import Reference

LONG = lettered.lettering("Coffee and cake all day long", fit="none", size=0.5)
SMALL = Original("", 0, "webp", 96, 64)
WIDE = (("aspect_ratio", "4:1"), ("resolution", "1MP"))


@pytest.fixture
def tried(tmp_path):
    """Return a function that tries the texts of a target beside others."""
    studio = Studio(tmp_path, None)
    studio.write(LONG.font, lettered.LATIN)

    def run(target, *others):
        desk = studio.desk(target, *others)
        try:
            anyio.run(Trials(desk, studio.workspace).before_buying, target)
        finally:
            desk.darkroom.close()

    return run


@pytest.fixture
def told(tmp_path):
    """Return a function that tries the texts of pictures in one run; it returns the warnings."""
    studio = Studio(tmp_path, None)
    studio.write(LONG.font, lettered.LATIN)

    def run(data, *targets):
        studio.events.clear()

        async def make(desk):
            trials = Trials(desk, studio.workspace)
            for one in targets:
                recipes = list(one.derivation.recipes(SMALL))
                await trials.before_making(recipes, recipes, one, data)

        desk = studio.desk(*targets)
        try:
            anyio.run(make, desk)
        finally:
            desk.darkroom.close()
        return [event.problem.summary for event in studio.events if isinstance(event, Warned)]

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


def test_what_is_wrong_is_told_once_for_all_candidates(tmp_path):
    studio = Studio(tmp_path, None)
    studio.write(LONG.font, lettered.LATIN)
    image = poster()
    names = [f"poster#{number}" for number in range(2, 5)]
    others = [values.target(one, image.request, candidate_of="poster", output="") for one in names]
    errors = []

    async def buy(trials, one):
        try:
            await trials.before_buying(one)
        except (NotDerived, NotTried) as error:
            errors.append(type(error))

    async def buy_all(desk):
        trials = Trials(desk, studio.workspace)
        async with anyio.create_task_group() as purchases:
            for one in (image, *others):
                purchases.start_soon(buy, trials, one)

    desk = studio.desk(image, *others)
    try:
        anyio.run(buy_all, desk)
    finally:
        desk.darkroom.close()
    assert errors == [NotDerived, NotTried, NotTried, NotTried]


def test_a_text_that_became_small_is_told_once_for_all_that_are_set_alike(told):
    small = lettered.lettering("Coffee", fit="shrink", size=0.9, box=(0, 0, 0.3, 1))
    texts = [small, replace(small, text="Coffee now"), replace(small, min_size=0.01)]
    rows = [replace(poster(one), name=f"row-{number}") for number, one in enumerate(texts)]
    (summary,) = told(b"", *rows)
    assert summary.startswith("the text `Coffee` (en) on `row-0` was made smaller, to ")


def test_a_text_in_the_colour_of_its_picture_is_told_but_not_on_a_draft(told):
    text = lettered.lettering("Coffee", color="#101010")
    dark = deriving.encoded(Image.new("RGB", (96, 64), "black"))
    light = deriving.encoded(Image.new("RGB", (96, 64), "white"))
    assert told(light, poster(text)) == []
    assert told(dark, poster(text, provider="draft")) == []
    assert told(dark, poster(text)) == [
        "the text `Coffee` (en) hardly stands out on the picture of `poster`"
    ]


def test_where_the_shape_is_anybodys_guess_nothing_is_said(tried):
    tried(poster(params=(("resolution", "1MP"),)))
    tried(poster(references=(Reference("input_images", values.SHA),)))
    tried(replace(poster(), derivation=None))
