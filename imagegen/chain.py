"""Owns the order among images that refer to each other: deciding again until nothing more settles.

A request that refers to `@hero` is final once it is known which picture `hero` shows, and that
is decided like everything else, by `diff`. Pure but for the looking around that it is handed.
Rings and unknown names never get here: `project.mentions` refuses them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from imagegen.diff import diff
from imagegen.lock import Lock
from imagegen.plan import Plan, PurchaseKey, Wish, World
from imagegen.request import DRAFT, IMAGE_MARK, Reference, Source, Target

LookAround = Callable[[Sequence[Target], World | None], World]
"""Gives what a plan for these targets has to know; the world of an earlier look may help."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The picture that an image shows, as a request is to name it."""

    sha256: str | None
    mark: str = ""
    """What stands in for the digest while that is not known: equal for equal purchases."""
    withheld: str = ""
    """Why it cannot be had."""


def decide(
    targets: Sequence[Target], lock: Lock, look_around: LookAround, wish: Wish | None = None
) -> Plan:
    """Return the plan for `targets`, with the references among them settled as far as can be.

    A target stays unsettled while what it refers to is to be made; its change says so. One look
    is enough for a project in which no image refers to another, or nothing has changed.
    """
    names = {one.image for target in targets for one in target.sources if one.image}
    world = look_around(targets, None) if not names else None
    if world is not None:
        return diff(targets, lock, world, wish)
    # Where nothing has changed, this guess is right, and it is proved by coming out again.
    locked = lock.images
    shown = {
        name: _Shown(locked[name].original.sha256) if name in locked else _new(name)
        for name in names
    }
    # Whatever is guessed wrong, a chain settles at least one image further in every round.
    for _ in range(len(names) + 2):
        targets = [_settled(target, shown) for target in targets]
        world = look_around(targets, world)
        withheld = {name: one.withheld for name, one in shown.items() if one.withheld}
        plan = diff(targets, lock, replace(world, withheld=withheld), wish)
        found = _found(plan, names)
        lost = {name for name, one in found.items() if shown[name].sha256 and not one.sha256}
        if all(shown[name] == one for name, one in found.items()):
            return plan
        # What follows a picture that is not there any more is most likely new as well.
        shown |= found | {name: _new(name) for name in _followers(lost, targets) & names}
    raise RuntimeError("images refer to each other in a ring")


def with_referred(names: Collection[str], targets: Sequence[Target]) -> set[str]:
    """Return `names` and those of all images that they refer to, directly or through others."""
    return _reached(names, {one.name: [by.image for by in one.sources] for one in targets})


def settled(target: Target, found: Mapping[str, str]) -> Target:
    """Return `target` with the sha256 that `found` gives for the pictures of other images."""
    return target.with_digests({f"{IMAGE_MARK}{name}": one for name, one in found.items()})


def _settled(target: Target, shown: Mapping[str, _Shown]) -> Target:
    if target.request.provider == DRAFT:
        # Painted from words alone, it stays as it is whatever becomes of the others.
        return target
    pairs = list(zip(target.sources, target.request.references, strict=True))
    new = [_named(source, reference, shown) for source, reference in pairs]
    if new == pairs:
        return target
    request = replace(target.request, references=tuple(reference for _, reference in new))
    return replace(target, request=request, sources=tuple(source for source, _ in new))


def _named(
    source: Source, reference: Reference, shown: Mapping[str, _Shown]
) -> tuple[Source, Reference]:
    one = shown.get(source.image) if source.image else None
    if one is None:
        return source, reference
    return replace(source, sha256=one.sha256), replace(reference, sha256=one.sha256 or one.mark)


def _found(plan: Plan, names: Collection[str]) -> dict[str, _Shown]:
    """Return what each of the images `names` shows by `plan`, as far as it lists them."""
    found: dict[str, _Shown] = {}
    first: dict[PurchaseKey | None, str] = {}
    for change in plan.changes:
        if change.name not in names:
            continue
        if change.shows is not None:
            found[change.name] = _Shown(change.shows)
        elif change.block is not None:
            found[change.name] = _Shown(None, f"withheld:{change.name}", change.blocked)
        else:
            # Two images of one purchase show one picture, and so do those that refer to them.
            found[change.name] = _new(first.setdefault(change.purchase, change.name))
    return found


def _new(name: str) -> _Shown:
    return _Shown(None, f"new:{name}")


def _followers(names: Collection[str], targets: Sequence[Target]) -> set[str]:
    """Return the images that refer to one of `names`, directly or through others."""
    followers: dict[str, list[str]] = {}
    for target in targets:
        for source in target.sources:
            if source.image:
                followers.setdefault(source.image, []).append(target.name)
    return _reached(names, followers) - set(names)


def _reached(names: Collection[str], ways: Mapping[str, Collection[str | None]]) -> set[str]:
    """Return `names` and all that the ways from them lead to."""
    found, waiting = set(names), list(names)
    while waiting:
        for name in ways.get(waiting.pop(), ()):
            if name and name not in found:
                found.add(name)
                waiting.append(name)
    return found
