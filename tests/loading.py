"""Owns what tests of the loader share: a project folder from one text, its targets or problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagegen.errors import WrongInput
from imagegen.project.load import load
from imagegen.request import Target

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def targets(folder: Path, text: str) -> dict[str, Target]:
    for name in ("a.png", "b.png", "c.png"):
        (folder / name).write_bytes(PNG + name.encode())
    file = folder / "imagegen.toml"
    file.write_text(text)
    return {target.name: target for target in load(file).targets}


def summaries(folder: Path, text: str) -> list[str]:
    with pytest.raises(WrongInput) as caught:
        targets(folder, text)
    return [f"{p.where and p.where.line}: {p.summary}" for p in caught.value.problems]


def told(folder: Path, text: str) -> list[str]:
    (folder / "imagegen.toml").write_text(text)
    with pytest.raises(WrongInput) as caught:
        load(folder / "imagegen.toml")
    places = (str(p.where).removeprefix(f"{folder}/") for p in caught.value.problems)
    return [f"{place}: {p.summary}" for place, p in zip(places, caught.value.problems, strict=True)]
