"""Owns the end of a history: the build that is left alone, and what must hold after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagegen.emulator.serve import Running

from .scene import Scene, double_charges, judged
from .tally import Failure
from .zygote import Run, Zygote


def built(scene: Scene, zygote: Zygote) -> Run:
    """Return how a build ended that nobody disturbed."""
    return zygote.run(["build"], folder=scene.folder, environment=scene.closed_environment)


def aftermath(scene: Scene, vendor: Running, zygote: Zygote, repeat: str) -> Iterator[Failure]:
    """Build to the end, and yield every promise that is broken then.

    The same command is the only remedy; `check` agrees with it; once more costs nothing.
    """
    last = built(scene, zygote)
    if last.code != 0:
        yield from double_charges(scene, vendor, repeat)
        yield Failure("no recovery", f"exit code {last.code}: {last.told}", repeat)
        return
    yield from at_peace(scene, vendor, zygote, repeat)


def at_peace(
    scene: Scene, vendor: Running, zygote: Zygote, repeat: str, *, asked: Sequence[str] = ()
) -> Iterator[Failure]:
    """Yield every promise that is broken after a build that succeeded; `asked` as for `judged`."""
    yield from judged(scene, vendor, repeat, asked=asked)
    check = zygote.run(["check"], folder=scene.folder, environment=scene.closed_environment)
    if check.code != 0:
        yield Failure("check fails", check.told, repeat)
    before = len(vendor.requests)
    again = built(scene, zygote)
    if again.code != 0 or len(vendor.requests) != before:
        yield Failure("second build works", again.told, repeat)
