"""Verifying published tile files with `verify/verify.py` against SHA-256 of the same bytes, both in one process."""

from __future__ import annotations

import gc
import hashlib
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

BATCH = 16_384


def measure(count: int = 200_000, rounds: int = 5) -> list[dict[str, Any]]:
    """A log of `count` entries of the real form is written once by the publisher; each round checks it whole (every
    bundle, every tile, the signature, the root) and hashes all bytes of the same files, in turn."""
    from verify import verify

    with tempfile.TemporaryDirectory(prefix="sanxiang-bench-") as place:
        folder = Path(place)
        key = written(folder, count)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        octets = sum(path.stat().st_size for path in files)
        if verify.check_tiles(str(folder), key)[1] != count:
            raise AssertionError("the log holds another number of entries")
        checks, hashes = [], []
        for _ in range(rounds):
            gc.collect()
            begun = time.perf_counter()
            verify.check_tiles(str(folder), key)
            checks.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            for path in files:
                hashlib.sha256(path.read_bytes()).digest()
            hashes.append(time.perf_counter() - begun)
    ratio = round(statistics.median(mine / theirs for theirs, mine in zip(checks, hashes, strict=True)), 3)
    took, plain = statistics.median(checks), statistics.median(hashes)
    note = f"{count:,} 条、{octets / 2**20:.1f} MiB：核验 {took:.3f} 秒，只算摘要 {plain:.3f} 秒，{rounds} 轮中位数"
    return [
        {
            "name": "核验公布的账本文件", "against": "同样字节的 SHA-256（同一进程）", "ratio": ratio,
            "goal": 0.25, "met": ratio >= 0.25, "note": note,
        }
    ]  # fmt: skip


def written(folder: Path, count: int) -> str:
    """Write a log as the sequencer does and sign its head; returns the key to check it with."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from sanxiang.core.ledger import Checkpoint, Edge, leaf_hash, public_entry, signature_line, signed_note, vkey
    from sanxiang.store.ledger.publisher import WIDTH, Publisher

    name, secret = "bench.example/log", Ed25519PrivateKey.generate()
    public = secret.public_key().public_bytes_raw()
    publisher, edge = Publisher(folder), Edge()
    tiles: dict[tuple[int, int], bytes] = {}
    bundles: list[tuple[int, list[bytes]]] = []
    for start in range(0, count, BATCH):
        entries = [public_entry(os.urandom(32), b"%d" % at) for at in range(start, min(start + BATCH, count))]
        edge, changed = edge.extended([leaf_hash(entry) for entry in entries])
        tiles.update(changed)
        bundles += [((start + at) // WIDTH, entries[at : at + WIDTH]) for at in range(0, len(entries), WIDTH)]
    text = Checkpoint(name, edge.size, edge.root()).text()
    publisher.publish(tiles, bundles, signed_note(text, [signature_line(name, public, secret.sign(text.encode()))]))
    return vkey(name, public)


if __name__ == "__main__":
    print(measure())
