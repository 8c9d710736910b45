"""What of an image's derivatives is in place, what is to be made, and what is to go."""

from __future__ import annotations

from dataclasses import replace

import values

from imagegen.derivative import Marks, Placeholder, placeholder_key
from imagegen.locked import Derived, Locked, Output
from imagegen.request import Target
from imagegen.stock import as_recorded, is_marked, output_key, recorded, take_stock

ENCODER = "Pillow 13 libwebp 1.6"
MUG = values.target(derivation=values.derivation())


def made(target: Target, of: Locked | None = None, *, source: str = values.SHA) -> Locked:
    """An entry with everything that `target` wants derived, made from `source`."""
    one = of or values.locked(target)
    files = []
    for recipe in target.derivation.recipes(one.original):
        key = recipe.key(source, ENCODER)
        path = target.derivation.path(target.output, recipe, key)
        files.append(Output(path, path.encode().hex().rjust(64, "0")[-64:], key))
    return replace(one, derived=Derived(tuple(files), {"webp": ENCODER}))


def on_disk(one: Locked) -> dict[str, str]:
    return {out.path: out.sha256 for out in one.files}


def widths(stock) -> list[int]:
    return [recipe.width for recipe in stock.missing]


def test_what_was_made_and_is_in_place_stays() -> None:
    one = made(MUG)
    stock = take_stock(MUG, one, on_disk(one))
    assert stock.complete
    assert [out.path for _, out in stock.kept] == ["images/mug-200.webp", "images/mug-400.webp"]


def test_only_what_is_missing_edited_or_wanted_otherwise_is_made() -> None:
    one = made(MUG)
    files = on_disk(one)
    assert widths(take_stock(MUG, one, {})) == [200, 400]
    assert widths(take_stock(MUG, one, files | {"images/mug-400.webp": values.OTHER_SHA})) == [400]
    wider = replace(MUG, derivation=values.derivation(widths=(200, 400, 600)))
    assert widths(take_stock(wider, one, files)) == [600]
    better = replace(MUG, derivation=values.derivation(quality={"webp": 90}))
    assert widths(take_stock(better, one, files)) == [200, 400]
    said = replace(MUG, derivation=values.derivation(marks=Marks("flux-2-pro")))
    assert widths(take_stock(said, one, files)) == [200, 400]


def test_another_picture_makes_everything_anew() -> None:
    one = made(MUG)
    other = replace(one, original=replace(one.original, sha256=values.OTHER_SHA))
    other = replace(other, outputs=(Output("images/mug.webp", values.OTHER_SHA),))
    assert widths(take_stock(MUG, other, on_disk(one))) == [200, 400]


def test_a_file_of_another_version_of_its_encoder_stays_in_place() -> None:
    one = made(MUG)
    renamed = replace(one.derived, encoders={"webp": "Pillow 14 libwebp 2"})
    assert take_stock(MUG, one, on_disk(one)).complete
    # The key was reckoned with the encoder that the lock names: another name, another file.
    assert widths(take_stock(MUG, replace(one, derived=renamed), on_disk(one))) == [200, 400]


def test_files_that_were_made_from_the_output_stay_when_the_original_is_back() -> None:
    converted = replace(values.locked(), outputs=(Output("images/mug.webp", values.OTHER_SHA),))
    one = made(MUG, converted, source=values.OTHER_SHA)
    assert take_stock(MUG, one, on_disk(one)).complete


def test_files_that_nobody_wants_any_more_are_told_once_the_others_are_there() -> None:
    one = made(MUG)
    fewer = replace(MUG, derivation=values.derivation(widths=(400,)))
    stock = take_stock(fewer, one, on_disk(one))
    assert [out.path for out in stock.surplus] == ["images/mug-200.webp"]
    none = take_stock(replace(MUG, derivation=None), one, on_disk(one))
    assert len(none.surplus) == 2
    assert not take_stock(fewer, one, {}).surplus


def test_widths_beyond_the_picture_become_its_own_once() -> None:
    wide = replace(MUG, derivation=values.derivation(widths=(800, 2000, 4000)))
    assert widths(take_stock(wide, values.locked(), {})) == [800, 1024]
    asked = replace(MUG, derivation=values.derivation(widths=(800, 2000), upscale=True))
    assert widths(take_stock(asked, values.locked(), {})) == [800, 2000]


def test_a_placeholder_is_of_the_picture_that_is_shown() -> None:
    shown = replace(MUG, placeholder=True)
    one = made(MUG)
    assert take_stock(shown, one, on_disk(one)).bare
    key = placeholder_key(values.SHA, (0, 0, 1024, 1024))
    known = Placeholder(key, "1QcS", "#aabbcc", "data:image/webp;base64,AA==")
    one = replace(one, derived=replace(one.derived, placeholder=known))
    assert take_stock(shown, one, on_disk(one)).complete
    cropped = replace(shown, derivation=values.derivation(crop=(16, 9)))
    assert take_stock(cropped, one, on_disk(one)).bare


def test_what_is_recorded_is_told_without_a_look_at_the_disk() -> None:
    one = made(MUG)
    assert [out.path for _, out in recorded(MUG, one)] == [
        "images/mug-200.webp",
        "images/mug-400.webp",
    ]


def test_files_say_how_the_picture_was_made_that_is_there_and_stay_while_another_is_asked_for():
    marks = Marks("flux-2-pro via Apiframe", (("", "A mug"),), prompt="a mug")
    said = replace(MUG, marks=marks, derivation=values.derivation(marks=marks), signer="f" * 64)
    one = made(said)
    other = replace(marks, system="flux-2-max via Apiframe", prompt="a cup")
    request = values.request("a cup", model="flux-2-max")
    asked = replace(said, request=request, marks=other, derivation=values.derivation(marks=other))
    found = as_recorded(asked, one)
    assert (found.marks, found.derivation.marks, found.signer) == (marks, marks, "f" * 64)
    assert take_stock(asked, one, on_disk(one)).complete
    assert as_recorded(asked, replace(one, take=0)).marks == other.of_taken_in("")
    typed = as_recorded(asked, replace(one, take=0, declared="print"))
    assert (typed.marks, typed.signer) == (Marks("", (("", "A mug"),), source="print"), "")
    # Of what was bought or drawn everybody knows it.
    assert as_recorded(said, replace(one, declared="print")).marks == marks


def test_an_output_is_as_it_came_until_it_is_to_say_something() -> None:
    plain, said = values.target(), values.target(marks=Marks("flux-2-pro"))
    one = values.locked()
    assert output_key(plain, one.original) == ""
    assert is_marked(plain, one)
    assert not is_marked(said, one)
    key = output_key(said, one.original)
    marked = replace(one, outputs=(Output("images/mug.webp", values.OTHER_SHA, key),))
    assert is_marked(said, marked)
    assert not is_marked(plain, marked)
    assert not is_marked(replace(said, marks=Marks("flux-2-pro", prompt="a mug")), marked)
