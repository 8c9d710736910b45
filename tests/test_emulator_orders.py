"""Strict reading of a generate body."""

import json

import pytest

from imagegen.emulator.orders import read
from imagegen.emulator.rejection import Rejection
from imagegen.project.models import catalogue


def body(**more):
    return json.dumps({"model": "flux-2-pro", "prompt": "a mug", **more}).encode()


def details(data):
    with pytest.raises(Rejection) as caught:
        read(data, catalogue())
    assert caught.value.status == 400
    assert caught.value.error == "Validation error"
    return caught.value.extra["details"]


def test_a_good_body_is_a_generation():
    url = "https://example.com/a.png"
    params = {"resolution": "1MP", "seed": 7, "input_images": [url]}
    hook = {"webhookUrl": "https://example.com/hook"}
    generation = read(body(fluxParams=params, **hook), catalogue())
    assert generation.params["seed"] == 7
    assert generation.references == (url,)
    assert generation.pictures == 1
    assert generation.hook is not None
    assert generation.hook.events == ("completed", "failed")
    assert generation.input == {"model": "flux-2-pro", "prompt": "a mug", "fluxParams": params}


def test_count_params_give_the_number_of_pictures():
    data = body(model="gpt-image-2", gptImage2Params={"number_of_images": 3})
    assert read(data, catalogue()).pictures == 3
    assert read(body(model="midjourney"), catalogue()).pictures == 4


def test_the_prompt_has_limits():
    assert details(body(prompt="x" * 2001)) == {
        "prompt": ["Too big: expected string to have <=2000 characters"]
    }
    assert details(body(prompt="")) == {
        "prompt": ["Too small: expected string to have >=1 characters"]
    }
    read(body(model="wan-image-2.7", prompt="x" * 5000), catalogue())


@pytest.mark.parametrize(
    ("more", "path", "message"),
    [
        ({"webhook_url": "https://x.y"}, "", 'Unrecognized key: "webhook_url"'),
        ({"imagenParams": {}}, "", 'Unrecognized key: "imagenParams"'),
        ({"fluxParams": {"size": 1}}, "fluxParams", 'Unrecognized key: "size"'),
        ({"fluxParams": []}, "fluxParams", "Invalid input: expected object, received array"),
        (
            {"fluxParams": {"aspect_ratio": "match_input_image"}},
            "fluxParams.aspect_ratio",
            "Invalid string: must match pattern /^[0-9]+:[0-9]+$/",
        ),
        (
            {"fluxParams": {"output_quality": 101}},
            "fluxParams.output_quality",
            "Too big: expected number to be <=100",
        ),
        (
            {"fluxParams": {"width": 255}},
            "fluxParams.width",
            "Too small: expected number to be >=256",
        ),
        (
            {"fluxParams": {"width": 300.5}},
            "fluxParams.width",
            "Invalid input: expected int, received number",
        ),
        (
            {"fluxParams": {"prompt_upsampling": 1}},
            "fluxParams.prompt_upsampling",
            "Invalid input: expected boolean, received number",
        ),
        (
            {"fluxParams": {"input_images": "https://x.y"}},
            "fluxParams.input_images",
            "Invalid input: expected array, received string",
        ),
        ({"fluxParams": {"input_images": ["a.png"]}}, "fluxParams.input_images.0", "Invalid URL"),
        ({"webhookUrl": "hook"}, "webhookUrl", "Invalid URL"),
        (
            {"webhookUrl": "https://x.y", "webhookEvents": []},
            "webhookEvents",
            "Too small: expected array to have >=1 items",
        ),
    ],
)
def test_what_is_wrong_is_told_by_path(more, path, message):
    assert message in details(body(**more))[path]


def test_a_resolution_with_a_space_is_refused():
    told = details(body(fluxParams={"resolution": "1 MP"}))["fluxParams.resolution"]
    assert told[0].startswith('Invalid option: expected one of "0.5MP"|"1MP"|')


def test_required_params_are_required():
    assert "fluxLoraParams" in details(body(model="flux-lora"))
    assert "fluxLoraParams.loraId" in details(body(model="flux-lora", fluxLoraParams={}))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 100_000, b'{"prompt": NaN}', b'"\\ud800"', b"[1e999]"]
)
def test_what_is_not_json_is_refused(data):
    with pytest.raises(Rejection) as caught:
        read(data, catalogue())
    assert caught.value.status == 400


def test_another_json_value_and_an_unknown_model_are_refused():
    assert details(b"[]") == {"": ["Invalid input: expected object, received array"]}
    assert "model" in details(body(model="flux-9"))
    assert "model" in details(b"{}")


def test_a_body_over_a_mebibyte_is_refused():
    with pytest.raises(Rejection) as caught:
        read(b" " * (2**20 + 1), catalogue())
    assert caught.value.status == 413
