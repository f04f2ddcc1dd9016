"""What a file is, told from its content (文件类型的识别): first bytes, and an end that shows it to be whole.

Nothing is decoded: a decoder would be the first thing that a hostile file attacks. Signatures from the specifications
of the formats (PNG, JPEG, RIFF, ISO/IEC 14496-12, ISO 32000, Matroska, APPNOTE of ZIP; OFD: GB/T 33190-2016).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from sanxiang.core.values.media import KINDS, OPEN_XML

from . import office, sound_alone

COMPOUND = "application/x-ole-storage"
"""A compound file, of which only its streams say what it is; no type under which anything is taken."""
HEAD, TAIL = 4096, 65536
PARTS_MAX = 20_000
START: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", COMPOUND),
)
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"hevc": "image/heic", b"mif1": "image/heic", b"msf1": "image/heic",
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime",
}  # fmt: skip
PARTS = (
    ("word/document.xml", "wordprocessingml.document", "application/vnd.ms-word.document.macroEnabled.12"),
    ("xl/workbook.xml", "spreadsheetml.sheet", "application/vnd.ms-excel.sheet.macroEnabled.12"),
    (
        "ppt/presentation.xml", "presentationml.presentation",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    ),
)  # fmt: skip
"""By which part a package is a document, its type, and its type where it holds a program."""


class BadFile(ValueError):
    """The file is not taken; the Chinese text says why and what to do."""


def told(path: Path) -> str:
    """The media type of a file. Raises BadFile for what is empty, unknown or cut off."""
    size = path.stat().st_size
    if not size:
        raise BadFile("文件是空的")
    with path.open("rb") as file:
        head = file.read(HEAD)
        found = _begins(head)
        if not found:
            raise BadFile(f"认不出是什么文件；可以传{'、'.join(KINDS.values())}，其他格式请压缩成 ZIP 再传")
        if found == "application/zip":
            return _packed(file)
        if found == COMPOUND:
            try:
                return office.compound(file, size)
            except office.BadDocument as bad:
                raise BadFile(str(bad)) from bad
        file.seek(max(0, size - TAIL))
        if not WHOLE.get(found, _anything)(head, file, size):
            raise BadFile("文件不完整，可能没有传完；原件确是这样的，请压缩成 ZIP 再传")
    return found


def begun(path: Path) -> str:
    """The media type that a file begins as, whole or not; empty where it is none that is known."""
    with path.open("rb") as file:
        found = _begins(file.read(HEAD))
    return "" if found == COMPOUND else found


def _begins(head: bytes) -> str:
    if head[:4] == b"RIFF":
        return RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand[:3] in (b"3gp", b"3g2"):
            return "video/3gpp"
        return BRANDS.get(brand) or ("audio/mp4" if sound_alone.movie(head) else "video/mp4")
    if head[:4] == b"\x1a\x45\xdf\xa3":
        if b"webm" in head[:64]:
            return "audio/webm" if sound_alone.webm(head) else "video/webm"
        return "video/x-matroska" if b"matroska" in head[:64] else ""
    return next((kind for start, kind in START if head.startswith(start)), "")


def _packed(file: BinaryIO) -> str:
    """What a ZIP is: a document by the parts that its format asks for, else an archive. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = {part.filename for part in packed.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as fault:
        raise BadFile("压缩包或者文档不完整，可能没有传完，请再传一次") from fault
    if len(names) > PARTS_MAX:
        raise BadFile(f"压缩包里超过 {PARTS_MAX} 个文件")
    if "[Content_Types].xml" in names:
        macros = any(word in name.lower() for name in names for word in ("vbaproject.bin", "macrosheets/"))
        for part, plain, program in PARTS:
            if part in names:
                return program if macros else f"{OPEN_XML}.{plain}"
    return "application/ofd" if "OFD.xml" in names else "application/zip"


def _anything(head: bytes, tail: BinaryIO, size: int) -> bool:
    return True


def _ends_with(*marks: bytes) -> Callable[[bytes, BinaryIO, int], bool]:
    """One of the marks stands near the end. A photo of a phone may carry a short film (`moov`) behind it."""

    def ends(head: bytes, tail: BinaryIO, size: int) -> bool:
        last = tail.read()
        return any(mark in last for mark in marks)

    return ends


def _riff(head: bytes, tail: BinaryIO, size: int) -> bool:
    """The length that the file tells; recorders that never went back to write it leave 0 or the greatest number."""
    length = int.from_bytes(head[4:8], "little")
    return length in (0, 0xFFFFFFFF) or length + 8 <= size


def _boxes(head: bytes, file: BinaryIO, size: int) -> bool:
    """The boxes at the top of an ISO media file fill it exactly."""
    at = 0
    while at < size:
        file.seek(at)
        start = file.read(16)
        length = int.from_bytes(start[:4], "big")
        if length == 1 and len(start) == 16:
            length = int.from_bytes(start[8:16], "big")
        if length == 0:
            return True
        if length < 8:
            return False
        at += length
    return at == size


ISO = ("image/heic", "audio/mp4", "video/mp4", "video/quicktime", "video/3gpp")
WHOLE: dict[str, Callable[[bytes, BinaryIO, int], bool]] = {
    "image/png": _ends_with(b"IEND\xaeB`\x82"),
    "image/jpeg": _ends_with(b"\xff\xd9", b"moov"),
    "image/gif": _ends_with(b";"),
    "application/pdf": _ends_with(b"%%EOF"),
    **dict.fromkeys(RIFF.values(), _riff),
    **dict.fromkeys(ISO, _boxes),
}
"""How a file of a type shows that it is whole; for the others the format has no end that could be looked for."""
