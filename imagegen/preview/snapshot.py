"""Owns the rows of the page: from a View to one JSON form per image, as the contract has them.

Pure but for asking the store what it has. Never knows what a build is doing: `state` lays that
over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imagegen.build.jobs import spent
from imagegen.candidates import choice_of
from imagegen.locked import Locked
from imagegen.opened import Opened
from imagegen.pictures import media
from imagegen.plan import STANDS_IN, Action, Block, Change
from imagegen.preview.view import View
from imagegen.request import DRAFT

Form = Mapping[str, object]
"""A JSON object."""

NO_COST: Form = {"spent": 0, "today": 0, "planned": None, "unpriced": 0}
"""What is said of money while the project cannot be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One image."""

    form: Form
    purchase: tuple[str, int]
    """What a failure is about: the request key and the take that it shows, or is to show."""
    shown: str | None
    """sha256 of the file that is on disk now."""
    pictures: frozenset[str]
    """sha256 of every picture that the form names."""

    @property
    def state(self) -> str:
        """How the image stands."""
        return str(self.form["state"])


def rows(view: View, earlier: Mapping[str, str]) -> dict[str, Row]:
    """Return the row of each image, by name, sorted.

    `earlier` are pictures (sha256) that images showed before in this session.
    """
    takes: dict[str, list[Change]] = {}
    for change in view.plan.changes:
        choice = choice_of(change.name)
        if choice is not None:
            takes.setdefault(choice, []).append(change)
    found = {
        change.name: _row(view, change, takes.get(change.name, ()), earlier.get(change.name))
        for change in view.plan.changes
        if choice_of(change.name) is None
    }
    return dict(sorted(found.items()))


def cost(view: View) -> Form:
    """Return what the project cost so far, what today cost, and what the plan would.

    Without a ledger, which needs a key, only the pictures in the lock tell what they cost.
    """
    known, unknown = view.plan.price()
    return {
        "spent": _spent(view.opened),
        "today": view.opened.spent_today().charged,
        "planned": known if known or not unknown else None,
        "unpriced": unknown,
    }


def _spent(opened: Opened) -> int:
    if opened.ledger is None:
        paid = {(one.request_key, one.take): one.credits for one in opened.lock.images.values()}
        return sum(price or 0 for price in paid.values())
    entries = opened.ledger.entries().values()
    return spent([one for one in entries if one.project == opened.label], 0).total.charged


def _row(view: View, change: Change, takes: Sequence[Change], earlier: str | None) -> Row:
    target, locked = change.target, change.locked
    path = _path(view, change)
    shown = view.files.get(path)
    original = locked.original if locked else None
    wanted = [take for take in takes if take.target is not None]
    candidates = [_candidate(view, take, locked) for take in wanted]
    before = _before(view, change, shown, earlier)
    form: dict[str, object] = {
        "name": change.name,
        "state": _state(change, wanted, shown),
        "protected": bool(target and target.protect),
        **_action((change, *wanted)),
        "progress": None,
        "stage": None,
        "error": None,
        **_wish(change),
        "output": target.output if target else path,
        "changes": [{"field": r.field, "old": r.old, "new": r.new} for r in change.reasons],
        **_measures(view, path, locked),
        "job": locked.job_id if locked else None,
        "credits": locked.credits if locked else None,
        **_addresses(shown),
        "before": before,
        "candidates": candidates,
    }
    named = {shown, original.sha256 if original else None, *(_sha256(one) for one in candidates)}
    named.add(_sha256(before))
    purchase = change.purchase or ("", change.take)
    return Row(form, purchase, shown, frozenset(sha256 for sha256 in named if sha256))


def _path(view: View, change: Change) -> str:
    """The file that shows the image now: its output, or the one it had until it was moved."""
    wanted = change.target.output if change.target else ""
    had = [out.path for out in change.locked.outputs] if change.locked else []
    return next((path for path in (wanted, *had) if path in view.files), wanted or "".join(had[:1]))


def _state(change: Change, takes: Sequence[Change], shown: str | None) -> str:
    if change.action is Action.RETIRE:
        return "retired"
    if any(one.block not in (None, Block.PROTECTED) for one in (change, *takes)):
        return "blocked"
    fields = {reason.field for reason in change.reasons}
    if change.locked is None and (change.action is not Action.KEEP or not takes):
        return "new"
    if fields:
        return _difference(change, fields, shown)
    if any(take.action is not Action.KEEP for take in takes):
        return "changed"
    if takes and not (change.locked and change.locked.picked):
        return "unpicked"
    return "current" if change.action is Action.KEEP else "changed"


def _difference(change: Change, fields: set[str], shown: str | None) -> str:
    if STANDS_IN in change.reasons:
        return "draft"
    if fields == {"file"}:
        return "edited" if shown else "missing"
    if shown is None:
        return "missing"
    one = change.locked
    stands_in = one is not None and one.provider == DRAFT and fields <= {"provider", "take", "job"}
    return "draft" if stands_in else "changed"


def _action(changes: Sequence[Change]) -> Form:
    """What a build would do for an image with its candidates, and for how much."""
    paid = [one for one in changes if one.action is Action.GENERATE]
    prices = [one.price for one in paid]
    known = [price for price in prices if price is not None]
    return {
        "action": (paid[0] if paid else changes[0]).action.value,
        "price": sum(known) if len(known) == len(prices) else None,
        "blocked": next((one.blocked for one in changes if one.blocked), ""),
    }


def _wish(change: Change) -> Form:
    """What the project file asks for; of a retired image, what it had asked for."""
    target, locked = change.target, change.locked
    request = target.request.canonical if target else dict(locked.request) if locked else {}
    answered = locked is not None and (target is None or locked.answers(target.request))
    return {
        "prompt": request.get("prompt", ""),
        "model": request.get("model", ""),
        "params": request.get("params", {}),
        "seed": locked.seed if locked and answered else request.get("seed"),
        "take": change.take if target else locked.take if locked else change.take,
        "alt": target.alt if target else None,
        "references": [source.text for source in target.sources] if target else [],
    }


def _measures(view: View, path: str, locked: Locked | None) -> Form:
    """What is known of the file on disk without opening it."""
    sha256 = view.files.get(path)
    recorded = locked is not None and any(out.sha256 == sha256 for out in locked.outputs)
    original = locked.original if locked and recorded else None
    return {
        "width": original.width if original else None,
        "height": original.height if original else None,
        "bytes": view.sizes.get(path) if sha256 else None,
        "format": media.format_of_name(path) if sha256 else None,
    }


def _candidate(view: View, change: Change, choice: Locked | None) -> Form:
    one = change.locked
    stored = one is not None and change.action is Action.KEEP and _at_hand(view, one)
    same = one is not None and choice is not None and one.request_key == choice.request_key
    shown = same and one is not None and choice is not None and one.take == choice.take
    return {
        "take": change.take,
        "seed": one.seed if one else None,
        **_addresses(one.original.sha256 if one and stored else None),
        "picked": bool(shown and choice and choice.picked),
        "shown": shown,
    }


def _at_hand(view: View, one: Locked) -> bool:
    sha256 = one.original.sha256
    return view.opened.store.has(sha256) or sha256 in view.places


def _before(view: View, change: Change, shown: str | None, earlier: str | None) -> Form | None:
    """The picture that the one on disk has replaced, if its bytes are at hand."""
    if shown is None:
        return None
    one = change.locked
    recorded = one is not None and any(out.sha256 == shown for out in one.outputs)
    current = {shown, one.original.sha256 if one and recorded else shown}
    store = view.opened.store
    if earlier is not None and earlier not in current and store.has(earlier):
        return {**_addresses(earlier), "label": "before"}
    for picture in view.pasts.get(change.name, ()):
        if picture.sha256 not in current and store.has(picture.sha256):
            same = one is not None and one.request_key == picture.request_key
            label = f"take {picture.take}" if same else "before the last change"
            return {**_addresses(picture.sha256), "label": label}
    return None


def _addresses(sha256: str | None) -> Form:
    return {
        "picture": f"/picture/{sha256}" if sha256 else None,
        "thumb": f"/thumb/{sha256}" if sha256 else None,
    }


def _sha256(form: Form | None) -> str | None:
    address = form["picture"] if form else None
    return str(address).rpartition("/")[2] if address else None
