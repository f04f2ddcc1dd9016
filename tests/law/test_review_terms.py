"""How long a review may take under each regulation, what a return does to the clock, and what must be sent."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sanxiang.casework.play import situation
from sanxiang.casework.scenario import Step
from sanxiang.core.gates import evaluate
from sanxiang.core.gates.packaging import required
from sanxiang.core.rulebook import Condition
from sanxiang.core.values import CHINA
from tests.law.national import Told
from tests.law.playing import MITIGATED, PACKAGE, Played, clauses

UNREVIEWED = ("submit_review", "conclude_review")


def due(told: Played) -> list[date]:
    return [duty.binding.due_on for duty in told.duties("review")]


def status(told: Played, at: str) -> list[str]:
    moment = datetime.fromisoformat(at).replace(tzinfo=CHINA)
    return [duty.status(moment) for duty in told.duties("review")]


@pytest.fixture
def luoyang() -> Played:
    """Sent on Tuesday, 13 August 2024."""
    return Played("luoyang", "submit_review")


@pytest.mark.clauses("LY-39")
def test_luoyang_five_working_days(luoyang):
    assert due(luoyang) == [date(2024, 8, 20)]
    assert status(luoyang, "2024-08-20T18:00") == ["open"]
    assert status(luoyang, "2024-08-21T09:00") == ["overdue"]


@pytest.mark.clauses("LY-39")
def test_luoyang_one_extension_of_five_by_the_head_alone(luoyang):
    for who in ("reviewer", "chair", "unit"):
        assert not luoyang.ask("extend_review", "2024-08-19T09:00", by=who, extension_reason="案情复杂").allowed
    assert "LY-39" in clauses(luoyang.ask("extend_review", "2024-08-21T09:00", extension_reason="案情复杂"))
    assert not luoyang.ask("extend_review", "2024-08-20T09:00").allowed, "without a reason"
    luoyang.do("extend_review", "2024-08-20T09:00", extension_reason="案情复杂")
    assert due(luoyang) == [date(2024, 8, 27)]
    assert "LY-39" in clauses(luoyang.ask("extend_review", "2024-08-20T10:00", extension_reason="仍复杂"))
    assert due(luoyang) == [date(2024, 8, 27)]


@pytest.mark.clauses("LY-39")
def test_luoyang_a_return_stops_the_clock_and_the_next_submission_starts_it_anew(luoyang):
    luoyang.do("extend_review", "2024-08-14T09:00", extension_reason="案情复杂")
    luoyang.do("return_review", "2024-08-15T09:00", by="reviewer", review_return_reason="缺进货票据原件")
    assert status(luoyang, "2024-12-01T09:00") == ["met"]
    luoyang.submitted("2024-08-19T09:00")
    assert due(luoyang)[1] == date(2024, 8, 26)
    luoyang.do("extend_review", "2024-08-20T09:00", extension_reason="案情复杂")
    assert due(luoyang)[1] == date(2024, 9, 2), "each submission has an extension of its own"


def changning(**facts) -> Played:
    heavy = {"conclude_investigation": MITIGATED}
    return Played("changning", "answer_judgement", without=UNREVIEWED, facts=heavy)


@pytest.mark.clauses("CN-19")
def test_changning_a_date_inside_the_handling_period():
    told = changning()
    (handling,) = [duty.binding.due_on for duty in told.duties("decide")]
    late = handling.replace(day=handling.day + 1).isoformat()
    ask = {"by": "unit", **PACKAGE}
    assert clauses(told.ask("submit_review", "2024-08-13T09:00", **ask)) == {"CN-19"}
    assert clauses(told.ask("submit_review", "2024-08-13T09:00", review_due_on=late, **ask)) == {"CN-19"}
    told.do("submit_review", "2024-08-13T09:00", review_due_on=handling.isoformat(), **ask)
    assert due(told) == [handling]


@pytest.mark.clauses("CN-19")
def test_changning_overdue_is_shown_and_a_return_asks_for_a_new_date():
    told = changning().submitted("2024-08-13T09:00", review_due_on="2024-08-20")
    assert status(told, "2024-08-21T00:00") == ["overdue"]
    assert not told.ask("extend_review", "2024-08-19T09:00", extension_reason="案情复杂").allowed
    assert due(told) == [date(2024, 8, 20)]
    told.do("return_review", "2024-08-21T09:00", by="reviewer", review_return_reason="缺证据清单")
    assert status(told, "2024-08-22T09:00") == ["late"]
    assert clauses(told.ask("submit_review", "2024-08-22T09:00", by="unit", **PACKAGE)) == {"CN-19"}
    told.submitted("2024-08-22T09:00", review_due_on="2024-08-30")
    assert due(told)[1] == date(2024, 8, 30)


def major(place: str) -> Played:
    told = Played(place, "answer_judgement", without=UNREVIEWED)
    return told.judged("complex", "2024-08-12T15:00")


@pytest.mark.clauses("UR-16")
def test_urumqi_fixes_no_period():
    assert due(major("urumqi").submitted("2024-08-13T09:00")) == []


@pytest.mark.parametrize("place", ["urumqi", "wuding"])
def test_where_no_regulation_knows_an_extension_nobody_can_give_one(place):
    told = major(place).submitted("2024-08-13T09:00", review_due_on="2024-08-20")
    refused = told.ask("extend_review", "2024-08-14T09:00", extension_reason="案情复杂")
    assert not refused.allowed
    assert any("延长" in text for reason in refused.reasons for text in (reason.text, *reason.missing))


@pytest.mark.clauses("WD-22")
@pytest.mark.journeys("review.terms")
def test_wuding_a_period_only_where_the_sender_sets_one():
    told = major("wuding").submitted("2024-08-13T09:00")
    assert due(told) == []
    set_ = major("wuding").submitted("2024-08-13T09:00", review_due_on="2024-08-21")
    assert due(set_) == [date(2024, 8, 21)]
    set_.do("return_review", "2024-08-14T09:00", by="reviewer", review_return_reason="缺说明")
    set_.submitted("2024-08-15T09:00")
    assert due(set_) == [date(2024, 8, 21)], "the day of one submission is not that of the next"
    far = major("wuding").ask("submit_review", "2024-08-13T09:00", by="unit", review_due_on="2025-08-21", **PACKAGE)
    assert clauses(far) == {"WD-22"}


# ── what must be sent ────────────────────────────────────────────────────────────────────────────────────────────────


def lacking(told: Played, **facts) -> tuple[str, ...]:
    step = Step(act="submit_review", at=datetime(2024, 9, 19, 9, tzinfo=CHINA), by="unit", facts={**PACKAGE, **facts})
    s = situation(told.stage, told.performance.case, step)
    return evaluate(Condition("package", True), s).missing


@pytest.mark.clauses("WD-22", "CN-21")
@pytest.mark.parametrize("gone", ["evidence_list", "legal_basis", "discretion_reasons"])
@pytest.mark.parametrize(("place", "name"), [("wuding", "complex"), ("changning", "complex")])
def test_what_is_missing_is_named(place, name, gone):
    told = Played(place, "answer_judgement", without=UNREVIEWED).judged(name, "2024-08-12T15:00")
    assert lacking(told) == ()
    del told.performance.case.facts[gone]
    label = {"evidence_list": "证据清单", "legal_basis": "处理依据", "discretion_reasons": "裁量理由"}[gone]
    told.performance.case.papers = [one for one in told.performance.case.papers if label not in one["title"]]
    only = {"review_materials": [{"name": "案件调查终结报告"}]}
    assert lacking(told, **only) == (label,)
    verdict = told.ask("submit_review", "2024-09-19T09:00", by="unit", review_promise=True,
                       review_due_on="2024-09-30", **only)  # fmt: skip
    (reason,) = [reason for reason in verdict.reasons if label in reason.missing]
    assert (reason.clause, reason.text) == ("TS-4.4", "送审材料不齐，补齐之后再送审")
    listed = {"review_materials": [{"name": "案件调查终结报告"}, {"name": f"{label}（另附）"}]}
    assert lacking(told, **listed) == ()


def test_what_was_heard_later_belongs_to_the_package_too():
    told = Played("wuding", "answer_judgement", without=UNREVIEWED)
    before = situation(told.stage, told.performance.case, step_of())
    assert set(required(before)) == {"处理依据", "证据清单", "调查终结报告", "裁量理由"}
    told.performance.case.kinds["hearing.held"] = told.performance.case.done[-1]
    told.performance.case.kinds["defence.heard"] = told.performance.case.done[-1]
    assert lacking(told) == ("陈述、申辩的内容", "听证笔录")


def step_of() -> Step:
    return Step(act="submit_review", at=datetime(2024, 9, 19, 9, tzinfo=CHINA), by="unit", facts={})


@pytest.mark.clauses("DXH-27")
def test_a_grant_is_sent_with_its_approval_form():
    told = Told("benefit", "给付")
    s = situation(told.stage, told.performance.case, step_of())
    assert set(required(s)) == {"处理依据", "证据清单", "审批表"}
