"""Owns the attack by hostile projects: each is refused in time, with its place, and nothing else.

Hand-picked ones come first, then generated ones, then mutants of valid ones, which may also be
valid. Each is tried in a folder of its own with a key, where the API would be listens somebody who
must not be asked, and a picture beside the project must stay as it is.
"""

from __future__ import annotations

import functools
import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import journey

import imagegen

from . import canary
from .project_case import Case, Outcome
from .project_corpus import PNG, hand_picked
from .project_forks import HANGS, Forks, Used
from .project_grid import grid
from .project_locks import hostile_locks, hostile_settings
from .project_mutations import mutation
from .project_sets import hostile_sets
from .tally import Failure, Tally

SECONDS = 2.0
MEMORY = 300 * 1024
"""KiB."""
TOLD = 200_000
"""Bytes that a refusal may have; a hundred problems with their lines fit."""

CORPUS = 1000
"""Projects of the corpus; what is asked for beyond is mutants."""

_WHOLE = 20
"""Each such try is a command in a new interpreter, as a person starts it."""

_PACKAGE = Path(imagegen.__file__).resolve().parent.parent
_HEAD = re.compile(
    r"^(?:error|warning): (?:(?P<file>[^\s:]+):(?P<line>\d+):(?P<column>\d+): )?", re.M
)


def run(
    count: int, *, seed: int, first_failure: bool = False, only: Iterable[int] | None = None
) -> Tally:
    """Try the first `count` projects, or `only` those of them."""
    failures: list[Failure] = []
    tried, slowest, largest = 0, 0.0, 0
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imagegen-projects-")))
        silence = journey.Silence()
        stack.callback(silence.close)
        ground = _Ground(place, silence, stack.enter_context(Forks(_PACKAGE)))
        for number in range(count) if only is None else only:
            case = _case(number, seed)
            broken, used = ground.tried(case, number)
            tried += 1
            slowest, largest = max(slowest, used.seconds), max(largest, used.memory)
            repeat = f"seed {seed}, number {number}: {case.name}"
            failures += [Failure(*one, repeat) for one in broken]
            if failures and first_failure:
                break
    counts = {"ms at most": round(slowest * 1000), "MiB at most": largest // 1024}
    return Tally("projects", tried, tuple(failures), counts)


def _case(number: int, seed: int) -> Case:
    cases = corpus(seed)
    return cases[number] if number < len(cases) else mutation(number, seed)


@functools.lru_cache(maxsize=2)
def corpus(seed: int) -> tuple[Case, ...]:
    """Return the corpus: all that is hand-picked, filled up with what is generated."""
    picked = [*hand_picked(), *hostile_locks(), *hostile_settings(), *hostile_sets()]
    return tuple((picked + grid(seed))[: max(CORPUS, len(picked))])


Broken = tuple[str, str]
"""A broken promise and what was seen."""


@dataclass(frozen=True, slots=True)
class _Said:
    args: tuple[str, ...]
    used: Used
    stdout: bytes
    stderr: bytes

    def __str__(self) -> str:
        told = (self.stdout[-500:] + b"\n--\n" + self.stderr[:1500]).decode(
            errors="backslashreplace"
        )
        return f"`imagegen {' '.join(self.args)}` gave {self.used.code}:\n{told}"


@dataclass(frozen=True, slots=True)
class _Ground:
    """The place where projects are tried, one after the other."""

    place: Path
    silence: journey.Silence
    forks: Forks

    def tried(self, case: Case, number: int) -> tuple[list[Broken], Used]:
        """Try one project; too slow counts only when it is so three times."""
        with tempfile.TemporaryDirectory(dir=self.place, prefix="try-") as name:
            ground = Path(name)
            outside, project, said = ground / "outside", ground / "project", ground / "said"
            for folder in (outside, ground / "home", ground / "tmp", said):
                folder.mkdir()
            (outside / "secret.png").write_bytes(PNG)
            case.write(project, outside)
            before = _tree(ground)
            heard = self._run(case, ground, number=number)
            for _ in range(2):
                if heard.used.seconds <= SECONDS or heard.used.seconds > HANGS:
                    break
                heard = self._run(case, ground, number=number)
            broken = list(_judged(case, heard, project))
            changed = _difference(before, _tree(ground))
            if changed:
                broken.append(("a file was touched", f"{', '.join(changed[:9])}\n{heard}"))
            if self.silence.visits:
                broken.append(("a request was sent", f"{self.silence.visits[0]!r}\n{heard}"))
                self.silence.visits.clear()
            found = canary.found_in(said, journey.KEY)
            if found:
                broken.append(("the key was told", str(heard)))
        return broken, heard.used

    def _run(self, case: Case, ground: Path, *, number: int) -> _Said:
        args = tuple(case.verbs[number % len(case.verbs)].split(" "))
        said = ground / "said"
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(_PACKAGE),
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(ground / "home"),
            "TMPDIR": str(ground / "tmp"),
            "APIFRAME_API_KEY": journey.KEY,
            "NO_COLOR": "1",
            "LANG": "C.UTF-8",
        }
        laid_over = {
            "IMAGEGEN_HOME": str(ground / "home" / "imagegen"),
            "APIFRAME_BASE_URL": self.silence.url,
        }
        # What a case sets itself has to count.
        own = _settings(ground / "project" / ".env")
        environment |= {name: text for name, text in laid_over.items() if name.encode() not in own}
        whole = number % _WHOLE == 0
        used = self.forks.run(args, ground / "project", environment, said, whole=whole)
        return _Said(args, used, (said / "stdout").read_bytes(), (said / "stderr").read_bytes())


def _settings(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _judged(case: Case, heard: _Said, project: Path) -> Iterator[Broken]:
    used = heard.used
    allowed = {Outcome.REFUSED: (2,), Outcome.VALID: (0,), Outcome.EITHER: (0, 2)}[case.outcome]
    if used.code not in allowed:
        yield "exit code", str(heard)
    if used.seconds > SECONDS:
        yield "too slow", f"{used.seconds:.1f} s: {heard}"
    if used.memory > MEMORY:
        yield "too much memory", f"{used.memory // 1024} MiB: {heard}"
    if b"Traceback (most recent call last)" in heard.stdout + heard.stderr:
        yield "traceback", str(heard)
    strange = {letter for stream in (heard.stdout, heard.stderr) for letter in _strange(stream)}
    if strange:
        yield "control character", f"{sorted(map(ascii, strange))}: {heard}"
    if used.code == 2:
        yield from _refusal(case, heard, project)


def _refusal(case: Case, heard: _Said, project: Path) -> Iterator[Broken]:
    if len(heard.stdout) + len(heard.stderr) > TOLD:
        yield "a refusal too long to read", str(heard)
    heads = list(_HEAD.finditer(heard.stderr.decode(errors="replace")))
    if not heads:
        yield "no error was told", str(heard)
    if case.place is None:
        return
    for head in heads:
        if not _is_place(head, case, project):
            yield "an error without its place", f"{head[0]!r}: {heard}"
            return
    if "--json" in heard.args:
        rows = json.loads(heard.stdout)["errors"]
        places = [(head["file"], int(head["line"]), int(head["column"])) for head in heads]
        if places != [(row["file"], row["line"], row["column"]) for row in rows]:
            yield "JSON that says something else", str(heard)


def _is_place(head: re.Match[str], case: Case, project: Path) -> bool:
    """Whether a message names a place that there is, in the file that the case is about."""
    # A mutant of one file may also break what stands in another.
    if head["file"] is None or (head["file"] != case.place and case.outcome is Outcome.REFUSED):
        return False
    lines = (project / head["file"]).read_bytes().decode(errors="replace").split("\n")
    line, column = int(head["line"]), int(head["column"])
    return 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1


def _strange(stream: bytes) -> set[str]:
    """Return the characters that no terminal should be sent."""
    text = stream.decode(errors="surrogateescape")
    return {
        letter
        for letter in set(text) - {"\n"}
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    }


def _tree(ground: Path) -> dict[str, tuple[object, ...]]:
    """Return what lies in a folder, apart from what was said: kind, mode, size and time."""
    found: dict[str, tuple[object, ...]] = {}
    for folder, folders, files in os.walk(ground):
        if Path(folder) == ground:
            folders.remove("said")
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            times = (status.st_mtime_ns, status.st_ctime_ns)
            key = str(path.relative_to(ground))
            found[key] = (status.st_mode, status.st_size, status.st_ino, *times)
    return found


def _difference(
    before: dict[str, tuple[object, ...]], after: dict[str, tuple[object, ...]]
) -> list[str]:
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
