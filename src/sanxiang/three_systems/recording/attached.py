"""Files that were uploaded to a case, as leaves of its volume (上传材料入卷): PDF page by page, a picture on a leaf
with its caption, of everything else a sheet that names it.

Each file stands in the volume once, by its digest, where it first came, right behind the papers of its act. Sound and
film are told by the storage statement. What is marked 商业秘密 or 个人隐私 goes into the volume that stays inside
(副卷); what is marked 国家秘密 into none (须核定). A file that cannot be drawn stops no archiving: a sheet says why,
and the closing note that it is kept as a file. Order and captions: 行政执法案卷立卷规范 (须核定).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sanxiang.casework import levels
from sanxiang.casework.preparing import step
from sanxiang.core.casefile import Recording, fold_recording, resting
from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import FRAME, is_recording
from sanxiang.core.gates.bringing import KIND as BROUGHT
from sanxiang.core.gates.weighing import EVIDENCE
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import CHINA, chinese_date, legal_day
from sanxiang.core.values.media import KINDS, kind_of
from sanxiang.store import office, reading
from sanxiang.store.blobs import NoRoom, NotThere, shelf
from sanxiang.store.objects import Away

from .documents import FontSet, Part, catalogue
from .documents.attaching import leaf, sheet
from .documents.drawing import Full, NotDrawn, drawn
from .recordings import KEPT, SOURCES, UNTOLD

EVIDENCE_PLACE, OTHER_PLACE = 66, 68
"""Among the evidence, and with receipts and proofs of payment, before the statement of the recordings."""
INSIDE = ("review.", "draft.", "discussion.", "filing.", "accountability.", "case.")
"""Acts without a paper whose files stay inside."""
LATER = ("archive.supplied", "archive.supplemented")
PRINTED = ("image", "pdf")
MOST_BYTES = 160 << 20
"""So much may the drawn pages of one case take; what comes after is kept as a file."""
ELSEWHERE = "只有电子件"
STATE, OWN_FILES = "国家秘密", frozenset({"paper.sealed", "paper.issued"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One file as the volume shows it: its digest and type, the event it came with, what is told of it, its volume and
    place."""

    file: Mapping[str, Any]
    seq: int
    title: str
    act: str
    source: str
    maker: str
    at: str
    on: str
    volume: str
    place: int
    owners: tuple[str, ...]

    @property
    def sha256(self) -> str:
        return str(self.file["sha256"])


@dataclass(slots=True)
class Attached:
    """The leaves, each with the number of the event it follows; what the closing note of each volume says."""

    parts: list[tuple[int, Part]] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=lambda: {"main": [], "supplementary": []})


def attached(
    connection: Any, events: Sequence[Recorded], rules: RuleSet, procedure: str, registers: Registers, fonts: FontSet,
    since: int = 0,
) -> Attached:  # fmt: skip
    """Every uploaded file of a case, ready to be bound; those alone that came first after its event number `since`.
    Raises NoRoom, Away."""
    names = list(dict.fromkeys(name for own in resting(events).values() for name in own))
    streams = reading.load_many(connection, names) if names else {}
    recordings = {name: fold_recording(own) for name, own in streams.items()}
    found = [one for one in pieces(events, recordings, rules, procedure, registers) if one.seq > since]
    marks = _marks([events[0].stream, *names]) if found else {}
    made, left, secret = Attached(), MOST_BYTES, 0
    steps = len(found) + sum(len(one.event.documents) for one in events)
    for nth, one in enumerate(found):
        step(nth, steps)
        level = marks.get(one.sha256, "")
        if level == STATE:
            secret += 1
            continue
        volume = "supplementary" if level else one.volume
        part, why = _part(one, volume, left, fonts)
        left -= len(part.pdf) if not why else 0
        made.parts.append((one.seq, part))
        if why:
            made.notes[volume].append(f"{one.title}：{ELSEWHERE}，存证据库，SHA-256 {one.sha256[:16]}……；{why}。")
    if secret:
        said = f"另有标为国家秘密的材料 {secret} 件，不编入案卷，按保密规定另行保管。"
        made.notes["supplementary"].append(said)
    return made


def pieces(
    events: Sequence[Recorded], recordings: Mapping[str, Recording], rules: RuleSet, procedure: str,
    registers: Registers,
) -> Iterator[Piece]:  # fmt: skip
    """The files of a case and the photographs of its recordings, each digest once, in the order of the record."""
    seen: set[str] = set()
    rested = resting(events)
    own = {one.id: one for one in events}
    for one in events:
        if one.kind in OWN_FILES:
            continue
        signed = str(one.event.facts.get("signed_picture") or "")
        for file in one.event.files:
            if not is_recording(file) and file["sha256"] not in seen and file["sha256"] != signed:
                seen.add(str(file["sha256"]))
                yield _of_act(one, file, own, rules, procedure, registers)
        for name in rested.get(one.id, ()):
            made = recordings.get(name)
            for file in made.files if made is not None and made.state != "destroyed" else ():
                if kind_of(str(file.get("type", ""))) == "image" and file["sha256"] not in seen:
                    seen.add(str(file["sha256"]))
                    yield _of_recording(one, file, made, own, rules, procedure)  # type: ignore[arg-type]


def _of_act(
    one: Recorded, file: Mapping[str, Any], own: Mapping[str, Recorded], rules: RuleSet, procedure: str,
    registers: Registers,
) -> Piece:  # fmt: skip
    facts, act = one.event.facts, rules.act(procedure, one.event.act)
    people = [officer.name for name in one.event.officers if (officer := registers.officer(name)) is not None]
    name, said = str(file["name"]), str(facts.get("evidence_name") or "")
    made_on = str(facts.get("evidence_made_on") or "")
    volume, place = _standing(one, own)
    origin: Any = getattr(one.event, "origin", {}) if one.kind == BROUGHT else {}
    source = str(facts.get("evidence_source") or "") or (act.name if act else one.event.act)
    if origin.get("case"):
        source = f"{source}；原件存{origin['case']}案卷"
    day = made_on or legal_day(one.occurred_at).isoformat()
    return Piece(
        file, one.seq, f"{said}（{name}）" if said else name, act.name if act else one.event.act, source,
        str(facts.get("evidence_maker") or "、".join(people) or one.actor.name), chinese_day(day), day, volume, place,
        (one.stream,),
    )  # fmt: skip


def _of_recording(
    one: Recorded, file: Mapping[str, Any], made: Recording, own: Mapping[str, Recorded], rules: RuleSet, procedure: str
) -> Piece:
    act = rules.act(procedure, one.event.act)
    began = (made.began or one.occurred_at).astimezone(CHINA)
    volume, place = _standing(one, own)
    source = "，".join(filter(None, (SOURCES.get(made.source, ""), f"设备 {made.device}" if made.device else "")))
    day = legal_day(began).isoformat()
    return Piece(
        file, one.seq, str(file["name"]), act.name if act else one.event.act, source or UNTOLD,
        made.maker_name or UNTOLD, f"{chinese_date(legal_day(began))}{began:%H:%M}", day, volume, place,
        (one.stream, made.id),
    )  # fmt: skip


def chinese_day(day: str) -> str:
    try:
        return chinese_date(date.fromisoformat(day[:10]))
    except ValueError:
        return day


def _standing(one: Recorded, own: Mapping[str, Recorded]) -> tuple[str, int]:
    """Volume and place of the files of an act: with its first paper, else among the evidence, or where what it
    completes stands."""
    papers = [str(paper["template"]) for paper in one.event.documents if paper["template"] not in FRAME]
    if papers:
        form = catalogue()[papers[0]]
        return form.volume, form.place
    if one.kind in EVIDENCE:
        return "main", EVIDENCE_PLACE
    about = own.get(str(getattr(one.event, "about", ""))) if one.kind in LATER else None
    if about is not None:
        return _standing(about, {})
    return ("supplementary", OTHER_PLACE) if one.kind.startswith(INSIDE) else ("main", OTHER_PLACE)


def _marks(owners: Sequence[str]) -> dict[str, str]:
    """How each file is marked, in the case or in one of its recordings; of several marks the gravest."""
    found: dict[str, str] = {}
    for _, sha256, level in levels.marked([UUID(one) for one in owners]):
        found[sha256] = min(found.get(sha256, level), level, key=levels.LEVELS.index)
    return found


def _part(one: Piece, volume: str, left: int, fonts: FontSet) -> tuple[Part, str]:
    """The leaf of a file, and why it is kept as a file only; empty where its pages are bound."""
    kind, why, pdf = kind_of(str(one.file.get("type", ""))), "", b""
    if kind not in PRINTED:
        why = "；".join(filter(None, (f"{KINDS.get(kind, '这类文件')}不能如实印成页面", _program(one))))
    else:
        try:
            pdf = _drawn(one)
        except (NotDrawn, NotThere) as problem:
            why = str(problem)
        if pdf and len(pdf) > left:
            pdf, why = b"", "本卷影印的页面已满"
    lines = told(one)
    made = sheet([*lines, ["保管", KEPT]], f"本件以电子形式保管：{why}。", one.on, fonts) if why else pdf
    if not why and kind == "image":
        made = leaf(pdf, lines, one.on, fonts)
    note = ELSEWHERE if why else "影印"
    return Part(title=one.title, pdf=made, on=one.on, responsible=one.maker, note=note, volume=volume,
                place=one.place, ready=True), why  # fmt: skip


def _program(one: Piece) -> str:
    """What is to be known before an Office file is opened; of one that is not here the sheet says less."""
    try:
        return office.remark(shelf().here(one.sha256), str(one.file["type"]))
    except (NotThere, Away):
        return ""


def _drawn(one: Piece) -> bytes:
    """Raises NotDrawn; NotThere where the file is gone or was changed; NoRoom, Away."""
    blobs = shelf()
    if fault := blobs.fault(one.sha256):
        raise NotThere("证据库里缺失" if fault == "missing" else "证据库里的文件已经被改动")
    try:
        return drawn(blobs.here(one.sha256), str(one.file["type"]))
    except Full as problem:
        raise NoRoom(problem.errno, problem.strerror) from problem


def told(one: Piece) -> list[list[str]]:
    """The caption: what the leaf says of the file."""
    lines = [
        ["名称", str(one.file["name"])], ["随何项办理取得", one.act], ["来源", one.source],
        ["制作（提供）人", one.maker], ["时间", one.at], ["SHA-256", one.sha256],
    ]  # fmt: skip
    if one.title != one.file["name"]:
        lines.insert(0, ["证据", one.title.rsplit("（", 1)[0]])
    return [*lines, ["SM3", str(one.file["sm3"])]] if one.file.get("sm3") else lines
