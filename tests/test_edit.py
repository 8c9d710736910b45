"""Edits of the project file: a name changes wherever it stands, and nothing else does."""

from __future__ import annotations

import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from imagegen.project.edit import rename_image

LAYOUT = """\
# all pictures of the shop
[project]   # the shop
name = 'hero'

[ images . "hero" ]  # the one on top
prompt = "@hero"   # words, no reference
alt = "hero"

[vars]
hero = "hero"

[images.hero.params]
aspect_ratio = '16:9'

[images.mascot]
prompt = "hero"
references = [
    # the same light as
    '@hero',   # this one
    "assets/hero.png",  "@hero-2",
]
params = { image_prompt = "@hero" , input_images = ["@hero"] }

[images.hero-2]
prompt = '''@hero'''
references=["@hero"]
"""


def test_the_name_changes_in_headers_and_references_and_nothing_else_changes():
    found = rename_image(LAYOUT, "hero", "banner").split("\n")
    changed = {
        number: new
        for number, (old, new) in enumerate(zip(LAYOUT.split("\n"), found, strict=True), 1)
        if old != new
    }
    assert changed == {
        5: '[ images . "banner" ]  # the one on top',
        12: "[images.banner.params]",
        19: "    '@banner',   # this one",
        22: 'params = { image_prompt = "@banner" , input_images = ["@banner"] }',
        26: 'references=["@banner"]',
    }


@pytest.mark.parametrize(
    "before",
    [
        'images.OLD.prompt = "x"\nimages.OLD.take = 2\n',
        '[images]\nOLD.prompt = "x" # one\nOLD.seed = 1\n',
        'images = { OLD = { prompt = "x" } }\n',
        "['images'.'OLD']\r\nprompt = 'x'\r\n",
        "[images.OLD]\n[styles.a]\nx = 1\n[images.OLD.b]\na = 1",
        '["\\u0069mages"."OLD"]\n',
        '[images.c]\nreferences = ["""@OLD""", "@OLD"]',
        "[images.ä]\n[images.OLD] # ü\n",
        '[[images.OLD.text]]\ntext = "a"\n\n[[images."OLD".text]] # 2\n[images.OLD.text.text]\n',
        'images.OLD.text = [{ text = "a" }]\n[images.OLD.alt]\nen = "x"\n[images.OLD.derive]\n',
        '[images.c]\nparams = { text = "@OLD" }\n[images.c.params.alt]\nx = "@OLD"\n',
    ],
)
def test_every_way_to_write_a_name_is_kept(before):
    assert rename_image(before.replace("OLD", "a"), "a", "b") == before.replace("OLD", "b")


def test_a_name_that_is_written_with_escapes_is_known():
    before = '[images."\\u0061"]\nreferences = ["\\u0040a", """\n@a"""]\n'
    assert rename_image(before, "a", "b") == ('[images."b"]\nreferences = ["@b", """@b"""]\n')


def test_a_name_that_needs_quotes_gets_them():
    assert rename_image("[images.hero]\n", "hero", "home.hero") == '[images."home.hero"]\n'
    assert rename_image('[images."home.hero"]\n', "home.hero", "hero") == '[images."hero"]\n'


def test_words_for_readers_name_no_image():
    before = """
    [images.b]
    alt = { en = "@a", de = '@a' }
    [images.c.alt]
    en = "@a"
    [[images.c.text]]
    text = "@a"
    [[images.c.text]]
    text = { en = "@a" }
    [images.d]
    text = [{ text = "@a", font = "@a" }]
    """
    assert rename_image(before, "a", "z") == before


NAMES = st.sampled_from(["a", "b.c", "images", "hero"])
LEAVES = st.sampled_from(["@a", "@hero", "a", 1, "@images", "say @a"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=3), max_size=3), NAMES)
def test_it_means_what_renaming_the_values_would_mean(document, old):
    text = tomli_w.dumps(document)
    assert tomllib.loads(rename_image(text, old, "new")) == renamed(document, old)


def renamed(document, old):
    changed = referred(document, f"@{old}")
    if "images" in changed:
        changed["images"] = {
            "new" if name == old else name: entry for name, entry in changed["images"].items()
        }
    return changed


def referred(value, old):
    if isinstance(value, dict):
        return {key: referred(one, old) for key, one in value.items()}
    if isinstance(value, list):
        return [referred(one, old) for one in value]
    return "@new" if value == old else value
