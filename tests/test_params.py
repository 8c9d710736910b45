"""Params: what passes is complete and canonical, what does not is told with its remedy."""

from __future__ import annotations

import datetime
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen.project.fault import Fault
from imagegen.project.models import Model, catalogue, with_declared
from imagegen.project.params import complete, reference_params
from imagegen.request import ParamValue

LOC = ("images", "hero", "params")
FLUX_DEFAULTS = {
    "aspect_ratio": "1:1",
    "output_format": "jpg",
    "output_quality": 90,
    "prompt_upsampling": False,
    "resolution": "2MP",
}


def known(model_id: str) -> Model:
    model = catalogue().get(model_id)
    assert model is not None, model_id
    return model


def completed(
    model_id: str, params: dict[str, object], references: int = 0
) -> dict[str, ParamValue]:
    values, faults = complete(known(model_id), params, LOC, references=references)
    assert faults == []
    assert list(values) == sorted(values)
    return dict(values)


def faults_of(model_id: str, params: dict[str, object], references: int = 0) -> list[Fault]:
    return complete(known(model_id), params, LOC, references=references)[1]


def test_defaults_of_flux_2_pro_are_explicit() -> None:
    assert completed("flux-2-pro", {}) == FLUX_DEFAULTS


@pytest.mark.parametrize("name", sorted(FLUX_DEFAULTS))
def test_an_explicit_default_equals_an_absent_key(name: str) -> None:
    assert completed("flux-2-pro", {name: FLUX_DEFAULTS[name]}) == completed("flux-2-pro", {})


def test_a_default_that_needs_a_picture_waits_for_it() -> None:
    with_picture = completed("flux-2-pro", {"image_prompt": "a.png"})
    assert with_picture == FLUX_DEFAULTS | {"image_prompt_strength": 0.5}
    explicit = {"image_prompt": "a.png", "image_prompt_strength": 0.5}
    assert completed("flux-2-pro", explicit) == with_picture
    assert completed("flux-2-pro", {"image_prompt": []}) == FLUX_DEFAULTS


def test_pixels_replace_the_defaults_of_ratio_and_resolution() -> None:
    found = completed("flux-2-pro", {"width": 1024, "height": 512})
    assert found["width"] == 1024
    assert "resolution" not in found
    assert "aspect_ratio" not in found


def test_a_model_without_stated_defaults_is_sent_what_was_given() -> None:
    assert completed("nano-banana", {}) == {}
    assert completed("gpt-image-1.5", {}) == {"output_format": "webp"}
    assert completed("flux-2-flex", {}) == {"guidance": 4.5, "steps": 30}


@pytest.mark.parametrize(
    ("model_id", "name", "spellings"),
    [
        ("flux-2-pro", "output_quality", [4, 4.0]),
        ("flux-2-flex", "guidance", [4, 4.0]),
        ("stable-diffusion-3", "cfg", [0, 0.0, -0.0]),
    ],
)
def test_two_spellings_of_a_number_are_one_purchase(
    model_id: str, name: str, spellings: list[float]
) -> None:
    texts = {json.dumps(completed(model_id, {name: number})) for number in spellings}
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("model_id", "params"),
    [
        ("flux-2-pro", {"aspect_ratio": "7:5", "resolution": "0.5MP"}),
        ("flux-2-pro", {"input_images": ["a.png"], "image_prompt": "b.png"}),
        ("flux-2-pro", {"width": 256, "height": 2048.0}),
        ("midjourney", {"aspect_ratio": "21:9"}),
        ("ideogram-character", {"character_reference_image": "me.png"}),
    ],
)
def test_completing_twice_changes_nothing(model_id: str, params: dict[str, object]) -> None:
    once = completed(model_id, params)
    pictures = {name: params[name] for name in params if known(model_id).reference(name)}
    assert completed(model_id, {**once, **pictures}) == once


@pytest.mark.parametrize(
    ("model_id", "params", "at", "told"),
    [
        (
            "flux-2-pro",
            {"resolutoin": "1MP"},
            "key",
            ("unknown params key `resolutoin` for `flux-2-pro`", "", "did you mean `resolution`?"),
        ),
        (
            "dall-e-3",
            {"xyz": 1},
            "key",
            ("unknown params key `xyz` for `dall-e-3`", "", "known: aspect_ratio, style"),
        ),
        (
            "flux-2-pro",
            {"negative_prompt": "blur"},
            "key",
            (
                "unknown params key `negative_prompt` for `flux-2-pro`",
                "`negative_prompt` is a key of ideogram-v2, ideogram-v2-turbo, ideogram-v2a"
                " and 17 more.",
                "",
            ),
        ),
        (
            "flux-2-pro",
            {"image_url": "a.png"},
            "key",
            (
                "unknown params key `image_url` for `flux-2-pro`",
                "`image_url` is a key of qwen-image.",
                'write `references = ["…"]` in the image itself; it fills `input_images`',
            ),
        ),
        (
            "dall-e-3",
            {"mask": "a.png"},
            "key",
            (
                "unknown params key `mask` for `dall-e-3`",
                "`mask` is a key of ideogram-v2, ideogram-v2-turbo, ideogram-v2a and 8 more.",
                "leave it out: `dall-e-3` takes no reference pictures",
            ),
        ),
        (
            "flux-2-pro",
            {"seed": 7},
            "key",
            (
                "`seed` is not one of the params",
                "",
                "write `seed = N` in the image itself, beside `prompt`",
            ),
        ),
        (
            "dall-e-3",
            {"seed": 7},
            "key",
            ("`seed` is not one of the params", "", "leave it out: `dall-e-3` takes no seed"),
        ),
        (
            "flux-2-pro",
            {"resolution": "2 MP"},
            "value",
            (
                '`resolution` cannot be "2 MP"',
                'One of: "0.5MP" "1MP" "2MP" "4MP" "match_input_image".',
                'did you mean "2MP"?',
            ),
        ),
        (
            "flux-2-pro",
            {"output_format": "JPEG"},
            "value",
            (
                '`output_format` cannot be "JPEG"',
                'One of: "jpg" "png" "webp".',
                'did you mean "jpg"?',
            ),
        ),
        (
            "flux-2-pro",
            {"output_quality": True},
            "value",
            ("`output_quality` must be an integer, not true", "", ""),
        ),
        (
            "flux-2-pro",
            {"output_quality": 90.5},
            "value",
            ("`output_quality` must be an integer, not 90.5", "", ""),
        ),
        (
            "flux-2-pro",
            {"prompt_upsampling": 1},
            "value",
            ("`prompt_upsampling` must be true or false, not 1", "", ""),
        ),
        (
            "flux-2-pro",
            {"output_quality": 101},
            "value",
            ("`output_quality` must be between 0 and 100, not 101", "", ""),
        ),
        (
            "flux-2-flex",
            {"guidance": 1},
            "value",
            ("`guidance` must be between 1.5 and 10, not 1", "", ""),
        ),
        (
            "flux-2-flex",
            {"guidance": math.nan},
            "value",
            ("`guidance` must be a number, not nan", "", ""),
        ),
        (
            "flux-2-pro",
            {"aspect_ratio": "16/9"},
            "value",
            (
                '`aspect_ratio` cannot be "16/9"',
                "It is width to height, in whole numbers.",
                'for example `aspect_ratio = "16:9"`',
            ),
        ),
        (
            "nano-banana",
            {"aspect_ratio": "0:1"},
            "value",
            (
                '`aspect_ratio` cannot be "0:1"',
                "Both sides of a ratio are numbers from 1 to 99999.",
                'for example `aspect_ratio = "16:9"`',
            ),
        ),
        (
            "flux-2-pro",
            {"aspect_ratio": "1:9"},
            "value",
            (
                '`aspect_ratio` "1:9" is too extreme',
                "No picture of the model is longer than 8 times its short side.",
                'at most "1:8"',
            ),
        ),
        (
            "qwen-image",
            {"negative_prompt": "x" * 501},
            "value",
            ("`negative_prompt` is too long: 501 characters, 500 allowed", "", ""),
        ),
        (
            "flux-2-pro",
            {"resolution": "a\x1b[2J"},
            "value",
            (
                '`resolution` cannot be "a\\u001b[2J"',
                'One of: "0.5MP" "1MP" "2MP" "4MP" "match_input_image".',
                "",
            ),
        ),
        (
            "flux-2-pro",
            {"width": 512},
            "value",
            ("`width` needs `height` beside it", "", "give both, or leave `width` out"),
        ),
        (
            "flux-2-pro",
            {"resolution": "match_input_image"},
            "value",
            (
                '`resolution = "match_input_image"` needs a reference picture to match',
                "",
                'references = ["path/to/picture.png"]',
            ),
        ),
        (
            "flux-2-pro",
            {"image_prompt": ["a.png", "b.png"]},
            "value",
            ("`image_prompt` of `flux-2-pro` takes at most 1 picture, not 2", "", ""),
        ),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    model_id: str, params: dict[str, object], at: str, told: tuple[str, str, str]
) -> None:
    faults = faults_of(model_id, params)
    found = [(fault.summary, fault.detail, fault.hint) for fault in faults]
    assert found == [told]
    assert faults[0].loc == (*LOC, *params)
    assert faults[0].at == at


@pytest.mark.parametrize(
    ("model_id", "summary"),
    [
        ("flux-lora", "`flux-lora` requires `loraId` in params"),
        (
            "ideogram-character",
            "`ideogram-character` requires `character_reference_image` in params",
        ),
    ],
)
def test_a_missing_key_is_told_at_the_params_table(model_id: str, summary: str) -> None:
    (fault,) = faults_of(model_id, {})
    assert (fault.loc, fault.at, fault.summary) == (LOC, "key", summary)


def test_a_required_picture_may_come_from_the_references() -> None:
    assert completed("ideogram-character", {}, references=1) == {}


def test_a_wrong_picture_is_told_by_its_index() -> None:
    (fault,) = faults_of("flux-2-pro", {"input_images": ["a.png", 3]})
    assert fault.loc == (*LOC, "input_images", 1)
    assert fault.summary == "`input_images` takes paths, https URLs and @NAME"


def test_references_and_params_share_one_limit() -> None:
    pictures: dict[str, object] = {"input_images": ["a.png"] * 4}
    assert faults_of("flux-2-pro", pictures, references=4) == []
    (fault,) = faults_of("flux-2-pro", pictures, references=5)
    assert fault.summary == "`input_images` of `flux-2-pro` takes at most 8 pictures, not 9"
    assert fault.detail == "The image's `references` fill the same field."


def test_a_reference_is_enough_to_match_its_size() -> None:
    matched = completed("flux-2-pro", {"resolution": "match_input_image"}, references=1)
    assert matched["resolution"] == "match_input_image"


def test_every_mistake_is_told_at_once() -> None:
    params: dict[str, object] = {"resolution": 1, "seed": 1, "output_quality": -1, "raw": "yes"}
    assert [fault.loc[-1] for fault in faults_of("flux-2-pro", params)] == list(params)


def test_a_number_too_long_to_write_is_told() -> None:
    found = [faults_of("flux-2-pro", {name: 16**6000}) for name in ("width", "resolution", "raw")]
    assert [faults[0].summary for faults in found] == [
        "`width` must be between 256 and 2048, not a number of more than 64 bits",
        "`resolution` must be a string, not a number of more than 64 bits",
        "`raw` must be true or false, not a number of more than 64 bits",
    ]


def test_nonsense_without_end_is_cut_short() -> None:
    assert len(faults_of("flux-2-pro", {f"a{n}": n for n in range(5000)})) == 50


def test_pictures_in_params_come_in_the_order_of_the_model() -> None:
    given = {"image_prompt": "c.png", "input_images": ["a.png", "https://example.com/b.png"]}
    assert reference_params(known("flux-2-pro"), given) == [
        ("input_images", "a.png", ("input_images", 0)),
        ("input_images", "https://example.com/b.png", ("input_images", 1)),
        ("image_prompt", "c.png", ("image_prompt",)),
    ]
    assert "input_images" not in completed("flux-2-pro", dict(given))


def test_a_declared_value_passes() -> None:
    declared = {"flux-2-pro": {"params": {"resolution": {"choices": ["2MP", "8MP"]}}}}
    model = with_declared(catalogue(), declared)[0].models["flux-2-pro"]
    values, faults = complete(model, {"resolution": "8MP"}, LOC)
    assert not faults
    assert dict(values)["resolution"] == "8MP"


def test_a_declared_list_becomes_a_tuple_and_keeps_its_bounds() -> None:
    colours = {"kind": "list", "choices": ["red", "blue"], "max_items": 2}
    declared = {"own": {"params_key": "ownParams", "params": {"colours": colours}}}
    model = with_declared(catalogue(), declared)[0].models["own"]
    assert complete(model, {"colours": ["red"]}, LOC) == ((("colours", ("red",)),), [])
    for wrong, place in ((["green"], (0,)), (["red"] * 3, ()), ([{}], ()), ("red", ())):
        (fault,) = complete(model, {"colours": wrong}, LOC)[1]
        assert fault.loc == (*LOC, "colours", *place)


SCALARS = (
    st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["1MP", "16:9", "match_input_image", "9" * 5000 + ":1"])
    | st.dates()
    | st.just(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
)
VALUES = st.recursive(SCALARS, lambda v: st.lists(v) | st.dictionaries(st.text(max_size=5), v))
KEYS = st.sampled_from(
    sorted(
        {name for model in catalogue().models.values() for name in model.params}
        | {"input_images", "image_prompt", "image", "mask", "seed"}
    )
)


@given(
    st.sampled_from(catalogue().names),
    st.dictionaries(KEYS | st.text(max_size=9), VALUES),
    st.integers(0, 20),
)
def test_any_toml_value_passes_canonically_or_is_told(
    model_id: str, params: dict[str, object], references: int
) -> None:
    model = known(model_id)
    values, faults = complete(model, params, LOC, references=references)
    reference_params(model, params)
    for fault in faults:
        assert fault.loc[: len(LOC)] == LOC
    if not faults:
        json.dumps(dict(values), allow_nan=False)
        pictures = {name: params[name] for name in params if model.reference(name)}
        again = complete(model, dict(values) | pictures, LOC, references=references)
        assert again == (values, [])
