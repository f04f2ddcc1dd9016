"""What the product publishes and hands out, checked by three verifiers that others wrote, each in its own process."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sanxiang.core.ledger import (
    Edge,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    public_entry,
    receipt,
    subtree_of,
)
from sanxiang.store.ledger.publisher import WIDTH, Publisher
from sanxiang.store.ledger.signer import Signer
from verify import verify as ours

from . import foreign

ORIGIN = "sanxiang.test/record"
SIZES = (1, 255, 256, 40_000, 66_000)
"""The log is published at each of these sizes: full and partial tiles on three levels, partial ones that gave way."""
AUDIT = """
import sys
from aics_tlog import audit_tiles, parse_checkpoint, parse_note
from aics_tlog.writer import DirectoryTileStore
head = parse_checkpoint(parse_note(open(sys.argv[1] + "/checkpoint", encoding="utf-8").read()).text)
print(audit_tiles(DirectoryTileStore(sys.argv[1]), head.size, head.root))
"""


@dataclass(frozen=True)
class Log:
    """A published log, what is in it, and the checkpoints it had before."""

    folder: Path
    key: str
    entries: list[bytes]
    leaves: list[bytes]
    notes: dict[int, str]

    def receipt(self, index: int, size: int = SIZES[-1]) -> str:
        return receipt(index, inclusion_proof(index, size, subtree_of(self.leaves[:size])), self.notes[size])

    def entry(self, index: int) -> Path:
        """A file that holds one entry."""
        path = self.folder.with_name(f"entry-{index}")
        path.write_bytes(self.entries[index])
        return path


def grow(folder: Path, entries: Sequence[bytes], secret: bytes = bytes(range(32))) -> Log:
    """A log signed and published by the product at every size in SIZES."""
    leaves = [leaf_hash(entry) for entry in entries]
    signer, publisher = Signer(ORIGIN, secret, folder.with_name("signed.json")), Publisher(folder)
    edge, start, notes = Edge(), 0, {}
    for size in SIZES:
        edge, tiles = edge.extended(leaves[start:size])
        first = start // WIDTH * WIDTH
        bundles = [(at // WIDTH, entries[at : min(at + WIDTH, size)]) for at in range(first, size, WIDTH)]
        subtree = subtree_of(leaves[:size])
        notes[size] = signer.sign(size, edge.root(), lambda old, new, of=subtree: consistency_proof(old, new, of))
        publisher.publish(tiles, bundles, notes[size])
        start = size
    return Log(folder, signer.key, list(entries), leaves, notes)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    salts = (hashlib.sha256(b"salt %d" % at).digest() for at in range(SIZES[-1]))
    entries = [public_entry(salt, b"%d" % at, sm3=at % 7 == 0) for at, salt in enumerate(salts)]
    return grow(tmp_path_factory.mktemp("foreign") / "log", entries)


@pytest.fixture
def copy(log: Log, tmp_path: Path) -> Log:
    """The same log where a test may spoil it."""
    shutil.copytree(log.folder, tmp_path / "log")
    return Log(tmp_path / "log", log.key, log.entries, log.leaves, log.notes)


def spoil(path: Path, at: int = 40) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    """One run of a foreign program. A wrong call of it (exit code 2) is a fault of the test."""
    done = subprocess.run([foreign.command(program), *map(str, arguments)], capture_output=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return done


# ── aics-tlog: checkpoints, inclusion, consistency, every tile and bundle ────────────────────────────────────────────


def aics(command: str, log: Log, *more: object) -> dict[str, object]:
    """The one JSON object that it prints; `ok` agrees with its exit code."""
    done = run("aics-tlog", command, "--tiles", log.folder, "--log-key", log.key, "--origin", ORIGIN, *more)
    said: dict[str, object] = json.loads(done.stdout)
    assert said["ok"] is (done.returncode == 0)
    return said


def audit(log: Log) -> subprocess.CompletedProcess[bytes]:
    return run("python", "-I", "-c", AUDIT, log.folder)


def test_a_stranger_accepts_our_checkpoint_and_tiles(log: Log) -> None:
    said = aics("verify-checkpoint", log)
    assert (said["ok"], said["size"], said["tiles_ok"]) == (True, SIZES[-1], True)
    done = audit(log)
    assert done.stdout.decode().strip() == "AuditReport(size=66000, tiles=261, bundles=258)", done.stderr


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_999])
def test_a_stranger_finds_our_entries(log: Log, index: int) -> None:
    assert aics("verify-inclusion", log, "--leaf", log.entry(index), "--index", index)["ok"] is True
    assert aics("verify-inclusion", log, "--leaf", log.entry(index), "--index", index ^ 1)["ok"] is False


@pytest.mark.parametrize("size", SIZES)
def test_a_stranger_sees_that_the_log_only_grew(log: Log, tmp_path: Path, size: int) -> None:
    older = tmp_path / "older"
    older.write_text(log.notes[size], encoding="utf-8")
    said = aics("verify-consistency", log, "--old-checkpoint", older)
    assert (said["ok"], said["old_size"], said["new_size"]) == (True, size, SIZES[-1])


def test_a_stranger_and_we_see_a_rewritten_log(log: Log, tmp_path: Path) -> None:
    """Signed anew with the true key, every tile in order: only the checkpoint that was kept tells."""
    entries = list(log.entries)
    entries[123] = public_entry(bytes(32), b"another story")
    other = grow(tmp_path / "log", entries)
    older = tmp_path / "older"
    older.write_text(log.notes[40_000], encoding="utf-8")
    assert aics("verify-checkpoint", other)["ok"] is True
    assert aics("verify-consistency", other, "--old-checkpoint", older)["ok"] is False
    assert ours.main(["tiles", str(other.folder), "--vkey", other.key]) == 0
    assert ours.main(["tiles", str(other.folder), "--vkey", other.key, "--since", str(older)]) == 1


@pytest.mark.parametrize(
    "name",
    [
        "tile/0/005",
        "tile/0/257.p/208",
        "tile/1/000",
        "tile/1/001.p/1",
        "tile/2/000.p/1",
        "tile/entries/005",
        "tile/entries/257.p/208",
    ],
)
def test_a_stranger_and_we_refuse_any_spoilt_file(copy: Log, name: str) -> None:
    spoil(copy.folder / name, 20)
    done = audit(copy)
    assert done.returncode == 1
    assert b"TileVerificationError" in done.stderr
    with pytest.raises(ours.Broken):
        ours.check_tiles(str(copy.folder), copy.key)


def test_a_stranger_and_we_refuse_a_forged_checkpoint(copy: Log) -> None:
    path = copy.folder / "checkpoint"
    good = copy.notes[SIZES[-1]]
    other = grow(copy.folder.with_name("forger"), copy.entries, secret=bytes(32))
    for forged in (good.replace("\n66000\n", "\n65999\n"), good.replace(ORIGIN, "sanxiang.test/other"),
                   good.replace("=\n", "A\n", 1), other.notes[SIZES[-1]]):  # fmt: skip
        path.write_text(forged, encoding="utf-8")
        assert aics("verify-checkpoint", copy)["ok"] is False
        with pytest.raises(ours.Broken):
            ours.check_tiles(str(copy.folder), copy.key)
    path.write_text(good, encoding="utf-8")
    assert aics("verify-checkpoint", copy)["ok"] is True


# ── tlog-tiles (tlog-scales): reads entries, makes receipts ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("index", [0, 65_535, 65_999])
def test_a_second_stranger_reads_our_entries(log: Log, index: int) -> None:
    done = run("tlog-tiles", "get-leaf", "--check", log.folder, index)
    assert (done.returncode, done.stdout) == (0, log.entries[index])


@pytest.mark.parametrize("name", ["tile/entries/005", "tile/0/005", "tile/1/000"])
def test_a_second_stranger_refuses_spoilt_files(copy: Log, name: str) -> None:
    index, other = 5 * WIDTH, 4 * WIDTH + 1
    spoil(copy.folder / name, 10 if "entries" in name else 40)
    done = run("tlog-tiles", "get-leaf", "--check", copy.folder, other if name.startswith("tile/1") else index)
    assert done.returncode == 1
    assert b"InclusionProofInvalid" in done.stderr


# ── proofbundle: receipts ────────────────────────────────────────────────────────────────────────────────────────────


def proofbundle(log: Log, text: str, payload: Path, tmp_path: Path) -> bool:
    path = tmp_path / "one.tlog-proof"
    path.write_text(text, encoding="utf-8")
    done = run("proofbundle", "verify-proof", path, "--payload-file", payload, "--log-vkey", log.key,
               "--expected-origin", ORIGIN)  # fmt: skip
    return done.returncode == 0


@pytest.mark.parametrize(("index", "size"), [(0, 1), (200, 255), (255, 256), (39_999, 40_000), (65_535, 66_000)])
def test_a_third_stranger_and_we_accept_our_receipts(log: Log, tmp_path: Path, index: int, size: int) -> None:
    text = log.receipt(index, size)
    assert proofbundle(log, text, log.entry(index), tmp_path)
    assert ours.check_receipt(text, log.entries[index], log.key) == (ORIGIN, index, size)


def test_a_third_stranger_and_we_refuse_spoilt_receipts(log: Log, tmp_path: Path) -> None:
    index = 65_535
    good, entry = log.receipt(index), log.entry(index)
    lines = good.split("\n")
    spoilt = {
        "index": good.replace("index 65535", "index 65534"),
        "hash": good.replace(lines[5], lines[6]),
        "one less": good.replace(lines[5] + "\n", "", 1),
        "size": good.replace("\n66000\n", "\n65999\n"),
        "signature": good[:-8] + ("A" if good[-8] != "A" else "B") + good[-7:],
        "no signature": good[: good.rindex("\u2014")],
    }
    for name, text in spoilt.items():
        assert text != good
        assert not proofbundle(log, text, entry, tmp_path), name
        with pytest.raises(ours.Broken):
            ours.check_receipt(text, log.entries[index], log.key)
    assert not proofbundle(log, good, log.entry(index - 1), tmp_path)
    assert proofbundle(log, good, entry, tmp_path)


def test_a_receipt_that_one_stranger_makes_satisfies_another_and_us(log: Log, tmp_path: Path) -> None:
    index = 40_001
    made = run("tlog-tiles", "gen-proof", log.folder, index).stdout.decode()
    assert made == log.receipt(index)
    assert proofbundle(log, made, log.entry(index), tmp_path)
    assert ours.check_receipt(made, log.entries[index], log.key) == (ORIGIN, index, SIZES[-1])
