"""Waiting for a picture of the same run: ordered with its bytes, or not at all."""

from __future__ import annotations

from dataclasses import replace

import buying
import pytest
import values
from desk import Studio, webp
from seller import Seller, job
from test_chain import HERO, MUG, SCENE

from imagegen import chain, digest
from imagegen.build.awaited import Awaited, NotTried
from imagegen.build.purchase import Purchase, State
from imagegen.errors import Problem
from imagegen.original import Original
from imagegen.plan import Action, Change, Plan
from imagegen.providers.provider import JobStatus, Refused
from imagegen.request import DRAFT
from imagegen.store.store import Answer

RED, BLUE = webp(), webp(colour="blue")


def seller(*pictures, **given):
    """Return a seller that makes these pictures one after the other."""
    jobs = [replace(job(JobStatus.QUEUED), id=f"job-{n}") for n in range(len(pictures))]
    done = [replace(job(urls=(f"https://x/{n}",)), id=f"job-{n}") for n in range(len(pictures))]
    return Seller(**{"submits": jobs, "looks": done, "files": list(pictures), **given})


def settled_on(data):
    return chain.settled(MUG, {"hero": digest.sha256_of(data)})


def answered(studio, target, data):
    original = Original(studio.store.put(data), len(data), "webp", 8, 8)
    studio.store.remember(Answer(target.request.canonical, 1, 1, "job-9", 4, (original,)))


def test_what_follows_is_ordered_with_the_picture_that_was_just_made(tmp_path):
    studio = Studio(tmp_path, seller(RED, BLUE))
    assert studio.build(HERO, MUG).exit_code == 0
    assert len(studio.seller.posted) == 2
    assert studio.lock.images["mug"].request == settled_on(RED).request.canonical
    assert studio.plan(HERO, MUG).idle


def test_what_was_answered_before_is_not_bought_again(tmp_path):
    studio = Studio(tmp_path, seller(RED))
    answered(studio, settled_on(RED), BLUE)
    assert len(studio.plan(HERO, MUG).paid) == 2
    result = studio.build(HERO, MUG)
    assert (result.exit_code, len(studio.seller.posted)) == (0, 1)
    assert studio.workspace.read("images/mug.webp") == BLUE


def test_what_was_refused_before_is_not_asked_for_again(tmp_path):
    studio = Studio(tmp_path, seller(RED))
    request = settled_on(RED).request
    intent = replace(
        buying.intent(), purchase=Purchase(request.key, 1, 1), request=request.canonical
    )
    entry = studio.ledger.intend(intent, buying.allowed)
    studio.ledger.note(entry.purchase, State.FAILED, error="not decent", moderated=True)
    result = studio.build(HERO, MUG)
    assert len(studio.seller.posted) == 1
    assert [one.problem.summary for one in result.failures] == ["refused by moderation: not decent"]


def test_nothing_is_ordered_after_a_picture_that_could_not_be_made(tmp_path):
    refused = Refused(Problem("a bad prompt"), status=400)
    studio = Studio(tmp_path, Seller(submits=[refused]))
    result = studio.build(HERO, MUG, SCENE)
    assert len(studio.seller.posted) == 1
    told = {one.name: one.problem.summary for one in result.failures if one.stopped}
    assert told == {
        "mug": "`hero`, which it refers to, was not made",
        "scene": "`mug`, which it refers to, was not made",
    }


@pytest.mark.anyio
async def test_an_image_outside_the_plan_is_not_waited_for(tmp_path):
    studio = Studio(tmp_path, seller(RED))
    change = Change("mug", Action.GENERATE, target=MUG)
    awaited = Awaited(Plan((change,)), studio.desk(MUG), studio.workspace)
    with pytest.raises(NotTried):
        await awaited.ready(change, MUG)


@pytest.mark.anyio
async def test_an_image_outside_the_plan_is_no_former_name(tmp_path):
    studio = Studio(tmp_path, seller(RED))
    cup = replace(settled_on(RED), name="cup", output="images/cup.webp")
    lock = values.lock_of(values.locked(cup, take=0, job_id=None, credits=None))
    mug, hero = (Change(one.name, Action.GENERATE, target=one) for one in (MUG, HERO))
    desk = replace(studio.desk(HERO, MUG, cup), lock=lock)
    awaited = Awaited(Plan((hero, mug)), desk, studio.workspace)
    awaited.made("hero", digest.sha256_of(RED))
    awaited.over("hero")
    ready = await awaited.ready(mug, MUG)
    assert (ready.action, ready.take, ready.adopted) == (Action.GENERATE, 1, None)


@pytest.mark.anyio
async def test_what_is_fetched_is_waited_for_only_by_what_is_bought(tmp_path):
    studio = Studio(tmp_path, seller(RED))
    fetched = Change("hero", Action.RESTORE, target=HERO, fetches=True)
    mug = settled_on(RED)
    kept, bought = (Change("mug", one, target=mug) for one in (Action.RESTORE, Action.GENERATE))
    awaited = Awaited(Plan((fetched, bought)), studio.desk(HERO, mug), studio.workspace)
    awaited.over("hero")
    assert await awaited.ready(kept, mug) is kept
    with pytest.raises(NotTried):
        await awaited.ready(bought, mug)
    draft = replace(mug, request=replace(mug.request, provider=DRAFT))
    painted = replace(bought, target=draft)
    assert await awaited.ready(painted, draft) is painted
    awaited.made("hero", digest.sha256_of(RED))
    assert await awaited.ready(bought, mug) is bought


def test_the_values_of_these_tests_are_what_they_say():
    assert MUG.awaited == ("hero",)
    assert values.target().awaited == ()
