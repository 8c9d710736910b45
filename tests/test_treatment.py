"""Treatment: what was done to an original is told as C2PA calls it, and nothing that was not."""

from __future__ import annotations

import deriving
import pytest
import values

from imagegen.build.treatment import conversion, treatment
from imagegen.original import Original

ORIGINAL = Original("a" * 64, 9, "jpeg", 1000, 500)
TEXT = {"en": (deriving.lettering(),)}


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"widths": (1000,)}, []),
        ({"widths": ()}, []),
        ({"widths": (400,)}, ["resized"]),
        ({"widths": (2000,), "upscale": True}, ["resized"]),
        ({"widths": (500,), "crop": (1, 1)}, ["cropped"]),
        ({"widths": (), "formats": ("webp",)}, ["converted"]),
        ({"widths": (), "letterings": TEXT}, ["addedText"]),
        (
            {"widths": (90,), "crop": (1, 1), "letterings": TEXT, "formats": ("avif",)},
            ["cropped", "resized", "addedText", "converted"],
        ),
    ],
)
def test_a_derivative_tells_what_was_done_and_in_which_order(
    wish: dict[str, object], told: list[str]
) -> None:
    (recipe,) = values.derivation(**{"formats": ("jpeg",), **wish}).recipes(ORIGINAL)
    assert list(treatment(recipe, ORIGINAL)) == [f"c2pa.{word}" for word in told]


def test_an_output_tells_that_it_has_another_format_than_its_original() -> None:
    assert conversion("jpeg", ORIGINAL) == ()
    assert conversion("webp", ORIGINAL) == ("c2pa.converted",)
