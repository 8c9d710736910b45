"""Owns the mutations of valid projects, for the long run: bytes flipped, pieces cut, doubled,
spliced and swapped. What comes out may be valid or not; the limits hold all the same.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from .project_case import HERO, LOCK_FILE, Case, Outcome
from .project_corpus import PNG
from .project_locks import sound_lock

_ROOT = Path(__file__).resolve().parent.parent.parent
_TOKEN = re.compile(rb"\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z0-9_.+-]+|\s+|.", re.DOTALL)
_STRANGE = (
    *(b"\0", b"\xff", b"\r", b"\x1b", b"\n", b'"', b"'", b'"""', b"[", b"]", b"[[", b"{", b"}"),
    *(b"=", b".", b",", b"#", b"\\", b"..", b"nan", b"inf", b"true", b"1e999", b"0x", b"-1"),
    *(b"{v}", b"{prompt}", b"../", b"\xe2\x80\xae", b"\xc2\x9b", b"9" * 300, b"\\u0000", b"seed"),
)

Mutation = Callable[[random.Random, list[bytes]], None]


def mutation(number: int, seed: int) -> Case:
    """Return the mutant of that number; the same seed gives the same one."""
    chance = random.Random(f"{seed}:{number}")
    if chance.random() < 0.15:
        text = _mutated(chance, [sound_lock().encode()])
        outcome, place = Outcome.EITHER, LOCK_FILE
        return Case(f"mutated lock {number}", HERO, {LOCK_FILE: text}, place, outcome, ("plan",))
    text = _mutated(chance, _examples())
    beside = {"assets/mascot.png": PNG}
    return Case(f"mutant {number}", text, beside, outcome=Outcome.EITHER, verbs=("plan",))


def _examples() -> list[bytes]:
    paths = [_ROOT / "imagegen.toml.example", *sorted(_ROOT.glob("examples/*/imagegen.toml"))]
    return [path.read_bytes() for path in paths]


def _mutated(chance: random.Random, examples: Sequence[bytes]) -> bytes:
    tokens = _TOKEN.findall(chance.choice(examples))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8, 30))):
        if tokens:
            chance.choice(_MUTATIONS)(chance, tokens)
    data = bytearray(b"".join(tokens))
    for _ in range(chance.choice((0, 0, 0, 0, 1, 4))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _strange(chance: random.Random, tokens: list[bytes]) -> None:
    tokens.insert(chance.randrange(len(tokens)), chance.choice(_STRANGE))


def _swap(chance: random.Random, tokens: list[bytes]) -> None:
    first, second = (chance.randrange(len(tokens)) for _ in range(2))
    tokens[first], tokens[second] = tokens[second], tokens[first]


def _copy(chance: random.Random, tokens: list[bytes]) -> None:
    tokens[chance.randrange(len(tokens))] = chance.choice(tokens)


def _drop(chance: random.Random, tokens: list[bytes]) -> None:
    del tokens[chance.randrange(len(tokens))]


def _splice(chance: random.Random, tokens: list[bytes]) -> None:
    start = chance.randrange(len(tokens))
    piece = tokens[start : start + chance.randrange(1, 60)]
    place = chance.randrange(len(tokens))
    tokens[place:place] = piece


def _repeat(chance: random.Random, tokens: list[bytes]) -> None:
    place = chance.randrange(len(tokens))
    tokens[place] *= chance.choice((2, 3, 40, 1000))


def _cut(chance: random.Random, tokens: list[bytes]) -> None:
    start = chance.randrange(len(tokens))
    del tokens[start : start + chance.randrange(1, 200)]


_MUTATIONS: tuple[Mutation, ...] = (_strange, _swap, _copy, _drop, _splice, _repeat, _cut)
