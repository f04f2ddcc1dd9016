"""Media types of evidence files (证据文件的类型): the closed list of what is taken, and what a browser may show.

A type is told from the content of a file, never from its name; what is not on the list can only be taken packed as an
archive. The kinds follow what evidence consists of: 书证 as scans, 视听资料, 电子数据 (《行政处罚法》第四十六条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

FileKind = Literal["image", "pdf", "audio", "video", "office", "archive"]
KINDS: Mapping[str, str] = MappingProxyType(
    {"image": "图片", "pdf": "PDF", "audio": "录音", "video": "录像", "office": "办公文档", "archive": "压缩包"}
)


@dataclass(frozen=True, slots=True)
class Medium:
    """What is known of a media type: its kind, the usual ending of a name, whether a browser may show it in place."""

    kind: FileKind
    ending: str
    shown: bool = False


OPEN_XML = "application/vnd.openxmlformats-officedocument"
MEDIA: Mapping[str, Medium] = MappingProxyType(
    {
        "image/jpeg": Medium("image", "jpg", True),
        "image/png": Medium("image", "png", True),
        "image/gif": Medium("image", "gif", True),
        "image/webp": Medium("image", "webp", True),
        "image/heic": Medium("image", "heic"),
        "image/tiff": Medium("image", "tif"),
        "application/pdf": Medium("pdf", "pdf", True),
        "audio/mpeg": Medium("audio", "mp3", True),
        "audio/mp4": Medium("audio", "m4a", True),
        "audio/aac": Medium("audio", "aac", True),
        "audio/wav": Medium("audio", "wav", True),
        "audio/ogg": Medium("audio", "ogg", True),
        "audio/flac": Medium("audio", "flac", True),
        "audio/amr": Medium("audio", "amr"),
        "audio/webm": Medium("audio", "webm", True),
        "video/mp4": Medium("video", "mp4", True),
        "video/webm": Medium("video", "webm", True),
        "video/quicktime": Medium("video", "mov"),
        "video/3gpp": Medium("video", "3gp"),
        "video/x-matroska": Medium("video", "mkv"),
        "video/x-msvideo": Medium("video", "avi"),
        "video/mpeg": Medium("video", "mpg"),
        f"{OPEN_XML}.wordprocessingml.document": Medium("office", "docx"),
        f"{OPEN_XML}.spreadsheetml.sheet": Medium("office", "xlsx"),
        f"{OPEN_XML}.presentationml.presentation": Medium("office", "pptx"),
        "application/vnd.ms-word.document.macroEnabled.12": Medium("office", "docm"),
        "application/vnd.ms-excel.sheet.macroEnabled.12": Medium("office", "xlsm"),
        "application/vnd.ms-powerpoint.presentation.macroEnabled.12": Medium("office", "pptm"),
        "application/msword": Medium("office", "doc"),
        "application/vnd.ms-excel": Medium("office", "xls"),
        "application/vnd.ms-powerpoint": Medium("office", "ppt"),
        "application/ofd": Medium("office", "ofd"),
        "application/zip": Medium("archive", "zip"),
        "application/vnd.rar": Medium("archive", "rar"),
        "application/x-7z-compressed": Medium("archive", "7z"),
    }
)
MACROS = frozenset(one for one in MEDIA if one.endswith(".macroEnabled.12"))
"""Documents that hold a program (宏) by their type; those of before 2007 have no type of their own for it."""


def kind_of(media_type: str) -> str:
    """The kind of a media type; empty where it is not on the list.

    >>> kind_of("image/png"), kind_of("text/html")
    ('image', '')
    """
    known = MEDIA.get(media_type)
    return known.kind if known else ""
