"""How it is told that nothing can be signed: as a problem, and at its setting."""

from __future__ import annotations

from imagegen.build.signing_fault import CannotSign, fault, no_key, nothing_installed, unreadable


def test_a_fault_names_the_setting_that_it_goes_back_to():
    assert no_key("k.pem").loc == ("provenance", "c2pa", "key")
    assert nothing_installed("c2pa").loc == ("provenance", "c2pa")
    denied = unreadable("certificate", "c.pem", PermissionError(13, "Permission denied"))
    assert denied.loc[-1] == "certificate"
    assert denied.detail == "The system says: Permission denied."


def test_all_of_them_are_told_as_problems():
    error = CannotSign([fault("key", "one", "why", "how"), no_key("k.pem")])
    assert [one.summary for one in error.problems] == ["one", "there is no key `k.pem`"]
    assert (error.problems[0].detail, error.problems[0].hint) == ("why", "how")
    assert error.exit_code == 1
