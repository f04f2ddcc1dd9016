"""Every word of the vocabulary: when it holds, and what it says is missing when it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from sanxiang.core.events import case as acts
from sanxiang.core.events import hearing
from sanxiang.core.gates import PREDICATES, evaluate
from sanxiang.core.gates.people import SUBJECT, WHO
from sanxiang.core.registers import Certificate, Post
from sanxiang.core.rulebook import WORDS, Clause, Condition, Judgement, Threshold
from sanxiang.core.values import CHINA
from tests.core.world import START, case_of, officer, opened, proposing, registers, rules

RULES = rules(
    Clause(
        id="T-9", at="九", kind="gate", text="…",
        judgements=(Judgement(id="grave", question="是否情节严重？", by=("head",), record="理由"),),
        thresholds=(
            Threshold(id="hearing", label="较大数额罚款", rows=(
                {"party": "自然人", "kind": "罚款", "at_least_fen": 1_000_000},
                {"party": "法人及非法人组织", "kind": "罚款", "at_least_fen": 10_000_000},
                {"kind": "吊销许可证件"},
            )),
        ),
    )
)  # fmt: skip


def truth(op, value, case=None, rule_set=RULES, **more):
    return evaluate(Condition(op, value), proposing(rule_set, case or case_of(opened()), "inspect", **more))


def test_the_vocabulary_and_the_predicates_are_the_same_words():
    assert set(WORDS) - {"all", "any", "not"} == set(PREDICATES)


def test_two_different_officers_with_valid_certificates():
    need = {"at_least": 2, "certified": True}
    assert truth("officers", need, officers=("zhang", "li")).state
    one = truth("officers", need, officers=("zhang", "zhang"))
    assert "现有 1 人" in one.missing[0]
    assert truth("officers", need, officers=("zhang", "nobody")).state is False


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"certificates": ()}, "没有执法证"),
        ({"certificates": (Certificate("C", date(2023, 1, 1), date(2024, 10, 1)),)}, "2024年10月1日到期"),
        ({"certificates": (Certificate("C", date(2025, 1, 1), date(2026, 1, 1)),)}, "2025年1月1日起才有效"),
        ({"certificates": (Certificate("C", date(2023, 1, 1), date(2026, 1, 1), "", date(2024, 9, 1)),)}, "停用"),
        ({"left_on": date(2024, 9, 30)}, "不是本机关在职"),
        ({"agency": "other"}, "不是本机关在职"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(change, said):
    people = registers(officer("wang", **change))
    found = truth("officers", {"at_least": 2}, officers=("zhang", "wang"), registers=people)
    assert said in "".join(found.missing)


def test_a_certificate_that_expired_the_day_before_is_refused_and_on_its_last_day_it_serves():
    people = registers(officer("wang", until=date(2024, 10, 1)))
    need = {"at_least": 2}
    last = datetime(2024, 10, 1, 23, 59, tzinfo=CHINA)
    assert truth("officers", need, officers=("zhang", "wang"), registers=people, at=last).state
    after = last + timedelta(minutes=1)
    assert truth("officers", need, officers=("zhang", "wang"), registers=people, at=after).state is False


def test_facts_compare():
    case = case_of(opened(party_kind="自然人"))
    assert truth("fact", {"id": "party_kind", "is": "自然人"}, case).state
    assert truth("fact", {"id": "party_kind", "in": ("自然人", "个体工商户")}, case).state
    assert truth("fact", {"id": "party_kind", "has": ("自然人",)}, case).state
    assert truth("fact", {"id": "party_name", "present": False}, case).state
    assert truth("fact", {"id": "party_name", "present": True}, case).missing == ("填写“当事人”",)
    assert truth("fact", {"id": "party_name", "is": "张"}, case).state is False


def test_stated_now_or_before():
    assert truth("stated", ("certificate_shown",), facts={"certificate_shown": True}).state
    assert truth("stated", ("certificate_shown",)).missing == ("出示执法证",)
    assert truth("stated", ("certificate_shown",), facts={"certificate_shown": False}).state is False


def test_a_row_of_a_table_by_its_sum():
    rows = [{"kind": "罚款", "amount": 300}, {"kind": "罚款", "amount": 200}, {"kind": "警告"}]
    need = {"table": "sanctions", "where": {"kind": "罚款"}, "column": "amount", "at_least": 500}
    assert truth("row", need, facts={"sanctions": rows}).state
    assert truth("row", {**need, "at_least": 501}, facts={"sanctions": rows}).state is False
    assert truth("row", {"table": "sanctions", "where": {"kind": "没收"}}, facts={"sanctions": rows}).state is False


def test_thresholds_by_kind_of_party():
    fine = [{"kind": "罚款", "amount": 1_000_000}]
    person, firm = case_of(opened(party_kind="自然人")), case_of(opened(party_kind="法人及非法人组织"))
    assert truth("threshold", "hearing", person, facts={"sanctions": fine}).state
    assert truth("threshold", "hearing", firm, facts={"sanctions": fine}).state is False
    assert truth("threshold", "hearing", firm, facts={"sanctions": [{"kind": "吊销许可证件"}]}).state


def test_an_open_norm_is_asked_and_then_answered():
    asked = truth("judgement", "grave")
    assert (asked.state, asked.questions) == (None, ("grave",))
    yes = acts.JudgementAnswered(act="answer_judgement", judgement="grave", answer=True)
    no = acts.JudgementAnswered(act="answer_judgement", judgement="grave", answer=False)
    assert truth("judgement", "grave", case_of(opened(), yes)).state
    assert truth("judgement", "grave", case_of(opened(), no)).state is False
    assert truth("any", (Condition("category", ("处罚",)), Condition("judgement", "grave"))).state is True
    assert truth("all", (Condition("category", ("许可",)), Condition("judgement", "grave"))).state is False
    assert truth("not", Condition("judgement", "grave")).state is None


def test_a_term_must_have_run_out_unless_waived():
    told = case_of(opened(), hearing.NoticeGiven(act="notice"))
    need = {"since": "notice.given", "period": "5 working_days", "unless": ("defence.waived",)}
    given_on = told.kinds["notice.given"].occurred_at
    assert truth("elapsed", need, told, at=given_on + timedelta(days=2)).state is False
    assert truth("elapsed", need, told, at=given_on + timedelta(days=9)).state
    waived = case_of(opened(), hearing.NoticeGiven(act="notice"), hearing.DefenceWaived(act="waive"))
    assert truth("elapsed", need, waived, at=given_on + timedelta(days=2)).state
    assert truth("elapsed", need).state is False


def test_a_term_must_not_have_run_out():
    need = {"since": "source.registered", "period": "30 days"}
    assert truth("within", need, at=START + timedelta(days=30)).state
    assert truth("within", need, at=START + timedelta(days=31)).state is False
    assert (
        truth("within", {"fact": "hearing_on", "period": "2 years"}, facts={"hearing_on": "2021-01-01"}).state is False
    )


def test_a_notice_leaves_seven_working_days():
    need = {"fact": "hearing_on", "period": "7 working_days"}
    at = datetime(2024, 11, 4, 9, tzinfo=CHINA)
    assert truth("ahead", need, facts={"hearing_on": "2024-11-14"}, at=at).state
    assert "2024年11月" in truth("ahead", need, facts={"hearing_on": "2024-11-13"}, at=at).missing[0]


def test_not_heavier_than_the_party_was_told():
    told = case_of(opened(), hearing.NoticeGiven(act="notice", facts={"sanctions": [{"kind": "罚款", "amount": 500}]}))
    assert truth("not_heavier", True, told, facts={"sanctions": [{"kind": "罚款", "amount": 500}]}).state
    assert truth("not_heavier", True, told, facts={"sanctions": [{"kind": "罚款", "amount": 501}]}).state is False
    assert truth("not_heavier", True, told, facts={"sanctions": [{"kind": "吊销许可证件"}]}).state is False


def test_recording_in_full_or_a_choice_with_its_reason():
    times = {"started_on_site": "2024-09-03T10:00:00+08:00", "ended_on_site": "2024-09-03T10:40:00+08:00"}
    full = {"recording_mode": "全程录音录像", "recording_place": "专用服务器"}
    assert truth("recording", "full", facts=full | times).state
    assert truth("recording", "full", facts=full).missing == tuple(times)
    assert truth("recording", "full", facts={"recording_mode": "全程录音录像"}).state is False
    assert truth("recording", "chosen", facts={"recording_mode": "不录音录像"}).missing == ("不录音录像的理由",)
    assert truth("recording", "chosen", facts={"recording_mode": "不录音录像", "recording_reason": "书面足够"}).state
    assert truth("recording", "chosen").missing == ("选择是否录音录像",)


def test_measures_must_be_ended():
    sealed = case_of(opened(), acts.MeasureTaken(act="seal", measure="m"))
    assert truth("measures_ended", True, sealed).state is False
    lifted = case_of(opened(), acts.MeasureTaken(act="seal", measure="m"), acts.MeasureLifted(act="lift", measure="m"))
    assert truth("measures_ended", True, lifted).state


@pytest.mark.parametrize("name", sorted(WHO))
def test_no_condition_on_people_holds_for_a_stranger(name):
    assert truth("actor", (name,), by="ghost").state is False


def test_a_new_reviewer_needs_exam_and_certificate_an_old_one_does_not():
    old = officer("old", "reviewer", "legal", certificates=())
    new = officer("new", "reviewer", "legal", certificates=())
    new.posts = (Post("reviewer", "legal", date(2024, 1, 1), first_time=True),)
    people = registers(old, new)
    assert truth("actor", ("reviewer_qualified",), by="old", registers=people).state
    assert len(truth("actor", ("reviewer_qualified",), by="new", registers=people).missing) == 2
    new.exams = {"judicial": date(2023, 6, 1)}
    new.certificates = (Certificate("C", date(2024, 1, 1), date(2027, 1, 1)),)
    assert truth("actor", ("reviewer_qualified",), by="new", registers=people).state


def test_the_handling_department_is_kept_out_of_the_review():
    case = case_of(opened())
    assert truth("actor_not", ("handling_department",), case, by="rev").state
    colleague = registers(officer("wang"))
    assert "承办机构" in truth("actor_not", ("handling_department",), case, by="wang", registers=colleague).missing[0]


OTHERS = (
    "delegat",
    "catalogue",
    "setting",
    "page",
    "device_",
    "draw_",
    "equipment_",
    "filing_",
    "inspectee_",
    "monitor_",
    "report_",
    "usage_",
    "visit_",
)
"""Words of other registers, each tried with its own room."""


def test_a_certificate_needs_a_passed_exam():
    people = registers(officer("new"))
    assert truth("subject", ("exam_passed",), registers=people, link="new").state is False
    people.officers["new"].exams = {"enforcement": date(2024, 1, 1)}
    assert truth("subject", ("exam_passed",), registers=people, link="new").state
    assert {name for name in SUBJECT if not name.startswith(OTHERS)} == {
        "exam_passed",
        "issuer_accepted",
    }


def test_a_number_comes_to_the_cap_that_the_place_has_set():
    need = {"fact": "inspection_count", "setting": "cap"}
    capped = replace(RULES, jurisdiction=replace(RULES.jurisdiction, settings={"cap": 2}))
    assert truth("reaches", need, rule_set=capped, facts={"inspection_count": 2}).state
    assert truth("reaches", need, rule_set=capped, facts={"inspection_count": 1}).state is False
    assert truth("reaches", need, rule_set=capped).state is False, "nobody said how often"
    assert truth("reaches", need, facts={"inspection_count": 9}).state is False, "no cap is set"
    by_class = replace(RULES, jurisdiction=replace(RULES.jurisdiction, settings={"cap": ("高风险：3", "其他：1")}))

    def reached(times: int, level: str) -> bool | None:
        facts = {"inspection_count": times, "inspectee_level": level}
        return truth("reaches", {**need, "by": "inspectee_level"}, rule_set=by_class, facts=facts).state

    assert [reached(2, "高风险"), reached(3, "高风险"), reached(1, "低风险"), reached(1, "")] == [
        False,
        True,
        True,
        True,
    ]
