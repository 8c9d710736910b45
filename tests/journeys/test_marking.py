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


def test_what_a_picture_says_of_its_making_is_in_what_is_made_of_it_and_its_rights_are_not(
    project, emulator
):
    wanted(project, **ALL)
    project.run("build", code=0)
    ours = project.bytes("images/desk-16.webp")
    rdf = 'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    iptc = 'xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    dc = 'xmlns:d="http://purl.org/dc/elements/1.1/"'
    kind = 'i:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"'
    packet = (
        f"<m {rdf} {iptc} {dc}><r:RDF><r:Description {kind}><d:creator>A. Lind</d:creator>"
        "</r:Description></r:RDF></m>"
    ).encode()
    bare = unmarked(project.bytes("images/desk.jpg"))
    project.write("photo.jpg", jpeg.with_packet(bare, packet))
    done = project.run("import", "desk", "photo.jpg", code=0).stderr
    assert "It says of itself: digitalCapture." in done
    assert "not in what is made of it: rights" in done
    output, derived = says(project)
    assert "A. Lind" in output
    assert output.count("DigitalSourceType") == 1
    assert "digitalsourcetype/digitalCapture<" in derived
    for absent in ("Lind", "flux", "CreatorTool"):
        assert absent not in derived
    assert 'source_type = "digitalCapture"' in project.read("imagegen.lock")
    assert "Nothing to do" in project.run("build", code=0).stderr
    told = project.run("report", "--disclosure", "--json", code=0).json["images"][0]
    assert told["digital_source_type"].endswith("/digitalCapture")
    # One of our own files, as original of a converted output: what is AI-made stays so.
    project.write("ours.webp", ours)
    done = project.run("import", "desk", "ours.webp", "--json", code=0).json["images"][0]
    assert done["digital_source_type"] == "trainedAlgorithmicMedia"
    assert done["not_derived"] == []
    for text in says(project):
        assert "trainedAlgorithmicMedia" in text
        assert "flux" not in text
    # And after an edit that is taken back.
    project.write("edited.toml", project.read("imagegen.toml"))
    wanted(project, {**DESK, "prompt": "a chair"}, **ALL)
    project.run("build", "--draft", code=0)
    project.write("imagegen.toml", project.read("edited.toml"))
    project.run("build", code=0)
    assert all("trainedAlgorithmicMedia" in text for text in says(project))
    project.run("check", code=0)
    assert emulator.posts == 1


def test_what_could_not_be_signed_is_not_bought_and_a_plan_says_so(project, emulator):
    project.write("chain.pem", authority.papers().chain)
    project.write("key.pem", authority.papers().key)
    wanted(project, **ALL, c2pa=C2PA)
    planned = project.run("plan", code=0)
    assert "1 to generate" in planned.stdout
    told = "imagegen.toml:14:7: the key is not that of the certificate"
    assert f"warning: {told}" in planned.stderr
    assert "a build buys nothing" in planned.stderr
    (row,) = project.run("plan", "--json", code=0).json["signing"]
    assert (row["summary"], row["line"]) == ("the key is not that of the certificate", 14)
    refused = project.run("build", code=1).stderr
    assert f"error: {told}" in refused
    assert "Nothing was bought" in refused
    project.remove("key.pem")
    assert "there is no key" in project.run("build", code=1).stderr
    assert "there is no key" not in project.run("plan", "--draft", code=0).stderr
    project.run("build", "--draft", code=0)
    assert emulator.posts == 0


def test_what_is_not_signed_is_bought_without_a_key(project, emulator):
    project.write("chain.pem", authority.papers().chain)
    wanted(project, {**DESK, "derive": False}, c2pa=C2PA)
    assert project.run("plan", code=0).stderr == ""
    project.run("build", code=0)
    assert emulator.charges == 1


@pytest.mark.sites
def test_what_is_bought_is_signed_and_afterwards_nobody_needs_the_key(project, emulator):
    alone, papers = authority.self_signed(), authority.papers()
    project.write("chain.pem", alone.chain)
    project.write("key.pem", alone.key)
    wanted(project, **ALL, c2pa=C2PA)
    reason = "The signing library says: Signature: the certificate is invalid"
    assert reason in project.run("doctor", code=1).stdout
    failed = project.run("build", code=1)
    assert reason in failed.stderr
    assert emulator.posts == 0
    project.write("chain.pem", papers.chain)
    project.write("key.pem", papers.key)
    project.run("build", code=0)
    assert "note     c2pa          signs: " in project.run("doctor", code=0).stdout, "30 days"
    assert has_c2pa(project.bytes("images/desk.jpg"))
    assert has_c2pa(project.bytes("images/desk-16.webp"))
    assert b"c2pa.resized" in project.bytes("images/desk-16.webp")
    assert b"c2pa.resized" not in project.bytes("images/desk.jpg")
    project.remove("key.pem")
    clone = project.on_another_machine(key=None)
    clone.run("check", code=0)
    assert clone.run("plan", "--check", code=0).stderr == ""
    assert "Nothing to do" in clone.run("build", code=0).stderr
    clone.remove("images/desk-16.webp")
    assert "there is no key" in clone.run("plan", code=0).stderr
    assert "there is no key" in clone.run("build", code=1).stderr
    assert papers.key.decode().split("\n")[1] not in project.read("imagegen.lock") + failed.stderr
    assert emulator.charges == emulator.posts == 1
