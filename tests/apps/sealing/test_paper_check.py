"""One paper is checked without a network and without us: its signature, its receipt; one changed byte is found."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from sanxiang.store.seals import Seals
from tests.apps.recording.papers import made

pytestmark = [pytest.mark.clauses("CN-08"), pytest.mark.journeys("documents.check")]
VERIFIER = Path(__file__).resolve().parents[3] / "verify" / "verify.py"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("verify_paper", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify = loaded()


def sealed_with(folder: Path, key: Key) -> bytes:
    """A paper with the seal of an agency that has this key."""
    agency = str(uuid.uuid4())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "演示机关电子印章")])
    told = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    told = told.serial_number(x509.random_serial_number()).not_valid_before(AT - timedelta(days=1))
    held = told.not_valid_after(AT + timedelta(days=365)).sign(key, hashes.SHA256())
    packed = serialize_key_and_certificates(b"x", key, held, None, serialization.BestAvailableEncryption(b"pass"))
    (folder / f"{agency}.p12").write_bytes(packed)
    (folder / f"{agency}.password").write_bytes(b"pass")
    return Seals(folder).sign(made("penalty_decision").pdf, agency, name="张演示", reason="演示", at=AT).pdf


def ran(*args: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), "paper", *map(str, args)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def signed(tmp_path_factory: Any) -> Path:
    folder: Path = tmp_path_factory.mktemp("signed")
    (folder / "paper.pdf").write_bytes(sealed_with(folder, ec.generate_private_key(ec.SECP256R1())))
    return folder / "paper.pdf"


@pytest.mark.parametrize("key", ["p256", "p384", "rsa"])
def test_the_signature_of_a_paper_is_checked_with_the_standard_library_alone(tmp_path: Path, key: str) -> None:
    made_with: Key = {
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }[key]()
    file = tmp_path / "paper.pdf"
    file.write_bytes(sealed_with(tmp_path, made_with))
    code, said = ran(file)
    assert code == 0, said
    assert "演示机关电子印章" in said
    assert "unchanged since" in said
    assert "NOT shown" in said
    assert "没有核验：证书是否真属于该机关" in said
    assert "No receipt was given" in said


def test_every_byte_that_the_signature_covers_counts(signed: Path) -> None:
    whole = signed.read_bytes()
    (match,) = verify.RANGE.finditer(whole)
    _, first, second, rest = map(int, match.groups())
    places = [*range(9, first, max(1, first // 60)), *range(second, second + rest, max(1, rest // 20)), len(whole) - 1]
    for at in places:
        data = bytearray(whole)
        data[at] ^= 1
        with pytest.raises((verify.Broken, ValueError)):
            _strict(bytes(data))
    for data in (whole + b"%", whole[:-1], whole[: first + 1] + whole[first + 1 :].replace(b"00>", b"01>", 1)):
        with pytest.raises((verify.Broken, ValueError)):
            _strict(data)


def _strict(data: bytes) -> None:
    if not verify.check_signatures(data):
        raise verify.Broken("the signature is gone")


def test_the_hex_of_the_signature_has_one_form(signed: Path) -> None:
    whole = signed.read_bytes()
    (match,) = verify.RANGE.finditer(whole)
    first, second = int(match[2]), int(match[3])
    held = whole[first:second]
    letter = next(at for at, byte in enumerate(held) if chr(byte) in "abcdefABCDEF")
    data = whole[: first + letter] + bytes([held[letter] ^ 0x20]) + whole[first + letter + 1 :]
    with pytest.raises(verify.Broken):
        verify.check_signatures(data)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_ecdsa_agrees_with_another_implementation(curve: ec.EllipticCurve) -> None:
    oid = {"secp256r1": "1.2.840.10045.3.1.7", "secp384r1": "1.3.132.0.34"}[curve.name]
    for n in range(6):
        key, message = ec.generate_private_key(curve), f"第 {n} 份".encode()
        point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        signature, digest = key.sign(message, ec.ECDSA(hashes.SHA256())), hashlib.sha256(message).digest()
        assert verify.verify_ecdsa(oid, point, digest, signature)
        assert not verify.verify_ecdsa(oid, point, hashlib.sha256(message + b"x").digest(), signature)
        other = (
            ec.generate_private_key(curve)
            .public_key()
            .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        )
        assert not verify.verify_ecdsa(oid, other, digest, signature)
    assert not verify.verify_ecdsa(oid, b"\x04" + b"\x01" * (len(point) - 1), digest, signature), "not on the curve"


def test_rsa_agrees_with_another_implementation() -> None:
    key, message = rsa.generate_private_key(65537, 2048), b"paper"
    numbers, digest = key.public_key().public_numbers(), hashlib.sha256(message).digest()
    signature = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    assert verify.verify_rsa(numbers.n, numbers.e, "sha256", digest, signature)
    assert not verify.verify_rsa(numbers.n, numbers.e, "sha256", digest, bytes([signature[0] ^ 1]) + signature[1:])
    assert not verify.verify_rsa(numbers.n, numbers.e, "sha384", digest, signature)


def test_what_cannot_be_checked_is_said(tmp_path: Path) -> None:
    bare, text = tmp_path / "bare.pdf", tmp_path / "text.pdf"
    bare.write_bytes(made("inquiry_record").pdf)
    text.write_text("这不是 PDF")
    code, said = ran(bare)
    assert (code, "无从核验" in said) == (1, True), said
    assert ran(text)[0] == 1
    assert ran(tmp_path / "missing.pdf")[0] == 2
    assert ran()[0] == 2
    assert ran(bare, "--receipt", tmp_path / "none")[0] == 2


def test_it_runs_on_python_three_eight() -> None:
    ast.parse(VERIFIER.read_text(), feature_version=(3, 8))
