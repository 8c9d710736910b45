"""Owns Typeface: a font file as it measures and draws one line, in any script.

Needs Pillow's Raqm and FriBiDi, without which Arabic or Thai would be set wrong, not badly: then
there is no typeface at all. Fonts are bytes from outside; they are opened where decoders are.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFont, features

from imagegen.errors import Problem
from imagegen.pictures.sfnt import WEIGHT, axes_of

MEASURED = 512
"""Pixels of the em at which text is measured: large, so that rounding plays no part."""

_SHARP = 96
"""Pixels of the em from which on letters stand where they were measured."""

_OVERSAMPLING = 8

_LEAST = 1.0
"""Pixels of the em below which many fonts cannot be opened; nobody sees the difference."""

_MARGIN = 2


class NotSet(Exception):
    """A text cannot be set as it should be; `problem` tells why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


class Typeface:
    """The first face of a font file, for texts of one language and direction."""

    def __init__(
        self,
        data: bytes,
        *,
        name: str,
        language: str,
        direction: str,
        weight: int | None = None,
    ) -> None:
        """Open a font; `direction` is ltr or rtl, `name` is for messages. Raises NotSet.

        `weight` is for fonts that vary in weight; what else varies has its usual value.
        """
        for feature in ("raqm", "fribidi"):
            if not features.check(feature):
                raise NotSet(_unshaped(feature))
        self._data = data
        self._name = name
        self._language = language or None
        self._direction = direction
        self._axes = _axes(data, weight)
        self._sizes: dict[float, ImageFont.FreeTypeFont] = {}
        self._widths: dict[str, float] = {}
        self._inks: dict[str, tuple[float, float, float, float]] = {}
        ascent, descent = self._at(MEASURED).getmetrics()
        self.ascent = ascent / max(1, ascent + descent)
        """The part of a line that lies above its baseline."""

    def width(self, line: str) -> float:
        """Return how far a line reaches, in ems; raises NotSet."""
        if line not in self._widths:
            face = self._at(MEASURED)
            with self._reading():
                length = face.getlength(line, direction=self._direction, language=self._language)
            self._widths[line] = length / MEASURED
        return self._widths[line]

    def ink(self, line: str) -> tuple[float, float, float, float]:
        """Return what a line blackens, in ems from where its baseline begins: left, top, right,
        bottom; raises NotSet.
        """
        if line not in self._inks:
            face = self._at(MEASURED)
            with self._reading():
                left, top, right, bottom = face.getbbox(
                    line, direction=self._direction, language=self._language, anchor="ls"
                )
            self._inks[line] = (
                left / MEASURED,
                top / MEASURED,
                right / MEASURED,
                bottom / MEASURED,
            )
        return self._inks[line]

    def draw(
        self, line: str, mask: Image.Image, place: tuple[float, float], *, em: float, anchor: str
    ) -> None:
        """Add a line to an L `mask` with its baseline at `place`, in pixels; raises NotSet.

        `em` is the size in pixels; `anchor` says which part of the line stands at `place`: l, m
        or r. Small letters are drawn large and made smaller, so that they stand where they stand
        in a larger picture, too.
        """
        times = 1
        while em * times < _SHARP and times < _OVERSAMPLING:
            times *= 2
        left, top, right, bottom = self._extent(line, place, em, anchor)
        left, top = max(0, left), max(0, top)
        right, bottom = min(mask.width, right), min(mask.height, bottom)
        if left >= right or top >= bottom:
            return
        strip = Image.new("L", ((right - left) * times, (bottom - top) * times))
        with self._reading():
            ImageDraw.Draw(strip).text(
                ((place[0] - left) * times, (place[1] - top) * times),
                line,
                fill=255,
                font=self._at(max(_LEAST, em * times)),
                anchor=f"{anchor}s",
                direction=self._direction,
                language=self._language,
            )
        small = strip.reduce(times) if times > 1 else strip
        mask.paste(255, (left, top, right, bottom), small)

    def _extent(
        self, line: str, place: tuple[float, float], em: float, anchor: str
    ) -> tuple[int, int, int, int]:
        left, top, right, bottom = self.ink(line)
        start = place[0] - {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * self.width(line) * em
        # Rounding to whole pixels moves letters by up to a part of the em of small ones.
        margin = _MARGIN + em / 8
        return (
            int(start + left * em - margin),
            int(place[1] + top * em - margin),
            int(start + right * em + margin) + 1,
            int(place[1] + bottom * em + margin) + 1,
        )

    def _at(self, em: float) -> ImageFont.FreeTypeFont:
        if em not in self._sizes:
            with self._reading():
                face = ImageFont.truetype(
                    io.BytesIO(self._data), em, layout_engine=ImageFont.Layout.RAQM
                )
                if self._axes:
                    face.set_variation_by_axes(self._axes)
                self._sizes[em] = face
        return self._sizes[em]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Raise NotSet where the font turns out to be damaged."""
        try:
            yield
        except (OSError, ValueError) as error:
            raise NotSet(
                Problem(
                    f"no text can be set with the font `{self._name}`",
                    f"The font reader says: {error}.",
                    "choose another font file",
                )
            ) from None


def _axes(data: bytes, weight: int | None) -> list[float]:
    """Return where on each of its axes a font stands; nothing for its usual look."""
    if weight is None:
        return []
    return [weight if one.tag == WEIGHT else one.usual for one in axes_of(data)]


def _unshaped(feature: str) -> Problem:
    missing = {"raqm": "Raqm", "fribidi": "the library FriBiDi"}[feature]
    return Problem(
        "texts cannot be set on pictures here",
        f"Pillow works without {missing} on this machine; letters of many scripts would be wrong.",
        "install FriBiDi, then build again; it costs nothing:\n\n"
        "    apt-get install libfribidi0    (or: brew install fribidi)",
    )
