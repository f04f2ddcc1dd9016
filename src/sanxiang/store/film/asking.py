"""Asks the process that opens media files. It may take so long and so much memory; whatever happens to it, the answer
is what was found or, in plain Chinese, why nothing was."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from sanxiang.store.apart import Apart, Child, Lost
from sanxiang.store.blobs import NoRoom, room

from .worker import NO_ROOM

FORMATS: Mapping[str, str] = {
    "image/jpeg": "picture", "image/png": "picture", "image/gif": "picture", "image/webp": "picture",
    "image/tiff": "picture", "image/heic": "picture", "audio/mpeg": "mp3", "audio/mp4": "mov", "audio/aac": "aac",
    "audio/wav": "wav", "audio/ogg": "ogg", "audio/flac": "flac", "audio/amr": "amr", "video/mp4": "mov",
    "audio/webm": "matroska", "video/webm": "matroska", "video/quicktime": "mov", "video/3gpp": "mov",
    "video/x-matroska": "matroska", "video/x-msvideo": "avi", "video/mpeg": "mpeg",
}  # fmt: skip
"""By which reader a media type is opened: said, never guessed, so that no list of other files is ever followed."""
PAGES: Mapping[str, str] = {"application/pdf": "pages"}
"""What is not looked into when it comes, and drawn page by page for a masked copy."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds on the clock and of the processor, bytes of memory, bytes of what may be written."""

    seconds: int = 900
    memory: int = 1 << 30
    written: int = 64 << 20


EXAMINING, PICTURE, COPY = Limits(), Limits(60, 1 << 30, 64 << 20), Limits(6 * 3600, 2 << 30, 32 << 30)
MASKING = Limits(12 * 3600, 3 << 30, 32 << 30)


_helper = Apart("sanxiang.store.film.worker")


class CannotSay(ValueError):
    """Nothing was found out or made; the Chinese text says why. `broken`: the file itself is at fault."""

    def __init__(self, text: str, *, broken: bool = False) -> None:
        super().__init__(text)
        self.broken = broken


def ask(
    job: str, path: Path, media_type: str, limits: Limits, *, heard: Callable[[int], None] | None = None, **more: Any
) -> dict[str, Any]:
    """What a job of `worker` answers about a file; `heard` is told each second or so how far it is, in hundredths, and
    stops it by raising. Raises CannotSay; NoRoom, which says nothing of the file."""
    read_by = FORMATS.get(media_type) or PAGES.get(media_type)
    if read_by is None:
        raise CannotSay("这类文件不做检查")
    asked = {"job": job, "path": str(path), "format": read_by, "type": media_type, **more}
    bounds = {"seconds": limits.seconds, "memory": limits.memory, "written": limits.written}
    with room(), tempfile.TemporaryFile() as said:
        try:
            with _helper.child(orjson.dumps(asked | bounds), said.fileno()) as child:
                code = _waited(child, limits.seconds + 5, said, heard)
        except TimeoutError:
            code = -signal.SIGXCPU
        except Lost:
            code = 0  # what was said before may be enough
        said.seek(0)
        return _answered(code, said.read(16 << 20))


def _waited(child: Child, seconds: int, said: Any, heard: Callable[[int], None] | None) -> int:
    """Wait for its end; meanwhile pass on how far it is. Raises TimeoutError, Lost, and what `heard` raises."""
    if heard is None:
        return child.wait(seconds)
    over = time.monotonic() + seconds
    while True:
        try:
            return child.wait(1)
        except TimeoutError:
            if time.monotonic() > over:
                raise
        lines = os.pread(said.fileno(), 1 << 20, max(0, os.fstat(said.fileno()).st_size - 4096)).splitlines()
        heard(_done(lines[-1]) if lines else 0)


def _done(line: bytes) -> int:
    try:
        return int(orjson.loads(line)["done"])
    except (orjson.JSONDecodeError, LookupError, TypeError, ValueError):
        return 0


def _answered(code: int, said: bytes) -> dict[str, Any]:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise CannotSay("检查用时超过了规定，已经停止；文件可能有问题，请人工查看", broken=True)
    if code == NO_ROOM:
        raise NoRoom(errno.ENOSPC, os.strerror(errno.ENOSPC))
    try:
        answer: dict[str, Any] = orjson.loads(said.splitlines()[-1])
    except (orjson.JSONDecodeError, IndexError):
        raise CannotSay("检查程序被这个文件弄停了；文件可能已经损坏，或者是有意构造的", broken=True) from None
    if answer.get("fault") == "room":
        raise NoRoom(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "fault" in answer:
        raise CannotSay(FAULTS[answer["fault"]], broken=answer["fault"] != "large")
    return answer


FAULTS = {
    "memory": "打开这个文件要的内存超过了规定，没有检查；文件可能是有意构造的",
    "broken": "文件打不开：已经损坏，或者没有录完",
    "heic": "这张 HEIC 照片打不开：已经损坏，或者不是 HEVC 编码；请用原手机导出 JPEG 一并上传，原件仍然保存、可以下载",
    "empty": "文件里没有图像和声音",
    "second": "这个时间没有画面",
    "span": "批准的这一段里没有画面和声音，请核对起止秒",
    "page": "没有这一页，请核对页码",
    "pages": "PDF 没有页或者超过 1000 页，请拆开后再传",
    "locked": "PDF 加了密码，打不开；请去掉密码后作为补充材料放入案卷",
    "large": "要写出的文件超过了规定，没有制作",
}
