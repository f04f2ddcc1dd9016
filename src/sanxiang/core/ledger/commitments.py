"""Commitments (承诺值): what the public ledger holds of an event, and what a body holds of a sealed fact.

A commitment hides its content as long as the salt is secret, and binds it: 32 random bytes before the canonical bytes.
"""

from __future__ import annotations

import hashlib

from .canonical import canonical_bytes

SALT = 32


def commitment(salt: bytes, content: bytes) -> bytes:
    """SHA-256 of salt (32 bytes) and content. Raises ValueError for a salt of another length."""
    if len(salt) != SALT:
        raise ValueError(f"a salt has {SALT} bytes, not {len(salt)}")
    return hashlib.sha256(salt + content).digest()


def sm3_available() -> bool:
    """Whether this Python's OpenSSL knows SM3 (GB/T 32905-2016)."""
    return "sm3" in hashlib.algorithms_available


def public_entry(salt: bytes, body: bytes, *, sm3: bool = False) -> bytes:
    """The entry of the public ledger for an event: its commitment and the version of the format, nothing else; by
    setting a second commitment with SM3 beside it (商用密码应用)."""
    entry: dict[str, str | int] = {"commitment": commitment(salt, body).hex(), "v": 1}
    if sm3:
        entry["sm3"] = hashlib.new("sm3", salt + body).hexdigest()
    return canonical_bytes(entry)
