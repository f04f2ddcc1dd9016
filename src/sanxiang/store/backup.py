"""Backup and restore: the record in one folder, the keys in another, so that destroyed personal data stays destroyed.

A backup is one consistent snapshot. A restore goes into an empty database, and is refused where the ledger has already
published more than the backup holds: going on from there would give the public two different histories.
Evidence files and archived volumes stand in a folder of their own, by default within the record's: they never change,
so that one such folder may serve many backups, each adding what is new.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from . import custody
from .blobs import CHUNK, Blobs
from .postgres import Binaries
from .postgres.dsn import parts

RECORD, KEYS, MANIFEST, LISTED = "record.dump", "keys.dump", "manifest.json", "evidence.txt"
EVIDENCE = "evidence"
FORMAT = 2


class BackupProblem(Exception):
    """Why a backup or a restore was not done. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds: `size` and hex `root` of its log, `events` on the record, `evidence` how many evidence files
    and archived papers, `absent` those of them that could not be brought, `files` with their SHA-256."""

    format: int
    taken_at: str
    origin: str
    demo: bool
    size: int
    root: str
    events: int
    evidence: int
    absent: Sequence[str]
    files: Mapping[str, str]


def backup(
    owner_url: str,
    programs: Binaries,
    target: Path,
    keys: Path,
    *,
    secrets: Path,
    taken_at: datetime,
    blobs: Blobs,
    evidence: Path | None = None,
) -> Manifest:
    """Save the record into the folder `target` and its keys and secrets into the folder `keys`; neither may exist yet.
    The files of `blobs` go into the folder `evidence`, which may hold those of earlier backups; by default into one
    within `target`. Raises BackupProblem."""
    if keys.resolve().is_relative_to(target.resolve()) or target.resolve().is_relative_to(keys.resolve()):
        raise BackupProblem("密钥须与记录分开存放：两个目录不能互相包含")
    for folder in (target, keys):
        if folder.exists():
            raise BackupProblem(f"{folder} 已经存在，请换一个新目录")
    made = [_draft(folder) for folder in (target, keys)]
    try:
        with psycopg.connect(owner_url) as owner:
            owner.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            row = owner.execute(
                "SELECT pg_export_snapshot(), s.size, encode(s.root, 'hex'), (SELECT count(*) FROM record.event),"
                " coalesce(c.origin, ''), coalesce(c.demo, false)"
                " FROM record.log_state s LEFT JOIN record.cluster c ON true"
            ).fetchone()
            assert row is not None
            dump = ["--format=custom", "--no-owner", f"--snapshot={row[0]}"]
            _run(programs, owner_url, "pg_dump", *dump, "--exclude-table-data=keyring.*", f"--file={made[0] / RECORD}")
            _run(programs, owner_url, "pg_dump", *dump, "--data-only", "--table=keyring.subject_key",
                 f"--file={made[1] / KEYS}")  # fmt: skip
        for name in custody.ALL:
            shutil.copy2(secrets / name, made[1] / name)
        held = list(blobs.every())
        (made[0] / LISTED).write_text("".join(f"{sha256}\n" for sha256 in held), encoding="ascii")
        absent = copied(blobs, held, Blobs(evidence or made[0] / EVIDENCE))
        about = {
            "format": FORMAT, "taken_at": taken_at.isoformat(), "origin": row[4], "demo": row[5],
            "size": row[1], "root": row[2], "events": row[3], "evidence": len(held),
            "absent": absent,
        }  # fmt: skip
        manifests = [_finish(draft, folder, about) for draft, folder in zip(made, (target, keys), strict=True)]
    finally:
        for draft in made:
            shutil.rmtree(draft, ignore_errors=True)
    return manifests[0]


def copied(source: Blobs, wanted: Iterable[str], into: Blobs) -> tuple[str, ...]:
    """Bring files from one place to another, each hashed on its way; what is there already stays. Returns what could
    not be brought because it is missing or not what its name says; one bad file does not keep the others back."""
    absent = []
    for sha256 in wanted:
        if into.path(sha256).exists():
            continue
        try:
            with source.passing(sha256) as place, place.open("rb") as file:
                came = into.stage(iter(lambda: file.read(CHUNK), b""), limit=os.fstat(file.fileno()).st_size)
        except FileNotFoundError:
            came = None
        if came is None or came.sha256 != sha256:
            absent.append(sha256)
        else:
            into.keep(sha256)
    return tuple(absent)


def restore(
    owner_url: str,
    programs: Binaries,
    source: Path,
    keys: Path,
    *,
    secrets: Path,
    published: Path,
    blobs: Blobs,
    evidence: Path | None = None,
) -> Manifest:
    """Bring a backup into an empty database, its evidence from the folder `evidence` (by default within `source`) into
    `blobs`. `published` is the folder that the ledger was published in.

    Returns the manifest with what evidence is `absent` now. Raises BackupProblem for a folder that is no whole backup,
    a database that is not empty, secrets that differ, or a published ledger that is longer than the backup."""
    manifest, kept = _checked(source), _checked(keys)
    if (manifest.origin, manifest.root) != (kept.origin, kept.root):
        raise BackupProblem("记录和密钥不是同一次备份，请使用同一次备份的两个目录")
    require_newest(manifest, published)
    with psycopg.connect(owner_url) as owner:
        if (
            owner.execute("SELECT to_regclass('record.event'), to_regclass('django_migrations')").fetchone()
            != (None,) * 2
        ):
            raise BackupProblem("目标库不是空库。请恢复到新建的数据库")
    for name in custody.ALL:
        if (secrets / name).exists() and (secrets / name).read_bytes() != (keys / name).read_bytes():
            raise BackupProblem(f"{secrets} 中的密钥 {name} 与备份不同，请先移走")
    into = ["--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={parts(owner_url)['dbname']}"]
    _run(programs, owner_url, "pg_restore", *into, str(source / RECORD))
    _run(programs, owner_url, "pg_restore", *into, "--data-only", str(keys / KEYS))
    with psycopg.connect(owner_url) as owner:
        owner.execute("SELECT keyring.destroy_again()")
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in custody.ALL:
        if not (secrets / name).exists():
            shutil.copy2(keys / name, secrets / name)
            (secrets / name).chmod(0o600)
    listed = (source / LISTED).read_text(encoding="ascii").split()
    return replace(manifest, absent=copied(Blobs(evidence or source / EVIDENCE), listed, blobs))


def require_newest(manifest: Manifest, published: Path) -> None:
    """Raises BackupProblem where more was published than the backup holds."""
    checkpoint = published / "checkpoint"
    if not checkpoint.exists():
        return
    lines = checkpoint.read_text(encoding="utf-8").split("\n")
    if lines[0] == manifest.origin and int(lines[1]) > manifest.size:
        raise BackupProblem(
            f"已公布的账本有 {int(lines[1]):,} 条，备份只有 {manifest.size:,} 条：从它继续会形成两部不同的账本。"
            "请使用更新的备份，或由流复制、归档日志恢复"
        )


def _draft(folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    draft.mkdir(mode=0o700)
    return draft


def _finish(draft: Path, folder: Path, about: Mapping[str, Any]) -> Manifest:
    """Name the files of a draft by digest, make all of it durable and give it its name."""
    manifest = Manifest(**about, files={path.name: _digest(path) for path in sorted(draft.iterdir()) if path.is_file()})
    (draft / MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    for path in (*draft.iterdir(), draft, draft.parent):
        path.chmod(path.stat().st_mode & ~0o077) if path.is_file() else None
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    draft.rename(folder)
    return manifest


def _checked(folder: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        if manifest.format != FORMAT:
            raise BackupProblem(f"{folder} 的备份格式 {manifest.format} 不认识")
        for name, digest in manifest.files.items():
            if _digest(folder / name) != digest:
                raise BackupProblem(f"{folder} 中的 {name} 已损坏，与清单不符")
    except (OSError, ValueError, TypeError) as problem:
        raise BackupProblem(f"{folder} 不是完整的备份：{problem}") from problem
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(programs: Binaries, url: str, program: str, *words: str) -> None:
    """Run a program of PostgreSQL; the password goes by environment, never by argument."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    place = {names[key]: value for key, value in parts(url).items() if key in names}
    done = subprocess.run(  # noqa: S603
        [programs.program(program), *words], env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | place,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BackupProblem(f"{program} 未能完成：{done.stderr.strip()[-800:]}")
