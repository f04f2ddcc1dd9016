"""What a clock does not count, in words (中止、扣除的说明)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sanxiang.core.casefile import Done
from sanxiang.core.gates import Added, Duty, Stop
from sanxiang.core.gates.remedies import Remedy
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import chinese_date, legal_day

from .telling import yuan

ABOUT_REMEDIES = (
    "remedy.accepted", "remedy.answered", "remedy.decided", "remedy.ended", "execution.stopped", "execution.resumed",
)  # fmt: skip
"""The kinds of event that are about one review or suit."""


def row(stop: Stop) -> dict[str, Any]:
    """A stop as the projection keeps it: days as ISO dates, none where it is not known."""
    return {
        "why": stop.why,
        "law": stop.law,
        "since": stop.since.isoformat(),
        "until": stop.until.isoformat() if stop.until else None,
        "told": stop.told.isoformat() if stop.told else None,
        "days": max(0, ((stop.last or stop.since) - stop.since).days),
    }


def rows(duty: Duty) -> list[dict[str, Any]]:
    return [row(stop) for stop in duty.binding.stops]


def said(stop: Mapping[str, Any]) -> str:
    """One stop: why, from when until when, how many days it leaves out, and by which law."""
    since = chinese_date(date.fromisoformat(stop["since"]))
    if not stop["until"] and not stop["told"]:
        return f"{since}起停止计算：{stop['why']}，恢复以前没有到期日（{stop['law']}）"
    last = min(day for day in (stop["until"], stop["told"]) if day)
    doubt = "" if stop["until"] else "，还没有结束，到期日暂定"
    until = chinese_date(date.fromisoformat(last))
    return f"不计入：{stop['why']}，{since}至{until}，{stop['days']}日{doubt}（{stop['law']}）"


def named(rules: RuleSet, procedure: str, done: Done) -> str:
    """An act that stopped a clock, as a form offers it to be ended."""
    act = rules.act(procedure, done.act)
    why = done.facts.get("stopped_for") or done.facts.get("suspended_for") or ""
    told = done.facts.get("stopped_until")
    until = f"（至 {chinese_date(date.fromisoformat(str(told)))}）" if told else ""
    return f"{chinese_date(legal_day(done.occurred_at))} {act.name if act else done.act}：{why}{until}"


def asked_named(one: Done) -> str:
    """An application that an officer keep out, as a form offers it to be decided."""
    whose = one.facts.get("avoidance_by") or ""
    return f"{chinese_date(legal_day(one.occurred_at))} {whose}：{one.facts.get('avoidance_person') or ''}"


def remedy_named(one: Remedy) -> str:
    """A review or suit: which, before whom, since when, and whether the execution is stopped."""
    facts = one.sought.facts
    day = str(facts.get("remedy_applied_on") or "") or legal_day(one.sought.occurred_at).isoformat()
    what = "，".join(str(facts[name]) for name in ("remedy_kind", "remedy_body") if facts.get(name))
    return f"{chinese_date(date.fromisoformat(day))} {what}{'，已停止执行' if one.stopped else ''}"


def remedy_state(one: Remedy) -> str:
    """Where a review or suit stands, in a word."""
    if one.over is not None:
        return str(one.over.facts.get("remedy_outcome") or one.over.facts.get("remedy_end") or "已结束")
    return "已受理" if one.accepted else "已申请"


def added(found: Added | None) -> dict[str, Any] | None:
    """A surcharge in words: the sum, how it comes about, and when it was not counted."""
    if found is None:
        return None
    rests = []
    for rest in found.rests:
        until = f"至{chinese_date(rest.last)}" if rest.last else "，还没有结束"
        rests.append(f"不计算：{rest.why}，{chinese_date(rest.first)}起{until}（{rest.law}）")
    how = (
        f"罚款 {yuan(found.principal)}，最后缴纳日是{chinese_date(found.since)}；从次日起计 {found.days} 日，"
        f"每日 {found.permille / 10:g}%，不超过罚款的数额"
    )
    return {"sum": yuan(found.amount), "limited": found.limited, "how": how, "rests": rests, "law": found.law}
