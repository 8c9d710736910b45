"""Owns the judgement of bytes: which picture they are, whole and of bearable size, or none.

Never trusts a name or a header sent with the bytes, and never changes process-wide settings.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from imagegen import digest
from imagegen.errors import Problem
from imagegen.original import Original
from imagegen.pictures import extent, media, orientation

PIXEL_CAP = 64_000_000
"""No picture with more pixels is decoded, whatever was asked for."""

_SLACK = 1.5
"""How much larger than asked for a picture may be; models round sides up."""

# A decoder is named directly: `Image.open` would try others, and would warn of large pictures
# through the process-wide filters before anyone can refuse them.
_DECODERS: dict[str, Callable[[io.BytesIO], ImageFile]] = {
    "png": PngImageFile,
    "jpeg": JpegImageFile,
    "webp": WebPImageFile,
    "avif": AvifImageFile,
    "gif": GifImageFile,
}

# What Pillow's decoders are known to raise on damaged bytes.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    MemoryError,
    AttributeError,
    AssertionError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,
)


class NotAPicture(Exception):
    """The bytes are not a whole picture that may be decoded; `problem` says what they are."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


def inspect(data: bytes, *, pixels: int | None = None) -> Original:
    """Describe the picture in `data`, after decoding all of it.

    `pixels` is the number asked for; more than one and a half times as many are refused, and
    more than 64 million always. Width and height are those that it is shown with, after the
    turning that its EXIF data asks for. Raises NotAPicture.
    """
    image = decode(data, pixels=pixels)
    width, height = orientation.size(image)
    return Original(
        sha256=digest.sha256_of(data),
        bytes=len(data),
        format=media.format_of(data) or "",
        width=width,
        height=height,
    )


def decode(data: bytes, *, pixels: int | None = None) -> ImageFile:
    """Return the decoded picture in `data`, first frame loaded; raises NotAPicture."""
    kind = media.format_of(data)
    if kind is None:
        raise NotAPicture(_foreign(data))
    end = extent.end_of(kind, data)
    if end is None:
        raise NotAPicture(_cut(kind, len(data)))
    behind = extent.stranger(kind, data, end)
    if behind:
        raise NotAPicture(_followed(kind, behind))
    try:
        image = _DECODERS[kind](io.BytesIO(data))
    except _DAMAGE as error:
        raise NotAPicture(_damaged(kind, error)) from error
    _refuse_large(image.width, image.height, pixels)
    try:
        image.load()
    except _DAMAGE as error:
        raise NotAPicture(_damaged(kind, error)) from error
    return image


def _refuse_large(width: int, height: int, pixels: int | None) -> None:
    limit = PIXEL_CAP if pixels is None else min(PIXEL_CAP, int(pixels * _SLACK))
    if width * height > limit:
        raise NotAPicture(
            Problem(
                f"the picture is too large: {width} x {height} pixels",
                f"At most {limit} pixels are decoded here, and it has {width * height}.",
            )
        )


def _foreign(data: bytes) -> Problem:
    return Problem(
        f"not a picture but {media.looks_like(data)}",
        "Pictures are taken in as PNG, JPEG, WebP, AVIF or GIF, told by their first bytes.",
    )


def _cut(kind: str, length: int) -> Problem:
    return Problem(
        f"truncated {kind.upper()} picture",
        f"The format's end mark is missing after {length} bytes, so the last part was lost.",
        "Fetch it again.",
    )


def _followed(kind: str, behind: bytes) -> Problem:
    return Problem(
        f"{kind.upper()} picture with something else behind it",
        f"After its end come {len(behind)} bytes that are no part of it: "
        f"{media.looks_like(behind)}.",
        "Fetch it again.",
    )


def _damaged(kind: str, error: BaseException) -> Problem:
    if isinstance(error, MemoryError):
        return Problem(
            f"{kind.upper()} picture that needs too much memory",
            "A picture of the size that was asked for needs less.",
            "Fetch it again.",
        )
    reason = str(error) or type(error).__name__
    return Problem(
        f"damaged or truncated {kind.upper()} picture",
        f"The decoder stopped: {reason}.",
        "Fetch it again.",
    )
