"""Letterings: texts become complete letterings by locale, and slips are told where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from lettered import ARABIC, LATIN, VARYING
from loading import summaries, targets, told

from imagegen.derivative import Lettering
from imagegen.digest import sha256_of
from imagegen.errors import WrongInput
from imagegen.project.load import load

IMAGE = '[images.poster]\nprompt = "a cup"\n'
TEXT = '[[images.poster.text]]\nfont = "fonts/latin.ttf"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "latin.ttf").write_bytes(LATIN)
    (tmp_path / "fonts" / "arabic.ttf").write_bytes(ARABIC)
    return tmp_path


def letterings(
    folder: Path, text: str, name: str = "poster"
) -> Mapping[str, tuple[Lettering, ...]]:
    found = targets(folder, text)[name].derivation
    assert found is not None
    return found.letterings


def words(folder: Path, text: str, name: str = "poster") -> dict[str, list[str]]:
    found = letterings(folder, text, name)
    return {locale: [one.text for one in texts] for locale, texts in found.items()}


def test_a_text_is_complete_with_all_defaults(folder: Path) -> None:
    found = letterings(folder, IMAGE + TEXT + 'text = "Coffee"\ncolor = "#FC0"\n')
    assert found == {
        "": (
            Lettering(
                text="Coffee",
                font="fonts/latin.ttf",
                font_sha256=sha256_of(LATIN),
                box=(0.0, 0.0, 1.0, 1.0),
                size=0.1,
                fit="shrink",
                color="#ffcc00",
                align="start",
                valign="top",
                line_height=1.2,
                language="",
            ),
        )
    }


def test_each_locale_has_all_texts(folder: Path) -> None:
    text = f"""
    [project]
    locale = "en"
    {IMAGE}
    {TEXT}text = {{ de = "Kaffee", en = "Coffee", ar = "" }}
    {TEXT}text = "Nord"
    """
    assert words(folder, text) == {
        "de": ["Kaffee", "Nord"],
        "en": ["Coffee", "Nord"],
        "ar": ["Nord"],
    }
    languages = {tag: one[-1].language for tag, one in letterings(folder, text).items()}
    assert languages == {"de": "de", "en": "en", "ar": "ar"}


def test_a_plain_text_is_in_the_language_of_the_project(folder: Path) -> None:
    text = '[project]\nlocale = "tr"\n' + IMAGE + TEXT + 'text = "Kahve"\n'
    assert letterings(folder, text)[""][0].language == "tr"


def test_a_locale_without_a_font_has_the_one_for_all(folder: Path) -> None:
    text = """
    [[images.poster.text]]
    text = { de = "Kaffee", en = "Coffee", ar = "قهوة" }
    font = { ar = "fonts/arabic.ttf", en = "fonts/latin.ttf" }
    """
    found = letterings(folder, '[project]\nlocale = "en"\n' + IMAGE + text)
    fonts = {locale: one[0].font for locale, one in found.items()}
    latin = "fonts/latin.ttf"
    assert fonts == {"de": latin, "en": latin, "ar": "fonts/arabic.ttf"}
    lines = summaries(folder, IMAGE + text)
    assert lines == [
        "5: `fonts/arabic.ttf` has no letters for `K` (U+004B), `a` (U+0061), `f` (U+0066), "
        "`e` (U+0065)"
    ]


def test_box_size_and_align_may_differ_by_locale(folder: Path) -> None:
    text = f"""
    [project]
    locale = "en"
    {IMAGE}
    {TEXT}text = {{ en = "Coffee", de = "Kaffee", tr = "Kahve" }}
    box = {{ tr = [0.5, 0, 0.5, 1], en = [0, 0, 0.5, 1] }}
    size = {{ tr = 0.2, de = 0.3 }}
    align = {{ de = "end", en = "left" }}
    """
    found = {
        tag: (one[0].box[0], one[0].size, one[0].align)
        for tag, one in letterings(folder, text).items()
    }
    assert found == {"en": (0, 0.2, "left"), "de": (0, 0.3, "end"), "tr": (0.5, 0.2, "left")}


def test_a_weight_is_one_that_the_font_has(folder: Path) -> None:
    (folder / "fonts" / "varying.ttf").write_bytes(VARYING)
    varying, latin = '"fonts/varying.ttf"', '"fonts/latin.ttf"'
    head = IMAGE + '[[images.poster.text]]\ntext = { en = "H", de = "HH" }\n'
    said = f"{head}font = {varying}\n"
    assert letterings(folder, said + "weight = 700\n")["en"][0].weight == 700
    for weight in (199, 901):
        assert told(folder, f"{said}weight = {weight}\n") == [
            f"imagegen.toml:6:10: `fonts/varying.ttf` has no weight {weight}"
        ]
    both = f"{head}font = {{ en = {varying}, de = {latin} }}\n"
    assert told(folder, both + "weight = 700\n") == [
        "imagegen.toml:6:10: `fonts/latin.ttf` has one weight only"
    ]


def test_fonts_are_followed(folder: Path) -> None:
    targets(folder, IMAGE + TEXT + 'text = "Coffee"\n')
    assert load(folder / "imagegen.toml").files[-1] == folder / "fonts" / "latin.ttf"


def test_texts_are_templates(folder: Path) -> None:
    text = f"""
    [vars]
    place = "Nord"
    [images.poster]
    matrix = {{ who = ["Ann", "Zoë"] }}
    prompt = "a cup"
    {TEXT}text = {{ en = "{{who}} at {{place}}", de = "{{{{{{who}}}}}}" }}
    """
    assert words(folder, text, "poster-ann") == {"en": ["Ann at Nord"], "de": ["{Ann}"]}
    assert words(folder, text, "poster-zoe")["en"] == ["Zoë at Nord"]


def test_texts_come_from_the_columns_of_a_table(folder: Path) -> None:
    (folder / "rows.csv").write_text("sku,title\na,Mug\nb,Кружка\n")
    text = '[images.poster]\ntable = "rows.csv"\nname = "p-{sku}"\nprompt = "a {sku}"\n'
    assert told(folder, text + TEXT + 'text = "{title}"\n') == [
        "rows.csv:3:3: `fonts/latin.ttf` has no letters for `К` (U+041A), `р` (U+0440), "
        "`у` (U+0443), `ж` (U+0436), `к` (U+043A) and 1 more"
    ]
    more = "".join(f"{sku},Чай {sku}\n" for sku in "cdefghij")
    (folder / "rows.csv").write_text("sku,title\na,Mug\nb,Кружка\n" + more)
    with pytest.raises(WrongInput) as caught:
        targets(folder, text + TEXT + 'text = "{title}"\n')
    assert [(problem.where and problem.where.line) for problem in caught.value.problems] == [3]
    assert caught.value.problems[0].detail == (
        "Boxes would be shown instead, and in `p-c`, `p-d`, `p-e`, `p-f`, `p-g` and 3 more, too. "
        "This is about `p-b`."
    )
    assert caught.value.problems[0].summary.endswith("(U+043A) and 3 more")
    (folder / "rows.csv").write_text("sku,title\na,Mug\nb,\n")
    assert words(folder, text + TEXT + 'text = "{title}"\n', "p-a") == {"": ["Mug"]}
    assert words(folder, text + TEXT + 'text = "{title}"\n', "p-b") == {"": []}


def test_lines_lose_the_spaces_at_their_ends(folder: Path) -> None:
    assert words(folder, IMAGE + TEXT + 'text = """\none  \n\ntwo\n"""\n') == {"": ["one\n\ntwo"]}


@pytest.mark.parametrize(
    "said, summary",
    [
        ('text = "Жук"', "5:8: LATIN has no letters for `Ж` (U+0416), `у` (U+0443), `к` (U+043A)"),
        ('text = { en = "a", de = "日" }', "5:25: LATIN has no letters for `日` (U+65E5)"),
        ('text = "{nope}"', "5:8: unknown variable `nope`"),
        ('text = "a\\tb"', "5:8: this text has a control character"),
        ('text = "a\\u202Eb"', "5:8: U+202E in this text has no end"),
        ('text = "a\\u2066b\\nc\\u2069"', "5:8: U+2066 in this text has no end"),
        ('text = { en = "a\\u202cb" }', "5:15: U+202C in this text has no beginning"),
        (f'text = "{"a" * 1001}"', "5:8: this text is too long"),
        ('text = "a"\ncolor = "white"', "6:9: `white` is not a colour"),
        ('text = "a"\ncolor = "#12345"', "6:9: `#12345` is not a colour"),
        ('text = "a"\nbox = [0.5, 0, 0.6, 1]', "6:7: a box outside the picture"),
        ('text = "a"\nbox = [0, 0.9, 1, 0.2]', "6:7: a box outside the picture"),
        ('text = "a"\nbox = [0, 0, 0, 1]', "6:7: a box without room for a text"),
        ('text = "a"\nbox = [0, 0, 1.5, 1]', "6:14: item 3 of `box` must be at most 1"),
        ('text = "a"\nbox = { en = [0, 0, 1, 1] }', "6:9: a box for `en`, and no text"),
        ('text = { en = "a" }\nbox = { en = [0, 0, 0, 1] }', "6:14: a box without room for a text"),
        ('text = "a"\nweight = "bold"', "6:10: `weight` must be an integer, not a string"),
        ('text = "a"\nmin_size = 0.2', "6:12: `min_size` is more than `size`"),
        (
            'text = "a"\nfit = "none"\nmin_size = 0.01',
            "7:1: `min_size` does nothing where `fit` is none",
        ),
        ('text = "a"\nfit = "grow"', "6:7: `fit` must be `shrink`, `wrap` or `none`"),
        ("text = 7", "5:8: `text` must be a string in quotes or a table, not an integer"),
        ('text = { en = "a", jp = "b" }', "5:20: `jp` is no language"),
        ("text = {}", "5:8: `text` must not be empty"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(folder: Path, said: str, summary: str) -> None:
    found = told(folder, IMAGE + TEXT + said + "\n")
    assert found == [f"imagegen.toml:{summary}".replace("LATIN", "`fonts/latin.ttf`")]


def test_a_box_may_end_at_the_edge_in_spite_of_rounding(folder: Path) -> None:
    found = letterings(folder, IMAGE + TEXT + 'text = "a"\nbox = [0.7, 0.1, 0.3, 0.9]\n')
    assert found[""][0].box == (0.7, 0.1, 0.3, 0.9)


def test_no_locale_is_left_without_words(folder: Path) -> None:
    other = TEXT + 'text = { en = "a", fr = "b" }\n'
    said = 'alt = { en = "A", ja = "B" }\n'
    found = told(folder, IMAGE + said + TEXT + 'text = { en = "a", de = "b" }\n' + other)
    assert found == [
        "imagegen.toml:6:1: this text has no `fr`",
        "imagegen.toml:6:1: this text has no `ja`",
        "imagegen.toml:9:1: this text has no `de`",
        "imagegen.toml:9:1: this text has no `ja`",
    ]


def test_a_font_for_nobody_is_a_slip(folder: Path) -> None:
    fonts = 'font = { en = "fonts/latin.ttf", pt-br = "fonts/latin.ttf" }\n'
    said = f'[[images.poster.text]]\ntext = {{ en = "a", pt-BR = "b" }}\n{fonts}'
    assert told(folder, IMAGE + said) == ["imagegen.toml:5:34: a font for `pt-br`, and no text"]


def test_what_is_wrong_with_a_font_is_told_once(folder: Path) -> None:
    (folder / "fonts" / "page.ttf").write_text("<html>")
    image = '[images.{0}]\nprompt = "x"\n[[images.{0}.text]]\ntext = {{ en = "a", de = "b" }}\n'
    text = (image + 'font = "fonts/page.ttf"\n').format("a")
    assert told(folder, text) == ["imagegen.toml:5:8: `fonts/page.ttf` is not a font"]


def test_a_project_does_not_set_texts_without_end(folder: Path) -> None:
    texts = ", ".join(f"q{one}{other} = 'x'" for one in "abcdefghij" for other in "abcdefghij")
    images = '[images.poster]\nmatrix = { one = ["1", "2", "3", "4", "5"] }\nprompt = "{one}"\n'
    found = told(folder, images + f"{TEXT}text = {{ {texts} }}\n" * 45)
    assert found == ["imagegen.toml:4:17: more than 20,000 texts on pictures"]
