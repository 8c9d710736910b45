"""Owns the shrinking of a picture into a frame: the ratio kept, never enlarged."""

from __future__ import annotations

from PIL import Image

from imagegen.pictures.convert import upright


def shrunk(data: bytes, width: int, height: int) -> Image.Image:
    """Return the picture in `data` as RGBA, within `width` by `height` pixels (each at least 1).

    Upright and in sRGB, its first frame; a side never gets shorter than one pixel. Raises
    NotAPicture.
    """
    picture = upright(data)
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGBA")
    scale = min(1.0, width / picture.width, height / picture.height)
    size = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
    if size != picture.size:
        # Without transparency it is half the work, and the pixels are the same.
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return picture.convert("RGBA")
