"""The catalogue of models: complete, extensible, and right about formats, prices and sizes."""

from __future__ import annotations

import tomllib

import pytest

from imagegen.project.models import (
    Model,
    catalogue,
    credits_for,
    has_shape,
    output_format,
    ratio,
    size,
    with_declared,
)

PARAMS_KEYS = {
    "midjourney": "midjourneyParams",
    "nano-banana": "nanoBananaParams",
    "nano-banana-pro": "nanoBananaParams",
    "nano-banana-2": "nanoBananaParams",
    "nano-banana-2-lite": "nanoBananaParams",
    "flux-1.1-pro": "fluxParams",
    "flux-1.1-pro-ultra": "fluxParams",
    "flux-2-pro": "fluxParams",
    "flux-2-dev": "fluxParams",
    "flux-2-flex": "fluxParams",
    "flux-2-max": "fluxParams",
    "flux-lora": "fluxLoraParams",
    "seedream-3": "seedreamParams",
    "seedream-3.1": "seedreamParams",
    "seedream-4": "seedreamParams",
    "seedream-4.5": "seedreamParams",
    "seedream-5-lite": "seedreamParams",
    "seedream-5-pro": "seedreamParams",
    "ideogram-v2": "ideogramParams",
    "ideogram-v2-turbo": "ideogramParams",
    "ideogram-v2a": "ideogramParams",
    "ideogram-v2a-turbo": "ideogramParams",
    "ideogram-v3-balanced": "ideogramParams",
    "ideogram-v3-turbo": "ideogramParams",
    "ideogram-v3-quality": "ideogramParams",
    "ideogram-v4-balanced": "ideogramParams",
    "ideogram-v4-turbo": "ideogramParams",
    "ideogram-v4-quality": "ideogramParams",
    "ideogram-character": "ideogramParams",
    "stable-diffusion-3": "stableDiffusionParams",
    "stable-diffusion-3.5-medium": "stableDiffusionParams",
    "stable-diffusion-3.5-large": "stableDiffusionParams",
    "stable-diffusion-3.5-large-turbo": "stableDiffusionParams",
    "imagen-3": "imagenParams",
    "imagen-3-fast": "imagenParams",
    "imagen-4": "imagenParams",
    "imagen-4-fast": "imagenParams",
    "imagen-4-ultra": "imagenParams",
    "dall-e-2": "dalleParams",
    "dall-e-3": "dalleParams",
    "gpt-image-1.5": "gptImageParams",
    "gpt-image-2": "gptImage2Params",
    "kling-image": "klingImageParams",
    "qwen-image": "qwenImageParams",
    "qwen-image-2": "qwenImage2Params",
    "qwen-image-2-pro": "qwenImage2Params",
    "wan-image-2.6": "wanImageParams",
    "wan-image-2.7": "wanImage27Params",
    "wan-image-2.7-pro": "wanImage27Params",
    "grok-imagine-image": "grokImagineParams",
    "reve-create": "reveParams",
}


def known(model_id: str) -> Model:
    model = catalogue().get(model_id)
    assert model is not None, model_id
    return model


def test_every_published_model_is_known_with_its_params_key() -> None:
    assert {model.id: model.params_key for model in catalogue().models.values()} == PARAMS_KEYS
    assert catalogue().names == sorted(PARAMS_KEYS)
    assert len(PARAMS_KEYS) == 51


def test_an_unknown_model_is_none() -> None:
    assert catalogue().get("flux-3-pro") is None


@pytest.mark.parametrize(
    ("model_id", "fields"),
    [
        ("flux-2-pro", [("input_images", 8, True), ("image_prompt", 1, False)]),
        ("flux-2-dev", [("input_images", 5, True)]),
        ("flux-1.1-pro", [("image_prompt", 1, False)]),
        ("nano-banana", [("image_input", 14, True)]),
        ("seedream-4", [("image_input", 10, True)]),
        ("seedream-5-lite", [("image_input", 14, True)]),
        ("gpt-image-2", [("input_images", None, True)]),
        ("qwen-image", [("image_url", 1, False)]),
        ("dall-e-3", []),
    ],
)
def test_reference_fields_have_their_limits(
    model_id: str, fields: list[tuple[str, int | None, bool]]
) -> None:
    found = [(field.name, field.limit, field.many) for field in known(model_id).references]
    assert found == fields


def test_only_two_models_require_their_params_object() -> None:
    required = [model.id for model in catalogue().models.values() if model.params_required]
    assert sorted(required) == ["flux-lora", "ideogram-character"]


def test_only_wan_2_7_takes_long_prompts() -> None:
    long = {m.id: m.prompt_limit for m in catalogue().models.values() if m.prompt_limit != 2000}
    assert long == {"wan-image-2.7": 5000, "wan-image-2.7-pro": 5000}


def test_seeds_reach_as_far_as_the_model_says() -> None:
    assert known("flux-2-pro").seed_maximum == 4294967295
    assert known("wan-image-2.6").seed_maximum == 2147483647
    assert not known("gpt-image-2").takes_seed


@pytest.mark.parametrize(
    ("model_id", "params", "expected"),
    [
        ("flux-2-pro", {"output_format": "jpg"}, "jpeg"),
        ("flux-2-pro", {"output_format": "webp"}, "webp"),
        ("gpt-image-1.5", {"output_format": "jpeg"}, "jpeg"),
        ("midjourney", {}, "png"),
        ("nano-banana", {}, "png"),
    ],
)
def test_the_delivered_format_has_one_name(
    model_id: str, params: dict[str, str], expected: str
) -> None:
    assert output_format(known(model_id), params) == expected


@pytest.mark.parametrize(
    ("resolution", "aspect_ratio", "expected"),
    [
        ("0.5MP", "1:1", (736, 736)),
        ("1MP", "1:1", (1024, 1024)),
        ("1MP", "16:9", (1376, 768)),
        ("1MP", "9:16", (768, 1376)),
        ("1MP", "3:2", (1248, 832)),
        ("1MP", "4:3", (1184, 896)),
        ("2MP", "1:1", (1440, 1440)),
        ("2MP", "16:9", (1920, 1088)),
        ("4MP", "1:1", (2048, 2048)),
        ("4MP", "16:9", (2048, 1152)),
        ("4MP", "8:1", (2048, 256)),
        ("0.5MP", "1:8", (256, 2048)),
        ("match_input_image", "1:1", (1024, 1024)),
    ],
)
def test_flux_pictures_have_the_asked_area_in_steps_of_32(
    resolution: str, aspect_ratio: str, expected: tuple[int, int]
) -> None:
    params = {"resolution": resolution, "aspect_ratio": aspect_ratio}
    assert size(known("flux-2-pro"), params) == expected


@pytest.mark.parametrize(
    ("model_id", "params", "expected"),
    [
        ("flux-2-pro", {"width": 1000, "height": 600}, (992, 608)),
        ("seedream-4", {"width": 1000, "height": 600}, (1000, 600)),
        ("ideogram-v3-turbo", {"resolution": "1312x736"}, (1312, 736)),
        ("ideogram-v3-turbo", {"resolution": "99999x99999"}, (8192, 8192)),
        ("ideogram-v3-turbo", {"resolution": "None", "aspect_ratio": "1:1"}, (1024, 1024)),
        ("nano-banana", {"resolution": "2K", "aspect_ratio": "16:9"}, (2731, 1536)),
        ("nano-banana", {"resolution": "512px"}, (512, 512)),
        ("imagen-4", {"image_size": "1K", "aspect_ratio": "4:3"}, (1182, 887)),
        ("qwen-image", {"image_size": "landscape_16_9"}, (1024, 576)),
        ("qwen-image", {"image_size": "portrait_4_3"}, (768, 1024)),
        ("dall-e-3", {}, (1024, 1024)),
    ],
)
def test_other_models_are_sized_by_what_their_params_say(
    model_id: str, params: dict[str, str | int], expected: tuple[int, int]
) -> None:
    assert size(known(model_id), params) == expected


def test_a_ratio_needs_two_numbers_above_zero() -> None:
    assert ratio("16:9") == (16, 9)
    assert [ratio(text) for text in ("0:1", "1:0", "16/9", "", "1:123456", "a:b")] == [None] * 6


def test_the_last_published_price_counts_every_picture() -> None:
    assert credits_for(known("imagen-4"), {}) == 7
    assert credits_for(known("gpt-image-1.5"), {"quality": "low", "number_of_images": 3}) == 12
    assert credits_for(known("gpt-image-1.5"), {}) == 24
    assert credits_for(known("flux-2-pro"), {}) is None


def test_a_project_declares_a_new_model_of_a_known_family() -> None:
    declared = tomllib.loads('["flux-9"]\nfamily = "flux"\nprompt_limit = 9000')
    grown, faults = with_declared(catalogue(), declared)
    model = grown.get("flux-9")
    assert not faults
    assert model is not None
    assert (model.params_key, model.prompt_limit) == ("fluxParams", 9000)
    assert catalogue().get("flux-9") is None


def test_a_project_declares_a_model_from_nothing() -> None:
    declared = tomllib.loads(
        """
        [own]
        params_key = "ownParams"
        references = [{ name = "pictures" }]
        params.style = { choices = ["a", "b"], default = "a" }
        """
    )
    grown, faults = with_declared(catalogue(), declared)
    model = grown.get("own")
    assert not faults
    assert model is not None
    assert model.params["style"].choices == ("a", "b")
    assert model.references[0].many


def test_a_declaration_changes_only_the_named_keys_of_a_known_model() -> None:
    declared = tomllib.loads('[flux-2-pro.params.resolution]\nchoices = ["2MP", "8MP"]')
    grown, faults = with_declared(catalogue(), declared)
    model, before = grown.get("flux-2-pro"), known("flux-2-pro")
    assert not faults
    assert model is not None
    assert model.params["resolution"].choices == ("2MP", "8MP")
    assert model.params["resolution"].default == "2MP"
    assert model.params["width"] == before.params["width"]
    assert model.references == before.references


def test_a_wrong_declaration_is_left_out_and_told() -> None:
    grown, faults = with_declared(catalogue(), {"own": {"family": "fluxx"}})
    assert grown.get("own") is None
    assert [(fault.loc, fault.hint) for fault in faults] == [
        (("models", "own", "family"), "did you mean `flux`?")
    ]


@pytest.mark.parametrize(
    ("params", "known"),
    [
        ({"width": 800, "height": 600}, True),
        ({"aspect_ratio": "16:9", "resolution": "2MP"}, True),
        ({"resolution": "1024x768"}, True),
        ({"image_size": "portrait_4_3"}, True),
        ({"image_size": "square_hd"}, True),
        ({"aspect_ratio": "match_input_image"}, False),
        ({"resolution": "2MP"}, False),
        ({}, False),
    ],
)
def test_a_shape_is_known_where_the_params_say_it(params, known):
    assert has_shape(params) is known
