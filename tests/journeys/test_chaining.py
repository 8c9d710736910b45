"""Images that refer to each other: made in their order, bought anew only when what they show is."""

from __future__ import annotations

import io
import time

import pytest
from gallery import accepted, killed_when, listing, spoil, until
from PIL import Image

from imagegen import digest
from imagegen import lock as lockfile

SLOW = pytest.mark.parametrize("emulator", [{"latency": 0.5}], indirect=True)

CHAIN = {
    "hero": {"prompt": "a lighthouse"},
    "night": {"prompt": "the same at night", "references": ["@hero"]},
    "snow": {"prompt": "that in snow", "references": ["@night"]},
}


def chain(**changes):
    """Return a project file with the chain, and other values for keys of its images."""
    return listing({name: {**one, **changes.get(name, {})} for name, one in CHAIN.items()})


def actions(project, *options):
    rows = project.run("plan", "--json", *options, code=0).json["changes"]
    return {row["name"]: row["action"] for row in rows}


def locked(project):
    return lockfile.parse(project.bytes(lockfile.NAME), lockfile.NAME).images


def built(project, emulator, text=None):
    project.write("imagegen.toml", text or chain())
    project.run("build", code=0)
    return emulator.charges


def free(project, emulator, *options):
    """Build, and insist that nothing was sent."""
    before = len(emulator.requests)
    project.run("build", *options, code=0)
    assert len(emulator.requests) == before


def bought(emulator):
    """Return for each charged order, oldest first, its prompt and the digests of what it shows."""
    service, found = emulator.running.service, []
    for charge in emulator.running.charges:
        sent = service.shop.shelf.get(charge.job).input
        params = next((one for one in sent.values() if isinstance(one, dict)), {})
        names = [params.get("image_prompt"), *params.get("input_images", [])]
        files = [name.rpartition("/")[2] for name in names if name]
        data = [service.uploads.get(name, time.time()) for name in files]
        found.append((sent["prompt"], [digest.sha256_of(one) for one in data]))
    return found


def test_a_chain_is_made_in_its_order_each_from_the_picture_before(project, emulator):
    # Those that wait hold none of the places for open jobs, or one place would never do.
    project.write("imagegen.toml", chain() + "[provider]\nmax_in_flight = 1\n")
    told = project.run("plan", code=0).stdout
    assert "3 to generate" in told
    assert "new picture of `night`" in told
    assert actions(project, "snow") == dict.fromkeys(CHAIN, "generate")
    assert emulator.posts == 0
    project.run("build", code=0)
    shown = {name: one.original.sha256 for name, one in locked(project).items()}
    assert bought(emulator) == [
        ("a lighthouse", []),
        ("the same at night", [shown["hero"]]),
        ("that in snow", [shown["night"]]),
    ]
    assert set(actions(project).values()) == {"keep"}
    project.run("check", code=0)
    free(project, emulator)


def test_an_edit_at_the_start_buys_all_that_follows_and_its_return_nothing(project, emulator):
    built(project, emulator)
    project.write("imagegen.toml", chain(hero={"prompt": "a windmill"}))
    told = project.run("plan", code=0).stdout
    assert "3 to generate" in told
    assert '-> "new picture of `hero`"' in told
    stale = project.run("check", code=1).stdout
    assert stale.count("stale") == 3
    project.run("build", code=0)
    assert emulator.charges == 6
    project.write("imagegen.toml", chain())
    assert set(actions(project).values()) == {"restore"}
    free(project, emulator)
    project.run("check", code=0)
    assert emulator.charges == 6


def test_a_named_image_brings_what_it_refers_to_and_no_more(project, emulator):
    project.write("imagegen.toml", chain())
    assert actions(project, "night") == {"hero": "generate", "night": "generate"}
    project.run("build", "night", code=0)
    assert emulator.charges == 2
    assert actions(project, "snow") == {"hero": "keep", "night": "keep", "snow": "generate"}
    project.run("build", "hero", "--replace", "hero", code=0)
    assert emulator.charges == 3
    assert actions(project) == {"hero": "keep", "night": "generate", "snow": "generate"}


def test_two_that_follow_one_are_bought_once_each_and_twins_once_together(project, emulator):
    same = {"prompt": "the same at night", "references": ["@hero"]}
    other = {"prompt": "the same at night", "references": ["@double"]}
    # What refers to `double` comes first then: its picture needs no converting.
    hero = {"prompt": "a lighthouse", "output": "hero.avif"}
    images = {"hero": hero, "double": "a lighthouse", "night": same, "twin": same}
    images |= {"third": other, "snow": {"prompt": "it in snow", "references": ["@hero"]}}
    project.write("imagegen.toml", listing(images))
    counts = list(actions(project).values())
    assert (counts.count("generate"), counts.count("restore")) == (3, 3)
    project.run("build", code=0)
    assert emulator.charges == emulator.posts == 3
    assert project.bytes("images/night.jpg") == project.bytes("images/third.jpg")
    free(project, emulator)


def test_a_rename_is_free_also_for_those_that_refer_to_it(project, emulator):
    built(project, emulator)
    images = {"lead": CHAIN["hero"], "night": {**CHAIN["night"], "references": ["@lead"]}}
    project.write("imagegen.toml", listing({**images, "snow": CHAIN["snow"]}))
    assert actions(project) == {
        "lead": "restore",
        "night": "keep",
        "snow": "keep",
        "hero": "retire",
    }
    free(project, emulator)
    project.run("check", code=0)


def test_protection_holds_what_follows_a_changed_picture(project, emulator):
    built(project, emulator)
    project.write("imagegen.toml", chain(hero={"prompt": "a windmill"}, night={"protect": True}))
    assert actions(project) == {"hero": "generate", "night": "keep", "snow": "keep"}
    project.run("build", code=0)
    assert emulator.charges == 4
    free(project, emulator)


def test_another_take_changes_what_follows_and_the_first_one_back_is_free(project, emulator):
    built(project, emulator)
    before = project.bytes("images/snow.jpg")
    project.run("build", "--replace", "hero", code=0)
    assert emulator.charges == 6
    project.write("imagegen.toml", chain(hero={"take": 1}))
    free(project, emulator)
    assert project.bytes("images/snow.jpg") == before


def test_another_choice_changes_what_follows_and_the_one_before_is_free(project, emulator):
    text = chain(hero={"candidates": 2})
    assert built(project, emulator, text) == 4
    project.run("pick", "hero", "2", code=0)
    assert emulator.charges == 4
    wanted = {name: one for name, one in actions(project).items() if one != "keep"}
    assert wanted == {"night": "generate", "snow": "generate"}
    project.run("build", code=0)
    assert emulator.charges == 6
    project.run("pick", "hero", "1", code=0)
    free(project, emulator)
    project.run("check", code=0)
    project.run("mv", "hero", "lead", code=0)
    assert "@lead" in project.read("imagegen.toml")
    free(project, emulator)


def test_an_edited_picture_that_is_accepted_goes_into_what_follows(project, emulator):
    built(project, emulator)
    drawn = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(drawn, "JPEG")
    project.write("images/hero.jpg", drawn.getvalue())
    project.run("accept", "hero", code=0)
    assert actions(project, "night") == {"hero": "keep", "night": "generate"}
    project.run("build", "night", code=0)
    assert bought(emulator)[-1] == ("the same at night", [digest.sha256_of(drawn.getvalue())])
    clone = project.on_another_machine()
    clone.run("build", "night", code=0)
    project.run("pick", "hero", "1", code=0)
    free(project, emulator)
    assert emulator.charges == 4


def test_what_follows_a_refused_picture_is_not_bought(project, emulator):
    spoil(emulator, "job-refused", match={"prompt": "lighthouse"})
    project.write("imagegen.toml", chain())
    told = project.run("build", code=1).stderr
    assert "not tried: `hero`, which it refers to, was not made" in told
    assert emulator.posts == 1
    told = project.run("plan", code=0).stdout
    assert "it refers to `night`: it refers to `hero`: refused by moderation" in told
    project.run("build", code=1)
    assert (emulator.posts, emulator.charges) == (1, 0)
    emulator.running.faults.clear()
    project.write("imagegen.toml", chain(hero={"prompt": "a windmill"}))
    project.run("build", code=0)
    assert emulator.charges == 3


def test_a_refused_edit_leaves_those_that_follow_with_the_old_picture(project, emulator):
    built(project, emulator)
    spoil(emulator, "job-refused", match={"prompt": "windmill"})
    project.write("imagegen.toml", chain(hero={"prompt": "a windmill"}))
    before = project.bytes("images/night.jpg")
    for _ in range(2):
        project.run("build", code=1)
    assert (emulator.charges, emulator.posts) == (3, 4)
    assert project.bytes("images/night.jpg") == before


MOMENTS = {
    "the first is ordered": lambda project, emulator: emulator.posts == 1,
    "the second is ordered": lambda project, emulator: emulator.posts == 2,
    "the second job is noted": lambda project, emulator: accepted(project, 2),
}


@SLOW
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_chain_that_was_killed_is_taken_up_where_it_was(project, emulator, moment):
    project.write("imagegen.toml", chain())
    killed_when(project, "build", happened=lambda: MOMENTS[moment](project, emulator))
    project.run("build", code=0)
    assert emulator.charges == 3
    free(project, emulator)
    project.run("check", code=0)


@SLOW
def test_an_edit_of_the_start_while_what_follows_is_made_loses_no_picture(project, emulator):
    project.write("imagegen.toml", chain())
    killed_when(project, "build", happened=lambda: accepted(project, 2))
    project.write("imagegen.toml", chain(hero={"prompt": "a windmill"}))
    project.run("build", code=0)
    assert emulator.charges == 5


def test_a_saved_plan_of_a_chain_counts_what_follows_and_can_be_carried_out(project, emulator):
    project.write("imagegen.toml", chain())
    project.run("build", "--max-images", "2", code=5)
    assert emulator.posts == 0
    project.run("plan", "--out", "plan.json", code=0)
    project.run("build", "--plan", "plan.json", code=0)
    assert emulator.charges == 3


def test_a_fresh_clone_has_nothing_to_buy(project, emulator):
    built(project, emulator, chain(hero={"output": "hero.png"}))
    clone = project.on_another_machine()
    clone.run("check", code=0)
    assert clone.run("plan", "--check", code=0)
    free(clone, emulator)
    # The reference is the picture as it came: the output is another format, so it is fetched.
    clone.write(
        "imagegen.toml", chain(hero={"output": "hero.png"}, night={"prompt": "the same at noon"})
    )
    clone.run("build", "night", code=0)
    assert bought(emulator)[-1] == ("the same at noon", [locked(clone)["hero"].original.sha256])
    assert emulator.charges == 4


def test_drafts_refer_to_each_other_for_free(project, offline):
    project.key = None
    project.write("imagegen.toml", chain())
    project.run("build", "--draft", code=0)
    assert project.run("build", "--draft", code=0).stderr.startswith("Nothing to do")


def test_a_draft_of_the_start_is_no_reference_for_money(project, emulator):
    project.write("imagegen.toml", chain())
    project.run("build", "--draft", code=0)
    assert set(actions(project).values()) == {"generate"}
    project.run("build", code=0)
    shown = {name: one.original.sha256 for name, one in locked(project).items()}
    assert [seen for _, seen in bought(emulator)] == [[], [shown["hero"]], [shown["night"]]]
    project.write("imagegen.toml", chain(hero={"prompt": "a windmill"}))
    project.run("build", "--draft", code=0)
    assert emulator.charges == 3


def test_a_picture_goes_into_the_field_that_the_model_has(project, emulator):
    pro = {"model": "flux-1.1-pro", "prompt": "the same at night"}
    images = {
        "hero": "a lighthouse",
        "own": {"prompt": "the same in snow", "params": {"image_prompt": "@hero"}},
        "pro": {**pro, "references": ["@hero"]},
    }
    project.write("imagegen.toml", listing(images))
    project.run("build", code=0)
    hero = locked(project)["hero"].original.sha256
    assert sorted(bought(emulator))[1:] == [
        ("the same at night", [hero]),
        ("the same in snow", [hero]),
    ]
    images["pro"] = {**pro, "references": ["@hero", "@own"]}
    project.write("imagegen.toml", listing(images))
    assert "takes at most 1 picture" in project.run("plan", code=2).stderr


def picture(colour):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return file.getvalue()


@SLOW
def test_a_file_that_changes_during_the_build_is_not_sent(project, emulator):
    project.write("art/mug.png", picture("red"))
    images = {
        "hero": "a lighthouse",
        "mug": {"prompt": "x", "references": ["@hero", "art/mug.png"]},
    }
    project.write("imagegen.toml", listing(images))
    running = project.start("build")
    until(lambda: emulator.posts == 1)
    project.write("art/mug.png", picture("blue"))
    told = running.finish(code=1).stderr
    assert "`art/mug.png` has changed since it was read" in told
    assert (emulator.posts, emulator.charges) == (1, 1)
    project.run("build", code=0)
    assert bought(emulator)[-1][1][1] == digest.sha256_of(picture("blue"))
