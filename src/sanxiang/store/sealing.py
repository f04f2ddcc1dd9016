"""Sealed facts: encrypted apart, committed to in the record, destroyed by destroying one key.

Every stream has a random 256-bit key, wrapped by the master key. The sealed facts of an event stand in one AES-256-GCM
blob beside it, each with the salt of its commitment, so that a single fact can be shown and proved alone. Without the
key the event still folds and its proof still holds; only the sealed values are gone.
"""

from __future__ import annotations

import hmac
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sanxiang.core.events import Json
from sanxiang.core.ledger import canonical_bytes, commitment

from .errors import CannotUnseal

NONCE = 12
SALT = 32


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The key of one stream, open, and as it is stored (`wrapped`)."""

    wrapped: bytes
    cipher: AESGCM


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One opened fact: `salt` (32 bytes) and value give its commitment."""

    salt: bytes
    value: Json


class Sealer:
    """Seals and opens with a master key; both secrets are 32 bytes."""

    def __init__(self, master: bytes, party: bytes) -> None:
        if len(master) != 32 or len(party) != 32:
            raise ValueError("the master key and the party secret are 32 bytes each")
        self._master = AESGCM(master)
        self._party = party

    def new_key(self, subject: str) -> SubjectKey:
        key, nonce = os.urandom(32), os.urandom(NONCE)
        return SubjectKey(nonce + self._master.encrypt(nonce, key, subject.encode()), AESGCM(key))

    def unwrap(self, subject: str, wrapped: bytes) -> SubjectKey:
        """Raises CannotUnseal when the master key is not the one that wrapped it."""
        try:
            key = self._master.decrypt(wrapped[:NONCE], wrapped[NONCE:], subject.encode())
        except InvalidTag:
            raise CannotUnseal(f"主密钥与案卷 {subject} 的密钥不符") from None
        return SubjectKey(wrapped, AESGCM(key))

    def party_token(self, text: str) -> bytes:
        """A keyed hash of a name or number, by which the same party is found again without storing who it is.

        Width, case and spaces do not count. HMAC-SHA-256 (RFC 2104), 32 bytes."""
        plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
        return hmac.digest(self._party, plain.encode(), "sha256")


def seal(key: SubjectKey, event_id: str, facts: Mapping[str, Json]) -> tuple[dict[str, str], bytes]:
    """Hex commitments of the facts, and the blob that holds them."""
    salts = os.urandom(SALT * len(facts))
    commitments, held = {}, {}
    for at, (fact, value) in enumerate(facts.items()):
        salt = salts[at * SALT : (at + 1) * SALT]
        content = canonical_bytes(value)
        commitments[fact] = commitment(salt, content).hex()
        held[fact] = {"salt": salt.hex(), "value": orjson.Fragment(content)}
    nonce = os.urandom(NONCE)
    return commitments, nonce + key.cipher.encrypt(nonce, orjson.dumps(held), event_id.encode())


def unseal(key: SubjectKey, event_id: str, blob: bytes) -> dict[str, Any]:
    """The facts of a blob as {fact: {"salt": hex, "value": value}}. Raises CannotUnseal for a blob that was changed."""
    try:
        held: dict[str, Any] = orjson.loads(key.cipher.decrypt(blob[:NONCE], blob[NONCE:], event_id.encode()))
    except InvalidTag:
        raise CannotUnseal(f"记录 {event_id} 的封存内容已被改动") from None
    return held
