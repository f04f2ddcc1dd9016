"""The surcharge on a fine that was not paid in time (加处罚款): by the day, never above the fine, with its rests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sanxiang.core.calendar import Span
from sanxiang.core.casefile import CaseFile, Done
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Bound, Pause, RuleSet, Surcharge
from sanxiang.core.values import Actor, legal_day

from .candidates import count
from .duties import Duty
from .predicates import evaluate, word
from .situation import Proposal, Situation
from .truth import YES, Truth, holds, no

DAY = timedelta(days=1)
NOBODY = Actor(officer="", name="", agency="", department="", post="", certificate=None)
PAID, DEFERRED = "decision.carried_out", "payment.deferred"


@dataclass(frozen=True, slots=True)
class Rest:
    """Days on which no surcharge is counted: why, by which law, and the days; `last` none while it goes on."""

    why: str
    law: str
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Added:
    """A surcharge as it stands on a day, in fen: on which fine, for how many days, whether it came to its limit."""

    law: str
    permille: int
    principal: int
    since: date
    days: int
    amount: int
    limited: bool
    rests: tuple[Rest, ...]


def surcharge(case: CaseFile, owed: Sequence[Duty], rules: RuleSet, today: date) -> Added | None:
    """What has been added to the fine of a case up to a day; None where no rule adds, nothing was due before it
    or all was paid in time."""
    for bound in rules.surcharges:
        duty = next((one for one in reversed(owed) if one.binding.duty == bound.rule.duty), None)
        fine = fine_of(case, bound.rule)
        if duty is None or not fine or evaluate(bound.rule.when, _case(case, rules, duty)).state is False:
            continue
        since = count(duty.binding.bound, duty.started_at, rules).due_on
        found = _added(case, bound, fine, since, rules, today) if today > since else None
        if found is not None and (found.amount or not case.carried_out):
            return found
    return None


def fine_of(case: CaseFile, rule: Surcharge) -> int:
    """The fine as decided, in fen."""
    rows = (case.decided_facts or case.facts).get(rule.table) or ()
    return sum(int(row.get(rule.column) or 0) for row in rows if row.get("kind") == rule.kind)


def _added(case: CaseFile, bound: Bound[Surcharge], fine: int, since: date, rules: RuleSet, today: date) -> Added:
    rule, rests = bound.rule, tuple(_rests(case, bound, rules))
    resting = [Span(rest.first, rest.last or today) for rest in rests]
    most, amount, days, day = fine * rule.most_percent // 100, 0, 0, since
    granted, plan = _plan(case)
    paid = _paid(case, fine)
    while day < today and amount < most:
        day += DAY
        base = _overdue(day, fine, plan if day > granted else (), paid)
        if base == 0 and day > max([one for one, _ in plan], default=since):
            break
        if base and not any(span.first <= day <= span.last for span in resting):
            amount, days = amount + base * rule.permille // 1000, days + 1
    return Added(str(bound.citation), rule.permille, fine, since, days, min(amount, most), amount >= most, rests)


def _overdue(day: date, fine: int, plan: Sequence[tuple[date, int]], paid: Sequence[tuple[date, int]]) -> int:
    """What should have been paid before a day and is not paid on it."""
    due = min(fine, sum(amount for last, amount in plan if last < day)) if plan else fine
    return max(0, due - sum(amount for on, amount in paid if on <= day))


def _paid(case: CaseFile, fine: int) -> list[tuple[date, int]]:
    """What was paid when; a payment without an amount that ends the execution pays all."""
    found = []
    for done in (one for one in case.done if one.kind == PAID):
        on = _day(done.facts.get("carried_out_on")) or legal_day(done.occurred_at)
        amount = done.facts.get("carried_out_amount")
        whole = case.carried_out and done is case.kinds.get(PAID)
        found.append((on, fine if whole and amount is None else int(amount or 0)))
    return found


def _plan(case: CaseFile) -> tuple[date, list[tuple[date, int]]]:
    """When instalments were granted last, and the last day and the amount of each."""
    granted = case.kinds.get(DEFERRED)
    rows: Sequence[Any] = (granted.facts.get("pay_plan") or ()) if granted else ()
    plan = sorted((date.fromisoformat(row["until"]), int(row["amount"])) for row in rows)
    return legal_day(granted.occurred_at) if granted else date.min, plan


def _rests(case: CaseFile, bound: Bound[Surcharge], rules: RuleSet) -> Iterator[Rest]:
    for done in case.done:
        s = _about(case, rules, done)
        for pause in (one for one in bound.rule.pauses if done.kind in one.on):
            if evaluate(pause.when, s).state is not False:
                yield _rest(case, rules, pause, done, pause.law or str(bound.citation))


def _rest(case: CaseFile, rules: RuleSet, pause: Pause, done: Done, law: str) -> Rest:
    """From the day of the act that began it, or the one stated, until the one that ended it."""
    first = _day(done.facts.get(pause.since)) or legal_day(done.occurred_at)
    ends = (one for one in case.done if one.seq > done.seq and one.kind in pause.until)
    about = (one for one in ends if one.link in ("", done.event, done.link))
    over = (one for one in about if evaluate(pause.until_when, _about(case, rules, one)).state is not False)
    end = next(over, None)
    last = _day(done.facts.get(pause.told))
    if end is not None:
        ended = _day(end.facts.get(pause.ended)) or legal_day(end.occurred_at)
        last = min(ended, last) if last else ended
    return Rest(pause.say, law, first, last)


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


def _about(case: CaseFile, rules: RuleSet, done: Done) -> Situation:
    proposal = Proposal(act=done.act, actor=NOBODY, at=done.occurred_at, facts=done.facts, link=done.link)
    return Situation(rules, case, Registers(), proposal)


def _case(case: CaseFile, rules: RuleSet, duty: Duty) -> Situation:
    return Situation(rules, case, Registers(), Proposal(act="", actor=NOBODY, at=duty.started_at))


@word("instalments")
def instalments(value: str, s: Situation) -> Truth:
    """The plan that is granted: its days follow one another up to the last day to pay, its amounts make up what is
    still to be paid."""
    rows = sorted(s.value(value) or (), key=lambda row: row["until"])
    if not rows:
        return YES
    last = str(s.value("pay_until") or "")
    if rows[-1]["until"] != last or rows[0]["until"] <= s.day.isoformat():
        return no(f"“{s.label(value)}”的日期在办理之日以后，最后一期是“{s.label('pay_until')}”")
    rule = next((bound.rule for bound in s.rules.surcharges), None)
    rest = fine_of(s.case, rule) - sum(amount for _, amount in _paid(s.case, 0)) if rule else 0
    total = sum(int(row["amount"]) for row in rows)
    return holds(total == rest, f"各期合计{total / 100:.2f}元，应为尚未缴纳的{rest / 100:.2f}元")
