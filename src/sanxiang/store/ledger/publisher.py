"""Publishes the ledger as static files (C2SP tlog-tiles): tiles and entry bundles first, the checkpoint last."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sanxiang.core.ledger import Checkpoint, bundle, bundle_path, tile_path
from sanxiang.store.errors import LedgerStopped

from .files import write
from .signer import head_of

WIDTH = 256


class Publisher:
    """Writes into one folder that a web server hands out. What was published is never replaced by other bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def last(self) -> Checkpoint | None:
        """The checkpoint that stands published. Raises MalformedNote where it cannot be read."""
        path = self.folder / "checkpoint"
        return head_of(path.read_text(encoding="utf-8")) if path.exists() else None

    def publish(
        self, tiles: Mapping[tuple[int, int], bytes], bundles: Iterable[tuple[int, Sequence[bytes]]], note: str
    ) -> None:
        """Publish what changed up to a checkpoint: its tiles, its bundles (number, entries), then `note`.
        Raises LedgerStopped where another file stands in a place."""
        full = []
        for (level, n), data in tiles.items():
            width = len(data) // 32
            self._put(tile_path(level, n, width), data)
            full += [tile_path(level, n)] if width == WIDTH else []
        for n, entries in bundles:
            self._put(bundle_path(n, len(entries)), bundle(entries))
            full += [bundle_path(n)] if len(entries) == WIDTH else []
        write(self.folder / "checkpoint", note.encode())
        for name in full:
            shutil.rmtree(self.folder / f"{name}.p", ignore_errors=True)

    def show(self, key: str) -> None:
        """Publish the log's verifier key as `log.vkey`. Raises LedgerStopped where another key stands there."""
        self._put("log.vkey", f"{key}\n".encode())

    def _put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        if not path.exists():
            write(path, data)
        elif path.read_bytes() != data:
            raise LedgerStopped(f"已公布的 {name} 与库中不同，不能覆盖")
