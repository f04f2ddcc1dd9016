"""The ledger end to end on a real database: numbered once, signed, published, proved; every tampering is found."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from sanxiang.core.events import case
from sanxiang.core.ledger import (
    EMPTY,
    Edge,
    MalformedNote,
    bundle_path,
    entries_of,
    leaf_hash,
    parse_receipt,
    tile_path,
    verify_inclusion,
    vkey,
)
from sanxiang.store import custody, keys, reading, runtime
from sanxiang.store.errors import LedgerStopped
from sanxiang.store.ledger.publisher import Publisher
from sanxiang.store.ledger.receipts import NotYet, receipt
from sanxiang.store.ledger.sequencer import Busy, Sequencer, waiting
from sanxiang.store.ledger.signer import Signer, head_of
from sanxiang.store.ledger.verification import Verification, Verifier

from .conftest import Record, draft, new_id
from .test_sealing import FACTS

ORIGIN = "sanxiang.test/record"


@dataclass
class Log:
    """A record, its sequencer, and where it publishes."""

    record: Record
    secrets: Path

    @property
    def published(self) -> Path:
        return self.record.home / "published"

    def signer(self) -> Signer:
        secret = custody.read(self.secrets, custody.SIGNING)
        return Signer(ORIGIN, secret, self.record.home / "signed.json")

    def sequencer(self, batch: int = 10_000) -> Sequencer:
        one = Sequencer(self.record.connect("sequencer"), self.signer(), Publisher(self.published), batch)
        one.start()
        return one

    def stop(self) -> None:
        """End every sequencer, and with its connection its lock."""
        for connection in self.record.connections:
            if not connection.closed and connection.info.user.endswith("sequencer"):
                connection.close()

    def verify(self, mode: Any = "full", role: str = "web", **more: Any) -> Verification:
        wanted = {"key": self.signer().key, "published": self.published} | more
        since = wanted.pop("since", 0)
        return Verifier(self.record.connect(role), **wanted).run(mode, since)

    def codes(self, **more: Any) -> set[str]:
        return {finding.code for finding in self.verify(**more).findings}

    def add(self, many: int = 1) -> list[str]:
        web = self.record.connect()
        streams = [new_id() for _ in range(many)]
        with web.transaction():
            for stream in streams:
                self.record.add(web, stream, draft(case.ActivityDone(facts=FACTS)), expected=0)
        return streams


@pytest.fixture
def log(record: Record, secrets_folder: Path) -> Log:
    return Log(record, secrets_folder)


@pytest.fixture
def filled(log: Log) -> Log:
    """700 events in several batches: full and partial tiles on two levels."""
    sequencer = log.sequencer()
    for many in (1, 2, 253, 44, 400):
        log.add(many)
        sequencer.step()
    return log


def tamper(log: Log, *statements: str) -> None:
    """As somebody who owns the database and switches the triggers off."""
    owner = log.record.connect("owner")
    tables = ("event", "leaf", "tile", "checkpoint", "pending", "number", "stream")
    for table in tables:
        owner.execute(f"ALTER TABLE record.{table} DISABLE TRIGGER USER")
    for statement in statements:
        assert owner.execute(statement).rowcount == 1, statement
    for table in tables:
        owner.execute(f"ALTER TABLE record.{table} ENABLE TRIGGER USER")


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
    assert not log.published.exists()


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
    (destroyed,) = filled.record.add(web, numbered.stream, draft(case.CaseArchived()))
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


# ── every tampering is found ─────────────────────────────────────────────────────────────────────────────────────────

AT = "(SELECT event_pos FROM record.leaf WHERE log_index = 300)"
TAMPERINGS: dict[str, tuple[str, set[str]]] = {
    "body": (f"UPDATE record.event SET body = set_byte(body, 60, 33) WHERE pos = {AT}", {"event", "tile"}),
    "salt": (f"UPDATE record.event SET salt = sha256(salt) WHERE pos = {AT}", {"event"}),
    "entry": (f"UPDATE record.event SET entry = set_byte(entry, 20, 33) WHERE pos = {AT}", {"event"}),
    "kind": (f"UPDATE record.event SET kind = 'case.closed' WHERE pos = {AT}", {"chain"}),
    "recorded_at": (f"UPDATE record.event SET recorded_at = now() - interval '1 d' WHERE pos = {AT}", {"chain"}),
    "seq": (f"UPDATE record.event SET seq = 2 WHERE pos = {AT}", {"chain"}),
    "moved": (f"UPDATE record.event SET stream = gen_random_uuid() WHERE pos = {AT}", {"chain", "stream"}),
    "deleted": (f"DELETE FROM record.event WHERE pos = {AT}", {"missing"}),
    "leaf deleted": ("DELETE FROM record.leaf WHERE log_index = 300", {"gap", "outside"}),
    "last leaf deleted": ("DELETE FROM record.leaf WHERE log_index = 699", {"size", "outside"}),
    "leaf of another": (
        f"UPDATE record.leaf SET event_pos = -1 WHERE log_index = 300 AND event_pos = {AT}",
        {"missing", "outside"},
    ),
    "tile": ("UPDATE record.tile SET data = set_byte(data, 70, 1) WHERE level = 0 AND n = 0", {"tile"}),
    "edge tile": ("UPDATE record.tile SET data = set_byte(data, 3, 1) WHERE level = 0 AND n = 2", {"root"}),
    "upper tile": ("UPDATE record.tile SET data = set_byte(data, 3, 1) WHERE level = 1 AND n = 0", {"root"}),
    "tile deleted": ("DELETE FROM record.tile WHERE level = 0 AND n = 1", {"tile", "tiles"}),
    "stream deleted": (f"DELETE FROM record.stream WHERE id = (SELECT stream FROM record.event WHERE pos = {AT})", {"stream"}),
    "queued again": (f"INSERT INTO record.pending SELECT {AT}", {"twice"}),
    "checkpoint root": (
        "UPDATE record.checkpoint SET note = replace(note, E'\\n256\\n', E'\\n256\\nAAAA') WHERE size = 256",
        {"checkpoint"},
    ),
    "checkpoint deleted": ("DELETE FROM record.checkpoint WHERE size = 700", {"checkpoint"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(filled: Log, name: str) -> None:
    statement, codes = TAMPERINGS[name]
    tamper(filled, statement)
    found = filled.codes()
    assert found
    assert found & codes, (found, codes)


def test_two_swapped_events_are_found(filled: Log) -> None:
    places = filled.record.one("SELECT array_agg(event_pos ORDER BY log_index) FROM record.leaf WHERE log_index < 12")
    tamper(
        filled,
        "UPDATE record.leaf SET event_pos = -1 WHERE log_index = 10",
        f"UPDATE record.leaf SET event_pos = {places[10]} WHERE log_index = 11",
        f"UPDATE record.leaf SET event_pos = {places[11]} WHERE log_index = 10",
    )
    assert "tile" in filled.codes()


def test_an_event_beside_the_outbox_is_found(filled: Log) -> None:
    filled.add()
    tamper(filled, "DELETE FROM record.pending")
    assert filled.codes() == {"outside"}


@pytest.mark.parametrize(
    "name", ["tile/0/000", "tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/001", "tile/entries/002.p/188"]
)
def test_a_changed_or_missing_file_is_found(filled: Log, name: str) -> None:
    path = filled.published / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert filled.codes() == {"file"}
    path.unlink()
    assert filled.codes() == {"file"}


def test_a_forged_published_checkpoint_is_found(filled: Log) -> None:
    path = filled.published / "checkpoint"
    note = path.read_text(encoding="utf-8")
    for forged in (note.replace("\n700\n", "\n701\n"), note[:-6] + "AAAA=\n", "", "x"):
        path.write_text(forged, encoding="utf-8")
        assert "published" in filled.codes(mode="quick")


def test_an_insider_with_the_key_is_found_only_by_a_checkpoint_from_outside(filled: Log) -> None:
    """Who owns the database and the signing key can rewrite all of it; what somebody else kept still tells."""
    kept = (filled.published / "checkpoint").read_text(encoding="utf-8")
    filled.stop()
    rewrite(filled)
    assert filled.verify().ok
    done = filled.verify("quick", outside=kept)
    assert done.outside
    assert {finding.code for finding in done.findings} == {"outside"}


def rewrite(log: Log) -> None:
    """Change one event's salt and everything that follows from it, files and signatures included."""
    owner = log.record.connect("owner")
    for table in ("event", "leaf", "tile", "checkpoint", "pending", "log_state"):
        owner.execute(f"ALTER TABLE record.{table} DISABLE TRIGGER USER")
    pos, salt, body = owner.execute(
        "SELECT pos, salt, body FROM record.event e JOIN record.leaf l ON l.event_pos = e.pos WHERE log_index = 5"
    ).fetchone() or (0, b"", b"")
    salt = bytes(32)
    entry = b'{"commitment":"%s","v":1}' % hashlib.sha256(salt + body).hexdigest().encode()
    owner.execute("UPDATE record.event SET salt = %s, entry = %s WHERE pos = %s", (salt, entry, pos))
    for table in ("leaf", "tile", "checkpoint"):
        owner.execute(f"DELETE FROM record.{table}")
    owner.execute("UPDATE record.log_state SET size = 0, root = %s", (EMPTY,))
    owner.execute("INSERT INTO record.pending SELECT pos FROM record.event")
    for table in ("event", "leaf", "tile", "checkpoint", "pending", "log_state"):
        owner.execute(f"ALTER TABLE record.{table} ENABLE TRIGGER USER")
    shutil.rmtree(log.published)
    (log.record.home / "signed.json").unlink()
    log.sequencer().step()


def test_a_checkpoint_of_another_log_is_refused(filled: Log) -> None:
    note, key = (filled.published / "checkpoint").read_text(), filled.signer().key
    assert head_of(note, key).size == 700
    for other in (vkey("other", bytes(32)), vkey(ORIGIN, bytes(32))):
        with pytest.raises(MalformedNote):
            head_of(note, other)


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
