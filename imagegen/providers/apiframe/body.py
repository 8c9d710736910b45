"""Owns the wire form of an order: the exact bytes that are POSTed.

Equal orders give equal bytes. Never sends a key that the catalogue does not list.
"""

from __future__ import annotations

from collections.abc import Sequence

from imagegen import digest
from imagegen.errors import Problem
from imagegen.project.models import Model
from imagegen.providers.provider import Order, Refused
from imagegen.request import ParamValue


def body(
    order: Order, model: Model, urls: Sequence[str], *, webhook_url: str | None = None
) -> bytes:
    """Return the canonical JSON of `order`; `urls` stand for `request.references`, in order.

    The API tells `webhook_url` when the job has ended; it is no part of the request.
    Raises Refused for a param or reference field that the model does not have.
    """
    request = order.request
    params: dict[str, object] = {}
    for name, value in request.params:
        if name not in model.params:
            raise _unknown(order, name)
        params[name] = _plain(value)
    if model.takes_seed:
        params["seed"] = order.seed
    for reference, url in zip(request.references, urls, strict=True):
        _refer(params, order, model, reference.field, url)
    form: dict[str, object] = {"prompt": request.prompt, "model": request.model}
    if params or model.params_required:
        form[model.params_key] = params
    if webhook_url is not None:
        form["webhookUrl"] = webhook_url
    return digest.canonical_json(form)


def _refer(params: dict[str, object], order: Order, model: Model, name: str, url: str) -> None:
    field = model.reference(name)
    if field is None:
        raise _unknown(order, name)
    if not field.many:
        if name in params:
            raise _refused(order, f"`{name}` of `{model.id}` takes one picture, not several.")
        params[name] = url
        return
    several = params.setdefault(name, [])
    if isinstance(several, list):
        several.append(url)


def _unknown(order: Order, name: str) -> Refused:
    return _refused(order, f"The model `{order.request.model}` has no `{name}`.")


def _refused(order: Order, why: str) -> Refused:
    return Refused(
        Problem(f"`{order.name}` cannot be ordered", why, "Change the image's `params`."), status=0
    )


def _plain(value: ParamValue) -> object:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
