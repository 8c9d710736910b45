"""Owns what all images of a project stand on: models, styles, variables, output folder.

Judged once, before any image, so that one slip here is one fault and not one for each image.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from imagegen.derivative import Derivation
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.folders import Folders
from imagegen.project.item import Item
from imagegen.project.letterings import Letterings
from imagegen.project.mentions import Mention
from imagegen.project.models import Catalogue
from imagegen.project.origin import Origins
from imagegen.project.paths import path_fault
from imagegen.project.prompts import PROMPT, BadTemplate, template, unknown_variable
from imagegen.project.references import Shelf
from imagegen.project.schema import Project, Style
from imagegen.project.wording import quoted, suggestion
from imagegen.request import ParamValue

Judged = tuple[Derivation, tuple[Fault, ...]]
Completed = tuple[tuple[tuple[str, ParamValue], ...], list[Fault]]


@dataclass(frozen=True, slots=True)
class Ground:
    """A project with everything that its images refer to."""

    project: Project
    catalogue: Catalogue
    provider: str
    """The name that goes into every request."""
    broken_models: frozenset[str]
    """Declared models with faults of their own; images that use them are not judged."""
    shelf: Shelf
    folders: Folders
    styles: Mapping[str, Style]
    """The styles without faults; images of the others are not judged by them."""
    items: Sequence[Item]
    """Every wanted picture, after sets are expanded."""
    origins: Origins
    """Where expanded pictures come from."""
    letterings: Letterings
    """The texts that are set on pictures."""
    whole: bool = True
    """Whether `items` are all that there are: none is left out for a fault of its own."""
    signer: str = ""
    """sha256 of the certificate chain that files are signed with; an empty text for none."""
    unknown: set[tuple[str, KeyPath]] = field(default_factory=set)
    """Model ids and places of shared params that the model does not know; each is told once."""
    mentions: list[Mention] = field(default_factory=list)
    """Every reference of an image to another one, as they are found."""
    completed: dict[tuple[str, str, int], Completed] = field(default_factory=dict)
    """Params that were completed before; most images of a project have the same few."""
    derivations: dict[tuple[str, str, tuple[str, ...]], Judged] = field(default_factory=dict)
    """What images want beside their output that was judged before, without texts and marks."""


def sound_styles(
    project: Project, own: Collection[str] | None = ()
) -> tuple[dict[str, Style], list[Fault]]:
    """Return the styles that can be filled in, and the faults of the others.

    `own` are the variables that sets bring; an image that lacks one is judged by itself. With
    None, nobody knows them, and no variable is taken for unknown.
    """
    sound: dict[str, Style] = {}
    faults: list[Fault] = []
    known = None if own is None else {*project.vars, *own, PROMPT}
    for name, style in project.styles.items():
        fault = _template_fault(style, ("styles", name, "prompt"), known)
        if fault is None:
            sound[name] = style
        else:
            faults.append(fault)
    return sound, faults


def common_faults(project: Project, catalogue: Catalogue) -> list[Fault]:
    """Return what is wrong with the project's own settings, apart from styles."""
    faults: list[Fault] = []
    if project.output_dir != "." and (
        fault := path_fault(project.output_dir, ("project", "output_dir"))
    ):
        faults.append(fault)
    if PROMPT in project.vars:
        detail = "In a style `{prompt}` already stands for the image's own prompt."
        faults.append(Fault(("vars", PROMPT), "`prompt` cannot be a variable", detail, at="key"))
    if project.defaults.style:
        faults += style_faults(project, project.defaults.style, ("defaults", "style"))
    faults += model_faults(project, catalogue, project.defaults.model, ("defaults", "model"))
    for priced in project.prices:
        faults += model_faults(project, catalogue, priced, ("prices", priced))
    return faults


def model_faults(
    project: Project, catalogue: Catalogue, model_id: str, loc: KeyPath
) -> list[Fault]:
    """Return a fault at `loc` when nobody knows the model; a faulty declaration counts as known."""
    if model_id in catalogue.models or model_id in project.models:
        return []
    otherwise = "a model that the catalogue lacks is declared under [models.NAME]"
    hint = suggestion(model_id, catalogue.names, otherwise)
    summary = f"unknown model {quoted(model_id)}"
    return [Fault(loc, summary, hint=hint, at="key" if loc[0] == "prices" else "value")]


def style_faults(project: Project, name: str, loc: KeyPath) -> list[Fault]:
    """Return a fault at `loc` when the project has no style of this name."""
    if name in project.styles:
        return []
    otherwise = f"add [styles.{name}]" if name.isalnum() else "add it under [styles]"
    return [
        Fault(
            loc, f"unknown style {quoted(name)}", hint=suggestion(name, project.styles, otherwise)
        )
    ]


def _template_fault(style: Style, loc: KeyPath, known: set[str] | None) -> Fault | None:
    try:
        variables = template(style.prompt).variables
    except BadTemplate as bad:
        return Fault(loc, bad.summary, bad.detail, bad.hint)
    unknown = next((name for name in variables if known and name not in known), None)
    if unknown is not None and known:
        told = unknown_variable(unknown, known)
        return Fault(loc, told.summary, told.detail, told.hint)
    if PROMPT not in variables:
        detail = "A style wraps the image's own prompt, so it must say where that stands."
        hint = 'for example: prompt = "{prompt}, soft morning light"'
        return Fault(loc, "this style has no `{prompt}`", detail, hint)
    return None
