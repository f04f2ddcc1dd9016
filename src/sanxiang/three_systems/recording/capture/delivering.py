"""A paper is handed over at the door (直接送达、留置送达): which papers of a case are still to be served, how whoever
receives them may sign, the receipt (送达回证) that is read and signed on the screen.

The receipt is composed on the phone and here alike (documents/readings.yaml). It names every paper with the check code
(核验码) that is printed on it, so that a signature holds for these papers and no others. Civil Procedure Law, arts. 87
to 89, by Administrative Penalty Law, art. 61.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanxiang.casework import serving
from sanxiang.casework.access import Reader
from sanxiang.casework.actors import actor_of
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Proposal, Situation
from sanxiang.core.gates.predicates import evaluate
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Act, RuleSet, check_facts
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.recording import issued
from sanxiang.three_systems.recording.documents import DocumentError, catalogue, readings
from sanxiang.three_systems.recording.documents.wording import text_of
from sanxiang.three_systems.recording.gathering import is_demonstration
from sanxiang.three_systems.recording.marks import DIGEST
from sanxiang.three_systems.recording.papers import Paper, paper_data, papers_of

from . import signing
from .takes import NotTaken

RECEIPT = "service_receipt"
IN_PERSON, LEFT = "直接送达", "留置送达"
AT_THE_DOOR = ("本人签收", "同住成年家属签收", "单位签收", "代理人签收", "拒绝签收")
"""Who may sign where the officer stands before him, in the words of the dictionary; the rest is for mail or notice."""
OWN = frozenset({
    "served_to", "served_relation", "service_manner", "service_receipt", "refusal_reason", "service_witness",
    "mail_number", "service_through", "electronic_service_agreed", "electronic_address", "sealed_original",
    "delivered_on", "notice_ground", "service_tries", "service_announced_on",
})  # fmt: skip
"""What the page of service asks in its own way, or what no service at the door has."""
LAW = "《民事诉讼法》第八十七条"
OTHERWISE = "送达回证的内容和收件人签名时看到的不一样：请重新阅看、签名；确是当时情况的，如实补录"


def told(
    known: Named, rules: RuleSet, case: CaseFile, act: Act, registers: Registers, events: Sequence[Recorded],
    officer: str, at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """What a phone needs to serve the papers of a case; empty where nothing is to be served."""
    may = served_of(rules, case, act)
    due, left = waited(act), []
    for one in serving.owed(rules, case, act):
        papers = list(coded(known, events, one.act)) if not may or one.act in may else []
        if papers:
            names = [{"name": f"《{paper.title}》{paper.number}", "code": code} for paper, code in papers]
            titles = "、".join(dict.fromkeys(paper.title for paper, _ in papers))
            left.append(
                {"link": one.act, "whom": list(one.whom), "titles": titles, "papers": names, "due": one.act in due}
            )
    left.sort(key=lambda one: not one["due"])
    receipt = next((paper for paper in act.papers if paper.template == RECEIPT), None)
    if not left or receipt is None:
        return {}
    actor, ways = actor_of(registers, officer, at, "officer"), {}
    for manner in (IN_PERSON, LEFT):
        proposal = Proposal(act=act.id, actor=actor, at=at, facts={"service_manner": manner})
        ways[manner] = receipts(Situation(rules, case, registers, proposal), act)
    return {
        "left": left, "ways": ways, "own": sorted(OWN), "reading": readings.told(RECEIPT, receipt.title),
        "kind": str(case.facts.get("party_kind", "")), "other": str(case.facts.get("respondent_name", "")),
    }  # fmt: skip


def waited(act: Act) -> set[str]:
    """The acts whose papers have to be served, as the act of service waits for them; others may be."""
    leaves = act.waits_when.leaves() if act.waits_when else ()
    return {name for one in leaves if one.op == "served" for name in one.value} | {
        name for one in leaves if one.op == "served_on" for name in one.value["acts"]
    }


def served_of(rules: RuleSet, case: CaseFile, act: Act) -> set[str]:
    """The acts whose papers may be served by the gates; empty where no gate says."""
    needs = (need for bound in rules.gates_for(case.procedure, act) for need in bound.rule.needs)
    return {name for need in needs for leaf in need.leaves() if leaf.op == "link" for name in leaf.value}


def receipts(s: Situation, act: Act) -> list[str]:
    """How a paper may be received in the manner that the situation states, by the gates of the rulebook."""
    open_to = list(AT_THE_DOOR)
    for bound in s.rules.gates_for(s.case.procedure, act):
        if bound.rule.when is None or evaluate(bound.rule.when, s).state is not True:
            continue
        for leaf in (leaf for need in bound.rule.needs for leaf in need.leaves()):
            if leaf.op == "fact" and leaf.value["id"] == "service_receipt":
                wanted = leaf.value.get("in") or (leaf.value.get("is"),)
                open_to = [one for one in open_to if one in wanted]
    return open_to


@dataclass(frozen=True, slots=True)
class Named:
    """What the papers of cases name beside their events: everybody who acted in them, whether it is a demonstration;
    asked once, however many cases."""

    registers: Registers
    demo: bool


def named(connection: Any, agency: str, cases: Iterable[Sequence[Recorded]]) -> Named:
    who = {name for events in cases for one in events for name in (one.actor.officer, *one.event.officers) if name}
    return Named(registers_for(connection, agency, sorted(who)), is_demonstration(connection))


def coded(known: Named, events: Sequence[Recorded], link: str) -> Iterator[tuple[Paper, str]]:
    """The papers of an act that leave the house, each with the check code that it bears."""
    forms, place = catalogue(), fold(events).jurisdiction
    for paper in papers_of(events):
        if paper.act == link and forms[paper.template].use != ("internal",):
            rules = library().on(place, legal_day(events[paper.seq - 1].occurred_at))
            yield paper, str(paper_data(paper, events, rules, known.registers, demo=known.demo)["digest"])[:DIGEST]


def texts(connection: Any, reader: Reader, case: str, link: str) -> list[dict[str, str]]:
    """The papers to be served, in words, for whoever handles the case. Raises NotTaken: to read them is part of serving
    them (decision 52), so it ends once they are served."""
    row = CaseRow.objects.filter(pk=case, agency=reader.agency or None, handlers__contains=[reader.officer]).first()
    events = reading.load(connection, case) if row else ()
    state = fold(events) if events else CaseFile()
    act = serve_of(library().on(row.jurisdiction, legal_day(events[-1].recorded_at)), row.procedure) if row else None
    if row is None or act is None:
        raise NotTaken("没有这件案件，或者不是您承办的", 404)
    rules = library().on(row.jurisdiction, legal_day(events[-1].recorded_at))
    may = served_of(rules, state, act)
    if link not in {one.act for one in serving.owed(rules, state, act) if not may or one.act in may}:
        raise NotTaken("这份文书已经送达，或者还没有制作", 404)
    try:
        return [
            {"name": f"《{paper.title}》{paper.number}", "code": code,
             "text": text_of(issued.bare(connection, events, paper))}
            for paper, code in coded(named(connection, state.agency, [events]), events, link)
        ]  # fmt: skip
    except DocumentError as problem:
        raise NotTaken(f"文书现在排不出来：{problem}", 409) from problem


def serve_of(rules: RuleSet, procedure: str) -> Act | None:
    """The act of a procedure by which papers are served."""
    return next((act for act in rules.acts_of(procedure) if act.emits == serving.SERVES), None)


def differing(
    connection: Any, rules: RuleSet, act: Act, case: CaseFile, events: Sequence[Recorded], sent: Mapping[str, Any],
    names: Mapping[str, str], signed_at: str,
) -> tuple[str, ...]:  # fmt: skip
    """The lines of the receipt as it would be made that whoever signed did not read, and those he read that are not in
    it; none where he signed what is made."""
    title = next((paper.title for paper in act.papers if paper.template == RECEIPT), "")
    clean, _ = check_facts(rules.dictionary, sent["facts"])
    papers = [{"name": f"《{paper.title}》{paper.number}", "code": f"核验码 {code}"}
              for paper, code in coded(named(connection, case.agency, [events]), events, sent["link"])]  # fmt: skip
    facts = {**clean, "served_papers": papers, "signed_on": legal_day(datetime.fromisoformat(signed_at)).isoformat()}
    other = str(case.facts.get("respondent_name", "")) if clean.get(serving.WHOM) == "被申请人" else ""
    whom = {**names, "party.name": other or names["party.name"]}
    people = signing.certified(case.agency, sent["officers"])
    made = readings.composed([readings.told(RECEIPT, title)], whom, people, facts)
    return signing.apart(made, sent["signed"]["text"], "送达回证")
