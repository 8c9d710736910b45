"""convert: an original in another format, the same bytes each time."""

import io

import pytest
from PIL import Image, ImageCms

from imagegen.derivative import CONVERTED_QUALITY
from imagegen.pictures import media
from imagegen.pictures.convert import convert, encode, encoder_versions, upright
from imagegen.pictures.inspect import NotAPicture, inspect


def png(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


PICTURE = png(Image.radial_gradient("L").resize((60, 40)).convert("RGB"))


@pytest.mark.parametrize("format_", media.WRITABLE)
def test_it_writes_every_format_and_the_same_bytes_twice(format_: str) -> None:
    data = convert(PICTURE, format_)
    original = inspect(data)
    assert (original.format, original.width, original.height) == (format_, 60, 40)
    assert convert(PICTURE, format_) == data


def test_quality_makes_smaller_files() -> None:
    sizes = [len(encode(upright(PICTURE), "jpeg", quality=quality)) for quality in (20, 95)]
    assert sizes[0] < sizes[1]


def test_a_converted_output_has_the_quality_that_its_key_names() -> None:
    known = encode(upright(PICTURE), "jpeg", quality=CONVERTED_QUALITY)
    assert convert(PICTURE, "jpeg") == known


def test_jpeg_stands_transparent_parts_on_white() -> None:
    data = convert(png(Image.new("RGBA", (8, 8), (255, 0, 0, 0))), "jpeg")
    assert opened(data).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("format_", ["png", "webp", "avif"])
def test_other_formats_keep_transparency(format_: str) -> None:
    data = convert(png(Image.new("RGBA", (8, 8), (255, 0, 0, 40))), format_)
    assert opened(data).convert("RGBA").getpixel((4, 4))[3] == pytest.approx(40, abs=3)


def test_a_palette_with_transparency_becomes_real_transparency() -> None:
    flat = Image.new("P", (8, 8), 1)
    flat.putpalette([0, 0, 0, 10, 200, 10])
    data = convert(png(flat, transparency=1), "png")
    assert opened(data).convert("RGBA").getpixel((1, 1))[3] == 0


@pytest.mark.parametrize(
    ("mode", "clear", "other"),
    [("1", 1, 0), ("L", 7, 8), ("RGB", (255, 0, 0), (254, 0, 0)), ("I;16", 700, 701)],
)
def test_a_colour_that_stands_for_nothing_becomes_real_transparency(
    mode: str, clear: object, other: object
) -> None:
    flat = Image.new(mode, (8, 8), other)
    for place in range(32):
        flat.putpixel((place % 4, place // 4), clear)
    seen = opened(convert(png(flat, transparency=clear), "png")).getchannel("A")
    assert [seen.getpixel((x, 4)) for x in (1, 6)] == [0, 255]


def test_sixteen_bits_keep_their_brightness() -> None:
    data = convert(png(Image.new("I;16", (8, 8), 32768)), "png")
    assert opened(data).convert("L").getpixel((1, 1)) == 128


def test_orientation_is_applied_and_not_carried_over() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.new("RGB", (40, 20)).save(file, "JPEG", exif=exif)
    picture = opened(convert(file.getvalue(), "jpeg"))
    assert picture.size == (20, 40)
    assert not picture.getexif()


def test_a_colour_profile_is_applied_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    grey = Image.new("RGB", (4, 4), (90, 120, 200))
    kept = opened(convert(png(grey, icc_profile=srgb), "png"))
    assert "icc_profile" not in kept.info
    assert kept.getpixel((1, 1)) == pytest.approx((90, 120, 200), abs=1)
    other = opened(convert(png(grey, icc_profile=profile), "png"))
    assert "icc_profile" not in other.info


def test_a_broken_profile_is_ignored() -> None:
    data = convert(png(Image.new("RGB", (4, 4), (9, 8, 7)), icc_profile=b"junk"), "png")
    assert opened(data).getpixel((0, 0)) == (9, 8, 7)


def test_what_is_no_picture_or_format_is_refused() -> None:
    with pytest.raises(NotAPicture):
        convert(b"<html>", "png")
    with pytest.raises(ValueError, match="gif"):
        convert(PICTURE, "gif")
    with pytest.raises(ValueError, match="bmp"):
        encoder_versions("bmp")


@pytest.mark.parametrize("format_", media.WRITABLE)
def test_an_encoder_names_itself_with_versions(format_: str) -> None:
    words = encoder_versions(format_).split()
    assert words[0] == "Pillow"
    assert len(words) == (6 if format_ == "avif" else 4)
    assert "unknown" not in words
    assert encoder_versions(format_, lettered=True).startswith(
        f"{encoder_versions(format_)} FreeType "
    )


def test_care_makes_smaller_files_and_does_not_touch_pixels_of_png() -> None:
    noise = Image.effect_noise((200, 200), 40).convert("RGB")
    assert len(encode(noise, "webp", careful=True)) < len(encode(noise, "webp"))
    careful = encode(noise, "png", careful=True)
    assert len(careful) < len(encode(noise, "png"))
    assert opened(careful).tobytes() == noise.tobytes()


def test_jpeg_is_progressive_and_stores_colour_at_half_the_size() -> None:
    picture = opened(convert(PICTURE, "jpeg"))
    assert picture.info["progressive"]
    assert picture.layer[0][1:3] == (2, 2)
