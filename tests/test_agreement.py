"""The plan is the truth: `build` buys exactly what `plan --json` said just before.

Over random histories of what people do to a project, with the emulator's ledger as the judge of
money. What is free stays free, and nothing but `--replace`, `pick`, `import` and `accept` changes
what a protected image shows.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

import journey
import pytest
from editing import Images, Site, photo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indoors import hasty

from imagegen import digest, home
from imagegen.build.ledger import Ledger
from imagegen.lock import NAME as LOCK_FILE

HISTORIES = os.environ.get("IMAGEGEN_AGREEMENT_HISTORIES")
"""How many histories are played, each time others; a few, and always the same, without it."""

NAMES = st.sampled_from(["cup", "desk", "mug"])
PROMPTS = st.sampled_from(["a blue cup", "an oak desk", "a red mug"])
SAVED = st.one_of(
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
    st.tuples(st.just("set"), NAMES, st.just("candidates"), st.sampled_from([2, 3])),
    st.tuples(st.just("follow"), NAMES, NAMES),
    st.tuples(st.just("output"), NAMES, st.sampled_from(["a.webp", "b/c.jpg", "b/d.jpg"])),
    st.tuples(
        st.just("unset"),
        NAMES,
        st.sampled_from(["seed", "take", "candidates", "params", "output", "references"]),
    ),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("revert"), st.integers(0, 9)),
    st.tuples(st.just("check out"), st.integers(0, 9)),
)
SPOILT = st.one_of(
    st.tuples(st.sampled_from(["delete file", "edit file", "retouch", "forget"]), NAMES),
    st.tuples(st.just("lose lock"), st.none()),
)
COMMAND = st.one_of(
    st.tuples(st.just("pick"), NAMES, st.integers(1, 3)),
    st.tuples(st.just("mv"), NAMES, NAMES),
    st.tuples(st.just("import"), NAMES, st.integers(0, 1)),
    st.tuples(st.just("accept"), NAMES),
    st.tuples(st.just("draft"), st.none()),
    st.tuples(st.just("replace"), NAMES),
    st.tuples(st.just("damage lock"), st.integers(0, 2)),
)
STEP = st.one_of(SAVED, SAVED, SPOILT, COMMAND)
ROUNDS = st.lists(st.lists(STEP, min_size=1, max_size=4), min_size=1, max_size=3)
START = st.dictionaries(
    NAMES,
    st.fixed_dictionaries({"prompt": PROMPTS}, optional={"protect": st.just(True)}),
    min_size=1,
)
DAMAGE = ("<<<<<<< HEAD\n", "version = 99\n", "[images.cup]\noriginal = 7\n")


class Player:
    """Plays the steps of one history, and holds each against what was promised."""

    def __init__(self, site: Site, emulator: journey.Emulator) -> None:
        self.site = site
        self.emulator = emulator
        self.charges = emulator.charges

    def step(self, kind: str, *what: object) -> None:
        if kind in ("pick", "mv", "import", "accept", "draft", "replace", "damage lock"):
            self.site.save()
            getattr(self, kind.replace(" ", "_").rstrip("_") + "_")(*what)
        else:
            self.site.edit(kind, *what)

    def build_(self, *options: str, replaced: Collection[str] = ()) -> None:
        """Build, which does what was planned just before, and then has nothing left to do."""
        site, emulator = self.site, self.emulator
        site.save()
        _, text = site.run("plan", "--json", *options, code=[0])
        changes = {change["name"]: change for change in json.loads(text)["changes"]}
        blocked = {name for name, one in changes.items() if _in_the_way(one)}
        planned = {name for name, one in changes.items() if one["action"] == "generate"}
        if not options and site.returns_free():
            assert not planned, changes
        before = emulator.charges
        with self.unpaid() if not planned else contextlib.nullcontext(), self.protected(replaced):
            _, text = site.run("build", "--json", *options, code=[1 if blocked else 0])
        rows = json.loads(text)["results"]
        assert {row["name"] for row in rows if row["error"]} == blocked, text
        made = {row["name"] for row in rows if row["action"] == "generate"}
        # A new picture that came out as the old one spares what follows it.
        spared = planned - made
        assert made <= planned
        assert all("new picture of" in str(changes[name]["reasons"]) for name in spared)
        done = {row["name"]: row["action"] for row in rows if row["name"] not in blocked}
        told = {name: one["action"] for name, one in changes.items() if name not in blocked}
        for name in done.keys() | {name for name, action in told.items() if action != "keep"}:
            if "new picture of" not in str(changes[name]["reasons"]):
                assert done.get(name) == told[name], (name, text)
        self.judge_money(before, sorted(made))
        site.remember(whole=not any("blocked" in one for one in changes.values()))
        assert site.run("plan", "--check")[0] == (1 if blocked else 0)
        findings = json.loads(site.run("check", "--json")[1])["findings"]
        fine = [one for one in findings if _image_of(one["name"]) not in blocked]
        assert {one["kind"] for one in fine} <= {"unpicked"}
        with self.unpaid():
            site.run("build", code=[1 if blocked else 0])

    def judge_money(self, before: int, made: list[str]) -> None:
        bought = self.emulator.running.ledger[before:]
        shelf = self.emulator.running.service.shop.shelf
        asked = sorted(shelf.get(one.job).input["prompt"] for one in bought)
        images = self.site.images
        assert asked == sorted(str(images[_image_of(name)]["prompt"]) for name in made)
        # One order for each purchase, whatever became of the lock.
        (account,) = home.account_folders(Path(os.environ["IMAGEGEN_HOME"])) or (None,)
        entries = Ledger(account, waiting=lambda _: None).entries() if account else {}
        assert [one for one in entries if one.attempt != 1] == []
        assert len(entries) == self.emulator.charges - self.charges

    def replace_(self, name: str) -> None:
        if self.site.run("plan", "--replace", name, "--json")[0] == 2:
            with self.unpaid(), self.protected():
                self.site.run("build", "--replace", name, code=[2])
            return
        self.build_("--replace", name, replaced=[name])

    def draft_(self, _: object) -> None:
        """Build drafts, which neither buys anything nor changes what is to be bought."""
        site = self.site
        wanted = self.to_buy()
        planned = json.loads(site.run("plan", "--draft", "--json", code=[0])[1])["changes"]
        blocked = {one["name"] for one in planned if _in_the_way(one)}
        doing = {one["name"]: one["action"] for one in planned if one["action"] != "keep"}
        with self.unpaid(), self.protected():
            _, text = site.run("build", "--draft", "--json", code=[1 if blocked else 0])
            site.run("plan", "--draft", "--check", code=[1 if blocked else 0])
        rows = json.loads(text)["results"]
        assert {row["name"]: row["action"] for row in rows if not row["error"]} == doing
        assert self.to_buy() == wanted

    def pick_(self, name: str, take: int) -> None:
        """Pick a take; it is shown from then on, or it never was bought."""
        with self.unpaid(), self.protected(but=[name]):
            code, _ = self.site.run("pick", name, str(take), "--json", code=[0, 2])
        if code == 0:
            one = self.site.locked()[name]
            assert (one.take, one.picked) == (take, True)

    def import_(self, name: str, number: int) -> None:
        file = self.site.folder / "photo.jpg"
        file.write_bytes(photo(number))
        with self.unpaid(), self.protected(but=[name]):
            code, _ = self.site.run("import", name, str(file), "--json", code=[0, 2])
        if code == 0:
            one = self.site.locked()[name]
            assert (one.take, one.original.sha256) == (0, digest.sha256_of(photo(number)))

    def accept_(self, name: str) -> None:
        with self.unpaid(), self.protected(but=[name]):
            self.site.run("accept", name, "--json", code=[0, 2])

    def mv_(self, old: str, new: str) -> None:
        """Rename an image, which changes nothing but names."""
        site, wanted, locked = self.site, self.to_buy(), self.site.locked()
        with self.unpaid(), self.protected(but=[old]):
            code, _ = site.run("mv", old, new, code=[0, 2])
        if code == 0:
            before, after = locked.get(old), site.locked().get(new)
            assert (before and before.original) == (after and after.original)
            site.reread()
            renamed = {
                name.replace(old, new, 1) if _image_of(name) == old else name for name in wanted
            }
            assert self.to_buy() == renamed

    def damage_lock_(self, how: int) -> None:
        """Damage the lock, which is refused and left as it is; then take it back."""
        if not self.site.lock.exists():
            return
        good = self.site.lock.read_bytes()
        bad = DAMAGE[how].encode() + good
        self.site.lock.write_bytes(bad)
        with self.unpaid():
            for verb in ("plan", "build", "check"):
                self.site.run(verb, code=[2])
        assert (self.site.folder / LOCK_FILE).read_bytes() == bad
        self.site.lock.write_bytes(good)

    def to_buy(self) -> set[str]:
        changes = json.loads(self.site.run("plan", "--json", code=[0])[1])["changes"]
        return {one["name"] for one in changes if one["action"] == "generate"}

    @contextlib.contextmanager
    def unpaid(self) -> Iterator[None]:
        requests = len(self.emulator.requests)
        yield
        assert len(self.emulator.requests) == requests

    @contextlib.contextmanager
    def protected(self, but: Collection[str] = ()) -> Iterator[None]:
        """Hold what protected images show against what they show afterwards."""
        before = self.site.guarded(but)
        yield
        after = self.site.locked()
        for name, (one, there) in before.items():
            assert after[name].original == one.original
            if after[name].outputs[0].path == one.outputs[0].path:
                assert after[name].outputs == one.outputs
                assert self.site.sha256_of(one) in (there, one.outputs[0].sha256)
            if there == one.outputs[0].sha256:
                assert self.site.sha256_of(after[name]) == after[name].outputs[0].sha256


def _in_the_way(change: dict[str, object]) -> bool:
    """Whether a build complains of what is in the way of this image."""
    return str(change.get("blocked", "protected")) != "protected" and change["action"] == "keep"


def _image_of(name: str) -> str:
    """Return the image whose candidate `name` is, else `name` itself."""
    return name.partition("#")[0]


@pytest.mark.slow
def test_build_buys_exactly_what_the_plan_says() -> None:
    shop = {"latency": 0, "picture_scale": 32, "rate_limit": 0, "credits": 10**9}
    with journey.emulator(**shop) as emulator, hasty():

        @settings(
            max_examples=int(HISTORIES or 16),
            deadline=None,
            derandomize=not HISTORIES,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(START, ROUNDS)
        def build_after_every_round(
            start: Images, rounds: list[list[tuple[str, object, object]]]
        ) -> None:
            with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
                patch.setenv("IMAGEGEN_HOME", f"{folder}/home")
                patch.setenv("APIFRAME_BASE_URL", emulator.url)
                patch.setenv("SSL_CERT_DIR", str(journey.ROOT / "tests"))
                # A key of its own for each example, since the API remembers what a key has bought;
                # not from `random`, which hypothesis makes repeat itself.
                patch.setenv("APIFRAME_API_KEY", f"afk_{os.urandom(12).hex()}")
                player = Player(Site(Path(folder), json.loads(json.dumps(start))), emulator)
                player.build_()
                for steps in rounds:
                    for step in steps:
                        player.step(*step)
                    player.build_()

        build_after_every_round()
