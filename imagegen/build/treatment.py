"""Owns the treatment of a picture: what was done to an original to make a file, as C2PA calls it.

Pure. That a file was encoded anew in its own format is not told: C2PA has a word for it only where
the original itself is named as a parent.
"""

from __future__ import annotations

from imagegen.derivative import Recipe
from imagegen.original import Original

_CROPPED = "c2pa.cropped"
_RESIZED = "c2pa.resized"
_LETTERED = "c2pa.addedText"
_CONVERTED = "c2pa.converted"


def treatment(recipe: Recipe, original: Original) -> tuple[str, ...]:
    """Return the actions that make a derivative of `original`, in their order."""
    left, top, right, bottom = recipe.crop
    cropped = recipe.crop != (0, 0, original.width, original.height)
    resized = (recipe.width, recipe.height) != (right - left, bottom - top)
    told = ((_CROPPED, cropped), (_RESIZED, resized), (_LETTERED, bool(recipe.letterings)))
    return (*(name for name, done in told if done), *conversion(recipe.format, original))


def conversion(format: str, original: Original) -> tuple[str, ...]:  # noqa: A002
    """Return the action that makes a file of `format` of `original`; none where it has that."""
    return () if format == original.format else (_CONVERTED,)
