"""A signed paper carries its time, which other hands than ours read and hold true; one changed byte breaks it."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from pypdf import PdfReader

from tests.apps.sealing.sealed import Installation, body, by_hand, open_ssl, poppler
from tests.apps.sealing.sealed import openssl as signature_by_openssl

pytestmark = [pytest.mark.clauses("WD-16"), pytest.mark.journeys("documents.signature")]


@pytest.fixture
def signed(installation: Installation, tmp_path: Path) -> tuple[Any, Path]:
    """A decision that was sealed, as anybody who may see the case gets it."""
    told = installation.theatre.played(before="prepare_publication", start="2026-03-23")
    installation.work(told)
    made = installation.made(told, "decision.made")
    path = tmp_path / "决定书.pdf"
    path.write_bytes(body(installation.paper(told, made)))
    return made, path


def signature_of(pdf: Path) -> Any:
    """The signature in a PDF: what signed it and the time stamp on that."""
    field = PdfReader(pdf).get_fields()["电子印章"]["/V"]  # type: ignore[index]
    _, length, on, _ = (int(one) for one in field["/ByteRange"])
    raw = bytes.fromhex(pdf.read_bytes()[length + 1 : on - 1].decode())
    (signer,) = cms.ContentInfo.load(raw, strict=False)["content"]["signer_infos"]
    return signer


def token_of(pdf: Path) -> Any:
    stamps = [one for one in signature_of(pdf)["unsigned_attrs"] if one["type"].native == "signature_time_stamp_token"]
    return stamps[0]["values"][0]


def openssl(pdf: Path, root: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """What OpenSSL says of the time stamp on the signature in a PDF."""
    (folder / "token.der").write_bytes(token_of(pdf).dump())
    (folder / "signature.bin").write_bytes(signature_of(pdf)["signature"].native)
    command = [open_ssl(), "ts", "-verify", "-token_in", "-in", "token.der", "-data", "signature.bin", "-CAfile", root]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=60)


def test_other_hands_find_signature_and_time_intact(
    installation: Installation, signed: tuple[Any, Path], tmp_path: Path
) -> None:
    made, path = signed
    found = installation.seals.examine(path.read_bytes())
    assert found is not None
    assert (found.valid, found.trusted) == (True, True)
    assert found.stamped_at is not None
    assert made.recorded_at <= found.stamped_at < made.recorded_at + timedelta(days=7)
    root = installation.seals.folder / "roots" / "demonstration.pem"
    assert by_hand(path.read_bytes(), x509.load_pem_x509_certificate(root.read_bytes())) == ""
    told = poppler(path)
    assert not told or ("Signature is Valid" in told and "Total document signed" in told)
    imprint = tsp.TSTInfo.load(token_of(path)["content"]["encap_content_info"]["content"].contents)
    said = imprint["message_imprint"]
    assert (
        said["hashed_message"].native
        == hashlib.new(said["hash_algorithm"]["algorithm"].native, signature_of(path)["signature"].native).digest()
    )
    assert imprint["gen_time"].native == found.stamped_at
    verified = openssl(path, root, tmp_path)
    assert "Verification: OK" in verified.stdout + verified.stderr
    assert "CAdES Verification successful" in signature_by_openssl(path.read_bytes(), root, tmp_path)


@pytest.mark.parametrize("place", [1500, -300])
def test_one_changed_byte_breaks_it_for_everybody(
    installation: Installation, signed: tuple[Any, Path], place: int, tmp_path: Path
) -> None:
    _, path = signed
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    pem = installation.seals.folder / "roots" / "demonstration.pem"
    root = x509.load_pem_x509_certificate(pem.read_bytes())
    found = installation.seals.examine(bytes(data))
    assert found is None or not found.valid
    broken = ""
    try:
        broken = by_hand(bytes(data), root)
    except Exception as problem:
        broken = repr(problem)
    assert broken, "a second hand sees it too"
    spoilt = tmp_path / "spoilt.pdf"
    spoilt.write_bytes(data)
    assert "Signature is Valid" not in poppler(spoilt)
    if place > 0:  # at its end the table breaks by which a reader finds the signature
        assert "Verification failure" in signature_by_openssl(bytes(data), pem, tmp_path)


def test_the_stamp_of_a_demonstration_says_that_it_is_one(installation: Installation, signed: tuple[Any, Path]) -> None:
    _, path = signed
    certificates = token_of(path)["content"]["certificates"]
    names = [one.chosen.subject.human_friendly for one in certificates]
    assert any("演示时间戳" in name for name in names)
