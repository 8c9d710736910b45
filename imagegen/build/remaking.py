"""Owns making a file of the lock once more, byte for byte, from what is here; for free.

Never writes a file, and never takes other bytes for those of the lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from imagegen import digest
from imagegen.build.absence_fault import absent, either, from_git
from imagegen.build.darkroom import Darkroom
from imagegen.build.recovery import recovered
from imagegen.derivative import Recipe
from imagegen.errors import NeedsAttention, Problem
from imagegen.locked import Locked, Output
from imagegen.pictures import media
from imagegen.pictures.container.container import Unmarkable
from imagegen.pictures.credentials import has_c2pa
from imagegen.pictures.inspect import NotAPicture
from imagegen.pictures.xmp import marked
from imagegen.request import Target
from imagegen.stock import as_recorded, output_key, recorded
from imagegen.store.store import Store
from imagegen.workspace import Workspace

_BUILD = "let a build make it, for free:\n  imagegen build"


@dataclass(frozen=True, slots=True)
class Remaking:
    """What files of the lock can be made of."""

    store: Store
    darkroom: Darkroom
    workspace: Workspace
    targets: Mapping[str, Target]
    """What the project file wants, by name; nothing where it cannot be read."""

    def bytes_of(self, one: Locked, output: Output) -> bytes:
        """Return the bytes of one of the files of `one`; NeedsAttention when they cannot be had."""
        whole = self.store.get(output.sha256)
        if whole is not None:
            return whole
        try:
            derived = output in one.derived.files
            data = (self._derived if derived else self._output)(one, output)
        except (NotAPicture, Unmarkable) as error:
            raise NeedsAttention(error.problem) from None
        if digest.sha256_of(data) != output.sha256:
            raise NeedsAttention(_otherwise(output.path))
        return data

    def _original(self, one: Locked, path: str) -> bytes:
        original = self.store.get(one.original.sha256) or recovered(one, self.workspace)
        if original is None:
            raise NeedsAttention(absent(one, path, self.workspace.root))
        return original

    def _output(self, one: Locked, output: Output) -> bytes:
        original = self._original(one, output.path)
        kind = media.format_of_name(output.path)
        copied = kind == one.original.format
        data = original if copied or not kind else self.darkroom.convert(original, kind)
        if not output.key or (copied and has_c2pa(original)):
            return data
        target = self.targets.get(one.name)
        target = as_recorded(target, one) if target else None
        if target is None or output_key(target, one.original) != output.key:
            raise NeedsAttention(_unsaid(output.path))
        if target.signer:
            raise NeedsAttention(_signed(output.path, self.workspace.root))
        return marked(data, target.marks) if target.marks else data

    def _derived(self, one: Locked, output: Output) -> bytes:
        target = self.targets.get(one.name)
        recipe = _recipe(recorded(target, one), output) if target else None
        if recipe is None:
            raise NeedsAttention(_unsaid(output.path))
        if recipe.signer:
            raise NeedsAttention(_signed(output.path, self.workspace.root))
        fonts = fonts_of([recipe], self.workspace)
        return self.darkroom.derive(self._source(one, output, recipe), [recipe], fonts)[0]

    def _source(self, one: Locked, output: Output, recipe: Recipe) -> bytes:
        """Return what a derivative was made of: where the original was nowhere, of an output."""
        encoder = one.derived.encoders[recipe.encoder]
        made_of = (out for out in one.outputs if recipe.key(out.sha256, encoder) == output.key)
        shown = next(made_of, None)
        if shown is None or shown.sha256 == one.original.sha256:
            return self._original(one, output.path)
        data = self.workspace.read(shown.path)
        if data is None or digest.sha256_of(data) != shown.sha256:
            raise NeedsAttention(_unfounded(output.path, shown.path))
        return data


def fonts_of(recipes: Iterable[Recipe], workspace: Workspace) -> dict[str, bytes]:
    """Return the bytes of the fonts of these recipes by sha256; NeedsAttention if one changed."""
    named = {one.font_sha256: one.font for recipe in recipes for one in recipe.letterings}
    fonts = {}
    for sha256, path in named.items():
        data = workspace.read(path)
        if data is None or digest.sha256_of(data) != sha256:
            hint = "build again; it costs nothing"
            raise NeedsAttention(Problem(f"the font `{path}` was changed meanwhile", hint=hint))
        fonts[sha256] = data
    return fonts


def _recipe(files: Iterable[tuple[Recipe, Output]], output: Output) -> Recipe | None:
    return next((recipe for recipe, found in files if found == output), None)


def _otherwise(path: str) -> Problem:
    return Problem(
        f"`{path}` cannot be made again byte for byte",
        "Another version of the encoder made it. Its original is here.",
        "let the lock take the new bytes, for free:\n  imagegen build",
    )


def _unsaid(path: str) -> Problem:
    detail = "The project file asks for another file by now."
    return Problem(f"`{path}` cannot be made again as the lock has it", detail, _BUILD)


def _unfounded(path: str, shown: str) -> Problem:
    detail = f"It was made from `{shown}`, which has other bytes by now or is gone."
    return Problem(f"`{path}` cannot be made again as the lock has it", detail, _BUILD)


def _signed(path: str, root: Path) -> Problem:
    detail = "No signature is made twice with the same bytes."
    hint = either(from_git(root, path), _BUILD)
    return Problem(f"`{path}` is signed and cannot be made again byte for byte", detail, hint)
