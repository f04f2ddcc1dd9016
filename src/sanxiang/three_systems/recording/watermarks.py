"""What is shown of photos and papers on a screen (查看副本): a copy that bears who looks and when, burnt in when it is
asked for. Originals are never touched; they are handed out as downloads."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
import typst
from django.utils import timezone
from PIL import Image

from sanxiang.casework.access import Reader
from sanxiang.core.values import CHINA, legal_day
from sanxiang.core.values.media import kind_of
from sanxiang.store.film.asking import CannotSay

from . import consulting, examining, serving
from .documents import DocumentError
from .volumes import fonts_of

LARGEST = 64 << 20
"""A larger PDF is not marked while somebody waits."""
TOO_LARGE = "这份 PDF 太大，不能加上水印在网页里显示；请下载原件查看，下载也留记录"
UNREADABLE = "这份 PDF 加了密码或者已经损坏，不能加上水印显示；请下载原件查看，下载也留记录"


def line(reader: Reader) -> str:
    """Who looks, and when."""
    return f"{reader.name}　{reader.agency_name}　{timezone.now().astimezone(CHINA):%Y-%m-%d %H:%M}　查看副本"


def shown(file: Mapping[str, Any], reader: Reader, *, small: bool = False) -> tuple[bytes, str]:
    """The copy of a photo, of a film's small picture or of a PDF, and its media type. Raises CannotSay with the reason
    in words; NotThere, Away, NoRoom."""
    sha256, media_type = str(file["sha256"]), str(file["type"])
    if media_type == "application/pdf" and not small:
        if int(file["size"]) > LARGEST:
            raise CannotSay(TOO_LARGE)
        return paper(serving.there(file).read_bytes(), reader), media_type
    if kind_of(media_type) != "image" and not small:
        raise CannotSay("这类文件不能在网页里打开，请下载后查看")
    serving.there(file)
    return picture(examining.drawn(sha256, media_type, small=small), reader), "image/jpeg"


def picture(path: Path, reader: Reader) -> bytes:
    """A picture that we drew, with the line over it many times, whatever its shape."""
    with Image.open(path) as given:
        made = given.convert("RGBA")
    with Image.open(io.BytesIO(laid(line(reader)))) as drawn:
        mark = drawn.convert("RGBA")
    wide = max(made.width, 640)  # below that no letter could be read
    mark = mark.resize((wide, max(1, mark.height * wide // mark.width)))
    for top in range(0, made.height, mark.height):
        made.alpha_composite(mark.crop((0, 0, made.width, min(mark.height, made.height - top))), (0, top))
    out = io.BytesIO()
    made.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def paper(pdf: bytes, reader: Reader) -> bytes:
    """A PDF with the line across every page. What is only drawn over it (seals, remarks) becomes part of the page, so
    that no signature is shown that the copy could not bear. Raises CannotSay."""
    day = legal_day(timezone.now()).isoformat()
    try:
        flat = _flat(pdf)
        try:
            return consulting.marked(flat, line(reader), fonts_of(), day)
        except (typst.TypstError, DocumentError):
            return consulting.marked(flat, known(line(reader)), fonts_of(), day)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        raise CannotSay(UNREADABLE) from None


def _flat(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as given:
        if "/AcroForm" not in given.Root:
            return pdf
        given.flatten_annotations("screen")
        if "/AcroForm" in given.Root:  # it is left where a field shows nothing
            del given.Root.AcroForm
        out = io.BytesIO()
        given.save(out)
    return out.getvalue()


def laid(text: str) -> bytes:
    """A text to lay over pictures, as a PNG that is clear elsewhere."""
    try:
        return consulting.film_mark(text, fonts_of())
    except typst.TypstError:
        return consulting.film_mark(known(text), fonts_of())


def known(text: str) -> str:
    """A text in the characters that every font has: a rare one in somebody's name must not keep him from looking.

    >>> known("张𠮷演示 10:20")
    '张〓演示 10:20'
    """
    return "".join(one if one.encode("gb2312", "ignore") else "〓" for one in text)
