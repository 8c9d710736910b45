"""Expand: matrices and tables become images, and every slip is told where it can be mended."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from loading import summaries, targets, told

from imagegen.errors import WrongInput
from imagegen.project.load import load

MUG = """
[images.mug]
prompt = "A {color} mug on {surface}"
matrix = { color = ["black", "Off White"], surface = ["oak"] }
"""
PRODUCT = """
[images.product]
table = "p.csv"
name = "product-{sku}"
prompt = "{title}, studio light"
"""


def test_a_matrix_is_every_combination_with_its_values_in_the_name(tmp_path: Path) -> None:
    found = targets(tmp_path, MUG + 'alt = "{color}"\nparams = { aspect_ratio = "1:1" }\n')
    assert {name: one.request.prompt for name, one in found.items()} == {
        "mug-black-oak": "A black mug on oak",
        "mug-off-white-oak": "A Off White mug on oak",
    }
    assert found["mug-off-white-oak"].alt == "Off White"
    named = targets(tmp_path, MUG + 'name = "{surface}.{color}"\n')
    assert list(named) == ["oak.black", "oak.off-white"]


def test_a_row_of_a_table_is_an_image(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sku,title,ratio,q\nA 1,Red {mug},16:9,80\nB2,Cup,1:1,9\n")
    extra = """output = "p/{title}.webp"
params = { aspect_ratio = "{ratio}", output_quality = "{q}" }
references = ["{sku}.png"]
"""
    (tmp_path / "A 1.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    (tmp_path / "B2.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    found = targets(tmp_path, PRODUCT + extra)
    red = found["product-a-1"]
    assert (red.request.prompt, red.output) == ("Red {mug}, studio light", "images/p/red-mug.webp")
    params = dict(red.request.params)
    assert (params["aspect_ratio"], params["output_quality"]) == ("16:9", 80)
    assert [source.text for source in red.sources] == ["A 1.png"]


def test_the_key_of_an_expanded_image_is_that_of_the_same_words(tmp_path: Path) -> None:
    plain = targets(tmp_path, '[images.x]\nprompt = "A black mug on oak"\n')["x"]
    assert targets(tmp_path, MUG)["mug-black-oak"].request.key == plain.request.key
    (tmp_path / "p.csv").write_text("sku,title,ratio\na,A black mug on oak,1:1\n")
    text = PRODUCT.replace(", studio light", "") + 'params = { aspect_ratio = "{ratio}" }\n'
    assert targets(tmp_path, text)["product-a"].request.key == plain.request.key


def test_a_table_and_a_matrix_multiply(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sku,title\na,Cup\nb,Bowl\n")
    text = PRODUCT.replace("{sku}", "{sku}-{view}") + 'matrix = { view = ["top", "side"] }\n'
    assert list(targets(tmp_path, text)) == [
        "product-a-side", "product-a-top", "product-b-side", "product-b-top",
    ]  # fmt: skip


def test_own_variables_win_over_shared_ones_and_styles_may_use_them(tmp_path: Path) -> None:
    text = f"""
[vars]
color = "grey"
light = "dawn"
[styles.s]
prompt = "{{prompt}}, {{color}} on {{surface}} at {{light}}"
{MUG}style = "s"
"""
    found = targets(tmp_path, text)
    prompt = "A black mug on oak, black on oak at dawn"
    assert found["mug-black-oak"].request.prompt == prompt
    lacking = text + '[images.plain]\nprompt = "x"\nstyle = "s"\n'
    assert summaries(tmp_path, lacking) == ["13: unknown variable `surface`"]


def test_values_are_never_expanded_again(tmp_path: Path) -> None:
    text = '[vars]\na = "{b}"\n[images.x]\nprompt = "{a} {b}"\nmatrix = { b = ["{a}"] }\n'
    assert [one.request.prompt for one in targets(tmp_path, text).values()] == ["{b} {a}"]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("sku,titel\na,x\n", ["imagegen.toml:5:10: unknown variable `title`"]),
        ("sku,title\na,x\nA,y\n", ["p.csv:3:1: two images are called `product-a`"]),
        ("sku,title,sku\na,x,b\n", ["p.csv:1:11: two columns are called `sku`"]),
        ("", ["p.csv:1:1: this table is empty"]),
        ("sku,title\na\n\nb,y,z\n", [
            "p.csv:2:1: this row has too few fields", "p.csv:4:1: this row has too many fields",
        ]),
        ("sku,title\na,\"" + "x" * 6000 + "\"\n", ["p.csv:2:3: the prompt is too long"]),
    ],
)  # fmt: skip
def test_a_bad_table_is_told_in_the_table(content: str, wanted: list[str], tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(content)
    assert told(tmp_path, PRODUCT) == wanted


def test_a_wrong_value_is_told_at_its_cell_and_a_wrong_entry_once(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text('sku,title,size\na,"Cup, red",9MP\nb,Bowl,1MP\nc,Jug,8MP\n')
    text = PRODUCT + 'params = { resolution = "{size}", output_quality = 900 }\n'
    assert told(tmp_path, text) == [
        "imagegen.toml:6:52: `output_quality` must be between 0 and 100, not 900",
        'p.csv:2:14: `resolution` cannot be "9MP"',
        'p.csv:4:7: `resolution` cannot be "8MP"',
    ]


def test_a_wrong_value_of_a_toml_table_is_told_there(tmp_path: Path) -> None:
    rows = '[[rows]]\nsku = "a"\ntitle = "x"\nsize = "9MP"\n[[rows]]\nsku = "b"\n'
    (tmp_path / "p.toml").write_text(rows)
    text = PRODUCT.replace("csv", "toml") + 'params = { resolution = "{size}" }\n'
    assert told(tmp_path, text) == [
        'p.toml:4:8: `resolution` cannot be "9MP"',
        "p.toml:5:3: this row has no plain value for `title`",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (MUG.replace("{color}", "{colour}"), "3: unknown variable `colour`"),
        (MUG.replace('"Off White"', '"BLACK"'), "2: two images are called `mug-black-oak`"),
        (MUG.replace('"Off White"', "[]"), "4: a value of a matrix cannot be a list"),
        (MUG.replace('["oak"]', "[]"), "4: `surface` must not be empty"),
        (MUG.replace('["oak"]', '"oak"'), "4: `surface` must be a list, not a string"),
        (MUG.replace("surface =", "'a b' ="), "4: `a b` is not a name for a variable"),
        (MUG + 'output = "{color}.gif"\n', "5: `{color}.gif` has no known extension"),
        (MUG + 'output = "x.png"\n', "5: all 2 images of this set would write `x.png`"),
        (MUG + 'name = "{color}-{"\n', "5: a `{` that belongs to no variable"),
        (
            MUG + '[images.mug-black-oak]\nprompt = "x"\n',
            "2: two images are called `mug-black-oak`",
        ),
        (
            PRODUCT.replace('name = "product-{sku}"\n', ""),
            "3: [images.product] has a `table` and no `name`",
        ),
        (PRODUCT, "3: there is no file `p.csv`"),
        (PRODUCT.replace("p.csv", "../p.csv"), "3: `../p.csv` leaves its folder with `..`"),
        ('[images.a]\nprompt = "x"\nname = "b"\n', "3: `name` has no meaning in [images.a]"),
    ],
)
def test_a_bad_set_is_told_in_the_project_file(text: str, wanted: str, tmp_path: Path) -> None:
    assert summaries(tmp_path, text) == [wanted]


def test_a_variable_that_no_column_brings_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    for table, words in {"SKU,Name\na,b": "`Name`, `SKU`", "Größe\na": "No column"}.items():
        (tmp_path / "p.csv").write_text(table)
        (tmp_path / "imagegen.toml").write_text(PRODUCT)
        with pytest.raises(WrongInput) as caught:
            load(tmp_path / "imagegen.toml")
        assert words in caught.value.problems[0].detail


def test_a_prompt_file_that_is_no_text_is_told_once_for_all_rows(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sku\na\nb\n")
    (tmp_path / "p.txt").write_bytes(b"\xff")
    text = PRODUCT.replace('prompt = "{title}, studio light"', 'prompt_file = "p.txt"')
    assert told(tmp_path, text) == ["p.txt:1:1: `p.txt` is not UTF-8"]


def test_a_value_of_which_no_name_is_left_is_told_at_its_cell(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("title,sku\nx,🎉\n")
    text = PRODUCT.replace("product-{sku}", "{sku}")
    assert told(tmp_path, text) == ["p.csv:2:3: `sku` is empty in this row"]
    (tmp_path / "p.csv").write_text("title,sku\nx,\n")
    assert told(tmp_path, PRODUCT) == ["p.csv:2:3: `sku` is empty in this row"]


def test_an_explosion_is_refused_before_it_is_built(tmp_path: Path) -> None:
    axes = "\n".join(f"v{n} = {list(range(1000))}" for n in range(20))
    text = f'[images.a]\nprompt = "x"\n[images.a.matrix]\n{axes}\n'
    began = time.process_time()
    assert summaries(tmp_path, text) == ["3: more than 10,000 images"]
    assert time.process_time() - began < 2


def test_a_prompt_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "mug.txt").write_text("A {color} mug,\nby hand\n")
    text = '[images.x]\nprompt_file = "mug.txt"\nmatrix = { color = ["red"] }\n'
    assert targets(tmp_path, text)["x-red"].request.prompt == "A red mug,\nby hand"
    (tmp_path / "mug.txt").write_text("A\n{colour} mug")
    assert told(tmp_path, text) == ["mug.txt:2:1: unknown variable `colour`"]
    assert told(tmp_path, text.replace("mug.txt", "mgu.txt")) == [
        "imagegen.toml:2:15: there is no file `mgu.txt`"
    ]
    both = '[images.x]\nprompt_file = "mug.txt"\nprompt = "x"\n'
    assert told(tmp_path, both) == [
        "imagegen.toml:2:1: [images.x] has both `prompt` and `prompt_file`"
    ]
