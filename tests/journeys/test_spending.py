"""Spending limits: of one run, of one day, in pictures and in credits."""

import journey
import pytest
from gallery import listing, mugs

WIDE = {"max_in_flight": 101}


@pytest.mark.parametrize(
    "emulator", [{"slots": 101, "picture_scale": 64, "latency": 0}], indirect=True
)
def test_more_than_a_hundred_pictures_must_be_asked_for(project, emulator):
    params = {"params": {"resolution": "0.5MP"}}
    project.write("imagegen.toml", mugs(101, provider=WIDE, defaults=params))
    told = project.run("build", code=5).stderr
    assert "would buy 101 pictures and may buy 100" in told
    assert "imagegen build --max-images 101" in told
    assert len(emulator.requests) == 0
    project.run("build", "--max-images", "101", code=0)
    assert emulator.charges == emulator.posts == 101


def test_the_project_may_set_the_number_of_pictures_and_the_command_line_wins(project, emulator):
    project.write("imagegen.toml", mugs(2, budget={"images_per_run": 1}))
    project.run("build", code=5)
    project.run("build", "--max-images", "0", code=5)
    assert len(emulator.requests) == 0
    project.run("build", "--max-images", "2", code=0)
    assert emulator.charges == 2


def test_a_plan_that_is_too_dear_by_known_prices_buys_nothing(project, emulator):
    project.write("imagegen.toml", mugs(3, prices={"flux-2-pro": 6}))
    assert "Costs 18 credits." in project.run("plan", code=0).stdout
    told = project.run("build", "--max-cost", "17", code=5).stderr
    assert "this run would cost 18 credits and may cost 17" in told
    assert len(emulator.requests) == 0


@pytest.mark.parametrize("emulator", [{"prices": {"flux-2-pro": 6}}], indirect=True)
def test_unknown_prices_pass_a_limit_by_one_picture_at_most(project, emulator):
    project.write("imagegen.toml", mugs(4))
    told = project.run("build", "--max-cost", "12", code=5).stderr
    assert "--max-cost" in told
    assert emulator.running.service.ledger.spent == 12
    assert emulator.posts == 2
    assert project.run("plan", "--json", code=0).json["summary"]["generate"] == 2


@pytest.mark.parametrize("emulator", [{"prices": {"flux-2-pro": 6}}], indirect=True)
def test_the_limit_of_a_day_holds_over_several_builds(project, emulator):
    project.write("imagegen.toml", mugs(3, budget={"credits_per_day": 10}))
    project.run("build", "mug-1", code=0)
    told = project.run("build", code=5).stderr
    assert "credits_per_day" in told
    assert emulator.charges == emulator.posts == 1
    project.write("imagegen.toml", mugs(3, budget={"credits_per_day": 18}))
    project.run("build", code=0)
    assert emulator.charges == 3


def test_a_price_that_was_charged_is_the_price_of_the_next_plan(project, emulator):
    project.write("imagegen.toml", mugs(1))
    project.run("build", code=0)
    project.write("imagegen.toml", mugs(2))
    plan = project.run("plan", "--json", code=0).json
    assert plan["summary"]["price"] == emulator.running.ledger[0].credits
    assert plan["summary"]["unknown_prices"] == 0


@pytest.mark.parametrize("emulator", [{"credits": 13, "prices": {"flux-2-pro": 6}}], indirect=True)
def test_credits_that_run_out_stop_the_rest(project, emulator):
    project.write("imagegen.toml", mugs(4, provider={"max_in_flight": 1}))
    told = project.run("build", code=1).stderr
    assert "not enough credits" in told
    assert "Spent 12 credits on 2 pictures" in told
    assert (emulator.charges, emulator.posts) == (2, 3)


def test_a_disk_that_cannot_keep_a_picture_stops_before_any_money(project, emulator):
    (project.home / "imagegen").parent.mkdir(parents=True, exist_ok=True)
    (project.home / "imagegen").write_text("a file where the home should be")
    project.write("imagegen.toml", listing({"mug": "a mug"}))
    result = project.run("build")
    assert result.code in (1, 2)
    assert isinstance(emulator, journey.Emulator)
    assert len(emulator.requests) == 0
