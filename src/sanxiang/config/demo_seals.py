"""Electronic seals of the demonstration (演示印章): made at the first start, one for each agency, and marked 演示.

The authority that signs them lives as long as this function: its certificate is kept, so that signatures can be
checked, its key is not, so that nobody can make more. Keys and passwords stand among the secrets (mode 0600), never
in a repository. A real agency puts its own files in their place (docs/how-to/seals.md).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sanxiang.core.values import CHINA

CLOCK = "演示时间戳（无法律效力）"
AUTHORITY = "演示印章签发机构（无法律效力）"
SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=CHINA), datetime(2040, 1, 1, tzinfo=CHINA)
"""In force on every day of the stories."""


Key = EllipticCurvePrivateKey | rsa.RSAPrivateKey


def make(folder: Path, agencies: Mapping[str, str]) -> None:
    """A seal for each agency (id in the register → name) and one time stamping below `folder`, and the authority's
    certificate in `roots`."""
    key = _key()
    authority = _certificate(AUTHORITY, key, AUTHORITY, key, authority=True)
    for agency, name in agencies.items():
        own, password = _key(), secrets.token_urlsafe(24).encode()
        certificate = _certificate(f"{name}电子印章", own, AUTHORITY, key, authority=False)
        box = serialize_key_and_certificates(
            name.encode(), own, certificate, [authority], BestAvailableEncryption(password)
        )
        _write(folder / f"{agency}.password", password)
        _write(folder / f"{agency}.p12", box)
    clock, password = rsa.generate_private_key(65537, 3072), secrets.token_urlsafe(24).encode()
    stamp = _certificate(CLOCK, clock, AUTHORITY, key, authority=False, stamps=True)
    box = serialize_key_and_certificates(CLOCK.encode(), clock, stamp, [authority], BestAvailableEncryption(password))
    _write(folder / "timestamp.password", password)
    _write(folder / "timestamp.p12", box)
    _write(folder / "roots" / "demonstration.pem", authority.public_bytes(Encoding.PEM))


def _key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def _certificate(
    subject: str, key: Key, issuer: str, signer: EllipticCurvePrivateKey, *, authority: bool, stamps: bool = False
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority, crl_sign=authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = x509.CertificateBuilder(
        subject_name=_name(subject), issuer_name=_name(issuer), public_key=key.public_key(),
        serial_number=x509.random_serial_number(), not_valid_before=SINCE, not_valid_after=UNTIL,
    )  # fmt: skip
    made = made.add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
    made = made.add_extension(usage, critical=True)
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return made.add_extension(above, critical=False).sign(signer, hashes.SHA256())


def _name(text: str) -> x509.Name:
    """Whom a certificate names: 演示 for every one, and the text, as much of it as fits."""
    told = text.encode()[:64].decode(errors="ignore")
    parts = ((NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "演示"), (NameOID.COMMON_NAME, told))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
