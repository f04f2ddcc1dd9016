"""What lies in a station's folder: files by their path below it, in a fixed order; nothing outside it is followed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

UNDONE = (".part", ".tmp", ".crdownload", ".filepart")
NOISE = frozenset({"thumbs.db", "desktop.ini"})
PATH_MAX = 1000


@dataclass(frozen=True, slots=True)
class Lying:
    """One file: its path below the folder with `/`, its bytes, when it was changed last (nanoseconds and as a time)."""

    path: str
    place: Path
    size: int
    mtime_ns: int

    @property
    def modified(self) -> datetime:
        return datetime.fromtimestamp(max(0, min(self.mtime_ns // 10**9, 4_102_444_800)), UTC)


def lying(folder: Path, *, settled_before: float = float("inf")) -> Iterator[Lying]:
    """Every regular file of a folder and the folders below, by name; links, hidden files and what is still being
    written (changed at `settled_before` or later, seconds since 1970) are left alone. A name that cannot be
    written down has no path."""
    for root, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            place = Path(root) / name
            below = place.relative_to(folder).as_posix()
            hidden = name.startswith((".", "~$")) or name.lower().endswith(UNDONE) or name.lower() in NOISE
            if hidden or place.is_symlink():
                continue
            if len(below) > PATH_MAX or not below.isprintable():
                yield Lying("", place, 0, 0)
                continue
            try:
                told = place.stat()
            except OSError:
                continue
            if place.is_file() and told.st_mtime < settled_before:
                yield Lying(below, place, told.st_size, told.st_mtime_ns)
