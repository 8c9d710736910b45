"""Owns imagegen.lock: its text, its value and the way between them.

Sorted, one block per image, versioned, without times, secrets or machine paths. Pure: never
touches a file. A foreign version or a damaged file is refused, never started over, because
starting over would mean paying again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import tomli_w

from imagegen import digest, lock_fault
from imagegen.errors import Problem, Where, WrongInput
from imagegen.original import Original
from imagegen.portable import is_own, path_trouble
from imagegen.request import Request, Target

VERSION = 1
NAME = lock_fault.NAME

SIZE_LIMIT = 2**25
"""Bytes of a lock: several times what ten thousand images need."""

_HEADER = (
    "# imagegen keeps this file: commit it, do not edit it.\n"
    "# It says which paid picture answers which request, and which bytes are in place.\n"
)
_HEX = re.compile(r"[0-9a-f]+")
_FORMAT = re.compile(r"[a-z0-9]{1,16}")
_PROBLEMS_LIMIT = 50
_COUNT_LIMIT = 2**63 - 1
_SIDE_LIMIT = 2**31 - 1
_NAME_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Output:
    """A file in the project and the bytes it must have."""

    path: str
    """POSIX, relative to the project folder."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Link:
    """A reference picture that was named by URL, and the bytes that the URL gave."""

    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Locked:
    """One image as it was last recorded."""

    name: str
    request: Mapping[str, object]
    """The canonical request, in clear."""
    request_key: str
    take: int
    """Bought ones count from 1; 0 is a picture that was taken in and not bought."""
    seed: int | None
    job_id: str | None
    credits: int | None
    original: Original
    outputs: tuple[Output, ...]
    links: tuple[Link, ...] = ()
    picked: bool = False
    """Whether a person chose this take among several."""

    @property
    def provider(self) -> str:
        """Who made the picture; `draft` for a free one."""
        return str(self.request["provider"])

    @property
    def chosen(self) -> bool:
        """Whether a person decided on this picture among others: picked it or took it in."""
        return self.picked or self.take == 0

    def answers(self, request: Request) -> bool:
        """Whether this entry was bought by exactly this request."""
        return self.request_key == request.key and self.request == request.canonical


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
        taken = {output.path for one in fresh.values() for output in one.outputs}
        images = {name: one for name, one in self.images.items() if name not in gone}
        for name, one in images.items():
            left = tuple(output for output in one.outputs if output.path not in taken)
            if left != one.outputs:
                images[name] = replace(one, outputs=left)
        return Lock(images | fresh)

    def owners(self) -> dict[str, tuple[str, ...]]:
        """Return the images that have each file among their outputs.

        It is one, unless a merge or an older release made it several.
        """
        found: dict[str, tuple[str, ...]] = {}
        for name, one in sorted(self.images.items()):
            for output in one.outputs:
                found[output.path] = (*found.get(output.path, ()), name)
        return found


def dump(lock: Lock) -> bytes:
    """Return the one text of `lock`; equal locks give equal bytes on every machine."""
    images = {name: _block(lock.images[name]) for name in sorted(lock.images)}
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


def _block(one: Locked) -> dict[str, object]:
    facts: dict[str, object] = {"request_key": one.request_key, "take": one.take}
    facts.update({"picked": True} if one.picked else {})
    optional = {"seed": one.seed, "job_id": one.job_id, "credits": one.credits}
    facts.update({key: value for key, value in optional.items() if value is not None})
    facts["original"] = {
        "sha256": one.original.sha256,
        "bytes": one.original.bytes,
        "format": one.original.format,
        "width": one.original.width,
        "height": one.original.height,
    }
    facts["request"] = dict(one.request)
    facts["outputs"] = [{"path": out.path, "sha256": out.sha256} for out in one.outputs]
    if one.links:
        facts["links"] = [{"url": link.url, "sha256": link.sha256} for link in one.links]
    return facts


class _Reader:
    """Checks blocks by hand: pydantic would cost more than reading the whole lock."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.problems: list[Problem] = []
        self.headers: list[int] = []

    def block(self, name: str, block: object) -> Locked | None:
        try:
            return _locked(name, block)
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


def _locked(name: str, block: object) -> Locked:
    facts = _table(block, "the block")
    request = _request(facts["request"])
    key = _text(facts["request_key"], "request_key")
    if key != digest.xxh3_128(digest.canonical_json(request)):
        raise ValueError("`request_key` does not fit `request`")
    original = _table(facts["original"], "`original`")
    return Locked(
        name=name,
        request=request,
        request_key=key,
        take=_count(facts["take"], "take", least=0),
        seed=None if "seed" not in facts else _count(facts["seed"], "seed", least=0),
        job_id=None if "job_id" not in facts else _text(facts["job_id"], "job_id"),
        credits=None if "credits" not in facts else _count(facts["credits"], "credits", least=0),
        original=Original(
            sha256=_sha256(original["sha256"]),
            bytes=_count(original["bytes"], "bytes"),
            format=_format(original["format"]),
            width=_count(original["width"], "width", most=_SIDE_LIMIT),
            height=_count(original["height"], "height", most=_SIDE_LIMIT),
        ),
        outputs=tuple(
            Output(_path(one["path"]), _sha256(one["sha256"]))
            for one in _tables(facts["outputs"], "outputs")
        ),
        links=tuple(
            Link(_text(one["url"], "url"), _sha256(one["sha256"]))
            for one in _tables(facts.get("links", []), "links")
        ),
        picked=_flag(facts.get("picked", False), "picked"),
    )


def _request(value: object) -> dict[str, object]:
    request = _table(value, "`request`")
    for name in ("provider", "model", "prompt"):
        _text(request[name], name)
    _table(request["params"], "`params`")
    for reference in _tables(request.get("references", []), "references"):
        _text(reference["field"], "field")
        _text(reference["sha256"], "sha256")
    return request


def _table(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{what} is not a table")
    return value


def _tables(value: object, what: str) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise TypeError(f"`{what}` is not a list of tables")
    return [_table(one, f"`{what}`") for one in value]


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"`{what}` is not a text")
    return value


def _flag(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"`{what}` is neither true nor false")
    return value


def _count(value: object, what: str, *, least: int = 1, most: int = _COUNT_LIMIT) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise TypeError(f"`{what}` is not a whole number of at least {least}")
    if value > most:
        raise TypeError(f"`{what}` is not a whole number of at most {most}")
    return value


def _format(value: object) -> str:
    text = _text(value, "format")
    if not _FORMAT.fullmatch(text):
        raise ValueError("`format` is not the name of a format")
    return text


def _sha256(value: object) -> str:
    text = _text(value, "sha256")
    if len(text) != 64 or not _HEX.fullmatch(text):
        raise ValueError("`sha256` is not 64 hex digits")
    return text


def _path(value: object) -> str:
    # The lock can be edited by anyone who can open a pull request, and retiring an entry
    # deletes its output: a path that leaves the project must never get that far.
    text = _text(value, "path")
    trouble = path_trouble(text)
    if trouble is not None:
        why = f"does not stay inside the project on every system: it {trouble[0]}"
        raise ValueError(f"`path` {text[:_NAME_SHOWN]!r} {why}")
    if is_own(text):
        raise ValueError(f"`path` {text!r} is a place that imagegen itself needs")
    return text
