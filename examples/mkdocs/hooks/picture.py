"""Owns the step from an image in Markdown to a whole <picture>; MkDocs runs it on every page.

    ![](img/plot.webp)                              all that most pictures need
    ![Mine](img/plot.webp){ .card }                 another alt text, another place on the page
    ![](img/plot.webp){ fetchpriority=high }        fetched at once, not when it comes into sight

Pages name a picture by the file that `imagegen build` writes, so editors show it and
`mkdocs build --strict` finds the ones that are missing. Other images stay as they are.
"""

import html
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

from mkdocs.exceptions import MkDocsException
from mkdocs.utils import get_relative_url

IMAGE = re.compile(r"<img\b[^>]*>")

SIZES = {
    "": "(min-width: 125em) 826px, (min-width: 100em) 757px, (min-width: 76.25em) 688px, "
    "(min-width: 60em) calc(100vw - 17.1em), calc(100vw - 2em)",
    "card": "(min-width: 125em) 456px, (min-width: 100em) 418px, (min-width: 76.25em) 380px, "
    "(min-width: 45em) calc(33.3vw - 1.7em), calc(100vw - 2em)",
    "wide": "(min-width: 125em) 1426px, (min-width: 100em) 1307px, (min-width: 76.25em) 1188px, "
    "calc(100vw - 2em)",
}
"""How wide pictures are laid out, by class: in the text, on a card, across a page without menus.

Material widens its column in steps; these are its steps.
"""

PICTURES = Path(__file__).with_name("pictures.py")
if not PICTURES.exists():
    raise MkDocsException("hooks/pictures.py is not there; run `imagegen build`")

# Run, not imported: `mkdocs serve` loads this file again when it changes, but no import of it.
OURS = {one.original.src: one for one in runpy.run_path(str(PICTURES))["IMAGES"].values()}


class Tag(HTMLParser):
    """The attributes of one tag."""

    def handle_starttag(self, _, attrs):
        """Keep the attributes; one without a value has an empty text."""
        self.given = {name: value or "" for name, value in attrs}


def on_page_content(content, page, **_):
    """Replace every image that is one of ours."""

    def replaced(found):
        tag = Tag()
        tag.feed(found[0])
        image = OURS.get(urljoin(f"/{page.url}", tag.given.pop("src", "")))
        return picture(image, tag.given, page.url) if image else found[0]

    return IMAGE.sub(replaced, content)


def picture(image, given, here):
    """Return the element; what the page gives wins over what is known of the picture."""
    sizes = given.pop("sizes", "") or SIZES.get(given.get("class", ""), SIZES[""])
    lines = [
        f"<source {attributes(type=one.type, srcset=srcset(one.files, here), sizes=sizes)}>"
        for one in image.sources
    ]
    known = {
        "src": get_relative_url(image.src, here),
        "srcset": srcset(image.files, here),
        "sizes": sizes,
        "width": str(image.width),
        "height": str(image.height),
        "decoding": "async",
    }
    shown = image.placeholder
    if shown and shown.opaque:
        known["style"] = f"background: {shown.color} url({shown.uri}) center / cover"
    if "fetchpriority" not in given:
        known["loading"] = "lazy"
    alt = given.pop("alt", "") or image.alt
    if alt is None:
        raise MkDocsException(f"{image.original.src} has no alt in imagegen.toml")
    lines.append(f"<img {attributes(**known, **given, alt=alt)}>")
    return f"<picture>{''.join(lines)}</picture>"


def srcset(files, here):
    """Return the candidates, relative to the page."""
    return ", ".join(f"{get_relative_url(one.src, here)} {one.width}w" for one in files)


def attributes(**found):
    """Return attributes as HTML."""
    return " ".join(f'{name}="{html.escape(value)}"' for name, value in found.items())
