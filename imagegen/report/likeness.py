"""Owns the words for how different two pictures look, beside the number that they stand for."""

from __future__ import annotations

from dataclasses import dataclass

from imagegen.pictures.similarity import Similarity

_ANOTHER, _CLEARLY, _SLIGHTLY = 0.5, 0.9, 0.97
"""SSIM below which pictures are called so.

Of pictures of 480 pixels, the same one encoded at quality 50 to 90 lies above 0.9, the same
prompt with another seed mostly below it, and another prompt mostly below 0.75.
"""
_RECOLOURED = 0.02
"""Colour distance from which on it is said; encoding anew stays below 0.007."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How different two pictures look."""

    similarity: Similarity

    @property
    def word(self) -> str:
        """A few words, such as "nearly the same"."""
        ssim, recoloured = self.similarity.ssim, self.similarity.colour >= _RECOLOURED
        if self.alike:
            return "looks the same"
        if ssim < _ANOTHER:
            return "another picture"
        if ssim < _CLEARLY:
            return "clearly different"
        if recoloured:
            return "the same shapes in other colours"
        return "slightly different" if ssim < _SLIGHTLY else "nearly the same"

    @property
    def alike(self) -> bool:
        """Whether nothing tells them apart, as large as they were compared."""
        of = self.similarity
        return of.ssim >= 1 and of.colour == 0 and not of.reshaped

    @property
    def number(self) -> str:
        """The SSIM with two digits; one that is rounded to 1 but is not is told as 0.99."""
        ssim = self.similarity.ssim
        return f"{min(ssim, 0.99) if ssim < 1 else 1.0:.2f}"

    @property
    def note(self) -> str:
        """What to know of the comparison; an empty text when there is nothing."""
        if not self.similarity.reshaped:
            return ""
        return "Their shapes differ; the middle that both show was compared."
