"""The envelope of the store's records: whole and unharmed, or refused."""

from __future__ import annotations

import json

import pytest

from imagegen.store.sealed import Damaged, Newer, seal, unseal

FACTS = {"image": "hero", "take": 2}


def test_facts_come_back_with_their_format() -> None:
    assert unseal(seal(FACTS, format=3), format=3) == {**FACTS, "format": 3}
    assert seal(FACTS, format=3) == seal(dict(reversed(FACTS.items())), format=3)


@pytest.mark.parametrize("raw", [b"", b"[]", b"[" * 100_000, b"{}", b'{"check": 1}', b"\xff"])
def test_what_nobody_sealed_is_damaged(raw: bytes) -> None:
    with pytest.raises(Damaged):
        unseal(raw, format=1)


def test_what_was_changed_is_damaged_and_what_a_newer_version_wrote_is_newer() -> None:
    sealed = seal(FACTS, format=1)
    with pytest.raises(Damaged):
        unseal(sealed.replace(b"hero", b"card"), format=1)
    for later in (json.dumps({"format": 2}).encode(), seal(FACTS, format=2)):
        with pytest.raises(Newer):
            unseal(later, format=1)
