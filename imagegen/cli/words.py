"""Owns the wording of plans and reasons, as text and as JSON. Returns strings; prints nothing."""

from __future__ import annotations

import click

from imagegen import contrast
from imagegen import plan as planning
from imagegen.cli.terminal import line
from imagegen.plan import Action, Block, Change, Plan, Reason

_SIGNS = {
    Action.KEEP: (" ", None),
    Action.RESTORE: ("<", "cyan"),
    Action.DERIVE: ("~", "cyan"),
    Action.GENERATE: ("+", "green"),
    Action.RETIRE: ("-", "yellow"),
}


def plan_text(plan: Plan) -> str:
    """Return the plan for people: what is to do with its reasons, then the sum."""
    shown = [change for change in plan.changes if change.action is not Action.KEEP]
    blocked = [change for change in plan.changes if change.block]
    width = max((len(change.name) for change in [*shown, *blocked]), default=0)
    parts = [_change_text(change, width) for change in shown]
    parts += [_blocked_text(change, width) for change in blocked]
    return "\n".join([*parts, *([""] if parts else []), summary_text(plan)])


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


def reason_text(reason: Reason) -> str:
    """Return one reason in one line: `prompt: "a mug" -> "a cup"`."""
    if reason.field == "image":
        return "new image" if reason.old is None else "no longer in the project file"
    old, new = contrast.told(reason.old, reason.new)
    return f"{line(reason.field)}: {line(old)} -> {line(new)}"


def _change_text(change: Change, width: int) -> str:
    sign, colour = _SIGNS[change.action]
    price = _change_price(change)
    head = f"{sign} {change.action:<8}  {change.name:<{width}}  {price}".rstrip()
    reasons = [f"      {reason_text(reason)}" for reason in change.reasons]
    return "\n".join([click.style(head, fg=colour), *reasons])


def _blocked_text(change: Change, width: int) -> str:
    if change.block is Block.PROTECTED:
        why = f"kept: protected; to buy another picture: imagegen build --replace {change.name}"
    else:
        why = f"not built: {line(change.blocked)}"
    head = f"! {change.action:<8}  {change.name:<{width}}  {why}"
    reasons = [f"      {reason_text(reason)}" for reason in change.reasons]
    return "\n".join([click.style(head, fg="yellow"), *reasons])


def _change_price(change: Change) -> str:
    if change.action is not Action.GENERATE:
        return ""
    if change.free:
        return "free draft"
    price = "price not known" if change.price is None else credits_text(change.price)
    return f"{price}, or free if this key can see the job" if change.perhaps_free else price


def credits_text(number: int) -> str:
    """Return `1 credit`, `12 credits`."""
    return f"{number} credit{'' if number == 1 else 's'}"


def _price_text(plan: Plan) -> str:
    known, unknown = plan.price()
    if not plan.paid:
        return "Costs nothing."
    if not unknown:
        return f"Costs {credits_text(known)}."
    pictures = f"{unknown} picture{'' if unknown == 1 else 's'} whose price is not known yet"
    return f"Costs {credits_text(known)} and {pictures}." if known else f"Costs {pictures}."


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
