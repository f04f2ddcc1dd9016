"""A package as it was given out, and the tools that open, check and forge it."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from sanxiang.store import custody
from sanxiang.store.ledger.publisher import Publisher
from sanxiang.store.ledger.sequencer import Sequencer
from sanxiang.store.ledger.signer import Signer
from sanxiang.three_systems.recording.packages import VERIFIER


@dataclass(frozen=True)
class Packed:
    """A package as it was given out, and the key of the ledger from elsewhere."""

    data: bytes
    vkey: str
    stream: str
    ledger: Path

    def unpack(self, folder: Path) -> Path:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            archive.extractall(folder)
        return folder


def number_all(home: Path, settings: Any) -> str:
    """Let a sequencer number, sign and publish whatever waits; the key of the ledger."""
    place = settings.DATABASES["sequencer"]
    address = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"], "user": place["USER"]}
    with psycopg.connect(**address, password=place["PASSWORD"], autocommit=True) as connection:
        origin = connection.execute("SELECT origin FROM record.cluster").fetchone()[0]
        secret = custody.read(Path(settings.SECRETS), custody.SIGNING)
        signer = Signer(origin, secret, home / "signed.json")
        one = Sequencer(connection, signer, Publisher(home / "published"))
        one.start()
        while one.step().taken:
            pass
    return signer.key


def verify(bag: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The verifier as a stranger runs it: the file alone, isolated from everything that is installed here."""
    alone = bag.parent / "verify.py"
    shutil.copy(VERIFIER, alone)
    python = getattr(sys, "_base_executable", sys.executable)
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [python, "-I", "-S", str(alone), "package", str(bag), *more],
        capture_output=True, text=True, check=False, env=clean, cwd=bag.parent, timeout=120,
    )  # fmt: skip


def manifests(bag: Path) -> None:
    """Make the manifests anew, as a forger would."""

    def write(name: str, files: list[Path]) -> None:
        lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(bag).as_posix()}\n" for p in files]
        (bag / name).write_text("".join(lines), encoding="utf-8")

    data = [p for p in sorted((bag / "data").rglob("*")) if p.is_file()]
    info = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    oxum = f"Payload-Oxum: {sum(p.stat().st_size for p in data)}.{len(data)}"
    kept = [oxum if line.startswith("Payload-Oxum") else line for line in info]
    (bag / "bag-info.txt").write_text("\n".join(kept) + "\n", encoding="utf-8")
    write("manifest-sha256.txt", data)
    tags = [p for p in sorted(bag.iterdir()) if p.is_file() and not p.name.startswith("tagmanifest")]
    write("tagmanifest-sha256.txt", tags)


def evidence_file(bag: Path, ending: str) -> Path:
    return next(path for path in sorted((bag / "data" / "evidence").rglob(f"*{ending}")))
