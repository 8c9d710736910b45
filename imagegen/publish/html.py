"""Owns HTML partials: one `picture` element for each image, to be included by any template.

A folder with NAME.html for each image, and NAME.LOCALE.html for each language of its own:

    {{ partial "images/hero.html" }}            Hugo
    {% include "images/hero.html" %}            Eleventy, Jinja
    {% include images/hero.html %}              Jekyll
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from imagegen.derivative import Placeholder
from imagegen.project.publishing import PARTIAL, partial_name
from imagegen.publish.picture import Picture, View, is_opaque
from imagegen.publish.signature import MARK
from imagegen.publish.urls import Urls

_ESCAPED = str.maketrans({"{": "&#123;", "}": "&#125;", "\n": "&#10;", "\r": "&#13;"})
"""Braces begin a template in every engine that these partials are for."""


def partials(pictures: Iterable[Picture], urls: Urls) -> Iterator[tuple[str, str]]:
    """Yield name and content of every partial."""
    for picture in pictures:
        for locale, view in (("", picture.view), *picture.locales):
            file = partial_name(picture.name, locale)
            yield file, _element(file.removesuffix(PARTIAL), picture, view, urls)


def _element(stem: str, picture: Picture, view: View, urls: Urls) -> str:
    sizes = _sizes(view.main.width)
    lines = [f'<picture {MARK}="{_escaped(stem)}">']
    for group in view.others:
        found = _attributes(
            type=group[0].type,
            srcset=urls.srcset(group),
            sizes=sizes if len(group) > 1 else None,
        )
        lines.append(f"  <source {found}>")
    many = len(view.files) > 1
    found = _attributes(
        src=urls.of(view.main),
        srcset=urls.srcset(view.files) if many else None,
        sizes=sizes if many else None,
        width=str(view.main.width),
        height=str(view.main.height),
        alt=view.alt,
        loading="lazy",
        decoding="async",
        style=_style(picture.placeholder),
    )
    return "\n".join([*lines, f"  <img {found}>", "</picture>\n"])


def _sizes(width: int) -> str:
    """Return how wide the picture is shown: as the layout has it, where browsers can tell.

    The others take it to be as wide as the window, or as itself if it is smaller.
    """
    return f"auto, (max-width: {width}px) 100vw, {width}px"


def _style(placeholder: Placeholder | None) -> str | None:
    """Return a background to be seen until the picture has come; none behind a transparent one."""
    if placeholder is None or not is_opaque(placeholder):
        return None
    return f"background: {placeholder.color} url({placeholder.uri}) center / cover no-repeat"


def _attributes(**found: str | None) -> str:
    """Return attributes in the order given; None stands for one that is not there."""
    return " ".join(
        f'{name}="{_escaped(value)}"' for name, value in found.items() if value is not None
    )


def _escaped(text: str) -> str:
    return html.escape(text, quote=True).translate(_ESCAPED)
