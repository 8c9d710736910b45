"""Owns encoding: from decoded pixels or an original's bytes to PNG, JPEG, WebP or AVIF.

The same pixels give the same bytes with the same encoder; no metadata is carried over.
"""

from __future__ import annotations

import io
import unicodedata

import PIL
from PIL import AvifImagePlugin, Image, ImageChops, ImageCms, features

from imagegen.derivative import CONVERTED_QUALITY
from imagegen.pictures import media, orientation
from imagegen.pictures.inspect import decode

_AVIF_CODEC = "aom"

_BYTE = 255

_CAREFUL_PNG = {"compress_level": 7, "compress_type": 0}
"""Level 9 makes files smaller by 2 % at most, and takes up to three times as long."""

_SETTERS = (
    ("FreeType", "freetype2"),
    ("Raqm", "raqm"),
    ("HarfBuzz", "harfbuzz"),
    ("FriBiDi", "fribidi"),
)
"""What shapes and draws letters, and what Pillow calls it."""


def convert(data: bytes, format: str) -> bytes:  # noqa: A002
    """Return the picture in `data` as `format` (png, jpeg, webp, avif), upright and in sRGB.

    Animations give their first frame; JPEG stands transparent parts on white. Raises
    NotAPicture, and ValueError on another format.
    """
    return encode(upright(data), format)


def upright(data: bytes) -> Image.Image:
    """Return the first frame of the picture in `data` as L, LA, RGB or RGBA, upright, in sRGB.

    Raises NotAPicture.
    """
    picture: Image.Image = decode(data)
    profile = picture.info.get("icc_profile")
    return _in_srgb(_eight_bit(orientation.upright(picture)), profile)


def encode(
    image: Image.Image,
    format: str,  # noqa: A002
    *,
    quality: int = CONVERTED_QUALITY,
    avif_speed: int = 6,
    careful: bool = False,
) -> bytes:
    """Return the bytes of an L, LA, RGB or RGBA `image` in `format`; raises ValueError.

    `quality` is 0 to 100 and does not touch PNG; `avif_speed` is 0 (slow, small files) to 10.
    `careful` takes longer for smaller files, where that pays for what is encoded once and fetched
    often: WebP is 5 % smaller for a tenth of the time, PNG up to 4 % for at most half of it.
    """
    if format not in media.WRITABLE:
        raise ValueError(f"`{format}` is not a format to write; it can be {media.WRITABLE}")
    clean = image.copy()
    # Savers look into `info` on their own: a comment or profile would slip into the file.
    clean.info = {}
    file = io.BytesIO()
    if format == "png":
        clean.save(file, "PNG", **(_CAREFUL_PNG if careful else {}))
    elif format == "jpeg":
        clean = _on_white(clean)
        clean.save(
            file, "JPEG", quality=quality, subsampling="4:2:0", optimize=True, progressive=True
        )
    elif format == "webp":
        clean.save(file, "WEBP", quality=quality, method=5 if careful else 4)
    else:
        clean.save(
            file,
            "AVIF",
            quality=quality,
            speed=avif_speed,
            codec=_AVIF_CODEC,
            # The bytes depend on the number of threads.
            max_threads=1,
            autotiling=False,
        )
    return file.getvalue()


def encoder_versions(format: str, *, lettered: bool = False) -> str:  # noqa: A002
    """Return what writes `format`, with versions: "Pillow 13.0.0 libwebp 1.6.0".

    Of all that decides a file's bytes; `lettered` adds what sets texts on pictures.
    """
    if format not in media.WRITABLE:
        raise ValueError(f"`{format}` is not a format to write; it can be {media.WRITABLE}")
    parts = [("Pillow", PIL.__version__), *_writers(format)]
    if lettered:
        parts += [(name, features.version(feature)) for name, feature in _SETTERS]
        # Where lines may be broken.
        parts.append(("Unicode", unicodedata.unidata_version))
    return " ".join(f"{name} {version or 'unknown'}" for name, version in parts)


def _writers(format: str) -> list[tuple[str, str | None]]:  # noqa: A002
    if format == "avif":
        codec = AvifImagePlugin.get_codec_version(_AVIF_CODEC)
        return [("libavif", features.version("avif")), (_AVIF_CODEC, codec)]
    if format == "png":
        # It stands in for zlib, and then names the zlib that it is like, too.
        swift = features.version("zlib_ng")
        return [("zlib-ng", swift) if swift else ("zlib", features.version("zlib"))]
    if format == "webp":
        return [("libwebp", features.version("webp"))]
    turbo = features.version("libjpeg_turbo")
    return [("libjpeg-turbo", turbo) if turbo else ("libjpeg", features.version("jpg"))]


def _eight_bit(image: Image.Image) -> Image.Image:
    clear = image.info.get("transparency")
    if image.mode in ("1", "L", "RGB") and clear is not None:
        if isinstance(clear, tuple) and max(clear) > _BYTE:
            # Of sixteen bits, as the pixels were before they were read.
            image.info["transparency"] = tuple(part >> 8 for part in clear)
        return image.convert("RGBA" if image.mode == "RGB" else "LA")
    if image.mode == "I;16" and isinstance(clear, int):
        return _cleared(image, clear)
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "F":
        return image.convert("L")
    if image.mode in ("PA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _cleared(image: Image.Image, clear: int) -> Image.Image:
    """Return a grey picture of 16 bits as LA, transparent where it has the value `clear`."""
    grey = image.convert("I")
    above = grey.point(lambda value: value * 1 - clear).convert("L")
    below = grey.point(lambda value: value * -1 + clear).convert("L")
    shown = grey.point(lambda value: value * (1 / 256)).convert("L")
    shown.putalpha(ImageChops.add(above, below).point(lambda far: _BYTE if far else 0))
    return shown


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile is not None:
        image = _through(image, profile)
    return image.convert("RGB") if image.mode == "CMYK" else image


def _through(image: Image.Image, profile: bytes) -> Image.Image:
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode))
    try:
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        shown = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        # A profile that does not fit its picture says nothing: browsers ignore it, too.
        return image
    if shown is None:
        return image
    if alpha is not None:
        shown.putalpha(alpha)
    return shown


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in ("LA", "RGBA"):
        return image
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
