"""Runs that are stopped, killed or crowded: every picture is paid for once."""

import shutil
import signal

import pytest
from gallery import listing, mugs, until

SLOW = pytest.mark.parametrize("emulator", [{"latency": 1.2}], indirect=True)


@SLOW
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_orders_nothing_more_and_the_next_build_picks_up(project, emulator, number):
    project.write("imagegen.toml", mugs(3, provider={"max_in_flight": 2}))
    running = project.start("build")
    until(lambda: emulator.charges == 2)
    running.signal(number)
    told = running.finish(code=128 + number).stderr
    assert "the next build goes on from here" in told
    assert emulator.posts == 2
    assert "2 jobs not settled" in project.run("jobs", code=0).stderr
    assert "ordered already, nothing more to pay" in project.run("plan", code=0).stdout
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == emulator.posts == 3


def paths(emulator, start):
    return [seen.path for seen in emulator.requests if seen.path.startswith(start)]


MOMENTS = {
    "the first order arrives": lambda project, emulator: emulator.posts >= 1,
    "all orders are charged": lambda project, emulator: emulator.charges == 3,
    "the jobs are looked at": lambda project, emulator: paths(emulator, "/v2/jobs"),
    "the pictures are fetched": lambda project, emulator: paths(emulator, "/cdn/"),
    "the lock appears": lambda project, emulator: project.path("imagegen.lock").exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_at_any_moment_costs_nothing(project, emulator, moment):
    project.write("imagegen.toml", mugs(3))
    running = project.start("build")
    until(lambda: MOMENTS[moment](project, emulator))
    running.kill()
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == 3
    left = project.run("jobs", "--json", code=0).json["jobs"]
    assert {job["state"] for job in left} <= {"STORED"}


def kill_when(running, emulator, charges):
    until(lambda: emulator.charges >= charges or running.process.poll() is not None)
    running.kill()


@pytest.mark.slow
@pytest.mark.parametrize("emulator", [{"latency": 0.4}], indirect=True)
def test_a_build_killed_again_and_again_ends_with_one_charge_for_each_picture(project, emulator):
    project.write("imagegen.toml", mugs(4, provider={"max_in_flight": 2}))
    for charges in (1, 2, 3):
        kill_when(project.start("build"), emulator, charges)
    project.run("build", code=0)
    assert emulator.charges == 4


@pytest.mark.parametrize("emulator", [{"latency": 2}], indirect=True)
def test_two_builds_of_one_project_take_turns(project, emulator):
    project.write("imagegen.toml", mugs(2))
    first, second = project.start("build"), project.start("build")
    told = first.finish(code=0).stderr + second.finish(code=0).stderr
    assert "waiting for another build of this project" in told
    assert emulator.charges == emulator.posts == 2


@pytest.mark.parametrize("emulator", [{"latency": 0.5}], indirect=True)
def test_two_clones_on_one_machine_buy_each_picture_once(project, emulator):
    project.write("imagegen.toml", mugs(3))
    shutil.copytree(project.folder, project.folder.with_name("clone"))
    clone = project.beside("clone")
    first, second = project.start("build"), clone.start("build")
    first.finish(code=0)
    second.finish(code=0)
    assert emulator.charges == 3
    assert project.read("imagegen.lock") == clone.read("imagegen.lock")


@pytest.mark.parametrize("emulator", [{"latency": 0.5}], indirect=True)
def test_two_machines_with_one_account_are_charged_once(project, emulator):
    project.write("imagegen.toml", mugs(2))
    colleague = project.on_another_machine()
    first, second = project.start("build"), colleague.start("build")
    first.finish(code=0)
    second.finish(code=0)
    assert emulator.charges == 2
    assert project.read("imagegen.lock") == colleague.read("imagegen.lock")


def test_two_machines_with_references_are_never_charged_twice(project, emulator):
    project.write("imagegen.toml", listing({"cup": "a cup"}))
    project.run("build", code=0)
    shutil.copy(project.path("images/cup.jpg"), project.path("cup.jpg"))
    project.write(
        "imagegen.toml",
        listing({"cup": "a cup", "two": {"prompt": "b", "references": ["cup.jpg"]}}),
    )
    colleague = project.on_another_machine()
    project.run("build", code=0)
    result = colleague.run("build")
    assert emulator.charges == 2
    # Uploads give every machine another address, so the second order has another body.
    assert result.code in (0, 4)
