"""From the events of a case to the rows of its file, of the register and of the numbers that it was given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sanxiang.casework.correcting import corrected_by
from sanxiang.casework.projections import NOBODY, library, reckoned
from sanxiang.core.casefile import NOTED, CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Proposal, Reckoning, Situation
from sanxiang.core.gates.archiving import FRAME, Lacking, lacking, recorded_in, recording_duty
from sanxiang.core.gates.backdating import doubts
from sanxiang.core.gates.retaining import kept_for, kept_until
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.core.values.media import kind_of
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .file_models import NO_DAY

NUMBER = re.compile(r"(?P<series>.+)〔(?P<year>\d{4})〕(?P<n>\d+)号")
OPEN = ("applied", "requested", "granted")
"""A request to consult the file waits for somebody in these states."""


def register() -> None:
    register_projection(
        Projection(
            name="files",
            stream_kinds=("case",),
            tables=("recording_file_row", "recording_register_row", "recording_number_row"),
            rows=rows,
        )
    )


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The rows of one case."""
    reckoning = reckoned(events)
    case = reckoning.case
    last = next(one for one in reversed(events) if one.kind not in NOTED)
    rules = library().on(case.jurisdiction, legal_day(last.occurred_at))
    s = Situation(rules, case, Registers(), Proposal(act="", actor=NOBODY, at=last.occurred_at))
    gaps = lacking(s)
    return {
        "recording_file_row": [file_row(reckoning, events, gaps, rules)] if case.ended or case.archived else [],
        "recording_register_row": register_rows(s, events, gaps),
        "recording_number_row": number_rows(case, events),
    }


def file_row(
    reckoning: Reckoning, events: Sequence[Recorded], gaps: Sequence[Lacking], rules: RuleSet
) -> dict[str, Any]:
    """The line of a file: what it lacks until it is archived, when its period ends, who asks for it."""
    case, kept = reckoning.case, reckoning.case.keeping
    due = next((one for one in reckoning.duties if one.binding.duty == "archive" and not one.met_at), None)
    asked = [one.binding.due_on for one in reckoning.duties if one.binding.duty == "access" and not one.met_at]
    urged = next((one for one in events if one.seq == kept.urged_seq), None) if kept.urged else None
    period = kept_for(case)
    state = "destroyed" if kept.destroyed else "kept" if case.archived else "due"
    return {
        "stream": case.id,
        "jurisdiction": case.jurisdiction,
        "agency": case.agency,
        "department": case.department,
        "state": state,
        "ended_on": day_of(case.ended),
        "due_on": due.binding.due_on if due else NO_DAY,
        "lacking": [{"sort": gap.sort, "said": gap.said, "law": gap.law} for gap in gaps] if state == "due" else [],
        "urged_on": legal_day(urged.occurred_at) if urged else None,
        "recordings": len(recorded_in(case)),
        "archived_on": day_of(case.archived),
        "retention": period,
        "kept_until": kept_until(case, rules, period) or NO_DAY,
        "held": bool(kept.held),
        "step": "approved" if kept.approved else kept.appraisal,
        "requests": len(kept.requests),
        "requests_open": sum(one.state in OPEN for one in kept.requests),
        "asked_due": min(asked, default=NO_DAY),
    }


def day_of(done: Any) -> date | None:
    return legal_day(done.occurred_at) if done else None


def register_rows(s: Situation, events: Sequence[Recorded], gaps: Sequence[Lacking]) -> list[dict[str, Any]]:
    """Every act of a case in one line each, with its proof."""
    case, rules = s.case, s.rules
    stages = (
        {stage.id: stage.name for stage in rules.procedures[case.procedure].rule.stages}
        if (case.procedure in rules.procedures)
        else {}
    )
    clues: dict[str, list[dict[str, str]]] = {}
    for doubt in doubts(events, rules, case.procedure):
        clues.setdefault(doubt.event, []).append({"sort": doubt.sort, "text": doubt.text})
    missing: dict[str, list[str]] = {}
    for gap in gaps:
        missing.setdefault(gap.event, []).append(f"{gap.sort}：{gap.what}（{gap.law}）")
    return [
        register_row(s, one, stages, missing.get(one.id, []), clues.get(one.id, []))
        for one in events
        if one.kind not in NOTED
    ]


def register_row(
    s: Situation, one: Recorded, stages: Mapping[str, str], missing: list[str], clues: list[dict[str, str]]
) -> dict[str, Any]:
    """One act with its proof."""
    case, facts = s.case, one.event.facts
    act = s.rules.act(case.procedure, one.event.act)
    return {
        "id": f"{case.id}/{one.seq:06d}",
        "stream": case.id,
        "event": one.id,
        "seq": one.seq,
        "jurisdiction": case.jurisdiction,
        "agency": case.agency,
        "department": case.department,
        "category": case.category,
        "act": one.event.act,
        "act_name": act.name if act else one.event.act,
        "stage": stages.get(act.stage, "") if act else "",
        "activity": (act.activity or "") if act else "",
        "occurred_at": one.occurred_at,
        "recorded_at": one.recorded_at,
        "by": one.actor.name,
        "officers": sorted({one.actor.officer, *one.event.officers} - {""}),
        "papers": papers_in(case, one),
        "files": [
            {
                "name": str(file["name"]),
                "index": index,
                "kind": kind_of(str(file["type"])),
                "sha256": str(file["sha256"]),
            }
            for index, file in enumerate(one.event.files)
        ],
        "recording": str(facts.get("recording_mode", "")),
        "place": str(facts.get("recording_place", "")),
        "duty": recording_duty(s, act, facts) if act else "",
        "lacking": missing,
        "gap": bool(missing),
        "late": one.late,
        "doubts": clues,
        "doubted": bool(clues),
    }


def papers_in(case: CaseFile, one: Recorded) -> list[dict[str, Any]]:
    """The papers that an act made, each with its place and what corrected it since."""
    return [
        {"title": str(paper["title"]), "number": str(paper["number"]), "index": index}
        | ({"corrected": put_right} if (put_right := corrected_by(case, one.id, index)) else {})
        for index, paper in enumerate(one.event.documents)
        if paper["template"] not in FRAME
    ]


def number_rows(case: CaseFile, events: Sequence[Recorded]) -> list[dict[str, Any]]:
    """The numbers of the papers of a case."""
    found = []
    for one in events:
        for index, paper in enumerate(one.event.documents):
            told = NUMBER.fullmatch(str(paper.get("number", "")))
            if told:
                found.append(
                    {
                        "id": f"{one.id}/{index}",
                        "stream": case.id,
                        "agency": case.agency,
                        "event": one.id,
                        "series": told["series"],
                        "year": int(told["year"]),
                        "n": int(told["n"]),
                        "text": told[0],
                        "title": str(paper["title"]),
                        "dated_on": legal_day(one.occurred_at),
                        "recorded_at": one.recorded_at,
                    }
                )
    return found
