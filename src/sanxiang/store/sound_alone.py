"""Whether a container that may hold pictures holds sound alone (只有声音): what a phone records as sound begins with
the same bytes as a film. Told from the list of tracks where it stands whole at the front, as recorders write it; where
it does not, a film is what it is taken for.

Matroska (RFC 9559): the element Tracks; ISO/IEC 14496-12: the box `moov` with a `hdlr` for each track."""

from __future__ import annotations

import re

SEGMENT, TRACKS = b"\x18\x53\x80\x67", b"\x16\x54\xae\x6b"
CODEC = re.compile(rb"\x86[\x81-\xff]([AV])_")
HANDLER = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)


def webm(head: bytes) -> bool:
    """Of a WebM file by its first bytes."""
    at = 0
    while at < len(head):
        name, start, end = _element(head, at)
        if name == TRACKS:
            return end <= len(head) and set(CODEC.findall(head[start:end])) == {b"A"}
        at = start if name == SEGMENT else max(end, at + 1)
    return False


def _element(head: bytes, at: int) -> tuple[bytes, int, int]:
    """The name of an EBML element, where its content begins and ends."""
    wide = 9 - head[at].bit_length()
    name, at = head[at : at + wide], at + wide
    wide = 9 - head[at].bit_length() if at < len(head) else 8
    size = int.from_bytes(head[at : at + wide], "big") & ((1 << 7 * wide) - 1)
    return name, at + wide, at + wide + size


def movie(head: bytes) -> bool:
    """Of an ISO media file by its first bytes."""
    at = int.from_bytes(head[:4], "big")
    size = int.from_bytes(head[at : at + 4], "big")
    inside = head[at : at + size]
    return inside[4:8] == b"moov" and len(inside) == size and set(HANDLER.findall(inside)) == {b"soun"}
