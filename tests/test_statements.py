"""What an XMP packet says: names and simple values, in whichever way it writes them."""

from __future__ import annotations

import pytest

from imagegen.pictures.container.container import Unmarkable
from imagegen.pictures.statements import RDF, Statements

HEAD = f'<m xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="{RDF}" xmlns:q="urn:q/">'


def said(*descriptions: str) -> Statements:
    return Statements(f"{HEAD}{''.join(descriptions)}</r:RDF></m>".encode())


def test_a_value_is_an_attribute_a_text_or_an_address() -> None:
    found = said(
        '<r:Description r:about="uuid:1" q:a=" one "/>',
        '<r:Description><q:b>two\n</q:b><q:c r:resource="three"/><q:a>other</q:a></r:Description>',
    )
    assert {name[-1]: values for name, values in found.values.items() if "urn:q" in name} == {
        "a": {"one", "other"},
        "b": {"two"},
        "c": {"three"},
    }
    assert (found.about, found.descriptions) == ("uuid:1", 2)


def test_what_is_deeper_or_too_long_is_named_and_gives_no_value() -> None:
    inner = "<r:Alt><r:li>deep</r:li></r:Alt>"
    found = said(f"<r:Description><q:a>{inner}</q:a><q:b>{'x' * 600}</q:b></r:Description>")
    assert {"urn:q/ a", "urn:q/ b"} <= found.names
    assert found.values == {}


@pytest.mark.parametrize("packet", [b"", b"<m>", b'<!DOCTYPE m [<!ENTITY a "b">]><m>&a;</m>'])
def test_a_packet_that_is_damaged_or_brings_a_document_type_is_refused(packet: bytes) -> None:
    with pytest.raises(Unmarkable):
        Statements(packet)
