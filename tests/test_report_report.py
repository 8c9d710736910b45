"""The report as JSON."""

from __future__ import annotations

import json

import reporting
import values

from imagegen.lock import Lock

RED = reporting.picture("red")


def test_the_json_form_has_the_counts_the_money_and_each_difference(tmp_path):
    new = values.lock_of(reporting.entry("mug", RED), reporting.entry("mug#1", RED))
    told = json.loads(json.dumps(reporting.report(tmp_path, Lock(), new).form()))
    assert told["summary"] == {
        "changed": 0,
        "reworded": 0,
        "added": 1,
        "retired": 0,
        "renamed": 0,
        "tidied": 0,
        "candidates": 1,
        "unchanged": 0,
    }
    assert told["money"] == {"purchases": 1, "credits": 12, "unknown_prices": 0}
    assert told["since"] == {"name": "old.lock", "commit": None, "lock": True}
    mug, candidate = told["differences"]
    assert (mug["kind"], mug["before"], mug["after"]["take"]) == ("added", None, 1)
    assert mug["after"]["outputs"] == ["images/mug.png"]
    assert (mug["ssim"], mug["remarks"]) == (None, ["the later picture is not at hand"])
    assert candidate["candidate_of"] == "mug"


def test_the_json_form_has_the_words_of_each_locale(tmp_path):
    both = [reporting.poster(tmp_path, reporting.picture(colour)) for colour in ("red", "blue")]
    (mug,) = reporting.report(tmp_path, *map(values.lock_of, both)).form()["differences"]
    german, other = mug["editions"]
    assert (mug["kind"], german["locale"], german["likeness"]) == (
        "reworded",
        "de",
        "clearly different",
    )
    assert german["before"]["path"] == both[0].derived.files[0].path
    assert (german["after"]["width"], german["after"]["height"]) == (60, 40)
    assert other["remarks"] == ["the earlier file is another by now"]
