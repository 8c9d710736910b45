"""Owns what is asked of the words and the exit code with which a disturbed build ends."""

from __future__ import annotations

from collections.abc import Iterator

from .scene import Scene
from .tally import Failure
from .zygote import Run

_DOCUMENTED = frozenset((0, 1, 2, 4, 5))
_NAMED = ("`", "temporary folder")
_TO_DO = ("again", "IMAGEGEN_HOME", "resolve", "check the disk", "run ")


def faults_of_words(scene: Scene, ended: Run, repeat: str) -> Iterator[Failure]:
    """Yield what is wrong with how a build says that its disk fails."""
    told = ended.told
    if "Traceback" in told or "This is a bug" in told:
        yield Failure("bug shown", told + _told_of_bugs(scene), repeat)
        return
    if ended.code not in _DOCUMENTED:
        yield Failure("undocumented end", f"exit code {ended.code}: {told}", repeat)
    if scene.key in told:
        yield Failure("leaked key", told, repeat)
    if ended.code == 0:
        return
    if not any(named in told for named in (str(scene.home), *_NAMED)):
        yield Failure("no file named", told, repeat)
    if not any(word in told for word in _TO_DO):
        yield Failure("nothing to do told", told, repeat)


def _told_of_bugs(scene: Scene) -> str:
    files = scene.temporary.glob("imagegen-bug-*.txt")
    return "\n".join(file.read_text(errors="replace") for file in files)
