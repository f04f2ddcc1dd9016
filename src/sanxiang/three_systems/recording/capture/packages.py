"""The task package (任务包): all that a phone needs for a day without a net — the tasks, what each act asks and what
stands already, what to say at each stage, who may act — signed, with its term. No rules run on the phone: it says
what is asked, the server judges when it arrives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sanxiang.casework import forms, judging, serving
from sanxiang.casework.access import Reader
from sanxiang.casework.models import CaseRecording
from sanxiang.casework.people import colleagues
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.recording.documents.rendering import qr_drawing

from . import along, delivering, exempting, on_spot, signing
from .passes import Pass, contact
from .vouching import signed

HANDHELD = "手持执法终端"
"""What a phone is among the kinds of device."""
VALID = timedelta(hours=36)
ON_SITE = ("inspection", "inquiry", "evidence", "measure", "enforcement", "demolition", "service", "hearing")
MARKS = ("亮证", "告知", "发现", "陈述", "签名", "其他")
STAGES = {
    "亮证": ("certificate_shown", "uniform_worn", "document_shown"),
    "告知": ("recording_told", "reason_told", "basis_told", "rights_told", "avoidance_told", "cooperation_told",
             "explained", "remedies_told"),
    "发现": ("findings_shown",),
    "陈述": ("defence_told", "statement_heard"),
    "签名": ("signature",),
}  # fmt: skip
"""The stages of a visit and the facts that are stated in each: their set phrases are what an officer says then."""
DUTIES = {"full": "全程", "as_needed": "视情", "text": "可不录", "exempt": "可免录"}
LEFT_TO_SYSTEM = ("recording_",)
TIMES = ("started_on_site", "ended_on_site")


def package(
    connection: Any, reader: Reader, address: str, *, at: datetime, wanted: Sequence[UUID] = ()
) -> dict[str, Any]:  # fmt: skip
    """The package of an officer, as JSON: `body` and the `signature` over its canonical bytes; `pass` binds what he
    records to him."""
    rules = library().on(reader.jurisdiction, legal_day(at))
    rows = along.taken(reader, rules, wanted, at)
    events = reading.load_many(connection, [str(row.stream) for row in rows])
    people = registers_for(connection, reader.agency, (reader.officer,))
    until = at + VALID
    held = Pass(
        agency=reader.agency, jurisdiction=reader.jurisdiction, department=next(iter(sorted(reader.departments)), ""),
        maker=reader.officer, until=until,
    )  # fmt: skip
    exempt, known = exempting.standing(events), delivering.named(connection, reader.agency, events.values())
    tasks = [
        task(known, rules, events[str(row.stream)], people, reader.officer, row, at)
        | {
            "exempt": exempt.get(str(row.stream), {}),
            "chosen": row.stream in wanted,
            "today": bool(row.next_due and row.next_due <= legal_day(at)),
        }
        for row in rows
        if str(row.stream) in events
    ]
    body = {
        "made": at.isoformat(), "until": until.isoformat(), "officer": reader.officer, "name": reader.name,
        "agency": reader.agency, "agency_name": reader.agency_name, "pass": held.signed(),
        "rulebook": {"id": rules.jurisdiction.id, "name": rules.jurisdiction.name, "digest": rules.digest},
        "certificate": certificate(people, reader, address, at), "marks": list(MARKS),
        "phrases": phrases(rules, people, reader), "causes": choices(rules, "gap_cause"),
        "given": choices(rules, "gap_given"), "exempt": exempting.carried(connection, rules, reader.agency, at),
        "people": [
            {"id": one["id"], "name": one["name"], "certificate": one["certificate"]}
            for one in colleagues(reader.agency, ())
        ][:200],
        "usage": usage(people, reader, at),
        "tasks": [one for one in tasks if one["acts"] or one["on_spot"] or one["chosen"]],
        "on_spot": on_spot.carried(rules, reader, people.agency(reader.agency), described),
    }  # fmt: skip
    return {"body": body, "signature": signed(body)}


def certificate(people: Registers, reader: Reader, address: str, at: datetime) -> dict[str, str]:
    """The certificate of the day, and a code that leads the party to the public register of officers."""
    officer = people.officer(reader.officer)
    card = officer.certificate(legal_day(at)) if officer else None
    if card is None:
        return {}
    place = f"{address}?{urlencode({'q': card.number})}"
    return {"number": card.number, "until": card.valid_until.isoformat(), "address": place, "code": qr_drawing(place)}


def phrases(rules: RuleSet, people: Registers, reader: Reader) -> dict[str, list[dict[str, str]]]:
    """What is said at each stage (规范用语), in the words of the dictionary with names and numbers put in."""
    officer = people.officer(reader.officer)
    card = next((one.number for one in officer.certificates), "") if officer else ""
    known = {"机关": reader.agency_name, "姓名": reader.name, "证号": card}
    found: dict[str, list[dict[str, str]]] = {}
    for stage, facts in STAGES.items():
        for name in facts:
            fact = rules.dictionary.get(name)
            for text in fact.phrases if fact else ():
                for key, value in known.items():
                    text = text.replace(f"【{key}】", value)
                found.setdefault(stage, []).append({"fact": name, "text": text})
    return found


def usage(people: Registers, reader: Reader, at: datetime) -> dict[str, Any]:
    """The rules of use that hold for a phone (手持执法终端的使用规定), shown where recording starts; empty where the
    agency has issued none. 洛政办〔2019〕37号 三(二)2, 长宁区实施方案 第11条."""
    agency = people.agency(reader.agency)
    book = agency.usage.get(HANDHELD) if agency else None
    held = book.in_force(legal_day(at)) if book else None
    if held is None or held.effective is None:
        return {}
    rows = [{"element": str(row.get("element", "")), "text": str(row.get("text", ""))} for row in held.rows]
    return {"kind": HANDHELD, "number": held.number, "effective": held.effective.isoformat(), "rows": rows}


def choices(rules: RuleSet, fact: str) -> list[str]:
    entry = rules.dictionary.get(fact)
    return list(entry.choices) if entry else []


def task(
    known: delivering.Named,
    rules: RuleSet,
    events: Sequence[Recorded],
    people: Registers,
    officer: str,
    row: Any,
    at: datetime,
) -> dict[str, Any]:
    """One case with the acts that may be done on site, and what is to be served in it."""
    case = fold(events)
    mine, _ = judging.options(rules, case, people, officer, at)
    acts = [one.act for one in mine if one.act.activity in ON_SITE and one.act.emits != serving.SERVES]
    serve = next((one.act for one in mine if one.act.emits == serving.SERVES), None)
    serves = delivering.told(known, rules, case, serve, people, events, officer, at) if serve else {}
    facts = case.facts
    return {
        "case": case.id, "title": row.title, "number": row.case_number, "category": row.category,
        "party": str(facts.get("party_name", "")),
        "address": str(facts.get("business_place") or facts.get("party_address") or ""),
        "phone": str(facts.get("party_phone", "")), "stage": row.stage,
        "names": signing.names_of(case, people.agency(case.agency)),
        "officers": list(judging.handlers_of(case, legal_day(at))), "version": case.version,
        "acts": [*([described(rules, case, serve) | {"serves": serves}] if serve and serves else ()),
                 *(described(rules, case, act) for act in acts)],
        "on_spot": on_spot.of_case(rules, case, described),
    }  # fmt: skip


def described(rules: RuleSet, case: CaseFile, act: Act) -> dict[str, Any]:
    """An act as a phone shows it: what it asks, what stands already, whether it must be recorded and why."""
    fill, _ = forms.fields_of(rules, case, act, {}, {})
    reads = signing.reads(act, fill)
    return {
        "id": act.id, "name": act.name, "help": act.help, "activity": act.activity, "law": act.clause,
        "duties": list(duties(rules, act)), "papers": [paper.title for paper in act.papers],
        "signs": any(one.fact.id == "signature" for one in fill), "reads": reads,
        "held": signing.held(rules, case, act, reads),
        "fields": [
            field(one, act) for one in fill if not one.fact.id.startswith(LEFT_TO_SYSTEM) and one.kind != "table"
        ],
        "tables": [
            {**field(one, act), "columns": [{"id": c.id, "label": c.label, "required": c.required, "choices":
            list(c.choices)} for c in one.fact.columns]} for one in fill if one.kind == "table" ], "files": act.files
            is not None, }  # fmt: skip


def field(one: forms.Field, act: Act) -> dict[str, Any]:
    fact, shown = one.fact, one.shown_with
    since = "从当面做的第一项（选谁签收、逐项核对）起" if act.emits == serving.SERVES else "从亮证或者打开本表起"
    by_itself = f"{since}，到签名或者送出止；请核对，录音录像按它检查是否全程" if fact.id in TIMES else ""
    return {
        "id": fact.id, "label": fact.label, "kind": one.kind, "required": one.required, "help": fact.help or by_itself,
        "choices": list(fact.choices), "phrases": list(fact.phrases) if one.kind != "flag" else [],
        "limit": fact.length, "value": one.value if isinstance(one.value, str | bool | int) else "",
        "with": {"fact": shown[0], "values": shown[1].split("|")} if shown[0] else None,
    }  # fmt: skip


def duties(rules: RuleSet, act: Act) -> Iterator[dict[str, str]]:
    """What the regulations want recorded of an act; conditions of the case are judged when it arrives."""
    for bound in rules.records:
        rule = bound.rule
        if act.id in rule.acts or (act.activity is not None and act.activity in rule.activities):
            yield {"duty": DUTIES[rule.duty], "law": str(bound.citation), "always": "" if rule.when else "1"}


def time_now(at: datetime) -> dict[str, str]:
    """The time of the server and its signature, for the next pieces."""
    return {"server": at.isoformat(), "nonce": contact(at)}


def loose(officer: str) -> Sequence[str]:
    """The recordings of an officer that belong to no case yet."""
    rows = CaseRecording.objects.filter(people__contains=[officer], case=None, sort="recording").order_by("-began")
    return [str(row.stream) for row in rows[:50]]
