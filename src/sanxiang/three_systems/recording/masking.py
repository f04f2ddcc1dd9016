"""Masked copies for a request (脱敏副本): an officer says what is to be covered, it is burnt into a copy, somebody else
looks at it, and only then is it handed over. The original is not touched.

Photos at once, films, sounds and papers by the worker (`mask_work`). The copy is made anew from points and samples, so
that nothing of what is covered and no note of the original is left in it. It is named by an event in a stream beside
the case, kept like every file of the record, and goes with the content of the case. 政府信息公开条例 arts. 15, 17 and
37."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from PIL import Image, ImageDraw

from sanxiang.casework.access import Reader
from sanxiang.casework.consulted import Piece
from sanxiang.casework.noting import note
from sanxiang.casework.projections import library
from sanxiang.core.casefile import CaseFile, Request
from sanxiang.core.events.looking import CopyMasked, CopyReviewed
from sanxiang.core.values import Actor
from sanxiang.core.values.media import kind_of
from sanxiang.store.blobs import shelf

from . import examining, looking
from .mask_forms import WHOLE, NotMade, Shape, Wanted
from .models import MaskedCopy

KIND = "mask"
SHORTEST, LONGEST = 4, 500
ENDINGS = {"image/jpeg": "jpg", "video/mp4": "mp4", "audio/mp4": "m4a", "application/pdf": "pdf"}


def kind(piece: Piece) -> str:
    """As what a piece is masked: image, video, audio, pdf (papers of ours too); empty where it cannot be."""
    if piece.file is None:
        return "pdf"
    found = kind_of(str(piece.file["type"]))
    return found if found in ("image", "video", "audio", "pdf") else ""


def can_be_masked(piece: Piece) -> bool:
    return bool(kind(piece))


def why_not(piece: Piece) -> str:
    """Why a piece cannot be masked, and what to do; empty where it can be."""
    if can_be_masked(piece):
        return ""
    return "Word、Excel 等 Office 文件不能直接遮盖：请先另存为 PDF，作为补充材料放入案卷，再申请那一份"


def key_of(piece: Piece) -> dict[str, Any]:
    """What tells the copies of a piece from those of others: a paper of ours has no digest of its own."""
    if piece.file is None:
        return {"event": piece.event, "index": piece.index, "sha256": ""}
    until = -1 if piece.end is None else piece.end
    return {"sha256": str(piece.file["sha256"]), "since": piece.start or 0, "until": until}


def works_on(reader: Reader, case: CaseFile) -> bool:
    """Whether somebody makes and reviews masked copies of a case: the archivist of its department, whoever handled it,
    and the heads."""
    if reader.agency != case.agency:
        return False
    keeps = case.department in reader.within({"archivist", "unit_head"})
    return keeps or "head" in reader.posts or reader.officer in case.handlers


def covered(path: Path, shapes: Sequence[Shape]) -> bytes:
    """A picture that we drew, with the rectangles black, as JPEG. Edges are rounded outwards."""
    with Image.open(path) as given:
        made = given.convert("RGB")
    pen = ImageDraw.Draw(made)
    for one in shapes:
        left, top = one["x"] * made.width // WHOLE, one["y"] * made.height // WHOLE
        right = -(-(one["x"] + one["w"]) * made.width // WHOLE)
        bottom = -(-(one["y"] + one["h"]) * made.height // WHOLE)
        pen.rectangle((left, top, right, bottom), fill="black")
    out = io.BytesIO()
    made.save(out, "JPEG", quality=90)
    return out.getvalue()


def may_make(reader: Reader, case: CaseFile, piece: Piece, wanted: Wanted, why: str) -> None:
    """Raises NotMade for who may not, for what cannot be masked, and where nothing is covered and nobody says why."""
    if not works_on(reader, case):
        raise NotMade("只有本案的承办人、承办科室的档案员和负责人可以制作脱敏副本")
    if said := why_not(piece):
        raise NotMade(said)
    if not wanted.covers and piece.file is not None and not SHORTEST <= len(why) <= LONGEST:
        raise NotMade(f"没有画遮盖范围：确实没有需要遮盖的内容的，写明理由（{SHORTEST} 到 {LONGEST} 个字）")


def make(reader: Reader, case: CaseFile, asked: Request, piece: Piece, wanted: Wanted, why: str, at: datetime) -> str:
    """Make the masked copy of a photo; the id of its event. Raises NotMade, CannotSay, NotThere, Away, NoRoom,
    VersionConflict."""
    may_make(reader, case, piece, wanted, why)
    assert piece.file is not None
    data = covered(examining.drawn(str(piece.file["sha256"]), str(piece.file["type"])), wanted.shapes)
    told = said_of(asked, piece, wanted, why) | {"owner": case.id}
    return noted(told, named(piece, "image/jpeg", shelf().added(data).told), case.agency, looking.actor_of(reader), at)


def said_of(asked: Request, piece: Piece, wanted: Wanted, why: str) -> dict[str, Any]:
    """What the event says of a copy, but the copy itself."""
    file = piece.file or {"sha256": "", "name": piece.name}
    return {
        "event": piece.event, "index": piece.index, "sha256": str(file["sha256"]), "name": str(file["name"]),
        "request": asked.id, "shapes": wanted.shapes, **wanted.manner, "since": piece.start or 0,
        "until": -1 if piece.end is None else piece.end, "facts": {"mask_note": why} if why else {},
    }  # fmt: skip


def named(piece: Piece, media_type: str, told: dict[str, Any]) -> dict[str, Any]:
    """The copy as its event names it."""
    name = str(piece.file["name"]) if piece.file is not None else f"{piece.name}.pdf"
    stem = name.rpartition(".")[0] or name
    return {"name": f"{stem}（脱敏副本）.{ENDINGS[media_type]}", **told, "type": media_type}


def noted(told: dict[str, Any], file: dict[str, Any], agency: str, actor: Actor, at: datetime) -> str:
    """Put a copy that was made on the record; the id of its event. Raises VersionConflict."""
    lists = {name: tuple(told[name]) for name in ("shapes", "muted", "pages")}
    return _noted(CopyMasked(**told | lists, files=(file,)), told["owner"], agency, actor, at)


def review(reader: Reader, case: CaseFile, copy: MaskedCopy, *, passed: bool, why: str, at: datetime) -> None:
    """Pass a copy or send it back. Raises NotMade, VersionConflict."""
    if not works_on(reader, case):
        raise NotMade("只有本案的承办人、承办科室的档案员和负责人可以复核脱敏副本")
    if str(copy.maker) == reader.officer:
        raise NotMade("制作的人不能复核自己做的脱敏副本，请另一位同事复核")
    if copy.state != "made":
        raise NotMade("这份脱敏副本已经复核过")
    if not passed and not SHORTEST <= len(why) <= LONGEST:
        raise NotMade(f"退回的，写明哪里没有遮住（{SHORTEST} 到 {LONGEST} 个字）")
    event = CopyReviewed(
        owner=case.id, about=str(copy.pk), passed=passed, facts={"mask_note": why} if why else {}
    )  # fmt: skip
    _noted(event, case.id, case.agency, looking.actor_of(reader), at)


def _noted(event: Any, case: str, agency: str, actor: Actor, at: datetime) -> str:
    with transaction.atomic():
        made = note(
            connections["default"], KIND, case, event, agency=agency, at=at, actor=actor,
            sealed=library().dictionary.sealed,
        )  # fmt: skip
    return made.id


def copies(asked: Request, piece: Piece) -> list[MaskedCopy]:
    """The masked copies of a piece for a request, newest first."""
    return list(MaskedCopy.objects.filter(request=asked.id, **key_of(piece)).order_by("-at", "-id"))


def passed(asked: Request, piece: Piece) -> MaskedCopy | None:
    """The copy that is handed over: the newest that somebody else passed."""
    return next((one for one in copies(asked, piece) if one.state == "passed"), None)
