"""The signature under a task package (任务包签名): ECDSA over P-256, which every browser can verify by itself.

The key is derived from the secret of the installation, so that every process that serves phones signs alike and nothing
more has to be kept or backed up. A phone remembers the public key that it met first."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from sanxiang.core.ledger import canonical_bytes

PACKAGE = b"recording.package"
SIZE = 32
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256, FIPS 186-5."""


@cache
def _key(secret: str) -> ec.EllipticCurvePrivateKey:
    derived = HKDF(hashes.SHA256(), 2 * SIZE, salt=None, info=PACKAGE).derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(derived, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def signed(body: Mapping[str, Any]) -> str:
    """The signature over the canonical bytes (RFC 8785) of a package, as WebCrypto wants it: r and s, base64."""
    made = _key(settings.SECRET_KEY).sign(canonical_bytes(body), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(made)
    return base64.b64encode(r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big")).decode()


def public_key() -> str:
    """The public key as an uncompressed point, base64."""
    point = _key(settings.SECRET_KEY).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.b64encode(point).decode()


def fingerprint() -> str:
    """By which people compare the key: the first 16 hex digits of its SHA-256, in fours."""
    digits = hashlib.sha256(base64.b64decode(public_key())).hexdigest()[:16]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
