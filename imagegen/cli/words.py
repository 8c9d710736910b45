"""Owns the wording of plans and reasons, as text and as JSON. Returns strings; prints nothing.

In text, images of which the same is said for free share a row; what costs money has its own, but
for candidates of one image, and for drafts whose real pictures are still to be bought.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import click

from imagegen import contrast
from imagegen import plan as planning
from imagegen.cli.folding import column
from imagegen.cli.terminal import line
from imagegen.plan import Action, Block, Change, Plan, Reason

_SIGNS = {
    Action.KEEP: (" ", None),
    Action.RESTORE: ("<", "cyan"),
    Action.DERIVE: ("~", "cyan"),
    Action.GENERATE: ("+", "green"),
    Action.RETIRE: ("-", "yellow"),
}

_NAMED = 3
"""Images of one row that are named."""


def plan_text(plan: Plan, replaced: Mapping[str, Plan] | None = None) -> str:
    """Return the plan for people: what is to do with its reasons, then the sum.

    `replaced` are the plans with `--replace` of protected images, by name, as far as known.
    """
    rows = _rows(change for change in plan.changes if change.action is not Action.KEEP)
    blocked = _blocked_rows(one for one in plan.changes if one.block and one.action is Action.KEEP)
    width = column(_names(row) for row in (*rows, *blocked) if not _is_folded(row))
    wanted = {change.target.output for change in plan.changes if change.target}
    parts = [_row_text(row, width, wanted) for row in rows]
    parts += [_blocked_text(row, width, replaced or {}) for row in blocked]
    return "\n".join([*parts, *([""] if parts else []), summary_text(plan), *_way_to_prices(plan)])


def summary_text(plan: Plan) -> str:
    """Return the plan's sum in one line."""
    order = (Action.GENERATE, Action.RESTORE, Action.DERIVE, Action.RETIRE, Action.KEEP)
    counts = [f"{plan.count(action)} to {action}" for action in order if plan.count(action)]
    return f"Plan: {', '.join(counts) or 'no images'}. {_price_text(plan)}"


def plan_json(plan: Plan) -> dict[str, object]:
    """Return the object that `plan --json` prints."""
    known, unknown = plan.price()
    counts: dict[str, object] = {action.value: plan.count(action) for action in Action}
    counts |= {"paid": len(plan.paid), "price": known, "unknown_prices": unknown}
    changes = [_change_json(change) for change in plan.changes]
    return {"format": planning.FORMAT, "changes": changes, "summary": counts}


def saved_plan_json(plan: Plan) -> dict[str, object]:
    """Return what `plan --out` writes: the plan, and exactly which requests it is about."""
    orders = {
        change.name: [change.target.request.key, change.take, change.target.output]
        for change in plan.changes
        if change.target is not None
    }
    return plan_json(plan) | {"orders": orders}


def reason_text(reason: Reason, of: str = "") -> str:
    """Return one reason of the image `of` in one line: `prompt: "a mug" -> "a cup"`."""
    match reason:
        case Reason("image", old):
            return "new image" if old is None else "no longer in the project file"
        case Reason("name", old, new) if of and of in (old, new):
            told = f"renamed from {old}" if of == new else f"renamed to {new}"
            return line(told)
        case Reason("provider", "draft"):
            return "a draft; the real picture is still to be bought"
        case Reason("job"):
            return "ordered already, nothing more to pay"
        case Reason("request", None, same):
            return line(f"{same}; one picture serves both")
    old, new = contrast.told(reason.old, reason.new)
    return f"{line(reason.field)}: {line(old)} -> {line(new)}"


def _rows(changes: Iterable[Change]) -> list[list[Change]]:
    """Return the changes by row, in the order in which each row begins."""
    rows: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        rows.setdefault(_alike(change), []).append(change)
    found: list[list[Change]] = []
    for row in rows.values():
        found += [row] if _is_folded(row) or _is_of_one(row) else [[change] for change in row]
    return found


def _alike(change: Change) -> tuple[str, ...]:
    """Return what changes have in common that may share a row."""
    image = change.target.candidate_of if change.target else None
    alone = change.action is Action.RETIRE or not (change.free or _is_drawn(change))
    if image is None and alone:
        return (change.name,)
    told = (change.action, _change_price(change), *_reasons(change))
    return (f"candidates of {image}" if image else "", *told)


def _is_drawn(change: Change) -> bool:
    """Whether all that is to do is to buy the picture that a draft stands for."""
    return [one.field for one in change.reasons] == ["provider"] and not change.free


def _reasons(change: Change) -> list[str]:
    return [reason_text(one, change.name) for one in change.reasons]


def _is_of_one(row: Sequence[Change]) -> bool:
    """Whether these are candidates of one image, perhaps behind it."""
    return bool(row[-1].target and row[-1].target.candidate_of)


def _is_folded(row: Sequence[Change]) -> bool:
    """Whether these are too many to be named one by one."""
    return len(row) > _NAMED and not _is_of_one(row)


def _names(row: Sequence[Change]) -> str:
    """Return `mug`, `hero#2, #3`, or `9 images: mug, cup, jar and 6 more`."""
    if _is_folded(row):
        named = ", ".join(change.name for change in row[:_NAMED])
        return f"{len(row)} images: {named} and {len(row) - _NAMED} more"
    return ", ".join([row[0].name, *(f"#{change.take}" for change in row[1:])])


def _row_text(row: Sequence[Change], width: int, wanted: Collection[str]) -> str:
    """Return one row; `wanted` are the outputs that images have, so that none is deleted."""
    sign, colour = _SIGNS[row[0].action]
    price = _change_price(row[0])
    price += " each" if len(row) > 1 and row[0].price else ""
    if row[0].action is Action.RETIRE:
        price = _farewell(row[0], wanted)
    head = f"{sign} {row[0].action:<8}  {_names(row):<{width}}  {price}".rstrip()
    reasons = [f"      {reason}" for reason in _reasons(row[0])]
    return "\n".join([click.style(head, fg=colour), *reasons])


def _farewell(change: Change, wanted: Collection[str]) -> str:
    """Return what becomes of the files and the picture of an image that is retired."""
    files = change.locked.files if change.locked else ()
    taken_over = any(out.path in wanted for out in files)
    parts = [f"deletes {files_text(len(files))}"] if files and not taken_over else []
    parts += ["the picture stays in the store"] if change.stays else []
    return "; ".join(parts)


def _blocked_rows(changes: Iterable[Change]) -> list[list[Change]]:
    """Return blocked changes by row: a protected image and its candidates share one."""
    rows: dict[str, list[Change]] = {}
    for change in changes:
        guarded = change.block is Block.PROTECTED
        rows.setdefault(_image(change) if guarded else change.name, []).append(change)
    return list(rows.values())


def _image(change: Change) -> str:
    """Return the image that a change is for: of a candidate the one that it belongs to."""
    return (change.target.candidate_of if change.target else None) or change.name


def _blocked_text(row: Sequence[Change], width: int, replaced: Mapping[str, Plan]) -> str:
    change = row[0]
    if change.block is Block.PROTECTED:
        image = _image(change)
        bought = _purchase_text(replaced.get(image), image)
        why = f"kept: protected; to buy {bought}: imagegen build --replace {image}"
    else:
        why = f"not built: {line(change.blocked)}"
    head = f"! {change.action:<8}  {_names(row):<{width}}  {why}"
    reasons = [f"      {reason}" for reason in _reasons(change)]
    return "\n".join([click.style(head, fg="yellow"), *reasons])


def _purchase_text(plan: Plan | None, image: str) -> str:
    """Return what `--replace` of one image buys: `3 pictures for 18 credits`."""
    paid = tuple(one for one in plan.paid if _image(one) == image) if plan else ()
    if not paid:
        return "another picture"
    known, unknown = Plan(paid).price()
    cost = "at a price not known yet" if unknown else f"for {credits_text(known)}"
    return f"{len(paid)} picture{'' if len(paid) == 1 else 's'} {cost}"


def _change_price(change: Change) -> str:
    if change.action is not Action.GENERATE:
        return "to be fetched, free; needs the key and the network" if change.fetches else ""
    if change.free:
        return "free draft"
    price = "price not known" if change.price is None else credits_text(change.price)
    return f"{price}, or free if this key can see the job" if change.perhaps_free else price


def credits_text(number: int) -> str:
    """Return `1 credit`, `12 credits`."""
    return f"{number} credit{'' if number == 1 else 's'}"


def files_text(number: int) -> str:
    """Return `1 file`, `12 files`."""
    return f"{number} file{'' if number == 1 else 's'}"


def _way_to_prices(plan: Plan) -> list[str]:
    """Return how to learn what a plan costs, where nobody knows any of its prices."""
    known, unknown = plan.price()
    if known or not unknown:
        return []
    way = f"set [prices], or buy one first: imagegen build {_image(plan.paid[0])}"
    return [f"Prices are learnt from the first purchase; {way}"]


def _price_text(plan: Plan) -> str:
    known, unknown = plan.price()
    if not plan.paid:
        return "Costs nothing."
    if not unknown:
        return f"Costs {credits_text(known)}."
    pictures = f"{unknown} picture{'' if unknown == 1 else 's'}"
    if not known:
        return f"Costs: not known yet ({pictures})."
    return f"Costs {credits_text(known)} and {pictures} whose price is not known yet."


def _change_json(change: Change) -> dict[str, object]:
    reasons = [{"field": one.field, "old": one.old, "new": one.new} for one in change.reasons]
    told: dict[str, object] = {
        "name": change.name,
        "action": change.action.value,
        "reasons": reasons,
        "price": change.price,
    }
    if change.block:
        told["blocked"] = change.blocked
    return told
