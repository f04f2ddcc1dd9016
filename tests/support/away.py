"""An object store in this process, which a test sends away and brings back. The real one is tried in
tests/store/test_objects.py and in tests/journeys/test_evidence_faults.py."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sanxiang.store import objects
from sanxiang.store.blobs import Away, Blobs, NotThere, shelf


class Cupboard:
    """What `Objects` asks for; nothing of it while `away`."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.away = False

    def put(self, key: str, path: Path) -> None:
        self._there()[key] = path.read_bytes()

    def size(self, key: str) -> int | None:
        return len(self._there()[key]) if key in self._there() else None

    def chunks(self, key: str) -> Iterator[bytes]:
        if key not in self._there():
            raise NotThere(key)
        yield self.held[key]

    def delete(self, key: str) -> None:
        self._there().pop(key, None)

    def _there(self) -> dict[str, bytes]:
        if self.away:
            raise Away("connection refused")
        return self.held


def cupboard(settings: Any, monkeypatch: Any) -> Cupboard:
    """The store of this installation from now on."""
    made = Cupboard()
    settings.SANXIANG_S3 = {"bucket": "evidence"}
    monkeypatch.setattr(objects, "S3", lambda told: made)
    return made


@contextmanager
def elsewhere(settings: Any, folder: Path, store: Cupboard) -> Iterator[None]:
    """The evidence lies in this folder and in the store; afterwards in its usual place, for the record goes on naming
    it, and other tests read that record."""
    usual, settings.SANXIANG_BLOBS = settings.SANXIANG_BLOBS, folder
    yield
    settings.SANXIANG_BLOBS = usual
    shutil.copytree(folder, usual, dirs_exist_ok=True)
    for data in store.held.values():
        Blobs(usual).add(data)


def spared() -> int:
    """All that is kept goes to the store and leaves the disk, as it does in time; how many files."""
    store = objects.afar()
    assert store is not None
    store.send_all()
    return store.spare(datetime.now(UTC) + timedelta(days=1))


def on_disk(sha256: str) -> bool:
    return shelf().path(sha256).exists()
