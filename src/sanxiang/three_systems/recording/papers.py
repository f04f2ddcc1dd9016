"""From an event of a case to the paper it made (文书的数据): everything that was entered once, nothing typed again."""

from __future__ import annotations

import contextlib
import hashlib
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sanxiang.casework.answering import parts
from sanxiang.casework.codes import case_code, factor_of
from sanxiang.casework.desk import grounds
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import duties, signed_as
from sanxiang.core.gates.archiving import FRAME
from sanxiang.core.gates.fulltext import PARTY, agency_named, named, officers_of, paper_facts
from sanxiang.core.gates.publicity import term
from sanxiang.core.ledger import canonical_bytes
from sanxiang.core.registers import Agency, Registers
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import category_name, legal_day
from sanxiang.store.blobs import NotThere, shelf

from .extending import APPROVAL, of_extension
from .marks import DIGEST, Mark, check_address, party_address
from .recordings import recordings
from .to_serve import to_serve


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a case: the event that made it, its place among that event's papers, template, title, number."""

    event: str
    seq: int
    index: int
    act: str
    template: str
    title: str
    number: str

    @property
    def file_name(self) -> str:
        return f"{self.seq:04d}-{self.index}-{self.title}.pdf"


def papers_of(events: Sequence[Recorded]) -> list[Paper]:
    """Every paper of a case in the order in which they were made; cover, catalogue and closing note belong to the
    volume, not to the list."""
    return [
        Paper(recorded.id, recorded.seq, index, recorded.event.act, paper["template"], paper["title"], paper["number"])
        for recorded in events
        for index, paper in enumerate(recorded.event.documents)
        if paper["template"] not in FRAME
    ]


STATEMENT = "recording_statement"
REPAIR = "credit_repair_notice"
CHANNEL = "“信用中国”网站；本机关也受理咨询"
ANSWERED = frozenset({"decision_approval", "benefit_approval", "matter_approval", "review_opinion", "review_record"})
"""The papers inside the file that say who answers for what, and hold who signed."""
REVIEWED = "publication_review"
OWN_HAND = frozenset({
    "defence_review", "publication_review", "withdrawal_approval", "closing_approval", "deferral_approval",
    "goods_approval", "filing_withdrawal", "correction_approval", APPROVAL,
})  # fmt: skip
"""The papers inside the file that whoever did the act signs, as the post he did it in (a publication also whoever
prepared it); the rest is signed by hand."""
SIGNED = {
    "officer": ("investigation.concluded", "draft.changed"),
    "unit_head": ("review.submitted",),
    "reviewer": ("review.concluded",),
    "head": ("decision.made", "decision.refused"),
}


def paper_data(
    paper: Paper,
    events: Sequence[Recorded],
    rules: RuleSet,
    registers: Registers,
    *,
    demo: bool,
    case: CaseFile | None = None,
) -> dict[str, Any]:
    """The data of one paper, as docs/reference/documents.md wants them: the case as it stood right after the act;
    whoever makes one paper after another hands that `case` over, so that none is reckoned from the beginning."""
    until = events[: bisect_right(events, paper.seq, key=lambda one: one.seq)]
    recorded, case = until[-1], case or fold(until)
    agency = registers.agency(case.agency)
    facts = paper_facts(
        {**said_before(case, rules.act(case.procedure, recorded.event.act), rules), **recorded.event.facts}, agency
    )
    data: dict[str, Any] = {
        "agency": agency_named(agency),
        "case": of_case(case, facts, rules, agency),
        "party": named(facts, PARTY),
        "officers": people(recorded, case, registers),
        "document": {
            "title": paper.title,
            "number": paper.number,
            "date": legal_day(recorded.occurred_at).isoformat(),
            "place": facts.get("place", ""),
            "measure_on": measure_day(case, recorded),
            **entered_later(recorded), **of_repair(paper, case, rules), **of_correction(recorded, events),
            **of_resumption(recorded, events), **of_extension(paper.template, until, rules),
        },
        "activity": activity(recorded),
        "facts": facts,
        "lists": {
            "evidence": [dict(item) for item in case.evidence],
            "served": to_serve(paper.template, recorded, case, rules),
            "advice": advice(case, until),
            "recordings": recordings(until, rules, case.procedure, registers) if paper.template == STATEMENT else [],
        },
        "signatures": [], "demo": demo,
    }  # fmt: skip
    if paper.template in ANSWERED:
        data["lists"]["answering"] = answering(case, until, rules, registers)
        data["signatures"] = signatures(case, until, rules, registers)
        data["lists"]["review_grounds"] = [{"text": text} for text in grounds(rules, case)]
        data["document"] |= of_review(case, until, rules)
    if paper.template in OWN_HAND:
        sign_own_hand(data, paper, until, case, rules)
    data["digest"] = hashlib.sha256(canonical_bytes(plain(data))).hexdigest()
    return data | codes(paper, recorded, case, data["digest"]) | {"signed": on_screen(recorded, events)}


def on_screen(recorded: Recorded, events: Sequence[Recorded]) -> dict[str, Any]:
    """What the party signed on the screen (屏幕签名): when, the text by its digest, the bytes of the picture; empty for
    what it signed on paper. A picture is one of this case's own files, and stands no more where its content went."""
    facts = recorded.event.facts
    if not facts.get("signed_digest"):
        return {}
    files = {file["sha256"] for one in events for file in one.event.files}
    drawn = {
        name: picture_of(str(facts.get(fact) or ""), files)
        for name, fact in (("picture", "signed_picture"), ("witness", "witness_picture"))
    }
    return {"at": str(facts["signed_at"]), "digest": str(facts["signed_digest"]), **drawn}


def picture_of(sha256: str, files: Collection[str]) -> list[int]:
    """The bytes of a picture that is among these files."""
    with contextlib.suppress(NotThere):
        return list(shelf().read(sha256)) if sha256 in files else []
    return []


SCREEN = {"record_objection", "signed_text", "signed_digest", "signed_picture", "signed_at", "witness_picture"}
"""What is said of one signature on a screen, asked by no act."""


def said_before(case: CaseFile, act: Act | None, rules: RuleSet) -> dict[str, Any]:
    """What the case holds beside the act: of a fact that belongs to each act alone, and that this one asks for too,
    never what was said the last time. Else the telephone, or the rights told, of one witness would stand in the record
    of the next; nor what one party objected to in the record of another."""
    own = {name for name in act.fact_ids() if name in rules.dictionary} if act else set()
    own = {name for name in own if not rules.dictionary[name].carried}
    return {name: value for name, value in case.facts.items() if name not in own | SCREEN}


def of_case(case: CaseFile, facts: Mapping[str, Any], rules: RuleSet, agency: Agency | None) -> dict[str, str]:
    """Name, numbers and days of the case, and who handles it."""
    procedure = rules.procedures.get(case.procedure)
    return {
        "name": facts.get("case_name") or f"{facts.get('party_name', '当事人待查')}案",
        "number": case.case_number,
        "category": category_name(case.category),
        "procedure": procedure.rule.name if procedure else case.procedure,
        "decision_number": case.decision_number,
        "filed_on": day_of(case, "case.filed"),
        "decided_on": legal_day(case.decision.occurred_at).isoformat() if case.decision else "",
        "closed_on": day_of(case, "case.closed"),
        "department": department_name(agency, case.department),
    }


def codes(paper: Paper, recorded: Recorded, case: CaseFile, digest: str) -> dict[str, str]:
    """The code of the party's page where the party can open it, and the addresses behind the printed codes."""
    code = case_code(recorded.stream) if factor_of(case.facts) else ""
    address = check_address(mark_on(paper, recorded, case, digest))
    return {"party_code": code, "party_qr": party_address(code), "qr": address}


def mark_on(paper: Paper, recorded: Recorded, case: CaseFile, digest: str) -> Mark:
    """The paper as its code tells it."""
    day = legal_day(recorded.occurred_at)
    return Mark(UUID(case.agency), day, paper.template, paper.number, digest[:DIGEST])


def entered_later(recorded: Recorded) -> dict[str, str]:
    """When an act was entered that had happened before (补录), and nothing for one that was entered as it happened."""
    return {"entered_at": recorded.recorded_at.isoformat()} if recorded.late else {}


def of_correction(recorded: Recorded, events: Sequence[Recorded]) -> dict[str, str]:
    """The paper that a notice of correction puts right: title, number, day; nothing for other papers."""
    event: Any = recorded.event
    about = event.paper if recorded.kind == "paper.corrected" else ""
    original = next((one for one in events if one.id == about), None) if about else None
    if original is None:
        return {}
    paper = original.event.documents[event.index]
    return {
        "corrects_title": str(paper["title"]),
        "corrects_number": str(paper["number"]),
        "corrects_date": legal_day(original.occurred_at).isoformat(),
    }


def of_resumption(recorded: Recorded, events: Sequence[Recorded]) -> dict[str, str]:
    """Of the act that ends a stop of the clocks: the day and number of what began it, and the day on which its cause
    was gone; nothing for other papers."""
    event: Any = recorded.event
    begun = next((one for one in events if one.id == event.about), None) if recorded.kind == "clock.resumed" else None
    if begun is None:
        return {}
    return {
        "suspended_on": legal_day(begun.occurred_at).isoformat(),
        "suspension_number": next((str(paper["number"]) for paper in begun.event.documents), ""),
        "stop_ended_on": str(event.facts.get("stop_ended_on") or legal_day(recorded.occurred_at).isoformat()),
    }


def answering(case: CaseFile, events: Sequence[Recorded], rules: RuleSet, registers: Registers) -> list[dict[str, str]]:
    """Who answers for what so far (谁负责), as the page of the case shows it."""
    return [
        {
            "role": f"{part.role}（第一责任人）" if part.first else part.role,
            "name": part.who,
            "duty": part.duty,
            "act": part.act,
            "on": legal_day(part.at).isoformat(),
        }
        for part in parts(case, events, rules, registers)
    ]


def of_review(case: CaseFile, events: Sequence[Recorded], rules: RuleSet) -> dict[str, str]:
    """When the draft was received for review, until when it had to be read, what its outcome leads to."""
    found = {}
    if case.rounds:
        found["received_on"] = legal_day(case.rounds[-1].at).isoformat()
    terms = [duty.binding.due_on for duty in duties(events, lambda _: rules) if duty.binding.duty == "review"]
    if terms:
        found["due_on"] = terms[-1].isoformat()
    for outcome in (one for bound in rules.reviews for one in bound.rule.outcomes):
        if case.opinion and outcome.name == case.opinion.outcome:
            found["leads_to"] = outcome.leads_to
    return found


def of_repair(paper: Paper, case: CaseFile, rules: RuleSet) -> dict[str, str]:
    """The first and last day of the class that was confirmed, and where its repair is applied for (信用修复告知)."""
    decided = legal_day(case.decision.occurred_at) if case.decision and paper.template == REPAIR else None
    ends = term(rules, str(case.facts.get("credit_class", "")), decided) if decided else None
    if ends is None:
        return {}
    rule, channel = ends.bound.rule, str(rules.setting("credit_repair_channel", CHANNEL))
    least = f"自处罚决定之日起{rule.least}，{ends.least:%Y年%-m月%-d日}届满" if ends.least else "不设"
    most = f"自处罚决定之日起{rule.most}，{ends.most:%Y年%-m月%-d日}届满"
    rarely = "轻微失信信息一般不公示，确需公示的" if not rule.shown else ""
    return {"public_least": least, "public_most": rarely + most, "repair_channel": channel}


def signatures(
    case: CaseFile, events: Sequence[Recorded], rules: RuleSet, registers: Registers
) -> list[dict[str, str]]:
    """Who signed as what: the acts that stand on the record, each with its day. The head of the unit signs where he
    submitted the draft himself."""
    found = []
    for role, kinds in SIGNED.items():
        done = next((one for one in reversed(events) if one.kind in kinds), None)
        if done is None or (role == "unit_head" and not heads(case, done, registers)):
            continue
        act = rules.act(case.procedure, done.event.act)
        who = people(done, case, registers) if role == "officer" else [{"name": signed_as(done)}]
        found.append(
            {
                "role": role,
                "name": "、".join(one["name"] for one in who),
                "on": legal_day(done.occurred_at).isoformat(),
                "opinion": act.name if act and role != "reviewer" else "",
            }
        )
    return found


def sign_own_hand(
    data: dict[str, Any], paper: Paper, events: Sequence[Recorded], case: CaseFile, rules: RuleSet
) -> None:
    """Put in who signs by the act of this paper itself, and what is or was public."""
    before = [one for one in events if one.kind == "publication.prepared"][-1:] if paper.template == REVIEWED else []
    data["signatures"] = [own_signature(one, case, rules) for one in (*before, events[-1])]
    data["lists"] |= of_publication(events)
    data["case"]["published_on"] = day_of(case, "publication.published")
    data["document"] |= publication_due(paper, events, rules)


def own_signature(recorded: Recorded, case: CaseFile, rules: RuleSet) -> dict[str, str]:
    """Whoever did the act of this paper, as the post he did it in."""
    act = rules.act(case.procedure, recorded.event.act)
    on = legal_day(recorded.occurred_at).isoformat()
    role = "publisher" if recorded.kind == "publication.prepared" else recorded.actor.post
    return {"role": role, "name": signed_as(recorded), "on": on, "opinion": act.name if act else ""}


def of_publication(events: Sequence[Recorded]) -> dict[str, list[dict[str, str]]]:
    """What is made public, field by field, and what was hidden in it and why."""
    prepared: Any = next((one.event for one in reversed(events) if one.kind == "publication.prepared"), None)
    if prepared is None:
        return {}
    masks = dict.fromkeys((str(one.get("sort", "")), str(one.get("reason", ""))) for one in prepared.masks)
    return {
        "public_record": [{"name": name, "value": str(value)} for name, value in prepared.public.items()],
        "masks": [{"sort": sort, "reason": reason} for sort, reason in masks],
    }


DUE = {"publication_review": "publish", "withdrawal_approval": "withdraw", "correction_approval": "correct"}
"""The duty whose last day a paper about a publication tells."""


def publication_due(paper: Paper, events: Sequence[Recorded], rules: RuleSet) -> dict[str, str]:
    """Until when the decision had to be published, or its publication withdrawn or corrected."""
    duty = DUE.get(paper.template)
    terms = [one.binding.due_on for one in duties(events, lambda _: rules) if one.binding.duty == duty] if duty else []
    return {"due_on": terms[-1].isoformat()} if terms else {}


def heads(case: CaseFile, done: Recorded, registers: Registers) -> bool:
    """Whether whoever did the act headed the handling department on that day."""
    held = registers.holding("unit_head", case.agency, case.department, legal_day(done.occurred_at))
    return done.actor.officer in {officer.id for officer in held}


def day_of(case: CaseFile, kind: str) -> str:
    done = case.kinds.get(kind)
    return legal_day(done.occurred_at).isoformat() if done else ""


def measure_day(case: CaseFile, recorded: Recorded) -> str:
    """When the measure that the act is about was taken."""
    measure = case.measures.get(getattr(recorded.event, "measure", ""))
    return legal_day(measure.taken_at).isoformat() if measure else ""


def department_name(agency: Agency | None, department: str) -> str:
    part = agency.departments.get(department) if agency else None
    return part.name if part else department


def people(recorded: Recorded, case: CaseFile, registers: Registers) -> list[dict[str, str]]:
    """Whom the paper of an act names as officers, with the certificates of that day: no head for having decided."""
    day = legal_day(recorded.occurred_at)
    done = next(one for one in reversed(case.done) if one.event == recorded.id)
    found = []
    for name in officers_of(case, done):
        officer = registers.officer(name)
        card = officer.certificate(day) if officer else None
        if officer is not None:
            found.append({"name": officer.name, "certificate": card.number if card else ""})
    return found or [{"name": recorded.actor.name, "certificate": recorded.actor.certificate or ""}]


def activity(recorded: Recorded) -> dict[str, str]:
    """When an activity on the spot began and ended; the day of its effect or the time of the act where only that is
    known."""
    facts = recorded.event.facts
    at = getattr(recorded.event, "effective_on", "") or recorded.occurred_at.isoformat()
    return {"started_at": facts.get("started_on_site") or at, "ended_at": facts.get("ended_on_site") or at}


def advice(case: CaseFile, events: Sequence[Recorded]) -> list[dict[str, str]]:
    """What invited advisers said in this round of the review (顾问意见)."""
    if "review.advised" not in case.kinds:
        return []
    sent = max((one.seq for one in events if one.kind == "review.submitted"), default=0)
    return [
        {"name": one.actor.name, "text": str(one.event.facts.get("adviser_opinion", ""))}
        for one in events
        if one.kind == "review.advised" and one.seq > sent
    ]


def plain(value: Any) -> Any:
    """The value with plain lists and mappings, for canonical bytes."""
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value
