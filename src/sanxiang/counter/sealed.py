"""What only the holder of a code can read (加密的公开内容): a row under the digest of a secret, its content encrypted
with a key that follows from the secret. The table of such rows tells nothing to whoever has no secret."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
STEP, FILE_STEP = 4096, 32 << 10
"""Contents are filled up to whole steps, so that their lengths tell little; documents to larger ones."""
LENGTH = 8


def key_of(secret: bytes) -> str:
    """The name of the row, from which the secret does not follow."""
    return hmac.digest(secret, b"row", "sha256").hex()


def seal(secret: bytes, content: Mapping[str, Any], *, same: bool = False) -> bytes:
    """The content, encrypted. With `same` equal contents give equal bytes, as projections need; the nonce then follows
    from key and content."""
    plain = orjson.dumps(dict(content))
    return _closed(secret, plain + b" " * (-len(plain) % STEP), same)


def seal_file(secret: bytes, content: bytes) -> bytes:
    """A document, encrypted byte for byte: its length stands before it, the rest is filled up."""
    plain = len(content).to_bytes(LENGTH, "big") + content
    return _closed(secret, plain + bytes(-len(plain) % FILE_STEP), same=False)


def opened(secret: bytes, sealed: bytes) -> dict[str, Any] | None:
    """The content; None where it is not of this secret."""
    plain = _plain(secret, sealed)
    return dict(orjson.loads(plain)) if plain is not None else None


def opened_file(secret: bytes, sealed: bytes) -> bytes | None:
    """The document; None where it is not of this secret."""
    plain = _plain(secret, sealed)
    return plain[LENGTH : LENGTH + int.from_bytes(plain[:LENGTH], "big")] if plain is not None else None


def _closed(secret: bytes, plain: bytes, same: bool) -> bytes:
    nonce = hmac.digest(secret, b"nonce" + hashlib.sha256(plain).digest(), "sha256") if same else os.urandom(NONCE)
    return nonce[:NONCE] + _cipher(secret).encrypt(nonce[:NONCE], plain, None)


def _plain(secret: bytes, sealed: bytes) -> bytes | None:
    try:
        return _cipher(secret).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except InvalidTag:
        return None


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(hmac.digest(secret, b"content", "sha256"))
