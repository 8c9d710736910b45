"""Owns the difference between what is locked and what is wanted, field by field, as reasons.

Pure; a reason explains and never steers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imagegen.lock import Locked
from imagegen.plan import Reason
from imagegen.request import Target


def differences(one: Locked | None, target: Target, take: int) -> Iterator[Reason]:
    """Yield what tells `one` from `take` of the target's request; fields sorted by name."""
    if one is None:
        yield Reason("image", None, target.name)
        return
    old, new = _flat(one.request), _flat(target.request.canonical)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Reason(name, old.get(name), _named(name, new.get(name), target))
    if one.answers(target.request):
        yield Reason("take", one.take, take)


def _named(field: str, value: object, target: Target) -> object:
    """Say which file a reference is, since nobody knows pictures by their digests."""
    head, _, number = field.partition(".")
    if head != "references" or value is None or not number.isdigit():
        return value
    return f"{target.sources[int(number) - 1].text} (sha256 {str(value)[:12]})"


def _flat(request: Mapping[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in request.items():
        if name == "params" and isinstance(value, dict):
            flat.update({f"params.{key}": item for key, item in value.items()})
        elif name == "references" and isinstance(value, list):
            flat.update({f"references.{i + 1}": item["sha256"] for i, item in enumerate(value)})
        elif name != "format":
            flat[name] = value
    return flat
