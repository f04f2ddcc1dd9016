"""What a file holds that somebody may consult (调阅的材料): its papers, files and recordings, each under one name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from sanxiang.core.casefile import CaseFile, Done, Request, fold_recording
from sanxiang.core.gates import Proposal, Situation
from sanxiang.core.gates.archiving import FRAME, lacking, supplementable
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import CHINA, chinese_date, legal_day
from sanxiang.core.values.media import kind_of
from sanxiang.store import reading

from . import levels
from .projections import NOBODY

ASKED = {
    "archive.supplied": "补交哪一项", "archive.supplemented": "补充的是哪一个环节的材料",
    "access.requested": "当事人提交的申请（其他人的不选）",
    **dict.fromkeys(("access.decided", "access.given"), "哪一份申请"),
}  # fmt: skip
"""What a form asks for an act of the archive that is about something."""
STANDS = {"access.requested": "applied", "access.decided": "requested", "access.given": "granted"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One paper (`index` its place in the event) or one file of a case or of a recording that it rests on, under the
    name that an extent uses; from and to which second it may be played (None: all of it)."""

    name: str
    event: str
    index: int
    file: Mapping[str, Any] | None = None
    start: int | None = None
    end: int | None = None


def pieces(case: CaseFile) -> list[Piece]:
    """Everything in the file that may be consulted, in the order of the acts, and the recordings that it rests on; the
    same title twice is told apart by a number. What is marked secret is given by nobody's request, nor are the papers
    of evidence that consists of it; the names of the others stay as they were."""
    found: list[Piece] = []
    places: dict[str, int] = {}
    for paper in case.papers:
        place = places.get(str(paper["event"]), 0)
        places[str(paper["event"])] = place + 1
        if paper["template"] not in FRAME:
            name = " ".join(part for part in (str(paper["title"]), str(paper["number"])) if part)
            found.append(Piece(name, str(paper["event"]), place))
    files: dict[str, int] = {}
    for file in case.files:
        place = files.get(str(file["event"]), 0)
        files[str(file["event"])] = place + 1
        found.append(Piece(str(file["name"]), str(file["event"]), place, file))
    owners = [UUID(name) for name in (case.id, *case.recordings) if name]
    marked = {sha256 for _, sha256, _ in levels.marked(owners)} if owners else set()
    named = numbered([*found, *_recorded(case)])
    files_of = {str(item["event"]): {file["sha256"] for file in item["files"]} for item in case.evidence}
    shut = {event for event, held in files_of.items() if held and held <= marked}
    return [one for one in named if (one.event not in shut if one.file is None else one.file["sha256"] not in marked)]


def _recorded(case: CaseFile) -> Iterator[Piece]:
    """The films, sounds and photographs of the recordings that a case rests on, each with the moment at which its
    recording began; without the lists of their chains."""
    streams = reading.load_many(connections["default"], list(case.recordings)) if case.recordings else {}
    for stream in case.recordings:
        events = streams.get(stream, ())
        one = fold_recording(events)
        if not one.files or one.state == "destroyed" or one.began is None:
            continue
        event = next(told.id for told in reversed(events) if told.event.files)
        for place, file in enumerate(one.files):
            if kind_of(str(file.get("type", ""))) in ("audio", "video", "image"):
                began = f"{one.began.astimezone(CHINA):%Y-%m-%d %H:%M}"
                yield Piece(f"{file['name']}（{began}开始录制）", event, place, file)


def links(case: CaseFile, rules: RuleSet, wanted: Act) -> list[tuple[str, str]]:
    """What an act of the archive may be about: what the file lacks, or the requests that stand where it takes them."""
    if wanted.emits == "archive.supplemented":
        return [(one.event, named(rules, case, one)) for one in reversed(supplementable(rules, case))]
    if wanted.emits == "archive.supplied":
        s = (
            Situation(rules, case, Registers(), Proposal(act="", actor=NOBODY, at=case.ended.occurred_at))
            if (case.ended)
            else None
        )
        return [(gap.event, f"{gap.said}（{gap.law}）") for gap in lacking(s)] if s else []
    state = STANDS[wanted.emits]
    return [(one.id, said(one)) for one in case.keeping.requests if one.state == state]


def named(rules: RuleSet, case: CaseFile, one: Done) -> str:
    """An act of a case with its day."""
    act = rules.act(case.procedure, one.act)
    return f"{chinese_date(legal_day(one.occurred_at))} {act.name if act else one.act}"


def said(request: Request) -> str:
    """A request in one line."""
    facts = request.facts
    who = "，".join(str(facts[name]) for name in ("access_applicant", "access_name") if facts.get(name)) or "当事人"
    why = str(facts.get("access_purpose") or facts.get("record_request") or "")
    return f"{legal_day(request.at):%Y年%-m月%-d日} {who}：{why[:40]}"


def numbered(found: Sequence[Piece]) -> list[Piece]:
    """Each name once."""
    seen: dict[str, int] = {}
    made = []
    for one in found:
        seen[one.name] = seen.get(one.name, 0) + 1
        name = one.name if seen[one.name] == 1 else f"{one.name}（{seen[one.name]}）"
        made.append(Piece(name, one.event, one.index, one.file))
    return made


def names_of(case: CaseFile) -> tuple[str, ...]:
    return tuple(one.name for one in pieces(case))


def allowed(case: CaseFile, request: Request) -> list[Piece]:
    """What a request was allowed to see: the pieces of its extent, each with its seconds. What the file does not hold
    under that name is left out."""
    known = {one.name: one for one in pieces(case)}
    found = []
    for row in request.facts.get("access_extent") or ():
        one = known.get(str(row.get("what", "")))
        if one is not None:
            found.append(Piece(one.name, one.event, one.index, one.file, row.get("from_second"), row.get("to_second")))
    return found
