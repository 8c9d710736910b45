"""darkroom_fault: what could not be made is told as such, and never sends anybody to fetch."""

from __future__ import annotations

from imagegen.build import darkroom_fault


def test_files_that_were_not_made_cost_nothing_to_make_again() -> None:
    for problem in (
        darkroom_fault.unmade("came to an end (SIGKILL)"),
        darkroom_fault.made_too_slowly("did not come to an end in time"),
        darkroom_fault.not_made(),
    ):
        assert "costs nothing" in problem.hint
        assert "etch it again" not in f"{problem.detail} {problem.hint}"


def test_it_says_what_the_process_did() -> None:
    assert (
        "decoded it came to an end (SIGSEGV)."
        in darkroom_fault.crashed("came to an end (SIGSEGV)").detail
    )
    assert ": it took more than 3 s" in darkroom_fault.too_slow("took more than 3 s").detail
