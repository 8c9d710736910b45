"""Items: what an AVIF file lists is read in each of its forms, and a riddle is refused."""

from __future__ import annotations

import containers
import pytest

from imagegen.pictures.container.container import Unmarkable
from imagegen.pictures.container.items import items


def test_packets_and_places_are_found() -> None:
    data = containers.avif("RGBA", version=2, packet=b"<x/>", widths=(8, 4, 4, 4))
    listed = items(data)
    assert (listed.primary, listed.packets, sorted(listed.ids)) == (1, (3,), [1, 2, 3])
    offset, length = listed.places[2].extents[0]
    assert data[offset.value : offset.value + length.value] == b"<x/>"


def test_a_list_that_does_not_fit_is_refused() -> None:
    data = containers.avif()
    iloc, pitm = items(data).iloc, data.index(b"pitm")
    for at, byte in ((iloc.body, 3), (iloc.body + 4, 0x33), (iloc.body + 7, 9), (pitm, 0x71)):
        broken = data[:at] + bytes([byte]) + data[at + 1 :]
        with pytest.raises(Unmarkable):
            items(broken)


def test_pieces_without_end_are_refused_at_once() -> None:
    data = containers.avif(widths=(0, 0, 0, 0), based=True, version=1, inside=True)
    count = items(data).places[0].end - 2
    with pytest.raises(Unmarkable):
        items(data[:count] + b"\xff\xff" + data[count + 2 :])
