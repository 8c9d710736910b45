"""The Python module."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import exhibits
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imagegen.publish import python_module
from imagegen.publish.picture import Picture
from imagegen.publish.urls import Urls

PROMPTED = replace(exhibits.PROVENANCE, prompt="it's")
PICTURES = [
    exhibits.picture("hero", exhibits.NASTY),
    exhibits.plain(),
    replace(exhibits.plain("x"), provenance=PROMPTED),
]


def imported(folder: Path, pictures: list[Picture]) -> ModuleType:
    path = folder / "pictures.py"
    path.write_text(python_module.text(pictures, Urls("static")), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("published_pictures", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Where a dataclass looks for the names in its annotations.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_it_can_be_imported_and_says_what_the_manifest_says(tmp_path: Path) -> None:
    images = imported(tmp_path, PICTURES).IMAGES
    hero = images["hero"]
    assert (hero.src, hero.alt, hero.width) == ("/img/mug-400.jpeg", exhibits.NASTY, 400)
    assert hero.sources[0].srcset == "/img/mug-200.webp 200w, /img/mug-400.webp 400w"
    assert hero.locales["no"].alt is None
    assert hero.placeholder.color == "#a0b1c2"
    assert images["plain"].provenance is None
    assert images["x"].provenance.prompt == "it's"


@pytest.mark.parametrize("pictures", [PICTURES, []])
def test_formatters_leave_it_as_it_is(pictures: list[Picture]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "88", "-"],
        input=python_module.text(pictures, Urls("static")).encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == python_module.text(pictures, Urls("static"))


@settings(max_examples=100)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@example(exhibits.NASTY)
@example("a'b\"\\")
def test_every_text_comes_back(text: str) -> None:
    literal = python_module.literal(text)
    assert eval(literal) == text
    assert literal.isprintable()
