"""Tests of the line format of the ledger."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from imagegen.build import line

plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
records = st.dictionaries(st.text().filter(lambda name: name not in ("n", "prev")), plain)


@given(records, st.integers(min_value=0), st.text())
def test_a_line_can_be_taken_apart_again(fields: dict[str, object], n: int, previous: str) -> None:
    raw = line.encode(n, previous, fields)
    assert raw.count(b"\n") == 1
    found = line.decode(raw)
    assert found is not None
    assert (found.n, found.previous, found.fields) == (n, previous, fields)
    assert raw.startswith(found.checksum.encode())


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(line.encode(3, "abc", {"ev": "INTENT", "at": 1.5}))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    assert line.decode(bytes(raw)) is None


@given(st.integers(0, 80))
def test_a_line_cut_short_is_no_line(length: int) -> None:
    raw = line.encode(3, "abc", {"ev": "INTENT"})
    assert line.decode(raw[: min(length, len(raw) - 1)]) is None


@given(st.binary())
def test_any_bytes_can_be_asked(raw: bytes) -> None:
    assert line.decode(raw) is None


def test_the_first_line_never_changes() -> None:
    assert line.HEADER == (
        b'70babe80e2ebb91a {"ev":"LEDGER","format":1,"kept_by":"imagegen","n":0,"prev":""}\n'
    )
