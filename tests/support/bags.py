"""Archive packages for tests, written from docs/reference/archive-package.md with the arithmetic of the core."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sanxiang.core.ledger import (
    Checkpoint,
    bundle,
    bundle_path,
    canonical_bytes,
    commitment,
    inclusion_proof,
    leaf_hash,
    public_entry,
    receipt,
    root_of,
    signature_line,
    signed_note,
    subtree_of,
    tile_path,
    vkey,
)
from sanxiang.core.ledger.tiles import Edge

ORIGIN = "ledger.example/demo"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
VKEY = vkey(ORIGIN, PUBLIC)
OTHERS = 300
"""Entries of other cases that stand in the log before those of the package."""


def checkpoint(leaves: list[bytes], key: Ed25519PrivateKey = KEY) -> str:
    """The signed checkpoint of a log that has these leaf hashes."""
    text = Checkpoint(ORIGIN, len(leaves), root_of(leaves)).text()
    line = signature_line(ORIGIN, key.public_key().public_bytes_raw(), key.sign(text.encode()))
    return signed_note(text, [line])


def write_log(folder: Path, entries: list[bytes], key: Ed25519PrivateKey = KEY) -> list[str]:
    """A published log of these entries; the names of its files."""
    leaves = [leaf_hash(entry) for entry in entries]
    _, tiles = Edge().extended(leaves)
    files = {tile_path(level, n, len(data) // 32): data for (level, n), data in tiles.items()}
    for n in range((len(entries) + 255) // 256):
        part = entries[n * 256 : n * 256 + 256]
        files[bundle_path(n, len(part))] = bundle(part)
    files["checkpoint"] = checkpoint(leaves, key).encode()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return sorted(files)


def sealed(facts: dict[str, Any], at: int) -> tuple[dict[str, str], dict[str, Any]]:
    """Commitments for the body, and what opens them."""
    opened = {
        fact: {"salt": hashlib.sha256(b"fact %d %s" % (at, fact.encode())).hexdigest(), "value": value}
        for fact, value in facts.items()
    }
    commitments = {
        fact: commitment(bytes.fromhex(one["salt"]), canonical_bytes(one["value"])).hex()
        for fact, one in opened.items()
    }
    return commitments, opened


class Bag:
    """A package as it is made: `files` by name in the bag, `events` as they stand in their files."""

    def __init__(self, *, sm3: bool = False, recorded: dict[int, str] | None = None) -> None:
        self.stream = str(uuid.UUID(int=7))
        self.papers = {
            "documents/01-立案审批表.pdf": b"%PDF-1.7 one",
            "documents/02-行政处罚决定书.pdf": b"%PDF-1.7 two",
            "volume.pdf": b"%PDF-1.7 volume",
        }
        self.evidence = {"现场照片.jpg": b"\xff\xd8 photo", "询问录像.mp4": b"ftyp video"}
        self.files_json = json.dumps(
            {name: {"sha256": digest(data), "event": str(uuid.UUID(int=1))} for name, data in self.papers.items()},
            ensure_ascii=False,
            indent=2,
        ).encode()
        self.events: list[dict[str, Any]] = []
        self._make(sm3, recorded or {})
        entries = [b"entry of another case %d" % at for at in range(OTHERS)]
        entries += [canonical_bytes(event["entry"]) for event in self.events]
        self.leaves = [leaf_hash(entry) for entry in entries]
        self.files: dict[str, bytes] = {f"data/{name}": data for name, data in self.papers.items()}
        self.files |= {f"data/evidence/{digest(data)}/{name}": data for name, data in self.evidence.items()}
        self.files |= {"data/files.json": self.files_json, "data/keys/log.vkey": VKEY.encode()}
        for at, event in enumerate(self.events):
            self.files[f"data/receipts/{event['body']['id']}.tlog-proof"] = self.receipt(OTHERS + at).encode()
        self.store()

    def _make(self, sm3: bool, recorded: dict[int, str]) -> None:
        photo = [{"name": name, "sha256": digest(data), "size": len(data)} for name, data in self.evidence.items()]
        steps: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
            ("case.filed", {"act": "file_case", "facts": {"place": "洛阳"}, "officers": ["o-1", "o-2"]}, {}),
            ("inquiry.held", {"act": "inquire", "files": photo}, {"party_name": "张某某（演示）", "turnover": 12345}),
            ("activity.done", {"act": "inspect", "facts": {"place": "洛阳市西工区"}}, {"statement": "情况属实"}),
            ("decision.made", {"act": "decide", "documents": [{"template": "decision", "title": "决定书"}]}, {}),
            ("case.archived", {"act": "archive", "package_sha256": digest(self.files_json)}, {}),
            ("publication.made", {"act": "publish"}, {}),
        ]
        prev = None
        for seq, (kind, payload, secret) in enumerate(steps, 1):
            commitments, opened = sealed(secret, seq)
            body = {
                "v": 1, "id": str(uuid.UUID(int=seq)), "stream": self.stream, "seq": seq, "prev": prev, "kind": kind,
                "version": 1, "occurred_at": f"2024-09-{seq:02d}T02:00:00.000000Z",
                "recorded_at": recorded.get(seq, f"2024-09-{seq:02d}T02:00:01.000000Z"), "finding": None, "breaches": [],
                "actor": {"officer": "o-1", "name": "张演示", "agency": "演示局", "department": "", "post": "officer",
                          "certificate": None},
                "payload": payload, "sealed": commitments,
            }  # fmt: skip
            salt = hashlib.sha256(b"salt %d" % seq).digest()
            entry = json.loads(public_entry(salt, canonical_bytes(body), sm3=sm3))
            self.events.append({"entry": entry, "body": body, "salt": salt.hex(), "sealed": opened})
            prev = entry["commitment"]

    def receipt(self, index: int, size: int | None = None, key: Ed25519PrivateKey = KEY) -> str:
        """The receipt of a leaf of the log behind this package."""
        leaves = self.leaves[:size]
        return receipt(index, inclusion_proof(index, len(leaves), subtree_of(leaves)), checkpoint(leaves, key))

    def store(self) -> None:
        """Put the events, and the case that follows from them, among the files."""
        for name in [name for name in self.files if name.startswith("data/events/")]:
            del self.files[name]
        facts: dict[str, Any] = {}
        steps = []
        for at, event in enumerate(self.events, 1):
            self.files[f"data/events/{at:06d}.json"] = json.dumps(event, ensure_ascii=False, indent=2).encode()
            body, payload = event["body"], event["body"]["payload"]
            own = {**payload.get("facts", {}), **{fact: one["value"] for fact, one in event["sealed"].items()}}
            facts |= own
            steps.append({
                "seq": body["seq"], "act": payload.get("act", ""), "kind": body["kind"], "actor": body["actor"],
                "occurred_at": body["occurred_at"].replace(".000000Z", "+00:00"),
                "recorded_at": body["recorded_at"].replace(".000000Z", "+00:00"),
                "officers": payload.get("officers", []), "facts": own, "documents": payload.get("documents", []),
                "files": payload.get("files", []),
            })  # fmt: skip
        self.case = {
            "format": "sanxiang-case/1", "stream": self.stream, "events": len(steps), "facts": facts, "steps": steps,
        }  # fmt: skip
        self.files["data/case.json"] = json.dumps(self.case, ensure_ascii=False).encode()

    def write(self, folder: Path) -> Path:
        """The bag with manifests that fit: what a forger would hand out who knows how bags are made."""
        manifest = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(self.files.items()))
        tags = {
            "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": f"External-Identifier: {self.stream}\n".encode(),
            "manifest-sha256.txt": manifest.encode(),
        }
        tagged = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(tags.items()))
        for name, data in {**self.files, **tags, "tagmanifest-sha256.txt": tagged.encode()}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
