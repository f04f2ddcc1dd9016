"""From events to the rows of the legal review: the lists of major decisions, the queue, decisions to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanxiang.casework import telling
from sanxiang.casework.projections import NOBODY, library, reckoned, title_of
from sanxiang.core.casefile import CaseFile, Round
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Duty, Proposal, Reckoning, Situation, scope_of
from sanxiang.core.gates.pointing import PROBLEM
from sanxiang.core.registers import Registers, fold_agency
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .models import NO_TERM

BASES = 8
"""So many provisions of one decision are kept for comparing."""


def register() -> None:
    register_projection(
        Projection(name="catalogues", stream_kinds=("agency",), tables=("catalogue_row",), rows=catalogue_rows)
    )
    register_projection(
        Projection(
            name="reviews",
            stream_kinds=("case",),
            rows=review_rows,
            tables=("review_row", "review_precedent", "review_sample", "review_fault"),
        )
    )


def catalogue_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    agency = fold_agency(events)
    rows = []
    for department, catalogue in agency.catalogues.items():
        published = next((one for one in reversed(catalogue.editions) if one.published_on), None)
        working, part = catalogue.working, agency.departments.get(department)
        rows.append(
            {
                "id": f"{stream}/{department}",
                "stream": stream,
                "jurisdiction": agency.jurisdiction,
                "agency_name": agency.name,
                "department": department,
                "department_name": part.name if part else department,
                "in_force": published.number if published else 0,
                "entries": len(published.entries) if published else 0,
                "published_on": published.published_on if published else None,
                "working": working.number if working else 0,
                "state": working.state if working else "",
            }
        )
    return {"catalogue_row": rows}


def review_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The line of a case in the queue, from its first submission on; its decision for others to compare with."""
    reckoning = reckoned(events)
    case = reckoning.case
    return {
        "review_row": [review_row(reckoning)] if case.rounds else [],
        "review_precedent": precedents(case) if case.decision and not case.revoked else [],
        **second_readings(case, events),
    }


def second_readings(case: CaseFile, events: Sequence[Recorded]) -> Rows:
    """The draw of a review, and what its second reading found."""
    drawn = next((one.event for one in reversed(events) if one.kind == "review.sampled"), None)
    if drawn is None:
        return {"review_sample": [], "review_fault": []}
    read = next((one for one in reversed(events) if one.kind == "review.checked"), None) if case.checked else None
    common = {
        "stream": case.id, "agency": case.agency, "department": case.department, "title": title_of(case),
        "month": str(drawn.facts.get("sample_month", "")),
    }  # fmt: skip
    sample = {
        **common,
        "seed": str(drawn.facts.get("sample_seed", "")),
        "of": int(drawn.facts.get("sample_of") or 0),
        "checked_at": read.occurred_at if read else None,
        "result": str(read.event.facts.get("check_result", "")) if read else "",
    }
    lines = (read.event.facts.get("check_faults") or ()) if read else ()
    faults = [
        {
            **common,
            "id": f"{case.id}/{at}",
            "point": str(line.get("point", "")),
            "kind": str(line.get("kind", "")),
            "note": str(line.get("note") or ""),
        }
        for at, line in enumerate(lines)
    ]
    return {"review_sample": [sample], "review_fault": faults}


def review_row(reckoning: Reckoning) -> dict[str, Any]:
    case = reckoning.case
    last = case.rounds[-1]
    rules = library().on(case.jurisdiction, legal_day(last.at))
    due = next((one for one in reckoning.duties if one.binding.duty == "review" and one.event == last.event), None)
    opinion = case.opinion
    adverse = opinion is not None and not opinion.passes
    lines = case.facts.get("review_points") or () if adverse else ()
    return {
        "stream": case.id,
        "agency": case.agency,
        "department": case.department,
        "category": case.category,
        "case_number": case.case_number,
        "title": title_of(case),
        "grounds": grounds_of(case, rules, last),
        "waiting": case.reviewing,
        "received_at": last.at,
        "due_on": due.binding.due_on if due else NO_TERM,
        "term": term_of(due),
        "law": due.binding.law if due else "",
        "submissions": len(case.rounds),
        "returned": sum(one.outcome == "退回" for one in case.rounds),
        "disputed": disputed(case),
        "to_check": bool(case.sampled) and not case.checked,
        "assigned": case.reviewer,
        "advisers": sorted(case.advisers),
        "reviewer": opinion.reviewer if opinion else "",
        "outcome": opinion.outcome if opinion else "",
        "concluded_at": next((one.occurred_at for one in case.done if opinion and one.event == opinion.event), None),
        "problems": [str(line.get("point")) for line in lines if line.get("finding") == PROBLEM],
    }


def disputed(case: CaseFile) -> bool:
    """Whether an objection to the last opinion stands, or what came of it is being reviewed."""
    since = case.opinion.seq if case.opinion else 0
    return case.disputed_seq > since


def term_of(due: Duty | None) -> str:
    """The period of a review in words, with its extensions."""
    if due is None:
        return ""
    rule, period = due.binding.bound.rule, due.binding.period
    if period is None:
        return "本案确定的期限"
    longer = rule.extension.period if rule.extension and due.extended else None
    return f"{period}，已延长{longer}" if longer else str(period)


def grounds_of(case: CaseFile, rules: RuleSet, last: Round) -> list[dict[str, str]]:
    """Why the decision is under review: clause, citation and plain words of each criterion that brings it in."""
    s = Situation(rules, case, Registers(), Proposal(act="", actor=NOBODY, at=last.at))
    wanted = set(case.draft.grounds) if case.draft else set()
    found = {
        f"{bound.clause.id}/{bound.rule.say}": {
            "clause": bound.clause.id, "law": str(bound.citation), "say": bound.rule.say,
        }
        for bound in scope_of(s)[1]
    }  # fmt: skip
    told = {one["clause"] for one in found.values()}
    for instrument, clause in rules.clauses():
        if clause.id in wanted - told:
            listed = "、".join(case.draft.listed) if case.draft else ""
            say = f"目录所列事项：{listed}" if listed else clause.text
            found[clause.id] = {"clause": clause.id, "law": str(instrument.cite(clause)), "say": say}
    return list(found.values())


def bases_of(case: CaseFile) -> list[str]:
    """The provisions that a draft rests on, as decisions are compared by them."""
    lines = case.facts.get("legal_basis") or ()
    named = [f"{line.get('law', '')} {line.get('article', '')}".strip() for line in lines]
    return [name for name in dict.fromkeys(named) if name][:BASES]


def precedents(case: CaseFile) -> list[dict[str, Any]]:
    assert case.decision is not None
    day = legal_day(case.decision.occurred_at)
    rules = library().on(case.jurisdiction, day)
    sanctions = telling.plain(rules, "sanctions", case.facts.get("sanctions") or [])
    return [
        {
            "id": f"{case.id}/{at}",
            "stream": case.id,
            "agency": case.agency,
            "category": case.category,
            "basis": basis,
            "decided_on": day,
            "number": case.decision_number,
            "sanctions": sanctions,
            "published": case.public is not None and not case.withdrawn,
        }
        for at, basis in enumerate(bases_of(case))
    ]
