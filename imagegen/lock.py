"""Owns imagegen.lock: its text, its value and the way between them.

Sorted, one block per image, versioned, without times, secrets or machine paths. Pure: never
touches a file. A foreign version or a damaged file is refused, never started over, because
starting over would mean paying again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import tomli_w

from imagegen import lock_block, lock_fault
from imagegen.errors import Problem, Where, WrongInput
from imagegen.locked import Locked
from imagegen.request import Target

VERSION = 1
NAME = lock_fault.NAME

SIZE_LIMIT = 2**25
"""Bytes of a lock: several times what ten thousand images need."""

_HEADER = (
    "# imagegen keeps this file: commit it, do not edit it.\n"
    "# It says which paid picture answers which request, and which bytes are in place.\n"
)
_PROBLEMS_LIMIT = 50
_NAME_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole file as a value."""

    images: Mapping[str, Locked] = field(default_factory=dict)

    def url_digests(self) -> dict[str, str]:
        """Return what every locked URL reference gave when it was fetched."""
        return {link.url: link.sha256 for one in self.images.values() for link in one.links}

    def settled(self, targets: Iterable[Target]) -> tuple[Target, ...]:
        """Return the targets with what their URL references gave when they were made.

        One URL may have given two images different bytes at different times.
        """
        return tuple(one.with_digests(self._links(one)) for one in targets)

    def _links(self, target: Target) -> dict[str, str]:
        one = self.images.get(target.candidate_of or target.name)
        return {link.url: link.sha256 for link in one.links} if one else {}

    def with_changes(self, put: Iterable[Locked], drop: Iterable[str] = ()) -> Lock:
        """Return a lock in which `put` replace their namesakes and `drop` are gone.

        A file has one owner, the image that was put last: an entry that stays loses the outputs
        that an entry of `put` takes over, as when one image is built of several that swap files.
        """
        gone, fresh = set(drop), {one.name: one for one in put}
        taken = {output.path for one in fresh.values() for output in one.files}
        images = {name: one for name, one in self.images.items() if name not in gone}
        for name, one in images.items():
            if any(output.path in taken for output in one.files):
                images[name] = one.without(taken)
        return Lock(images | fresh)

    def owners(self) -> dict[str, tuple[str, ...]]:
        """Return the images that have each file among their outputs.

        It is one, unless a merge or an older release made it several.
        """
        found: dict[str, tuple[str, ...]] = {}
        for name, one in sorted(self.images.items()):
            for output in one.files:
                found[output.path] = (*found.get(output.path, ()), name)
        return found


def dump(lock: Lock) -> bytes:
    """Return the one text of `lock`; equal locks give equal bytes on every machine."""
    images = {name: lock_block.written(lock.images[name]) for name in sorted(lock.images)}
    return (_HEADER + tomli_w.dumps({"version": VERSION, "images": images})).encode()


def parse(data: bytes, path: str) -> Lock:
    """Return the value of a lock file's bytes; `path` is for messages only.

    Raises WrongInput with every problem: bad UTF-8 or TOML, conflict markers, a foreign
    version, blocks that are not what `dump` writes.
    """
    if len(data) > SIZE_LIMIT:
        raise WrongInput(lock_fault.costly(path, 1, 1, f"it has more than {SIZE_LIMIT:,} bytes"))
    try:
        text = data.decode()
        lines = text.split("\n")
        lock_fault.refuse_excess(text, lines, path)
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # `int` raises a ValueError of its own for a number of too many digits.
        raise WrongInput(lock_fault.unreadable(data, path, error)) from None
    version = document.get("version")
    if version != VERSION or type(version) is not int:
        raise WrongInput(lock_fault.foreign(version, VERSION, path))
    reader = _Reader(path, lines)
    blocks = document.get("images", {})
    if not isinstance(blocks, dict):
        raise WrongInput(reader.problem("images", "`images` is not a table"))
    images = {}
    for name, block in blocks.items():
        images[name] = reader.block(name, block)
        if len(reader.problems) >= _PROBLEMS_LIMIT:
            break
    if reader.problems:
        raise WrongInput(*reader.problems)
    return Lock({name: one for name, one in images.items() if one is not None})


class _Reader:
    """Reads blocks, and tells of those that are wrong."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.problems: list[Problem] = []
        self.headers: list[int] = []

    def block(self, name: str, block: object) -> Locked | None:
        try:
            return lock_block.read(name, block)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)
            self.problems.append(self.problem(name, reason))
            return None

    def problem(self, name: str, reason: str) -> Problem:
        header = (f"[images.{name}", f'[images."{name}"')
        if not self.headers:
            self.headers = [i for i, text in enumerate(self.lines) if text.startswith("[images.")]
        line = next((i for i in self.headers if self.lines[i].startswith(header)), 0)
        shown = name if len(name) <= _NAME_SHOWN else name[: _NAME_SHOWN - 1] + "…"
        return Problem(
            f"the block of `{shown}` is not as imagegen wrote it: {reason}",
            hint=lock_fault.TAKE_BACK,
            where=Where(self.path, line + 1, 1, self.lines[line][: lock_fault.LINE_SHOWN]),
        )
