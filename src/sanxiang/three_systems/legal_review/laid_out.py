"""What stands in the three panes of the desk (审核台的三栏), each made from the case and the rules of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sanxiang.casework import judging, sealing, telling, weighing
from sanxiang.casework.access import Reader
from sanxiang.casework.projections import library
from sanxiang.casework.views.case import Opened
from sanxiang.core.events import Recorded
from sanxiang.core.gates import found_before, online_rule, open_points
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Outcome
from sanxiang.core.values import legal_day

from . import materials, queue
from .models import ReviewRow
from .projections import bases_of
from .resubmission import since_last

FINDINGS = ("合法", "存在问题", "不适用")
EARLIER = ("已解决", "未解决")
BESIDE = ("assign_review", "invite_adviser", "advise_review", "recuse_review", "extend_review", "confirm_review",
          "check_review")  # fmt: skip
TRANSFER = "移送司法机关"
RECORD = "review_record"
"""The template of the online record."""


def left(found: Opened, typed: Mapping[str, Any], wanted: Sequence[str], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The points with what is typed, what each still lacks, what the last opinion said of it; the outcomes."""
    pinned = found_before(found.case) if found.case.reviewing else {}
    fields = ("finding", "note", "anchor", "earlier")
    rows = [
        {"point": point} | {name: typed.get(f"review_points.{at}.{name}", "") for name in fields}
        for at, point in enumerate(wanted)
    ]
    lacks = open_points(wanted, rows, pinned)
    opinion = found.rules.dictionary["review_opinion"]
    return {
        "points": [
            {**row, "number": at, "key": (at + 1) % 10 if at < 10 else "", "lacks": lacks.get(row["point"], ()),
             "before": pinned.get(row["point"])}
            for at, row in enumerate(rows)
        ],
        "open": len(lacks), "findings": FINDINGS, "earlier": EARLIER, "pinned": pinned, "phrases": opinion.phrases,
        "outcomes": [(one, "agree" if one.passes else "transfer" if one.name == TRANSFER else "") for one in outcomes],
        "facts": found.rules.dictionary, "in_form": any(one.rule.in_approval_form for one in found.rules.reviews),
    }  # fmt: skip


def centre(found: Opened, now: datetime) -> dict[str, Any]:
    """The materials and, at a resubmission, what changed since the last."""
    since = since_last(found.events, found.case, found.rules)
    every = materials.materials_of(found.events, found.case, found.rules, since.last.seq if since else 0)
    ended = found.events[since.last.ended_seq - 1] if since and since.last.ended_seq else None
    told = weighing.shown(found.rules, found.case)
    return {
        "told": told if told.entered else None, "matrix": materials.placed(told, every),
        "weighed_after": weighed_after(found, told.event),
        "since": since, "ended": ended, "returned": ended is not None and ended.kind == "review.returned",
        "materials": every, "tree": materials.tree_of(every, found.case), "opened": materials.first_of(every),
    }  # fmt: skip


def weighed_after(found: Opened, event: str) -> bool:
    """Whether the table of facts and evidence was changed after the draft went to the review."""
    seq = next((one.seq for one in found.events if one.id == event), 0)
    return bool(found.case.rounds) and seq > found.case.rounds[-1].seq


def right(found: Opened, now: datetime) -> dict[str, Any]:
    """The law in force on the day of submission, decisions like this one, what was done, what advisers said."""
    case = found.case
    day = legal_day(case.rounds[-1].at)
    rules = library().on(case.jurisdiction, day)
    instruments: dict[str, tuple[Any, list[Any]]] = {}
    for instrument, clause in rules.clauses():
        if clause.system == "review" or clause.review or instrument.layer == "national":
            instruments.setdefault(instrument.id, (instrument, []))[1].append((instrument.cite(clause), clause.text))
    entries = telling.timeline(found.events, rules, case.procedure)
    act = rules.act(case.procedure, "conclude_review")
    return {
        "law_day": day, "law": list(instruments.values()), "basis": case.facts.get("legal_basis") or (),
        "draft": telling.draft(rules, case, act) if act else [],
        "similar": queue.similar(case.agency, case.category, bases_of(case), case.id), "entries": entries,
        "advice": [one for one in entries if one.recorded.kind == "review.advised"],
    }  # fmt: skip


def line_of(found: Opened, registers: Registers, today: date) -> queue.Line | None:
    """The line of this case in the queue: why it is major, what remains, whose it is."""
    row = ReviewRow.objects.filter(pk=found.row.stream).first()
    calendar = found.rules.calendar
    return queue.lines([row], registers.agency(found.case.agency), today, calendar)[0] if row else None


def may(found: Opened, registers: Registers, reader: Reader, now: datetime) -> dict[str, Any]:
    """What stands in the way of signing and of returning before anything is typed, and what else may be done."""
    case, rules = found.case, found.rules

    def option(name: str) -> judging.Option | None:
        act = rules.act(case.procedure, name)
        return judging.option(rules, case, registers, act, reader.officer, now) if act else None

    def mine(name: str) -> bool:
        act = rules.act(case.procedure, name)
        return bool(act and reader.posts & set(act.by))

    beside = [one for name in BESIDE if mine(name) and (one := option(name)) and one.open]
    sign = option("conclude_review") if case.reviewing else None
    check = option("check_review") if case.sampled and not case.checked else None
    return {
        "sign": sign, "blocked": sign.blocked if sign else (), "beside": beside,
        "check": check.blocked if check and not check.open else (),
    }  # fmt: skip


def result(found: Opened) -> dict[str, Any] | None:
    """How the last review ended: its opinion with number and paper, or the return; whether the online record stands in
    place of the paper."""
    case = found.case
    if case.reviewing or not case.rounds or not case.rounds[-1].ended_seq:
        return None
    ended = found.events[case.rounds[-1].ended_seq - 1]
    rules = library().on(case.jurisdiction, legal_day(ended.occurred_at))
    rule = online_rule(rules)
    recorded = any(paper["template"] == RECORD for paper in ended.event.documents)
    return {
        "event": ended, "facts": telling.told(rules, ended.event.facts), "outcome": case.rounds[-1].outcome,
        "passes": getattr(ended.event, "passes", False), "number": getattr(ended.event, "number", ""),
        "papers": [one for one in materials.materials_of(found.events, case, rules) if one.event == ended.id],
        "seals": seals_of(found, ended),
        "online": str(rule.citation) if rule and recorded else "",
        "signed": ended.kind == "review.concluded",
    }  # fmt: skip


def seals_of(found: Opened, ended: Recorded) -> list[dict[str, Any]]:
    """The seal of each numbered paper of an event, and what its signature says today."""
    told, known = [], sealing.by_id(found.events)
    for index in range(len(ended.event.documents)):
        seal = sealing.sealing_of(found.case, known, ended.id, index)
        if seal is not None:
            signature = sealing.examined(seal) if seal.state == "sealed" else None
            told.append({"seal": seal, "index": index, "signature": signature})
    return told
