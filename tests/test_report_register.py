"""The disclosure as Markdown, JSON and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
import reporting
import values

from imagegen.report import register
from imagegen.report.disclosure import Made, Place, disclosed

PNG = reporting.picture("red")
MUG = reporting.entry("mug", PNG, "=HYPERLINK(1) | <b>")
ROWS = disclosed(
    values.lock_of(MUG, replace(MUG, name="old", take=0)), {}, lambda _: PNG, prompts=False
)
WITH_PROMPTS = disclosed(values.lock_of(MUG), {}, lambda _: PNG, prompts=True)


def test_the_table_has_a_row_for_each_picture_and_says_what_is_not_known():
    text = register.markdown(ROWS, "CC BY 4.0 | ours", ["pot"])
    _, _, licence, *_, first, second, _, without = text.splitlines()
    assert licence == "Licence: `CC BY 4.0 | ours`"
    key = MUG.request_key[:12]
    assert first == (
        "| `mug` | `images/mug.png` | `flux-2-pro` | trainedAlgorithmicMedia "
        f"| `{key}` take 1 | not known here | no | no such files |"
    )
    assert second == (
        "| `old` | `images/mug.png` | taken in, of unknown origin | not known | none "
        "| not bought | no | no such files |"
    )
    assert without == "Without a picture so far: `pot`"
    assert "HYPERLINK" not in text


def test_a_prompt_ends_neither_cell_nor_row():
    *_, row = register.markdown(WITH_PROMPTS, None, []).splitlines()
    assert row.endswith("| `=HYPERLINK(1) │ <b>` |")


@pytest.mark.parametrize(
    ("credentials", "told"),
    [
        ("yyy", "yes, all 3"),
        ("nnn", "no"),
        ("yn", "1 of 2"),
        ("y?", "yes, all 1; 1 of 2 not there"),
        ("n?", "no; 1 of 2 not there"),
        ("??", "not known; 2 of 2 not there"),
    ],
)
def test_files_made_of_a_picture_have_credentials_of_their_own(credentials, told):
    known = {"y": True, "n": False, "?": None}
    made = tuple(Made("a.png", "0", Place.IN_PLACE, known[one]) for one in credentials)
    one = replace(ROWS[0], derivatives=made)
    assert register.markdown([one], None, []).splitlines()[-1].endswith(f"| no | {told} |")
    (row,) = csv.DictReader(io.StringIO(register.comma_separated([one], None)))
    number, signed = str(len(made)), str(credentials.count("y"))
    assert (row["derivatives"], row["derivatives_c2pa"]) == (number, signed)
    assert row["derivatives_missing"] == str(credentials.count("?"))
    (facts,) = register.form([one], None, [])["images"]
    assert [file["c2pa"] for file in facts["derivatives"]] == [one.credentials for one in made]


def test_the_json_form_gives_whole_digests_and_addresses():
    told = register.form(ROWS, None, ["pot"])
    mug = told["images"][0]
    assert mug["digital_source_type"].endswith("/digitalsourcetype/trainedAlgorithmicMedia")
    assert mug["sha256"] == MUG.outputs[0].sha256
    assert (mug["request_key"], mug["take"], mug["bought"]) == (MUG.request_key, 1, None)
    assert (told["licence"], told["missing"]) == (None, ["pot"])


def test_no_model_is_named_of_a_picture_that_none_has_made():
    draft = replace(ROWS[0], provider="draft", sold=False)
    made, painted, taken = (
        (one["provider"], one["model"], one["request_key"])
        for one in register.form([ROWS[0], draft, ROWS[1]], None, [])["images"]
    )
    assert made == ("apiframe", "flux-2-pro", MUG.request_key)
    assert painted == ("draft", None, MUG.request_key)
    assert taken == (None, None, None)


def test_no_cell_of_the_csv_is_a_formula():
    (row,) = csv.DictReader(io.StringIO(register.comma_separated(WITH_PROMPTS, "=1+1")))
    assert row["prompt"] == "'=HYPERLINK(1) | <b>"
    assert row["licence"] == "'=1+1"
    assert (row["name"], row["c2pa"], row["derivatives"]) == ("mug", "False", "0")
