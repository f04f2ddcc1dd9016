"""The ledger end to end on a real database: numbered once, signed, published, proved to strangers."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import orjson
import psycopg
import pytest

from sanxiang.core.events import archive
from sanxiang.core.ledger import (
    EMPTY,
    Edge,
    bundle_path,
    entries_of,
    leaf_hash,
    parse_receipt,
    tile_path,
    verify_inclusion,
)
from sanxiang.store import keys, reading, runtime
from sanxiang.store.errors import LedgerStopped
from sanxiang.store.ledger.publisher import Publisher
from sanxiang.store.ledger.receipts import NotYet, receipt
from sanxiang.store.ledger.sequencer import Busy, Sequencer, waiting
from sanxiang.store.ledger.signer import Signer, head_of

from .logs import ORIGIN, Log, tamper
from .records import draft, new_id

# ── numbering, signing, publishing ───────────────────────────────────────────────────────────────────────────────────


def test_all_fits(filled: Log) -> None:
    done = filled.verify()
    assert (done.size, done.checked, done.waiting, done.findings) == (700, 700, 0, [])
    assert filled.verify("quick").ok
    assert filled.verify("incremental", since=600).checked == 700 - 512
    assert filled.verify(published=None, key=None).ok


def test_an_empty_log_fits(log: Log) -> None:
    log.sequencer().step()
    assert log.verify().ok
    assert [path.name for path in log.published.iterdir()] == ["log.vkey"]
    assert (log.published / "log.vkey").read_text(encoding="ascii") == log.signer().key + "\n"


def test_published_files_are_a_tlog(filled: Log) -> None:
    """Read back with nothing but the files: bundles → leaves → tiles → root → checkpoint."""
    note = (filled.published / "checkpoint").read_text(encoding="utf-8")
    head = head_of(note, filled.signer().key)
    assert (head.origin, head.size) == (ORIGIN, 700)
    names = [bundle_path(0), bundle_path(1), bundle_path(2, 700 - 512)]
    entries = [entry for name in names for entry in entries_of((filled.published / name).read_bytes())]
    edge, tiles = Edge().extended([leaf_hash(entry) for entry in entries])
    assert edge.root() == head.root
    for (level, n), data in tiles.items():
        assert (filled.published / tile_path(level, n, len(data) // 32)).read_bytes() == data
    assert not list(filled.published.rglob("*.p/*/*"))
    assert not (filled.published / "tile/0/000.p").exists()
    for entry in entries:
        assert set(orjson.loads(entry)) <= {"v", "commitment", "sm3"}


def test_the_tail_follows_the_ledger(filled: Log) -> None:
    web = filled.record.connect()
    first = reading.tail(web, limit=300)
    rest = reading.tail(web, first[-1].index)
    assert [one.index for one in (*first, *rest)] == list(range(700))
    assert reading.tail(web, 699) == ()


def test_every_event_gets_a_receipt_that_a_stranger_can_check(filled: Log) -> None:
    web = filled.record.connect()
    key = filled.signer().key
    for numbered in reading.tail(web, limit=700)[::37]:
        text = receipt(web, numbered.id)
        index, proof, note = parse_receipt(text)
        head = head_of(note, key)
        (raw,) = [one for one in reading.raw(web, numbered.stream) if one.id == numbered.id]
        assert index == raw.index == numbered.index
        assert verify_inclusion(index, head.size, leaf_hash(raw.entry), proof, head.root)


def test_no_receipt_before_the_signature(log: Log) -> None:
    sequencer = log.sequencer()
    web, stream = log.record.connect(), new_id()
    (event,) = log.record.add(web, stream)
    with pytest.raises(NotYet):
        receipt(web, event.id)
    assert waiting(web)[0] == 1
    sequencer.step()
    assert receipt(web, event.id).startswith("c2sp.org/tlog-proof@v1\nindex 0\n\n" + ORIGIN)
    with pytest.raises(LookupError):
        receipt(web, new_id())


def test_proofs_outlive_a_destroyed_key(filled: Log) -> None:
    web = filled.record.connect()
    numbered = reading.tail(web, limit=1)[0]
    before = receipt(web, numbered.id)
    (destroyed,) = filled.record.add(web, numbered.stream, draft(archive.CaseArchived()))
    keys.destroy(web, numbered.stream, because=destroyed.id)
    assert receipt(web, numbered.id) == before
    assert filled.verify().ok


def test_sm3_entries_are_hashed_again_too(log: Log, secrets_folder: Path) -> None:
    runtime.configure(secrets_folder, sm3=True)
    sequencer = log.sequencer()
    log.add(3)
    assert sequencer.step().taken == 3
    assert log.verify().ok
    entry = log.record.one("SELECT entry FROM record.event LIMIT 1").decode()
    at = entry.index("sm3") + 8
    flipped = entry[:at] + ("0" if entry[at] != "0" else "1") + entry[at + 1 :]
    tamper(log, f"UPDATE record.event SET entry = '{flipped}' WHERE pos = (SELECT min(pos) FROM record.event)")
    assert "event" in log.codes()


# ── what must not happen ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_sequencer_is_kept_out(log: Log) -> None:
    first = log.sequencer()
    with pytest.raises(Busy):
        log.sequencer()
    log.add()
    assert first.step().taken == 1


def test_a_second_sequencer_past_the_lock_is_fenced(log: Log) -> None:
    """Even if the lock were lost, two cannot number the same place."""
    first = log.sequencer()
    first._connection.execute("SELECT pg_advisory_unlock_all()")
    second = log.sequencer()
    log.add(2)
    assert second.step().taken == 2
    log.add(2)
    with pytest.raises(LedgerStopped):
        first.step()
    assert second.step().taken == 2
    assert log.verify().ok


def test_two_at_once_number_everything_once(log: Log) -> None:
    """Two that both believe they are alone, stepping as fast as they can."""
    first = log.sequencer(batch=7)
    first._connection.execute("SELECT pg_advisory_unlock_all()")
    second = log.sequencer(batch=5)
    log.add(60)
    stops = []

    def steps(one: Sequencer) -> None:
        for _ in range(40):
            try:
                one.step()
            except (LedgerStopped, psycopg.Error) as stopped:
                stops.append(stopped)
                return

    threads = [threading.Thread(target=steps, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stops
    log.stop()
    last = log.sequencer()
    while last.step().taken:
        pass
    done = log.verify()
    assert (done.size, done.findings) == (60, [])


def test_bytes_that_changed_before_numbering_are_not_numbered(log: Log) -> None:
    sequencer = log.sequencer()
    log.add(3)
    tamper(
        log, "UPDATE record.event SET body = set_byte(body, 40, 120) WHERE pos = (SELECT max(pos) FROM record.event)"
    )
    with pytest.raises(LedgerStopped, match="不符"):
        sequencer.step()
    assert log.record.one("SELECT size FROM record.log_state") == 0
    assert log.record.one("SELECT count(*) FROM record.pending") == 3


def test_a_fault_in_a_batch_undoes_it_and_the_next_goes_on(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    sequencer = log.sequencer()
    log.add(3)
    with monkeypatch.context() as patch:
        patch.setattr(Sequencer, "_store", lambda *_: (_ for _ in ()).throw(psycopg.errors.DiskFull("disk")))
        with pytest.raises(psycopg.errors.DiskFull):
            sequencer.step()
    with monkeypatch.context() as patch:
        patch.setattr(Publisher, "publish", lambda *_: (_ for _ in ()).throw(OSError("no space")))
        with pytest.raises(OSError, match="no space"):
            sequencer.step()
    assert sequencer.step().size == 3
    assert log.verify().ok


def test_an_old_backup_is_not_signed_again(log: Log) -> None:
    """The database goes back; signer and published files remember."""
    sequencer = log.sequencer()
    log.add(2)
    sequencer.step()
    owner = log.record.connect("owner")
    owner.execute("ALTER TABLE record.log_state DISABLE TRIGGER USER")
    for table in ("leaf", "tile", "checkpoint"):
        owner.execute(f"ALTER TABLE record.{table} DISABLE TRIGGER USER")
        owner.execute(f"DELETE FROM record.{table}")
    owner.execute("UPDATE record.log_state SET size = 0, root = %s", (EMPTY,))
    log.stop()
    with pytest.raises(LedgerStopped, match="旧备份"):
        log.sequencer()
    assert {"published"} <= log.codes(mode="quick")
    (log.published / "checkpoint").unlink()
    log.stop()
    owner.execute("INSERT INTO record.pending SELECT min(pos) FROM record.event")
    again = log.sequencer()
    with pytest.raises(LedgerStopped, match="旧备份"):
        again.step()


def test_a_rewritten_log_is_not_signed(log: Log) -> None:
    signer = log.signer()
    sequencer = log.sequencer()
    log.add(4)
    sequencer.step()
    with pytest.raises(LedgerStopped, match="不是此前签出"):
        signer.sign(4, bytes(32), lambda old, new: [])
    with pytest.raises(LedgerStopped, match="不是此前签出"):
        signer.sign(5, bytes(32), lambda old, new: [bytes(32)] * 3)
    with pytest.raises(LedgerStopped, match="曾签出"):
        signer.sign(3, bytes(32), lambda old, new: [])
    other = Signer("elsewhere", bytes(range(32)), log.record.home / "signed.json")
    with pytest.raises(LedgerStopped, match="另一个账本"):
        other.sign(9, bytes(32), lambda old, new: [])


def test_a_published_file_is_never_replaced(filled: Log) -> None:
    path = filled.published / "tile/0/002.p"
    log_file = path / str(701 - 512)
    log_file.write_bytes(b"other")
    filled.add()
    filled.stop()
    again = filled.sequencer()
    with pytest.raises(LedgerStopped, match="不能覆盖"):
        again.step()
    log_file.unlink()
    again.step()
    assert filled.verify().ok


# ── checked by the program that knows nothing of ours ────────────────────────────────────────────────────────────────

STRANGER = Path(__file__).resolve().parents[2] / "verify" / "verify.py"


def stranger(*words: object) -> int:
    return subprocess.run([sys.executable, STRANGER, *map(str, words)], capture_output=True, check=False).returncode


def test_a_stranger_checks_the_published_folder(filled: Log, tmp_path: Path) -> None:
    key, kept = filled.signer().key, tmp_path / "kept"
    shutil.copy(filled.published / "checkpoint", kept)
    filled.add(30)
    filled.stop()
    filled.sequencer().step()
    assert stranger("tiles", filled.published, "--vkey", key, "--since", kept) == 0
    for name in ("tile/entries/001", "tile/0/000", "tile/1/000.p/2", "checkpoint"):
        path = filled.published / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:])
        assert stranger("tiles", filled.published, "--vkey", key) == 1, name
        path.write_bytes(whole)


def test_a_stranger_checks_a_receipt(filled: Log, tmp_path: Path) -> None:
    web, key = filled.record.connect(), filled.signer().key
    numbered = reading.tail(web, 299, 1)[0]
    (raw,) = reading.raw(web, numbered.stream)
    proof, event = tmp_path / "event.tlog-proof", tmp_path / "event.json"
    proof.write_text(receipt(web, numbered.id), encoding="utf-8")
    shown = {"entry": orjson.loads(raw.entry), "body": orjson.loads(raw.body), "salt": raw.salt.hex()}
    event.write_bytes(orjson.dumps(shown))
    assert stranger("receipt", proof, "--event", event, "--vkey", key) == 0
    shown["body"]["seq"] = 9
    event.write_bytes(orjson.dumps(shown))
    assert stranger("receipt", proof, "--event", event, "--vkey", key) == 1
