"""Owns the params of one image: what is said where, which value wins, and whether it fits.

Params merge key by key: those of `[defaults]`, over these the style's, over these the image's own.
A default that does not fit an image's own model is a fault of that image's `model`: it would be
honest neither to send it nor to drop it. The image gives another value, or the default moves to a
style that only fitting images use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.ground import Completed, Ground
from imagegen.project.item import Item
from imagegen.project.models import Model
from imagegen.project.params import complete
from imagegen.project.schema import Defaults, Style
from imagegen.project.wording import quoted


@dataclass(frozen=True, slots=True)
class Merged:
    """The params of one image before they are judged."""

    values: Mapping[str, object]
    said: str
    """The style's name and the image's own params: with the defaults, all that decides."""
    origins: Mapping[str, KeyPath]
    """Param -> where the project file gives the value that won."""
    loc: KeyPath
    """Where the image's own params stand."""

    def place(self, loc: KeyPath) -> KeyPath:
        """Return where `loc`, seen from the params, stands in the file."""
        origin = self.origins.get(str(loc[0])) if loc else None
        return (*self.loc, *loc) if origin is None else (*origin, *loc[1:])


def merged(defaults: Defaults, style: tuple[str, Style] | None, item: Item) -> Merged:
    """Return the params that an image has by all that is said of it."""
    own = (*item.loc, "params")
    values: dict[str, object] = {}
    origins: dict[str, KeyPath] = {}
    layers: list[tuple[KeyPath, Mapping[str, object]]] = [(("defaults", "params"), defaults.params)]
    if style is not None:
        layers.append((("styles", style[0], "params"), style[1].params))
    layers.append((own, item.entry.params))
    for loc, params in layers:
        values.update(params)
        origins.update((key, (*loc, key)) for key in params)
    # The text of a dict tells 1, 1.0 and true apart, which their hashes would not.
    said = f"{style[0] if style else ''} {item.entry.params!r}"
    return Merged(values, said, origins, own)


def completed(ground: Ground, model: Model, params: Merged, *, references: int) -> Completed:
    """Return the complete params and the faults, these still seen from the params."""
    key = (model.id, params.said, references)
    found = ground.completed.get(key)
    if found is None:
        values = params.values
        if ground.unknown:
            values = {
                name: value
                for name, value in values.items()
                if (model.id, params.origins[name]) not in ground.unknown
            }
        found = complete(model, values, (), references=references)
        ground.completed[key] = found
    return found


def placed(ground: Ground, faults: list[Fault], params: Merged, item: Item) -> list[Fault]:
    """Return faults of params at the places where the project file gives their values."""
    entry = item.entry
    foreign = entry.model is not None and entry.model != ground.project.defaults.model
    moved = [replace(fault, loc=params.place(fault.loc)) for fault in faults]
    misfits = [fault for fault in moved if foreign and fault.loc[0] == "defaults"]
    rest = [fault for fault in moved if not (foreign and fault.loc[0] == "defaults")]
    model = entry.model or ground.project.defaults.model
    ground.unknown.update(
        (model, fault.loc) for fault in rest if fault.at == "key" and fault.loc[0] != "images"
    )
    return rest + ([_misfit(misfits, item.loc, model)] if misfits else [])


def _misfit(faults: list[Fault], loc: KeyPath, model: str) -> Fault:
    told = "; ".join(fault.summary for fault in faults[:3])
    unknown = _listed([fault for fault in faults if fault.at == "key"])
    refused = _listed([fault for fault in faults if fault.at == "value"])
    hints = [
        f"move {unknown} from [defaults] to a style that other images use" if unknown else "",
        f"give another {refused} in the image's own params" if refused else "",
    ]
    return Fault(
        (*loc, "model"),
        f"params of [defaults] do not fit {quoted(model)}: {_listed(faults)}",
        f"{told[:1].upper()}{told[1:]}.",
        "; ".join(filter(None, hints)),
    )


def _listed(faults: list[Fault]) -> str:
    keys = list(dict.fromkeys(str(fault.loc[2]) for fault in faults))
    return ", ".join(quoted(key) for key in keys[:5]) + (", …" if len(keys) > 5 else "")
