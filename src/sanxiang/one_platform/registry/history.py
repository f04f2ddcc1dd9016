"""What the record says of one subject of a register, as lines that a person reads (履历)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sanxiang.core.events import Recorded
from sanxiang.core.rulebook import Library
from sanxiang.core.values import chinese_date, legal_day

from .importing.sheets import FUNCTIONS
from .projections import EXAM, JUDICIAL

LATE = timedelta(days=1)
EXAMS = {EXAM: "执法资格考试", JUDICIAL: "国家统一法律职业资格考试"}

CATALOGUE = {
    "catalogue.compiled": "编制、调整", "catalogue.returned": "退回修改", "catalogue.filed": "审核备案",
    "catalogue.published": "公布",
}  # fmt: skip

REPORTS = {
    "report.requested": "临时要求报送", "report.compiled": "编制", "report.returned": "审核退回",
    "report.approved": "审核通过", "report.issued": "发布、报送", "report.received": "登记回执",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One line: the day it happened, when the record took it, by whom; `late` where it was entered long after."""

    on: date
    recorded_at: datetime
    by: str
    text: str
    late: bool
    seq: int


def told(events: Sequence[Recorded], library: Library, departments: Mapping[str, str]) -> list[Told]:
    """The history of a subject, the newest first by the day that it happened."""
    lines = [
        Told(
            legal_day(recorded.occurred_at),
            recorded.recorded_at,
            recorded.actor.name,
            text_of(recorded, library, departments),
            recorded.recorded_at - recorded.occurred_at > LATE,
            recorded.seq,
        )
        for recorded in events
    ]
    return sorted(lines, key=lambda line: (line.on, line.seq), reverse=True)


def _day(iso: str) -> str:
    return chinese_date(date.fromisoformat(iso))


def _lent(recorded: Recorded, post: Callable[[], str]) -> str:
    """A delegation of approvals (授权代行), or its end; empty for all else."""
    event: Any = recorded.event
    if recorded.kind == "post.delegated":
        return f"受{recorded.actor.name}授权代行{post()}的审批（{'、'.join(event.scope)}），至{_day(event.until)}"
    return f"{recorded.actor.name}终止代行{post()}审批的授权" if recorded.kind == "post.delegation_ended" else ""


def _of_object(recorded: Recorded) -> str:
    """What became of an object of inspection (检查对象); empty for all else."""
    told = {"inspectee.listed": "列入检查对象名录库"}
    if recorded.kind == "inspectee.removed":
        return f"移出检查对象名录库：{recorded.event.facts.get('inspectee_left', '')}"
    return told.get(recorded.kind, "")


def text_of(recorded: Recorded, library: Library, departments: Mapping[str, str]) -> str:
    event: Any = recorded.event
    labels = [library.dictionary[name].label for name in event.facts if name in library.dictionary]

    def post() -> str:
        return f"{departments.get(event.department, event.department)}{library.posts.get(event.post, event.post)}"

    match recorded.kind:
        case "agency.registered" | "officer.registered":
            return "登记"
        case "agency.changed" | "officer.changed" | "item.changed" | "inspectee.changed":
            return f"更新{'、'.join(labels) or '信息'}"
        case "agency.ended":
            return "机关撤销"
        case "agency.settled":
            form = "网上记录代替意见书" if event.value else "另出书面意见书"
            return f"设定审核意见的形式：{_day(event.effective)}起{form}"
        case "catalogue.compiled" | "catalogue.returned" | "catalogue.filed" | "catalogue.published":
            name = departments.get(event.department, event.department)
            return f"{name}的重大执法决定目录：{CATALOGUE[recorded.kind]}"
        case "department.registered":
            name = event.facts.get("department_name", event.department)
            duties = "、".join(FUNCTIONS.get(function, function) for function in event.functions)
            return f"设立内设机构“{name}”" + (f"（{duties}）" if duties else "")
        case "department.ended":
            return f"撤销内设机构“{departments.get(event.department, event.department)}”"
        case "officer.left":
            return "离任"
        case "post.appointed":
            return f"任{post()}" + ("（初次从事法制审核）" if event.first_time else "")
        case "post.ended":
            return f"免去{post()}"
        case "exam.passed":
            return f"{EXAMS.get(event.exam, event.exam)}合格"
        case "training.completed":
            return f"完成培训“{event.training}”" + (f"，{event.hours} 学时" if event.hours else "")
        case "certificate.issued":
            issuer = f"，{event.issuer}制发" if event.issuer else ""
            return f"颁发执法证 {event.number}（{_day(event.valid_from)}至{_day(event.valid_until)}{issuer}）"
        case "certificate.suspended":
            return f"停用执法证 {event.number}"
        case "item.listed":
            return f"列入执法事项清单（{event.category}）"
        case "item.removed":
            return "移出执法事项清单"
        case kind if kind in REPORTS:
            part = departments.get(event.department, event.department)
            return f"{part or '本机关'}的报告（{event.period}）：{REPORTS[kind]}"
    return _lent(recorded, post) or _of_object(recorded) or recorded.kind
