"""The fold: one reducer per kind of event, total, reading nothing but the event (案件的折叠).

Folding a prefix and then the rest equals folding all; an unknown kind raises; there is no clock here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sanxiang.core.events import Recorded, UnknownKind

from .coverage import film
from .reducing import REDUCERS, on
from .state import CaseFile, Done, Draft, Measure

HANDLING = frozenset(
    {
        "source.registered", "application.received", "application.accepted", "filing.requested", "handlers.changed",
        "activity.done", "evidence.taken", "evidence.brought", "evidence.weighed", "evidence.checked",
        "measure.taken", "measure.extended", "measure.lifted", "site.entered", "inquiry.called",
        "investigation.concluded", "draft.changed", "draft.presented", "review.submitted", "review.document_submitted",
        "notice.given", "document.served",
    }
)  # fmt: skip
APART = frozenset({"legal_head", "reviewer"})
"""Posts that handle no case: who posts a hearing as one of these may still preside over it or review the draft."""
AVOIDANCE = "回避"
ENDS = ("case.closed", "case.not_filed", "case.terminated", "application.refused")
"""What ends a case (办结)."""
NOTED = frozenset(
    {
        "paper.sealed", "paper.issued", "publication.expired", "publication.acknowledged", "access.used",
        "coverage.interrupted", "coverage.explained", "coverage.joined", "coverage.parted", "court.noted",
    }
)  # fmt: skip
"""What the system notes in a case by itself: no act of anybody. Whoever saw the case before it saw all that counts."""


def fold(events: Iterable[Recorded], start: CaseFile | None = None) -> CaseFile:
    """The state after `events`, from nothing or from an earlier state.

    Raises UnknownKind for a kind without a reducer."""
    case = start.copied() if start else CaseFile()
    for recorded in events:
        apply(case, recorded)
    return case


def apply(case: CaseFile, recorded: Recorded) -> None:
    """Take one event into the state, in place."""
    reducer = REDUCERS.get(recorded.kind)
    if reducer is None:
        raise UnknownKind(f"a case cannot hold {recorded.kind!r}")
    event = recorded.event
    done = Done(
        event.act,
        recorded.kind,
        recorded.id,
        recorded.seq,
        recorded.occurred_at,
        recorded.recorded_at,
        recorded.actor.officer,
        recorded.actor.department,
        event.officers,
        link_of(event),
        event.facts,
        event.files,
        len(event.documents),
        event.recordings,
        getattr(event, "effective_on", ""),
    )
    case.id, case.version = recorded.stream, recorded.seq
    if recorded.kind not in NOTED:
        acted(case, recorded, done)
    reducer(case, recorded, event, done)


def link_of(event: Any) -> str:
    """What an event is about: a measure, a paper, another act, a duty."""
    named = getattr(event, "measure", "") or getattr(event, "served", "")
    return named or getattr(event, "about", "") or getattr(event, "duty", "")


def acted(case: CaseFile, recorded: Recorded, done: Done) -> None:
    """What every act does to the state: it is done, its facts are stated, its papers and files are there."""
    event = recorded.event
    case.done = (*case.done, done)
    case.kinds[recorded.kind] = done
    case.acts[event.act] = done
    case.served.pop(event.act, None)  # what is made anew has to be served anew
    for key, value in event.facts.items():
        before = case.facts.get(key)
        if isinstance(before, str) and before != value:
            case.earlier[key] = (*case.earlier.get(key, ()), before)
        case.facts[key] = value
        case.stated_in[key] = recorded.id
    if event.documents:
        case.papers = (*case.papers, *({**paper, "event": recorded.id, "act": event.act} for paper in event.documents))
    if event.files:
        case.files = (*case.files, *({**file, "event": recorded.id, "act": event.act} for file in event.files))
    for recording in event.recordings:
        film(case, recording, recorded.id)
    if recorded.breaches:
        case.breaches = (*case.breaches, *recorded.breaches)
    if recorded.kind in HANDLING and recorded.actor.post not in APART:
        whose = () if recorded.kind == "handlers.changed" else (recorded.actor.officer,)
        case.handlers = case.handlers | {*whose, *event.officers}
        case.handling_departments = case.handling_departments | {recorded.actor.department}


@on("source.registered", "application.received")
def opened(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.jurisdiction, case.agency, case.department = event.jurisdiction, event.agency, event.department
    case.category, case.procedure, case.case_number = event.category, event.procedure, event.case_number
    case.opened_at = recorded.occurred_at


@on(
    "application.accepted", "supplement.requested", "filing.requested", "case.filed",
    "activity.done", "measure.approved", "hearing.requested", "hearing.announced", "discussion.held", "period.extended",
    "review.extended", "draft.returned", "draft.presented", "accountability.opened", "accountability.handed_on",
    "credit.completed", "evidence.weighed", "evidence.checked", "site.entered",
    "monitor_record.reviewed", "monitor_record.told",
    "clock.stopped", "measure.paused", "clock.resumed", "inquiry.called",
    "remedy.sought", "remedy.accepted", "remedy.answered", "remedy.decided", "remedy.ended", "execution.stopped",
    "execution.resumed", "payment.asked", "payment.deferred", "payment.refused",
    "avoidance.asked", "avoidance.decided", "court.asked", "court.noted",
)  # fmt: skip
def noted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """Nothing beyond what every event does: the act, its facts and its handlers."""


@on("handlers.changed")
def handed_over(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """Who hands over because he has to avoid the case (回避) is never given it again."""
    if event.about and event.facts.get("handlers_reason") == AVOIDANCE:
        case.avoiding = case.avoiding | {event.about}


@on("paper.sealed")
def sealed(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.sealed[f"{event.paper}/{event.index}"] = recorded.id


@on("evidence.taken")
def evidence(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    number = len(case.evidence) + 1
    item = {"number": number, "event": recorded.id, **event.facts, "files": event.files}
    case.evidence = (*case.evidence, item)


@on("evidence.brought")
def brought(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """It stands among the evidence of this case, with where it comes from."""
    evidence(case, recorded, event, done)
    here = {"about": event.about, "origin": event.origin, "originals": event.originals}
    case.evidence = (*case.evidence[:-1], {**case.evidence[-1], **here})


@on("measure.taken")
def measure_taken(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    name = event.measure or recorded.id
    case.measures[name] = Measure(name, recorded.id, recorded.occurred_at)


@on("measure.extended")
def measure_extended(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    measure = case.measures.get(event.measure)
    if measure:
        case.measures[event.measure] = replace(measure, extended=measure.extended + 1)


@on("measure.lifted")
def measure_lifted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    measure = case.measures.get(event.measure)
    if measure:
        case.measures[event.measure] = replace(measure, lifted_at=recorded.occurred_at)


@on("investigation.concluded", "draft.changed")
def drafted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.draft = Draft(recorded.id, recorded.seq, event.bound, event.review_due, event.grounds, event.listed)


@on("notice.given")
def noticed(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.noticed_sanction = case.facts.get("sanctions")


@on("defence.heard", "hearing.held")
def defended(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.defended_seq = recorded.seq


@on("defence.waived")
def waived(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """A waiver changes no standing; the act itself is the proof."""


@on("judgement.answered")
def answered(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    if recorded.breaches and not event.answer and case.judgements.get(event.judgement):
        return  # what was taken back against the rules still stands
    case.judgements[event.judgement] = event.answer
    if case.draft is not None:
        case.draft = replace(case.draft, review_due=event.review_due, grounds=event.grounds)


@on("decision.made", "decision.refused")
def decided(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.decision, case.decision_number, case.decision_bound = done, event.number, event.bound
    case.decided_facts = dict(case.facts)
    case.publication = "draft"


@on("document.served")
def served(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.served[event.served] = done


@on("decision.carried_out")
def carried_out(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.carried_out = case.carried_out or event.complete


@on("decision.revoked")
def revoked(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.revoked = done


@on("waiver.given")
def excused(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.excused = case.excused | {event.duty}


@on(*ENDS)
def ended(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.ended = done


@on("case.archived")
def archived(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """A file that was put away with gaps is not archived yet: it has to be done again, whole."""
    if event.incomplete:
        case.acts.pop(event.act, None)
        case.kinds.pop(recorded.kind, None)
    else:
        case.archived = done
