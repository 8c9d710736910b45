"""Names and globs on the command line."""

from __future__ import annotations

import pytest

from imagegen import opened
from imagegen.errors import WrongInput

KNOWN = ["hero", "mug-black", "mug-white"]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["hero"], {"hero"}),
        (["mug-*"], {"mug-black", "mug-white"}),
        (["mug-?????", "hero"], set(KNOWN)),
        (["*"], set(KNOWN)),
    ],
)
def test_names_and_globs_find_their_images(names, found):
    assert opened.matching(KNOWN, names) == found


def test_every_stranger_is_named_with_the_nearest():
    with pytest.raises(WrongInput) as caught:
        opened.matching(KNOWN, ["heor", "hero", "zzz-*"])
    first, second = caught.value.problems
    assert (first.summary, first.hint) == ("no image is called `heor`", "did you mean `hero`?")
    assert "imagegen show" in second.hint
