"""Backup and restore with the programs of PostgreSQL: whole, apart, and never behind what was published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sanxiang.core.events import archive, case
from sanxiang.store import custody, keys, known, reading, runtime
from sanxiang.store.backup import EVIDENCE, LISTED, MANIFEST, RECORD, BackupProblem, backup, restore
from sanxiang.store.blobs import Blobs
from sanxiang.store.postgres import find

from .records import Record, draft, new_id, now
from .test_sealing import CANARY, FACTS


@pytest.fixture
def saved(record: Record, secrets_folder: Path, tmp_path: Path) -> tuple[Record, str, Path, Path]:
    web, stream = record.connect(), new_id()
    record.add(web, stream, draft(case.ActivityDone(facts=FACTS)), draft())
    target, apart = tmp_path / "backup", tmp_path / "keys"
    save(record, target, apart, secrets_folder)
    return record, stream, target, apart


def save(record: Record, target: Path, apart: Path, secrets: Path) -> None:
    backup(
        record.urls["owner"], find(), target, apart, secrets=secrets, taken_at=now(), blobs=Blobs(record.home / "blobs")
    )


def empty(pg_server: Any, name: str) -> dict[str, str]:
    pg_server.drop_database(name)
    return dict(pg_server.create_database(name))


def test_what_was_saved_comes_back(saved: Any, pg_server: Any, tmp_path: Path) -> None:
    record, stream, target, apart = saved
    wanted = reading.load(record.connect(), stream)
    urls, place = empty(pg_server, "restored"), tmp_path / "secrets"
    manifest = restore(
        urls["owner"], find(), target, apart, secrets=place, published=tmp_path / "none", blobs=Blobs(tmp_path / "b")
    )
    assert (manifest.events, manifest.size, manifest.origin) == (2, 0, "sanxiang.test/record")
    assert {path.name for path in place.iterdir()} == set(custody.ALL)
    runtime.configure(place)
    known._known.clear()
    back = Record(urls, tmp_path)
    web = back.connect()
    assert reading.load(web, stream) == wanted
    back.add(web, stream, draft(case.ActivityDone(facts=FACTS)))
    assert back.one("SELECT count(*) FROM record.pending") == 3
    with pytest.raises(psycopg.Error):
        back.connect("owner").execute("DELETE FROM record.event")
    web.close()


def test_personal_data_cannot_be_read_from_the_record_without_the_keys(saved: Any) -> None:
    _, _, target, apart = saved
    assert {path.name for path in target.iterdir()} == {RECORD, MANIFEST, LISTED}
    assert CANARY.encode() not in (target / RECORD).read_bytes()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (*target.iterdir(), *apart.iterdir()))


def test_a_key_destroyed_after_the_keys_were_saved_does_not_return(
    saved: Any, pg_server: Any, secrets_folder: Path, tmp_path: Path
) -> None:
    record, stream, _, apart = saved
    web = record.connect()
    (destroyed,) = record.add(web, stream, draft(archive.CaseArchived()))
    keys.destroy(web, stream, because=destroyed.id)
    later, later_keys = tmp_path / "later", tmp_path / "later-keys"
    save(record, later, later_keys, secrets_folder)
    old = apart / "keys.dump"
    (later_keys / "keys.dump").write_bytes(old.read_bytes())
    manifest = json.loads((later_keys / MANIFEST).read_text())
    manifest["files"] = json.loads((apart / MANIFEST).read_text())["files"]
    (later_keys / MANIFEST).write_text(json.dumps(manifest))
    urls = empty(pg_server, "restored")
    restore(
        urls["owner"],
        find(),
        later,
        later_keys,
        secrets=tmp_path / "s",
        published=tmp_path / "none",
        blobs=Blobs(tmp_path / "b"),
    )
    known._known.clear()
    back = Record(urls, tmp_path)
    assert reading.load(back.connect(), stream)[0].event.facts == {"place": "洛阳"}
    back.connections[0].close()


def test_an_older_backup_than_the_published_ledger_is_refused(saved: Any, pg_server: Any, tmp_path: Path) -> None:
    _, _, target, apart = saved
    published = tmp_path / "published"
    published.mkdir()
    (published / "checkpoint").write_text("sanxiang.test/record\n1\nAAAA\n\n", encoding="utf-8")
    urls = empty(pg_server, "restored")
    with pytest.raises(BackupProblem, match="两部不同的账本"):
        restore(
            urls["owner"],
            find(),
            target,
            apart,
            secrets=tmp_path / "s",
            published=published,
            blobs=Blobs(tmp_path / "b"),
        )
    with psycopg.connect(urls["owner"]) as owner:
        assert owner.execute("SELECT to_regclass('record.event')").fetchone() == (None,)


def test_what_is_no_whole_backup_is_refused(saved: Any, pg_server: Any, secrets_folder: Path, tmp_path: Path) -> None:
    record, _, target, apart = saved
    elsewhere = {"secrets": tmp_path / "s", "published": tmp_path / "none", "blobs": Blobs(tmp_path / "b")}
    with pytest.raises(BackupProblem, match="不是空库"):
        restore(record.urls["owner"], find(), target, apart, **elsewhere)
    urls = empty(pg_server, "restored")
    with pytest.raises(BackupProblem, match="不是完整的备份"):
        restore(urls["owner"], find(), tmp_path / "nothing", apart, **elsewhere)
    other = tmp_path / "other-secrets"
    custody.prepare(other)
    with pytest.raises(BackupProblem, match="与备份不同"):
        restore(
            urls["owner"],
            find(),
            target,
            apart,
            secrets=other,
            published=tmp_path / "none",
            blobs=Blobs(tmp_path / "b"),
        )
    data = bytearray((target / RECORD).read_bytes())
    data[len(data) // 2] ^= 1
    (target / RECORD).write_bytes(data)
    with pytest.raises(BackupProblem, match="已损坏"):
        restore(urls["owner"], find(), target, apart, **elsewhere)
    with pytest.raises(BackupProblem, match="已经存在"):
        save(record, target, apart, secrets_folder)
    with pytest.raises(BackupProblem, match="分开存放"):
        save(record, tmp_path / "x", tmp_path / "x" / "keys", secrets_folder)


def test_evidence_comes_along_and_one_folder_serves_many_backups(
    record: Record, secrets_folder: Path, pg_server: Any, tmp_path: Path
) -> None:
    blobs, shared = Blobs(record.home / "blobs"), tmp_path / "evidence"
    first = blobs.add("现场照片".encode())
    backup(
        record.urls["owner"], find(), tmp_path / "one", tmp_path / "k1", secrets=secrets_folder, taken_at=now(),
        blobs=blobs, evidence=shared,
    )  # fmt: skip
    inode = Blobs(shared).path(first).stat().st_ino
    second = blobs.add("询问录音".encode())
    told = backup(
        record.urls["owner"], find(), tmp_path / "two", tmp_path / "k2", secrets=secrets_folder, taken_at=now(),
        blobs=blobs, evidence=shared,
    )  # fmt: skip
    assert (told.evidence, list(told.absent)) == (2, [])
    assert Blobs(shared).path(first).stat().st_ino == inode, "copied once"
    into = Blobs(tmp_path / "restored")
    back = restore(
        empty(pg_server, "restored")["owner"], find(), tmp_path / "two", tmp_path / "k2", secrets=tmp_path / "s",
        published=tmp_path / "none", blobs=into, evidence=shared,
    )  # fmt: skip
    assert list(back.absent) == []
    assert sorted(into.every()) == sorted((first, second))
    assert into.read(second) == "询问录音".encode()


def test_a_damaged_file_is_named_and_keeps_nothing_else_from_safety(
    record: Record, secrets_folder: Path, tmp_path: Path
) -> None:
    blobs = Blobs(record.home / "blobs")
    good, bad = blobs.add(b"good"), blobs.add(b"bad")
    blobs.path(bad).chmod(0o600)
    blobs.path(bad).write_bytes(b"BAD")
    told = backup(
        record.urls["owner"],
        find(),
        tmp_path / "b",
        tmp_path / "k",
        secrets=secrets_folder,
        taken_at=now(),
        blobs=blobs,
    )
    assert list(told.absent) == [bad]
    assert list(Blobs(tmp_path / "b" / EVIDENCE).every()) == [good]
