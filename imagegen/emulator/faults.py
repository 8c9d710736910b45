"""Owns the reading of fault rules: from a TOML or JSON file, from a request, from a test.

A rule names a fault, which moments it strikes at, how often, and the fault's own options:

    [[rules]]
    fault = "status"
    times = 2
    match = { method = "POST", path = "/v2/images/*" }
    with = { status = 429, retry_after = "3" }

`match` knows method, path (a glob), model, prompt (a part of it), job and post (ordinals, from 1).
Without `times` a rule strikes at every match; without `match` at every moment its fault knows.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from imagegen.emulator.fates import FATES
from imagegen.emulator.looks import LISTS, LOOKS
from imagegen.emulator.mishaps import ANSWERS, REQUESTS
from imagegen.emulator.rules import Match, Options, OptionValue, Rule
from imagegen.emulator.spoilt import FILES
from imagegen.emulator.webhooks import HOOK_FAULTS
from imagegen.errors import Problem, WrongInput, nearest

DUPLICATE_MODES = ("replay", "in-flight", "reject", "ignore")

DEFAULTS: Mapping[str, Mapping[str, OptionValue]] = {
    **{name: fault.defaults for name, fault in REQUESTS.items()},
    **{name: fault.defaults for name, fault in ANSWERS.items()},
    **{name: fault.defaults for name, fault in FATES.items()},
    **{name: fault.defaults for name, fault in LOOKS.items()},
    **{name: fault.defaults for name, fault in LISTS.items()},
    **{name: fault.defaults for name, fault in FILES.items()},
    **HOOK_FAULTS,
    "duplicates": {"mode": "replay"},
}
"""Every fault that there is, with its options and their defaults."""

_RULE_KEYS = ("fault", "match", "times", "with")
_TEXT_CONDITIONS = ("method", "path", "model", "prompt")
_NUMBER_CONDITIONS = ("job", "post")


def rule(
    fault: str,
    *,
    times: int | None = None,
    match: Mapping[str, object] | None = None,
    **options: object,
) -> Rule:
    """Return one rule; raises WrongInput, naming the nearest known name."""
    if fault not in DEFAULTS:
        raise _wrong(f"There is no fault `{fault}`", fault, DEFAULTS)
    return Rule(fault, _match(match or {}), _times(times), _options(fault, options))


def rules(document: object) -> tuple[Rule, ...]:
    """Return the rules of `{"rules": […]}` or of a bare list; raises WrongInput."""
    if isinstance(document, Mapping):
        for name in document:
            if name != "rules":
                raise _wrong(f"A fault file has no `{name}`", str(name), ("rules",))
        document = document.get("rules", [])
    if not isinstance(document, list):
        raise WrongInput(Problem("Fault rules must be a list", hint="Write `[[rules]]` in TOML."))
    return tuple(_rule(entry, number) for number, entry in enumerate(document, start=1))


def read(path: Path) -> tuple[Rule, ...]:
    """Return the rules in a `.toml` or `.json` file; raises WrongInput."""
    try:
        text = path.read_text("utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise WrongInput(
            Problem(f"Cannot read the fault file `{path}`", f"The system says: {error.strerror}.")
        ) from None
    except (ValueError, RecursionError) as error:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        raise WrongInput(
            Problem(f"The fault file `{path}` is not valid {kind}", f"The reader says: {error}.")
        ) from None
    return rules(document)


def _rule(entry: object, number: int) -> Rule:
    if not isinstance(entry, Mapping):
        raise WrongInput(Problem(f"Fault rule {number} is not a table"))
    for name in entry:
        if name not in _RULE_KEYS:
            raise _wrong(f"Fault rule {number} has an unknown key `{name}`", name, _RULE_KEYS)
    fault, match, options = entry.get("fault"), entry.get("match", {}), entry.get("with", {})
    if not isinstance(fault, str):
        raise WrongInput(
            Problem(f"Fault rule {number} names no fault", hint='Add `fault = "status"`.')
        )
    if not isinstance(match, Mapping) or not isinstance(options, Mapping):
        raise WrongInput(Problem(f"Fault rule {number}: `match` and `with` must be tables"))
    return rule(fault, times=entry.get("times"), match=match, **options)


def _match(given: Mapping[str, object]) -> Match:
    known = (*_TEXT_CONDITIONS, *_NUMBER_CONDITIONS)
    for name, value in given.items():
        if name not in known:
            raise _wrong(f"A rule cannot match by `{name}`", name, known)
        wanted = str if name in _TEXT_CONDITIONS else int
        if not isinstance(value, wanted) or isinstance(value, bool):
            kind = "a text" if wanted is str else "a whole number"
            raise WrongInput(Problem(f"`match.{name}` must be {kind}, not `{value!r}`"))
    return Match(**given)  # type: ignore[arg-type]


def _times(given: object) -> int | None:
    if given is None or (isinstance(given, int) and not isinstance(given, bool) and given > 0):
        return given
    raise WrongInput(Problem(f"`times` must be a whole number from 1, not `{given!r}`"))


def _options(fault: str, given: Mapping[str, object]) -> Options:
    defaults = DEFAULTS[fault]
    values: dict[str, OptionValue] = dict(defaults)
    for name, value in given.items():
        if name not in defaults:
            raise _wrong(f"The fault `{fault}` has no option `{name}`", name, defaults)
        values[name] = _option(fault, name, value)
    if fault == "duplicates" and values["mode"] not in DUPLICATE_MODES:
        mode = str(values["mode"])
        raise _wrong(f"There is no duplicate mode `{mode}`", mode, DUPLICATE_MODES)
    return Options(values)


def _option(fault: str, name: str, value: object) -> OptionValue:
    default = DEFAULTS[fault][name]
    if isinstance(default, tuple):
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        wanted = "a list of texts"
    elif isinstance(default, int | float):
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return value
        wanted = "a number from 0"
    else:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        wanted = "a text"
    raise WrongInput(Problem(f"Option `{name}` of `{fault}` must be {wanted}, not `{value!r}`"))


def _wrong(summary: str, word: str, known: Mapping[str, object] | tuple[str, ...]) -> WrongInput:
    near = nearest(word, known)
    hint = f"Did you mean `{near}`?" if near else ""
    listed = ", ".join(f"`{name}`" for name in known) or "nothing"
    return WrongInput(Problem(summary, f"Known here: {listed}.", hint))
