"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) and receipts (C2SP tlog-proof).

Signing and checking a signature are given from outside: nothing here holds a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

ED25519 = 1
Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether `signature` under `public_key` is right for `message` (public_key, message, signature)."""


class MalformedNote(ValueError):
    """Text that is no note, checkpoint, key or receipt."""


def key_id(name: str, public_key: bytes, kind: int = ED25519) -> bytes:
    """The four bytes that name a key beside its signature."""
    return hashlib.sha256(f"{name}\n".encode() + bytes([kind]) + public_key).digest()[:4]


def check_name(name: str) -> str:
    if not name or re.search(r"[\s+]", name):
        raise MalformedNote(f"{name!r} cannot name a key")
    return name


def vkey(name: str, public_key: bytes) -> str:
    """The text by which verifiers know an Ed25519 key."""
    packed = base64.b64encode(bytes([ED25519]) + public_key).decode()
    return f"{check_name(name)}+{key_id(name, public_key).hex()}+{packed}"


def parse_vkey(text: str) -> tuple[str, bytes]:
    """Name and Ed25519 public key of a vkey."""
    try:
        name, tag, packed = text.strip().split("+", 2)
        raw = base64.b64decode(packed, validate=True)
    except (ValueError, binascii.Error):
        raise MalformedNote("no verifier key") from None
    if len(raw) != 33 or raw[0] != ED25519 or key_id(check_name(name), raw[1:]).hex() != tag:
        raise MalformedNote("no Ed25519 verifier key")
    return name, raw[1:]


def signature_line(name: str, public_key: bytes, signature: bytes) -> str:
    return f"— {check_name(name)} {base64.b64encode(key_id(name, public_key) + signature).decode()}\n"


def signed_note(text: str, signatures: Iterable[str]) -> str:
    """A note: text that ends its last line, a blank line, signature lines."""
    if not text.endswith("\n") or any(sign != "\n" and ord(sign) < 32 for sign in text):
        raise MalformedNote("the text of a note ends with a line end and holds no control characters")
    return f"{text}\n{''.join(signatures)}"


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and of each signature line the name and the decoded bytes."""
    text, gap, rest = note.rpartition("\n\n")
    if not gap or not rest.endswith("\n"):
        raise MalformedNote("no signed note")
    found = []
    for line in rest.splitlines():
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        if not match:
            raise MalformedNote("a signature line is malformed")
        try:
            raw = base64.b64decode(match[2], validate=True)
        except binascii.Error:
            raise MalformedNote("a signature line is malformed") from None
        found.append((match[1], raw))
    return text + "\n", found


def open_note(note: str, key: str, verify: Verify) -> str:
    """The text of a note that this vkey signed. Raises MalformedNote where it did not, or where its line is wrong."""
    name, public_key = parse_vkey(key)
    text, lines = split_note(note)
    wanted = key_id(name, public_key)
    mine = [raw[4:] for signer, raw in lines if signer == name and raw[:4] == wanted]
    if not mine or not all(verify(public_key, text.encode(), signature) for signature in mine):
        raise MalformedNote(f"not signed by {name}")
    return text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: origin, number of entries, root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that the text of a note states; extension lines are passed over."""
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9]\d{0,18}", lines[1]):
        raise MalformedNote("no checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error:
        raise MalformedNote("no checkpoint") from None
    if len(root) != 32:
        raise MalformedNote("the root of a checkpoint has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


PROOF = "c2sp.org/tlog-proof@v1"


def receipt(index: int, proof: Sequence[bytes], checkpoint_note: str) -> str:
    """A receipt (回执): that the entry at `index` stands in the log of a signed checkpoint, provable offline."""
    lines = [PROOF, f"index {index}", *(base64.b64encode(part).decode() for part in proof), "", checkpoint_note]
    return "\n".join(lines)


def parse_receipt(text: str) -> tuple[int, list[bytes], str]:
    """Index, proof (leaf to root) and checkpoint note of a receipt."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != PROOF:
        raise MalformedNote("no receipt")
    rest = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
    match = re.fullmatch(r"index (0|[1-9]\d{0,18})", rest[0]) if rest else None
    if not match:
        raise MalformedNote("a receipt names the index of its entry")
    try:
        proof = [base64.b64decode(line, validate=True) for line in rest[1:]]
    except binascii.Error:
        raise MalformedNote("a receipt holds hashes in base64") from None
    if any(len(part) != 32 for part in proof):
        raise MalformedNote("a hash has 32 bytes")
    return int(match[1]), proof, note
