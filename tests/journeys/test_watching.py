"""A watch: each save is planned and built, nothing is bought twice, and it ends cleanly."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import shutil
import signal
import subprocess
import termios
import threading
import time
import urllib.request

import journey
import pytest
from gallery import listing, mugs, spoil, until

from imagegen.fingerprint import SETTLE_SECONDS

FREE = {"provider": {"name": "draft"}}
SLOW = pytest.mark.parametrize("emulator", [{"latency": 1.0}], indirect=True)


class Watch:
    """A running watch and what it has said so far."""

    def __init__(self, running):
        self.running = running
        self._said = {"out": [], "err": []}
        self._heard = [
            threading.Thread(target=self._hear, args=pair, daemon=True)
            for pair in (("out", self.running.process.stdout), ("err", self.running.process.stderr))
        ]
        for thread in self._heard:
            thread.start()

    def _hear(self, name, stream):
        for line in stream:
            self._said[name].append(line)

    @property
    def said(self):
        return "".join(self._said["err"])

    @property
    def rows(self):
        return [json.loads(line) for line in self._said["out"]]

    def until(self, *texts, times=1):
        """Wait until it has said each of these, so many times."""
        try:
            until(lambda: all(self.said.count(text) >= times for text in texts))
        except AssertionError:
            raise AssertionError(f"waited for {texts} in:\n{self.said}") from None

    def end(self, number=signal.SIGINT, code=130):
        """Interrupt it and insist on its exit code."""
        self.running.signal(number)
        self.running.process.wait(timeout=30)
        self.close()
        said = journey.Result(self.running.args, self.running.process.returncode, "", self.said)
        self.running.project._keep(said, code)
        return self.said

    def close(self):
        """See to it that nothing of it is left."""
        process = self.running.process
        process.kill()
        process.wait(timeout=30)
        for thread in self._heard:
            thread.join(timeout=10)
        process.stdout.close()
        process.stderr.close()


@pytest.fixture
def watching(project):
    """Give what starts a watch of the project; none outlives the test."""
    started = []

    def start(*args, running=None):
        # What was written a moment ago may be younger than its reading, and is told as saved.
        time.sleep(2 * SETTLE_SECONDS)
        started.append(Watch(running or project.start("watch", *args)))
        return started[-1]

    yield start
    for watch in started:
        watch.close()


def test_a_save_buys_what_it_changed_and_nothing_else_does(watching, project, emulator):
    project.write("imagegen.toml", listing({"hero": "a desk", "mug": "a mug"}))
    watch = watching()
    watch.until("2 to generate", "2 done · 12 credits so far, 2 pictures")
    project.write("imagegen.toml", listing({"hero": "a quiet desk", "mug": "a mug"}))
    watch.until("saved imagegen.toml · 1 to generate (6 credits) · hero (prompt)")
    watch.until("1 done · 18 credits so far, 3 pictures")
    for name in ("4913", ".imagegen.toml.swp", "imagegen.toml~", "#imagegen.toml#"):
        project.write(name, "x")
    project.path("imagegen.toml").touch()
    project.path("images/hero.jpg").touch()
    project.write("imagegen.toml", "# a note\n" + project.read("imagegen.toml"))
    watch.until("saved imagegen.toml · nothing to do")
    told = watch.end()
    assert told.count("saved") == 2
    assert told.endswith("ended · 18 credits so far, 3 pictures\n")
    assert emulator.charges == emulator.posts == 3


def test_a_mistake_is_shown_with_its_place_and_the_watch_lives_on(watching, project):
    project.write("imagegen.toml", listing({"mug": "a mug"}, **FREE))
    watch = watching()
    watch.until("1 done")
    project.write("imagegen.toml", "[images.mug]\nprompt = oops\n")
    watch.until("saved imagegen.toml · 1 problem", "imagegen.toml:2:10:")
    good = listing({"mug": {"prompt": "a mug", "references": ["art/cup.png"]}}, **FREE)
    project.write("imagegen.toml", good)
    watch.until("cup.png")
    # What is missing lies where nothing is followed yet.
    shutil.copytree(project.path("images"), project.path("new"))
    next(project.path("new").iterdir()).rename(project.path("new/cup.png"))
    project.path("new").rename(project.path("art"))
    watch.until("in order again · 1 to draft (free) · mug (references.1)")
    watch.until("1 done", times=2)
    watch.end()


def test_a_project_that_vanishes_is_waited_for(watching, project):
    project.write("imagegen.toml", listing({"mug": "a mug"}, **FREE))
    watch = watching()
    watch.until("1 done")
    project.path("imagegen.toml").rename(project.path("away"))
    watch.until("`imagegen.toml` is gone · waiting for it to come back")
    project.path("away").rename(project.path("imagegen.toml"))
    watch.until("saved imagegen.toml · nothing to do")
    project.folder.rename(project.folder.with_name("moved"))
    watch.until("is gone · waiting for it to come back", times=2)
    project.write("imagegen.toml", listing({"mug": "a mug", "cup": "a cup"}, **FREE))
    watch.until("1 to draft (free), 1 to restore · cup, mug", "2 done")
    watch.end()


def test_what_is_replaced_at_once_is_built_once(watching, project):
    table = {"prompt": "{what}", "name": "p-{what}", "table": "data/now/rows.csv"}
    project.write("imagegen.toml", listing({"p": table}, **FREE))
    project.write("data/now/rows.csv", "what\ncup\nmug\n")
    watch = watching()
    watch.until("2 done")
    project.write("data/next/rows.csv", "what\ncup\nmug\npot\n")
    project.path("data/now").rename(project.path("data/old"))
    project.path("data/next").rename(project.path("data/now"))
    watch.until("saved data/now/rows.csv · 1 to draft (free) · p-pot", "1 done")
    assert watch.end().count("saved") == 1


@SLOW
def test_an_edit_while_a_picture_is_made_loses_nothing(watching, project, emulator):
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    watch = watching()
    until(lambda: emulator.charges == 1)
    project.write("imagegen.toml", listing({"hero": "a chair"}))
    project.write("imagegen.toml", listing({"hero": "a lamp"}))
    watch.until("saved imagegen.toml", "12 credits so far, 2 pictures")
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    watch.until("1 to restore · hero", "restored")
    told = watch.end()
    assert "a chair" not in project.read("imagegen.lock")
    assert told.count("to generate") == 2
    assert emulator.charges == emulator.posts == 2
    project.run("check", code=0)


def test_a_limit_holds_for_the_whole_watch_and_ends_nothing(watching, project, emulator):
    project.write("imagegen.toml", mugs(2))
    watch = watching("--max-images", "3")
    watch.until("12 credits so far, 2 pictures")
    project.write("imagegen.toml", mugs(4))
    watch.until("this watch may buy 3 pictures and has bought 2; 2 more are needed")
    assert emulator.posts == 2
    project.write("imagegen.toml", mugs(3))
    watch.until("18 credits so far, 3 pictures")
    project.write("imagegen.toml", mugs(4))
    watch.until("has bought 3; 1 more is needed")
    project.write("imagegen.toml", mugs(3))
    watch.until("saved imagegen.toml · nothing to do")
    told = watch.end()
    assert told.count("this watch may buy") == 2
    assert emulator.charges == emulator.posts == 3


def test_a_limit_of_credits_holds_for_the_whole_watch(watching, project, emulator):
    project.write("imagegen.toml", mugs(1, prices={"flux-2-pro": 6}))
    watch = watching("--max-cost", "13")
    watch.until("6 credits so far")
    project.write("imagegen.toml", mugs(3))
    watch.until("has spent 6; 12 more are needed")
    project.write("imagegen.toml", mugs(2))
    watch.until("12 credits so far, 2 pictures")
    watch.end()
    assert emulator.charges == emulator.posts == 2


def test_a_limit_holds_when_the_key_is_changed(watching, project, emulator):
    project.key = None
    project.write(".env", f"APIFRAME_API_KEY={journey.KEY}\n")
    project.write("imagegen.toml", mugs(2))
    watch = watching("--max-images", "3")
    watch.until("12 credits so far, 2 pictures")
    project.write(".env", f"APIFRAME_API_KEY={journey.KEY}2\n")
    watch.until("saved .env · nothing to do")
    project.write("imagegen.toml", mugs(4))
    watch.until("this watch may buy 3 pictures and has bought 2; 2 more are needed")
    project.write("imagegen.toml", mugs(3))
    watch.until("18 credits so far, 3 pictures")
    watch.end()
    assert emulator.charges == emulator.posts == 3


def test_another_branch_brings_its_pictures_for_nothing(watching, project, emulator):
    def git(*words):
        done = ["git", "-c", "user.name=x", "-c", "user.email=x@y", *words]
        subprocess.run(done, cwd=project.folder, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    project.write(".gitignore", ".imagegen\nimages\n")
    for branch, prompt in (("main", "a desk"), ("wide", "a long table")):
        shape = "1:1" if branch == "main" else "16:9"
        hero = {"prompt_file": "texts/hero.md", "params": {"aspect_ratio": shape}}
        project.write("imagegen.toml", listing({"hero": hero}))
        project.write("texts/hero.md", prompt)
        # In a real project there is much to write between the two.
        for number in range(1000):
            project.write(f"notes/{number}.txt", f"{branch} {number}\n" * 100)
        project.run("build", code=0)
        git("checkout", "-q", "-B", branch)
        git("add", "-A")
        git("commit", "-q", "-m", branch)
    wide = project.bytes("images/hero.jpg")
    watch = watching()
    watch.until("nothing to do")
    git("checkout", "-q", "main")
    watch.until("1 to restore · hero", "1 done")
    assert project.bytes("images/hero.jpg") != wide
    git("checkout", "-q", "wide")
    watch.until("1 done", times=2)
    assert project.bytes("images/hero.jpg") == wide
    assert "edited by hand" not in watch.end()
    assert emulator.charges == emulator.posts == 2


def at_a_terminal(project, *args):
    """Start a watch whose keyboard is a terminal; returns it with the keyboard."""
    keyboard, stdin = pty.openpty()
    process = subprocess.Popen(
        journey.command(("watch", *args)),
        cwd=project.folder,
        env=project.environment(),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(stdin)
    running = journey.Running(project, ("watch", *args), process)
    return running, keyboard


def test_drafts_are_free_until_a_key_asks_for_the_pictures(watching, project, emulator):
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    running, keyboard = at_a_terminal(project, "--draft")
    watch = watching(running=running)
    watch.until("1 to draft (free) · hero", "1 done", "Enter makes the real pictures")
    assert emulator.posts == 0
    echo = termios.tcgetattr(keyboard)[3] & termios.ECHO
    os.write(keyboard, b"x\n")
    watch.until("building · 1 to generate", "6 credits so far, 1 picture")
    real = project.bytes("images/hero.jpg")
    project.write("imagegen.toml", "# a note\n" + project.read("imagegen.toml"))
    watch.until("saved imagegen.toml · nothing to do")
    watch.end()
    os.close(keyboard)
    assert not echo
    assert project.bytes("images/hero.jpg") == real
    assert emulator.charges == emulator.posts == 1


def test_a_signal_just_after_a_build_leaves_the_terminal_as_it_was(watching, project):
    project.write("imagegen.toml", mugs(2, **FREE))
    project.run("build", code=0)
    project.write("imagegen.toml", mugs(3, **FREE))
    feed = project.path(".imagegen/feed.jsonl")
    feed.unlink()
    running, keyboard = at_a_terminal(project)
    watch = watching(running=running)
    until(lambda: feed.exists() and b'"End"' in feed.read_bytes())
    told = watch.end(signal.SIGTERM, code=143)
    assert "ended" in told
    assert termios.tcgetattr(keyboard)[3] & termios.ECHO
    os.close(keyboard)


def test_pressing_again_and_again_ends_it_once(watching, project):
    project.write("imagegen.toml", mugs(1, **FREE))
    running, keyboard = at_a_terminal(project)
    watch = watching(running=running)
    watch.until("1 done")
    while running.process.poll() is None:
        running.signal(signal.SIGINT)
        time.sleep(0.0005)
    assert watch.end().count("ended") == 1
    assert termios.tcgetattr(keyboard)[3] & termios.ECHO
    os.close(keyboard)


def test_a_draft_gives_way_again_to_the_candidate_that_was_picked(watching, project, emulator):
    wanted = listing({"hero": {"prompt": "a desk", "candidates": 2}})
    project.write("imagegen.toml", wanted)
    project.run("build", code=0)
    project.run("pick", "hero", "2", code=0)
    picked = project.bytes("images/hero.jpg")
    watch = watching("--draft")
    watch.until("nothing to do")
    project.write("imagegen.toml", wanted.replace("a desk", "a chair"))
    watch.until("1 to draft (free) · hero", "1 done")
    project.write("imagegen.toml", wanted)
    watch.until("1 to restore · hero", "1 done")
    watch.until("1 done", times=2)
    assert "edited by hand" not in watch.end()
    assert project.bytes("images/hero.jpg") == picked
    assert emulator.charges == emulator.posts == 2


def test_a_build_elsewhere_makes_the_pictures_and_the_watch_leaves_them(
    watching, project, emulator
):
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    watch = watching("--draft")
    watch.until("1 done")
    project.run("build", code=0)
    real = project.bytes("images/hero.jpg")
    project.write("imagegen.toml", listing({"hero": "a desk", "mug": "a mug"}))
    watch.until("1 to draft (free) · mug")
    watch.until("1 done", times=2)
    watch.end()
    assert project.bytes("images/hero.jpg") == real
    assert emulator.charges == emulator.posts == 1


def test_a_pulled_lock_brings_its_pictures_for_nothing(watching, project, emulator):
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    watch = watching()
    watch.until("1 done")
    colleague = project.on_another_machine()
    colleague.write("imagegen.toml", listing({"hero": "a desk", "mug": "a mug"}))
    colleague.run("build", code=0)
    assert emulator.charges == 2
    # As git does it, whose lock tells that the second file is still to come.
    project.write(".git/index.lock", "")
    for name in ("imagegen.toml", "imagegen.lock"):
        project.write(name, colleague.bytes(name))
    project.remove(".git/index.lock")
    watch.until("saved imagegen.toml and 1 more · 1 to restore · mug", "fetched    mug")
    watch.until("1 done", times=2)
    watch.end()
    assert project.bytes("images/mug.jpg") == colleague.bytes("images/mug.jpg")
    assert emulator.charges == emulator.posts == 2


def test_a_deleted_output_comes_back_and_an_edited_one_is_left_alone(watching, project):
    project.write("imagegen.toml", listing({"cup": "a cup", "mug": "a mug"}, **FREE))
    watch = watching()
    watch.until("2 done")
    mug = project.bytes("images/mug.jpg")
    project.remove("images/mug.jpg")
    watch.until("images/mug.jpg is gone · 1 to ", "1 done")
    assert project.bytes("images/mug.jpg") == mug
    project.write("images/cup.jpg", b"retouched")
    watch.until("images/cup.jpg was edited by hand and is left alone", "imagegen accept cup")
    project.write("imagegen.toml", "# a note\n" + project.read("imagegen.toml"))
    watch.until("nothing to do, 1 left alone")
    assert project.bytes("images/cup.jpg") == b"retouched"
    told = watch.end()
    assert told.count("edited by hand") == 1


@SLOW
def test_ending_a_watch_leaves_what_runs_to_the_next_build(watching, project, emulator):
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    watch = watching()
    until(lambda: emulator.charges == 1)
    told = watch.end(signal.SIGTERM, code=143)
    assert "the next build goes on from here" in told
    project.run("build", code=0)
    assert emulator.charges == emulator.posts == 1


def test_a_watch_that_waits_ends_at_once_on_a_signal(watching, project):
    project.write("imagegen.toml", listing({"mug": "a mug"}, **FREE))
    watch = watching("--poll", "--json")
    watch.until("1 done")
    project.write("imagegen.toml", "[images]\nx = 1\n")
    watch.until("1 problem")
    project.write("imagegen.toml", listing({"mug": "a mug", "cup": "a cup"}, **FREE))
    watch.until("1 to draft (free) · cup", "1 done")
    until(lambda: len(watch.rows) == 3)
    first, wrong, last = watch.rows
    watch.end(signal.SIGTERM, code=143)
    assert first["plan"]["generate"] == 1
    assert wrong["errors"][0]["file"] == "imagegen.toml"
    assert [row["name"] for row in last["results"]] == ["cup"]


def test_the_preview_is_shown_beside_it(watching, project):
    project.write("imagegen.toml", listing({"mug": "a mug"}, **FREE))
    watch = watching("--preview")
    watch.until("preview at http://127.0.0.1:", "1 done")
    url = watch.said.partition("preview at ")[2].split()[0]
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200
    watch.end()


def test_a_refusal_is_told_once(watching, project, emulator):
    spoil(emulator, "job-refused")
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    watch = watching()
    watch.until("1 failed")
    project.write("imagegen.toml", "# a note\n" + project.read("imagegen.toml"))
    watch.until("1 blocked · hero")
    watch.until("1 failed", times=2)
    assert "hero: " not in watch.said.split("1 failed")[-1], "an event has told of it"
    project.write("imagegen.toml", "# another\n" + project.read("imagegen.toml"))
    watch.until("nothing to do, 1 left alone")
    watch.end()
    assert emulator.posts == 1


def test_what_a_site_takes_is_brought_up_to_date_and_never_bought(watching, project, emulator):
    font = (journey.ROOT / "examples" / "poster" / "fonts" / "latin.ttf").read_bytes()
    project.path("fonts").mkdir()
    project.path("fonts/a.ttf").write_bytes(font)
    hero = {"prompt": "a desk", "text": [{"text": "Sale", "font": "fonts/a.ttf"}]}
    site = {"defaults": {"derive": {"widths": [40]}}, "publish": {"json": "images.json"}}
    project.write("imagegen.toml", listing({"hero": hero}, **site))
    watch = watching()
    watch.until("published  images.json", "1 done")
    project.path("images/hero-40.jpeg").unlink()
    watch.until("images/hero-40.jpeg is gone · 1 to derive · hero (derivatives)")
    watch.until("1 done", times=2)
    project.path("fonts/a.ttf").write_bytes(font + bytes(4))
    watch.until("saved fonts/a.ttf · 1 to derive · hero (recipe)")
    watch.until("1 done", times=3)
    site |= {"publish": {"eleventy": "_data/images.json"}}
    project.write("imagegen.toml", listing({"hero": hero}, **site))
    watch.until("saved imagegen.toml · no picture to make", "  published  _data/images.json")
    watch.end()
    assert project.path("images/hero-40.jpeg").exists()
    assert emulator.charges == emulator.posts == 1
