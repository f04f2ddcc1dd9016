"""Verifying published tile files with `verify/verify.py` against SHA-256 of the same bytes in one process: with the
verifier in one process too, and shared by all cores as it is by default. The two are told apart."""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import os
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

BATCH = 16_384


def measure(count: int = 1_000_000, rounds: int = 7) -> list[dict[str, Any]]:
    """A log of `count` entries of the real form is written once by the publisher; each round checks it whole (every
    bundle, every tile, the signature, the root) and hashes all bytes of the same files, in turn.

    Both are timed in a process of their own, as who checks a log runs it: forking the one that wrote the log would
    copy the tables of a gigabyte of memory each time."""
    with tempfile.TemporaryDirectory(prefix="sanxiang-bench-") as place:
        folder = Path(place)
        key = written(folder, count)
        octets = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            checks, hashes = pool.submit(timed, place, key, count, rounds).result()
    return [
        row(processes, took, hashes, f"{count:,} 条、{octets / 2**20:.1f} MiB") for processes, took in checks.items()
    ]


def timed(place: str, key: str, count: int, rounds: int) -> tuple[dict[int, list[float]], list[float]]:
    """Seconds of each round: of checking, by the number of processes, and of hashing alone."""
    from verify import verify

    if verify.check_tiles(place, key)[1] != count:
        raise AssertionError("the log holds another number of entries")
    files = sorted(path for path in Path(place).rglob("*") if path.is_file())
    checks: dict[int, list[float]] = {1: [], min(os.cpu_count() or 1, 8): []}
    hashes = []
    for _ in range(rounds):
        gc.collect()
        for processes, took in checks.items():
            begun = time.perf_counter()
            verify.check_tiles(place, key, processes=processes)
            took.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        for path in files:
            hashlib.sha256(path.read_bytes()).digest()
        hashes.append(time.perf_counter() - begun)
    return checks, hashes


def row(processes: int, took: list[float], hashes: list[float], what: str) -> dict[str, Any]:
    """One line of the result: so many processes of the verifier against one that only hashes."""
    ratio = round(statistics.median(plain / mine for plain, mine in zip(hashes, took, strict=True)), 3)
    mine, plain = statistics.median(took), statistics.median(hashes)
    note = (
        f"{what}：核验 {mine:.3f} 秒（{processes} 个进程），只算摘要 {plain:.3f} 秒（1 个进程），{len(took)} 轮中位数"
    )
    return {
        "name": f"核验公布的账本文件（{processes} 个进程）", "against": "同样字节的 SHA-256（1 个进程）",
        "ratio": ratio, "goal": 0.25, "met": ratio >= 0.25, "note": note,
    }  # fmt: skip


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
