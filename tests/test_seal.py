"""The seal: a chain and a key that fit sign all four formats, and others are told why not."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import authority
import c2pa
import containers
import pytest

from imagegen.build.seal import Seal
from imagegen.derivative import Marks
from imagegen.errors import NeedsAttention
from imagegen.pictures import media
from imagegen.pictures.credentials import has_c2pa
from imagegen.pictures.xmp import marked

MARKS = Marks("flux-2-pro via Apiframe", (("", "A desk"),))
GOOD = authority.papers()
OTHER = authority.papers("es384")


def reader(data: bytes, kind: str, trusted: bytes) -> c2pa.Reader:
    context = c2pa.Context.from_dict({"version": 1, "trust": {"user_anchors": trusted.decode()}})
    return c2pa.Reader(f"image/{kind}", io.BytesIO(data), context=context)


def state(data: bytes, kind: str, trusted: bytes = GOOD.authority) -> str | None:
    return reader(data, kind, trusted).get_validation_state()


def trouble(chain: bytes, key: bytes, algorithm: str = "es256") -> list[str]:
    with pytest.raises(NeedsAttention) as caught:
        Seal(chain, key, algorithm)
    problems = caught.value.problems
    assert not any("PRIVATE" in part for one in problems for part in (one.summary, one.detail))
    return [one.summary for one in problems]


@pytest.mark.sites
@pytest.mark.parametrize("kind", media.WRITABLE)
def test_a_signed_file_is_trusted_until_a_byte_is_flipped(kind: str) -> None:
    plain = marked(containers.picture(kind), MARKS)
    signed = Seal(GOOD.chain, GOOD.key, "es256").sign(plain, MARKS, format=kind, title="desk")
    assert state(signed, kind) == "Trusted"
    assert state(signed, kind, OTHER.authority) == "Valid"
    assert has_c2pa(signed)
    assert not has_c2pa(plain)
    assert containers.pixels(signed) == containers.pixels(plain)
    assert b"trainedAlgorithmicMedia</Iptc4xmpExt" in signed
    assert len(signed) - len(plain) < 4000, "no thumbnail"
    # The middle of the last piece of picture data.
    at = signed.index(containers.picture(kind)[-40:-20])
    broken = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert state(broken, kind) == "Invalid"


@pytest.mark.sites
@pytest.mark.parametrize("algorithm", ["es384", "es512", "ps256", "ps512", "ed25519"])
def test_every_kind_of_key_signs(algorithm: str) -> None:
    papers = authority.papers(algorithm)
    seal = Seal(papers.chain, papers.key, algorithm)
    signed = seal.sign(containers.png(), MARKS, format="png", title="desk")
    assert state(signed, "png", papers.authority) == "Trusted"


@pytest.mark.sites
def test_the_claim_says_who_made_the_picture_and_how() -> None:
    seal = Seal(GOOD.chain, GOOD.key, "es256")

    def action(marks: Marks) -> dict[str, object]:
        signed = seal.sign(containers.png(), marks, format="png", title="desk")
        manifest = reader(signed, "png", GOOD.authority).get_active_manifest()
        assert manifest is not None
        assert (manifest["title"], manifest["claim_generator_info"][0]["name"]) == (
            "desk",
            "imagegen",
        )
        found: dict[str, object] = manifest["assertions"][0]["data"]["actions"][0]
        return found

    types = "http://cv.iptc.org/newscodes/digitalsourcetype/"
    assert action(MARKS) == {
        "action": "c2pa.created",
        "softwareAgent": {"name": "flux-2-pro via Apiframe"},
        "digitalSourceType": f"{types}trainedAlgorithmicMedia",
    }
    assert action(MARKS.of_draft()) == {
        "action": "c2pa.created",
        "softwareAgent": {"name": "imagegen"},
        "digitalSourceType": f"{types}algorithmicMedia",
    }


@pytest.mark.sites
@pytest.mark.parametrize("kind", media.WRITABLE)
def test_the_claim_says_what_was_done_since_and_readers_accept_it(kind: str) -> None:
    done = ("c2pa.cropped", "c2pa.resized", "c2pa.addedText", "c2pa.converted")
    signed = Seal(GOOD.chain, GOOD.key, "es256").sign(
        containers.picture(kind), MARKS, format=kind, title="desk", treatment=done
    )
    manifest = reader(signed, kind, GOOD.authority).get_active_manifest()
    assert manifest is not None
    (actions,) = (one["data"] for one in manifest["assertions"] if "actions" in one["label"])
    assert [one["action"] for one in actions["actions"]] == ["c2pa.created", *done]
    assert state(signed, kind) == "Trusted"


@pytest.mark.sites
def test_what_is_no_picture_is_not_signed() -> None:
    with pytest.raises(NeedsAttention, match="`desk` cannot be signed"):
        Seal(GOOD.chain, GOOD.key, "es256").sign(b"text", MARKS, format="png", title="desk")


def test_papers_that_do_not_fit_are_told() -> None:
    assert trouble(GOOD.chain, OTHER.key) == ["the key is not that of the certificate"]
    assert trouble(GOOD.chain, GOOD.key, "ps256") == ["the key is of another kind than `ps256`"]
    assert trouble(b"text", b"text") == [
        "the certificate chain cannot be read",
        "the key cannot be read",
    ]


def test_a_certificate_of_another_time_is_told() -> None:
    late, early = authority.papers(begins=-9, ends=-2), authority.papers(begins=2)
    assert trouble(late.chain, late.key)[0].startswith("the signer's certificate expired on 20")
    assert trouble(early.chain, early.key)[0].startswith(
        "the signer's certificate is not valid before 20"
    )


@pytest.mark.sites
def test_the_last_day_on_which_signatures_hold_is_known() -> None:
    papers = authority.papers(ends=500)
    last = Seal(papers.chain, papers.key, "es256").check()
    assert (last - datetime.now(UTC).date()).days in (399, 400), "that of the authority"


def test_a_locked_key_is_told_and_an_old_form_is_taken() -> None:
    own = authority.secret("es256")
    assert trouble(GOOD.chain, authority.pem(own, b"word")) == ["the key is locked with a password"]
    assert trouble(GOOD.chain, authority.pem(own, old=True)) == [
        "the key is not that of the certificate"
    ]
