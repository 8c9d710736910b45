"""The disclosure as Markdown, JSON and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import reporting
import values

from imagegen.report import register
from imagegen.report.disclosure import disclosed

PNG = reporting.picture("red")
MUG = reporting.entry("mug", PNG, "=HYPERLINK(1) | <b>")
ROWS = disclosed(
    values.lock_of(MUG, replace(MUG, name="old", take=0)), {}, lambda _: PNG, prompts=False
)
WITH_PROMPTS = disclosed(values.lock_of(MUG), {}, lambda _: PNG, prompts=True)


def test_the_table_has_a_row_for_each_picture_and_says_what_is_not_known():
    text = register.markdown(ROWS, "CC BY 4.0 | ours", ["pot"])
    _, _, licence, *_, first, second, _, without = text.splitlines()
    assert licence == "Licence: `CC BY 4.0 │ ours`"
    key = MUG.request_key[:12]
    assert first == (
        "| `mug` | `images/mug.png` | `flux-2-pro` | trainedAlgorithmicMedia "
        f"| `{key}` take 1 | not known here | no |"
    )
    assert second == (
        "| `old` | `images/mug.png` | taken in, of unknown origin | not known | none "
        "| not bought | no |"
    )
    assert without == "Without a picture so far: `pot`"
    assert "HYPERLINK" not in text


def test_a_prompt_ends_neither_cell_nor_row():
    *_, row = register.markdown(WITH_PROMPTS, None, []).splitlines()
    assert row.endswith("| `=HYPERLINK(1) │ <b>` |")


def test_the_json_form_gives_whole_digests_and_addresses():
    told = register.form(ROWS, None, ["pot"])
    mug = told["images"][0]
    assert mug["digital_source_type"].endswith("/digitalsourcetype/trainedAlgorithmicMedia")
    assert mug["sha256"] == MUG.outputs[0].sha256
    assert (mug["request_key"], mug["take"], mug["bought"]) == (MUG.request_key, 1, None)
    assert (told["licence"], told["missing"]) == (None, ["pot"])


def test_no_cell_of_the_csv_is_a_formula():
    (row,) = csv.DictReader(io.StringIO(register.comma_separated(WITH_PROMPTS, "=1+1")))
    assert row["prompt"] == "'=HYPERLINK(1) | <b>"
    assert row["licence"] == "'=1+1"
    assert (row["name"], row["c2pa"], row["derivatives"]) == ("mug", "False", "0")
