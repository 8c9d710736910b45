"""Front matter: read as site generators read it, every slip at its place in the page."""

from __future__ import annotations

import time

import pytest

from imagegen.project.front_matter import Alias, Broken, Unended, read, split, spots
from imagegen.project.text import Text


def yaml(content: str) -> Text:
    return Text("a.md", "a.md", content, first_line=2, form="yaml")


def broken(text: Text) -> str:
    with pytest.raises(Broken) as caught:
        read(text)
    return f"{caught.value.fault.where} {caught.value.fault.summary}"


def test_yaml_means_what_it_looks_like() -> None:
    content = """\
ratio: 16:9
yes: no
day: 2026-01-02
n: [012, -3, 0x1f, 1e3, .5, 1_000]
quoted: ["3", 'true', !!int "4"]
flags: [true, False, null, ~]
long: >
  folded
  text
"""
    assert read(yaml(content)) == {
        "ratio": "16:9",
        "yes": "no",
        "day": "2026-01-02",
        "n": [12, -3, 31, 1000.0, 0.5, "1_000"],
        "quoted": ["3", "true", "4"],
        "flags": [True, False, None, None],
        "long": "folded text\n",
    }
    assert read(yaml("# nothing\n")) == {}


def test_toml_is_front_matter_too() -> None:
    text = Text("a.md", "a.md", '[image]\nprompt = "x"\n', first_line=2, form="toml")
    assert read(text) == {"image": {"prompt": "x"}}


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"---\na: 1\n---\nbody", ("yaml", b"a: 1\n", 2)),
        (b"\xef\xbb\xbf--- \r\na: 1\r\n---\r\nbody", ("yaml", b"a: 1\r\n", 2)),
        (b"+++\na = 1\n+++", ("toml", b"a = 1\n", 2)),
        (b"---\na: 1\n...\nbody\n---\n", ("yaml", b"a: 1\n", 2)),
        (b"---\n---\n", ("yaml", b"", 2)),
        (b'{\r\n\t"a": 1\r\n}\r\nbody', ("yaml", b'{\r\n\t"a": 1\r\n}\r', 1)),
        (b"{{< a shortcode >}}\n}\n", None),
        (b"# A page\n---\n", None),
        (b"", None),
    ],
)
def test_front_matter_stands_between_two_lines(data: bytes, wanted: object) -> None:
    assert split(data) == wanted


def test_an_end_that_is_missing_is_told() -> None:
    with pytest.raises(Unended):
        split(b"---\na: 1\n----\n")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("a: b: c\n", "a.md:2:5 the front matter is not valid YAML"),
        ("a: 1\n\tb: 2\n", "a.md:3:1 the front matter is not valid YAML"),
        ("a: 'x\n", "a.md:3:1 the front matter is not valid YAML"),
        ("a: 1\nb: 2\na: 3\n", "a.md:4:1 the key `a` is written twice"),
        ("a: \x01\n", "a.md:2:4 the front matter has a control character"),
        ("- a\n", "a.md:2:1 the front matter has no keys"),
        ("text\n", "a.md:2:1 the front matter has no keys"),
        ("? [a]\n: b\n", "a.md:2:3 a list or map cannot be a key"),
        ("a: " + "[" * 60_000, "a.md:2:35 the front matter is nested too deeply"),
    ],
)
def test_broken_yaml_is_told_at_its_place(content: str, wanted: str) -> None:
    began = time.process_time()
    assert broken(yaml(content)) == wanted
    assert time.process_time() - began < 1


def test_a_tab_is_called_by_its_name() -> None:
    with pytest.raises(Broken) as caught:
        read(yaml("image:\n\tprompt: x\n"))
    assert "never with tabs" in caught.value.fault.detail


def test_broken_toml_is_told_at_its_place() -> None:
    text = Text("a.md", "a.md", "a = 1\na = 2\n", first_line=2, form="toml")
    assert broken(text) == "a.md:3:1 the front matter is not valid TOML"


def test_aliases_are_not_followed() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 500)]
    values = read(yaml("\n".join(lines)))
    assert values["a499"] == [Alias("a498"), Alias("a498")]


def test_every_key_and_value_has_a_place() -> None:
    text = yaml("title: 'x\u2028'\nimage:\n  params: {a: [1, 22]}\n")
    keys, values = spots(text)
    assert str(text.at(keys["image", "params", "a"])) == "a.md:4:12"
    assert str(text.at(values["image", "params", "a", 1])) == "a.md:4:19"
    assert str(text.at(values["title",])) == "a.md:2:8"
