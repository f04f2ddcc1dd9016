"""What is attached to a section of an agency's page (公示附件): made anew when it is collected, so that whoever checks
it sees the very file that the public will fetch."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from sanxiang.core.registers import Agency, Kind, Section, Version
from sanxiang.store.blobs import shelf
from sanxiang.store.cleaning import KINDS, LARGEST, NotClean, cleaned

from .models import PublishedFile

MOST, NAME_MAX = 10, 80
ENDINGS = ",".join([*KINDS.values(), ".jpeg"])
File = Mapping[str, Any]


def sent(request: Any, held: Section) -> tuple[File, ...]:
    """What a form attaches: those of the last version that are kept, and new ones. Raises NotClean."""
    last = held.versions[-1].files if held.versions else ()
    chosen = set(request.POST.getlist("keep"))
    kept = [file for n, file in enumerate(last) if str(n) in chosen]
    uploads = request.FILES.getlist("attachment")
    if len(kept) + len(uploads) > MOST:
        raise NotClean(f"每一栏最多 {MOST} 份附件")
    files = [*kept, *(made(upload) for upload in uploads)]
    names = [file["name"] for file in files]
    if doubled := [name for name in names if names.count(name) > 1]:
        raise NotClean(f"有重名的附件“{doubled[0]}”，请改名或者去掉一份")
    return tuple(files)


def made(upload: Any) -> File:
    """An upload made anew and kept, as events tell files. Raises NotClean."""
    try:
        if upload.size > LARGEST:
            raise NotClean(f"超过 {LARGEST >> 20} MB，请拆开或者压缩图片后再传")
        clean = cleaned(upload.read())
    except NotClean as reason:
        raise NotClean(f"附件“{upload.name[:NAME_MAX]}”没有接收：{reason}") from None
    name = named(upload.name, clean.media_type)
    return {"name": name, "sha256": shelf().add(clean.data), "size": len(clean.data), "type": clean.media_type}


def named(name: str, media_type: str) -> str:
    """A name that every system can keep, with the ending of what the file is."""
    stem = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).stem
    plain = "".join(sign for sign in stem if sign.isprintable() and sign not in '/:*?"<>|%').strip(" .")
    return (plain or "附件")[:NAME_MAX] + KINDS[media_type]


def show(files: Iterable[File]) -> None:
    """Put the content where the public's process reads it; nobody reaches it before its section is out."""
    found = [PublishedFile(sha256=file["sha256"], media_type=file["type"], content=shelf().read(file["sha256"]))
             for file in files]  # fmt: skip
    PublishedFile.objects.bulk_create(found, ignore_conflicts=True)


def lines(body: Agency, kind: Kind, version: Version | None) -> list[tuple[int, int, File]]:
    """The files of a version with the numbers by which they are asked for."""
    return [(version.number, n, file) for n, file in enumerate(version.files)] if version else []


def answer(file: File, content: bytes) -> HttpResponse:
    """A file to be kept, never shown by the browser as a page of ours."""
    found = HttpResponse(content, content_type=str(file["type"]))
    found["Content-Disposition"] = content_disposition_header(True, str(file["name"]))
    found["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return found
