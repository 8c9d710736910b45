"""Owns similarity: how much two pictures look alike, as SSIM of their luma and a colour distance.

SSIM is that of Wang, Bovik, Sheikh and Simoncelli (2004) with a uniform window of 7 by 7 pixels
at every place where it fits. Never decodes: it is given pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageMath, ImageStat

WINDOW = 7
"""Pixels of a window's side."""

_COUNT = WINDOW * WINDOW
# Everything is summed in whole numbers, and so is larger by the square of the count.
_LUMA_FLOOR = (0.01 * 255 * _COUNT) ** 2
_CONTRAST_FLOOR = (0.03 * 255 * _COUNT) ** 2

_SAME_SHAPE = 1.02
"""Ratios of width to height that differ by less come from the rounding of sides."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """How much two pictures look alike."""

    ssim: float
    """-1 to 1, which stands for the same luma everywhere."""
    colour: float
    """Mean distance of the colours without their luma, 0 to 1."""
    reshaped: bool
    """Whether their shapes differ, so that only the middle that both have was compared."""


def similarity(before: Image.Image, after: Image.Image) -> Similarity:
    """Return how much two RGBA pictures look alike; transparent parts stand on white.

    The larger one is shrunk to the sides of the smaller one first. Of two shapes each is once cut
    to the other's, around its middle, and what looks more alike counts.
    """
    one, other = (picture.width / picture.height for picture in (before, after))
    if max(one, other) / min(one, other) <= _SAME_SHAPE:
        return _compared(before, after)
    cut = (
        _compared(before, _middle(after, one)),
        _compared(_middle(before, other), after),
    )
    return replace(max(cut, key=lambda way: way.ssim), reshaped=True)


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Return the mean SSIM of two pictures of mode L and one size, at least 7 by 7 pixels."""
    sum_x, sum_y = _window_sums(one), _window_sums(other)
    of_squares = _window_sums(
        ImageMath.lambda_eval(lambda of: of["x"] * of["x"] + of["y"] * of["y"], x=one, y=other)
    )
    of_products = _window_sums(ImageMath.lambda_eval(lambda of: of["x"] * of["y"], x=one, y=other))

    def index(of: dict[str, ImageMath._Operand]) -> ImageMath._Operand:
        both, each = of["x"] * of["y"], of["x"] * of["x"] + of["y"] * of["y"]
        luma = (both * 2 + _LUMA_FLOOR) / (each + _LUMA_FLOOR)
        covariance = of["xy"] * _COUNT - both
        variances = of["xx_yy"] * _COUNT - each
        return luma * ((covariance * 2 + _CONTRAST_FLOOR) / (variances + _CONTRAST_FLOOR))

    indices = ImageMath.lambda_eval(index, x=sum_x, y=sum_y, xx_yy=of_squares, xy=of_products)
    mean = indices.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return float(mean)


def _window_sums(picture: Image.Image) -> Image.Image:
    """Return the sum over each window, smaller than the picture by a window less one pixel."""
    return _row_sums(_row_sums(picture).transpose(Image.Transpose.TRANSPOSE)).transpose(
        Image.Transpose.TRANSPOSE
    )


def _row_sums(picture: Image.Image) -> Image.Image:
    """Return the sum of each pixel and the six on its right."""
    two = _plus(picture, picture, 1)
    four = _plus(two, two, 2)
    return _plus(_plus(four, two, 4), picture, 6)


def _plus(one: Image.Image, other: Image.Image, right: int) -> Image.Image:
    """Return the sum of `one` and of what is `right` of it in `other`, where both have pixels."""
    moved = other.crop((right, 0, other.width, other.height))
    total: Image.Image = ImageMath.lambda_eval(lambda of: of["a"] + of["b"], a=one, b=moved)
    return total


def _compared(before: Image.Image, after: Image.Image) -> Similarity:
    size = (
        max(WINDOW, min(before.width, after.width)),
        max(WINDOW, min(before.height, after.height)),
    )
    (luma, *colours), (other_luma, *other_colours) = _split(before, size), _split(after, size)
    distances = [
        ImageStat.Stat(ImageChops.difference(one, other)).mean[0] / 255
        for one, other in zip(colours, other_colours, strict=True)
    ]
    return Similarity(ssim(luma, other_luma), sum(distances) / len(distances), reshaped=False)


def _split(picture: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, ...]:
    """Return luma and the two colour components, all of this size."""
    opaque = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    plain = opaque.convert("RGB").convert("YCbCr")
    return (plain if plain.size == size else plain.resize(size, Image.Resampling.LANCZOS)).split()


def _middle(picture: Image.Image, ratio: float) -> Image.Image:
    """Return the largest part of this ratio of width to height around a picture's middle."""
    width = min(picture.width, max(1, round(picture.height * ratio)))
    height = min(picture.height, max(1, round(picture.width / ratio)))
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))
