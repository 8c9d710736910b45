"""Answers that break HTTP's good manners."""

import time

import anyio

from imagegen.emulator.wire import drip, endless


def test_dripping_keeps_its_rate_and_loses_nothing():
    async def gather():
        return b"".join([piece async for piece in drip(bytes(range(60)), rate=300)])

    started = time.monotonic()
    assert anyio.run(gather) == bytes(range(60))
    assert time.monotonic() - started >= 0.19


def test_an_endless_body_starts_with_the_true_one():
    async def start():
        stream = endless(b"true")
        pieces = [await anext(stream), await anext(stream)]
        await stream.aclose()
        return b"".join(pieces)

    assert anyio.run(start) == b"true" + bytes(65_536)
