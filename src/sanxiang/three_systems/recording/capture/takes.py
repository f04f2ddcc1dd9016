"""Taking in what a phone records (录制内容的接收): opened, piece by piece, sealed.

Each request may come again: the answer is the same. A piece is acknowledged when it is durable on disk and in the
database. A second piece under the same number that differs is kept beside the first. Nothing is sealed while a piece is
missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import RecordingCommand, Said, enter, system_of
from sanxiang.core.casefile import Recording
from sanxiang.core.events.recording import RecordingInterrupted, RecordingSealed, RecordingStarted
from sanxiang.core.ledger import closing
from sanxiang.core.ledger import segments as chain
from sanxiang.core.values import Actor
from sanxiang.core.values.media import MEDIA
from sanxiang.store.blobs import CHUNK, Blobs, TooLarge, shelf
from sanxiang.store.film.length import seconds
from sanxiang.store.media import BadFile, told
from sanxiang.three_systems.recording import examining
from sanxiang.three_systems.recording.models import Segment, Take

from . import passes
from .interrupting import gaps_of, state_of, waiting

PIECE_MAX = 16 << 20
OPENING_MAX = 16_384
MEDIA_NAMES = {"video": "录像", "audio": "录音", "photo": "照片"}
GRADES = {"phone": "A", "camera": "B"}


class NotTaken(ValueError):
    """What was sent is not taken; the Chinese text says why. `status` as HTTP has it, `more` goes with the answer."""

    def __init__(self, text: str, status: int = 422, **more: Any) -> None:
        super().__init__(text)
        self.status, self.more = status, more


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening document of a take as it was read; `raw` its bytes, which the chain begins with."""

    raw: bytes
    held: passes.Pass
    medium: str
    source: str
    case: str
    activity: str
    device: str
    notice: bool
    officers: tuple[str, ...]
    facts: Mapping[str, Any]
    began: datetime
    not_before: datetime | None


def pieces() -> Blobs:
    """Where pieces lie until their recording is sealed: apart from the evidence, which names all that it holds."""
    return Blobs(shelf().folder / "pieces")


def read_opening(take: str, raw: bytes) -> Opening:
    """An opening document. Raises NotTaken."""
    if len(raw) > OPENING_MAX:
        raise NotTaken("录制的开头信息太长", 413)
    try:
        said = json.loads(raw)
        held = passes.read(said["pass"])
        contact = said.get("contact") or {}
        offset = timedelta()
        if contact:
            offset = datetime.fromisoformat(contact["server"]) - datetime.fromisoformat(contact["device"])
        began = datetime.fromisoformat(said["began"]) + offset
        medium, source = str(said["medium"]), str(said.get("source", "phone"))
        if said["take"] != take or medium not in MEDIA_NAMES or source not in GRADES or began.tzinfo is None:
            raise ValueError
        case, activity = str(said.get("case", "")), str(said.get("activity", ""))
        return Opening(
            raw=raw, held=held, medium=medium, source=source, case=held.case or case,
            activity=held.activity or activity, device=str(said.get("device", ""))[:60],
            notice=said.get("notice") is True, officers=tuple(str(name) for name in said.get("officers", ()))[:20],
            facts={}, began=began, not_before=_not_before(source, contact),
        )  # fmt: skip
    except passes.NoPass as refused:
        raise NotTaken(str(refused), 403) from refused
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise NotTaken("录制的开头信息不能识别") from None


def _not_before(source: str, contact: Mapping[str, Any]) -> datetime | None:
    """What began with a contact of the server in hand began after it. A film of the phone's own camera was there before
    the page took it in: nothing is known of its earliest time."""
    return None if source == "camera" else passes.contact_time(contact.get("nonce"))


def open_take(connection: Any, take: UUID, raw: bytes, *, sender: str, at: datetime) -> Take:
    """Begin to take in a recording: it stands on the record from now on, under whoever's pass it began. The same again
    is the same take. Raises NotTaken."""
    opening = read_opening(str(take), raw)
    known = Take.objects.filter(pk=take).first()
    if known is not None:
        if bytes(known.opening) != raw:
            raise NotTaken("这个编号已经用于另一次录制", 409)
        return known
    agency, case = opening.held.agency, case_of(opening)
    if opening.held.third_party and opening.began > opening.held.until:
        raise NotTaken("第三方记录的委托已经到期，没有接收", 403)
    started = RecordingStarted(
        jurisdiction=opening.held.jurisdiction, agency=agency, department=opening.held.department,
        source=opening.source, medium=opening.medium, case=case, activity=opening.activity if case else "",
        maker=opening.held.maker, device=opening.device, officers=opening.officers, notice=opening.notice,
        began=min(opening.began, at).isoformat(), not_after=at.isoformat(),
        not_before=opening.not_before.isoformat() if opening.not_before else "",
    )  # fmt: skip
    command = RecordingCommand(
        stream=str(take), said=(Said(event=started, occurred_at=min(opening.began, at)),),
        officer="" if opening.held.third_party else opening.held.maker, system=third_party(opening.held),
    )  # fmt: skip
    with transaction.atomic(using=connection.alias):
        noted = enter(connection, library(), command, at=at)
        if not noted.done:
            raise NotTaken("；".join(one.text for one in noted.reasons), 403)
        try:
            return Take.objects.create(
                id=take, agency=agency, maker=opening.held.maker, sender=sender, opening=raw, opened_at=at, last_at=at
            )
        except IntegrityError:
            raise NotTaken("同一次录制正在接收，请重试", 409, again=True) from None


def third_party(held: passes.Pass) -> Actor | None:
    """Who stands behind what a third party recorded; None for an officer."""
    if not held.third_party:
        return None
    return Actor(officer="", name=held.person, agency=held.agency, department="", post=passes.THIRD_PARTY,
                 certificate=None)  # fmt: skip


def case_of(opening: Opening) -> str:
    """The case that the recording belongs to, where it is one of the agency."""
    try:
        row = CaseRow.objects.filter(pk=UUID(opening.case), agency=opening.held.agency).first()
    except ValueError:
        return ""
    return str(row.stream) if row else ""


def take_piece(
    take: UUID, number: int, header: bytes, chunks: Iterable[bytes], *, at: datetime
) -> tuple[Segment, bool]:
    """Keep one piece; and whether it was there before. Raises NotTaken; 409 where another piece came first, both
    kept."""
    known = Take.objects.filter(pk=take).first()
    if known is None:
        raise NotTaken("先送录制的开头信息", 404)
    try:
        piece = chain.read(header)
    except chain.BadHeader as bad:
        raise NotTaken(str(bad)) from bad
    if piece.take != str(take) or piece.number != number:
        raise NotTaken("片段的说明和地址不符")
    blobs = pieces()
    try:
        blob = blobs.stage(chunks, limit=PIECE_MAX)
    except TooLarge:
        raise NotTaken(f"一个片段最大 {PIECE_MAX >> 20} MB", 413) from None
    if (blob.sha256, blob.size) != (piece.sha256, piece.size):
        raise NotTaken("片段的内容和校验值不符，可能传输出错，请再传一次", 422)
    blobs.keep(blob.sha256)
    return _noted(known, piece, header, at)


def _noted(take: Take, piece: chain.Piece, header: bytes, at: datetime) -> tuple[Segment, bool]:
    there = take.segments.filter(number=piece.number)
    same = there.filter(link=piece.link).first()
    if same is None:
        first = there.filter(conflict=False).first()
        same, made = Segment.objects.get_or_create(
            take=take, number=piece.number, link=piece.link,
            defaults={"sha256": piece.sha256, "header": header, "size": piece.size, "arrived": at,
                      "conflict": first is not None or take.sealed is not None},
        )  # fmt: skip
        Take.objects.filter(pk=take.pk).update(last_at=at)
    else:
        made = False
    if same.conflict:
        raise NotTaken("同一段先后传来两种内容，两份都已保留", 409, kept=True)
    return same, not made


def agency_of(take: UUID) -> str | None:
    """The agency of a take that is there."""
    found = Take.objects.filter(pk=take).values_list("agency", flat=True).first()
    return str(found) if found else None


def maker_of(take: UUID, held: passes.Pass | None) -> str:
    """Who makes a take: as its opening says, or as it stands."""
    return held.maker if held else str(Take.objects.filter(pk=take).values_list("maker", flat=True).first() or "")


def standing(take: UUID) -> Mapping[str, Any]:
    """What has arrived of a take, for a phone that goes on sending."""
    found = Take.objects.filter(pk=take).first()
    if found is None:
        return {"open": False, "have": [], "sealed": None}
    have = found.segments.filter(conflict=False).order_by("number").values_list("number", flat=True)
    return {"open": True, "have": list(have), "sealed": found.sealed}


def seal(connection: Any, take: UUID, end: closing.Closing, *, at: datetime) -> Mapping[str, Any]:
    """Check the chain, put the pieces together and close the recording; the same again gets the same answer. Raises
    NotTaken: 422 with the numbers that are missing, 409 where the chain ends otherwise than the phone says."""
    count = end.count
    with transaction.atomic(using=connection.alias):
        found = Take.objects.select_for_update().filter(pk=take).first()
        if found is None:
            raise NotTaken("先送录制的开头信息", 404)
        if found.sealed is not None:
            return dict(found.sealed) | {"gaps": waiting(state_of(connection, str(take)))}
        rows = list(found.segments.filter(conflict=False).order_by("number"))
        gone = chain.missing([row.number for row in rows], count)
        if gone or len(rows) != count or not count:
            raise NotTaken("还有片段没有传到", 422, missing=list(gone[:1000]))
        reckoned = chain.reckon(bytes(found.opening), [bytes(row.header) for row in rows])
        if reckoned.head != end.head:
            raise NotTaken("片段链的末尾和手机上的不一致", 409, head=reckoned.head)
        found.sealed = _sealed(connection, found, rows, reckoned, end, at)
        found.save(update_fields=["sealed"])
    return dict(found.sealed)


def _sealed(
    connection: Any, take: Take, rows: Sequence[Segment], reckoned: chain.Reckoned, end: closing.Closing, at: datetime
) -> dict[str, Any]:
    state = state_of(connection, str(take.pk))
    clashing = list(take.segments.filter(conflict=True).order_by("number", "id"))
    files = [*_files(take, rows, reckoned, state.medium), *_extra(take, rows, clashing)]
    whole = not reckoned.problems and all(file["type"] in MEDIA for file in files if "片段" not in file["name"])
    ended = min(reckoned.ended, at)
    began = _began(state, files, reckoned, ended)
    event = RecordingSealed(
        began=began.isoformat(), ended=ended.isoformat(), segments=len(rows), head=reckoned.head,
        not_before=state.not_before.isoformat() if state.not_before else "", not_after=at.isoformat(),
        seconds=round((ended - began).total_seconds()), offset_ms=round(reckoned.offset.total_seconds() * 1000),
        turned=reckoned.turned, marks=reckoned.marks, conflicts=tuple(row.sha256 for row in clashing),
        grade=GRADES.get(state.source, "C") if whole else "D", files=tuple(files),
    )  # fmt: skip
    known = {gap.id for gap in state.gaps}
    last = chain.read(bytes(rows[-1].header))
    spans = (*reckoned.gaps, *closing.left_open(end, reckoned, last, at))
    gaps = tuple(gap for gap in gaps_of(spans) if gap["id"] not in known)
    gaps = gaps if state.medium != "photo" and state.source == "phone" else ()
    said = [Said(event=event, occurred_at=at)]
    if gaps:
        said.insert(0, Said(event=RecordingInterrupted(gaps=gaps), occurred_at=at))
    command = RecordingCommand(stream=str(take.pk), said=tuple(said), system=system_of(str(take.agency)))
    noted = enter(connection, library(), command, at=at)
    if not noted.done:
        raise NotTaken("；".join(one.text for one in noted.reasons))
    examining.inspect(str(take.pk))
    return {
        "head": reckoned.head, "problems": list(reckoned.problems), "grade": event.grade, "at": at.isoformat(),
        "files": [{"name": file["name"], "sha256": file["sha256"]} for file in files], "gaps": waiting(noted.recording),
    }  # fmt: skip


def _began(state: Recording, files: Sequence[Mapping[str, Any]], reckoned: chain.Reckoned, ended: datetime) -> datetime:
    """When it began. A file of the phone's own camera bears the time when it was written, which is its end: it began so
    long before as its container says, as what comes from a station."""
    lasts = 0
    if state.source == "camera" and state.medium != "photo":
        lasts = seconds(shelf().waiting(str(files[0]["sha256"])), str(files[0]["type"]))
    return ended - timedelta(seconds=lasts) if lasts else min(reckoned.began, ended)


def _files(take: Take, rows: Sequence[Segment], reckoned: chain.Reckoned, medium: str) -> Iterator[dict[str, Any]]:
    """One file for each run, its pieces one after another."""
    blobs, kept = pieces(), shelf()
    for place, run in enumerate(reckoned.runs, 1):
        blob = kept.stage(_bytes(blobs, [rows[number] for number in run]), limit=1 << 40)
        try:
            kind = told(kept.waiting(blob.sha256))
        except BadFile:
            kind = "application/octet-stream"
        kept.keep(blob.sha256)
        ending = MEDIA[kind].ending if kind in MEDIA else "bin"
        name = f"{MEDIA_NAMES[medium]}{str(take.pk)[:8]}-{place}.{ending}"
        yield {"name": name, **blob.told, "type": kind}


def _extra(take: Take, rows: Sequence[Segment], clashing: Sequence[Segment]) -> Iterator[dict[str, Any]]:
    """The list of the chain, by which anyone recounts it, and pieces that came twice and differed."""
    lines = b"\n".join([bytes(take.opening), *(bytes(row.header) for row in rows)])
    blob = shelf().added(lines)
    yield {"name": f"片段链{str(take.pk)[:8]}.jsonl", **blob.told, "type": "application/jsonl"}
    for row in clashing:
        blob = shelf().stage(_bytes(pieces(), [row]), limit=PIECE_MAX)
        shelf().keep(blob.sha256)
        yield {"name": f"争议片段{row.number}.bin", **blob.told,
               "type": "application/octet-stream"}  # fmt: skip


def _bytes(blobs: Blobs, rows: Iterable[Segment]) -> Iterator[bytes]:
    for row in rows:
        with blobs.path(row.sha256).open("rb") as file:
            while data := file.read(CHUNK):
                yield data


def sweep(before: datetime) -> int:
    """Forget the pieces of recordings that were sealed before; returns how many files went."""
    Segment.objects.filter(take__sealed__isnull=False, take__last_at__lt=before).delete()
    named = set(Segment.objects.values_list("sha256", flat=True))
    blobs = pieces()
    return blobs.sweep_staged(before) + blobs.sweep_kept(before, named)
