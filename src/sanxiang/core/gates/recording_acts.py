"""May this be entered about a recording (音像记录的登记): who explains a gap, who exempts, who engages a third party.

That something was recorded is a fact, and is taken as it is; what is said about it afterwards is an act and may be
refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sanxiang.core.casefile.recordings import Recording
from sanxiang.core.events import Event
from sanxiang.core.registers import Officer, Registers
from sanxiang.core.rulebook import Bound, Record, RuleSet
from sanxiang.core.values import Actor, legal_day

from .covering import at_start
from .verdict import Reason

AFTERWARDS = "事后书面说明"
HEADS = ("unit_head", "head")
LAW = "国办发〔2018〕118号 三（二）"
ACTS = {
    "recording.started": "开始录音录像",
    "recording.received": "接收录音录像",
    "recording.explained": "说明中断",
    "recording.notice_stated": "指明告知的位置",
    "recording.linked": "关联录音录像",
    "recording.set_aside": "录音录像不予使用",
    "recording.exempted": "免予录音录像",
    "recording.exemption_approved": "批准免予录音录像",
    "recording.entrusted": "聘请第三方记录",
    "recording.trust_ended": "终止第三方记录",
}
"""What officers do about recordings; sealing and finding gaps is the system's."""


def consider_recording(
    rules: RuleSet, people: Registers, state: Recording, event: Event, actor: Actor, at: Any
) -> tuple[Reason, ...]:
    """Why this cannot be entered about the recording that stands as `state`; empty where it can."""
    officer, day = people.officer(actor.officer), legal_day(at)
    name = ACTS.get(event.KIND)
    if name is None:
        return (_reason(event, "kind", "这一项由系统记录，不能填报"),)
    if officer is None or not officer.posts_on(day):
        return (_reason(event, "post", f"“{name}”由执法机关的人员办理", helper="执法人员"),)
    agency = state.agency or str(getattr(event, "agency", ""))
    if agency != officer.agency:
        return (_reason(event, "agency", f"“{name}”由记录所属机关的人员办理"),)
    check = CHECKS.get(event.KIND)
    return tuple(check(rules, people, state, event, officer, at)) if check else ()


def _reason(
    event: Event,
    code: str,
    text: str,
    missing: tuple[str, ...] = (),
    helper: str = "",
    rule: Bound[Record] | None = None,
) -> Reason:
    return Reason(
        code=f"{event.KIND}/{code}", clause=rule.clause.id if rule else "", law=str(rule.citation) if rule else LAW,
        text=text, missing=missing, fix=event.KIND, helper=helper,
    )  # fmt: skip


def _stated(event: Event, **wanted: str) -> tuple[str, ...]:
    return tuple(label for fact, label in wanted.items() if not str(event.facts.get(fact) or "").strip())


def _explained(
    rules: RuleSet, people: Registers, state: Recording, event: Any, officer: Officer, at: Any
) -> Iterator[Reason]:
    gap = next((one for one in state.gaps if one.id == event.gap), None)
    if gap is None:
        yield _reason(event, "gap", "没有这处中断")
    elif gap.explained is not None:
        yield _reason(event, "once", "这处中断已经说明过")
    if officer.id not in (state.maker, *state.officers) and not _heads(officer, at):
        yield _reason(event, "who", "中断由录制人、同行执法人员或者承办机构负责人说明", helper="录制人")
    missing = _stated(event, gap_cause="中断原因", gap_text="中断说明", gap_given="说明的方式")
    if event.facts.get("gap_given") == AFTERWARDS:
        missing += _stated(event, gap_why_after="不能在录像中说明的客观原因")
    if missing:
        yield _reason(event, "facts", "中断说明没有写全", missing)


def _notice_stated(
    rules: RuleSet, people: Registers, state: Recording, event: Any, officer: Officer, at: Any
) -> Iterator[Reason]:
    if not state.sealed or state.medium == "photo":
        yield _reason(event, "state", "已经封存的录音录像才能指明告知的位置")
    elif not 0 <= event.second <= max(state.seconds, 0):
        yield _reason(event, "second", f"告知的位置不在录音录像里：从开始到结束共 {state.seconds} 秒")
    if officer.id not in (state.maker, *state.officers) and not _heads(officer, at):
        yield _reason(event, "who", "告知的位置由录制人、同行执法人员或者承办机构负责人查看以后指明", helper="录制人")
    late = timedelta(seconds=event.second) > at_start(rules)
    if late and (missing := _stated(event, notice_late_reason="开始时没有告知的原因")):
        limit = round(at_start(rules).total_seconds())
        yield _reason(event, "late", f"告知不在录音录像的开始（{limit} 秒以内），要写明原因", missing)


def _heads(officer: Officer, at: Any) -> bool:
    return any(officer.holds(post, legal_day(at)) for post in HEADS)


def exempting(rules: RuleSet) -> Bound[Record] | None:
    """The rule that frees an activity from being recorded, where the place has one."""
    return next((bound for bound in rules.records if bound.rule.duty == "exempt"), None)


def _exempted(
    rules: RuleSet, people: Registers, state: Recording, event: Any, officer: Officer, at: Any
) -> Iterator[Reason]:
    rule, approver = exempting(rules), people.officer(event.approver)
    if rule is None:
        yield _reason(event, "rule", f"{rules.jurisdiction.name}没有可以免予录音录像的规定")
        return
    if missing := _stated(event, exempt_ground="免予录音录像的情形", exempt_reason="免予录音录像的理由"):
        yield _reason(event, "facts", "免予录音录像要写明情形和理由", missing, rule=rule)
    elif event.facts["exempt_ground"] not in rule.rule.grounds:
        yield _reason(event, "ground", f"可以免予录音录像的只有：{'、'.join(rule.rule.grounds)}", rule=rule)
    posts = rule.rule.by
    if approver is None or not any(approver.holds(post, legal_day(at)) for post in posts):
        names = "、".join(rules.posts.get(post, post) for post in posts)
        yield _reason(event, "approver", f"免予录音录像由{names}批准", helper=names, rule=rule)
    elif approver.agency != officer.agency:
        yield _reason(event, "approver", "批准人不是本机关的人员", rule=rule)


def _answered(
    rules: RuleSet, people: Registers, state: Recording, event: Any, officer: Officer, at: Any
) -> Iterator[Reason]:
    if state.state != "asked":
        yield _reason(event, "state", "没有等待批准的免录申请")
    elif officer.id != state.approver:
        yield _reason(event, "who", "由申请中写明的批准人批准")


def _linked(
    rules: RuleSet, people: Registers, state: Recording, event: Any, officer: Officer, at: Any
) -> Iterator[Reason]:
    if state.sort != "recording":
        yield _reason(event, "sort", "这不是一份录音录像")
    elif state.event and not state.afterwards:
        yield _reason(event, "used", "这份录音录像已经附在办完的环节里，不能改到别处")


def _set_aside(
    rules: RuleSet, people: Registers, state: Recording, event: Any, officer: Officer, at: Any
) -> Iterator[Reason]:
    if state.sort != "recording" or state.case or state.state != "sealed":
        yield _reason(event, "state", "没有归属、已经入库的录音录像才能定为不予使用")
    if not {held.post for held in officer.posts_on(legal_day(at))} & {*HEADS, "device_keeper"}:
        yield _reason(event, "who", "由设备管理员或者承办机构负责人决定", helper="设备管理员")
    if missing := _stated(event, set_aside_reason="不予使用的理由"):
        yield _reason(event, "facts", "写明为什么不予使用", missing)


def _entrusted(
    rules: RuleSet, people: Registers, state: Recording, event: Any, officer: Officer, at: Any
) -> Iterator[Reason]:
    missing = _stated(
        event, third_party_name="第三方机构", third_party_person="第三方记录人员", third_party_contract="委托合同编号",
        third_party_reason="聘请第三方的理由",
    )  # fmt: skip
    if missing:
        yield _reason(event, "facts", "聘请第三方要写明是谁、凭什么合同、为什么", missing)
    if not event.valid_from < event.valid_until:
        yield _reason(event, "term", "起止时间不对：截止要晚于开始")


def _trust_ended(
    rules: RuleSet, people: Registers, state: Recording, event: Any, officer: Officer, at: Any
) -> Iterator[Reason]:
    if state.sort != "engagement" or state.state == "ended":
        yield _reason(event, "state", "没有生效的第三方记录")


CHECKS = {
    "recording.explained": _explained,
    "recording.notice_stated": _notice_stated,
    "recording.exempted": _exempted,
    "recording.exemption_approved": _answered,
    "recording.linked": _linked,
    "recording.set_aside": _set_aside,
    "recording.entrusted": _entrusted,
    "recording.trust_ended": _trust_ended,
}
