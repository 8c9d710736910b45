"""AVIF: the packet is one item more, and every place that the file names stays true."""

from __future__ import annotations

import containers
import pytest

from imagegen.pictures.container import avif
from imagegen.pictures.container.container import Unmarkable
from imagegen.pictures.container.items import items

FORMS: list[dict[str, object]] = [
    {},
    {"version": 1, "widths": (4, 4, 4, 0)},
    {"version": 1, "widths": (8, 8, 8, 4)},
    {"version": 2, "widths": (4, 4, 0, 0)},
    {"version": 1, "inside": True},
    {"version": 2, "inside": True, "widths": (4, 8, 0, 0)},
    {"last": True},
    {"widths": (4, 4, 4, 0), "based": True},
    {"widths": (0, 4, 4, 0), "based": True},
]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_packet_comes_and_goes(form: dict[str, object], mode: str) -> None:
    plain = containers.avif(mode, **form)  # type: ignore[arg-type]
    made = avif.with_packet(plain, b"<x/>")
    assert avif.packet(plain) is None
    assert avif.packet(made) == b"<x/>"
    assert containers.pixels(made) == containers.pixels(plain)
    assert avif.without_packet(made) == plain


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_packet_is_exchanged_where_it_stands(form: dict[str, object]) -> None:
    plain = containers.avif("RGBA", packet=b"<old/>", **form)  # type: ignore[arg-type]
    assert avif.packet(plain) == b"<old/>"
    if form.get("inside"):
        with pytest.raises(Unmarkable):
            avif.exchanged(plain, b"<new one='1'/>")
        return
    made = avif.exchanged(plain, b"<new one='1'/>")
    assert avif.packet(made) == b"<new one='1'/>"
    assert containers.pixels(made) == containers.pixels(plain)
    assert avif.exchanged(made, b"<old/>") == plain


def test_the_packet_describes_the_picture() -> None:
    made = avif.with_packet(containers.avif("RGBA"), b"<x/>")
    relation = items(made).relations[-1]
    assert (relation.name, made[relation.body : relation.end]) == (b"cdsc", b"\0\3\0\1\0\1")


def test_what_cannot_be_moved_safely_is_refused() -> None:
    plain = containers.avif()
    length = items(plain).places[0].extents[0][1]
    unbounded = plain[: length.at] + bytes(4) + plain[length.at + 4 :]
    sequence = plain + containers.box(b"moov")
    far = containers.avif(widths=(0, 4, 4, 0), based=True)
    base = items(far).places[0].base
    far = far[: base.at] + b"\xff\xff\xff\xff" + far[base.at + 4 :]
    full = containers.avif(widths=(4, 0, 0, 0), version=1, inside=True)
    for data in (unbounded, sequence, far, full, plain[:-1], plain + b"junk"):
        with pytest.raises(Unmarkable):
            avif.with_packet(data, b"<x/>")
