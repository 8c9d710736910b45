"""Tests of the pictures of an image's past, as the ledger has them."""

from __future__ import annotations

import buying

from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Purchase, State
from imagegen.preview.past import Picture, pasts


def bought(ledger, key, *, take=1, project="/shop", images=("mug",), original="a" * 64):
    intent = buying.intent()
    wanted = {
        name: getattr(intent, name)
        for name in ("image", "request", "body", "reserve", "seed", "run", "replaced")
    }
    purchase = Purchase(key, take, 1)
    ledger.intend(
        type(intent)(
            purchase,
            **wanted,
            idempotency_key=f"{key}-{take}",
            project=project,
            images=images,
        ),
        buying.allowed,
    )
    if original:
        ledger.note(purchase, State.STORED, originals=(original,))


def test_the_pictures_of_an_image_come_newest_first(tmp_path):
    ticks = iter(range(1000))
    ledger = Ledger.open(tmp_path, clock=lambda: float(next(ticks)))
    bought(ledger, "1" * 32, original="a" * 64)
    bought(ledger, "2" * 32, original="b" * 64)
    bought(ledger, "3" * 32, project="/elsewhere")
    bought(ledger, "4" * 32, original=None)
    found = pasts(ledger.entries().values(), "/shop")
    assert found == {"mug": (Picture("b" * 64, 1, "2" * 32), Picture("a" * 64, 1, "1" * 32))}


def test_a_candidate_is_a_picture_of_its_image_once(tmp_path):
    ledger = Ledger.open(tmp_path)
    bought(ledger, "1" * 32, take=2, images=("hero#2", "hero"))
    assert pasts(ledger.entries().values(), "/shop") == {"hero": (Picture("a" * 64, 2, "1" * 32),)}
