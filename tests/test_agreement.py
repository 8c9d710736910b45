"""The plan is the truth: `build` buys exactly what `plan --json` said just before.

Over random sequences of edits, with the emulator's ledger as the judge.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import journey
import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagegen.cli import main

EXAMPLES = 12

NAMES = st.sampled_from(["cup", "desk", "mug"])
PROMPTS = st.sampled_from(["a blue cup", "an oak desk", "a red mug"])
EDIT = st.one_of(
    st.tuples(st.just("set"), NAMES, st.sampled_from(["prompt"]), PROMPTS),
    st.tuples(st.just("set"), NAMES, st.just("seed"), st.sampled_from([1, 2])),
    st.tuples(st.just("set"), NAMES, st.just("take"), st.sampled_from([1, 2, 3])),
    st.tuples(st.just("set"), NAMES, st.just("protect"), st.booleans()),
    st.tuples(st.just("set"), NAMES, st.just("alt"), PROMPTS),
    st.tuples(
        st.just("set"),
        NAMES,
        st.just("params"),
        st.sampled_from([{}, {"resolution": "1MP"}, {"output_quality": 80}]),
    ),
    st.tuples(st.just("output"), NAMES, st.sampled_from(["a.webp", "b/c.jpg", "b/d.jpg"])),
    st.tuples(st.just("unset"), NAMES, st.sampled_from(["seed", "take", "params", "output"])),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("delete file"), NAMES),
    st.tuples(st.just("edit file"), NAMES),
    st.tuples(st.just("revert"), st.integers(0, 9)),
    st.tuples(st.just("check out"), st.integers(0, 9)),
)
ROUNDS = st.lists(st.lists(EDIT, min_size=1, max_size=4), min_size=1, max_size=3)
START = st.dictionaries(NAMES, st.fixed_dictionaries({"prompt": PROMPTS}), min_size=1)


@dataclass
class Site:
    """A project folder and the edits that people make to it."""

    folder: Path
    images: dict[str, dict[str, object]]
    past: list[tuple[dict[str, dict[str, object]], bytes]] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "imagegen.toml"

    @property
    def lock(self) -> Path:
        return self.folder / "imagegen.lock"

    def save(self) -> None:
        self.file.write_text(tomli_w.dumps({"images": self.images}), encoding="utf-8")

    def edit(self, kind: str, *what: object) -> None:
        """Make one edit; one that makes no sense now is left out."""
        name = str(what[0])
        if kind == "set":
            self.images.setdefault(name, {"prompt": f"a plain {name}"})[str(what[1])] = what[2]
        elif kind == "output":
            if all(one.get("output") != what[1] for one in self.images.values()):
                self.images.get(name, {})["output"] = what[1]
        elif kind == "unset":
            self.images.get(name, {}).pop(str(what[1]), None)
        elif kind == "remove" and len(self.images) > 1:
            self.images.pop(name, None)
        elif kind == "rename" and name in self.images and what[1] not in self.images:
            self.images[str(what[1])] = self.images.pop(name)
        elif kind in ("delete file", "edit file"):
            for output in self._outputs(name):
                if kind == "delete file":
                    output.unlink()
                else:
                    output.write_bytes(b"drawn by hand")
        elif kind in ("revert", "check out") and self.past:
            images, lock = self.past[int(name) % len(self.past)]
            self.images = json.loads(json.dumps(images))
            if kind == "check out":
                self.lock.write_bytes(lock)

    def remember(self) -> None:
        self.past.append((json.loads(json.dumps(self.images)), self.lock.read_bytes()))

    def _outputs(self, name: str) -> list[Path]:
        given = self.images.get(name, {}).get("output", f"{name}.jpg")
        return [path for path in [self.folder / "images" / str(given)] if path.exists()]


def run(site: Site, verb: str, *options: str) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()) as talk:
        code = main.run([verb, "-f", str(site.file), *options])
    assert code != 3, talk.getvalue()
    return code, said.getvalue()


def build_what_was_planned(site: Site, emulator: journey.Emulator) -> None:
    site.save()
    _, text = run(site, "plan", "--json")
    planned = sorted(c["name"] for c in json.loads(text)["changes"] if c["action"] == "generate")
    charges, requests = emulator.charges, len(emulator.requests)
    code, text = run(site, "build", "--json")
    rows = json.loads(text)["results"]
    assert code == 0, text
    assert sorted(row["name"] for row in rows if row["action"] == "generate") == planned
    bought = emulator.running.ledger[charges:]
    assert len(bought) == len(planned)
    asked = sorted(
        emulator.running.service.shop.shelf.get(one.job).input["prompt"] for one in bought
    )
    assert asked == sorted(str(site.images[name]["prompt"]) for name in planned)
    if not planned:
        assert len(emulator.requests) == requests
    site.remember()
    assert run(site, "plan", "--check")[0] == 0
    assert run(site, "check")[0] == 0
    assert run(site, "build")[0] == 0
    assert emulator.charges == charges + len(planned)


@pytest.mark.slow
def test_build_buys_exactly_what_the_plan_says() -> None:
    with journey.emulator(latency=0, picture_scale=32, rate_limit=0) as emulator:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(START, ROUNDS)
        def build_after_every_round(
            start: dict[str, dict[str, object]],
            rounds: list[list[tuple[object, ...]]],
        ) -> None:
            with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
                patch.setenv("IMAGEGEN_HOME", f"{folder}/home")
                patch.setenv("APIFRAME_BASE_URL", emulator.url)
                # A key of its own for each example, since the API remembers what a key has bought;
                # not from `random`, which hypothesis makes repeat itself.
                patch.setenv("APIFRAME_API_KEY", f"afk_{os.urandom(12).hex()}")
                site = Site(Path(folder), json.loads(json.dumps(start)))
                build_what_was_planned(site, emulator)
                for edits in rounds:
                    for kind, *what in edits:
                        site.edit(str(kind), *what)
                    build_what_was_planned(site, emulator)

        build_after_every_round()
