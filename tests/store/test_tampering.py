"""Whatever somebody changes who owns the database, the folder or even the key, is found."""

from __future__ import annotations

import hashlib
import shutil

import pytest

from sanxiang.core.ledger import (
    EMPTY,
    MalformedNote,
    vkey,
)
from sanxiang.store.ledger.signer import head_of

from .logs import ORIGIN, Log, tamper

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
