"""Certificates for a local network (局域网证书): a browser gives camera and microphone to encrypted pages alone, and
an agency without a public name has nobody to sign for it.

The authority that is made here may sign for the names that it was made for and for nothing else, so that whoever trusts
it on a phone trusts nothing but this installation."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_YEARS, SERVER_DAYS, EARLY = 10, 397, timedelta(days=30)
"""How long the authority and the server's certificate hold; phones refuse longer ones for servers."""

Key = ec.EllipticCurvePrivateKey


class BadName(ValueError):
    """Not the name or address of a host."""


def names_of(texts: Sequence[str]) -> list[x509.GeneralName]:
    """Host names and addresses as a certificate holds them. Raises BadName."""
    found: list[x509.GeneralName] = []
    for text in dict.fromkeys(texts):
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(text)))
            continue
        except ValueError:
            pass
        plain = text.encode("ascii", "replace").decode()
        if not text or plain != text or not all(part.replace("-", "").isalnum() for part in text.split(".")):
            raise BadName(f"“{text[:60]}”不是主机名，也不是 IP 地址")
        found.append(x509.DNSName(text.lower()))
    if not found:
        raise BadName("写明手机访问用的主机名或者 IP 地址")
    return found


def ensure(folder: Path, names: Sequence[str], *, now: datetime | None = None, anew: bool = False) -> bool:
    """Have an authority and a server's certificate for these names in a folder; whether the authority is new, so that
    phones have to be told. A certificate that ends soon or has other names is made again. Raises BadName."""
    moment, wanted = now or datetime.now(UTC), names_of(names)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = None if anew else _authority(folder, wanted, moment)
    fresh = authority is None
    key, card = authority or _new_authority(folder, wanted, moment)
    if fresh or not _serves(folder / "server.crt", wanted, moment):
        _new_server(folder, key, card, wanted, moment)
    return fresh


def fingerprint(folder: Path) -> str:
    """The SHA-256 of the authority's certificate, as phones show it."""
    digest = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes()).fingerprint(hashes.SHA256())
    return ":".join(f"{byte:02X}" for byte in digest)


def hosts(folder: Path) -> list[str]:
    """The names that the server's certificate holds."""
    card = x509.load_pem_x509_certificate((folder / "server.crt").read_bytes())
    held = card.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(one.value) for one in held]


def _authority(folder: Path, wanted: Sequence[x509.GeneralName], now: datetime) -> tuple[Key, x509.Certificate] | None:
    """The authority that stands, where it may sign for these names long enough."""
    if not (folder / "ca.crt").exists() or not (folder / "ca.key").exists():
        return None
    card = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    allowed = card.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    if card.not_valid_after_utc - now < timedelta(days=SERVER_DAYS) or {_bound(one) for one in wanted} - set(allowed):
        return None
    key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    return (key, card) if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _bound(name: x509.GeneralName) -> x509.GeneralName:
    """A name as a constraint has it: an address as a network of one."""
    return x509.IPAddress(ipaddress.ip_network(name.value)) if isinstance(name, x509.IPAddress) else name


def _new_authority(folder: Path, wanted: Sequence[x509.GeneralName], now: datetime) -> tuple[Key, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Sanxiang {now:%Y-%m-%d}")])
    usage = x509.KeyUsage(
        digital_signature=False, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    card = (
        _builder(name, name, key.public_key(), now, timedelta(days=365 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints([_bound(one) for one in wanted], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "ca.key", _private(key))
    _write(folder / "ca.crt", card.public_bytes(serialization.Encoding.PEM), 0o644)
    return key, card


def _new_server(
    folder: Path, signer: Key, authority: x509.Certificate, wanted: Sequence[x509.GeneralName], now: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(wanted[0].value))])
    card = (
        _builder(name, authority.subject, key.public_key(), now, timedelta(days=SERVER_DAYS))
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write(folder / "server.key", _private(key))
    _write(folder / "server.crt", card.public_bytes(serialization.Encoding.PEM), 0o644)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, term: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + term)
    )  # fmt: skip


def _serves(path: Path, wanted: Sequence[x509.GeneralName], now: datetime) -> bool:
    """Whether the server's certificate has just these names and holds for a while."""
    if not path.exists() or not path.with_suffix(".key").exists():
        return False
    card = x509.load_pem_x509_certificate(path.read_bytes())
    held = card.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(held) == set(wanted) and card.not_valid_after_utc - now > EARLY


def _private(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Whole or not at all; a key is readable by its owner alone from its first byte."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
