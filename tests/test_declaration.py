"""The form of a declared model: every mistake is told at its place, and none is a crash."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagegen.project.models import catalogue, with_declared

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(SCALARS, lambda v: st.lists(v) | st.dictionaries(st.text(max_size=5), v))
KEYS = ["family", "params_key", "params", "references", "prompt_limit", "images", "credits_by"]
KEYS += ["credits_table", "side_multiple", "format_param", "takes_seed"]


@pytest.mark.parametrize(
    ("text", "loc", "summary", "hint"),
    [
        (
            "own = 1",
            ("models", "own"),
            "`own` must be a table, such as [models.own]",
            "",
        ),
        (
            "[own]",
            ("models", "own"),
            "model `own` needs a `params_key`",
            'write `family = "flux"` (or another one), or `params_key = "…Params"`',
        ),
        (
            '[own]\nparam_key = "x"',
            ("models", "own", "param_key"),
            "unknown key `param_key`",
            "did you mean `params_key`?",
        ),
        (
            '[own]\nfamily = "flux"\nprompt_limit = true',
            ("models", "own", "prompt_limit"),
            "`prompt_limit` must be an integer",
            "",
        ),
        (
            '[own]\nfamily = "flux"\nparams.x.kind = "strnig"',
            ("models", "own", "params", "x", "kind"),
            "unknown kind `strnig`",
            "did you mean `string`?",
        ),
        (
            '[own]\nfamily = "flux"\nparams.x.default = 1',
            ("models", "own", "params", "x", "default"),
            "`default` must be a value of `x` itself",
            "",
        ),
        (
            '[own]\nfamily = "flux"\nparams.x = { kind = "number", default = nan }',
            ("models", "own", "params", "x", "default"),
            "`default` must be a value of `x` itself",
            "",
        ),
        (
            '[own]\nfamily = "flux"\nparams.output_format.default = "gif"',
            ("models", "own", "params", "output_format", "default"),
            "`default` must be a value of `output_format` itself",
            "",
        ),
        (
            '[own]\nfamily = "flux"\nparams.x = { kind = "list", default = [{}] }',
            ("models", "own", "params", "x", "default"),
            "`default` must be a value of `x` itself",
            "",
        ),
        (
            '[own]\nfamily = "flux"\nparams.x = 3',
            ("models", "own", "params", "x"),
            "`x` must be a table, such as { kind = … }",
            "",
        ),
        (
            '[own]\nfamily = "flux"\nreferences = [{ limit = 2 }]',
            ("models", "own", "references", 0),
            "a reference field needs a `name`",
            "",
        ),
        (
            '[own]\nfamily = "flux"\nformat_param = "outputformat"',
            ("models", "own", "format_param"),
            "unknown params key `outputformat`",
            "did you mean `output_format`?",
        ),
        (
            '[own]\nfamily = "flux"\nparams.seed.kind = "integer"',
            ("models", "own", "params", "seed"),
            "`seed` is not one of the params",
            "takes_seed = true",
        ),
        (
            '[own]\nfamily = "flux"\nside_multiple = 0',
            ("models", "own", "side_multiple"),
            "`side_multiple` must be at least 1",
            "",
        ),
        (
            '[own]\nfamily = "flux"\ncredits_by = "resolution"',
            ("models", "own", "credits_by"),
            "`credits_by` needs a `credits_table` of integers",
            "",
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(
    text: str, loc: tuple[str | int, ...], summary: str, hint: str
) -> None:
    _, faults = with_declared(catalogue(), tomllib.loads(text))
    assert [(fault.loc, fault.summary, fault.hint) for fault in faults] == [(loc, summary, hint)]


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), VALUES))
def test_no_declaration_is_a_crash(table: dict[str, object]) -> None:
    grown, faults = with_declared(catalogue(), {"own": table, "flux-2-pro": table})
    assert faults or grown.get("own")
