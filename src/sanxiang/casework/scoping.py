"""Why a case is under legal review or is not (法制审核范围), told criterion by criterion for its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates import Criterion, Proposal, Situation, criteria, scope_of
from sanxiang.core.gates.amounts import limits
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Library, RuleSet
from sanxiang.core.values import legal_day

from .projections import NOBODY
from .telling import yuan

IN, OPEN, OUT = "in", "open", "out"
WORDS = {IN: "属于，应当法制审核", OPEN: "要判断之后才知道", OUT: "不属于，不必法制审核"}


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: the words of its clause, whether it brings the case in, why not or what is still to be judged."""

    say: str
    law: str
    answer: str
    why: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """The answer as a whole, each criterion, and the amounts that count as large for the penalties of the case."""

    answer: str
    lines: tuple[Line, ...]
    amounts: tuple[str, ...]

    @property
    def words(self) -> str:
        return WORDS[self.answer]

    @property
    def inside(self) -> list[Line]:
        return [line for line in self.lines if line.answer == IN]

    @property
    def open(self) -> list[Line]:
        return [line for line in self.lines if line.answer == OPEN]

    @property
    def outside(self) -> list[Line]:
        return [line for line in self.lines if line.answer == OUT]


def scope(book: Library, case: CaseFile, registers: Registers, at: datetime) -> Scope:
    """The scope of a case as it stands; of a decided case by the rules of the day on which it was decided."""
    day = case.decision.occurred_at if case.decision else at
    rules = book.on(case.jurisdiction, legal_day(day))
    s = Situation(rules, case, registers, Proposal(act="", actor=NOBODY, at=day))
    lines = merged(line(rules, one) for one in criteria(s))
    return Scope(_answer(scope_of(s)[0].state), lines, tuple(amounts(s)))


def _answer(state: bool | None) -> str:
    return OPEN if state is None else IN if state else OUT


def line(rules: RuleSet, one: Criterion) -> Line:
    asked = (rules.judgements.get(name) for name in dict.fromkeys(one.truth.questions))
    why = ("例外：依规定不必审核",) if one.excepted else one.truth.missing
    return Line(
        one.bound.rule.say,
        str(one.bound.citation),
        _answer(one.truth.state),
        tuple(dict.fromkeys(why)),
        tuple(bound.rule.question for bound in asked if bound),
    )


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The same criterion of several layers as one, with every law."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for one in lines:
        groups.setdefault((one.say, one.answer), []).append(one)
    return tuple(
        Line(
            say, "；".join(dict.fromkeys(one.law for one in group)), answer,
            tuple(dict.fromkeys(text for one in group for text in one.why)),
            tuple(dict.fromkeys(text for one in group for text in one.questions)),
        )
        for (say, answer), group in groups.items()
    )  # fmt: skip


def amounts(s: Situation) -> Iterable[str]:
    """The amounts that the criteria look at, with the status of each table."""
    used = {leaf.value for bound in s.rules.scopes for leaf in bound.rule.when.leaves() if leaf.op == "threshold"}
    for table in sorted(used):
        for found, total in limits(s, table):
            least = f"标准是 {yuan(found.at_least)}以上，本案 {yuan(total)}" if found.at_least else "不论数额"
            reached = "达到" if found.reached(total) else "没有达到"
            status = f"，数额{found.status}" if found.status else ""
            yield f"{found.kind}{reached}听证标准：{least}（{found.law}{status}）"
