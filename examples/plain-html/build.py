"""Owns the step from src/ to public/: puts a picture's partial where a page asks for it.

    <!-- picture: lake sizes="100vw" loading="eager" -->

`imagegen build` writes the partials. What a page gives replaces an attribute of the partial, or
comes to its <img>: how wide a picture is laid out, only the page knows.
"""

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
WISH = re.compile(r"<!-- picture: (\S+)(.*?) -->")
GIVEN = re.compile(r'([a-z]+)="([^"]*)"')


def element(wish: re.Match[str]) -> str:
    """Return the partial that a page asks for, with the attributes that the page gives."""
    partial = HERE / "partials" / f"{wish[1]}.html"
    if not partial.is_file():
        sys.exit(f"There is no partials/{partial.name}: run `imagegen build`, or mend the name.")
    found = partial.read_text(encoding="utf-8").strip()
    for name, value in GIVEN.findall(wish[2]):
        written = f'{name}="{value}"'
        found, times = re.subn(rf'\b{name}="[^"]*"', written.replace("\\", r"\\"), found)
        if not times:
            found = found.replace("<img ", f"<img {written} ")
    return found


shutil.copytree(HERE / "src", HERE / "public", dirs_exist_ok=True)
for page in (HERE / "public").glob("*.html"):
    page.write_text(WISH.sub(element, page.read_text(encoding="utf-8")), encoding="utf-8")
