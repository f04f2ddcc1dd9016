"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) and receipts (C2SP tlog-proof).

Signing and checking a signature are given from outside: nothing here holds a key.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

ED25519 = 1
Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether `signature` under `public_key` is right for `message` (public_key, message, signature)."""


class MalformedNote(ValueError):
    """Text that is no note, checkpoint, key or receipt."""


CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
NUMBER = "(0|[1-9][0-9]{0,18})"
PROOF_MAX = 63
"""The most hashes of a proof: one for each level of a tree of less than 2^63 leaves."""


def decode(text: str, what: str) -> bytes:
    """Bytes of base64 that is written in its one form, so that no character can be changed unseen."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise MalformedNote(f"{what} is not base64") from None
    if not raw or base64.b64encode(raw).decode() != text:
        raise MalformedNote(f"{what} is not base64")
    return raw


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
    name, tag, packed = (*text.strip().split("+", 2), "", "")[:3]
    raw = decode(packed, "the verifier key")
    if len(raw) != 33 or raw[0] != ED25519 or key_id(check_name(name), raw[1:]).hex() != tag:
        raise MalformedNote("no Ed25519 verifier key")
    return name, raw[1:]


def signature_line(name: str, public_key: bytes, signature: bytes) -> str:
    return f"— {check_name(name)} {base64.b64encode(key_id(name, public_key) + signature).decode()}\n"


def signed_note(text: str, signatures: Iterable[str]) -> str:
    """A note: text that ends its last line, a blank line, signature lines."""
    if not text.endswith("\n") or CONTROL.search(text):
        raise MalformedNote("the text of a note ends with a line end and holds no control characters")
    return f"{text}\n{''.join(signatures)}"


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and of each signature line the name and the decoded bytes."""
    text, gap, rest = note.rpartition("\n\n")
    if not gap or not rest.endswith("\n") or CONTROL.search(note):
        raise MalformedNote("no signed note")
    found = []
    for line in rest[:-1].split("\n"):
        match = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
        if not match:
            raise MalformedNote("a signature line is malformed")
        found.append((match[1], decode(match[2], "a signature")))
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
    if len(lines) < 4 or not lines[0] or not re.fullmatch(NUMBER, lines[1]):
        raise MalformedNote("no checkpoint")
    root = decode(lines[2], "the root")
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
    rest = lines[1:]
    if rest and rest[0].startswith("extra "):
        decode(rest.pop(0)[6:], "extra data")
    match = re.fullmatch(f"index {NUMBER}", rest[0]) if rest else None
    if not match:
        raise MalformedNote("a receipt names the index of its entry")
    proof = [decode(line, "a hash of the proof") for line in rest[1:]]
    if len(proof) > PROOF_MAX or any(len(part) != 32 for part in proof):
        raise MalformedNote("a proof has at most 63 hashes of 32 bytes")
    return int(match[1]), proof, note
