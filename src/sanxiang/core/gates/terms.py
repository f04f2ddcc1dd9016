"""Predicates about time: whether a term has run out, still runs, or leaves enough room (期限的判断)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from sanxiang.core.calendar import due, due_before, last_of
from sanxiang.core.rulebook import Deadline, RuleSet
from sanxiang.core.values import CHINA, Period, chinese_date, legal_day

from .predicates import evaluate, word
from .situation import Situation
from .truth import YES, Truth, holds, no

NOW = "now"


def term_of(period: Period, told: str, stated: Mapping[str, Any]) -> Period:
    """The period, or as many of its units as the party was told where that stands in the fact `told`."""
    number = stated.get(told)
    return Period(number, period.unit) if type(number) is int and number > 0 else period


def batch_day(rules: RuleSet, setting: str, day: date) -> date:
    """The day on which what came in the same month, or quarter, falls due together; by month where nothing is set."""
    return last_of(day, quarterly=rules.setting(setting) == "按季度")


def set_day(rule: Deadline, rules: RuleSet, stated: Mapping[str, Any], day: date) -> date:
    """The last day of a deadline that has no period: that of its batch, or the one a person set (ValueError where
    `stated` does not hold it)."""
    return batch_day(rules, rule.batch, day) if rule.batch else date.fromisoformat(str(stated.get(rule.fact, "")))


def _period(value: Mapping[str, Any], s: Situation) -> Period:
    period = value["period"] if isinstance(value["period"], Period) else Period.parse(value["period"])
    told = value.get("told", "")
    return term_of(period, told, {told: s.value(told)} if told else {})


def _day(fact: str, s: Situation) -> date | None:
    stated = s.value(fact)
    return date.fromisoformat(str(stated)[:10]) if stated else None


def _start(value: Mapping[str, Any], s: Situation) -> datetime | date | None:
    """Where the term begins: a day stated as a fact, the service of a paper, the last event of a kind, or the act
    itself (`since: now`)."""
    if "fact" in value:
        return _day(value["fact"], s)
    if value.get("since") == NOW:
        return s.at
    done = s.case.served.get(value["served"]) if "served" in value else s.case.kinds.get(value["since"])
    return done.took_effect if done else None


def _last(start: datetime | date, period: Period, s: Situation, *, roll: bool) -> tuple[date, datetime | None]:
    if period.unit == "hour" and isinstance(start, datetime):
        end = due(start, period, s.rules.calendar, roll=False)
        return end.on, end.at
    first = legal_day(start) if isinstance(start, datetime) else start
    return due(first, period, s.rules.calendar, roll=roll).on, None


def earliest(fact: str, s: Situation) -> date | None:
    """The first day that the gates of the act let a fact state: the latest of the terms that must have run out by it.
    None where no gate sets one: a proposal that a person confirms."""
    ends = [
        _last(start, _period(value, s), s, roll=False)[0]
        for value in _needed("elapsed", s)
        if value.get("by") == fact and (start := _start(value, s)) is not None
    ]
    return max(ends, default=None)


def effective(s: Situation) -> str:
    """The day on which the act takes effect where its gates say how it is told; else empty: the day of the act. Of
    several the latest, so that no layer shortens a term of the party."""
    days = [_effect(value, s) for value in _needed("takes_effect", s)]
    return max((day.isoformat() for day in days if day is not None), default="")


def _needed(op: str, s: Situation) -> Iterator[Mapping[str, Any]]:
    """What the gates that hold for the act need by one word."""
    for bound in s.rules.gates_for(s.case.procedure, s.act) if s.act is not None else ():
        if evaluate(bound.rule.when, s).state:
            yield from (need.value for need in bound.rule.needs if need.op == op)


def _effect(value: Mapping[str, Any], s: Situation) -> date | None:
    day = _day(value["fact"], s)
    if day is None or "period" not in value:
        return day
    return _last(day, _period(value, s), s, roll=True)[0]


@word("takes_effect")
def takes_effect(value: Mapping[str, Any], s: Situation) -> Truth:
    """The act takes effect on the day in the fact, or when the term from it has run out: not before the paper that it
    serves was made, and not after the act."""
    stated, effect, label = _day(value["fact"], s), _effect(value, s), s.label(value["fact"])
    if stated is None or effect is None:
        return no(f"填写“{label}”")
    made = s.case.acts.get(s.proposal.link)
    if made is not None and stated < legal_day(made.occurred_at):
        return no(f"“{label}”不早于“{s.act_name(made.act)}”的{chinese_date(legal_day(made.occurred_at))}")
    if "period" in value:
        return holds(s.day > effect, f"期限到{chinese_date(effect)}届满，之后才可以办理")
    return holds(effect <= s.day, f"“{label}”不晚于登记的{chinese_date(s.day)}")


@word("elapsed")
def elapsed(value: Mapping[str, Any], s: Situation) -> Truth:
    """The term has run out at the act; with `by`, the day in that fact lies at the end of the term or later."""
    if any(kind in s.case.kinds for kind in value.get("unless", ())):
        return YES
    start = _start(value, s)
    if start is None:
        return no("期限尚未开始计算：前面的告知或者送达还没有办理")
    last, instant = _last(start, _period(value, s), s, roll="by" not in value)
    if "by" in value:
        day = _day(value["by"], s)
        return holds(day is not None and day >= last, f"“{s.label(value['by'])}”不早于{chinese_date(last)}")
    over = s.at > instant if instant else s.day > last
    return holds(over, f"期限到{chinese_date(last)}届满，之后才可以办理")


@word("within")
def within(value: Mapping[str, Any], s: Situation) -> Truth:
    """The term still runs at the act; with `by`, the day in that fact does not lie after its end. A term that no
    event has begun is not over; one that begins on a day nobody has stated is not known."""
    start = _start(value, s)
    if start is None:
        return no(s.label(value["fact"])) if "fact" in value else YES
    last, instant = _last(start, _period(value, s), s, roll="by" not in value)
    if "by" in value:
        day = _day(value["by"], s)
        return holds(day is not None and day <= last, f"“{s.label(value['by'])}”不晚于{chinese_date(last)}")
    over = s.at > instant if instant else s.day > last
    return holds(not over, f"应在{chinese_date(last)}以前办理")


@word("ahead")
def ahead(value: Mapping[str, Any], s: Situation) -> Truth:
    day = _day(value["fact"], s)
    if day is None:
        return no(s.label(value["fact"]))
    latest = due_before(day, _period(value, s), s.rules.calendar)
    return holds(s.day <= latest, f"最迟应在{chinese_date(latest)}办理")


@word("reached")
def reached(value: str, s: Situation) -> Truth:
    """The act is not done before the day in a fact."""
    day = _day(value, s)
    return holds(day is None or s.day >= day, f"到了“{s.label(value)}”{chinese_date(day) if day else ''}")


@word("not_before")
def not_before(value: Mapping[str, Any], s: Situation) -> Truth:
    first, second = _day(value["fact"], s), _day(value["than"], s)
    if first is None or second is None:
        return YES
    return holds(first >= second, f"“{s.label(value['fact'])}”不能早于“{s.label(value['than'])}”")


@word("daytime")
def daytime(value: Mapping[str, Any], s: Situation) -> Truth:
    """The act is done between two hours of the day, in Chinese time, and on no statutory holiday; a plain weekend is
    none (全国年节及纪念日放假办法)."""
    first, last = time.fromisoformat(value["from"]), time.fromisoformat(value["until"])
    if not first <= s.at.astimezone(CHINA).time() < last:
        return no(f"办理的时间是夜间（{value['until']}至次日{value['from']}）")
    feast = s.rules.calendar.why_off(s.day)
    return holds(feast in ("", "周末"), f"办理的日子是法定节假日（{feast}）")


@word("extendable")
def extendable(value: str, s: Situation) -> Truth:
    """A regulation of the place lets the period of this duty be extended; elsewhere it would change nothing."""
    known = any(
        bound.rule.duty == value and bound.rule.extension is not None
        for started in s.rules.deadlines.values()
        for bound in started
    )
    return holds(known, "规定可以延长的期限")
