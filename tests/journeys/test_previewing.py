"""The verb `preview`: what a page gets to see, and that looking costs nothing."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import threading
import time

import httpx
import journey
import pytest
from gallery import listing, mugs, spoil, until
from previewing import previewed

from imagegen.cli import preview


class Page:
    """A page as the browser has it: the whole state once, then kept by patches."""

    def __init__(self, url):
        self.client = httpx.Client(base_url=url, timeout=60)
        self.patches = []
        self.history = {}
        self.told = self.client.get("/api/state").json()
        self.rows = {row["name"]: row for row in self.told["images"]}
        self.token = self.client.get("/").text.partition('imagegen-token" content="')[2][:43]
        address = f"/events?since={self.told['revision']}"
        request = self.client.build_request("GET", address, timeout=30)
        self._stream = self.client.send(request, stream=True)
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self):
        with contextlib.suppress(httpx.HTTPError, httpx.StreamError):
            for line in self._stream.iter_lines():
                if line.startswith("data: "):
                    self._take(json.loads(line[6:]))

    def _take(self, patch):
        self.patches.append(patch)
        for row in patch.pop("images"):
            self.rows[row["name"]] = row
            self.history.setdefault(row["name"], []).append(row)
        for name in patch.pop("removed"):
            del self.rows[name]
        self.told.update(patch)

    def close(self):
        """Go away, whatever is still under way."""
        self._stream.close()
        self._thread.join(timeout=10)
        self.client.close()

    def states(self, name):
        """Return the states that an image went through, each once."""
        states = [row["state"] for row in self.history.get(name, [])]
        return [state for i, state in enumerate(states) if states[i - 1 : i] != [state]]

    def state(self, name):
        return self.rows[name]["state"] if name in self.rows else None

    def pick(self, name, take, **headers):
        wish = {"name": name, "take": take}
        return self.client.post(
            "/api/pick", json=wish, headers={"X-Imagegen-Token": self.token, **headers}
        )


@pytest.fixture
def look():
    """Open pages, and close them at the end."""
    with contextlib.ExitStack() as pages:
        yield lambda url: pages.enter_context(contextlib.closing(Page(url)))


@pytest.fixture
def slow():
    with journey.emulator(latency=0.6) as running:
        yield running


def test_a_build_in_another_process_is_seen_as_it_goes(look, project, slow):
    project.base_url = slow.url
    project.write("imagegen.toml", mugs(2))
    with previewed(project) as url:
        page = look(url)
        assert (page.state("mug-1"), page.told["running"]) == ("new", None)
        assert (page.rows["mug-1"]["action"], page.told["summary"]) == ("generate", {"new": 2})
        assert slow.posts == 0, "looking buys nothing"
        spoil(slow, "job-missing")
        building = project.start("build")
        until(lambda: "ordered" in [row["stage"] for row in page.history.get("mug-1", ())])
        slow.running.faults.clear()
        building.finish(code=0)
        until(lambda: page.state("mug-1") == page.state("mug-2") == "current")
        assert page.states("mug-1") == ["generating", "current"]
        until(lambda: page.told["running"] is None)
        running = [p["running"] for p in page.patches if p.get("running")]
        assert {one["total"] for one in running} == {2}
        row = page.rows["mug-1"]
        assert page.client.get(row["picture"]).content == project.bytes(row["output"])
        assert page.client.get(f"{row['thumb']}?w=320").headers["content-type"] == "image/webp"
        assert page.told["cost"]["spent"] == page.told["cost"]["today"] == 2 * row["credits"] > 0
        posts = slow.posts
        project.write("imagegen.toml", mugs(2).replace("number 1", "number one"))
        until(lambda: page.state("mug-1") == "changed")
        (change,) = page.rows["mug-1"]["changes"]
        assert (change["field"], change["new"]) == ("prompt", "mug number one")
        project.run("build", code=0)
        until(lambda: page.state("mug-1") == "current")
        before = page.rows["mug-1"]["before"]
        assert before["picture"] == row["picture"]
        assert page.client.get(before["picture"]).status_code == 200
        assert slow.posts == posts + 1, "only the build has bought"


def test_a_project_that_breaks_and_vanishes_leaves_the_page_as_it_was(look, project):
    text = mugs(2)
    project.write("imagegen.toml", text)
    with previewed(project) as url:
        page = look(url)
        project.run("build", "--draft", code=0)
        until(lambda: page.state("mug-1") == page.state("mug-2") == "draft")
        project.write("imagegen.toml", "[images\n")
        until(lambda: page.told["problems"])
        assert page.told["problems"][0]["where"]["line"] == 1
        assert page.state("mug-1") == "draft"
        assert page.client.get(page.rows["mug-1"]["picture"]).status_code == 200
        project.remove("imagegen.toml")
        until(lambda: "there is no file" in page.told["problems"][0]["summary"])
        project.write("imagegen.toml", text)
        until(lambda: not page.told["problems"])
        project.remove(page.rows["mug-2"]["output"])
        until(lambda: page.state("mug-2") == "missing")
        assert page.rows["mug-2"]["picture"] is None


def test_a_failure_is_told_until_what_failed_is_mended(look, project, emulator):
    project.write("imagegen.toml", mugs(1))
    spoil(emulator, "job-failed")
    with previewed(project) as url:
        page = look(url)
        project.run("build", code=1)
        until(lambda: page.state("mug-1") == "failed")
        assert page.rows["mug-1"]["error"]["summary"]
        assert "failed" in [look(url).state("mug-1")], "also for who comes later"
        project.write("imagegen.toml", mugs(1).replace("number", "no"))
        until(lambda: page.state("mug-1") == "new")
    assert emulator.charges == 0


def test_a_killed_build_does_not_run_for_ever(look, project):
    with journey.emulator(latency=30) as never:
        project.base_url = never.url
        project.write("imagegen.toml", mugs(1))
        with previewed(project) as url:
            page = look(url)
            building = project.start("build")
            until(lambda: page.told["running"] and page.state("mug-1") == "generating")
            building.kill()
            until(lambda: page.told["running"] is None and page.state("mug-1") != "generating")


def test_candidates_stand_side_by_side_and_one_is_picked_on_the_page(look, project, emulator):
    project.write("imagegen.toml", listing({"hero": {"prompt": "a hero", "candidates": 2}}))
    project.run("build", code=0)
    posts = emulator.posts
    with previewed(project) as url:
        page = look(url)
        assert set(page.rows) == {"hero"}
        assert page.state("hero") == "unpicked"
        one, two = page.rows["hero"]["candidates"]
        assert (one["take"], one["shown"], two["take"], two["shown"]) == (1, True, 2, False)
        assert page.client.get(two["picture"]).status_code == 200
        assert page.pick("hero", 2, **{"X-Imagegen-Token": "guessed"}).status_code == 403
        refused = page.pick("hero", 7)
        assert refused.status_code == 409
        assert "no take 7" in refused.json()["problem"]["summary"]
        assert page.pick("hero", 2).json() == {"done": "`hero` shows take 2 now"}
        until(lambda: page.state("hero") == "current")
        assert [c["picked"] for c in page.rows["hero"]["candidates"]] == [False, True]
        assert page.rows["hero"]["picture"] == two["picture"]
    assert emulator.posts == posts, "picking is free"


def test_a_page_that_never_reads_and_one_that_has_gone_hold_nobody_up(look, project):
    count = 120
    text = mugs(count, provider={"name": "draft"})
    project.write("imagegen.toml", text)
    with previewed(project) as url:
        page, gone = look(url), Page(url)
        port = httpx.URL(url).port
        deaf = socket.create_connection(("127.0.0.1", port))
        address = f"GET /events?since={page.told['revision']} HTTP/1.1\r\nHost: 127.0.0.1:{port}"
        deaf.sendall(f"{address}\r\n\r\n".encode())
        gone.close()
        for number in range(6):
            long = f"{number} " * 900
            project.write("imagegen.toml", text.replace("mug number", f"{long} mug"))
            until(lambda long=long: page.rows["mug-1"]["prompt"].startswith(long))
        began = time.monotonic()
    # Longer than the grace for answers under way would mean that somebody was waited for.
    assert time.monotonic() - began < 10
    deaf.close()


def test_two_previews_stand_beside_each_other(look, project):
    project.write("imagegen.toml", mugs(1))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = project.start("preview", "--port", str(port), "--json")
        told = "".join(iter(running.process.stdout.readline, "}\n")) + "}"
        url = json.loads(told)["url"]
        with previewed(project) as other:
            assert other != url != f"http://127.0.0.1:{port}/"
            assert look(url).rows == look(other).rows
        running.signal(signal.SIGTERM)
        done = running.finish(code=0)
        assert f"port {port} is taken" in done.stderr


def test_a_preview_serves_beside_other_work_of_its_process(look, project):
    project.write("imagegen.toml", mugs(1))
    with preview.running(project.path("imagegen.toml"), 0) as url:
        assert look(url).state("mug-1") == "new"
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, timeout=60)
