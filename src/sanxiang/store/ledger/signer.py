"""Signs checkpoints, and is its own first witness: it remembers the last one and signs only what extends it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sanxiang.core.ledger import (
    EMPTY,
    Checkpoint,
    open_note,
    parse_checkpoint,
    signature_line,
    signed_note,
    split_note,
    verify_consistency,
    vkey,
)
from sanxiang.store.errors import LedgerStopped

from .files import write

Prove = Callable[[int, int], Sequence[bytes]]
"""Old and new size → the consistency proof between them."""


def genuine(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature (RFC 8032) is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def head_of(note: str, key: str | None = None) -> Checkpoint:
    """The checkpoint of a note, signed by the log of this vkey where one is given. Raises MalformedNote."""
    return parse_checkpoint(open_note(note, key, genuine) if key else split_note(note)[0])


class Signer:
    """Signs for one origin with a 32-byte Ed25519 secret. `memory` is a file with the last size and root; it must not
    be brought back from a backup, for it is what notices an old one."""

    def __init__(self, origin: str, secret: bytes, memory: Path) -> None:
        self.origin, self._memory = origin, memory
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self._public = self._private.public_key().public_bytes_raw()

    @property
    def key(self) -> str:
        """The log's public key as a vkey: what others verify with."""
        return vkey(self.origin, self._public)

    def last(self) -> Checkpoint:
        """The last checkpoint that was signed; that of the empty log before the first."""
        if not self._memory.exists():
            return Checkpoint(self.origin, 0, EMPTY)
        held = json.loads(self._memory.read_text(encoding="utf-8"))
        return Checkpoint(held["origin"], held["size"], base64.b64decode(held["root"]))

    def sign(self, size: int, root: bytes, prove: Prove) -> str:
        """The signed note for this head. Raises LedgerStopped unless it extends what was signed last."""
        last, new = self.last(), Checkpoint(self.origin, size, root)
        if last.origin != self.origin:
            raise LedgerStopped(f"签名记忆属于另一个账本：{last.origin}")
        if size < last.size:
            raise LedgerStopped(f"库中账本有 {size:,} 条，曾签出 {last.size:,} 条：数据库可能由旧备份恢复")
        if not verify_consistency(last.size, size, last.root, root, prove(last.size, size)):
            raise LedgerStopped(f"账本 {size:,} 条处不是此前签出的 {last.size:,} 条的延续")
        held = {"origin": self.origin, "size": size, "root": base64.b64encode(root).decode()}
        write(self._memory, json.dumps(held).encode())
        line = signature_line(self.origin, self._public, self._private.sign(new.text().encode()))
        return signed_note(new.text(), [line])
