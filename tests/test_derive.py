"""derive: files as their recipes say, the same bytes alone and in company, or a refusal."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import replace

import anyio
import deriving
import journey
import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from imagegen.build.darkroom import Darkroom
from imagegen.derivative import Recipe
from imagegen.pictures.derive import NotDerived, _glimpse, derived
from imagegen.pictures.inspect import NotAPicture, inspect
from imagegen.pictures.xmp import unmarked

FONTS = {deriving.FONT_SHA256: deriving.FONT}
PICTURE = deriving.encoded()


def made(recipe: Recipe, data: bytes = PICTURE) -> Image.Image:
    (file,) = derived(data, [recipe], FONTS)
    return deriving.opened(file)


def refused(recipe: Recipe, data: bytes = PICTURE) -> str:
    with pytest.raises(NotDerived) as caught:
        derived(data, [recipe], FONTS)
    return str(caught.value)


@pytest.mark.parametrize("kind", deriving.QUALITY)
def test_a_file_has_the_format_and_size_of_its_recipe(kind: str) -> None:
    (file,) = derived(PICTURE, [deriving.recipe(kind, (50, 20))], {})
    found = inspect(file)
    assert (found.format, found.width, found.height) == (kind, 50, 20)
    assert deriving.opened(file).info.keys() & {"icc_profile", "exif", "xmp"} == set()


def test_a_recipe_gives_the_same_bytes_alone_in_company_and_in_any_order() -> None:
    recipes = deriving.every_recipe()
    together = derived(PICTURE, recipes, FONTS)
    assert derived(PICTURE, recipes[::-1], FONTS) == together[::-1]
    assert [derived(PICTURE, [recipe], FONTS)[0] for recipe in recipes] == together


def test_a_crop_shows_its_part_and_nothing_from_beside_it() -> None:
    halves = Image.new("RGB", (96, 64), "red")
    halves.paste("blue", (48, 0, 96, 64))
    shown = made(deriving.recipe(size=(10, 10), crop=(48, 0, 96, 48)), deriving.encoded(halves))
    assert shown.getcolors() == [(100, (0, 0, 255))]


def test_a_crop_counts_on_the_picture_as_it_is_shown() -> None:
    lying = deriving.scene().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    data = deriving.encoded(lying, "jpeg", exif=exif, quality=95)
    found = inspect(data)
    assert (found.width, found.height) == (96, 64)
    shown = made(deriving.recipe(size=(96, 64)), data)
    apart = ImageStat.Stat(ImageChops.difference(shown, deriving.scene()))
    assert max(apart.mean) < 4
    assert "outside" in refused(deriving.recipe(crop=(0, 0, 64, 96)), data)


def test_transparent_pixels_lend_no_colour_to_their_neighbours() -> None:
    picture = Image.new("RGBA", (96, 64), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (33, 0, 96, 64))
    shown = made(deriving.recipe(size=(12, 8)), deriving.encoded(picture))
    seen = {pixel[:3] for _, pixel in shown.getcolors() if pixel[3]}
    assert seen == {(0, 0, 255)}


def test_an_opacity_that_hides_nothing_is_dropped() -> None:
    data = deriving.encoded(deriving.scene().convert("RGBA"))
    for kind in ("png", "webp", "avif"):
        assert made(deriving.recipe(kind), data).mode == "RGB"


def test_colours_are_those_of_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A profile of a space whose red is what others call blue.
    swapped = srgb.replace(b"rXYZ", b"----", 1).replace(b"bXYZ", b"rXYZ", 1)
    red = Image.new("RGB", (96, 64), (255, 0, 0))
    data = deriving.encoded(red, icc_profile=swapped.replace(b"----", b"bXYZ", 1))
    shown = made(deriving.recipe(), data)
    assert shown.getpixel((9, 9)) == pytest.approx((0, 0, 255), abs=2)
    assert "icc_profile" not in shown.info


def test_a_text_is_set_and_marks_are_put_on() -> None:
    plain = deriving.recipe()
    bare, lettered, marked = derived(
        PICTURE,
        [
            plain,
            replace(plain, letterings=(deriving.lettering(),)),
            replace(plain, marks=deriving.MARKS),
        ],
        FONTS,
    )
    assert ImageChops.difference(deriving.opened(bare), deriving.opened(lettered)).getbbox()
    assert b"flux-2-pro, Apiframe" in marked
    assert unmarked(marked) == bare


def test_a_text_that_cannot_be_set_is_a_refusal() -> None:
    with pytest.raises(NotDerived, match=r"fonts/plain\.ttf"):
        derived(PICTURE, [deriving.recipe(letterings=(deriving.lettering(),))], {})


@pytest.mark.parametrize(
    ("kind", "size", "word"),
    [
        ("webp", (16_384, 10), "no WebP of 16384 x 10 pixels can be made"),
        ("jpeg", (10, 65_501), "no JPEG of 10 x 65501"),
        ("avif", (10, 40_000), "no AVIF of 10 x 40000"),
        ("png", (16_000, 16_000), "no PNG of 16000 x 16000"),
        ("png", (0, 5), "no PNG of 0 x 5"),
    ],
)
def test_an_impossible_size_is_refused_before_anything_is_decoded(
    kind: str, size: tuple[int, int], word: str
) -> None:
    assert word in refused(deriving.recipe(kind, size), b"no picture")


@pytest.mark.parametrize("crop", [(-1, 0, 5, 5), (0, 0, 97, 64), (5, 5, 5, 9), (9, 0, 3, 3)])
def test_a_crop_outside_of_the_picture_is_refused(crop: tuple[int, int, int, int]) -> None:
    assert "outside of its picture" in refused(deriving.recipe(crop=crop))


def test_what_does_not_decode_is_no_picture() -> None:
    with pytest.raises(NotAPicture):
        derived(PICTURE[:-1], [deriving.recipe()], {})


PROGRAM = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import deriving
from imagegen.pictures.derive import derived
picture, recipes = deriving.large() if sys.argv[2] == "large" else deriving.small()
if sys.argv[3] == "backwards":
    recipes.reverse()
for file in derived(picture, recipes, {deriving.FONT_SHA256: deriving.FONT}):
    print(hashlib.sha256(file).hexdigest())
"""


def digests(extent: str, order: str, cores: set[int], **environment: str) -> list[str]:
    """Return the sha256 of all files that a process makes on some of the cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(journey.ROOT / "tests"), extent, order],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(journey.ROOT), **environment},
        )
    finally:
        os.sched_setaffinity(0, before)
    return done.stdout.split()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="chooses cores")
@pytest.mark.parametrize("extent", ["small", pytest.param("large", marks=pytest.mark.sites)])
def test_processes_on_other_cores_and_days_make_the_same_bytes(extent: str) -> None:
    cores = sorted(os.sched_getaffinity(0))
    here = digests(extent, "forwards", set(cores), PYTHONHASHSEED="1", TZ="UTC")
    there = digests(extent, "backwards", {cores[-1]}, PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert len(here) >= len(deriving.every_recipe())
    assert there[::-1] == here


@pytest.mark.sites
def test_the_darkroom_makes_the_same_bytes_in_groups_of_any_size() -> None:
    picture, recipes = deriving.large()

    async def in_groups(count: int) -> list[bytes]:
        found: dict[int, bytes] = {}
        room = Darkroom()

        async def make(numbers: range) -> None:
            files = await room.derived(picture, [recipes[number] for number in numbers], FONTS)
            found.update(zip(numbers, files, strict=True))

        with contextlib.closing(room):
            async with anyio.create_task_group() as group:
                for start in range(count):
                    group.start_soon(make, range(start, len(recipes), count))
        return [found[number] for number in range(len(recipes))]

    alone = anyio.run(in_groups, len(recipes))
    assert anyio.run(in_groups, 3) == alone


@pytest.mark.parametrize("size", [(300, 40_000), (40_000, 300), (30, 20)])
def test_what_lies_behind_texts_is_looked_at_small_however_long_the_picture_is(
    size: tuple[int, int],
) -> None:
    recipe = replace(deriving.recipe(), crop=(0, 0, *size))
    seen = _glimpse(Image.new("L", size), recipe)
    assert seen.width * seen.height <= min(650_000, size[0] * size[1])
