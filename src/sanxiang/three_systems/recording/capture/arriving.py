"""Acts that were done on a phone without a net (离线办理的送达): judged as of the time they were done, late arrival
visible.

An act that the gate refuses is kept as it came in and shown with what is missing. Its officer has it judged again once
that is mended, or has it recorded as what happened, with what it breaks (DESIGN 9.1). Nothing is dropped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from sanxiang.casework import reporting
from sanxiang.casework.commands import Answer, Command, RecordRefused, VersionConflict, handle
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.core.values import legal_day
from sanxiang.store.blobs import shelf
from sanxiang.store.media import BadFile, told
from sanxiang.three_systems.recording.models import ArrivedAct, Take

from .takes import NotTaken

ACT_MAX = 2 << 20
FILE_MAX = 1 << 20
LATE = "现场没有网络，在手机上离线办理，联网后送达"


def arrive(connection: Any, key: UUID, raw: bytes, *, officer: str, agency: str, at: datetime) -> ArrivedAct:
    """Take in an act and do it as of its time. The same again gets the same answer. Raises NotTaken where it is none,
    is
    another under the same number, or its recordings have not arrived whole."""
    digest = hashlib.sha256(raw).hexdigest()
    known = ArrivedAct.objects.filter(pk=key).first()
    if known is not None:
        if known.digest != digest or str(known.officer) != officer:
            raise NotTaken("这个编号已经用于另一次办理", 409)
        return attempt(connection, known, at=at) if known.state == "received" else known
    sent, done_at = read(raw, at)
    wait = [take for take in sent["recordings"] if not Take.objects.filter(pk=take, sealed__isnull=False).exists()]
    if wait:
        raise NotTaken("这次办理的录音录像还没有传完", 409, missing=wait)
    row = CaseRow.objects.filter(pk=sent["case"], agency=agency).first() if sent["case"] else None
    if row is None:
        raise NotTaken("没有这件案件，或者不是本机关的案件", 403)
    act = library().on(row.jurisdiction, legal_day(done_at)).act(row.procedure, sent["act"])
    arrived = ArrivedAct(
        id=key, officer=officer, agency=agency, case=row.stream, act=sent["act"], title=row.title, digest=digest,
        act_name=act.name if act else sent["act"], sent={**sent, "files": _files(sent)}, done_at=done_at, arrived=at,
        state="received",
    )  # fmt: skip
    with transaction.atomic(using=connection.alias):
        arrived.save(force_insert=True)
    return attempt(connection, arrived, at=at)


def read(raw: bytes, at: datetime) -> tuple[dict[str, Any], datetime]:
    """What was sent and when it was done, in time of the server as the phone knew it, never after now. Raises
    NotTaken."""
    if len(raw) > ACT_MAX:
        raise NotTaken("这次办理的内容太大", 413)
    try:
        said = json.loads(raw)
        contact = said.get("contact") or {}
        done_at = datetime.fromisoformat(said["done_at"])
        if contact:
            done_at += datetime.fromisoformat(contact["server"]) - datetime.fromisoformat(contact["device"])
        sent = {
            "case": str(UUID(said["case"])), "act": str(said["act"])[:60], "facts": dict(said["facts"]),
            "officers": [str(UUID(name)) for name in said["officers"]][:20], "link": str(said.get("link", ""))[:100],
            "recordings": [str(UUID(name)) for name in said.get("recordings", ())][:50],
            "files": [{"name": str(one["name"])[:100], "data": str(one["data"])} for one in said.get("files", ())][:10],
        }  # fmt: skip
        if done_at.tzinfo is None:
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise NotTaken("送来的内容不能识别") from None
    return sent, min(done_at, at)


def _files(sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files that came inside (a signature on the screen), put aside under their digests. Raises NotTaken."""
    found = []
    for file in sent["files"]:
        try:
            data = base64.b64decode(file["data"], validate=True)
            if len(data) > FILE_MAX:
                raise NotTaken(f"“{file['name']}”太大", 413)
            blob = shelf().stage((data,), limit=FILE_MAX)
            media_type = told(shelf().waiting(blob.sha256))
        except (binascii.Error, BadFile) as bad:
            raise NotTaken(f"“{file['name']}”没有接收：{bad}", 415) from bad
        shelf().keep(blob.sha256)
        found.append({"name": file["name"], "sha256": blob.sha256, "size": blob.size, "type": media_type})
    return found


def attempt(connection: Any, arrived: ArrivedAct, *, at: datetime, as_it_is: bool = False) -> ArrivedAct:
    """Do what came in, as of the time it was done; `as_it_is` records it with what it breaks. What was done is not kept
    twice: the row forgets what was sent. Raises NoRoom: it stays as it was received, and the phone sends it again."""
    with transaction.atomic(using=connection.alias):
        locked = ArrivedAct.objects.select_for_update().get(pk=arrived.pk)
        return locked if locked.state == "done" else _attempted(connection, locked, at, as_it_is)


def _attempted(connection: Any, arrived: ArrivedAct, at: datetime, as_it_is: bool) -> ArrivedAct:
    """The act and what became of it, in one transaction: done once, however often it is sent."""
    command = command_of(arrived)
    if as_it_is:
        command = replace(command, report=True, facts={**command.facts, reporting.REASON: LATE})
    try:
        answer = handle(connection, library(), command, at=at)
        arrived.reasons = reasons_of(answer)
    except (VersionConflict, RecordRefused) as refused:
        answer, arrived.reasons = None, [{"text": str(refused), "missing": [], "law": "", "helper": ""}]
    if answer is not None and answer.done:
        arrived.state, arrived.event, arrived.sent = "done", answer.events[0].id, {}
    else:
        arrived.state = "refused"
    arrived.save()
    return arrived


def command_of(arrived: ArrivedAct) -> Command:
    sent = arrived.sent
    return Command(
        act=arrived.act, officer=str(arrived.officer), stream=str(arrived.case), facts=sent["facts"],
        officers=tuple(sent["officers"]), link=sent["link"], files=tuple(sent["files"]),
        recordings=tuple(sent["recordings"]), occurred_at=arrived.done_at,
    )  # fmt: skip


def reasons_of(answer: Answer) -> list[dict[str, Any]]:
    """What stands in the way, in words: reasons, questions, problems with what was typed."""
    found = [
        {"text": one.text, "missing": list(one.missing), "law": one.law, "helper": one.helper}
        for one in answer.verdict.reasons
    ]
    found += [{"text": one.text, "missing": [], "law": one.law, "helper": ""} for one in answer.verdict.questions]
    return [] if answer.done else found


def again(connection: Any, recording: str, *, at: datetime) -> None:
    """A recording is explained now: what waited for that is judged again."""
    for one in ArrivedAct.objects.filter(state="refused", sent__recordings__contains=[recording])[:20]:
        attempt(connection, one, at=at)
