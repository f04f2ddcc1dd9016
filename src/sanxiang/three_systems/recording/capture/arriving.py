"""Acts that were done on a phone without a net (离线办理的送达): judged as of the time they were done, late arrival
visible.

An act that the gate refuses is kept as it came in and shown with what is missing. Its officer has it judged again once
that is mended, or has it recorded as what happened, with what it breaks (DESIGN 9.1). Nothing is dropped.

What was done on the spot in one go (当场处罚) comes as `steps`, acts of one case in their order, the first of which may
open it. What was done stays done; the first that is refused waits, and those after it.
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

from . import blanks, passes, rereading, signing
from .takes import GRADES, NotTaken

ACT_MAX = 2 << 20
FILE_MAX = 1 << 20
LATE = "现场没有网络，在手机上离线办理，联网后送达"
STEPS_MAX = 8
OPENING = ("category", "procedure", "department")
BLANKS_LAW = "《行政处罚法》第五十二条"


def arrive(connection: Any, key: UUID, raw: bytes, *, sender: str, agency: str, at: datetime) -> ArrivedAct:
    """Take in an act and do it as of its time, as the officer of the pass that it was done under: whoever of his agency
    is logged in when there is a net sends it. The same again gets the same answer. Raises NotTaken where it is none, is
    another under the same number, or its recordings have not arrived whole; NoPass."""
    digest = hashlib.sha256(raw).hexdigest()
    known = ArrivedAct.objects.filter(pk=key).first()
    if known is not None:
        if known.digest != digest or str(known.agency) != agency:
            raise NotTaken("这个编号已经用于另一次办理", 409)
        return attempt(connection, known, at=at) if known.state == "received" else known
    sent, done_at = read(raw, at)
    held = passes.of_act(sent.pop("pass"), agency, done_at)
    if held.maker not in (sender, *sent["officers"]):
        raise NotTaken("办理凭据是另一个人的，他不在这次办理的执法人员里，没有接收", 403)
    wait = [take for take in sent["recordings"] if not Take.objects.filter(pk=take, sealed__isnull=False).exists()]
    if wait:
        raise NotTaken("这次办理的录音录像还没有传完", 409, missing=wait)
    row = CaseRow.objects.filter(pk=sent["case"], agency=agency).first() if sent["case"] else None
    if row is None and (sent["case"] or not sent["opening"]):
        raise NotTaken("没有这件案件，或者不是本机关的案件", 403)
    place, procedure = (row.jurisdiction, row.procedure) if row else (held.jurisdiction, sent["opening"]["procedure"])
    act = library().on(place, legal_day(done_at)).act(procedure, sent["act"])
    arrived = ArrivedAct(
        id=key, officer=held.maker, sender=sender, agency=agency, case=row.stream if row else None, act=sent["act"],
        digest=digest,
        title=row.title if row else str(sent["facts"].get("party_name") or "当事人待查")[:100],
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
        storable(said)
        contact = said.get("contact") or {}
        done_at = datetime.fromisoformat(said["done_at"])
        if contact:
            done_at += datetime.fromisoformat(contact["server"]) - datetime.fromisoformat(contact["device"])
        sent = {
            "pass": str(said.get("pass") or ""),
            "case": str(UUID(said["case"])) if said["case"] else "", "act": str(said["act"])[:60],
            "facts": dict(said["facts"]), "steps": [_step(one) for one in said.get("steps", ())][:STEPS_MAX],
            "opening": {name: str(said["opening"][name])[:100] for name in OPENING} if said.get("opening") else {},
            "blank": str(said.get("blank", ""))[:60],
            "officers": [str(UUID(name)) for name in said["officers"]][:20], "link": str(said.get("link", ""))[:100],
            "recordings": [str(UUID(name)) for name in said.get("recordings", ())][:50],
            "signed": signing.read(said.get("signed")), "shown": str(said.get("shown") or "")[: signing.TEXT_MAX],
            "files": [{"name": str(one["name"])[:100], "data": str(one["data"])} for one in said.get("files", ())][:10],
        }  # fmt: skip
        if done_at.tzinfo is None:
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise NotTaken("送来的内容不能识别") from None
    return sent, min(done_at, at)


def storable(said: Any) -> None:
    """Nothing in it that no database keeps: a NUL, half a character. Raises ValueError."""
    if isinstance(said, str):
        said.encode()
        if "\0" in said:
            raise ValueError
    for part in (*said, *said.values()) if isinstance(said, dict) else said if isinstance(said, list) else ():
        storable(part)


def _step(said: Any) -> dict[str, Any]:
    """One act of several: what it states, which of the recordings and files are its own, whether it is done only when
    it arrives."""
    return {
        "act": str(said["act"])[:60], "facts": dict(said["facts"]), "link": str(said.get("link", ""))[:100],
        "recordings": [str(UUID(name)) for name in said.get("recordings", ())][:50],
        "files": [str(name)[:100] for name in said.get("files", ())][:10], "now": said.get("now") is True,
        "signed": said.get("signed") is True,
    }  # fmt: skip


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
            if not signing.drawn(data):
                raise BadFile("图片打不开，请重新签名")
        except (binascii.Error, BadFile) as bad:
            raise NotTaken(f"“{file['name']}”没有接收：{bad}", 415) from bad
        shelf().keep(blob.sha256)
        found.append({"name": file["name"], **blob.told, "type": media_type, "grade": GRADES["camera"]})
    return found


def attempt(connection: Any, arrived: ArrivedAct, *, at: datetime, as_it_is: bool = False) -> ArrivedAct:
    """Do what came in, as of the time it was done; `as_it_is` records it with what it breaks. What was done is not kept
    twice: the row forgets what was sent. Raises NoRoom: it stays as it was received, and the phone sends it again."""
    with transaction.atomic(using=connection.alias):
        locked = ArrivedAct.objects.select_for_update().get(pk=arrived.pk)
        return locked if locked.state == "done" else _attempted(connection, locked, at, as_it_is)


def _attempted(connection: Any, arrived: ArrivedAct, at: datetime, as_it_is: bool) -> ArrivedAct:
    """The acts and what became of them, in one transaction: each done once, however often it is sent."""
    steps = arrived.sent.get("steps") or [{}]
    arrived.state, arrived.reasons = "done", []
    while steps and arrived.state == "done":
        try:
            with transaction.atomic(using=connection.alias):
                answer, reasons = _done(connection, arrived, steps[0], at, as_it_is)
        except (VersionConflict, RecordRefused) as refused:
            answer, reasons = None, [{"text": str(refused), "missing": [], "law": "", "helper": ""}]
        if answer is None or not answer.done:
            arrived.state, arrived.reasons = "refused", reasons
            break
        (first,) = answer.events[:1]
        arrived.case, arrived.event = UUID(answer.stream), first.id
        steps = steps[1:]
    arrived.sent = {} if arrived.state == "done" else {**arrived.sent, **({"steps": steps} if steps != [{}] else {})}
    arrived.save()
    return arrived


def _done(
    connection: Any, arrived: ArrivedAct, step: Mapping[str, Any], at: datetime, as_it_is: bool
) -> tuple[Answer | None, list[dict[str, Any]]]:
    """One act and, where it stands on a numbered blank, the note in that block; else why not."""
    command, number = command_of(arrived, step), arrived.sent.get("blank", "")
    deciding = bool(number) and step.get("act") == arrived.act
    if deciding:
        command = replace(command, facts={**command.facts, "blank_number": number})
    wrong = blanks.problem_of(connection, number, str(arrived.officer)) if deciding else ""
    if wrong and not as_it_is:
        return None, [{"text": wrong, "missing": [], "law": BLANKS_LAW, "helper": ""}]
    if not as_it_is and (other := rereading.unread(connection, arrived, step)):
        return None, [other]
    if as_it_is:
        command = replace(command, report=True, facts={**command.facts, reporting.REASON: LATE})
    answer = handle(connection, library(), command, at=at)
    if answer.done and deciding and not wrong:
        blanks.use(connection, number, answer.events[0], str(arrived.officer), at=at)
    return answer, reasons_of(answer)


def command_of(arrived: ArrivedAct, step: Mapping[str, Any]) -> Command:
    """The command of an act that came alone, or of one of several."""
    sent, one = arrived.sent, {**arrived.sent, "act": arrived.act, **step}
    files = [file for file in sent["files"] if not step or file["name"] in step["files"]]
    case = str(arrived.case or "")
    facts = {name: value for name, value in one["facts"].items() if name not in signing.STATED}
    if not step or step.get("signed"):
        facts |= signing.stated(sent.get("signed") or {}, sent["files"], arrived.done_at)
    return Command(
        act=one["act"], officer=str(arrived.officer), stream=case, facts=facts,
        officers=tuple(sent["officers"]), link=one["link"], files=tuple(files), recordings=tuple(one["recordings"]),
        opening={} if case else sent.get("opening", {}), occurred_at=None if one.get("now") else arrived.done_at,
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
