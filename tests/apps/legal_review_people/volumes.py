"""The bound volumes of an archived case as a reader opens them: from the store of files, by the digests that its event
names."""

from __future__ import annotations

import io
import json
from typing import Any

from pypdf import PdfReader

from sanxiang.store.blobs import shelf


def text_of(pdf: bytes) -> str:
    """All text of a PDF without white space."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join((page.extract_text() or "").split()) for page in pages).replace("　", "")


def files_of(archived: Any) -> dict[str, bytes]:
    """Every file that the archiving bound, by name; each has the digest under which it is listed."""
    listed = json.loads(shelf().read(archived.event.package_sha256))
    return {name: shelf().read(one["sha256"]) for name, one in listed.items()}


def volumes_of(archived: Any) -> dict[str, str]:
    """The text of each bound volume by file name."""
    return {name: text_of(data) for name, data in files_of(archived).items() if name.startswith("volume")}
