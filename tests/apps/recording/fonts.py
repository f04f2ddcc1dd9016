"""A font with another family name, as an agency's own font would have."""

from __future__ import annotations

import struct

import pylopdf_fonts_zh_cn


def renamed(family: str) -> bytes:
    """The shipped 黑体 under this family name (no longer than its own): the names in its `name` table written over."""
    font = bytearray(pylopdf_fonts_zh_cn.sans_path().read_bytes())
    tables = struct.unpack_from(">H", font, 4)[0]
    places = {
        bytes(font[12 + 16 * i : 16 + 16 * i]): struct.unpack_from(">I", font, 20 + 16 * i)[0] for i in range(tables)
    }
    start = places[b"name"]
    count, strings = struct.unpack_from(">HH", font, start + 2)
    for entry in range(start + 6, start + 6 + 12 * count, 12):
        platform, _, _, kind, _, offset = struct.unpack_from(">6H", font, entry)
        if kind in (1, 16):
            text = family.encode("utf-16-be" if platform in (0, 3) else "ascii", "replace")
            struct.pack_into(">H", font, entry + 8, len(text))
            font[start + strings + offset : start + strings + offset + len(text)] = text
    return bytes(font)
