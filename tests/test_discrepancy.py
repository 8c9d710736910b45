"""How derivatives as recorded differ from those that are wanted, in the words of their fields."""

from __future__ import annotations

from dataclasses import replace

import pytest
import values

from imagegen.derivative import Derivation, Lettering, Marks
from imagegen.discrepancy import discrepancies
from imagegen.locked import Derived, Locked, Output
from imagegen.request import Target
from imagegen.stock import take_stock

ENCODERS = {kind: kind for kind in ("webp", "jpeg", "webp+text", "jpeg+text")}
BOTH = values.derivation(formats=("webp", "jpeg"))
TEXT = Lettering(
    "Hi", "a.ttf", "f" * 64, (0, 0, 1, 1), 0.1, "wrap", "#fff", "left", "top", 1.2, "en"
)


def mug(derivation: Derivation | None = BOTH) -> Target:
    return values.target(derivation=derivation)


def made(target: Target) -> Locked:
    """An entry with everything that `target` wants derived."""
    one = values.locked(target)
    files = []
    for recipe in target.derivation.recipes(one.original) if target.derivation else ():
        key = recipe.key(one.original.sha256, recipe.encoder)
        path = target.derivation.path(target.output, recipe, key) if target.derivation else ""
        files.append(Output(path, "c" * 64, key, recipe.width, recipe.height, recipe.locale))
    return replace(one, derived=Derived(tuple(files), ENCODERS))


def told(target: Target, one: Locked, **files: str) -> list[tuple[str, object, object]]:
    """Return the reasons; `files` are those on disk that the lock does not speak of."""
    there = {out.path: out.sha256 for out in one.files} | files
    there = {path: sha256 for path, sha256 in there.items() if sha256}
    reasons = discrepancies(target, one, take_stock(target, one, there), there)
    return [(reason.field, reason.old, reason.new) for reason in reasons]


def test_what_is_complete_needs_no_word() -> None:
    assert told(mug(), made(mug())) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"widths": (200, 400, 600)}, [("widths", [200, 400], [200, 400, 600])]),
        ({"widths": (400,)}, [("widths", [200, 400], [400])]),
        ({"formats": ("jpeg", "webp")}, []),
        ({"formats": ("avif", "jpeg")}, [("formats", ["jpeg", "webp"], ["avif", "jpeg"])]),
        (
            {"crop": (2, 1)},
            [("sizes", ["200x200", "400x400"], ["200x100", "400x200"])],
        ),
        (
            {"name": "{stem}.{width}.{format}"},
            [("name", "another for 4 files", "{stem}.{width}.{format}")],
        ),
    ],
)
def test_a_field_is_told_with_its_old_and_new_value(
    changes: dict[str, object], expected: list[object]
) -> None:
    assert told(mug(replace(BOTH, **changes)), made(mug())) == expected  # type: ignore[arg-type]


def test_derivatives_come_and_go_as_lists() -> None:
    lists = [("widths", None, [200, 400]), ("formats", None, ["jpeg", "webp"])]
    assert told(mug(), made(mug(None))) == lists
    assert told(mug(None), made(mug())) == [(field, old, None) for field, _, old in lists]


def test_locales_are_told_once_texts_have_some() -> None:
    texts = {"de": (TEXT,), "en": (TEXT,)}
    lettered = mug(replace(BOTH, letterings=texts, name="{stem}-{locale}-{width}.{format}"))
    assert told(lettered, made(mug())) == [("locales", None, ["de", "en"])]


@pytest.mark.parametrize(
    "changes",
    [
        {"quality": {"webp": 90, "jpeg": 90}},
        {"letterings": {"": (TEXT,)}},
        {"marks": Marks("flux-2-pro")},
        {"signer": "d" * 64},
    ],
)
def test_no_setting_is_named_that_the_lock_does_not_tell(changes: dict[str, object]) -> None:
    told_of = told(mug(replace(BOTH, **changes)), made(mug()))  # type: ignore[arg-type]
    every = "as quality, crop, text, alt and provenance say"
    assert told_of == [("recipe", "4 files made otherwise", every)]


def test_files_that_are_not_as_locked_are_told_apart_from_the_output() -> None:
    one = made(mug())
    first, second, third, _ = (out.path for out in one.derived.files)
    edited = ("derivatives", "1 file edited", "as locked")
    assert told(mug(), one, **{first: values.OTHER_SHA}) == [edited]
    assert told(mug(), one, **{first: values.OTHER_SHA, second: "", third: ""}) == [
        ("derivatives", "2 files missing", "as locked"),
        edited,
    ]


def test_files_of_a_former_picture_are_not_taken_for_edited_or_made_otherwise() -> None:
    one = made(mug())
    left = replace(one, derived=one.derived.of_former())
    former = ("derivatives", "4 files of a former picture", "of what is shown")
    assert told(mug(), left) == [former]


def test_what_failed_before_is_told_as_not_made() -> None:
    one = made(mug())
    fewer = replace(one, derived=replace(one.derived, files=one.derived.files[:3]))
    assert told(mug(), fewer) == [("derivatives", "1 file not made", "as wanted")]


def test_a_file_that_a_failed_build_left_is_one_too_many() -> None:
    one = made(mug())
    old = replace(one.derived.files[0], path="images/old-200.webp")
    left = replace(one, derived=replace(one.derived, files=(*one.derived.files, old)))
    assert told(mug(), left) == [("derivatives", "1 file too many", "as wanted")]


def test_a_placeholder_is_of_what_is_shown() -> None:
    plain = replace(mug(None), placeholder=True)
    assert told(plain, values.locked(plain)) == [("placeholder", None, "of what is shown")]
