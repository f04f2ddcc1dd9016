"""Consulting a file under a granted request (调阅): who may open it, until when, and each piece as it was allowed.

A paper, a PDF or a picture is given as a PDF with the name of the applicant, the request and the time on every page; a
masked copy is set anew from masked data; of a recording only the allowed seconds leave the house, a film with the same
line burnt into every picture. Stills taken into the file are evidence and bear no mark: they get it, as every picture,
when they go out. 政府信息公开条例 arts. 15, 37 and 40.
"""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from sanxiang.casework.access import Reader
from sanxiang.casework.consulted import Piece
from sanxiang.casework.projections import library
from sanxiang.core.casefile import CaseFile, Request, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates.disclosure import public_text
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import CHINA, legal_day
from sanxiang.core.values.media import kind_of
from sanxiang.store.blobs import NoRoom, NotThere, room, shelf
from sanxiang.store.objects import Away

from .documents import FontSet, render
from .documents.rendering import pictured, typeset
from .excerpts import NO_ROOM
from .gathering import is_demonstration, registers_of
from .papers import Paper, paper_data, papers_of
from .serving import AWAY
from .volumes import fonts_of

MASKED, ONLINE = "脱敏副本", "在线水印查看"
KEPT_OPEN = frozenset({"agency", "officers", "signatures", "digest", "qr", "demo", "party_code", "template"})
"""What a masked copy tells of a paper as it is: the office and its officers act in public."""
PATIENCE_S = 120
TOO_LONG = (
    "这段录音录像太长，不能当场截取、加上水印：请批准其中一段（写明起止秒），或者由档案员在查阅室放映所批准的一段"
)
SIDE_MAX = 2000


class NotAllowed(PermissionError):
    """The request does not allow this, or no longer; the Chinese text says why."""


def may_open(request: Request, case: CaseFile, reader: Reader, login: str, at: datetime) -> None:
    """Raises NotAllowed for anybody but the applicant's own login and the archivist of the department (who shows it in
    the reading room), before it is given out, and after its last day."""
    if request.state != "given":
        raise NotAllowed("这份申请还没有提供调阅" if request.state != "refused" else "这份申请没有得到同意")
    if legal_day(at).isoformat() > request.until:
        raise NotAllowed(f"调阅的有效期到 {request.until} 为止，已经届满；需要继续查阅的，请重新申请")
    named = bool(login) and login == str(request.facts.get("access_account", ""))
    keeps = reader.agency == case.agency and case.department in reader.keeps
    if not named and not keeps:
        raise NotAllowed("只有申请人本人的账号，或者承办科室的档案员（在查阅室）可以打开")


def line_of(request: Request, viewer: str, at: datetime) -> str:
    """What stands across every page."""
    who = str(request.facts.get("access_name", "")) or "当事人"
    return f"{who}　{viewer}　{at.astimezone(CHINA):%Y-%m-%d %H:%M}　{request.id[:8]}　仅供调阅"


def masked(data: Mapping[str, Any], rules: RuleSet, case: CaseFile, registers: Registers) -> dict[str, Any]:
    """The data of a paper with everything hidden that the public would not see."""

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return public_text(rules, case, registers, value)
        if isinstance(value, Mapping):
            return {key: walk(part) for key, part in value.items()}
        return [walk(part) for part in value] if isinstance(value, list | tuple) else value

    return {key: part if key in KEPT_OPEN else walk(part) for key, part in data.items()}


def paper_pdf(
    connection: Any, paper: Paper, events: Sequence[Recorded], rules: RuleSet, *, mask: bool, demo: bool, fonts: FontSet
) -> bytes:
    """One paper set from the record, masked or as it is. Raises DocumentError."""
    registers = registers_of(connection, events)
    data = paper_data(paper, events, rules, registers, demo=demo)
    if mask:
        data = masked(data, rules, fold(events), registers) | {"qr": "", "party_code": ""}
    return render(paper.template, data, fonts=fonts).pdf


def set_anew(connection: Any, events: tuple[Recorded, ...], piece: Piece, *, mask: bool) -> bytes:
    """A paper of ours as a PDF, masked or as it is. Raises NotAllowed where there is none, DocumentError."""
    paper = next((one for one in papers_of(events) if (one.event, one.index) == (piece.event, piece.index)), None)
    if paper is None:
        raise NotAllowed("案卷里没有这份文书")
    rules = library().on(fold(events).jurisdiction, legal_day(events[paper.seq - 1].occurred_at))
    demo = is_demonstration(connection)
    return paper_pdf(connection, paper, events, rules, mask=mask, demo=demo, fonts=fonts_of())


def picture_pdf(path: Path) -> bytes:
    """A picture as a PDF of one page, drawn anew. Raises OSError for what cannot be drawn."""
    with Image.open(path) as picture:
        drawn = picture.convert("RGB")
        drawn.thumbnail((SIDE_MAX, SIDE_MAX))
        out = io.BytesIO()
        drawn.save(out, "PDF")
    return out.getvalue()


def marked(pdf: bytes, text: str, fonts: FontSet, day: str) -> bytes:
    """The PDF with a text across every page."""
    sheet = typeset("_watermark", {"text": text}, {"document": {"date": day}}, fonts, "a-2b")
    with pikepdf.open(io.BytesIO(pdf)) as out, pikepdf.open(io.BytesIO(sheet)) as mark:
        form = out.copy_foreign(mark.pages[0].as_form_xobject())
        for page in out.pages:
            resources = page.resources
            if "/XObject" not in resources:
                resources.XObject = pikepdf.Dictionary()
            name = next(key for key in map("/Mark{}".format, count()) if key not in resources.XObject)
            resources.XObject[name] = form
            place = page.calc_form_xobject_placement(
                form,
                pikepdf.Name(name),
                pikepdf.Rectangle(page.trimbox),
                invert_transformations=True,
                allow_shrink=True,
                allow_expand=True,
            )
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"Q\n" + place)
        saved = io.BytesIO()
        out.save(saved)
    return saved.getvalue()


def file_of(piece: Piece) -> Path:
    """Where a file of the case lies. Raises NotAllowed where it is gone."""
    assert piece.file is not None
    try:
        return shelf().waiting(str(piece.file["sha256"]))
    except NotThere:
        raise NotAllowed("这份文件在存放处缺失，请联系档案员") from None
    except Away:
        raise NotAllowed(AWAY) from None


def film_mark(text: str, fonts: FontSet) -> bytes:
    """A text to lay over the pictures of a film, as a PNG that is clear elsewhere."""
    return pictured("_film_mark", {"text": text}, fonts)


def excerpt(piece: Piece, mark: bytes = b"") -> tuple[Path, str, bool]:
    """A recording as it was allowed: path, media type, and whether the path is ours to remove: only the seconds that
    were allowed, with `mark` burnt into every picture, made by a process of its own with a limit. Sound bears no mark,
    and all of it goes out as it is. Raises NotAllowed where it cannot be made within the limit, NoRoom."""
    path = file_of(piece)
    assert piece.file is not None
    film = kind_of(str(piece.file["type"])) == "video"
    if piece.start is None and piece.end is None and not (film and mark):
        return path, str(piece.file["type"]), False
    with room():
        handle, name = tempfile.mkstemp(suffix=".mp4")
    os.close(handle)
    made = Path(name)
    span = (str(piece.start or 0), str(piece.end if piece.end is not None else -1))
    command = [sys.executable, "-m", "sanxiang.three_systems.recording.excerpts", str(path), str(made), *span]
    try:
        subprocess.run(  # noqa: S603  our own program
            command, check=True, timeout=PATIENCE_S, capture_output=True, input=mark if film else b""
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as stopped:
        made.unlink(missing_ok=True)
        if getattr(stopped, "returncode", 0) == NO_ROOM:
            raise NoRoom(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
        raise NotAllowed(TOO_LONG) from None
    return made, "video/mp4", True
