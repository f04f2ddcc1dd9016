"""Where there is no seal, or it cannot be used, the paper says nothing of one and the page says why."""

from __future__ import annotations

import io
import stat
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from sanxiang.config import demo_seals
from sanxiang.core.values import CHINA
from sanxiang.store import seals as store_seals
from sanxiang.store.seals import Seals, SealUnusable
from tests.apps.recording.papers import made
from tests.apps.recording.pdfa import faults
from tests.apps.sealing.sealed import Installation, body

AGENCY = "0b5b1f7e-7a1c-5f0e-9a0d-2f4c7f6d9b11"
NOW = datetime(2026, 3, 2, 9, tzinfo=CHINA)


@pytest.fixture
def own(tmp_path: Path) -> Seals:
    demo_seals.make(tmp_path / "seals", {AGENCY: "某某市市场监督管理局（演示）"})
    return Seals(tmp_path / "seals")


def signs(seals: Seals, at: datetime = NOW) -> Any:
    return seals.sign(made("review_opinion").pdf, AGENCY, name="周演示", reason="演示", at=at)


# ── on the pages ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.journeys("review.opinion-paper")
def test_without_a_seal_the_opinion_is_unsigned_and_the_page_says_so_and_where_to_set_it(
    installation: Installation,
) -> None:
    told = installation.theatre.played("ordinary", agency="urumqi", before="decide", start="2026-03-02")
    made = installation.made(told, "review.concluded")
    assert installation.asked(told) == []
    pdf = body(installation.paper(told, made))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert "/AcroForm" not in file.Root
    page = installation.page(told, made)
    agency = installation.theatre.people["urumqi"][""]
    for words in ("未盖电子印章", "没有数字签名", f"{installation.seals.folder}/{agency}.p12", ".password", "须核定"):
        assert words in page, words
    for false in ("签名有效", "已盖电子印章"):
        assert false not in page
    desk = installation.theatre
    from tests.apps.legal_review_people.people import client

    review = client(desk, "reviewer", "urumqi").get(f"/review/{told.stream}/").content.decode()
    assert "没有数字签名" in review


def test_while_the_worker_has_not_come_to_it_the_page_says_that_it_waits(installation: Installation) -> None:
    told = installation.theatre.played(before="give_notice")
    made = installation.made(told, "review.concluded")
    assert "待盖电子印章" in installation.page(told, made)
    with pikepdf.open(io.BytesIO(body(installation.paper(told, made)))) as file:
        assert "/AcroForm" not in file.Root


# ── the seal itself ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_password_and_a_file_that_is_no_seal_are_told(own: Seals) -> None:
    own.place(AGENCY).with_suffix(".password").write_text("wrong")
    with pytest.raises(SealUnusable, match="口令"):
        signs(own)
    own.place(AGENCY).write_bytes(b"no seal")
    with pytest.raises(SealUnusable, match=r"\.p12"):
        signs(own)
    own.place(AGENCY).with_suffix(".password").unlink()
    with pytest.raises(SealUnusable, match="口令文件"):
        signs(own)


def test_a_seal_that_is_exchanged_or_taken_away_counts_from_the_next_paper_on(own: Seals, tmp_path: Path) -> None:
    first = signs(own)
    assert signs(own).certificate == first.certificate
    other = tmp_path / "other"
    demo_seals.make(other, {AGENCY: "另一机关"})
    for name in (f"{AGENCY}.password", f"{AGENCY}.p12"):
        own.place(AGENCY).with_name(name).write_bytes((other / name).read_bytes())
    assert signs(own).certificate != first.certificate
    own.place(AGENCY).unlink()
    with pytest.raises(SealUnusable, match="不能读"):
        signs(own)


@pytest.mark.parametrize("at", [demo_seals.SINCE - timedelta(seconds=1), demo_seals.UNTIL + timedelta(seconds=1)])
def test_a_certificate_out_of_force_signs_nothing(own: Seals, at: datetime) -> None:
    with pytest.raises(SealUnusable, match="有效期"):
        signs(own, at)


def test_a_name_that_is_no_agency_opens_no_file(own: Seals) -> None:
    with pytest.raises(ValueError, match="UUID"):
        own.has("../../secrets/django")


def test_the_seals_of_the_demonstration_are_marked_private_and_cannot_be_multiplied(own: Seals) -> None:
    found = sorted(path for path in own.folder.rglob("*") if path.is_file())
    assert [path.name for path in found] == [
        f"{AGENCY}.p12",
        f"{AGENCY}.password",
        "demonstration.pem",
        "timestamp.p12",
        "timestamp.password",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    root = x509.load_pem_x509_certificate(found[2].read_bytes())
    examined = own.examine(signs(own).pdf)
    assert examined is not None
    assert "演示" in examined.subject
    assert "演示" in examined.issuer
    assert root.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value == "演示"
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in found), "the authority's key was not kept"


# ── time stamps ──────────────────────────────────────────────────────────────────────────────────────────────────────


def authority() -> DummyTimeStamper:
    """A time stamping authority with a certificate of its own."""
    key = generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "time of the tests")])
    held = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, demo_seals.SINCE, demo_seals.UNTIL)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(asn1.Certificate.load(held.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(secret))


@pytest.fixture
def clock() -> Iterator[str]:
    """A time stamping authority that answers over HTTP (RFC 3161)."""
    stamper = authority()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            told = stamper.request_tsa_response(asked).dump() if self.path == "/tsa" else b"busy"
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply" if self.path == "/tsa" else "text/html")
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_with_an_authority_set_the_signature_carries_its_time_stamp(own: Seals, clock: str) -> None:
    signed = signs(Seals(own.folder, f"{clock}/tsa"))
    assert signed.stamped
    found = own.examine(signed.pdf)
    assert found is not None
    assert found.valid
    assert found.stamped_at is not None
    assert faults(signed.pdf) == []
    assert signs(own).stamped, "a demonstration has a clock of its own"
    (own.folder / "timestamp.p12").unlink()
    assert not signs(own).stamped


def test_an_authority_that_does_not_answer_properly_leaves_the_paper_unsigned(own: Seals, clock: str) -> None:
    with pytest.raises(SealUnusable, match="时间戳"):
        signs(Seals(own.folder, f"{clock}/busy"))
    with pytest.raises(SealUnusable, match="时间戳"):
        signs(Seals(own.folder, "http://127.0.0.1:1/tsa"))


def test_the_room_of_a_signature_is_found_once_and_anew_where_it_is_too_small(
    own: Seals, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[tuple[bytes, str], int] = {}
    monkeypatch.setattr(store_seals, "_room", kept)
    first = signs(own)
    ((of, room),) = kept.items()
    assert len(signs(own).pdf) == len(first.pdf)
    kept[of] = 64
    again = signs(own)
    assert abs(kept[of] - room) < 64, "a signature is a few bytes longer or shorter each time"
    examined = own.examine(again.pdf)
    assert examined is not None
    assert examined.valid
