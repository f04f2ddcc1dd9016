"""Masked copies that take long (录音录像和 PDF 的脱敏副本): ordered on the page, made by the worker, on the record once
they are whole.

What is ordered stands in a row until then, so that a killed worker's work is taken up again from its beginning: nothing
of a half-made copy is named by anything. Whoever ordered it may stop it."""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from sanxiang.casework.access import Reader
from sanxiang.casework.consulted import Piece
from sanxiang.core.casefile import CaseFile, Request, fold
from sanxiang.core.events import Recorded
from sanxiang.core.values import Actor
from sanxiang.core.values.media import kind_of
from sanxiang.store import reading
from sanxiang.store.blobs import Blob, NoRoom, NotThere, shelf
from sanxiang.store.errors import VersionConflict
from sanxiang.store.film.asking import MASKING, CannotSay, ask
from sanxiang.store.objects import Away

from . import consulting, looking, masking, watermarks
from .documents import DocumentError
from .mask_forms import NotMade, Wanted
from .models import MaskWork

TRIES = 4
GONE = "原件在存放处缺失，请联系系统管理员从备份恢复后重新制作"
LATER = "存放文件的磁盘已满或者对象存储暂时连不上，恢复以后自动接着做"


class Stopped(Exception):
    """Whoever ordered it does not want it any more."""


def order(reader: Reader, case: CaseFile, asked: Request, piece: Piece, wanted: Wanted, why: str, at: datetime) -> None:
    """Let the worker make a copy. Raises NotMade."""
    masking.may_make(reader, case, piece, wanted, why)
    told = masking.said_of(asked, piece, wanted, why)
    key = {name: told[name] for name in ("request", "event", "index", "sha256", "since", "until")}
    named = {"name": piece.name, "file": dict(piece.file) if piece.file is not None else None}
    try:
        with transaction.atomic():
            MaskWork.objects.filter(**key, state="failed").delete()
            work = MaskWork.objects.create(
                id=uuid.uuid4(), stream=case.id, **key,  # noqa: TID251  identifiers are made here, at the edge
                media_type=str(piece.file["type"]) if piece.file is not None else "application/pdf",
                told=told | {"owner": case.id, "piece": named}, actor=looking.actor_of(reader).to_dict(), at=at,
            )  # fmt: skip
            app.configure_task("recording.mask", queue="default", lock="recording.mask").defer(work=str(work.id))
    except IntegrityError:
        raise NotMade("这份材料的脱敏副本正在制作：等它做好，或者先停止") from None


def going(asked: Request, piece: Piece) -> MaskWork | None:
    """What is being made of a piece, or could not be made."""
    return MaskWork.objects.filter(request=asked.id, **masking.key_of(piece)).first()


def stop(asked: Request, piece: Piece) -> None:
    """Do not make it. Its process ends within seconds."""
    MaskWork.objects.filter(request=asked.id, **masking.key_of(piece)).delete()


def make(connection: Any, name: str) -> None:
    """Make a copy that was ordered, and put it on the record; nothing where it was stopped or is made. Raises NoRoom,
    Away: to be tried again."""
    work = MaskWork.objects.filter(pk=name, state="waiting").first()
    if work is None:
        return
    piece = Piece(work.told["piece"]["name"], str(work.event), work.index, work.told["piece"]["file"])
    try:
        blob, media_type = _made(connection, work, piece)
    except Stopped:
        return
    except (CannotSay, DocumentError) as problem:
        MaskWork.objects.filter(pk=name).update(state="failed", text=str(problem), at=timezone.now())
        return
    except NotThere:
        MaskWork.objects.filter(pk=name).update(state="failed", text=GONE, at=timezone.now())
        return
    except (NoRoom, Away):
        MaskWork.objects.filter(pk=name).update(text=LATER, at=timezone.now())
        raise
    for attempt in range(TRIES):
        try:
            _keep(work, piece, blob, media_type)
            return
        except VersionConflict:
            if attempt == TRIES - 1:
                raise


def _keep(work: MaskWork, piece: Piece, blob: Blob, media_type: str) -> None:
    """Name the copy by its event: by one only, whoever else made the same meanwhile."""
    with transaction.atomic():
        if MaskWork.objects.select_for_update().filter(pk=work.pk).first() is None:
            return
        shelf().keep(blob.sha256)
        told = {key: value for key, value in work.told.items() if key != "piece"}
        actor = Actor.from_dict(work.actor)
        masking.noted(told, masking.named(piece, media_type, blob.told), actor.agency, actor, timezone.now())
        MaskWork.objects.filter(pk=work.pk).delete()


def _made(connection: Any, work: MaskWork, piece: Piece) -> tuple[Blob, str]:
    """The copy, whole, set aside. Raises Stopped, CannotSay, DocumentError, NotThere, NoRoom, Away."""
    told, answer = work.told, dict[str, Any]()
    events = reading.load(connection, str(work.stream))
    asked = fold(events).keeping.request(str(work.request))
    if asked is None:
        raise Stopped
    last = time.monotonic()

    def heard(done: int) -> None:
        nonlocal last
        if done != work.done or time.monotonic() - last > 10:
            work.done, last = done, time.monotonic()
            if not MaskWork.objects.filter(pk=work.pk).update(done=done, text="", at=timezone.now()):
                raise Stopped

    def maker(draft: Path) -> None:
        with source(connection, events, piece) as path:
            if work.media_type == "application/pdf":
                how = {"shapes": told["shapes"], "pages": told["pages"]}
                answer.update(ask("covered", path, work.media_type, MASKING, heard=heard, out=str(draft), **how))
                return
            with tempfile.NamedTemporaryFile(suffix=".png") as mark:
                if kind_of(work.media_type) == "video":
                    mark.write(watermarks.laid(mark_of(asked)))
                    mark.flush()
                how = {name: told[name] for name in ("shapes", "muted", "picture", "sound")} | {
                    "start": told["since"], "end": None if told["until"] < 0 else told["until"],
                    "mark": mark.name if mark.tell() else "",
                }  # fmt: skip
                answer.update(ask("masked", path, work.media_type, MASKING, heard=heard, out=str(draft), **how))

    return shelf().made(maker), str(answer["type"])


def mark_of(asked: Request) -> str:
    """What stands across every picture of a film: for whom the copy was made, for it is long and cannot be marked anew
    for each look."""
    who = str(asked.facts.get("access_name", "")) or "当事人"
    return f"{who}　{asked.id[:8]}　脱敏副本　仅供调阅"


@contextmanager
def source(connection: Any, events: tuple[Recorded, ...], piece: Piece) -> Iterator[Path]:
    """Where the original lies; a paper of ours is set with everything hidden that the public would not see. Raises
    NotThere, Away, DocumentError."""
    if piece.file is not None:
        yield shelf().waiting(str(piece.file["sha256"]))
        return
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(consulting.set_anew(connection, events, piece, mask=True))
        file.flush()
        yield Path(file.name)
