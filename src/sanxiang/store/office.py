"""Office files of before 2007 (doc、xls、ppt and what WPS writes as wps、et、dps): compound files, told by the streams
at their root ([MS-CFB], [MS-DOC], [MS-XLS], [MS-PPT]), and whether an Office file holds a program.

olefile reads header, sector table and directory; no text is decoded and no macro is run. What it may read is bounded by
the size of the file, so that a directory without end or a chain that turns in a circle ends here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, BinaryIO

from olefile import STGTY_ROOT, STGTY_STREAM, OleFileIO
from olefile.olefile import OleFileError

from sanxiang.core.values.media import MACROS

WORD, SHEETS, SLIDES = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
STREAMS = {"worddocument": WORD, "workbook": SHEETS, "book": SHEETS, "powerpoint document": SLIDES}
"""The stream at the root that makes a compound file a document, in small letters."""
COMPOUND = frozenset(STREAMS.values())
PROGRAMS = frozenset({"vba", "_vba_project", "_vba_project_cur"})
SLIDE_PROGRAM = re.compile(rb"\x02\x00\x00\x04\x0c\x00\x00\x00....\x01\x00\x00\x00", re.DOTALL)
"""VBAInfoAtom ([MS-PPT] 2.4.11) with fHasMacros: presentations keep their program packed within the one stream."""
MOST, ALLOWED, SLIDES_MAX = 512 << 20, 1 << 20, 64 << 20
"""Bytes of a document; of its directory, beside the sector table, which grows with it; of slides looked through."""
BROKEN = "文档内部已经损坏或者没有传完；原件确是这样的，请压缩成 ZIP 再传"
FOREIGN = "认不出是哪一种办公文档（只认 Word、Excel、PowerPoint 和 WPS 的文档）；请压缩成 ZIP 再传"
LOCKED = "文档加了打开密码，谁也看不到内容；请去掉密码再传，原件确是这样的，请压缩成 ZIP 并写明密码由谁保管"
TELLS = "含有宏（文件里带的程序）。系统只原样保存，从不运行；下载以后打开时请不要启用宏"
UNSURE = "有没有宏查不出来；下载以后打开时请不要启用宏"


class BadDocument(ValueError):
    """No document that is taken; the Chinese text says why and what to do."""


class _Compound(OleFileIO):
    def _check_duplicate_stream(self, first_sect: int, minifat: bool = False) -> None:
        """Nothing here: each entry would be looked for in a list of all; `_whole` finds the same in one pass."""


class _Bounded:
    """A file of which no more than so many bytes are read."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self.left, self.closed = file, most, False
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(size, self.left + 1) if size >= 0 else self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise BadDocument(BROKEN)
        return data


def compound(file: BinaryIO, size: int) -> str:
    """The media type of a compound file. Raises BadDocument for what is cut off, crooked, locked or something else."""
    ole = _opened(file, size)
    names = {path[0].lower() for path in _paths(ole) if len(path) == 1}
    if "encryptedpackage" in names:
        raise BadDocument(LOCKED)
    found = next((kind for stream, kind in STREAMS.items() if stream in names), "")
    if not found:
        raise BadDocument(FOREIGN)
    if not _whole(ole, size):
        raise BadDocument(BROKEN)
    return found


def remark(path: Path, media_type: str) -> str:
    """What is to be known before an Office file is opened: that it holds macros; empty where none was found. Of one
    that does not open, that nothing could be found out."""
    if media_type in MACROS:
        return TELLS
    if media_type not in COMPOUND:
        return ""
    try:
        with path.open("rb") as file:
            return TELLS if _programs(file, path.stat().st_size) else ""
    except (BadDocument, OSError):
        return UNSURE


def _programs(file: BinaryIO, size: int) -> bool:
    ole = _opened(file, size)
    names = {name.lower() for path in _paths(ole) for name in path}
    if names & PROGRAMS:
        return True
    if "powerpoint document" not in names:
        return False
    try:
        ole.fp.left = SLIDES_MAX
        return SLIDE_PROGRAM.search(ole.openstream("PowerPoint Document").read()) is not None
    except (OleFileError, OSError, ValueError, IndexError) as fault:
        raise BadDocument(BROKEN) from fault


def _opened(file: BinaryIO, size: int) -> Any:
    if size > MOST:
        raise BadDocument(f"办公文档超过 {MOST >> 20} MB；请压缩成 ZIP 再传")
    file.seek(0)
    try:
        return _Compound(_Bounded(file, size // 128 + ALLOWED))
    except BadDocument:
        raise
    except (OleFileError, OSError, ValueError, IndexError, RecursionError, OverflowError, MemoryError) as fault:
        raise BadDocument(BROKEN) from fault


def _paths(ole: Any) -> list[list[str]]:
    try:
        found: list[list[str]] = ole.listdir(streams=True, storages=True)
    except RecursionError as fault:
        raise BadDocument(BROKEN) from fault
    return found


def _whole(ole: Any, size: int) -> bool:
    """Whether the sectors of directory and streams are there, each in one chain alone."""
    taken, sector = bytearray(len(ole.fat)), ole.sectorsize
    chains = [(ole.first_dir_sector, ole.directory_fp.size)]
    for entry in filter(None, ole.direntries):
        if not entry.is_minifat and entry.entry_type in (STGTY_STREAM, STGTY_ROOT):
            chains.append((entry.isectStart, entry.size))
    for at, left in chains:
        while left > 0:
            if at >= len(taken) or taken[at] or (at + 1) * sector + min(left, sector) > size:
                return False
            taken[at] = 1
            at, left = ole.fat[at], left - sector
    return True
