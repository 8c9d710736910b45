"""Owns the seal: a certificate chain with its key, and the C2PA claim that is signed with them.

Asks nobody over the network: no time stamp, no revocation. Puts no thumbnail into a picture, and
keeps the key out of every message.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime

import c2pa  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from PIL import Image

from imagegen.build.signing_fault import TABLE, CannotSign, fault
from imagegen.derivative import SOURCE_TYPES, Marks
from imagegen.pictures.convert import encode
from imagegen.project.fault import Fault

_GENERATOR = "imagegen"
_SETTINGS = {"version": 1, "builder": {"thumbnail": {"enabled": False}}}
"""Thumbnails are the library's default, and can be larger than the picture."""

_CURVES = {"secp256r1": ("es256",), "secp384r1": ("es384",), "secp521r1": ("es512",)}
_RSA = ("ps256", "ps384", "ps512")
_WANTED = (
    "the signer's certificate has to be issued by an authority, as version 3, with CA:FALSE, "
    "digitalSignature, emailProtection, and authority and subject key identifiers"
)


class Seal:
    """A chain and a key that fit each other and are valid now."""

    def __init__(self, chain: bytes, key: bytes, algorithm: str) -> None:
        """Take PEM bytes and the kind of the key; raises CannotSign with all that is wrong."""
        own, wrong = _certificate(chain)
        secret, trouble = _secret(key)
        misfit = _misfit(own, secret, algorithm) if own and secret else None
        faults = [one for one in (wrong, trouble, misfit) if one]
        if faults or secret is None:
            raise CannotSign(faults)
        ends = (one.not_valid_after_utc for one in x509.load_pem_x509_certificates(chain))
        self._last = min(ends).date()
        # Keys come in several forms; the library that signs knows this one.
        pkcs8 = secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        # No time stamp authority is None; an empty address would be an error.
        self._info = c2pa.C2paSignerInfo(algorithm.encode(), chain, pkcs8, None)

    def sign(
        self,
        data: bytes,
        marks: Marks,
        *,
        format: str,  # noqa: A002
        title: str,
        treatment: Iterable[str] = (),
    ) -> bytes:
        """Return the file `data` with a claim signed by this seal; raises CannotSign.

        `treatment` is what was done to the picture since it was made, as C2PA calls it.
        """
        kind, made = f"image/{format}", io.BytesIO()
        try:
            with (
                c2pa.Context.from_dict(_SETTINGS) as context,
                c2pa.Signer.from_info(self._info) as signer,
                c2pa.Builder(_claim(marks, title, kind, treatment), context) as builder,
            ):
                builder.sign(signer, kind, io.BytesIO(data), made)
        except c2pa.C2paError as error:
            detail = f"The signing library says: {str(error).rstrip('.')}."
            papers = isinstance(error, c2pa.C2paError.Signature)
            key, hint = ("certificate", _WANTED) if papers else ("", "")
            raise CannotSign([fault(key, f"`{title}` cannot be signed", detail, hint)]) from None
        return made.getvalue()

    def check(self) -> date:
        """Sign a picture of one pixel and forget it; return the last day on which readers trust it.

        Raises CannotSign. What a certificate has to be, only the library that signs knows in full.
        """
        tiny = encode(Image.new("L", (1, 1)), "png")
        self.sign(tiny, Marks(""), format="png", title="a test picture")
        return self._last


def _claim(marks: Marks, title: str, kind: str, treatment: Iterable[str]) -> dict[str, object]:
    created = {
        "action": "c2pa.created",
        "softwareAgent": {"name": marks.system or _GENERATOR},
        "digitalSourceType": SOURCE_TYPES + marks.source,
    }
    actions = [created, *({"action": one} for one in treatment)]
    return {
        "claim_generator_info": [{"name": _GENERATOR}],
        "title": title,
        "format": kind,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }


def _certificate(chain: bytes) -> tuple[x509.Certificate | None, Fault | None]:
    """Return the signer's own certificate, or what is wrong with it."""
    try:
        own = x509.load_pem_x509_certificates(chain)[0]
    except ValueError:
        detail = f"`certificate` in {TABLE} names a file that is damaged or no PEM."
        return None, fault("certificate", "the certificate chain cannot be read", detail)
    now = datetime.now(UTC)
    if now > own.not_valid_after_utc:
        detail = "What it signs now, nobody would believe."
        hint = f"get a new one, and name it as `certificate` in {TABLE}"
        day = own.not_valid_after_utc.date().isoformat()
        return own, fault("certificate", f"the signer's certificate expired on {day}", detail, hint)
    if now < own.not_valid_before_utc:
        day = own.not_valid_before_utc.date().isoformat()
        return own, fault("certificate", f"the signer's certificate is not valid before {day}")
    return own, None


def _secret(key: bytes) -> tuple[PrivateKeyTypes | None, Fault | None]:
    """Return the private key, or what is wrong with it."""
    where = f"`key` in {TABLE} names it."
    try:
        return serialization.load_pem_private_key(key, password=None), None
    except TypeError:
        hint = "keep an unlocked copy where only the build can read it"
        return None, fault("key", "the key is locked with a password", where, hint)
    except (ValueError, UnsupportedAlgorithm):
        detail = f"{where} It has to be the private key in PEM form."
        return None, fault("key", "the key cannot be read", detail)


def _misfit(own: x509.Certificate, secret: PrivateKeyTypes, algorithm: str) -> Fault | None:
    """Return why a key does not fit the certificate or the algorithm, or None."""
    if secret.public_key() != own.public_key():
        detail = "The first certificate of the chain has to be that of the key."
        return fault("key", "the key is not that of the certificate", detail)
    fitting = _fitting(secret)
    if algorithm in fitting:
        return None
    hint = f'in {TABLE} set:\n  algorithm = "{fitting[0]}"' if fitting else ""
    return fault("algorithm", f"the key is of another kind than `{algorithm}`", hint=hint)


def _fitting(secret: PrivateKeyTypes) -> tuple[str, ...]:
    """Return the algorithms that a key is for."""
    if isinstance(secret, EllipticCurvePrivateKey):
        return _CURVES.get(secret.curve.name, ())
    if isinstance(secret, RSAPrivateKey):
        return _RSA
    return ("ed25519",) if isinstance(secret, Ed25519PrivateKey) else ()
