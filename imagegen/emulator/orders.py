"""Owns the body of POST /v2/images/generate: strict reading, and what is wrong with it.

Fact: both objects refuse unknown keys, the prompt limits, the params keys, the shape of `details`
and the text for an overlong prompt. Guess: the other texts, which follow the validator that the
vendor uses, and that a body over 1 MiB is refused with 413.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from imagegen.digest import sha256_of
from imagegen.emulator.checks import Details, check_param, kind_of, quoted
from imagegen.emulator.rejection import Rejection
from imagegen.project.models import Catalogue, Model, ReferenceField
from imagegen.request import ParamValue

BODY_LIMIT = 2**20
EVENTS = ("progress", "completed", "failed")
USUAL_EVENTS = ("completed", "failed")
PICTURES_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a job's webhooks go, and which events are wanted."""

    url: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generation:
    """A valid body: what is to be generated."""

    model: Model
    prompt: str
    params: Mapping[str, ParamValue]
    """As received: without defaults, with the seed and the reference URLs."""
    hook: Hook | None
    input: Mapping[str, object]
    """The body as received, without the webhook; a job echoes it."""
    sha256: str
    """Digest of the body's exact bytes."""

    @property
    def pictures(self) -> int:
        """How many pictures the job makes."""
        count = self.params.get(self.model.count_param) if self.model.count_param else None
        return min(count, PICTURES_LIMIT) if isinstance(count, int) else self.model.images

    @property
    def references(self) -> tuple[str, ...]:
        """The URLs of all reference pictures."""
        urls: list[str] = []
        for field in self.model.references:
            value = self.params.get(field.name)
            urls += [value] if isinstance(value, str) else cast("tuple[str, ...]", value or ())
        return tuple(urls)


def read(body: bytes, catalogue: Catalogue) -> Generation:
    """Return the generation that `body` asks for; raises Rejection 400 or 413."""
    document = _document(body)
    details = Details()
    model = _model(document, catalogue, details)
    prompt = document.get("prompt")
    details.text((), "prompt", prompt, limit=model.prompt_limit, least=1)
    known = {"prompt", "model", "webhookUrl", "webhookEvents", model.params_key}
    details.unknown((), document, known)
    params = _params(document, model, details)
    hook = _hook(document, details)
    details.refuse()
    echoed = {
        name: value
        for name, value in document.items()
        if name not in ("webhookUrl", "webhookEvents")
    }
    return Generation(model, str(prompt), params, hook, echoed, sha256_of(body))


def _document(body: bytes) -> dict[str, object]:
    if len(body) > BODY_LIMIT:
        raise Rejection(413, "Request body too large")
    try:
        document = json.loads(body, parse_constant=_no_constant)
        # Half of a surrogate pair and 1e999 are valid JSON, but nothing that could be echoed.
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise Rejection(400, "Invalid JSON in request body") from None
    if not isinstance(document, dict):
        details = Details()
        details.add((), f"Invalid input: expected object, received {kind_of(document)}")
        details.refuse()
    return cast("dict[str, object]", document)


def _model(document: Mapping[str, object], catalogue: Catalogue, details: Details) -> Model:
    name = document.get("model")
    model = catalogue.get(name) if isinstance(name, str) else None
    if model is None:
        details.add(("model",), "Invalid discriminator value: no such model on this endpoint")
        details.refuse()
    assert model is not None  # noqa: S101 - refuse raises when anything was added
    return model


def _params(
    document: Mapping[str, object], model: Model, details: Details
) -> Mapping[str, ParamValue]:
    given = document.get(model.params_key)
    where = (model.params_key,)
    if given is None and model.params_key not in document:
        needed = any(param.required for param in model.params.values())
        if not (needed or model.params_required):
            return {}
    if not isinstance(given, dict):
        details.add(where, f"Invalid input: expected object, received {kind_of(given)}")
        return {}
    fields = {field.name: field for field in model.references}
    seed = {"seed"} if model.takes_seed else set[str]()
    details.unknown(where, given, {*model.params, *fields, *seed})
    for name, param in model.params.items():
        if name in given:
            check_param(details, (*where, name), given[name], param)
        elif param.required:
            details.add((*where, name), "Invalid input: expected string, received undefined")
    for name, field in fields.items():
        _check_references(details, (*where, name), given.get(name), field)
    if model.takes_seed and "seed" in given:
        details.integer((*where, "seed"), given["seed"])
    return {name: _frozen(value) for name, value in given.items()}


def _check_references(
    details: Details, where: tuple[str, ...], value: object, field: ReferenceField
) -> None:
    if value is None:
        if field.required:
            details.add(where, "Invalid input: expected string, received undefined")
        return
    if field.many != isinstance(value, list):
        wanted = "array" if field.many else "string"
        details.add(where, f"Invalid input: expected {wanted}, received {kind_of(value)}")
        return
    urls = value if isinstance(value, list) else [value]
    if field.limit is not None and len(urls) > field.limit:
        details.add(where, f"Too big: expected array to have <={field.limit} items")
    for index, url in enumerate(urls):
        if not _is_uri(url):
            details.add((*where, str(index)) if field.many else where, "Invalid URL")


def _hook(document: Mapping[str, object], details: Details) -> Hook | None:
    events: object = list(USUAL_EVENTS)
    if "webhookEvents" in document:
        events = document["webhookEvents"]
        wrong = not isinstance(events, list) or not events
        if wrong:
            details.add(("webhookEvents",), "Too small: expected array to have >=1 items")
        for index, event in enumerate(events if isinstance(events, list) else []):
            if event not in EVENTS:
                choices = "|".join(quoted(name) for name in EVENTS)
                details.add(
                    ("webhookEvents", str(index)), f"Invalid option: expected one of {choices}"
                )
    if "webhookUrl" not in document:
        return None
    url = document["webhookUrl"]
    if not _is_uri(url):
        details.add(("webhookUrl",), "Invalid URL")
    return Hook(str(url), tuple(map(str, events if isinstance(events, list) else ())))


def _is_uri(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.scheme == "data"))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _frozen(value: object) -> ParamValue:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return cast("ParamValue", value)


def params_of(model: Model, given: Mapping[str, object]) -> Mapping[str, ParamValue]:
    """Return the params of a body that was read before, or echoed by a job."""
    params = given.get(model.params_key)
    return (
        {name: _frozen(value) for name, value in params.items()} if isinstance(params, dict) else {}
    )
