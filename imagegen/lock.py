"""Owns imagegen.lock: its text, its value and the way between them.

Sorted, one block per image, versioned, without times, secrets or machine paths. Pure: never
touches a file. A foreign version or a damaged file is refused, never started over, because
starting over would mean paying again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import tomli_w

from imagegen import digest
from imagegen.errors import Problem, Where, WrongInput
from imagegen.original import Original
from imagegen.request import Request

VERSION = 1
NAME = "imagegen.lock"

_HEADER = (
    "# imagegen keeps this file: commit it, do not edit it.\n"
    "# It says which paid picture answers which request, and which bytes are in place.\n"
)
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)")
_SYNTAX_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_HEX = re.compile(r"[0-9a-f]+")


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
    seed: int | None
    job_id: str | None
    credits: int | None
    original: Original
    outputs: tuple[Output, ...]
    links: tuple[Link, ...] = ()

    @property
    def provider(self) -> str:
        """Who made the picture; `draft` for a free one."""
        return str(self.request["provider"])

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

    def with_changes(self, put: Iterable[Locked], drop: Iterable[str] = ()) -> Lock:
        """Return a lock in which `put` replace their namesakes and `drop` are gone."""
        gone = set(drop)
        images = {name: one for name, one in self.images.items() if name not in gone}
        images.update({one.name: one for one in put})
        return Lock(images)


def dump(lock: Lock) -> bytes:
    """Return the one text of `lock`; equal locks give equal bytes on every machine."""
    images = {name: _block(lock.images[name]) for name in sorted(lock.images)}
    return (_HEADER + tomli_w.dumps({"version": VERSION, "images": images})).encode()


def parse(data: bytes, path: str) -> Lock:
    """Return the value of a lock file's bytes; `path` is for messages only.

    Raises WrongInput with every problem: bad UTF-8 or TOML, conflict markers, a foreign
    version, blocks that are not what `dump` writes.
    """
    try:
        text = data.decode()
        document = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongInput(*_unreadable(data, path, error)) from None
    version = document.get("version")
    if version != VERSION:
        raise WrongInput(_foreign(version, path))
    reader = _Reader(path, text.splitlines())
    blocks = document.get("images", {})
    if not isinstance(blocks, dict):
        raise WrongInput(reader.problem("images", "`images` is not a table"))
    images = {name: reader.block(name, block) for name, block in blocks.items()}
    if reader.problems:
        raise WrongInput(*reader.problems)
    return Lock({name: one for name, one in images.items() if one is not None})


def _block(one: Locked) -> dict[str, object]:
    facts: dict[str, object] = {"request_key": one.request_key, "take": one.take}
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

    def block(self, name: str, block: object) -> Locked | None:
        try:
            return _locked(name, block)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)
            self.problems.append(self.problem(name, reason))
            return None

    def problem(self, name: str, reason: str) -> Problem:
        header = (f"[images.{name}", f'[images."{name}"')
        line = next((i for i, text in enumerate(self.lines) if text.startswith(header)), 0)
        return Problem(
            f"the block of `{name}` is not as imagegen wrote it: {reason}",
            hint=f"take {NAME} back from version control, for example:\n  git checkout -- {NAME}",
            where=Where(self.path, line + 1, 1, self.lines[line] if self.lines else ""),
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
        take=_count(facts["take"], "take"),
        seed=None if "seed" not in facts else _count(facts["seed"], "seed", least=0),
        job_id=None if "job_id" not in facts else _text(facts["job_id"], "job_id"),
        credits=None if "credits" not in facts else _count(facts["credits"], "credits", least=0),
        original=Original(
            sha256=_sha256(original["sha256"]),
            bytes=_count(original["bytes"], "bytes"),
            format=_text(original["format"], "format"),
            width=_count(original["width"], "width"),
            height=_count(original["height"], "height"),
        ),
        outputs=tuple(
            Output(_path(one["path"]), _sha256(one["sha256"]))
            for one in _tables(facts["outputs"], "outputs")
        ),
        links=tuple(
            Link(_text(one["url"], "url"), _sha256(one["sha256"]))
            for one in _tables(facts.get("links", []), "links")
        ),
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


def _count(value: object, what: str, *, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise TypeError(f"`{what}` is not a whole number of at least {least}")
    return value


def _sha256(value: object) -> str:
    text = _text(value, "sha256")
    if len(text) != 64 or not _HEX.fullmatch(text):
        raise ValueError("`sha256` is not 64 hex digits")
    return text


def _path(value: object) -> str:
    # The lock can be edited by anyone who can open a pull request, and retiring an entry
    # deletes its output: a path that leaves the project must never get that far.
    text = _text(value, "path")
    parts = text.split("/")
    if (
        "\\" in text
        or ":" in text
        or "\0" in text
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise ValueError(f"`path` {text!r} does not stay inside the project")
    return text


def _unreadable(data: bytes, path: str, error: Exception) -> list[Problem]:
    lines = data.decode(errors="replace").splitlines() or [""]
    marks = [i for i, line in enumerate(lines) if _CONFLICT.match(line)]
    if marks:
        return [
            Problem(
                "the lock has conflict markers",
                "A merge left both sides in it. Nothing was read and nothing is spent.",
                "keep one side, then build; what was bought on the other side comes back free "
                f"from the store:\n  git checkout --ours {NAME}\n  imagegen plan",
                Where(path, marks[0] + 1, 1, lines[marks[0]]),
            )
        ]
    found = _SYNTAX_PLACE.search(str(error))
    line, column = (int(found[1]), int(found[2])) if found else (1, 1)
    shown = lines[line - 1] if line <= len(lines) else ""
    return [
        Problem(
            f"the lock does not parse: {str(error).split(' (at ')[0]}",
            hint=f"take {NAME} back from version control, for example:\n  git checkout -- {NAME}",
            where=Where(path, line, column, shown),
        )
    ]


def _foreign(version: object, path: str) -> Problem:
    return Problem(
        f"the lock has version {version!r}; this imagegen reads version {VERSION}",
        "It was written by another release, or is not a lock. It was left as it is.",
        "install the release that your team uses, or take the file back from version control",
        Where(path, 1, 1, ""),
    )
