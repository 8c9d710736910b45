"""Owns the hostile sets: matrices that explode, tables and pages that nobody could have meant."""

from __future__ import annotations

from collections.abc import Iterator

from .project_case import HERO, OUTSIDE, PROJECT_FILE, Case, Link, Odd, Text
from .project_corpus import lines

_TABLE = "t.csv"
_SET = "[images.s]\ntable = '{}'\nname = 's-{{a}}'\nprompt = '{{a}}'\n"
_CSV = _SET.format(_TABLE)
_PAGES = "[content]\nfiles = ['c/**/*.md']\n"
_PAGE = "c/a.md"


def hostile_sets() -> Iterator[Case]:
    """Yield projects whose matrix, table, prompt file or page cannot be meant."""
    for name, text in _ENTRIES.items():
        yield Case(f"set: {name}", text)
    for name, text in _CSVS.items():
        yield Case(f"table: {name}", _CSV, {_TABLE: text}, place=_TABLE)
    for name, text in _JSONS.items():
        yield Case(f"table: {name}", _SET.format("t.json"), {"t.json": text}, place="t.json")
    for name, text in _TOMLS.items():
        yield Case(f"table: {name}", _SET.format("t.toml"), {"t.toml": text}, place="t.toml")
    for name, text in _FRONT.items():
        yield Case(f"page: {name}", _PAGES, {_PAGE: text}, place=_PAGE)
    for odd in (Odd.FOLDER, Odd.PIPE, Odd.ABSENT, Link("/dev/zero"), Link(_TABLE), _OUT):
        yield Case(f"table: {odd}", _CSV, {_TABLE: odd}, place=PROJECT_FILE)
        text = f"[images.s]\nprompt_file = '{_TABLE}'\n"
        yield Case(f"prompt file: {odd}", text, {_TABLE: odd}, place=PROJECT_FILE)
    text = _SET.format("t.json")
    yield Case("table: JSON without a value", text, {"t.json": '[{"a": [1]}]'})
    for link in (_OUT, Link("/dev")):
        yield Case(f"page: {link}", _PAGES, {"c/b.md": "", _PAGE: link}, place=PROJECT_FILE)


_OUT = Link(f"{OUTSIDE}/secret.png")


def _axes(count: int, values: int) -> str:
    listed = ", ".join(map(str, range(values)))
    return "".join(f"v{n} = [{listed}]\n" for n in range(count))


_ENTRIES: dict[str, Text] = {
    "an explosion": lambda: f"{HERO}[images.hero.matrix]\n{_axes(20, 1000)}",
    "many explosions": lambda: "".join(
        f"[images.h{n}]\nprompt = 'x'\n[images.h{n}.matrix]\n{_axes(12, 30)}" for n in range(300)
    ),
    "one image too many": lambda: (
        f"{HERO}[images.m]\nprompt='x'\n[images.m.matrix]\n{_axes(4, 10)}"
    ),
    "too many variables": lambda: f"{HERO}[images.hero.matrix]\n{_axes(21, 1)}",
    "a matrix of everything": f"{HERO}matrix = {{ a = [nan, [], {{}}, 1979-05-27, 'x', 'x'] }}\n",
    "names that nobody sees": f'{HERO}matrix = {{ a = ["\\u202e", "\\u200b"] }}\n',
    "a name of nothing": f"{HERO}matrix = {{ a = ['x'] }}\nname = '{{a}}{{'\n",
    "one name for all": f"{HERO}matrix = {{ a = ['x', 'y'] }}\nname = 'x'\n",
    "a style that nobody can fill": "[styles.s]\nprompt = '{prompt} {zz}'\n"
    f"{HERO}style = 's'\nmatrix = {{ z = ['x'] }}\n",
    "a prompt that grows": lambda: (
        f"{HERO}matrix = {{ a = ['{'x' * 9000}'] }}\nname = 'n'\nalt = '{'{a}' * 199}'\n"
    ).replace("A mug", "{a}" * 199),
    "a glob out of the project": "[content]\nfiles = ['../**/*.md', '/**', '~/*', 'a/../../*']\n",
    "a glob of stars": lambda: f"[content]\nfiles = ['{'**/' * 400}x.md']\n",
    "a page key of dots": f"{_PAGES}key = '....'\nprompt = '{{'\n",
}

_CSVS: dict[str, Text] = {
    "nothing": "",
    "random bytes": bytes(range(256)),
    "UTF-16": "a,b\n1,2\n".encode("utf-16"),
    "a column twice": "a,a\n1,2\n",
    "an escape": "a\n\x1b[2J\u202e\n\x1b[2J\u202e\n",
    "ragged rows": lambda: "a,b\n" + "1\n" * 50_000,
    "an open quote": lambda: 'a\n"' + "x\n" * 100_000,
    "quotes only": lambda: "a\n" + '"' * 1_000_001,
    "commas only": lambda: "a" + "," * 1_000_000,
    "a long row": lambda: "a\n" + "," * 3_000_000,
    "too many rows": lambda: "a\n" + lines("#\n", 30_000),
    "a name for all rows": lambda: "a\n" + "x\n" * 9_000,
    "carriage returns": "a\r1\r2\r",
    "zero bytes": "a\n\0\n\0\n",
}

_JSONS: dict[str, Text] = {
    "JSON that is deep": lambda: "[" * 1_000_000,
    "JSON that is deep inside": lambda: '[{"a": ' + "[" * 1_000_000,
    "JSON with an endless number": lambda: '[{"a": ' + "9" * 1_000_000 + "}]",
    "JSON with too many rows": lambda: "[" + '{"a":1},' * 100_000 + "{}]",
    "JSON with too many keys": lambda: "[{" + ",".join(f'"k{n}":1' for n in range(100_000)) + "}]",
    "JSON of something else": '{"a": [1]}',
    "JSON with half a character": '[{"a": "\\ud800"}]',
}

_TOMLS: dict[str, Text] = {
    "TOML with too many rows": lambda: "[[r]]\na = 1\n" * 60_000,
    "TOML with two tables": "[[r]]\na = 1\n[[s]]\na = 1\n",
    "TOML that is deep": lambda: "a = " + "[" * 500_000,
}

_FRONT: dict[str, Text] = {
    "no end": "---\nimage:\n",
    "a long beginning": lambda: "---\nimage: " + "x" * 1_000_000,
    "brackets": lambda: "---\nimage: " + "[" * 60_000 + "\n---\n",
    "an alias for a prompt": "---\na: &a x\nimage: {prompt: *a}\n---\n",
    "a bomb": lambda: (
        "---\nb0: &b0 [x, x]\n"
        + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 900))
        + "image: *b899\n---\n"
    ),
    "a tag": "---\nimage: !!python/object/apply:os.system ['touch x']\nimage: 1\n---\n",
    "an escape in a key": '---\nimage: {prompt: x, "\\e[2J\\u202e": 1}\n---\n',
    "control characters": b"---\nimage: \x1b[2J\n---\n",
    "not UTF-8": b"---\nimage: \xff\n---\n",
    "many wrong keys": lambda: "---\nimage:\n  prompt: x\n" + lines("  k#: 1\n", 5_000) + "---\n",
    "many params": lambda: (
        "---\nimage:\n  prompt: x\n  params:\n" + lines("    k#: 1\n", 4_000) + "---\n"
    ),
    "TOML that is deep": lambda: "+++\nimage = " + "[" * 60_000 + "\n+++\n",
    "TOML that is wrong": "+++\nimage = { prompt = \n+++\n",
    "a seed of everything": "---\nimage: {prompt: x, seed: .inf, take: [], alt: {}}\n---\n",
}
"""Front matter: what stands before the body of a page."""
