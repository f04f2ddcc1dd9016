"""Masked copies of photos for a request (脱敏副本): rectangles that an officer chose are burnt into a copy, somebody
else looks at it, and only then is it handed over. The original is not touched.

The copy is drawn anew from points, so that nothing of what is covered and no note of the camera is left in it. It is
named by an event in a stream beside the case, kept like every file of the record, and goes with the content of the
case. 政府信息公开条例 arts. 15, 17 and 37."""

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
from sanxiang.core.values.media import kind_of
from sanxiang.store.blobs import shelf

from . import examining, looking
from .models import MaskedCopy

KIND = "mask"
WHOLE, MOST = 1000, 60
"""Rectangles are told in thousandths of the picture; so many may be drawn."""
SHORTEST, LONGEST = 4, 500
Shape = dict[str, int]


class NotMade(ValueError):
    """The copy is not made or not passed; the Chinese text says why."""


def can_be_masked(piece: Piece) -> bool:
    return piece.file is not None and kind_of(str(piece.file["type"])) == "image"


def works_on(reader: Reader, case: CaseFile) -> bool:
    """Whether somebody makes and reviews masked copies of a case: the archivist of its department, whoever handled it,
    and the heads."""
    if reader.agency != case.agency:
        return False
    keeps = bool(reader.posts & {"archivist", "unit_head"}) and case.department in reader.departments
    return keeps or "head" in reader.posts or reader.officer in case.handlers


def shapes_of(text: str) -> list[Shape]:
    """The rectangles of a form, one a line: left, top, width, height in thousandths. Raises NotMade."""
    found: list[Shape] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = line.replace("，", ",").split(",")
        try:
            x, y, w, h = (int(part) for part in parts)
        except ValueError:
            raise NotMade(f"遮盖范围“{line[:40]}”看不懂：每行左,上,宽,高四个整数（千分之几）") from None
        if not (0 <= x < WHOLE and 0 <= y < WHOLE and 0 < w <= WHOLE - x and 0 < h <= WHOLE - y):
            raise NotMade(f"遮盖范围“{line[:40]}”超出了照片")
        found.append({"x": x, "y": y, "w": w, "h": h})
    if len(found) > MOST:
        raise NotMade(f"遮盖范围最多 {MOST} 处，现有 {len(found)} 处")
    return found


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


def make(
    reader: Reader, case: CaseFile, asked: Request, piece: Piece, shapes: Sequence[Shape], why: str, at: datetime
) -> str:
    """Make a masked copy; the id of its event. Raises NotMade, CannotSay, NotThere, Away, NoRoom, VersionConflict."""
    if not works_on(reader, case):
        raise NotMade("只有本案的承办人、承办科室的档案员和负责人可以制作脱敏副本")
    if not can_be_masked(piece) or piece.file is None:
        raise NotMade("只有照片可以制作脱敏副本")
    if not shapes and not SHORTEST <= len(why) <= LONGEST:
        raise NotMade(f"没有画遮盖范围：确实没有需要遮盖的内容的，写明理由（{SHORTEST} 到 {LONGEST} 个字）")
    file = piece.file
    data = covered(examining.drawn(str(file["sha256"]), str(file["type"])), shapes)
    stem = str(file["name"]).rpartition(".")[0] or str(file["name"])
    made = {"name": f"{stem}（脱敏副本）.jpg", **shelf().added(data).told, "type": "image/jpeg"}
    event = CopyMasked(
        owner=case.id, event=piece.event, index=piece.index, sha256=str(file["sha256"]), name=str(file["name"]),
        request=asked.id, shapes=tuple(shapes), files=(made,), facts={"mask_note": why} if why else {},
    )  # fmt: skip
    return _noted(reader, case, event, at)


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
    _noted(reader, case, event, at)


def _noted(reader: Reader, case: CaseFile, event: Any, at: datetime) -> str:
    with transaction.atomic():
        made = note(
            connections["default"], KIND, case.id, event, agency=case.agency, at=at, actor=looking.actor_of(reader),
            sealed=library().dictionary.sealed,
        )  # fmt: skip
    return made.id


def copies(asked: Request, sha256: str) -> list[MaskedCopy]:
    """The masked copies of a photo for a request, newest first."""
    return list(MaskedCopy.objects.filter(request=asked.id, sha256=sha256).order_by("-at", "-id"))


def passed(asked: Request, sha256: str) -> MaskedCopy | None:
    """The copy that is handed over: the newest that somebody else passed."""
    return next((one for one in copies(asked, sha256) if one.state == "passed"), None)
