"""What brings a decision under legal review: each criterion alone does, without them it stays out (法制审核范围)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sanxiang.core.casefile import CaseFile, Done
from sanxiang.core.gates import Proposal, Situation, scope_of
from sanxiang.core.registers import Registers
from sanxiang.core.values import CHINA, Actor
from sanxiang.store.rulebooks.library import load_library

LIBRARY = load_library()
AT = datetime(2024, 9, 27, 9, 0, tzinfo=CHINA)
ACTOR = Actor(
    officer="zhang", name="张演示", agency="agency", department="enforcement", post="officer", certificate=None
)
QUESTIONS = (
    "major_public_interest", "major_social_effect", "social_risk", "major_rights", "complex", "several_relations",
)  # fmt: skip
NONE = dict.fromkeys(QUESTIONS, False)
HEARD = Done("hold_hearing", "hearing.held", "e", 1, AT, AT, "", "", ())
FINE = {"party_kind": "自然人", "sanctions": [{"kind": "罚款", "amount": 1_000_000}]}
SMALL = {"party_kind": "自然人", "sanctions": [{"kind": "罚款", "amount": 999_999}]}
LISTED = {"review_required_by": "某条例第三条"}


def scope(jurisdiction, category, procedure="", facts=None, judged=None, heard=False):
    """The verdict on the scope and the local clauses that bring the case in."""
    rules = LIBRARY.on(jurisdiction, AT.date())
    case = CaseFile(
        category=category, procedure=procedure, facts=dict(facts or {}), judgements={**NONE, **(judged or {})}
    )
    if heard:
        case.kinds["hearing.held"] = HEARD
    s = Situation(rules, case, Registers(), Proposal(act="decide", actor=ACTOR, at=AT))
    truth, grounds = scope_of(s)
    return truth.state, {bound.rule.say for bound in grounds if bound.layer != "national"}


def local_only(jurisdiction, *args, **more):
    return bool(scope(jurisdiction, *args, **more)[1])


JUDGED = [{name: True} for name in QUESTIONS]


@pytest.mark.clauses("LY-34")
@pytest.mark.parametrize("judged", JUDGED, ids=QUESTIONS)
@pytest.mark.parametrize(("category", "procedure"), [("处罚", "penalty.summary"), ("强制", "")])
def test_luoyang_each_judgement_alone(category, procedure, judged):
    assert local_only("luoyang", category, procedure, judged=judged)


@pytest.mark.clauses("LY-34")
@pytest.mark.parametrize(
    ("more", "inside"),
    [
        ({"procedure": "penalty.ordinary"}, True),
        ({"procedure": "penalty.summary"}, False),
        ({"procedure": "penalty.summary", "facts": LISTED}, True),
        ({"procedure": "penalty.summary", "facts": FINE}, True),
        ({"procedure": "penalty.summary", "facts": SMALL}, False),
        ({"procedure": "penalty.summary", "heard": True}, True),
        ({"procedure": "penalty.summary", "facts": {"sanctions": [{"kind": "吊销许可证件"}]}}, True),
    ],
)
def test_luoyang_penalties(more, inside):
    assert local_only("luoyang", "处罚", **more) is inside


@pytest.mark.clauses("DXH-20")
@pytest.mark.parametrize("judged", JUDGED, ids=QUESTIONS)
def test_dongxihu_each_judgement_alone(judged):
    assert local_only("dongxihu", "给付", "benefit", judged=judged)


@pytest.mark.clauses("DXH-20")
def test_dongxihu_hearing_listed_or_none():
    assert local_only("dongxihu", "给付", "benefit", heard=True)
    assert local_only("dongxihu", "给付", "benefit", facts=LISTED)
    assert scope("dongxihu", "给付", "benefit") == (False, set())


@pytest.mark.clauses("DXH-20")
def test_dongxihu_asks_what_nobody_judged():
    rules = LIBRARY.on("dongxihu", AT.date())
    s = Situation(
        rules, CaseFile(category="给付", procedure="benefit"), Registers(), Proposal(act="decide", actor=ACTOR, at=AT)
    )
    truth, _ = scope_of(s)
    assert truth.state is None
    assert set(truth.questions) == set(QUESTIONS)


@pytest.mark.clauses("WD-20")
@pytest.mark.parametrize("judged", JUDGED, ids=QUESTIONS)
def test_wuding_each_judgement_alone(judged):
    assert local_only("wuding", "处罚", "penalty.ordinary", judged=judged)


@pytest.mark.clauses("WD-20")
def test_wuding_hearing_or_none():
    assert local_only("wuding", "处罚", "penalty.ordinary", heard=True)
    assert scope("wuding", "处罚", "penalty.ordinary") == (False, set())


@pytest.mark.clauses("UR-17")
@pytest.mark.parametrize("judged", JUDGED, ids=QUESTIONS)
def test_urumqi_each_judgement_alone(judged):
    assert local_only("urumqi", "强制", judged=judged)


@pytest.mark.clauses("UR-17")
@pytest.mark.parametrize(
    ("category", "more", "inside"),
    [
        ("处罚", {"procedure": "penalty.ordinary"}, True),
        ("处罚", {"procedure": "penalty.summary"}, False),
        ("许可", {"facts": {"licence_hearing": True}}, True),
        ("许可", {"facts": {"licence_hearing": False}}, False),
        ("强制", {"facts": {"licence_hearing": True}}, False),
        ("强制", {"heard": True}, True),
    ],
)
def test_urumqi(category, more, inside):
    assert local_only("urumqi", category, **more) is inside


PUBLIC = {"for_public_interest": True}


@pytest.mark.clauses("CN-16")
@pytest.mark.parametrize(
    ("category", "facts", "inside"),
    [
        ("处罚", FINE, True),  # eligible for a hearing, though nobody was heard
        ("处罚", SMALL, False),
        ("处罚", {"sanctions": [{"kind": "责令停产停业"}]}, True),
        ("处罚", {**SMALL, "discretion_grade": "减轻"}, True),
        ("处罚", {**SMALL, "discretion_grade": "从轻"}, False),
        ("许可", {"licence_hearing": True}, True),
        ("许可", {"licence_action": "变更", **PUBLIC}, True),
        ("许可", {"licence_action": "撤回", **PUBLIC}, True),
        ("许可", {"licence_action": "变更"}, False),
        ("许可", {"licence_action": "撤回", "for_public_interest": False}, False),
        ("许可", {"licence_action": "撤销"}, True),
        ("许可", {"licence_action": "准予"}, False),
        ("强制", {"enforcement_kind": "代履行"}, True),
        ("强制", {"enforcement_kind": "拍卖或者依法处理财物"}, True),
        ("强制", {"enforcement_kind": "排除妨碍恢复原状"}, True),
        ("强制", {"enforcement_kind": "立即代履行"}, False),
        ("强制", {"enforcement_kind": "加处罚款或者滞纳金"}, False),
        ("征收", {"expropriation_kind": "国有土地上房屋征收"}, True),
        ("征收", {"expropriation_kind": "税费征收"}, False),
        ("给付", LISTED, True),
        ("给付", {}, False),
    ],
)
def test_changning_list_and_exceptions(category, facts, inside):
    assert local_only("changning", category, facts=facts) is inside


def test_the_scope_says_why():
    _, grounds = scope("luoyang", "处罚", "penalty.ordinary", judged={"social_risk": True})
    assert grounds == {"一般程序的处罚决定", "可能引发社会风险"}


def test_a_new_rule_does_not_reach_back():
    assert not any("luoyang" in instrument.id for instrument in LIBRARY.on("luoyang", date(2019, 6, 26)).instruments)
