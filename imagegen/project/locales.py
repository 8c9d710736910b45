"""Owns Locale: the language tag that a text is said in, such as "de" or "pt-BR".

Tags of three letters are taken as they are; those of two are few, and what is none of them is
mostly the code of a country.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

_LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv "
    "kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr "
    "nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq "
    "sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu"
)
"""Languages of two letters, after ISO 639-1 and BCP 47's own registry; both are closed."""

_MEANT = {
    **dict.fromkeys(("cn", "hk"), "zh"),
    **dict.fromkeys(("gb", "nz", "us"), "en"),
    "al": "sq",
    "at": "de",
    "by": "be",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "il": "he",
    "ir": "fa",
    "jp": "ja",
    "rs": "sr",
    "ua": "uk",
    "vn": "vi",
}
"""Codes of countries -> the language that was perhaps meant."""


class UnknownLanguage(ValueError):
    """A tag of no language; `meant` is the one that was perhaps meant, or empty."""

    def __init__(self, meant: str) -> None:
        super().__init__("no such language")
        self.meant = meant


def _of_a_language(tag: str) -> str:
    """Return `tag`; raises UnknownLanguage."""
    language, dash, rest = tag.partition("-")
    code = language.lower()
    if len(code) != 2 or code in _LANGUAGES:
        return tag
    meant = f"{_MEANT[code]}{dash}{rest}" if code in _MEANT else ""
    raise UnknownLanguage(meant)


_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

Locale = Annotated[str, Field(pattern=_PATTERN), AfterValidator(_of_a_language)]
"""A language tag such as "de" or "pt-BR", of a language that there is."""
