"""Owns small whole values for tests: a request, a target, a locked entry, a world."""

from __future__ import annotations

from dataclasses import replace

from imagegen.derivative import Derivation
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.original import Original
from imagegen.plan import World
from imagegen.request import Request, Target

SHA = "a" * 64
OTHER_SHA = "b" * 64


def request(prompt: str = "a mug", **changes: object) -> Request:
    plain = Request(
        provider="apiframe",
        model="flux-2-pro",
        prompt=prompt,
        params=(("output_format", "webp"), ("resolution", "1MP")),
        seed=None,
        references=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def target(name: str = "mug", of: Request | None = None, **changes: object) -> Target:
    plain = Target(
        name=name,
        request=of or request(),
        take=None,
        output=f"images/{name}.webp",
        output_format="webp",
        alt=None,
        protect=False,
        sources=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def locked(
    of: Target | None = None, *, take: int = 1, sha256: str = SHA, **changes: object
) -> Locked:
    one = of or target()
    plain = Locked(
        name=one.name,
        request=one.request.canonical,
        request_key=one.request.key,
        take=take,
        seed=one.request.seed_for(take),
        job_id="4ffcb9da-0000-4000-8000-000000000001",
        credits=12,
        original=Original(sha256, 1000, "webp", 1024, 1024),
        outputs=(Output(one.output, sha256),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def lock_of(*entries: Locked) -> Lock:
    return Lock({one.name: one for one in entries})


def in_place(*entries: Locked) -> World:
    """A world in which every locked output has its bytes and nothing else is at hand."""
    files = {out.path: out.sha256 for one in entries for out in one.outputs}
    return World(files=files, originals=frozenset(one.original.sha256 for one in entries))


def derivation(**changes: object) -> Derivation:
    """What a target wants derived: two widths as WebP, all of the picture."""
    plain = Derivation(
        widths=(200, 400),
        formats=("webp",),
        quality={"webp": 80},
        crop=None,
        focus=(0.5, 0.5),
        upscale=False,
        name="{stem}-{width}.{format}",
        letterings={},
        marks=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
