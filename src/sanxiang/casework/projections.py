"""What the lists show of a case, as a pure function of its events and the rules (投影)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from threading import local
from typing import Any

from django.conf import settings

from sanxiang.core.casefile import NOTED, CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Duty, Proposal, Reckoning, Situation, evaluate, reckon, settled
from sanxiang.core.registers import Registers, fold_officer
from sanxiang.core.rulebook import Act, Library, RuleSet
from sanxiang.core.values import Actor, category_name, legal_day
from sanxiang.core.values.searching import keys, plain
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection
from sanxiang.store.rulebooks.kept import kept_library
from sanxiang.store.runtime import current

from . import stops
from .terms import NEVER, NOT_OURS

NOBODY = Actor(officer="", name="", agency="", department="", post="", certificate=None)


@cache
def library() -> Library:
    """The rulebooks of this process, read once."""
    return kept_library(settings.KEPT_LIBRARY)


def register() -> None:
    register_projection(
        Projection(
            name="cases",
            stream_kinds=("case",),
            rows=rows,
            tables=("case_row", "case_handler", "case_text", "case_duty", "case_wait"),
        )
    )
    register_projection(
        Projection(name="colleagues", stream_kinds=("officer",), tables=("case_colleague",), rows=colleague_rows)
    )


def colleague_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The row of an officer: the last certificate that was not taken away."""
    officer = fold_officer(events)
    day = legal_day(events[-1].occurred_at)
    cards = [card for card in officer.certificates if card.suspended_on is None]
    card = max(cards, key=lambda one: one.valid_until, default=None)
    row = {
        "stream": stream,
        "agency": officer.agency,
        "name": officer.name,
        "serving": officer.left_on is None,
        "departments": sorted(officer.departments(day)),
        "posts": sorted({held.post for held in officer.posts_on(day)}),
        "held": sorted({f"{held.post}@{held.department}" for held in officer.posts}),
        "certificate": card.number if card else "",
        "valid_until": card.valid_until if card else None,
    }
    return {"case_colleague": [row]}


_at_hand = local()


def reckoned(events: Sequence[Recorded]) -> Reckoning:
    """State and duties of a case; those that were met keep the day of the calendar of that time. What this thread
    settled last is not settled again for the next reader."""
    place = getattr(events[0].event, "jurisdiction", "") if events else ""
    found = running(events, place)
    last: tuple[Reckoning, Reckoning] | None = getattr(_at_hand, "settled", None)
    if last is None or last[0] is not found:
        last = _at_hand.settled = found, settled(events, found, lambda day: library().on(place, day))
    return last[1]


def running(events: Sequence[Recorded], place: str) -> Reckoning:
    """State and duties of a case, reckoned once in an act: what this thread reckoned last is carried on where `events`
    goes on from the very object it ended with. A history that was loaded anew is reckoned anew, for a key may have been
    destroyed since."""
    last: tuple[Recorded, Reckoning] | None = getattr(_at_hand, "last", None)
    known = last is not None and last[0].seq <= len(events) and events[last[0].seq - 1] is last[0]
    start, rest = (last[1], events[last[0].seq :]) if last is not None and known else (None, events)
    if start is not None and not rest:
        return start
    done = reckon(rest, lambda day: library().on(place, day), start)
    if events:
        _at_hand.last = (events[-1], done)
    return done


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The rows of one case in each table."""
    reckoning = reckoned(events)
    case, owed = reckoning.case, reckoning.duties
    book = library()
    place = case.jurisdiction
    last = next(one for one in reversed(events) if one.kind not in NOTED)
    rules = book.on(place, legal_day(last.occurred_at))
    waits = waiting(case, rules, last)
    row = case_row(case, rules, owed, last)
    return {
        "case_row": [row],
        "case_handler": handler_rows(row),
        "case_text": [text_row(row)],
        "case_duty": [duty_row(case, duty) for duty in owed],
        "case_wait": [wait_row(case, act, post, last, owed) for act, post in waits],
    }


def stage_of(case: CaseFile, rules: RuleSet) -> str:
    """The name of the stage that a case has reached: that of the furthest act done."""
    procedure = rules.procedures.get(case.procedure)
    if procedure is None:
        return ""
    order = {stage.id: index for index, stage in enumerate(procedure.rule.stages)}
    reached = -1
    for done in case.done:
        act = rules.act(case.procedure, done.act)
        if act is not None:
            reached = max(reached, order.get(act.stage, -1))
    return procedure.rule.stages[reached].name if reached >= 0 else ""


def state_of(case: CaseFile) -> str:
    if case.archived:
        return "archived"
    if case.ended:
        return "closed"
    return "decided" if case.decision else "open"


def review_state(case: CaseFile) -> str:
    if case.reviewing:
        return "reviewing"
    if case.opinion is None:
        return "documents" if case.documents_submitted else ""
    return "passed" if case.opinion.passes else "adverse"


def case_row(case: CaseFile, rules: RuleSet, owed: Sequence[Duty], last: Recorded) -> dict[str, Any]:
    facts = case.facts
    listed = [duty.binding.due_on for duty in owed if runs(duty) and duty.binding.duty not in NOT_OURS]
    key = facts.get("party_credit_code") or facts.get("party_id_number")
    return {
        "stream": case.id,
        "version": case.version,
        "jurisdiction": case.jurisdiction,
        "agency": case.agency,
        "department": case.department,
        "category": case.category,
        "procedure": case.procedure,
        "case_number": case.case_number,
        "title": title_of(case),
        "party": facts.get("party_name", ""),
        "party_kind": facts.get("party_kind", ""),
        "party_token": current().sealer.party_token(key) if key else None,
        "stage": stage_of(case, rules),
        "state": state_of(case),
        "opened_at": case.opened_at,
        "last_at": last.occurred_at,
        "last_act": last.event.act,
        "decision_number": case.decision_number,
        "decided_on": legal_day(case.decision.occurred_at) if case.decision else None,
        "review_due": bool(case.draft and case.draft.review_due),
        "review_state": review_state(case),
        "public_state": case.publication,
        "handlers": sorted(case.handlers),
        "advisers": sorted(case.advisers),
        "breaches": len(case.breaches),
        "late_entries": sum(done.late for done in case.done),
        "late_duties": sum(
            duty.met_at is not None and duty.binding.duty not in NOT_OURS and duty.status(duty.met_at) == "late"
            for duty in owed
        ),
        "revoked": case.revoked is not None,
        "next_due": min(listed, default=None),
    }


def runs(duty: Duty) -> bool:
    """Whether a duty is open and its clock does not stand still."""
    return duty.met_at is None and not duty.excused and not duty.binding.halted


def handler_rows(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who looks after the earliest open duty of a case."""
    stream, due = row["stream"], row["next_due"]
    people = row["handlers"] if due else ()
    return [{"id": f"{stream}/{one}", "stream": stream, "officer": one, "next_due": due} for one in people]


def text_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a case is found by; each on a line of its own, so that nothing is found across two."""
    lines = [plain(row[name]) for name in ("title", "party", "case_number", "decision_number")]
    text = "\n".join(line for line in lines if line)
    return {"stream": row["stream"], "text": text, "pairs": keys(text)}


def title_of(case: CaseFile) -> str:
    """The name of the case, or who and what kind where it has none yet."""
    name = case.facts.get("case_name")
    return str(name) if name else f"{case.facts.get('party_name', '当事人待查')}·{category_name(case.category)}"


def duty_row(case: CaseFile, duty: Duty) -> dict[str, Any]:
    binding = duty.binding
    return {
        "id": f"{duty.event}/{binding.duty}",
        "stream": case.id,
        "jurisdiction": case.jurisdiction,
        "agency": case.agency,
        "department": case.department,
        "duty": binding.duty,
        "clause": binding.clause,
        "law": binding.law,
        "owner": binding.owner,
        "started_on": legal_day(duty.started_at),
        "due_on": NEVER if binding.halted and duty.met_at is None else binding.due_on,
        "due_at": binding.due_at,
        "provisional": binding.provisional,
        "met_at": duty.met_at,
        "excused": duty.excused,
        "extended": duty.extended,
        "late": duty.met_at is not None and duty.status(duty.met_at) == "late",
        "beside": [
            {"clause": other.clause, "law": other.law, "due": other.due_on.isoformat()} for other in duty.others
        ],
        "stops": stops.rows(duty),
    }


def waiting(case: CaseFile, rules: RuleSet, last: Recorded) -> list[tuple[Act, str]]:
    """The acts that somebody has to do next, by order and condition alone; the gates are asked when he does."""
    proposal = Proposal(act="", actor=NOBODY, at=last.occurred_at)
    s = Situation(rules, case, Registers(), proposal)
    return [(act, act.by[0]) for act in rules.acts_of(case.procedure) if act.waits and ready(case, act, s)]


def ready(case: CaseFile, act: Act, s: Situation) -> bool:
    """Whether an act stands next in order: what must be before it is done, it is not done, nothing shuts it."""
    if not (case.open or act.after_end) or (act.once and act.id in case.acts):
        return False
    if any(name in case.acts for name in act.not_after):
        return False
    if not all(any(name in case.acts for name in entry.split("|")) for entry in act.after):
        return False
    return evaluate(act.when, s).state is not False and evaluate(act.waits_when, s).state is not False


def wait_row(case: CaseFile, act: Act, post: str, last: Recorded, owed: Sequence[Duty]) -> dict[str, Any]:
    running = [duty.binding.due_on for duty in owed if runs(duty) and act.emits in duty.binding.bound.rule.until]
    due_on: date | None = min(running, default=None)
    return {
        "id": f"{case.id}/{act.id}",
        "stream": case.id,
        "agency": case.agency,
        "department": case.department,
        "act": act.id,
        "act_name": act.name,
        "post": post,
        "since": last.occurred_at,
        "due_on": due_on,
    }
