"""The party's page as it is published (当事人查询页): a pure function of the case's events, sealed for whoever
holds the code on the paper and knows the factor. The portal reads it and nothing else of the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sanxiang.casework.codes import case_code, factor_of, secret
from sanxiang.casework.correcting import corrected_by
from sanxiang.casework.projections import library, reckoned, stage_of
from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Duty
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from . import door
from .sealed import key_of, seal
from .served import Served, papers, secret_of
from .words import summary

SENT = {"statement.received": "陈述、申辩", "hearing.requested": "听证申请", "record.requested": "查阅案卷的申请"}
RIGHTS = {
    "defence": "陈述、申辩", "hearing_request": "申请听证", "reconsideration": "申请行政复议", "suit": "提起行政诉讼",
    "pay": "缴纳",
}  # fmt: skip
"""The terms of the party by their duty, as its page calls them."""
PAPERS_DAYS = 366
"""So long after the end of a case its papers can be opened where the place has not set `party_papers_days`: longer than
the terms of reconsideration and suit. 须核定."""


def register() -> None:
    tables = ("party_page", "party_paper")
    register_projection(Projection(name="party_page", stream_kinds=("case",), tables=tables, rows=rows))


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The page of a case and the papers behind it; none while nobody knows a number of the party."""
    reckoning = reckoned(events)
    case = reckoning.case
    known = factor_of(case.facts)
    if not known:
        return {"party_page": [], "party_paper": []}
    rules = library().on(case.jurisdiction, legal_day(events[-1].occurred_at))
    opens = secret(case_code(stream), known)
    served, until = papers(case, events, rules), held_until(case, rules)
    content = {"factor": known, **page_of(case, events, rules, reckoning.duties), "documents": documents(case, served)}
    rows = [
        {"key": key_of(secret_of(opens, one.name)), "stream": stream, "event": one.event, "index": one.index,
         "source": one.source, "until": until.isoformat() if until else None}
        for one in served
    ]  # fmt: skip
    page = {"key": key_of(opens), "stream": stream, "sealed": seal(opens, content, same=True)}
    return {"party_page": [page], "party_paper": rows}


def page_of(case: CaseFile, events: Sequence[Recorded], rules: RuleSet, owed: Sequence[Duty]) -> dict[str, Any]:
    """What the party may know of its case."""
    procedure = rules.procedures[case.procedure].rule
    names = [stage.name for stage in procedure.stages]
    reached = stage_of(case, rules)
    hearing = case.kinds.get("hearing.announced")
    credit = str(case.facts.get("party_credit_code") or "")
    return {
        "jurisdiction": case.jurisdiction,
        "agency": case.agency,
        "procedure": procedure.name,
        "case_number": case.case_number,
        "door": door.mark_of(credit) if len(credit) == door.LETTERS else "",
        "stages": [[stage.name, _worked_on(case, rules, stage.id)] for stage in procedure.stages],
        "at": names.index(reached) + 1 if reached in names else 0,
        "ended": not case.open,
        "decided": case.decision is not None,
        "terms": [
            {"what": RIGHTS[duty.binding.duty], "duty": duty.binding.duty, "until": duty.binding.due_on.isoformat(),
             "law": duty.binding.law}
            for duty in owed
            if duty.met_at is None and not duty.excused and duty.binding.duty in RIGHTS
        ],
        "hearing": {key: str(case.facts.get(key) or "") for key in ("hearing_on", "hearing_place")} if hearing else {},
        "sent": [
            {"what": SENT[one.kind], "on": legal_day(one.occurred_at).isoformat(),
             "receipt": getattr(one.event, "receipt", "")}
            for one in events
            if one.kind in SENT
        ],
    }  # fmt: skip


def _worked_on(case: CaseFile, rules: RuleSet, stage: str) -> str:
    """The day on which a stage was last worked in; empty where it was not."""
    days = [
        legal_day(done.occurred_at).isoformat()
        for done in case.done
        if (act := rules.act(case.procedure, done.act)) is not None and act.stage == stage
    ]
    return max(days, default="")


def documents(case: CaseFile, papers: Sequence[Served]) -> list[dict[str, Any]]:
    """The papers that were served, with what they say in three sentences, and what became of each since."""
    found = []
    for paper in papers:
        on = paper.on.isoformat()
        told = summary(paper.template, paper.title, on, case.facts)
        since = corrected_by(case, paper.event, paper.index)
        if case.revoked is not None and case.decision is not None and paper.event == case.decision.event:
            since = [*since, f"{legal_day(case.revoked.occurred_at):%Y年%-m月%-d日}撤销"]
        found.append(
            {"title": paper.title, "number": paper.number, "on": on, "summary": told, "name": paper.name}
            | ({"corrected": since} if since else {})
        )
    return found


def held_until(case: CaseFile, rules: RuleSet) -> date | None:
    """The last day on which the page holds the papers of an ended case ready; None while it goes on."""
    days = int(str(rules.setting("party_papers_days", PAPERS_DAYS)))
    return legal_day(case.ended.occurred_at) + timedelta(days=days) if case.ended is not None else None
