"""Candidates as targets: which there are, what they are called, and whose they are."""

from __future__ import annotations

from dataclasses import replace

import values

from imagegen.candidates import candidate, candidate_name, choice_of, families, with_candidates
from imagegen.derivative import Marks


def test_a_choice_is_followed_by_its_candidates_in_order() -> None:
    hero, mug = values.target("hero", candidates=11), values.target("mug")
    found = with_candidates([hero, mug])
    names = [one.name for one in found]
    assert names == ["hero", *(f"hero#{take}" for take in range(1, 12)), "mug"]
    assert found[0] is hero


def test_a_candidate_is_one_take_of_the_same_request_without_a_file() -> None:
    hero = values.target("hero", candidates=2, alt="A boat", protect=True)
    hero = replace(hero, derivation=values.derivation(), marks=Marks("flux"), signer=values.SHA)
    one = candidate(hero, 2)
    assert (one.derivation, one.marks, one.signer) == (None, None, "")
    assert (one.request, one.take, one.candidate_of) == (hero.request, 2, "hero")
    assert (one.output, one.output_format, one.alt, one.candidates) == ("", "", None, None)
    assert one.protect


def test_a_name_tells_whose_candidate_it_is() -> None:
    assert choice_of(candidate_name("hero-2.x", 3)) == "hero-2.x"
    assert choice_of("hero") is None


def test_who_names_an_image_means_its_candidates_too() -> None:
    known = ["hero", "hero#1", "hero-2", "hero-2#1"]
    assert families({"hero"}, known) == {"hero", "hero#1"}
    assert families({"hero-2#1"}, known) == {"hero-2#1"}
