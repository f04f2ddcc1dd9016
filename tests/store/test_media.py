"""What a file is, told from its content: names lie, ends are cut off, programs dress up."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
import zlib
from pathlib import Path

import pytest

from sanxiang.core.values.media import MEDIA
from sanxiang.store.media import BadFile, told


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0\0" * 2)) + chunk(b"IEND", b"")
    )


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(1600))
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def boxes(brand: bytes, *more: tuple[bytes, bytes]) -> bytes:
    parts = [(b"ftyp", brand + b"\0\0\2\0" + brand), *more, (b"mdat", b"\0" * 40), (b"moov", b"\0" * 20)]
    return b"".join(struct.pack(">I", 8 + len(data)) + kind + data for kind, data in parts)


JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 300 + b"\xff\xd9"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SAMPLES: dict[str, tuple[bytes, str]] = {
    "png": (png(), "image/png"),
    "jpeg": (JPEG, "image/jpeg"),
    "jpeg with a film behind": (JPEG + boxes(b"mp42"), "image/jpeg"),
    "gif": (b"GIF89a" + b"\0" * 20 + b";", "image/gif"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(8), "image/webp"),
    "heic": (boxes(b"heic"), "image/heic"),
    "tiff": (b"II*\0" + bytes(20), "image/tiff"),
    "pdf": (PDF, "application/pdf"),
    "wav": (wav(), "audio/wav"),
    "wav of a recorder that lost power": (b"RIFF\0\0\0\0WAVEfmt " + bytes(40), "audio/wav"),
    "mp3": (b"ID3\4" + bytes(60), "audio/mpeg"),
    "m4a": (boxes(b"M4A "), "audio/mp4"),
    "amr": (b"#!AMR\n" + bytes(60), "audio/amr"),
    "ogg": (b"OggS" + bytes(60), "audio/ogg"),
    "mp4": (boxes(b"isom"), "video/mp4"),
    "mov": (boxes(b"qt  "), "video/quicktime"),
    "3gp": (boxes(b"3gp4"), "video/3gpp"),
    "avi": (b"RIFF\x10\0\0\0AVI LIST" + bytes(8), "video/x-msvideo"),
    "webm": (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88webm" + bytes(60), "video/webm"),
    "mkv": (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska" + bytes(60), "video/x-matroska"),
    "docx": (packed("[Content_Types].xml", "word/document.xml"), WORD),
    "xlsx": (packed("[Content_Types].xml", "xl/workbook.xml"), SHEET),
    "ofd": (packed("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
    "pptx": (packed("[Content_Types].xml", "ppt/presentation.xml"), SLIDES),
    "a document with macros": (
        packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        "application/vnd.ms-word.document.macroEnabled.12",
    ),
    "zip": (packed("日志.txt"), "application/zip"),
    "rar": (b"Rar!\x1a\x07\x01\0" + bytes(60), "application/vnd.rar"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_is_what_it_holds(name: str, tmp_path: Path) -> None:
    data, kind = SAMPLES[name]
    path = tmp_path / "网页.html"
    path.write_bytes(data)
    assert told(path) == kind
    assert kind in MEDIA


STRANGE = {
    "nothing": b"",
    "one byte": b"P",
    "a page": b"<!DOCTYPE html><script>alert(1)</script>",
    "a drawing with script": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a program": b"MZ\x90\0" + bytes(200),
    "a program of this system": b"\x7fELF" + bytes(200),
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "text": "现场情况".encode(),
    "zeros": bytes(5000),
    "an old office document of nothing": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "an unknown RIFF": b"RIFF\x10\0\0\0XXXX" + bytes(8),
}
CUT = ("png", "jpeg", "gif", "pdf", "wav", "heic", "m4a", "mp4", "docx", "zip")


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_not_evidence_is_not_taken(name: str, tmp_path: Path) -> None:
    path = tmp_path / "照片.jpg"
    path.write_bytes(STRANGE[name])
    with pytest.raises(BadFile):
        told(path)


@pytest.mark.parametrize("name", CUT)
def test_half_a_file_is_not_taken(name: str, tmp_path: Path) -> None:
    path, data = tmp_path / "half", SAMPLES[name][0]
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(BadFile, match="不完整"):
        told(path)
