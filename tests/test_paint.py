"""paint: the same painting is the same bytes, everywhere; another one looks different."""

import hashlib
import itertools
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageStat

from imagegen.pictures import media
from imagegen.pictures.inspect import inspect
from imagegen.pictures.lettering import label_box
from imagegen.pictures.paint import Painting, paint, picture

MUG = Painting("A matte black mug on marble, morning light", 7, 320, 240, "png", "mug")

PROGRAM = """
import hashlib
from imagegen.pictures.paint import Painting, paint
for format_ in ("png", "jpeg", "webp", "avif"):
    painting = Painting("ocean at sunset", 3, 256, 200, format_, "sea")
    print(hashlib.sha256(paint(painting)).hexdigest())
"""


def spread(one: Image.Image, other: Image.Image) -> float:
    """Mean difference per channel, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_every_process_paints_the_same_bytes() -> None:
    seen = set()
    for hash_seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": hash_seed}
        answer = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True
        )
        seen.add(answer.stdout)
    here = [
        hashlib.sha256(paint(Painting("ocean at sunset", 3, 256, 200, format_, "sea"))).hexdigest()
        for format_ in media.WRITABLE
    ]
    assert seen == {"".join(f"{line}\n" for line in here).encode()}


def test_threads_do_not_disturb_each_other() -> None:
    paintings = [replace(MUG, seed=seed, format="avif") for seed in range(4)] * 2
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(paint, paintings))
    assert together == [paint(painting) for painting in paintings]


@pytest.mark.parametrize("format_", media.WRITABLE)
@pytest.mark.parametrize("size", [(256, 256), (256, 100), (90, 256), (336, 144), (1, 1), (17, 400)])
def test_size_and_format_are_as_asked(format_: str, size: tuple[int, int]) -> None:
    original = inspect(paint(replace(MUG, width=size[0], height=size[1], format=format_)))
    assert (original.format, original.width, original.height) == (format_, *size)


def test_another_seed_or_prompt_is_another_picture() -> None:
    first = picture(replace(MUG, stamp=False))
    assert spread(first, picture(replace(MUG, stamp=False, seed=8))) > 1
    assert spread(first, picture(replace(MUG, stamp=False, prompt="neon city"))) > 20


def test_the_label_is_there_and_nowhere_else() -> None:
    with_label, without = picture(MUG), picture(replace(MUG, stamp=False))
    box = ImageChops.difference(with_label, without).getbbox()
    assert box is not None
    left, top, right, bottom = label_box((320, 240), "mug")
    assert (left, top) <= box[:2] and box[2:] <= (right, bottom)


def test_the_caption_changes_the_label_alone() -> None:
    one, other = picture(MUG), picture(replace(MUG, caption="gum"))
    box = ImageChops.difference(one, other).getbbox()
    assert box is not None and box[1] > 200


def test_a_gradient_has_no_visible_steps() -> None:
    # A step is a run of equal values; grain must break every one of them.
    row = picture(Painting("calm sky over hills", 1, 800, 600, "png", "")).convert("L")
    line = [row.getpixel((x, 40)) for x in range(800)]
    longest = current = 1
    for before, value in itertools.pairwise(line):
        current = current + 1 if value == before else 1
        longest = max(longest, current)
    assert longest < 12


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="bmp"):
        paint(replace(MUG, format="bmp"))
