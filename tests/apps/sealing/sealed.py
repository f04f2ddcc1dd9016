"""Cases whose papers are sealed, and what tools of other hands say of a signed file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from pypdf import PdfReader

from sanxiang.core.events import Recorded
from sanxiang.store.blobs import shelf
from sanxiang.store.seals import Seals
from sanxiang.three_systems.recording import sealing
from tests.apps.legal_review_people.people import client
from tests.support.browser import from_distribution

JOBS = "SELECT args ->> 'stream', args ->> 'event' FROM procrastinate_jobs WHERE task_name = %s"


@dataclass
class Installation:
    """The theatre, and the seals of its agencies."""

    theatre: Any
    seals: Seals

    def asked(self, told: Any, job: str = "recording.seal_papers") -> list[str]:
        """The events of a case for whose papers a seal was asked, or another job, in the order of the queue."""
        with self.theatre.connection.cursor() as cursor:
            cursor.execute(JOBS + " AND args ->> 'stream' = %s ORDER BY id", [job, told.stream])
            return [event for _, event in cursor.fetchall()]

    def work(self, told: Any) -> None:
        """What the worker does about a case, at the time of the story."""
        connection = self.theatre.connection
        for event in self.asked(told):
            sealing.seal(connection, told.stream, event, at=self.theatre.events(told)[-1].recorded_at)

    def made(self, told: Any, kind: str) -> Recorded:
        """The last event of a kind."""
        return next(one for one in reversed(self.theatre.events(told)) if one.kind == kind)

    def noted(self, told: Any, made: Recorded, index: int = 0) -> Any:
        """The note of the seal on a paper."""
        kinds = (one for one in self.theatre.events(told) if one.kind == "paper.sealed")
        return next(one for one in kinds if (one.event.paper, one.event.index) == (made.id, index))  # type: ignore[attr-defined]

    def kept(self, told: Any, made: Recorded, index: int = 0) -> Path:
        return shelf().path(self.noted(told, made, index).event.files[0]["sha256"])

    def paper(self, told: Any, made: Recorded, index: int = 0, role: str = "head") -> Any:
        """The answer to whoever fetches the paper itself, having said why."""
        asks = client(self.theatre, role, told.agency)
        asks.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
        return asks.get(f"/recording/{told.stream}/paper/{made.id}/{index}.pdf?download")

    def page(self, told: Any, made: Recorded, index: int = 0, role: str = "head") -> str:
        """What the page of its seal says."""
        answer = client(self.theatre, role, told.agency).get(f"/recording/{told.stream}/seal/{made.id}/{index}/")
        assert answer.status_code == 200
        return str(answer.content.decode())


def body(answer: Any) -> bytes:
    """The bytes of an answer, in pieces or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def by_hand(pdf: bytes, root: x509.Certificate) -> str:
    """Verify a signed PDF without any PDF library: find the signature, hash what it covers, check the signed attributes
    with the certificate in it and that certificate with the root. Empty where all is right."""
    field = PdfReader(_open(pdf)).get_fields()["电子印章"]["/V"]  # type: ignore[index]
    start, length, on, rest = (int(one) for one in field["/ByteRange"])
    if start != 0 or on + rest != len(pdf):
        return "does not cover the file"
    info = cms.ContentInfo.load(bytes.fromhex(pdf[length + 1 : on - 1].decode()), strict=False)["content"]
    (signer,) = info["signer_infos"]
    told = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
    if told["message_digest"].native != hashlib.sha256(pdf[:length] + pdf[on:]).digest():
        return "digest differs"
    held = next(
        one.chosen
        for one in info["certificates"]
        if one.chosen.serial_number == signer["sid"].chosen["serial_number"].native
    )
    named = told["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    if named != hashlib.sha256(held.dump()).digest():
        return "another certificate"
    own = x509.load_der_x509_certificate(held.dump())
    own.public_key().verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), ECDSA(SHA256()))  # type: ignore[union-attr,call-arg]
    own.verify_directly_issued_by(root)
    return ""


def _open(pdf: bytes) -> Any:
    import io

    return io.BytesIO(pdf)


def poppler(path: Path) -> str:
    """What pdfsig of poppler says: a validator of other hands. It is brought where we may; empty where it is not there."""
    tool = shutil.which("pdfsig") or from_distribution("poppler-utils", ["pdfsig"])
    if tool is None:
        assert os.environ.get("CI") != "true", "pdfsig is missing (apt-get install poppler-utils)"
        return ""
    return subprocess.run([tool, "-nocert", str(path)], capture_output=True, text=True, check=False, timeout=60).stdout


def open_ssl() -> str:
    """The program of OpenSSL; a machine without it fails the test that asks."""
    tool = shutil.which("openssl") or from_distribution("openssl", ["openssl"])
    assert tool, "openssl is missing (apt-get install openssl)"
    return tool


def openssl(pdf: bytes, root: Path, folder: Path) -> str:
    """What OpenSSL says of the signature in a PDF (CAdES, RFC 5126): the bytes it covers, the certificate that it names,
    the root. It is there wherever certificates are: a machine without it is no reason to ask nobody."""
    field = PdfReader(_open(pdf)).get_fields()["电子印章"]["/V"]  # type: ignore[index]
    _, length, on, _ = (int(one) for one in field["/ByteRange"])
    signature = cms.ContentInfo.load(bytes.fromhex(pdf[length + 1 : on - 1].decode()), strict=False)
    (folder / "signature.der").write_bytes(signature.dump())
    (folder / "covered.bin").write_bytes(pdf[:length] + pdf[on:])
    command = [open_ssl(), "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "signature.der"]
    command += [
        "-content",
        "covered.bin",
        "-CAfile",
        str(root),
        "-purpose",
        "any",
        "-no_check_time",
        "-out",
        os.devnull,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=60)
    return done.stdout + done.stderr
