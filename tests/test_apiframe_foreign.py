import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen.providers.apiframe.foreign import LIMIT, shown


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("red \x1b[31m", "red \\x1b[31m"),
        ("a\nb\t c", "a b c"),
        ("\u202eevil", "\\u202eevil"),
        ("\x9b2J", "\\x9b2J"),
        ("half \ud800", "half \\ud800"),
        ("\U000e0001", "\\U000e0001"),
        ("No available capacity — please retry", "No available capacity — please retry"),
    ],
)
def test_what_a_terminal_could_obey_becomes_an_escape(text, safe):
    assert shown(text) == safe


def test_a_long_text_is_cut():
    assert shown("x" * 10_000) == "x" * LIMIT + "…"


@given(st.text(alphabet=st.characters()))
def test_every_text_comes_out_printable_and_encodable(text):
    assert all(letter.isprintable() for letter in shown(text))
    shown(text).encode()
