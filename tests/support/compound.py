"""Compound files ([MS-CFB]) as Word, Excel and PowerPoint wrote them before 2007: header, directory, streams, sector
table, so that tests can make real ones and crooked ones."""

from __future__ import annotations

import struct
from collections.abc import Mapping

FREE, END, TABLE, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
SECTOR = 512
LEAST = 4096
"""Shorter streams would stand in a table of their own."""
WORD = {"WordDocument": b"\xec\xa5" + bytes(5000)}
EXCEL = {"Workbook": b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(5000)}
SLIDES = {"Current User": bytes(20), "PowerPoint Document": b"\x0f\x00\xe8\x03" + bytes(6000)}
VBA = {"Macros/VBA/dir": b"\x01", "Macros/VBA/_VBA_PROJECT": b"\xcc\x61", "Macros/PROJECT": b"ID="}


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of these streams; `/` in a name parts storages."""
    sectors: list[bytes] = []
    table: list[int] = []
    entries = [_Entry("Root Entry", 5)]
    storages = {"": entries[0]}
    for path, data in streams.items():
        *above, name = path.split("/")
        for depth in range(1, len(above) + 1):
            own = "/".join(above[:depth])
            if own not in storages:
                storages[own] = _under(entries, storages["/".join(above[: depth - 1])], _Entry(above[depth - 1], 1))
        one = _under(entries, storages["/".join(above)], _Entry(name, 2))
        if data:
            one.size, one.start = max(len(data), LEAST), len(sectors)
            _laid(sectors, table, data.ljust(LEAST, b"\0"))
    directory = len(sectors)
    _laid(sectors, table, b"".join(entry.packed() for entry in entries))
    fats = -(-(len(sectors) + 1) // (SECTOR // 4 - 1))
    first = len(sectors)
    whole = [*table, *[TABLE] * fats]
    whole += [FREE] * (fats * SECTOR // 4 - len(whole))
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, directory, 0,
        LEAST, END, 0, END, 0,
    )  # fmt: skip
    head += struct.pack("<109I", *range(first, first + fats), *[FREE] * (109 - fats))
    return head + b"".join(sectors) + struct.pack(f"<{len(whole)}I", *whole)


class _Entry:
    def __init__(self, name: str, kind: int) -> None:
        self.name, self.kind, self.right, self.child, self.last = name, kind, NONE, NONE, None  # type: str, int, int, int, _Entry | None
        self.start, self.size = END if kind != 1 else 0, 0

    def packed(self) -> bytes:
        raw = self.name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBBIII16xI8x8xIII", raw, len(raw), self.kind, 1, NONE, self.right, self.child, 0, self.start,
            self.size, 0,
        )  # fmt: skip


def _under(entries: list[_Entry], above: _Entry, one: _Entry) -> _Entry:
    if above.last is None:
        above.child = len(entries)
    else:
        above.last.right = len(entries)
    above.last = one
    entries.append(one)
    return one


def _laid(sectors: list[bytes], table: list[int], data: bytes) -> None:
    data = data.ljust(-(-len(data) // SECTOR) * SECTOR, b"\0")
    count = len(data) // SECTOR
    for at in range(count):
        table.append(len(sectors) + 1 if at + 1 < count else END)
        sectors.append(data[at * SECTOR : (at + 1) * SECTOR])
