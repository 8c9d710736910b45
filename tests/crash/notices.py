"""Owns the attack by notices: webhooks lost, doubled, late, forged and lying, on real builds.

Whatever comes to a listening build, it must end as it would by polling alone. Besides the
vendor's own mishaps somebody sends notices that name another picture as the result.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from imagegen.emulator import faults
from imagegen.emulator.serve import Running
from imagegen.emulator.settings import Settings

from .aftermath import aftermath
from .block import tried
from .crew import shared_out
from .scene import Scene, charges
from .tally import Failure, Tally
from .zygote import Zygote

NAME = "notices"

_MISHAPS: tuple[tuple[str, dict[str, float]], ...] = (
    ("webhook-early", {}),
    ("webhook-lost", {}),
    ("webhook-twice", {}),
    ("webhook-late", {"seconds": 0.3}),
    ("webhook-replayed", {"seconds": 0.1, "count": 3}),
    ("webhook-forged", {}),
    ("webhook-altered", {}),
    ("webhook-foreign", {}),
)
_BLOCK = 10


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` listening builds did; each follows from `seed` and its number."""
    blocks = [(first, min(_BLOCK, count - first), seed) for first in range(0, count, _BLOCK)]
    return shared_out(_block, blocks, Tally(NAME), first_failure=first_failure)


def _block(first: int, count: int, seed: int, first_failure: bool) -> Tally:
    chance = random.Random(f"{seed}-{first}-notices")
    settings = Settings(
        latency=0.4,
        picture_scale=32,
        rate_limit=0,
        credits=10**9,
        signing=chance.choice(("hex", "raw")),
    )
    one = partial(_tried, seed)
    return tried(NAME, settings, range(first, first + count), one, first_failure=first_failure)


def _tried(
    seed: int, base: Path, vendor: Running, zygote: Zygote, number: int, counts: Counter[str]
) -> Iterator[Failure]:
    name = f"{seed}-{number}"
    chance = random.Random(name)
    mishaps = chance.sample(_MISHAPS, chance.randint(0, 3))
    rules = [faults.rule(fault, **options) for fault, options in mishaps]
    vendor.faults.replace(rules)
    scene = Scene(base, vendor.url, number, ("mug", "bowl"))
    with _kept_port() as port:
        text = (scene.folder / "imagegen.toml").read_text("utf-8")
        address = f'[provider]\nwebhook_url = "http://127.0.0.1:{port}/hook"\n'
        (scene.folder / "imagegen.toml").write_text(address + text, encoding="utf-8")
        with _liar(scene, vendor, port) as lies:
            ended = zygote.run(
                ["build", "--listen", f"127.0.0.1:{port}"],
                folder=scene.folder,
                environment=scene.environment,
            )
    counts["lies told"] += lies["told"]
    counts["mishaps"] += len(mishaps)
    repeat = f"seed and number {name}: {[fault for fault, _ in mishaps]}"
    if ended.code != 0:
        yield Failure("no pictures", ended.told, repeat)
    yield from aftermath(scene, vendor, zygote, repeat)
    scene.clear()


@contextmanager
def _kept_port() -> Iterator[int]:
    """Keep a port that nobody else is given; a build may listen there all the same."""
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield int(keeper.getsockname()[1])


@contextmanager
def _liar(scene: Scene, vendor: Running, port: int) -> Iterator[Counter[str]]:
    """Tell the build, for as long as it runs, that each job has brought a picture of the liar's."""
    lies, over = Counter[str](), threading.Event()
    decoy = f"{vendor.url}/emulator/requests"

    def lie() -> None:
        while not over.wait(0.05):
            for charge in charges(scene, vendor):
                told = {"jobId": charge.job, "status": "COMPLETED", "result": {"images": [decoy]}}
                with suppress(OSError, http.client.HTTPException):
                    _send(port, json.dumps(told).encode())
                    lies["told"] += 1

    liar = threading.Thread(target=lie)
    liar.start()
    try:
        yield lies
    finally:
        over.set()
        liar.join()


def _send(port: int, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        signature = {"X-Webhook-Event": "completed", "X-Webhook-Signature": f"sha256={'0' * 64}"}
        connection.request("POST", "/hook", body, signature)
        connection.getresponse().read()
    finally:
        connection.close()
