"""What a clock does not count, in words (中止、扣除的说明)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sanxiang.core.casefile import Done
from sanxiang.core.gates import Duty, Stop
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import chinese_date, legal_day


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
