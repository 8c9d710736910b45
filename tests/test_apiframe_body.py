import json
from pathlib import Path

import pytest

from imagegen.project.models import Model, Param, ReferenceField
from imagegen.providers.apiframe.body import body
from imagegen.providers.provider import Order, Refused
from imagegen.request import Reference, Request

FLUX = Model(
    id="flux-2-pro",
    params_key="fluxParams",
    params={name: Param(name) for name in ("resolution", "output_format", "sizes")},
    references=(
        ReferenceField("input_images", 8),
        ReferenceField("image_prompt", 1, many=False),
    ),
    takes_seed=True,
)
DALLE = Model(id="dall-e-3", params_key="dalleParams")


def order(*params, model="flux-2-pro", references=()):
    request = Request("apiframe", model, "A cat ü", params, None, references)
    return Order("hero", request, 1, 42, tuple(Path("x") for _ in references))


def test_a_body_is_prompt_model_and_the_models_own_params():
    made = body(order(("resolution", "2MP"), ("sizes", (1, 2))), FLUX, [])
    assert (
        made
        == (
            '{"fluxParams":{"resolution":"2MP","seed":42,"sizes":[1,2]},'
            '"model":"flux-2-pro","prompt":"A cat ü"}'
        ).encode()
    )


def test_equal_orders_give_equal_bytes():
    assert body(order(("resolution", "2MP")), FLUX, []) == body(
        order(("resolution", "2MP")), FLUX, []
    )


def test_an_address_for_notices_goes_beside_the_request():
    plain = json.loads(body(order(("resolution", "2MP")), FLUX, []))
    told = body(order(("resolution", "2MP")), FLUX, [], webhook_url="https://hooks.example.com/x")
    assert json.loads(told) == plain | {"webhookUrl": "https://hooks.example.com/x"}


def test_references_go_into_their_fields_in_order():
    fields = ("input_images", "image_prompt", "input_images")
    references = tuple(Reference(field, "0" * 64) for field in fields)
    params = json.loads(body(order(references=references), FLUX, ["a", "b", "c"]))["fluxParams"]
    assert params == {"input_images": ["a", "c"], "image_prompt": "b", "seed": 42}


def test_a_model_without_seed_and_params_gets_neither():
    assert json.loads(body(order(model="dall-e-3"), DALLE, [])) == {
        "model": "dall-e-3",
        "prompt": "A cat ü",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        order(("webhook_url", "x")),
        order(references=(Reference("image", "0" * 64),)),
        order(references=(Reference("image_prompt", "0" * 64),) * 2),
    ],
    ids=["unknown param", "unknown field", "two in one"],
)
def test_what_the_model_does_not_have_is_never_sent(wrong):
    with pytest.raises(Refused) as caught:
        body(wrong, FLUX, ["a"] * len(wrong.references))
    assert "hero" in caught.value.problem.summary
