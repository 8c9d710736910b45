"""Signing: the key is looked for when something is signed, and what is missing is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import authority
import containers
import pytest
import values

from imagegen.build.signing import Signer, bought_to_sign, signer_of, to_sign
from imagegen.derivative import Marks
from imagegen.errors import NeedsAttention
from imagegen.plan import Action, Change, Plan
from imagegen.project.load import load
from imagegen.workspace import Workspace

PAPERS = authority.papers()

WITHOUT = """
import sys
sys.modules["c2pa"] = None
from pathlib import Path
from imagegen.build.signing import Signer
try:
    Signer(b"", Path("none.pem"), "es256").check()
except Exception as error:
    print(error.problems[0].summary, error.problems[0].hint)
"""


def trouble(key: Path) -> str:
    with pytest.raises(NeedsAttention) as caught:
        Signer(PAPERS.chain, key, "es256").check()
    return caught.value.problems[0].summary


def test_the_signer_of_a_project_has_its_papers(tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_bytes(PAPERS.chain)
    file = tmp_path / "imagegen.toml"
    image = '[images.a]\nprompt = "a desk"\n'
    file.write_text(image)
    assert signer_of(load(file).project) is None
    file.write_text(image + '[provenance.c2pa]\ncertificate = "chain.pem"\nkey = "../key.pem"\n')
    project = load(file).project
    signer = signer_of(project)
    assert signer is not None
    with pytest.raises(NeedsAttention, match="there is no key"):
        signer.check()
    tmp_path.with_name("key.pem").write_bytes(PAPERS.key)
    signer.check()
    (tmp_path / "chain.pem").unlink()
    with pytest.raises(NeedsAttention, match=r"the certificate `chain\.pem` cannot be read"):
        signer_of(project)


def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    assert trouble(key) == f"there is no key `{key}`"
    assert trouble(tmp_path) == f"the key `{tmp_path}` is not a file"
    os.mkfifo(key)
    assert trouble(key) == f"the key `{key}` is not a file"
    key.unlink()
    key.write_bytes(bytes(70_000))
    assert trouble(key) == f"`{key}` is too large for a key"
    key.write_text("hello")
    assert trouble(key) == "the key cannot be read"


def test_a_certificate_that_cannot_sign_is_told_before_it_is_to(tmp_path: Path) -> None:
    papers = authority.self_signed()
    (tmp_path / "key.pem").write_bytes(papers.key)
    with pytest.raises(NeedsAttention) as caught:
        Signer(papers.chain, tmp_path / "key.pem", "es256").check()
    (problem,) = caught.value.problems
    assert problem.detail == "The signing library says: Signature: the certificate is invalid."
    assert "CA:FALSE" in problem.hint


SIGNED = values.derivation(signer="c" * 64)
MUG = values.target(derivation=SIGNED)
BUYING = Change("mug", Action.GENERATE, target=MUG)
SAME = Change("cup", Action.RESTORE, target=values.target("cup", derivation=SIGNED))
PLAIN = Change("jug", Action.GENERATE, target=values.target("jug", values.request("a jug")))
DRAFT = Change("mug", Action.GENERATE, target=MUG.drafted())
KEPT = Change("mug", Action.KEEP, target=MUG, locked=values.locked(), shows=values.SHA)
SERVED = Change(
    "pot", Action.DERIVE, target=MUG, locked=values.locked(), shows=values.SHA, in_place=True
)


@pytest.mark.parametrize(
    ("changes", "signing", "buying"),
    [
        ([BUYING], ["mug"], True),
        ([PLAIN, DRAFT, KEPT], [], False),
        ([PLAIN, SERVED], ["pot"], False),
        ([SAME], ["cup"], False),
        ([SAME, Change("mug#1", Action.GENERATE, target=values.target("mug#1"))], ["cup"], True),
    ],
)
def test_a_plan_says_whether_files_of_what_it_buys_are_signed(
    tmp_path: Path, changes: list[Change], signing: list[str], *, buying: bool
) -> None:
    plan, workspace = Plan(tuple(changes)), Workspace(tmp_path)
    assert [one.name for one in to_sign(plan, workspace)] == signing
    assert bought_to_sign(plan, workspace) is buying


@pytest.mark.sites
def test_a_file_is_signed(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(PAPERS.key)
    signer = Signer(PAPERS.chain, tmp_path / "key.pem", "es256")
    assert b"caBX" in signer.sign(containers.png(), Marks("x"), format="png", title="desk")


def test_without_the_extra_it_is_said_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True)
    assert done.stdout.split() == [
        "nothing", "is", "installed", "that", "signs", "install", "it:", "pip", "install",
        '"imagegen-build[c2pa]"',
    ]  # fmt: skip
