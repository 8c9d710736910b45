"""Provenance: what files say follows from the project file alone, and is honest of drafts."""

from __future__ import annotations

from pathlib import Path

import loading
import pytest

from imagegen.derivative import ALGORITHMIC, TRAINED, Marks
from imagegen.digest import sha256_of
from imagegen.project.load import load

IMAGE = '[images.a]\nprompt = "a desk"\nalt = "A desk"\n'
DERIVE = "[defaults.derive]\nwidths = [100]\n"
C2PA = '[provenance.c2pa]\ncertificate = "chain.pem"\nkey = "key.pem"\n'
CHAIN = b"-----BEGIN CERTIFICATE-----\n"
PLAIN = Marks("flux-2-pro via Apiframe", (("", "A desk"),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "chain.pem").write_bytes(CHAIN)
    return tmp_path


def marks(folder: Path, text: str) -> tuple[Marks | None, Marks | None]:
    """Return what the output says and what derivatives say."""
    one = loading.targets(folder, text)["a"]
    return one.marks, one.derivation and one.derivation.marks  # type: ignore[return-value]


def test_derivatives_say_how_they_were_made(folder: Path) -> None:
    assert marks(folder, DERIVE + IMAGE) == (None, PLAIN)
    assert PLAIN.source == TRAINED


def test_outputs_say_it_when_asked_and_nothing_says_it_when_told(folder: Path) -> None:
    everything = '[provenance]\nembed = "all"\n'
    assert marks(folder, everything + DERIVE + IMAGE) == (PLAIN, PLAIN)
    assert marks(folder, everything + IMAGE) == (PLAIN, None)
    assert marks(folder, '[provenance]\nembed = "none"\n' + DERIVE + IMAGE) == (None, None)


def test_a_prompt_is_published_only_where_it_may_be(folder: Path) -> None:
    _, found = marks(folder, "[provenance]\nprompt = true\n" + DERIVE + IMAGE)
    assert found == Marks("flux-2-pro via Apiframe", (("", "A desk"),), "a desk")


@pytest.mark.parametrize("alt", ['alt = ""', ""])
def test_decoration_has_no_description(folder: Path, alt: str) -> None:
    _, found = marks(folder, f'{DERIVE}[images.a]\nprompt = "a desk"\n{alt}')
    assert found == Marks("flux-2-pro via Apiframe")


def test_a_draft_is_no_work_of_a_trained_model(folder: Path) -> None:
    text = '[provenance]\nprompt = true\n[provider]\nname = "draft"\n' + DERIVE + IMAGE
    assert marks(folder, text)[1] == Marks("", (("", "A desk"),), source=ALGORITHMIC)
    bought = loading.targets(folder, C2PA + '[provenance]\nembed = "all"\n' + DERIVE + IMAGE)["a"]
    drafted = bought.drafted()
    assert drafted.derivation is not None
    assert drafted.marks == drafted.derivation.marks == PLAIN.of_draft()
    assert bought.taken_in("").marks == PLAIN.of_taken_in("")
    assert (bought.signer, drafted.signer, drafted.derivation.signer) == (sha256_of(CHAIN), "", "")


def test_the_signer_is_known_by_the_chain_and_the_chain_is_followed(folder: Path) -> None:
    loading.targets(folder, C2PA + DERIVE + IMAGE)
    loaded = load(folder / "imagegen.toml")
    one = loaded.targets[0]
    assert one.derivation is not None
    assert (one.signer, one.derivation.signer) == ("", sha256_of(CHAIN))
    assert folder / "chain.pem" in loaded.files
    assert folder / "key.pem" not in loaded.files


@pytest.mark.parametrize(
    ("chain", "told"),
    [
        (None, "3: there is no file `chain.pem`"),
        (b"x" * 70_000, "3: `chain.pem` is too large"),
        (b"hello", "3: `chain.pem` is not a certificate in PEM form"),
        (CHAIN + b"-----BEGIN PRIVATE KEY-----", "3: `chain.pem` holds a private key"),
    ],
    ids=["missing", "large", "text", "key"],
)
def test_a_chain_that_is_none_is_told_at_its_place(
    folder: Path, chain: bytes | None, told: str
) -> None:
    (folder / "chain.pem").unlink()
    if chain is not None:
        (folder / "chain.pem").write_bytes(chain)
    assert loading.summaries(folder, "\n" + C2PA + IMAGE) == [told]


def test_settings_that_contradict_each_other_are_told(folder: Path) -> None:
    text = '[provenance]\nembed = "none"\n[provenance.c2pa]\ncertificate = "../a.pem"\nkey = ""\n'
    assert loading.summaries(folder, text + IMAGE) == [
        '3: `c2pa` and `embed = "none"` exclude each other',
        "4: `../a.pem` leaves its folder with `..`",
        "5: this is no path",
    ]
