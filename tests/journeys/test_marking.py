"""Provenance: files say how they were really made, for free, and the bought bytes stay in them."""

import authority
import journey
import pytest
from gallery import listing

from imagegen.pictures.container import jpeg, webp
from imagegen.pictures.credentials import has_c2pa
from imagegen.pictures.xmp import unmarked

ALL = {"embed": "all"}
DERIVE = {"derive": {"widths": [16], "formats": ["webp"]}}
C2PA = {"certificate": "chain.pem", "key": "key.pem"}
DESK = {"prompt": "a desk", "alt": "A desk"}


@pytest.fixture
def emulator():
    """A prompt emulator of small pictures."""
    with journey.emulator(latency=0, picture_scale=32, rate_limit=0) as running:
        yield running


def wanted(project, desk=DESK, **provenance):
    project.write("imagegen.toml", listing({"desk": desk}, defaults=DERIVE, provenance=provenance))


def says(project):
    """Return what the output and the derivative say, as text."""
    found = jpeg.packet(project.bytes("images/desk.jpg"))
    derived = webp.packet(project.bytes("images/desk-16.webp"))
    return tuple((one or b"").decode() for one in (found, derived))


def test_files_say_how_they_were_made_and_other_words_cost_nothing(project, emulator):
    wanted(project)
    project.run("build", code=0)
    bought = project.bytes("images/desk.jpg")
    output, derived = says(project)
    assert output == ""
    assert "trainedAlgorithmicMedia" in derived
    assert "flux-2-pro via Apiframe" in derived
    assert "A desk" in derived
    wanted(project, {**DESK, "alt": "A wooden desk"}, **ALL, prompt=True)
    assert "Nothing was spent" in project.run("build", code=0).stderr
    output, derived = says(project)
    assert output.rstrip() == derived.rstrip()
    assert "A wooden desk" in output
    assert "AIPromptInformation>a desk<" in output
    assert unmarked(project.bytes("images/desk.jpg")) == bought
    assert "Nothing to do" in project.run("build", code=0).stderr
    wanted(project, embed="none")
    project.run("build", code=0)
    assert says(project) == ("", "")
    assert project.bytes("images/desk.jpg") == bought
    assert emulator.charges == emulator.posts == 1


def test_drafts_and_pictures_that_were_taken_in_claim_no_model(project, emulator):
    wanted(project, **ALL, prompt=True)
    project.run("build", "--draft", code=0)
    for text in says(project):
        assert "algorithmicMedia" in text
        assert "AISystemUsed" not in text
        assert "AIPromptInformation" not in text
    project.write("photo.jpg", unmarked(project.bytes("images/desk.jpg")))
    project.run("import", "desk", "photo.jpg", code=0)
    project.run("build", code=0)
    for text in says(project):
        assert "A desk" in text
        assert "DigitalSourceType" not in text
        assert "flux" not in text
    assert "Nothing to do" in project.run("build", code=0).stderr
    assert emulator.posts == 0


@pytest.mark.sites
def test_what_is_bought_is_kept_without_the_key_and_signed_with_it(project, emulator):
    papers = authority.papers()
    project.write("chain.pem", papers.chain)
    wanted(project, **ALL, c2pa=C2PA)
    failed = project.run("build", code=1)
    assert "there is no key" in failed.stderr
    assert emulator.charges == 1
    assert "there is no key" in project.run("doctor", code=1).stdout
    alone = authority.self_signed()
    project.write("chain.pem", alone.chain)
    project.write("key.pem", alone.key)
    reason = "The signing library says: Signature: the certificate is invalid"
    assert reason in project.run("doctor", code=1).stdout
    assert reason in project.run("build", code=1).stderr
    project.write("chain.pem", papers.chain)
    project.write("key.pem", papers.key)
    project.run("build", code=0)
    assert "fit and are valid" in project.run("doctor", code=0).stdout
    assert has_c2pa(project.bytes("images/desk.jpg"))
    assert has_c2pa(project.bytes("images/desk-16.webp"))
    assert "Nothing to do" in project.run("build", code=0).stderr
    project.run("check", code=0)
    assert papers.key.decode().split("\n")[1] not in project.read("imagegen.lock") + failed.stderr
    assert emulator.charges == emulator.posts == 1
