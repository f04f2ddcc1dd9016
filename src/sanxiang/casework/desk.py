"""What the desk shows (办案台): every list bounded, every page a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from sanxiang.core.calendar import Calendar, Due, working_days_left
from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Proposal, Situation, Verdict, consider
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import Actor

from .access import Reader, visible
from .models import OF_PARTY, CaseRow, DutyRow, WaitRow
from .projections import ready

PAGE = 30
STATES = {"open": "办理中", "decided": "已决定", "closed": "已结案", "archived": "已归档"}
PUBLIC = {"": "", "prepared": "待审核发布", "published": "已公示", "withdrawn": "已撤下", "withheld": "不公开"}
REVIEW = {"": "", "reviewing": "审核中", "passed": "审核通过", "adverse": "审核未通过"}
DUTIES = {
    "publish": "公示", "withdraw": "撤下公示", "review": "法制审核", "serve": "送达", "decide": "作出决定",
    "archive": "归档", "seal": "查封扣押期限", "preserve": "登记保存处理", "defence": "陈述申辩期",
    "hearing_request": "听证申请期", "pay": "缴纳罚款", "court": "申请法院强制执行", "report_on_spot": "当场处罚备案",
    "file": "立案", "correct": "更正公示",
    "reconsideration": "申请复议期", "seal_approval": "补办措施批准", "transfer_decision": "移送决定",
    "transfer": "移送", "expire": "公示期满", "urge": "催告",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """A duty with the working days left, in words and as a sign."""

    row: DutyRow
    name: str
    left: int
    sign: str
    text: str


def clock(row: DutyRow, today: date, calendar: Calendar) -> Clock:
    """How a duty stands today."""
    left = working_days_left(today, Due(row.due_on), calendar)
    if row.met_at:
        sign, text = ("bad", "已逾期办理") if row.late else ("ok", "已按期办理")
    elif row.excused:
        sign, text = "plain", "依法不适用"
    elif row.due_on < today:
        sign, text = "bad", f"已逾期（{row.due_on:%-m月%-d日}）"
    elif left <= 0:
        sign, text = "bad", "今天到期"
    else:
        sign, text = "ok" if left > 3 else "warn", f"还剩 {left} 个工作日（至 {row.due_on:%-m月%-d日}）"
    return Clock(row, DUTIES.get(row.duty, row.duty), left, sign, text + ("，暂定" if row.provisional else ""))


def waits_for(reader: Reader, limit: int = PAGE) -> list[tuple[WaitRow, CaseRow]]:
    """What waits for the posts of this reader, the earliest due first."""
    rows = WaitRow.objects.filter(agency=reader.agency or None, post__in=reader.posts)
    if reader.posts <= {"officer", "unit_head", "archivist"}:
        rows = rows.filter(department__in=reader.departments)
    chosen = list(rows.order_by("due_on", "id")[:limit])
    cases = visible(reader).in_bulk([row.stream for row in chosen])
    return [(row, cases[row.stream]) for row in chosen if row.stream in cases]


def duties_of(reader: Reader, today: date, *, limit: int = PAGE, after: str = "") -> list[DutyRow]:
    """The open duties of the agency (an officer's: of his departments), the earliest first. Rights of the party and
    terms that merely run are left out."""
    rows = DutyRow.objects.filter(met_at=None, excused=False).exclude(duty__in=OF_PARTY)
    if reader.everywhere:
        rows = rows.filter(stream__in=CaseRow.objects.filter(jurisdiction=reader.jurisdiction).values("stream"))
    else:
        rows = rows.filter(agency=reader.agency or None)
        if reader.posts <= {"officer", "unit_head", "archivist"}:
            rows = rows.filter(department__in=reader.departments)
    day, _, last = after.partition("_")
    with suppress(ValueError):
        rows = rows.filter(Q(due_on__gt=date.fromisoformat(day)) | Q(due_on=date.fromisoformat(day), id__gt=last))
    return list(rows.order_by("due_on", "id")[: limit + 1])


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list of cases is narrowed to; every choice stands in the address."""

    query: str = ""
    state: str = ""
    category: str = ""
    review: str = ""
    public: str = ""
    mine: bool = False
    overdue: bool = False
    after: str = ""


def chosen(reader: Reader, choice: Choice, today: date) -> QuerySet[CaseRow]:
    """The cases of a choice, the newest activity first."""
    rows = visible(reader)
    exact = {
        "state": choice.state,
        "category": choice.category,
        "review_state": choice.review,
        "public_state": choice.public,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if choice.mine:
        rows = rows.filter(handlers__contains=[reader.officer])
    if choice.overdue:
        late = DutyRow.objects.filter(met_at=None, excused=False, due_on__lt=today).exclude(duty__in=OF_PARTY)
        rows = rows.filter(stream__in=late.values("stream"))
    for word in choice.query.split()[:4]:
        if len(word) >= 2:
            rows = rows.filter(
                Q(title__contains=word) | Q(party__contains=word) | Q(case_number__contains=word)
                | Q(decision_number__contains=word)
            )  # fmt: skip
    moment, _, stream = choice.after.partition("_")
    with suppress(ValueError):
        at, last = datetime.fromisoformat(moment), UUID(stream)
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, stream__gt=last))
    return rows.order_by("-last_at", "stream")


@dataclass(frozen=True, slots=True)
class Option:
    """An act on the case page: whether it may be tried by this reader, and why not."""

    act: Act
    verdict: Verdict
    waits: bool

    @property
    def reasons(self) -> list[str]:
        return [reason.text for reason in self.verdict.reasons if not of_form(reason.code, reason.fix, self.act.id)]

    @property
    def open(self) -> bool:
        return not self.reasons


def of_form(code: str, fix: str, act: str) -> bool:
    """Whether a reason only says that the form is still empty."""
    return code.endswith(("/facts", "/recording")) or fix == act


STRUCTURAL = ("/order", "/too-late", "/once", "/not-applicable", "/ended")


def options(
    rules: RuleSet, case: CaseFile, registers: Registers, actor: Actor, at: datetime
) -> tuple[list[Option], list[Option]]:
    """The acts that may come now in order: those the reader's posts may do, and those that wait for others."""
    mine: list[Option] = []
    others: list[Option] = []
    plain = Situation(rules, case, registers, Proposal(act="", actor=actor, at=at))
    for act in rules.acts_of(case.procedure):
        if not ready(case, act, plain) or act.id == rules.procedures[case.procedure].rule.opening.id:
            continue
        proposal = Proposal(act=act.id, actor=actor, at=at, officers=(actor.officer,))
        verdict = consider(Situation(rules, case, registers, proposal))
        if any(reason.code.endswith(STRUCTURAL) for reason in verdict.reasons):
            continue
        can = not any(reason.code.endswith(("/post", "/agency")) for reason in verdict.reasons)
        (mine if can else others).append(Option(act, verdict, act.waits))
    mine.sort(key=lambda option: (not option.waits, not option.open))
    return mine, [option for option in others if option.waits]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the timeline."""

    recorded: Recorded
    name: str
    facts: list[tuple[str, Any]]
    late: bool


def timeline(events: Sequence[Recorded], rules: RuleSet, procedure: str) -> list[Entry]:
    """The record of a case, newest first, each entry with what was stated in it."""
    found = []
    for recorded in events:
        act = rules.act(procedure, recorded.event.act)
        late = (recorded.recorded_at - recorded.occurred_at).total_seconds() > 86_400
        found.append(Entry(recorded, act.name if act else recorded.event.act, told(rules, recorded.event.facts), late))
    return found[::-1]


def told(rules: RuleSet, facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Facts by their labels, for reading."""
    return [(rules.dictionary[name].label if name in rules.dictionary else name, plain(rules, name, value))
            for name, value in facts.items() if not secret(rules, name)]  # fmt: skip


ON_THE_DRAFT = ("review.", "decision.made", "decision.refused", "notice.", "discussion.", "hearing.")


def draft(rules: RuleSet, case: CaseFile, act: Act) -> list[tuple[str, Any]]:
    """The draft that an act decides about (拟处理意见): whoever signs sees all of it beside the form."""
    if case.draft is None or not act.emits.startswith(ON_THE_DRAFT):
        return []
    parts = {name for part in ("facts", "evidence", "basis", "sanction") for name in rules.dictionary.of_part(part)}
    return told(rules, {name: value for name, value in case.facts.items() if name in parts})


def secret(rules: RuleSet, name: str) -> bool:
    fact = rules.dictionary.get(name)
    return fact is not None and fact.sensitivity == "state_secret"


def plain(rules: RuleSet, name: str, value: Any) -> str:
    """A value in words."""
    fact = rules.dictionary.get(name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if fact is not None and fact.type == "money" and isinstance(value, int):
        return f"{value // 100:,}.{value % 100:02d} 元"
    if fact is not None and fact.type == "table":
        return "\n".join("　".join(cells(fact.columns, line)) for line in value)
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def cells(columns: Iterable[Any], line: Mapping[str, Any]) -> Iterable[str]:
    for column in columns:
        value = line.get(column.id)
        if value not in (None, ""):
            money = column.type == "money" and isinstance(value, int)
            yield f"{value // 100:,}.{value % 100:02d} 元" if money else str(value)
