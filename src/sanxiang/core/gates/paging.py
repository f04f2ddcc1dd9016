"""The sections of an agency's public page (事前公示内容): which ones its rules ask for, and who moves one on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sanxiang.core.registers import SECTIONS, Kind, Section
from sanxiang.core.registers.pages import BY_FIELD, BY_ROW
from sanxiang.core.rulebook import Bound, Content, RuleSet
from sanxiang.core.rulebook.ruleset import COMMON

from .charting import may_open
from .people import SUBJECT
from .situation import Situation
from .supposing import known
from .truth import YES, Truth, holds, no

PAGE = "page"
SAME_COLUMN: Mapping[str, str] = {"政策依据": "依据", "咨询服务": "咨询电话", "投诉举报": "投诉举报渠道"}
"""Names that one regulation gives to what another calls otherwise."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a clause asks for: a section of the page, under the name that the clause gives it."""

    kind: Kind
    field: str
    clause: str
    law: str
    text: str


def demanded(rules: RuleSet) -> dict[str, tuple[Demand, ...]]:
    """The sections that the rules of a place ask for, each with the clauses that do, in the order of the page."""
    found: dict[str, list[Demand]] = {name: [] for name in SECTIONS}
    for bound in rules.contents:
        for kind, field in _asked(bound):
            if _applies(rules, bound):
                demand = Demand(kind, field, bound.clause.id, str(bound.citation), bound.clause.text)
                found[kind.id].append(demand)
    return {name: tuple(asked) for name, asked in found.items() if asked}


def _asked(bound: Bound[Content]) -> Iterator[tuple[Kind, str]]:
    """The sections that a binding asks for: by their names, or because it says what a row of one must hold."""
    if bound.rule.of == PAGE:
        yield from ((BY_FIELD[name], name) for name in bound.rule.fields if name in BY_FIELD)
    elif bound.rule.of in BY_ROW:
        yield BY_ROW[bound.rule.of], BY_ROW[bound.rule.of].name


def _applies(rules: RuleSet, bound: Bound[Content]) -> bool:
    """What is asked for some category alone is asked where a case of it can be opened."""
    if bound.rule.when is None:
        return True
    opened = (one.rule for name, one in rules.procedures.items() if name != COMMON and may_open(rules, one.rule))
    return any(known(bound.rule.when, one.category, one.id).state is not False for one in opened)


def row_fields(rules: RuleSet, kind: Kind) -> tuple[str, ...]:
    """The columns that every row of a section must fill, by their labels in the dictionary."""
    asked = (name for bound in rules.contents if kind.of and bound.rule.of == kind.of for name in bound.rule.fields)
    return tuple(dict.fromkeys(SAME_COLUMN.get(name, name) for name in asked))


def gaps(rules: RuleSet, kind: Kind, content: Any) -> tuple[str, ...]:
    """What the rows of a section lack, each named by its row."""
    fact = rules.dictionary.get(kind.fact)
    if fact is None or not isinstance(content, list | tuple):
        return ()
    columns = [column for column in fact.columns if column.label in row_fields(rules, kind)]
    lacking = []
    for number, row in enumerate(content, 1):
        missing = [column.label for column in columns if not row.get(column.id)]
        if missing:
            name = str(row.get("name") or row.get("window") or f"第 {number} 行")
            lacking.append(f"“{name}”缺{'、'.join(missing)}")
    return tuple(lacking)


def _section(s: Situation) -> tuple[Kind | None, Section]:
    """The section that the proposed fact is about, and its versions."""
    name = str(getattr(s.proposal.extra.get("event"), "section", ""))
    agency = s.registers.agency(s.case.agency)
    return SECTIONS.get(name), agency.sections.get(name, Section()) if agency else Section()


def _content(s: Situation) -> Truth:
    kind, _ = _section(s)
    if kind is None or not kind.fact:
        return no("公示内容中的一个栏目")
    if not s.proposal.facts.get(kind.fact):
        return no(f"“{kind.name}”的内容")
    lacking = gaps(s.rules, kind, s.proposal.facts[kind.fact])
    return no(*lacking) if lacking else YES


def _own(s: Situation) -> Truth:
    """Whoever enforces discloses: the content comes from a department of the agency, through one of its own people."""
    department = str(getattr(s.proposal.extra.get("event"), "department", ""))
    agency, mine = s.registers.agency(s.case.agency), s.officer.departments(s.day) if s.officer else frozenset()
    exists = agency is not None and department in agency.departments and agency.departments[department].exists(s.day)
    own = s.officer is not None and agency is not None and s.officer.agency == agency.id
    return holds(exists and own and department in mine, "由本机关提供内容的科室采集")


def _state(state: str, missing: str) -> Any:
    def check(s: Situation) -> Truth:
        working = _section(s)[1].working
        return holds(working is not None and working.state == state, missing)

    return check


def _unit(s: Situation) -> Truth:
    working = _section(s)[1].working
    mine = s.officer.departments(s.day) if s.officer else frozenset()
    return holds(working is not None and working.department in mine, "由采集内容的科室负责人传递")


def _house(s: Situation) -> Truth:
    return holds(s.officer is not None and s.officer.agency == s.case.agency, "由本机关的人员办理")


def _other_hand(s: Situation) -> Truth:
    """Whoever prepared a content, by collecting it or passing it on, neither checks nor publishes it."""
    working, me = _section(s)[1].working, s.proposal.actor.officer
    mine = working is not None and me in (working.hands.get("collected"), working.hands.get("forwarded"))
    return holds(not mine, "由采集人、传递人以外的人审核和发布")


SUBJECT |= {
    "page_content": _content,
    "page_own": _own,
    "page_house": _house,
    "page_unit": _unit,
    "page_other_hand": _other_hand,
    "page_collected": _state("collected", "已经采集、等待传递的内容"),
    "page_forwarded": _state("forwarded", "已经传递、等待审核的内容"),
    "page_approved": _state("approved", "审核通过、等待发布的内容"),
}
