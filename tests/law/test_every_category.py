"""The decision of every category starts its publicity period, and what is not published names its law (WD-07)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.events.case import DecisionMade, SourceRegistered
from sanxiang.core.gates import Proposal, Situation, consider, duties
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.rulebook.ruleset import COMMON
from sanxiang.core.values import CHINA, Actor
from tests.support.rules import LIBRARY

DAY = date(2026, 8, 3)
AT = datetime(2026, 8, 3, 10, tzinfo=CHINA)
ACTOR = Actor(officer="o", name="甲", agency="a", department="d", post="head", certificate=None)
FASTER = ("许可", "处罚")


def procedures() -> Iterator[tuple[str, str, str]]:
    """Place, category and procedure of everything that ends in a decision."""
    for place in sorted(LIBRARY.jurisdictions):
        rules = LIBRARY.on(place, DAY)
        for name, bound in rules.procedures.items():
            if any(act.emits == "decision.made" for act in bound.rule.acts):
                yield place, bound.rule.category, name


def decided(place: str, category: str, procedure: str) -> list[Recorded]:
    opened = SourceRegistered(
        act="open", jurisdiction=place, agency="a", department="d", category=category, procedure=procedure,
        case_number="1",
    )  # fmt: skip
    made = DecisionMade(act="decide", number="演决〔2026〕1号")
    return [
        Recorded(
            id=str(seq), stream="s", seq=seq, prev=None, occurred_at=AT, recorded_at=AT, actor=ACTOR, finding=None,
            breaches=(), event=event,
        )
        for seq, event in enumerate((opened, made), 1)
    ]  # fmt: skip


@pytest.mark.clauses("WD-07")
@pytest.mark.journeys("disclosure.every-category")
@pytest.mark.parametrize(("place", "category", "procedure"), list(procedures()))
def test_a_decision_of_every_category_starts_its_publicity_period(place: str, category: str, procedure: str) -> None:
    rules: RuleSet = LIBRARY.on(place, DAY)
    events = decided(place, category, procedure)
    (duty,) = [one for one in duties(events, lambda _: rules) if one.binding.duty == "publish"]
    assert duty.met_at is None
    assert duty.binding.due_on == (date(2026, 8, 12) if category in FASTER else date(2026, 8, 31))


@pytest.mark.clauses("WD-07")
@pytest.mark.journeys("disclosure.every-category")
@pytest.mark.parametrize("procedure", [name for place, _, name in procedures() if place == "wuding"])
def test_in_wuding_what_is_not_published_names_its_law_whatever_the_category(procedure: str) -> None:
    rules = LIBRARY.on("wuding", DAY)
    category = rules.procedures[procedure].rule.category
    case = fold(decided("wuding", category, procedure))
    act = rules.act(procedure, "withhold_publication")
    assert act is not None, "every procedure can end in a lawful exemption, and in no other"
    said = {"withheld_ground": "个人隐私"}
    for facts, wanting in ((said, True), ({**said, "withheld_law": "演示法第一条", "excuse_law_level": "法律"}, False)):
        proposal = Proposal(act=act.id, actor=ACTOR, at=AT, facts=facts)
        verdict = consider(Situation(rules, case, Registers(), proposal, act))
        assert ("WD-07" in {reason.clause for reason in verdict.reasons}) is wanting


def test_every_category_that_has_a_procedure_is_tried() -> None:
    tried = {category for _, category, _ in procedures()}
    known = {bound.rule.category for place in LIBRARY.jurisdictions
             for name, bound in LIBRARY.on(place, DAY).procedures.items() if name != COMMON}  # fmt: skip
    assert tried == known
    assert len(tried) >= 2
