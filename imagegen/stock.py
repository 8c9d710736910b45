"""Owns what of an image's derivatives is in place, what is to be made and what is to go.

Pure: goes by the lock and by the digests of files. A derivative that fits the lock stays, also
where another version of its encoder is at work now: nobody has asked for other bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from imagegen.derivative import (
    CONVERTED_QUALITY,
    TRAINED,
    Derivation,
    Marks,
    Placeholder,
    Recipe,
    crop_box,
    placeholder_key,
)
from imagegen.locked import Locked, Output
from imagegen.original import Original
from imagegen.project.provenance import system_of
from imagegen.request import DRAFT, Target


@dataclass(frozen=True, slots=True)
class Stock:
    """The derivatives of one image."""

    kept: tuple[tuple[Recipe, Output], ...] = ()
    """Made, recorded and in place."""
    missing: tuple[Recipe, ...] = ()
    """To be made: never made, made otherwise, deleted or edited."""
    surplus: tuple[Output, ...] = ()
    """Recorded and no longer wanted."""
    placeholder: Placeholder | None = None
    """The recorded one, if it is of the right picture."""
    bare: bool = False
    """Whether a placeholder is wanted and there is none."""

    @property
    def complete(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.missing or self.surplus or self.bare)


def take_stock(target: Target, one: Locked, files: Mapping[str, str]) -> Stock:
    """Return what of `target`'s derivatives the entry `one` has, by the sha256 of project files."""
    kept: list[tuple[Recipe, Output]] = []
    missing: list[Recipe] = []
    for recipe, found in paired(target, one):
        if found is not None and files.get(found.path) == found.sha256:
            kept.append((recipe, found))
        else:
            missing.append(recipe)
    placeholder = recorded_placeholder(target, one)
    used = {out.path for _, out in kept}
    surplus = tuple(out for out in one.derived.files if out.path not in used)
    return Stock(
        tuple(kept),
        tuple(missing),
        # What is made anew takes its old file's place, mostly; what does not is deleted then.
        () if missing else surplus,
        placeholder,
        target.placeholder and placeholder is None,
    )


def recorded(target: Target, one: Locked) -> Iterator[tuple[Recipe, Output]]:
    """Yield every wanted derivative that `one` records, in the order of recipes, unseen."""
    for recipe, found in paired(target, one):
        if found is not None:
            yield recipe, found


def paired(target: Target, one: Locked) -> Iterator[tuple[Recipe, Output | None]]:
    """Yield the recipe of every wanted derivative, and the file of it that `one` records."""
    derivation = as_recorded(target, one).derivation
    if derivation is None:
        return
    known = {out.path: out for out in one.derived.files}
    origins = sources(one)
    for recipe in derivation.recipes(one.original):
        encoder = one.derived.encoders.get(recipe.encoder)
        if encoder is None:
            yield recipe, None
            continue
        found = None
        for source in origins:
            key = recipe.key(source, encoder)
            there = known.get(derivation.path(target.output, recipe, key))
            if there is not None and there.key == key:
                found = there
                break
        yield recipe, found


def shown_box(derivation: Derivation | None, original: Original) -> tuple[int, int, int, int]:
    """Return the part of an original that its derivatives show, in pixels."""
    ratio = derivation.crop if derivation else None
    focus = derivation.focus if derivation else (0.5, 0.5)
    return crop_box(original.width, original.height, ratio, focus)


def output_recipe(target: Target, original: Original) -> Recipe | None:
    """Return how the output is made of an original; None where it has the original's own bytes,
    or is a mere conversion of them.
    """
    if target.marks is None and not target.signer:
        return None
    copied = original.format == target.output_format
    return Recipe(
        format=target.output_format,
        width=original.width,
        height=original.height,
        crop=(0, 0, original.width, original.height),
        quality=None if copied else CONVERTED_QUALITY,
        marks=target.marks,
        signer=target.signer,
    )


def output_key(target: Target, original: Original) -> str:
    """Return the key of the output: an empty text where `output_recipe` has no recipe.

    Its encoder plays no part: an output in place stays when another one is at work.
    """
    recipe = output_recipe(target, original)
    return "" if recipe is None else recipe.key(original.sha256, "")


def is_marked(target: Target, one: Locked) -> bool:
    """Whether the output of `one` says of its making what `target` wants it to say."""
    target = as_made(target, one.take, one.provider, declared=one.declared)
    return bool(one.outputs) and one.outputs[0].key == output_key(target, one.original)


def as_made(target: Target, take: int, provider: str, *, declared: str = "") -> Target:
    """Return `target` with files that say how the picture was really made.

    A draft was painted here. How a picture was made that was taken in (take 0), nobody knows but
    by what it says itself: `declared` is its code for the digital source type, if it has one.
    """
    if take == 0:
        return target.taken_in(declared)
    return target.drafted() if provider == DRAFT else target


def as_recorded(target: Target, one: Locked) -> Target:
    """Return `target` with files that say how the picture of `one` was really made.

    A protected image keeps its picture also where the project asks for another one by now.
    """
    target = as_made(target, one.take, one.provider, declared=one.declared)
    if one.take == 0 or one.provider == DRAFT or one.request_key == target.request.key:
        return target

    def of_that(marks: Marks) -> Marks:
        prompt = None if marks.prompt is None else str(one.request["prompt"])
        system = system_of(str(one.request["model"]), one.provider)
        return replace(marks, system=system, prompt=prompt, source=TRAINED)

    made = target.derivation
    if made is not None:
        made = replace(made, marks=made.marks and of_that(made.marks))
    return replace(target, derivation=made, marks=target.marks and of_that(target.marks))


def sources(one: Locked) -> tuple[str, ...]:
    """Return the sha256 of what derivatives may be made from: the original, else the output."""
    outputs = (out.sha256 for out in one.outputs[:1] if out.sha256 != one.original.sha256)
    return (one.original.sha256, *outputs)


def recorded_placeholder(target: Target, one: Locked) -> Placeholder | None:
    """Return the placeholder that `one` records, if it is wanted and of the right picture."""
    known = one.derived.placeholder
    if known is None or not target.placeholder:
        return None
    box = shown_box(target.derivation, one.original)
    keys = (placeholder_key(source, box) for source in sources(one))
    return known if known.key in keys else None
