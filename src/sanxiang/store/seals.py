"""Electronic seals of agencies (电子印章): signing a finished paper as PAdES, and examining one that was signed.

Electronic Signature Law (电子签名法), arts. 13 and 14: what makes an electronic signature reliable, and that a reliable
one has the force of a seal. Which kind of certificate an agency needs (电子政务电子认证, 国密) is 须核定. Nothing of
this is part of the portal; a key is opened by the worker alone.

Below the folder stand `<agency>.p12` (PKCS#12) and `<agency>.password`, named after the agency's id in the register,
in a demonstration `timestamp.p12` (演示时间戳), and in `roots` the certificates that signatures are trusted by (PEM).
"""

from __future__ import annotations

import hashlib
import io
import re
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

FIELD = "电子印章"
OWN_CLOCK = "timestamp.p12"
PATIENCE_S = 20
REPLY_MAX = 1 << 20
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"

CONTENTS = re.compile(rb"/Contents <([0-9A-Fa-f]+)>")
_room: dict[tuple[bytes, str], int] = {}
"""How much room a signature of a certificate takes, with a margin; otherwise each paper is signed twice to find out."""


class SealUnusable(Exception):
    """The seal of an agency, or the time stamping that was set, cannot be used; the Chinese text says why."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed paper: `pdf` its bytes, which begin with those that were given; `certificate` SHA-256 in hex of the
    seal's certificate, `subject` whom it names; `stamped` whether an RFC 3161 time stamp stands in it."""

    pdf: bytes
    certificate: str
    subject: str
    stamped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the signature of a paper says and whether it holds. `intact`: the bytes it covers are those that were
    signed; `whole`: it covers the file to its end; `trusted`: its certificate leads to one of our roots and is in force
    today (revocation is not asked). `signed_at` is the signer's own word, `stamped_at` that of a time stamping
    authority."""

    intact: bool
    whole: bool
    trusted: bool
    certificate: str
    subject: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime
    signed_at: datetime | None
    stamped_at: datetime | None
    name: str
    reason: str

    @property
    def valid(self) -> bool:
        return self.intact and self.whole


class Seals:
    """The seals of one installation in one folder; `tsa` the address of an RFC 3161 time stamping authority, if any."""

    def __init__(self, folder: Path, tsa: str = "") -> None:
        self.folder, self.tsa = folder, tsa

    def place(self, agency: str) -> Path:
        """Where the seal of an agency stands. ValueError for what is no id of a stream."""
        return self.folder / f"{UUID(agency)}.p12"

    def has(self, agency: str) -> bool:
        """Whether a seal is set for an agency; its key is not opened."""
        return self.place(agency).exists()

    def sign(self, pdf: bytes, agency: str, *, name: str, reason: str, at: datetime) -> Signed:
        """The paper with the agency's seal put on it: PAdES B-B, B-T where a time stamping authority is set. `name` and
        `reason` say who answers for it and why; `at` is now. Raises SealUnusable."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
        from pyhanko.sign.timestamps import TimestampRequestError

        key = self._opened(agency, at)
        about = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=name, reason=reason
        )
        stamper = _stamper(self.tsa) if self.tsa else self._own_clock(at)
        held = key.signing_cert
        room = _room.get((held.sha256, self.tsa))
        try:
            sheet = IncrementalPdfFileWriter(io.BytesIO(pdf))
            made = PdfSigner(about, key, timestamper=stamper).sign_pdf(sheet, bytes_reserved=room).getvalue()
        except (TimestampRequestError, OSError) as problem:
            raise SealUnusable(f"时间戳服务 {self.tsa} 没有给出时间戳（{problem}）") from problem
        except SigningError:
            if room is None:
                raise
            del _room[held.sha256, self.tsa]  # the chain of the time stamp grew: find out anew
            return self.sign(pdf, agency, name=name, reason=reason, at=at)
        if found := CONTENTS.search(made, len(pdf)):
            _room[held.sha256, self.tsa] = len(found[1])
        return Signed(made, held.sha256.hex(), _named(held.subject), stamper is not None)

    def _own_clock(self, at: datetime) -> Any:
        """The time stamping of a demonstration (演示时间戳), by a key of its own in the folder; None in an installation
        without one. It says the time that it is told, which proves nothing to anybody: a real one is set by address."""
        place = self.folder / OWN_CLOCK
        if not place.exists():
            return None
        return _clock(place, place.stat().st_mtime_ns)(fixed_dt=at)

    def _opened(self, agency: str, at: datetime) -> Any:
        place = self.place(agency)
        try:
            changed = place.stat().st_mtime_ns, place.with_suffix(".password").stat().st_mtime_ns
            key = _signer(place, changed)()
        except (OSError, ValueError, TypeError) as problem:
            raise SealUnusable(f"印章文件 {place} 或者它的口令文件不能读（{problem}）") from problem
        valid = key.signing_cert["tbs_certificate"]["validity"]
        if not valid["not_before"].native <= at <= valid["not_after"].native:
            raise SealUnusable(f"印章证书“{_named(key.signing_cert.subject)}”不在有效期内（{place}）")
        return key

    def examine(self, pdf: bytes) -> Examined | None:
        """The seal on a paper; None for a file without one or that cannot be read as far as that."""
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko.sign.validation.errors import ValidationInfoReadingError
        from pyhanko.sign.validation.status import SignatureCoverageLevel
        from pyhanko_certvalidator import ValidationContext

        roots = ValidationContext(trust_roots=self._roots(), allow_fetching=False)
        try:
            found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
            if not found:
                return None
            told = found[-1]
            state = validate_pdf_signature(told, roots, roots)
        except (PdfError, ValidationInfoReadingError, ValueError, KeyError, TypeError):
            return None
        held, stamp = state.signing_cert, state.timestamp_validity
        valid = held["tbs_certificate"]["validity"]
        return Examined(
            intact=state.intact and state.valid,
            whole=state.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            trusted=state.trusted,
            certificate=held.sha256.hex(),
            subject=_named(held.subject),
            issuer=_named(held.issuer),
            serial=f"{held.serial_number:x}",
            valid_from=valid["not_before"].native,
            valid_until=valid["not_after"].native,
            signed_at=state.signer_reported_dt,
            stamped_at=stamp.timestamp if stamp and stamp.intact and stamp.valid else None,
            name=str(told.sig_object.get("/Name", "")),
            reason=str(told.sig_object.get("/Reason", "")),
        )

    def _roots(self) -> Sequence[Any]:
        from pyhanko.keys import load_certs_from_pemder

        return list(load_certs_from_pemder(sorted((self.folder / "roots").glob("*.pem"))))


def _named(name: Any) -> str:
    """Whom a certificate names: the common name, or all of it where there is none."""
    return str(name.native.get("common_name") or name.human_friendly)


@lru_cache(maxsize=16)
def _signer(place: Path, _changed: tuple[int, int]) -> Callable[[], Any]:
    """Makes the signer with the key in a file, which is opened once as long as it stands unchanged: its password is
    stretched on purpose. The certificates are read anew each time, for what was taken apart is slow to write."""
    from asn1crypto import keys, x509
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    opened = SimpleSigner.load_pkcs12(place, passphrase=place.with_suffix(".password").read_bytes().strip())
    if opened is None:
        raise SealUnusable(f"印章文件 {place} 打不开：口令不对，或者里面没有证书和私钥")
    key, held, beside = (
        opened.signing_key.dump(),
        opened.signing_cert.dump(),
        [one.dump() for one in opened.cert_registry],
    )

    def signer() -> Any:
        return SimpleSigner(
            x509.Certificate.load(held), keys.PrivateKeyInfo.load(key),
            SimpleCertificateStore.from_certs(map(x509.Certificate.load, beside)),
        )  # fmt: skip

    return signer


@lru_cache(maxsize=1)
def _clock(place: Path, _changed: int) -> Callable[..., Any]:
    """Makes the time stamping of a demonstration with the key in a file, which is opened once: to check an RSA key
    takes longer than all the rest of a seal."""
    from asn1crypto import cms, core, x509
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
    from pyhanko.sign.general import as_signing_certificate, simple_cms_attribute
    from pyhanko.sign.timestamps import DummyTimeStamper
    from pyhanko_certvalidator.util import get_pyca_cryptography_hash

    key, held, _ = load_key_and_certificates(place.read_bytes(), place.with_suffix(".password").read_bytes().strip())
    if not isinstance(key, RSAPrivateKey) or held is None:
        raise SealUnusable(f"演示时间戳的文件 {place} 里没有证书和 RSA 私钥")
    secret, certificate = key, x509.Certificate.load(held.public_bytes(Encoding.DER))

    class Clock(DummyTimeStamper):
        def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> tuple[bytes, Any]:
            told = {
                "content_type": "tst_info", "signing_time": cms.Time({"utc_time": core.UTCTime(dt)}),
                "signing_certificate": as_signing_certificate(certificate),
                "message_digest": hashlib.new(md_algorithm, tst_info_data).digest(),
            }  # fmt: skip
            signed = cms.CMSAttributes([simple_cms_attribute(kind, value) for kind, value in told.items()])
            return secret.sign(signed.dump(), PKCS1v15(), get_pyca_cryptography_hash(md_algorithm)), signed

    return partial(Clock, certificate, None)


def _stamper(address: str) -> Any:
    """Asks a time stamping authority over HTTP (RFC 3161, 3.4)."""
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

    class Stamper(TimeStamper):
        async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            asked = urllib.request.Request(address, req.dump(), {"Content-Type": QUERY, "Accept": REPLY})  # noqa: S310
            with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:  # noqa: S310  the operator's address
                if answer.headers.get_content_type() != REPLY:
                    raise TimestampRequestError("回答的不是时间戳")
                return tsp.TimeStampResp.load(answer.read(REPLY_MAX))

    return Stamper(include_nonce=True)


def seals() -> Seals:
    """The seals of this installation (settings SANXIANG_SEALS and SANXIANG_TSA)."""
    from django.conf import settings

    return Seals(Path(settings.SANXIANG_SEALS), settings.SANXIANG_TSA)
