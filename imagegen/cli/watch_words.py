"""Owns the wording of a watch: what has changed, and what follows from it. Prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from imagegen import lock
from imagegen.build.purchase import Sum
from imagegen.build.result import Result
from imagegen.cli.result_words import counts_text, pictures_text
from imagegen.cli.terminal import line
from imagegen.cli.words import credits_text
from imagegen.errors import Problem
from imagegen.plan import Action, Change, Plan

_NAMES = 3
"""Images that are named in a line; of more, the number is told."""
_ORDER = (Action.GENERATE, Action.RESTORE, Action.DERIVE, Action.RETIRE)


def cause_text(changed: Sequence[str], root: Path) -> str:
    """Return what has changed: `saved imagegen.toml`, `saved a.md and 3 more`."""
    names = [_below(path, root) for path in changed]
    # Whoever pulls gets a new lock beside what it belongs to.
    names.sort(key=lambda name: name == lock.NAME)
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    first = line(names[0])
    if len(names) == 1 and not Path(changed[0]).exists():
        return f"{first} is gone"
    unsaved = names[0] == lock.NAME or Path(root, names[0]).is_dir()
    return f"{first}{more} changed" if unsaved else f"saved {first}{more}"


def todo_text(plan: Plan, alone: Sequence[Change] = (), *, publishes: bool = False) -> str:
    """Return a plan in one line: `1 to generate (6 credits) · hero (prompt)`.

    `alone` are the images that are left as they are, for a reason that was told before. With
    `publishes` there may be files to write though no picture is to be made.
    """
    if plan.idle:
        nothing = "no picture to make" if publishes else "nothing to do"
        return f"{nothing}, {len(alone)} left alone" if alone else nothing
    work = [change for change in plan.changes if change.action is not Action.KEEP]
    blocked = [c for c in plan.changes if c.block and not c.block.fine]
    drafts = sum(change.action is Action.GENERATE and change.free for change in work)
    counts = [f"{drafts} to draft (free)"] if drafts else []
    if plan.paid:
        counts.append(f"{len(plan.paid)} to generate ({_price_text(plan)})")
    counts += [f"{plan.count(one)} to {one}" for one in _ORDER[1:] if plan.count(one)]
    counts += [f"{len(blocked)} blocked"] if blocked else []
    return f"{', '.join(counts)} · {_names_text([*work, *blocked])}"


def problems_text(number: int) -> str:
    """Return `1 problem`, `3 problems`."""
    return f"{number} problem{'' if number == 1 else 's'}"


def done_text(result: Result, *, paid: bool) -> str:
    """Return what a build came to: `1 done · 6 credits so far, 1 picture`."""
    money = so_far_text(result.spent) if paid else ""
    return f"{counts_text(result)} · {money}" if money else counts_text(result)


def so_far_text(spent: Sum) -> str:
    """Return what the watch has cost: `12 credits so far, 2 pictures`; "" if nothing."""
    if not spent.pictures:
        return ""
    open_ones = ", not all settled" if spent.reserved or spent.unpriced else ""
    return f"{credits_text(spent.charged)} so far, {pictures_text(spent.pictures)}{open_ones}"


def limit_problem(plan: Plan, spent: Sum, *, images: int, cost: int | None) -> Problem | None:
    """Return how `plan` passes what a watch may buy, after what it has spent; None if it does not.

    The limits are pictures and credits for the whole watch.
    """
    known, _ = plan.price()
    hint = (
        "the watch goes on; to buy them, build in another terminal, or start it again with a "
        "higher limit:\n  imagegen build"
    )
    if spent.pictures + len(plan.paid) > images:
        may, option = pictures_text(images), "--max-images, or `images_per_run` in [budget]"
        had, more = f"has bought {spent.pictures}", f"{len(plan.paid)} more are"
        more = "1 more is" if len(plan.paid) == 1 else more
    elif cost is not None and spent.credits + known > cost:
        may, option = f"{credits_text(cost)} worth", "--max-cost"
        had, more = f"has spent {spent.credits}", f"{known} more are"
    else:
        return None
    summary = f"this watch may buy {may} and {had}; {more} needed"
    return Problem(summary, f"The limit is {option}. Nothing was bought beyond it.", hint)


def edited_text(change: Change) -> str:
    """Return how an output that somebody edited is left alone, several lines."""
    output = change.target.output if change.target else ""
    return (
        f"{line(output)} was edited by hand and is left alone\n"
        f"to keep it:  imagegen accept {change.name}\n"
        f"to undo it:  imagegen restore {change.name}"
    )


def _price_text(plan: Plan) -> str:
    known, unknown = plan.price()
    if not unknown:
        return credits_text(known)
    return f"{credits_text(known)} and {unknown} of unknown price" if known else "price not known"


def _names_text(changes: Sequence[Change]) -> str:
    unique = list({change.name: change for change in changes}.values())
    if len(unique) > _NAMES:
        names = ", ".join(line(change.name) for change in unique[:_NAMES])
        return f"{names} and {len(unique) - _NAMES} more"
    return ", ".join(_named(change) for change in unique)


def _named(change: Change) -> str:
    fields = dict.fromkeys(line(reason.field) for reason in change.reasons)
    told = [field for field in fields if field not in ("image", "request")]
    return f"{line(change.name)} ({', '.join(told)})" if told else line(change.name)


def _below(path: str, root: Path) -> str:
    try:
        return Path(path).relative_to(root).as_posix()
    except ValueError:
        return path
