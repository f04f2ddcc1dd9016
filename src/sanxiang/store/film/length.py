"""How long a recording lasts, as its container says (时长): read from a few headers, nothing is decoded.

ISO/IEC 14496-12 (MP4, MOV, 3GP): the box `mvhd` in `moov`; WAVE: `fmt ` and `data`. What a file claims is not trusted:
sizes are bounded, and what makes no sense is no length."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

BOXES_MAX = 4096
LONGEST_S = 48 * 3600


def seconds(path: Path, media_type: str) -> int:
    """Whole seconds, 0 where the file does not say."""
    try:
        with path.open("rb") as file:
            if media_type in ("video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"):
                found = _movie(file, path.stat().st_size)
            elif media_type == "audio/wav":
                found = _wave(file)
            else:
                found = 0.0
    except (OSError, ValueError):
        return 0
    return round(found) if 0 < found <= LONGEST_S else 0


def _movie(file: BinaryIO, size: int) -> float:
    moov = _box(file, 0, size, b"moov")
    header = _box(file, *moov, b"mvhd") if moov else None
    if header is None:
        return 0.0
    file.seek(header[0])
    body = file.read(32)
    scale, length = (body[20:24], body[24:32]) if body[:1] == b"\x01" else (body[12:16], body[16:20])
    rate = int.from_bytes(scale, "big")
    return int.from_bytes(length, "big") / rate if rate else 0.0


def _box(file: BinaryIO, start: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    """The body of a box between two places, as start and end."""
    at = start
    for _ in range(BOXES_MAX):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return None
        length, body = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, body = int.from_bytes(head[8:16], "big"), at + 16
        last = end if length == 0 else at + length
        if last > end or last < body:
            return None
        if head[4:8] == wanted:
            return body, last
        at = last
    return None


def _wave(file: BinaryIO) -> float:
    file.seek(12)
    rate = 0
    for _ in range(BOXES_MAX):
        head = file.read(8)
        if len(head) < 8:
            return 0.0
        length = int.from_bytes(head[4:8], "little")
        if head[:4] == b"fmt ":
            rate = int.from_bytes(file.read(min(length, 16))[8:12], "little")
            file.seek(max(0, length - 16), 1)
        elif head[:4] == b"data":
            return length / rate if rate else 0.0
        else:
            file.seek(length + length % 2, 1)
    return 0.0
