"""Owns a certificate authority for tests: chains and keys made on the spot, never committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Papers:
    """What a signer has, and what a reader trusts; all of it PEM."""

    chain: bytes
    key: bytes
    authority: bytes


def papers(algorithm: str = "es256", *, begins: int = -1, ends: int = 30) -> Papers:
    """Return a chain that is valid from `begins` to `ends`, in days from now, and its key."""
    above, own = ec.generate_private_key(ec.SECP256R1()), secret(algorithm)
    authority = (
        _draft("Authority", above.public_key(), -400, 400)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_uses(signs_certificates=True), critical=True)
        .sign(above, hashes.SHA256())
    )
    signer = (
        _draft("Signer", own.public_key(), begins, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_uses(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False
        )
        .sign(above, hashes.SHA256())
    )
    above_pem = authority.public_bytes(PEM)
    return Papers(signer.public_bytes(PEM) + above_pem, pem(own), above_pem)


def self_signed() -> Papers:
    """Return papers in order for everything but signing: nobody stands behind them."""
    own = ec.generate_private_key(ec.SECP256R1())
    above = _draft("Authority", own.public_key(), -1, 30).sign(own, hashes.SHA256())
    chain = above.public_bytes(PEM)
    return Papers(chain, pem(own), chain)


Secret = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def secret(algorithm: str) -> Secret:
    if algorithm == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm.startswith("ps"):
        return rsa.generate_private_key(65537, 2048)
    curves = {"es256": ec.SECP256R1(), "es384": ec.SECP384R1(), "es512": ec.SECP521R1()}
    return ec.generate_private_key(curves[algorithm])


def pem(own: Secret, password: bytes | None = None, *, old: bool = False) -> bytes:
    """Return a key as PKCS#8, locked or not, or in the form that was usual before."""
    form = serialization.PrivateFormat
    locked = serialization.BestAvailableEncryption(password) if password else None
    return own.private_bytes(
        PEM,
        form.TraditionalOpenSSL if old else form.PKCS8,
        locked or serialization.NoEncryption(),
    )


def _draft(name: str, public: object, begins: int, ends: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    subject, issuer = (
        x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests"),
                x509.NameAttribute(NameOID.COMMON_NAME, one),
            ]
        )
        for one in (name, "Authority")
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=ends))
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(public),  # type: ignore[arg-type]
            critical=False,
        )
    )


def _uses(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
