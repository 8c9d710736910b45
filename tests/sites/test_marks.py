"""Marks in the eyes of others: exiftool, sharp, libavif and Chromium read what was marked."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import containers
import pytest
from playwright.sync_api import Browser

from imagegen.derivative import Marks
from imagegen.pictures import media
from imagegen.pictures.xmp import marked, unmarked

pytestmark = pytest.mark.sites

MARKS = Marks(
    "flux-2-pro via Apiframe",
    (("", "A <wooden> desk & more"), ("de", "Ein Tisch"), ("ja", "机")),
    'a desk, "warm" light',
)
SHARP = "sharp@0.35.5"
"""Writes AVIF with another library than Pillow's."""

FILES = {
    **{kind: containers.picture(kind) for kind in media.WRITABLE},
    **{f"{kind}-alpha": containers.picture(kind, "RGBA") for kind in ("png", "webp", "avif")},
    "webp-lossless": containers.picture("webp", "RGBA", lossless=True),
    "png-own": containers.png(early=containers.itxt(containers.FOREIGN)),
    "avif-own": containers.avif("RGBA", packet=containers.FOREIGN),
    "avif-inside": containers.avif(version=1, inside=True),
    "avif-wide": containers.avif("RGBA", version=2, widths=(8, 8, 8, 0)),
}

DRAW = """async data => {
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  return Array.from(pen.getImageData(0, 0, bitmap.width, bitmap.height).data).join();
}"""

MAKE = """
const sharp = require("sharp"), [folder] = process.argv.slice(1);
const [width, height] = [96, 64], plain = Buffer.alloc(width * height * 3);
for (let at = 0; at < plain.length; at++) plain[at] = (at * 7 + ((at / 288) | 0) * 13) & 255;
const picture = () => sharp(plain, { raw: { width, height, channels: 3 } });
const xmp = Buffer.from(process.env.PACKET, "base64").toString();
Promise.all([
  picture().avif().toFile(`${folder}/plain.avif`),
  picture().ensureAlpha(0.5).avif().toFile(`${folder}/alpha.avif`),
  picture().withExif({ IFD0: { Copyright: "x" } }).avif().toFile(`${folder}/exif.avif`),
  picture().withXmp(xmp).avif().toFile(`${folder}/xmp.avif`),
  picture().withIccProfile("p3").webp().toFile(`${folder}/icc.webp`),
  picture().withExif({ IFD0: { Copyright: "x" } }).jpeg().toFile(`${folder}/exif.jpg`),
]);
"""
READ = """
const sharp = require("sharp");
Promise.all(process.argv.slice(1).map(async file => {
  const { xmp } = await sharp(file).metadata();
  const pixels = await sharp(file).raw().toBuffer();
  return [xmp.toString(), pixels.toString("base64")];
})).then(found => console.log(JSON.stringify(found)));
"""


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"NOT TESTED: there is no {name}")
    return found


@pytest.fixture(scope="module")
def sharp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install sharp into a folder of its own."""
    folder = tmp_path_factory.mktemp("sharp")
    command = [tool("npm"), "install", "--silent", "--prefix", str(folder), SHARP]
    subprocess.run(command, check=True, timeout=300)
    return folder


def node(folder: Path, script: str, *arguments: str) -> str:
    packet = base64.b64encode(containers.FOREIGN).decode()
    done = subprocess.run(
        ["node", "-e", script, *arguments],
        cwd=folder,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PACKET": packet},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize("name", FILES)
def test_exiftool_reads_it_and_finds_the_file_sound(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"a.{name.partition('-')[0]}"
    file.write_bytes(marked(FILES[name], MARKS))
    command = [tool("exiftool"), "-j", "-G1", "-a", "-validate", "-warning", "-error", "-XMP:all"]
    done = subprocess.run([*command, str(file)], check=True, capture_output=True)
    found = json.loads(done.stdout)[0]
    types = "http://cv.iptc.org/newscodes/digitalsourcetype/"
    assert found["XMP-iptcExt:DigitalSourceType"] == f"{types}trainedAlgorithmicMedia"
    assert found["XMP-dc:Description"] == "A <wooden> desk & more"
    assert found["XMP-dc:Description-de"] == "Ein Tisch"
    assert found["XMP-dc:Description-ja"] == "机"
    assert found["XMP-iptcExt:AISystemUsed"] == "flux-2-pro via Apiframe"
    assert found["XMP-iptcExt:AIPromptInformation"] == 'a desk, "warm" light'
    assert found["XMP-xmp:CreatorTool"] == ("A camera" if "own" in name else "imagegen")
    assert found["ExifTool:Validate"] == "OK", found


@pytest.mark.parametrize("name", FILES)
def test_chromium_shows_the_same_pixels(name: str, browser: Browser) -> None:
    page = browser.new_page()
    plain, made = (
        page.evaluate(DRAW, base64.b64encode(data).decode())
        for data in (FILES[name], marked(FILES[name], MARKS))
    )
    page.close()
    assert made == plain
    assert len(plain.split(",")) == 24 * 16 * 4


def test_files_of_sharp_are_marked_and_read_by_it(sharp: Path, tmp_path: Path) -> None:
    node(sharp, MAKE, str(tmp_path))
    files = sorted(tmp_path.iterdir())
    assert len(files) == 6
    for file in files:
        plain = file.read_bytes()
        made = marked(plain, MARKS)
        assert unmarked(made) == plain, file.name
        assert containers.pixels(made) == containers.pixels(plain), file.name
        file.with_name(f"marked-{file.name}").write_bytes(made)
    after = [file.with_name(f"marked-{file.name}") for file in files]
    found = json.loads(node(sharp, READ, *map(str, after)))
    assert all("flux-2-pro via Apiframe" in xmp for xmp, _ in found)
    before = "Promise.all(process.argv.slice(1).map(async file => (await sharp(file).raw()"
    before = f'const sharp = require("sharp");{before}.toBuffer()).toString("base64")))'
    before += ".then(found => console.log(JSON.stringify(found)))"
    assert [pixels for _, pixels in found] == json.loads(node(sharp, before, *map(str, files)))


def test_a_grid_of_libavif_is_marked_and_decoded(tmp_path: Path) -> None:
    tiles = [tmp_path / f"{number}.png" for number in range(4)]
    for number, tile in enumerate(tiles):
        tile.write_bytes(containers.noise(128, number))
    plain, made, shown = (tmp_path / name for name in ("grid.avif", "made.avif", "made.png"))
    grid = [tool("avifenc"), "-s", "10", "--grid", "2x2", *map(str, tiles), str(plain)]
    subprocess.run(grid, check=True, capture_output=True)
    made.write_bytes(marked(plain.read_bytes(), MARKS))
    assert unmarked(made.read_bytes()) == plain.read_bytes()
    assert containers.pixels(made.read_bytes()) == containers.pixels(plain.read_bytes())
    subprocess.run([tool("avifdec"), str(made), str(shown)], check=True, capture_output=True)
    assert shown.stat().st_size
