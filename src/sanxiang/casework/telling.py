"""The record of a case in words (读卷): values by their labels, the timeline, evidence and measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import FRAME
from sanxiang.core.gates.weighing import MATRIX
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import chinese_date, printed

ON_THE_DRAFT = (
    "review.",
    "draft.returned",
    "draft.presented",
    "decision.made",
    "decision.refused",
    "notice.",
    "discussion.",
    "hearing.",
)
NOTED_AS = {
    "paper.sealed": "加盖电子印章",
    "paper.issued": "文书制发登记",
    "publication.expired": "公示期满，自行停止公示",
    "publication.acknowledged": "公示平台确认已经公开",
    "coverage.interrupted": "检验发现录音录像中断",
    "coverage.explained": "补作录音录像中断说明",
    "coverage.joined": "办完以后关联了录音录像",
    "coverage.parted": "取消办完以后关联的录音录像",
    "court.noted": "已经申请人民法院强制执行",
}
"""What the system notes by itself, in words."""
PARTS = {"party": "当事人", "facts": "事实", "evidence": "证据", "basis": "依据", "sanction": "处理", "": "其他"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the timeline."""

    recorded: Recorded
    name: str
    facts: list[tuple[str, Any]]
    papers: list[Mapping[str, Any]]


def timeline(events: Sequence[Recorded], rules: RuleSet, procedure: str) -> list[Entry]:
    """The record of a case, newest first, each entry with what was stated in it and the papers it made."""
    made: dict[str, list[Mapping[str, Any]]] = {}
    for paper in papers(events):
        made.setdefault(paper["event"], []).append(paper)
    found = []
    for recorded in events:
        act = rules.act(procedure, recorded.event.act)
        name = act.name if act else NOTED_AS.get(recorded.kind, recorded.event.act)
        facts = [*answered(recorded, rules), *told(rules, recorded.event.facts), *noted(recorded), *in_effect(recorded)]
        found.append(Entry(recorded, name, facts, made.get(recorded.id, [])))
    return found[::-1]


def answered(recorded: Recorded, rules: RuleSet) -> list[tuple[str, str]]:
    """A judgement as question and answer."""
    bound = rules.judgements.get(getattr(recorded.event, "judgement", ""))
    return [(bound.rule.question, plain_flag(getattr(recorded.event, "answer", False)))] if bound else []


def noted(recorded: Recorded) -> list[tuple[str, str]]:
    """What a note of the system itself holds, beside its name."""
    number = getattr(recorded.event, "number", "") if recorded.kind == "court.noted" else ""
    return [("强制执行申请书", number)] if number else []


def in_effect(recorded: Recorded) -> list[tuple[str, str]]:
    """The day from which the terms of the party run, where that is another than the day of the entry."""
    day = getattr(recorded.event, "effective_on", "")
    return [("生效日期（期限从这一天起算）", chinese_date(date.fromisoformat(day)))] if day else []


def papers(events: Sequence[Recorded]) -> list[dict[str, Any]]:
    """The papers of a case, newest first; what only frames the volume is left out."""
    return [
        {**paper, "event": recorded.id, "index": index, "at": recorded.occurred_at}
        for recorded in events[::-1]
        for index, paper in enumerate(recorded.event.documents)
        if paper["template"] not in FRAME
    ]


def told(rules: RuleSet, facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Facts by their labels, for reading; a state secret is never among them."""
    return [(label(rules, name), plain(rules, name, value)) for name, value in facts.items() if not secret(rules, name)]


def grouped(rules: RuleSet, facts: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Carried facts by what they belong to; what belongs to one act alone stands with that act."""
    groups: dict[str, dict[str, Any]] = {part: {} for part in PARTS}
    for name, value in facts.items():
        fact = rules.dictionary.get(name)
        if name == MATRIX or (fact is not None and not fact.carried):
            continue  # the table of facts and evidence has a page of its own
        part = "party" if name.startswith(("party_", "legal_")) and not (fact and fact.part) else fact and fact.part
        groups[part or ""][name] = value
    return [(title, told(rules, groups[part])) for part, title in PARTS.items() if groups[part]]


def draft(rules: RuleSet, case: CaseFile, act: Act) -> list[tuple[str, Any]]:
    """The draft that an act decides about (拟处理意见): whoever signs sees all of it beside the form."""
    if case.draft is None or not act.emits.startswith(ON_THE_DRAFT):
        return []
    parts = {name for part in ("facts", "evidence", "basis", "sanction") for name in rules.dictionary.of_part(part)}
    why = {"draft_return_reason"} if act.emits == "draft.presented" else set()
    first = {name: value for name, value in case.facts.items() if name in why}
    return told(rules, first | {name: value for name, value in case.facts.items() if name in parts})


@dataclass(frozen=True, slots=True)
class Seized:
    """A compulsory measure as the page shows it."""

    id: str
    event: str
    name: str
    taken_at: datetime
    extended: int
    lifted_at: datetime | None


def measures(events: Sequence[Recorded], case: CaseFile, rules: RuleSet) -> list[Seized]:
    """The measures of a case, the running ones first."""
    acts = {recorded.id: recorded.event.act for recorded in events}
    found = []
    for measure in case.measures.values():
        act = rules.act(case.procedure, acts.get(measure.event, ""))
        name = act.name if act else "强制措施"
        found.append(Seized(measure.id, measure.event, name, measure.taken_at, measure.extended, measure.lifted_at))
    return sorted(found, key=lambda one: (one.lifted_at is not None, one.taken_at))


def label(rules: RuleSet, name: str) -> str:
    fact = rules.dictionary.get(name)
    return fact.label if fact else name


def secret(rules: RuleSet, name: str) -> bool:
    """Whether a fact is a state secret: no page shows it, whoever looks."""
    fact = rules.dictionary.get(name)
    return fact is not None and fact.sensitivity == "state_secret"


def plain(rules: RuleSet, name: str, value: Any) -> str:
    """A value in words."""
    fact = rules.dictionary.get(name)
    if isinstance(value, bool):
        return plain_flag(value)
    if fact is not None and fact.type == "money" and isinstance(value, int):
        return yuan(value)
    if fact is not None and fact.type in ("day", "instant"):
        return printed(str(value))
    if fact is not None and fact.type == "table":
        return "\n".join("　".join(cells(fact.columns, line)) for line in value)
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def plain_flag(value: bool) -> str:
    return "是" if value else "否"


def yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d} 元"


def cells(columns: Iterable[Any], line: Mapping[str, Any]) -> Iterable[str]:
    """The filled cells of a row of a table, in words."""
    for column in columns:
        value = line.get(column.id)
        if value not in (None, ""):
            yield cell(column.type, value)


def cell(kind: str, value: Any) -> str:
    """One cell in words."""
    if kind == "money" and isinstance(value, int):
        return yuan(value)
    if kind in ("day", "instant"):
        return printed(str(value))
    return plain_flag(value) if isinstance(value, bool) else str(value)
