"""Handing out an evidence file: with the type that was told when it came, never guessed again, and in parts where a
player asks for parts (RFC 9110, 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from sanxiang.core.events import Recorded
from sanxiang.core.values.media import MEDIA
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.store.objects import Away

ALONE = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
AWAY = "存放这份文件的对象存储暂时连不上，文件没有丢；请过一会儿再打开"
PIECE = 256 << 10
SPAN = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def find_file(events: tuple[Recorded, ...], event: str, index: int) -> Mapping[str, Any] | None:
    """A file of a case by the event that names it and its place there."""
    for recorded in events:
        if recorded.id == event and index < len(recorded.event.files):
            return recorded.event.files[index]
    return None


def evidence(request: HttpRequest, file: Mapping[str, Any]) -> HttpResponseBase:
    """The file, or the part of it that was asked for; 409 where it is missing or not as long as it was."""
    try:
        path = there(file)
    except NotThere as problem:
        return HttpResponse(str(problem), status=409, content_type="text/plain; charset=utf-8")
    except Away:
        return HttpResponse(AWAY, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})
    return handed(request, path, file, tag=str(file["sha256"]))


def there(file: Mapping[str, Any]) -> Path:
    """Where a file lies. Raises NotThere in words where it is missing or not as long as it was; Away."""
    try:
        path = shelf().here(file["sha256"])
        if path.stat().st_size == file["size"]:
            return path
    except (NotThere, FileNotFoundError):
        pass
    raise NotThere(f"“{file['name']}”在存放处缺失或者已被改动，请联系系统管理员从备份恢复（摘要 {file['sha256']}）")


def copied(data: bytes, media_type: str, name: str) -> HttpResponse:
    """A copy that was made for one look: shown in place, kept by nobody."""
    answer = HttpResponse(data, content_type=media_type)
    stem, ending = name.rpartition(".")[0] or name, "pdf" if media_type == "application/pdf" else "jpg"
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'{stem}（查看副本）.{ending}')}"
    answer["Content-Security-Policy"] = ALONE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def handed(request: HttpRequest, path: Path, file: Mapping[str, Any], *, tag: str) -> HttpResponseBase:
    """A file of this path, name, size and type; `tag` changes when its content does."""
    answer = spanned(request, path, file["size"], f'"{tag}"')
    medium = MEDIA.get(file["type"])
    shown = bool(medium and medium.shown) and "download" not in request.GET
    answer["Content-Type"] = file["type"] if medium else "application/octet-stream"
    answer["Content-Disposition"] = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file['name'])}"
    answer["Content-Security-Policy"] = ALONE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{tag}"'
    return answer


def spanned(request: HttpRequest, path: Path, size: int, tag: str) -> HttpResponseBase:
    """All of it, or one part; several parts at once are answered with all, as RFC 9110 allows."""
    asked = SPAN.fullmatch(request.headers.get("Range", ""))
    changed = request.headers.get("If-Range", tag) != tag
    if asked is None or asked.group(0) == "bytes=-" or changed:
        answer = FileResponse(path.open("rb"))
        answer.block_size = PIECE
        return answer
    first, last = asked.groups()
    start, end = (int(first), min(int(last or size - 1), size - 1)) if first else (max(0, size - int(last)), size - 1)
    if start >= size or (first and last and int(last) < int(first)) or (not first and int(last) == 0):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Range": f"bytes {start}-{end}/{size}", "Content-Length": str(end + 1 - start)}
    answer = FileResponse(Part(path, start, end + 1), status=206, headers=headers)
    answer.block_size = PIECE
    return answer


class Part:
    """A part of a file, in pieces so small that a player shows its picture early; the server may read it by itself."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._file, self.end = path.open("rb", buffering=0), end
        self._file.seek(start)
        self.fileno, self.tell, self.close = self._file.fileno, self._file.tell, self._file.close

    def read(self, size: int = -1) -> bytes:
        left = self.end - self.tell()
        return self._file.read(left if size < 0 else min(size, left)) or b""
