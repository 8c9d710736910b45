"""Owns the step from what the project file says to what is wanted: entries to complete targets.

Asks the disk only through the ground's `shelf` and `folders`; otherwise pure. Stops after a
hundred faults, since nobody reads more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from imagegen.pictures import media
from imagegen.project import mentions
from imagegen.project.alts import alts_of
from imagegen.project.derivation import derivation_of
from imagegen.project.derivative_names import DerivativeNames
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.ground import Ground, common_faults, model_faults, style_faults
from imagegen.project.item import Item
from imagegen.project.mentions import Mention
from imagegen.project.merge import Merged, completed, merged, placed
from imagegen.project.models import Model, ReferenceField, output_format
from imagegen.project.outputs import EXTENSIONS, Claim, claim_fault, clashes, joined, output_fault
from imagegen.project.params import reference_params
from imagegen.project.parse import FAULT_LIMIT
from imagegen.project.prompts import BadTemplate, TooLong, filled
from imagegen.project.provenance import marks_of, marks_outputs
from imagegen.project.schema import IMAGES_LIMIT, ImageEntry, Style
from imagegen.project.wording import quoted
from imagegen.request import DRAFT, Reference, Request, Source, Target

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Case:
    """One image, with what it refers to found."""

    item: Item
    model: Model
    style: tuple[str, Style] | None
    params: Merged

    @property
    def name(self) -> str:
        """The name of the image."""
        return self.item.name

    @property
    def entry(self) -> ImageEntry:
        """What the project says of the image itself."""
        return self.item.entry

    def loc(self, *keys: str | int) -> KeyPath:
        """Return the key path of something inside the image's table."""
        return (*self.item.loc, *keys)


def resolve(ground: Ground) -> tuple[tuple[Target, ...], list[Fault]]:
    """Return the targets, sorted by name, and the faults; the targets count only without faults.

    A fault that several images share, such as a wrong default, is told once.
    """
    # A dict keeps each fault once, in the order of the file.
    faults = dict.fromkeys(common_faults(ground.project, ground.catalogue))
    placed_well = all(fault.loc != ("project", "output_dir") for fault in faults)
    targets: list[Target] = []
    claims: list[Claim] = []
    names = DerivativeNames(ground.folders)
    told = ground.origins.told
    for item in ground.items:
        if len(faults) > FAULT_LIMIT:
            break
        case, found = _case(ground, item)
        target = _target(ground, case, found)
        targets.append(target)
        # Below a wrong output folder nothing lies where it is said to lie, and without a model
        # nobody knows the extension of a file that the image does not name.
        named = case.entry.output is not None or bool(case.model.params_key)
        claim = _settled(ground, case, target.output, found) if placed_well and named else None
        claims += [claim] if claim else []
        if claim and target.derivation:
            found += names.add(case.item, claim, target.derivation)
        faults |= dict.fromkeys(map(told, found))
    faults |= dict.fromkeys(map(told, ground.letterings.gaps))
    faults |= dict.fromkeys(map(told, _crowd_faults(ground.items)))
    faults |= dict.fromkeys(map(told, clashes(claims, ground.shelf.places)))
    faults |= dict.fromkeys(map(told, names.clashes(claims, ground.shelf.places)))
    if len(faults) <= FAULT_LIMIT:
        # A candidate of an image is no name that anybody writes.
        known = {target.name for target in targets if "#" not in target.name}
        wrong = mentions.faults(ground.mentions, known, FAULT_LIMIT, whole=ground.whole)
        faults |= dict.fromkeys(map(told, wrong))
    return tuple(sorted(targets, key=lambda target: target.name)), list(faults)


def _case(ground: Ground, item: Item) -> tuple[_Case, list[Fault]]:
    """Return the image with its model and style, and the faults of these.

    A missing style is left out and a missing model stood in for: their faults are told, here or
    where a default, style or declaration is wrong, and what else is wrong with the image is, too.
    """
    project, entry, faults = ground.project, item.entry, list[Fault]()
    model_id = project.defaults.model if entry.model is None else entry.model
    model = None if model_id in ground.broken_models else ground.catalogue.get(model_id)
    if model is None and entry.model is not None:
        faults += model_faults(project, ground.catalogue, model_id, (*item.loc, "model"))
    style_name = project.defaults.style if entry.style is None else entry.style
    style = ground.styles.get(style_name) if style_name else None
    if entry.style and style is None:
        faults += style_faults(project, entry.style, (*item.loc, "style"))
    named = (style_name, style) if style_name and style else None
    if model is None:
        unjudged = Merged({}, "", {}, (*item.loc, "params"))
        return _Case(item, _stand_in(model_id), named, unjudged), faults
    return _Case(item, model, named, merged(project.defaults, named, item)), faults


def _stand_in(model_id: str) -> Model:
    """Return a model that takes anything, so that the rest of an image can still be judged."""
    return Model(
        id=model_id,
        params_key="",
        references=(ReferenceField("references"),),
        prompt_limit=5000,
        takes_seed=True,
    )


def _target(ground: Ground, case: _Case, faults: list[Fault]) -> Target:
    """Return the target of one image; what is wrong with it is added to `faults`."""
    entry, defaults = case.entry, ground.project.defaults
    values, wrong = completed(ground, case.model, case.params, references=len(entry.references))
    faults += placed(ground, wrong, case.params, case.item)
    faults += _seed_faults(case) + _choice_faults(case)
    pictures = list(_pictures(ground, case, faults))
    request = Request(
        provider=ground.provider,
        model=case.model.id,
        prompt=_prompt(case, faults),
        params=values,
        seed=entry.seed,
        references=tuple(reference for reference, _ in pictures),
    )
    written = entry.output
    if written is None:
        written = f"{case.name}.{EXTENSIONS.get(output_format(case.model, dict(values)), 'png')}"
    fault = output_fault(written, _output_loc(case))
    faults += [fault] if fault else []
    kind = media.format_of_name(written) or ""
    alt, alts = alts_of(ground.project, case.item, faults)
    letterings = ground.letterings.of(case.item, faults)
    marks, says = marks_of(ground.project, request, alt, alts), marks_outputs(ground.project)
    derivation = derivation_of(
        ground, case.item, kind, faults, letterings=letterings, marks=marks, signer=ground.signer
    )
    return Target(
        name=case.name,
        request=request,
        take=entry.take,
        output=joined(ground.project.output_dir, written),
        output_format=kind,
        alt=alt,
        alts=alts,
        protect=defaults.protect if entry.protect is None else entry.protect,
        candidates=entry.candidates if ground.provider != DRAFT else None,
        sources=tuple(source for _, source in pictures),
        derivation=derivation,
        placeholder=derivation is not None or ground.project.publish.writes,
        marks=marks if says else None,
        signer=ground.signer if says else "",
    )


def _output_loc(case: _Case) -> KeyPath:
    return case.loc() if case.entry.output is None else case.loc("output")


def _settled(ground: Ground, case: _Case, path: str, faults: list[Fault]) -> Claim | None:
    """Return the claim to the file as it lies on disk, or None with the reason in `faults`."""
    loc = _output_loc(case)
    if any(fault.loc == loc for fault in faults):
        return None
    claim = Claim(case.name, path, loc)
    found = claim_fault(claim) or ground.folders.settle(claim)
    if isinstance(found, Claim):
        # A link on the way may lead where no output may lie.
        fault = claim_fault(found)
        if fault is None:
            return found
        found = fault
    faults.append(found)
    return None


def _seed_faults(case: _Case) -> list[Fault]:
    seed, model = case.entry.seed, case.model
    if seed is None:
        return []
    if not model.takes_seed:
        detail = "Two pictures of one request differ by `take` instead."
        return [Fault(case.loc("seed"), f"{quoted(model.id)} takes no seed", detail, at="key")]
    if seed > model.seed_maximum:
        detail = f"Seeds of {quoted(model.id)} go from 0 to {model.seed_maximum}."
        return [Fault(case.loc("seed"), "`seed` is too large", detail)]
    return []


def _choice_faults(case: _Case) -> list[Fault]:
    entry, loc = case.entry, case.loc("candidates")
    if entry.candidates is None:
        return []
    if entry.take is not None:
        detail = "A take names one picture; candidates are several to choose from."
        hint = "leave `take` out and choose with:\n  imagegen pick NAME N"
        summary = "`candidates` and `take` exclude each other"
        return [Fault(loc, summary, detail, hint, at="key")]
    if entry.seed is not None and case.model.takes_seed:
        detail = f"All {entry.candidates} pictures would be made from the same seed."
        hint = "leave `seed` out: each candidate then gets one of its own"
        summary = "`candidates` and `seed` exclude each other"
        return [Fault(loc, summary, detail, hint, at="key")]
    return []


def _crowd_faults(items: Sequence[Item]) -> list[Fault]:
    """Return the fault of more pictures in all than a lock can hold."""
    count = len(items)
    for item in items:
        count += item.entry.candidates or 0
        if item.entry.candidates and count > IMAGES_LIMIT:
            summary = f"more than {IMAGES_LIMIT:,} pictures, candidates among them"
            return [Fault((*item.loc, "candidates"), summary, at="key")]
    return []


def _prompt(case: _Case, faults: list[Fault]) -> str:
    """Return the final prompt, exactly as written apart from what is filled in."""
    item, limit = case.item, case.model.prompt_limit
    try:
        text = filled(item.prompt, item.variables, limit)
        if not text.strip():
            raise BadTemplate("the prompt is empty", "The model needs words to go by.")
        text = _styled(case, text, limit)
        strange = _CONTROL.search(text)
        if strange:
            detail = f"U+{ord(strange[0]):04X} stands in it or in what is filled in."
            raise BadTemplate("the prompt has a control character", detail)
    except BadTemplate as bad:
        faults.append(item.prompt_fault(bad))
        return ""
    return text


def _styled(case: _Case, prompt: str, limit: int) -> str:
    """Return a prompt with its style around it; the style may ask for variables of a set."""
    if case.style is None:
        return prompt
    name, style = case.style
    try:
        return filled(style.prompt, case.item.variables, limit, prompt=prompt)
    except TooLong:
        raise
    except BadTemplate as bad:
        detail = f"The style {quoted(name)} asks for it, and this image has none."
        raise BadTemplate(bad.summary, detail, bad.hint) from None


def _pictures(
    ground: Ground, case: _Case, faults: list[Fault]
) -> Iterator[tuple[Reference, Source]]:
    """Yield the reference pictures in the order of the model's fields."""
    for field, text, loc in _named_pictures(case, faults):
        found = ground.shelf.look(text)
        if isinstance(found, Fault):
            faults.append(replace(found, loc=loc))
        else:
            if found.image is not None:
                ground.mentions.append(Mention(case.name, found.image, loc))
            yield Reference(field, found.sha256 or _unknown(found)), found


def _unknown(source: Source) -> str:
    """Return what stands in a request for bytes that nobody knows yet."""
    return f"url:{source.text}" if source.image is None else f"image:{source.image}"


def _named_pictures(case: _Case, faults: list[Fault]) -> list[tuple[str, str, KeyPath]]:
    fields, texts = case.model.references, case.entry.references
    named = reference_params(case.model, case.params.values)
    wanted = [(field, text, case.params.place(loc)) for field, text, loc in named]
    if not texts:
        return wanted
    loc = case.loc("references")
    if not fields:
        detail = f"{quoted(case.model.id)} makes pictures from words alone."
        faults.append(Fault(loc, "this model takes no reference pictures", detail, at="key"))
        return wanted
    first = fields[0]
    count = len(texts)
    if first.limit is not None and count > first.limit:
        pictures = "1 picture" if first.limit == 1 else f"{first.limit} pictures"
        summary = f"{quoted(case.model.id)} takes at most {pictures} as reference, not {count}"
        faults.append(Fault((*loc, first.limit), summary))
    own = [(first.name, text, (*loc, index)) for index, text in enumerate(texts)]
    # The first field's pictures come first, so the order of params keys plays no part.
    return own + wanted
