"""Small files as recorders write them: whole, cut off, empty, and what is none."""

from __future__ import annotations

import os
import struct
from datetime import datetime, timedelta
from pathlib import Path


def film(seconds: int = 60, *, mark: bytes = b"") -> bytes:
    """An MP4 container that says how long it lasts; `mark` makes its content another's."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    return _box(b"ftyp", b"isom\0\0\0\0isom") + _box(b"moov", _box(b"mvhd", header)) + _box(b"mdat", b"\0" * 64 + mark)


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def lay(folder: Path, name: str, content: bytes, *, ended: datetime | None = None) -> Path:
    """A file in the folder, changed last at `ended`."""
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    if ended is not None:
        os.utime(place, (ended.timestamp(), ended.timestamp()))
    return place


def named(code: str, began: datetime, number: int = 1) -> str:
    """The name that a recorder gives to what it began then."""
    return f"{code}_{began:%Y%m%d%H%M%S}_{number:04d}.mp4"


HOUR = timedelta(hours=1)
