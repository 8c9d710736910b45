"""Reading fault rules, and what is said about bad ones."""

import pytest

from imagegen.emulator import faults
from imagegen.emulator.rules import Match, Rule
from imagegen.errors import WrongInput

TOML = """
[[rules]]
fault = "status"
times = 2
match = { method = "POST", path = "/v2/images/*" }
with = { status = 429, retry_after = 3 }

[[rules]]
fault = "job-refused"
match = { prompt = "mug" }
"""


def problem(call, *arguments, **options):
    with pytest.raises(WrongInput) as caught:
        call(*arguments, **options)
    return caught.value.problems[0]


def test_a_toml_file_gives_its_rules(tmp_path):
    path = tmp_path / "faults.toml"
    path.write_text(TOML)
    first, second = faults.read(path)
    assert (first.fault, first.times) == ("status", 2)
    assert first.match == Match(method="POST", path="/v2/images/*")
    assert first.options.number("status") == 429
    assert first.options.text("retry_after") == "3"
    assert second == Rule("job-refused", Match(prompt="mug"), None, second.options)


def test_a_json_file_gives_its_rules(tmp_path):
    path = tmp_path / "faults.json"
    path.write_text('{"rules": [{"fault": "hang-up"}]}')
    assert [rule.fault for rule in faults.read(path)] == ["hang-up"]


def test_options_have_defaults():
    assert faults.rule("delay").options.number("seconds") == 1.0


@pytest.mark.parametrize(
    ("document", "summary", "near"),
    [
        ([{"fault": "anser-lost"}], "There is no fault `anser-lost`", "answer-lost"),
        ([{"fault": "delay", "time": 1}], "Fault rule 1 has an unknown key `time`", "times"),
        ({"rule": []}, "A fault file has no `rule`", "rules"),
        (
            [{"fault": "delay", "match": {"modell": "x"}}],
            "A rule cannot match by `modell`",
            "model",
        ),
        (
            [{"fault": "delay", "with": {"second": 1}}],
            "The fault `delay` has no option `second`",
            "seconds",
        ),
        (
            [{"fault": "duplicates", "with": {"mode": "inflight"}}],
            "There is no duplicate mode `inflight`",
            "in-flight",
        ),
    ],
)
def test_an_unknown_name_offers_the_nearest(document, summary, near):
    told = problem(faults.rules, document)
    assert told.summary == summary
    assert told.hint == f"Did you mean `{near}`?"


@pytest.mark.parametrize(
    "document",
    [
        "delay",
        {"rules": {}},
        ["delay"],
        [{}],
        [{"fault": "delay", "times": 0}],
        [{"fault": "delay", "times": True}],
        [{"fault": "delay", "match": "POST"}],
        [{"fault": "delay", "match": {"job": "1"}}],
        [{"fault": "delay", "with": {"seconds": "1"}}],
        [{"fault": "redirect", "with": {"to": [1]}}],
    ],
)
def test_a_bad_rule_is_refused(document):
    assert problem(faults.rules, document).summary


def test_an_unreadable_file_is_told(tmp_path):
    assert "Cannot read" in problem(faults.read, tmp_path / "none.toml").summary
    broken = tmp_path / "broken.toml"
    broken.write_text("rules = [")
    assert "is not valid TOML" in problem(faults.read, broken).summary


def test_every_fault_can_be_ruled_with_its_defaults():
    for name in faults.DEFAULTS:
        assert faults.rule(name).fault == name
