"""What brings a decision under legal review: each criterion alone does, without them it stays out (法制审核范围)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sanxiang.core.casefile import CaseFile, Done
from sanxiang.core.gates import Proposal, Situation, criteria, scope_of
from sanxiang.core.registers import Agency, Catalogue, Edition, Registers
from sanxiang.core.values import CHINA, Actor
from tests.support.rules import LIBRARY

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


def situation(jurisdiction, category, procedure="", facts=None, judged=None, heard=False, entries=()):
    """A case with all questions answered no but those of `judged`; `entries` the list of its department."""
    rules = LIBRARY.on(jurisdiction, AT.date())
    case = CaseFile(
        category=category, procedure=procedure, facts=dict(facts or {}), judgements={**NONE, **(judged or {})},
        agency="agency", department="work",
    )  # fmt: skip
    if heard:
        case.kinds["hearing.held"] = HEARD
    edition = Edition(1, "e", tuple(entries), AT.date(), "o", "published", published_on=AT.date())
    agency = Agency(id="agency", version=1, catalogues={"work": Catalogue("work", (edition,))})
    return Situation(rules, case, Registers({}, {"agency": agency}), Proposal(act="decide", actor=ACTOR, at=AT))


def scope(jurisdiction, category, procedure="", **more):
    """The verdict on the scope and the local clauses that bring the case in."""
    truth, grounds = scope_of(situation(jurisdiction, category, procedure, **more))
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


ENTRY = {"name": "吊销营业执照", "category": "处罚"}


@pytest.mark.parametrize(
    ("place", "clause"),
    [
        pytest.param("luoyang", "LY-35", marks=pytest.mark.clauses("LY-35")),
        pytest.param("dongxihu", "DXH-21", marks=pytest.mark.clauses("DXH-21")),
        pytest.param("changning", "CN-16", marks=pytest.mark.clauses("CN-16")),
        ("wuding", "TS-4.2"),
        ("urumqi", "TS-4.2"),
    ],
)
def test_an_item_of_the_published_list_alone_brings_it_in(place, clause):
    entry = {"name": "补贴十万元以上", "category": "给付"}
    inside = scope_of(situation(place, "给付", "benefit", entries=(entry,)))
    assert inside[0].state is True
    assert clause in {bound.clause.id for bound in inside[1]}
    assert scope_of(situation(place, "给付", "benefit", entries=(ENTRY,)))[0].state is False


EXCEPTED = {"enforcement_kind": "立即代履行"}


@pytest.mark.clauses("CN-16")
@pytest.mark.parametrize("kind", ["立即代履行", "加处罚款或者滞纳金"])
@pytest.mark.parametrize(
    "more",
    [
        {"heard": True},
        {"judged": {"major_rights": True}},
        {"judged": {"complex": True}},
        {"entries": ({"name": "强制", "category": "强制"},)},
        {"facts": LISTED},
    ],
)
def test_an_exception_takes_out_its_own_criterion_and_no_other(kind, more):
    facts = {"enforcement_kind": kind}
    assert scope_of(situation("changning", "强制", facts=facts))[0].state is False
    more = {**more, "facts": {**facts, **more.get("facts", {})}}
    assert scope_of(situation("changning", "强制", **more))[0].state is True


def test_the_exception_is_told_as_one():
    told = [one for one in criteria(situation("changning", "强制", facts=EXCEPTED)) if one.excepted]
    assert [(one.bound.clause.id, one.bound.rule.say) for one in told] == [("CN-16", "强制执行决定")]


def ways_in():
    """What brings a penalty in besides its procedure and its amount, one at a time."""
    return [*({"judged": judged} for judged in JUDGED), {"heard": True}, {"entries": (ENTRY,)}]


PLACES = ("luoyang", "dongxihu", "wuding", "urumqi", "changning")


@pytest.mark.clauses("LY-34", "DXH-20", "WD-20", "UR-17", "CN-16")
@pytest.mark.parametrize("place", PLACES)
def test_each_criterion_alone_is_enough_and_all_the_others_cannot_undo_it(place):
    """With one criterion met and every other answered no, the case is in, whatever the procedure or the amount."""
    for procedure in ("penalty.ordinary", "penalty.summary"):
        for way in ways_in():
            small = {"party_kind": "自然人", "sanctions": [{"kind": "警告"}], "discretion_grade": "从轻"}
            truth, grounds = scope_of(situation(place, "处罚", procedure, facts=small, **way))
            assert truth.state is True, (procedure, way)
            assert grounds


@pytest.mark.parametrize("place", PLACES)
def test_every_criterion_can_bring_in_and_can_stay_out(place):
    """No criterion of a rulebook is dead: some case meets it, some case does not."""
    every = list(every_case(place))
    for index, bound in enumerate(LIBRARY.on(place, AT.date()).scopes):
        states = {case[index].truth.state for case in every}
        assert {True, False} <= states, (bound.clause.id, bound.rule.say, states)


def every_case(place):
    facts = [
        {}, FINE, LISTED, {"licence_hearing": True}, {"discretion_grade": "减轻"}, EXCEPTED,
        {"enforcement_kind": "代履行"}, {"licence_action": "撤销"}, {"licence_action": "变更", **PUBLIC},
        {"expropriation_kind": "国有土地上房屋征收"},
    ]  # fmt: skip
    for category in ("处罚", "许可", "强制", "征收", "给付"):
        for procedure in ("penalty.ordinary", "") if category == "处罚" else ("",):
            for fact in facts:
                yield criteria(situation(place, category, procedure, facts=fact))
            for way in (*ways_in(), {"heard": True, "judged": {"major_rights": True}}):
                yield criteria(situation(place, category, procedure, **way))


@pytest.mark.clauses("LY-34", "CN-16")
@pytest.mark.parametrize(
    ("party", "amount", "sector", "inside"),
    [
        ("自然人", 999_999, None, False),
        ("自然人", 1_000_000, None, True),
        ("个体工商户", 1_000_000, None, True),
        ("法人及非法人组织", 9_999_999, None, False),
        ("法人及非法人组织", 10_000_000, None, True),
        ("自然人", 500_000, "生态环境", True),
        ("自然人", 499_999, "生态环境", False),
        ("法人及非法人组织", 10_000_000, "生态环境", False),
        ("法人及非法人组织", 20_000_000, "生态环境", True),
        ("自然人", 500_000, "城市管理", False),
    ],
)
@pytest.mark.parametrize("place", ["luoyang", "changning"])
def test_the_amount_that_counts_by_party_and_sector(place, party, amount, sector, inside):
    facts = {"party_kind": party, "sanctions": [{"kind": "罚款", "amount": amount}]}
    if sector:
        facts["enforcement_sector"] = sector
    assert local_only(place, "处罚", "penalty.summary", facts=facts) is inside
