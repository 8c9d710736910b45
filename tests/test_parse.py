"""Parse: the shape of a project file is judged whole, and what is sound can be judged further."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagegen.project.parse import Parsed, parse

FILE = Path("/somewhere/site/imagegen.toml")
HERO = '[images.hero]\nprompt = "A desk"\n'


def parsed(text: str) -> Parsed:
    return parse(text.encode(), FILE)


def test_a_sound_file_gives_a_project_with_defaults() -> None:
    result = parsed(HERO)
    assert result.faults == ()
    assert result.project is not None
    assert (result.project.name, result.project.root) == ("site", FILE.parent)
    assert result.project.output_dir == "images"
    assert result.project.budget.images_per_run == 100
    assert result.project.provider.max_in_flight == 10


def test_a_slash_behind_the_output_folder_is_harmless() -> None:
    project = parsed(f'[project]\noutput_dir = "static/img/"\n{HERO}').project
    assert project is not None
    assert project.output_dir == "static/img"


def test_an_image_without_its_shape_is_judged_as_far_as_it_goes() -> None:
    result = parsed(f"{HERO}[images.mug]\nseed = 1\n[images.cup]\nprompt = 'x'\nsede = 1\n")
    assert result.project is not None
    assert list(result.project.images) == ["hero", "mug", "cup"]
    assert [fault.loc for fault in result.faults] == [("images", "mug"), ("images", "cup", "sede")]


def test_a_fault_in_what_all_images_share_stops_further_judgement() -> None:
    assert parsed(f"[defaults]\nmodel = 1\n{HERO}").project is None
    assert parsed(f"[budget]\nimages_per_run = '1'\n{HERO}").project is not None


def test_one_slip_is_one_fault() -> None:
    result = parsed('[images.hero]\npromt = "A desk"\n')
    assert [fault.hint for fault in result.faults] == ["did you mean `prompt`?"]


@pytest.mark.parametrize(
    "address",
    ["https://api.example.com", "https://api.example.com:8443/gate", "http://localhost:8000",
     "http://127.0.0.1:1", "http://[::1]:2"],
)  # fmt: skip
def test_addresses_that_keep_the_key_safe_pass(address: str) -> None:
    assert parsed(f'[provider]\nbase_url = "{address}"\n{HERO}').faults == ()


@pytest.mark.parametrize(
    "address",
    ["", "api.example.com", "http://api.example.com", "https://", "https://k@api.example.com",
     "https://api.example.com?key=1", "https://api.example.com/v2", "http://127.0.0.1.example.com",
     "https://[", "ftp://localhost", "http://localhost:99999"],
)  # fmt: skip
def test_other_addresses_are_refused(address: str) -> None:
    faults = parsed(f'[provider]\nbase_url = "{address}"\n{HERO}').faults
    assert [fault.loc for fault in faults] == [("provider", "base_url")]


@pytest.mark.parametrize(
    "address",
    ["https://hooks.example.com", "https://hooks.example.com:8443/imagegen?token=x",
     "http://localhost:8788/", "http://127.0.0.1:8788"],
)  # fmt: skip
def test_an_address_for_notices_may_lead_anywhere_safe(address: str) -> None:
    assert parsed(f'[provider]\nwebhook_url = "{address}"\n{HERO}').faults == ()


@pytest.mark.parametrize(
    "address",
    ["", "hooks.example.com", "http://hooks.example.com", "https://", "https://n:p@example.com",
     "https://hooks.example.com/#x", "https://hooks.example.com/a b", "https://hööks.example.com",
     "https://[", "ftp://localhost", "https://e.example/" + "x" * 2000],
)  # fmt: skip
def test_other_addresses_for_notices_are_refused(address: str) -> None:
    faults = parsed(f'[provider]\nwebhook_url = "{address}"\n{HERO}').faults
    assert [fault.loc for fault in faults] == [("provider", "webhook_url")]


def test_what_lists_no_files_has_no_content() -> None:
    assert [fault.summary for fault in parsed(f"[content]\nkey = 'x'\n{HERO}").faults] == [
        "[content] has no `files`"
    ]
    assert parsed(f"[content]\nfiles = []\n{HERO}").faults == ()
    assert parsed("[content]\nfiles = ['a/*.md']\n").faults == ()


def test_an_entry_whose_set_is_unclear_is_not_judged_further() -> None:
    result = parsed(f"{HERO}[images.set]\ntable = 'p.csv'\nprompt = '{{title}}'\n")
    assert [fault.loc for fault in result.faults] == [("images", "set", "table")]
    assert result.project is not None
    assert list(result.project.images) == ["hero"]
