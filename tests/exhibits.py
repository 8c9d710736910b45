"""Owns pictures to publish, for tests: one with everything, one with an output only."""

from __future__ import annotations

from dataclasses import replace

from imagegen.derivative import SOURCE_TYPES, Placeholder
from imagegen.publish.picture import File, Picture, Provenance, View

NASTY = "\"a\" & 'b' </script> `c` ${d}\n{{ e }} {% f %} {# g #} \\ \u2028 \x85 é 漢 😀"
"""A text with something that each language, and each template engine, takes for its own."""

OPAQUE = "1QcSHQRnh493V4dIh4eXh1h4kJUI"
"""A ThumbHash of a picture without transparent parts."""

PLACEHOLDER = Placeholder("0" * 32, OPAQUE, "#a0b1c2", "data:image/webp;base64,UklGRg==")

CLEAR = replace(PLACEHOLDER, thumbhash="1QeSHQRnh493V4dIh4eXh1h4kJUI")
"""The same with the bit that tells of transparent parts."""

PROVENANCE = Provenance(
    source_type=f"{SOURCE_TYPES}trainedAlgorithmicMedia",
    provider="apiframe",
    model="flux-2-pro",
    system="flux-2-pro via Apiframe",
    request_key="0" * 32,
    take=1,
    prompt=None,
)


def file(path: str, width: int = 1000, height: int = 500) -> File:
    kind = path.rpartition(".")[2]
    return File(path, {"jpg": "jpeg"}.get(kind, kind), width, height, 1234, "a" * 64)


def view(alt: str | None = "A mug", stem: str = "static/img/mug") -> View:
    """Two widths in WebP and JPEG."""
    groups = (
        tuple(file(f"{stem}-{width}.{kind}", width, width // 2) for width in (200, 400))
        for kind in ("webp", "jpeg")
    )
    return View(alt, tuple(groups))


def picture(name: str = "mug", alt: str | None = "A mug") -> Picture:
    """A picture with derivatives, placeholder and provenance, and another alt in German."""
    return Picture(
        name=name,
        view=view(alt),
        output=file("static/img/mug.png"),
        placeholder=PLACEHOLDER,
        provenance=PROVENANCE,
        locales=(("de", view("Ein Becher")), ("no", view(None, "static/img/mug-no"))),
    )


def plain(name: str = "plain", path: str = "static/img/a b.png") -> Picture:
    """A picture that has an output and nothing else."""
    return Picture(name, View("", ((file(path),),)), file(path), None, None)
