"""Owns the difference between what is locked and what is wanted, field by field, as reasons.

Pure; a reason explains and never steers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from imagegen.locked import Locked
from imagegen.plan import Action, Change, PurchaseKey, Reason
from imagegen.request import Source, Target


def differences(one: Locked | None, target: Target, take: int) -> Iterator[Reason]:
    """Yield what tells `one` from `take` of the target's request; fields sorted by name."""
    if one is None:
        yield Reason("image", None, target.name)
        for number, source in enumerate(target.sources, 1):
            if source.image in target.awaited:
                yield Reason(f"references.{number}", None, _awaited(source))
        return
    for reason in between(one.request, target.request.canonical):
        old, new = _short(reason.field, reason.old), _named(reason.field, reason.new, target)
        yield replace(reason, old=old, new=new)
    if one.answers(target.request):
        yield Reason("take", one.take, take)


def between(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Reason]:
    """Yield the fields in which two canonical requests differ, sorted by name."""
    before, after = _flat(old), _flat(new)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Reason(name, before.get(name), after.get(name))


def with_renames(changes: Sequence[Change], retired: Sequence[Change]) -> list[Change]:
    """Return all changes; where a name goes and its picture comes under another, both say so."""
    heirs: dict[PurchaseKey | None, list[int]] = {}
    for number, change in enumerate(changes):
        if change.locked is None and change.action is not Action.GENERATE:
            heirs.setdefault(change.purchase, []).append(number)
    found, gone = list(changes), []
    for change in retired:
        one = change.locked
        alike = heirs.get((one.request_key, one.take)) if one else None
        if alike:
            number = alike.pop(0)
            name = Reason("name", change.name, found[number].name)
            found[number] = _renamed(found[number], name)
            change = _renamed(change, name)
        gone.append(change)
    return [*found, *gone]


def _renamed(change: Change, name: Reason) -> Change:
    others = (reason for reason in change.reasons if reason.field != "image")
    return replace(change, reasons=(name, *others))


def _named(field: str, value: object, target: Target) -> object:
    """Say which file a reference is, since nobody knows pictures by their digests."""
    head, _, number = field.partition(".")
    if head != "references" or value is None or not number.isdigit():
        return value
    source = target.sources[int(number) - 1]
    if source.image in target.awaited:
        return _awaited(source)
    return f"{source.text} (sha256 {source.sha256[:12]})" if source.sha256 else source.text


def _short(field: str, value: object) -> object:
    """Return as much of a reference's digest as people compare."""
    if not field.startswith("references.") or not isinstance(value, str) or len(value) != 64:
        return value
    return f"sha256 {value[:12]}"


def _awaited(source: Source) -> str:
    return f"new picture of `{source.image}`"


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
