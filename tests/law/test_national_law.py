"""The national law as it answers: each clause refuses what it has to refuse and lets the rest pass."""

from __future__ import annotations

from datetime import date

import pytest

from sanxiang.casework.play import play
from sanxiang.core.gates import Verdict
from sanxiang.store.rulebooks.library import default_folder
from tests.law.national import (
    ANSWERED,
    DRAFT,
    HEAVY,
    INSPECTION,
    NO,
    OPINION,
    PAIR,
    PARTY,
    SERVICE,
    WAIVED,
    Told,
    at,
    concluded,
    decided,
    filed,
    noticed,
    refused_by,
    reviewed,
)
from tests.support.rules import LIBRARY, scenario

REASONS = {"decision_reasons": "事实清楚"}


def decide(told: Told, day: str = "2024-09-20", **facts) -> Verdict:
    return told.ask("decide", day, by="boss", facts={**REASONS, **facts})


def test_a_plain_case_runs_from_source_to_archive():
    told = decided()
    told.do("serve", "2024-09-23", officers=PAIR, facts=SERVICE, link="decide")
    told.do("prepare_publication", "2024-09-24").do("publish", "2024-09-25", by="pub")
    paid = {"carried_out_how": "当事人自动履行", "carried_out_on": "2024-09-26", "carried_out_amount": 500_000}
    told.do("carry_out", "2024-09-26", facts=paid)
    told.do(
        "close_case", "2024-09-27", by="boss", facts={"closing_summary": "已缴", "closing_result": "处罚决定执行完毕"}
    )
    told.do("archive", "2024-10-08", by="arch", facts={"archive_place": "一号库", "archive_retention": "三十年"})
    assert told.performance.case.archived
    assert {told.duty(name).status(at("2024-10-09")) for name in ("decide", "serve", "publish", "pay")} == {"met"}


@pytest.mark.parametrize(
    ("officers", "said"),
    [(("zhang",), "不少于 2 人"), (("zhang", "expired"), "到期"), (("zhang", "nobody"), "登记在册")],
)
def test_two_officers_whose_certificates_are_valid(officers, said):
    verdict = filed().ask("inspect", "2024-09-05", officers=officers, facts=INSPECTION)
    assert "PL-42" in refused_by(verdict)
    assert said in "".join(next(r.missing for r in verdict.reasons if r.clause == "PL-42"))


def test_the_certificate_is_shown_at_each_visit():
    told = filed()
    again = {key: value for key, value in INSPECTION.items() if key != "certificate_shown"}
    assert {"PL-55", "TS-2.2"} <= refused_by(told.ask("inspect", "2024-09-05", officers=PAIR, facts=again))


def test_what_was_found_two_years_after_it_ended_is_not_punished():
    late = {"suspected_violation": "占道", "suspected_basis": DRAFT["legal_basis"], "violation_ended_on": "2022-09-01"}
    source = {"source_kind": "投诉举报", "source_on": "2024-09-02", "source_summary": "…", **PARTY}
    told = Told().do("register_source", "2024-09-02", facts=source)
    told.do("request_filing", "2024-09-03", officers=PAIR, facts=late)
    verdict = told.ask("approve_filing", "2024-09-03", by="boss")
    assert [question.id for question in verdict.questions] == ["five_year_limit"]
    told.judged("2024-09-03", five_year_limit=False)
    assert refused_by(told.ask("approve_filing", "2024-09-03", by="boss")) == {"PL-36"}
    told.do("request_filing", "2024-09-03", officers=PAIR, facts={**late, "violation_ended_on": "2022-09-02"})
    told.do("approve_filing", "2024-09-03", by="boss")


def test_what_endangers_lives_is_punished_within_five_years_and_not_after():
    source = {"source_kind": "投诉举报", "source_on": "2024-09-02", "source_summary": "…", **PARTY}
    told = Told().do("register_source", "2024-09-02", facts=source).judged("2024-09-02", five_year_limit=True)
    late = {"suspected_violation": "占道", "suspected_basis": DRAFT["legal_basis"], "violation_ended_on": "2019-09-01"}
    told.do("request_filing", "2024-09-03", officers=PAIR, facts=late)
    assert refused_by(told.ask("approve_filing", "2024-09-03", by="boss")) == {"PL-36"}
    told.do("request_filing", "2024-09-03", officers=PAIR, facts={**late, "violation_ended_on": "2019-09-02"})
    told.do("approve_filing", "2024-09-03", by="boss")


def test_no_decision_before_the_party_is_told_and_served():
    told = concluded().judged("2024-09-06", **NO)
    assert {"PL-44", "PL-62"} <= refused_by(decide(told))
    told.do("give_notice", "2024-09-11", facts={"notice_term_days": 5})
    assert {"PL-44", "PL-62"} <= refused_by(decide(told))


def test_the_term_of_the_notice_counts_from_its_service_and_is_as_long_as_told():
    told = noticed(concluded().judged("2024-09-06", **NO))
    last = "2024-09-20"  # five working days after Wednesday 11 September: 14 works, 15 to 17 are the festival
    assert told.duty("defence").binding.due_on == date(2024, 9, 19)
    assert refused_by(decide(told, "2024-09-19")) == {"PL-62"}
    assert decide(told, last).allowed
    short = concluded().judged("2024-09-06", **NO)
    short.do("give_notice", "2024-09-11", facts={"notice_term_days": 3})
    short.do("serve", "2024-09-11", officers=PAIR, facts=SERVICE, link="give_notice")
    assert short.duty("defence").binding.due_on == date(2024, 9, 14)


@pytest.mark.parametrize(
    ("act", "bare", "whole"),
    [
        ("hear_defence", {"defence_statement": "请从轻"}, {"defence_statement": "请从轻", **ANSWERED}),
        ("waive_defence", {}, WAIVED),
    ],
)
def test_once_heard_and_reviewed_or_waived_with_proof_the_term_need_not_run_out(act, bare, whole):
    told = noticed(concluded().judged("2024-09-06", **NO))
    assert refused_by(told.ask(act, "2024-09-12", facts=bare)) in ({"PL-45"}, {"PL-62"})
    assert refused_by(decide(told, "2024-09-13")) == {"PL-62"}
    told.do(act, "2024-09-13", facts=whole)
    assert decide(told, "2024-09-13").allowed


def test_not_heavier_than_told_and_a_heavier_one_is_told_anew():
    told = noticed(concluded().judged("2024-09-06", **NO)).do("waive_defence", "2024-09-12", facts=WAIVED)
    told.do("change_draft", "2024-09-12", facts={"sanctions": [{"kind": "罚款", "amount": 600_000}]})
    assert refused_by(decide(told)) == {"PL-45"}
    told.do("give_notice", "2024-09-23", facts={"notice_term_days": 5})
    assert refused_by(decide(told, "2024-09-24")) == {"PL-44", "PL-62"}, (
        "the new notice has a service and a term of its own"
    )


def test_a_hearing_is_offered_announced_seven_working_days_ahead_and_chaired_by_another():
    told = reviewed(sanctions=HEAVY).judged("2024-09-10", grave=False)
    assert "PL-63" in refused_by(told.ask("give_notice", "2024-09-11", facts={"notice_term_days": 5}))
    assert "PL-64" in refused_by(
        told.ask("give_notice", "2024-09-11", facts={"notice_term_days": 3, "hearing_told": True})
    )
    noticed(told, hearing_told=True)
    assert told.duty("hearing_request").binding.due_on == date(2024, 9, 19)
    assert "PL-64" in refused_by(told.ask("request_hearing", "2024-09-20"))
    told.do("request_hearing", "2024-09-18")
    hearing = {"hearing_on": "2024-10-10", "hearing_place": "演示厅", "hearing_chair": "演示chair"}
    assert refused_by(told.ask("announce_hearing", "2024-09-25", by="chair", facts=hearing)) == {"PL-64"}
    told.do("announce_hearing", "2024-09-24", by="chair", facts=hearing)
    held = {
        "hearing_record": "…",
        "signature": "已签名",
        "hearing_opinion": "维持",
        "recording_mode": "全程录音录像",
        "started_on_site": "2024-10-10T09:00",
        "ended_on_site": "2024-10-10T11:00",
        "recording_place": "服务器",
    }
    assert "PL-64" in refused_by(told.ask("hold_hearing", "2024-10-10", officers=PAIR, facts=held))
    assert "PL-63" in refused_by(decide(told, "2024-10-11"))
    told.do("hold_hearing", "2024-10-10", by="chair", facts=held).do(
        "discuss", "2024-10-11", by="boss", facts=DISCUSSION
    )
    assert {"PL-58", "PL-65"} <= refused_by(decide(told, "2024-10-11"))
    told.do("confirm_review", "2024-10-12", by="rev")
    assert decide(told, "2024-10-14").allowed


DISCUSSION = {
    "discussion_on": "2024-10-11", "discussion_chair": "演示boss", "discussion_attendees": [{"name": "甲"}],
    "discussion_views": [{"speaker": "甲", "view": "同意"}], "discussion_conclusion": "同意",
}  # fmt: skip


def test_a_grave_case_is_discussed_by_the_heads():
    told = noticed(reviewed(sanctions=HEAVY), hearing_told=True)
    assert "PL-57" in refused_by(decide(told))
    light = noticed(concluded().judged("2024-09-06", **NO, grave=True))
    assert refused_by(decide(light)) == {"PL-57"}
    light.do("discuss", "2024-09-20", by="boss", facts=DISCUSSION)
    assert decide(light).allowed


def test_whether_a_review_is_due_is_asked_and_not_guessed():
    told = noticed(concluded())
    verdict = decide(told)
    assert verdict.outcome == "ask"
    assert {question.id for question in verdict.questions} == set(NO)


@pytest.mark.parametrize("name", sorted(NO))
def test_each_ground_alone_brings_a_case_under_review(name):
    told = noticed(concluded().judged("2024-09-06", **{**NO, name: True}))
    if name == "complex":
        told.do("discuss", "2024-09-19", by="boss", facts=DISCUSSION)
    assert {"PL-58", "TS-4.1"} <= refused_by(decide(told))


def test_a_law_that_asks_for_review_brings_a_case_under_it():
    told = noticed(concluded(review_required_by="演示条例第九条").judged("2024-09-06", **NO))
    assert "PL-58" in refused_by(decide(told))


def test_who_may_review():
    told = concluded().judged("2024-09-06", **NO)
    told.do("submit_review", "2024-09-09", facts={"review_materials": [{"name": "报告"}], "review_promise": True})
    assert "PL-58" in refused_by(told.ask("conclude_review", "2024-09-10", by="fresh", facts=OPINION))
    assert "TS-4.3" in refused_by(told.ask("conclude_review", "2024-09-10", by="zhang", facts=OPINION))
    some = {**OPINION, "review_points": OPINION["review_points"][:9]}
    assert refused_by(told.ask("conclude_review", "2024-09-10", by="qualified", facts=some)) == {"TS-4.3"}
    told.do("conclude_review", "2024-09-10", by="qualified", facts=OPINION)
    again = told.ask("conclude_review", "2024-09-11", by="qualified", facts=OPINION)
    assert refused_by(again) == {"TS-4.3"}, "nothing is open to be reviewed"


@pytest.mark.parametrize(
    ("fact", "value", "part"),
    [
        ("violation_facts", "另一事实", "事实"), ("evidence_list", [{"name": "照片"}], "证据"),
        ("legal_basis", [{"law": "另一条例", "article": "第一条"}], "依据"), ("sanctions", [{"kind": "警告"}], "处理"),
    ],
)  # fmt: skip
def test_a_change_of_one_of_the_four_voids_the_review(fact, value, part):
    told = noticed(reviewed())
    told.do("discuss", "2024-09-12", by="boss", facts=DISCUSSION)
    told.do("change_draft", "2024-09-12", officers=PAIR, facts={fact: value})
    reasons = {reason.clause: reason for reason in decide(told).reasons}
    assert part in "".join(reasons["PL-58"].missing)


def test_the_decision_is_served_in_seven_working_days_and_only_its_own_service_counts():
    told = decided()
    assert told.duty("serve").binding.due_on == date(2024, 9, 30)
    told.do("serve", "2024-09-23", officers=PAIR, facts=SERVICE, link="give_notice")
    assert told.duty("serve").status(at("2024-09-24")) == "open"
    assert refused_by(told.ask("serve", "2024-09-24", officers=PAIR, facts=SERVICE, link="seal")) == {"GP-3"}


def test_ninety_days_once_extended():
    told = filed()
    assert told.duty("decide").binding.due_on == date(2024, 12, 2)
    longer = {"by": "boss", "facts": {"extension_reason": "复杂"}, "extra": {"duty": "decide"}}
    told.do("extend_period", "2024-11-01", **longer)
    assert refused_by(told.ask("extend_period", "2024-11-02", **longer)) == {"GP-2"}
    assert told.duty("decide").binding.due_on == date(2025, 1, 2)


def test_a_fine_is_due_fifteen_days_after_service_and_a_part_does_not_meet_it():
    told = decided().do("serve", "2024-09-23", officers=PAIR, facts=SERVICE, link="decide")
    assert told.duty("pay").binding.due_on == date(2024, 10, 8)
    part = {"carried_out_how": "分期缴纳", "carried_out_on": "2024-09-30", "carried_out_amount": 100_000}
    told.do("carry_out_part", "2024-09-30", facts=part)
    assert told.duty("pay").status(at("2024-10-09")) == "overdue"
    assert "GP-5" in refused_by(
        told.ask(
            "close_case", "2024-10-09", by="boss", facts={"closing_summary": "…", "closing_result": "处罚决定执行完毕"}
        )
    )


def test_the_court_window_runs_where_a_correction_was_ordered_and_for_no_bare_warning():
    def warned(*, ordered: bool) -> Told:
        told = filed()
        if ordered:
            demand = {"correction_demand": "停止占道。", "correct_by": "2024-09-15"}
            told.do("order_correction", "2024-09-05", officers=PAIR, facts=demand)
        draft = {**DRAFT, "sanctions": [{"kind": "警告"}]}
        told.do("conclude_investigation", "2024-09-06", officers=PAIR, facts=draft)
        noticed(told.judged("2024-09-06", **NO))
        told.do("decide", "2024-09-20", by="boss", facts={"decision_reasons": "事实清楚"})
        return told.do("serve", "2024-09-23", officers=PAIR, facts=SERVICE, link="decide")

    assert warned(ordered=True).duty("court").binding.due_on == date(2025, 6, 23)
    with pytest.raises(AssertionError, match="no duty court"):
        warned(ordered=False).duty("court")


def test_a_right_that_nobody_used_lapses():
    told = decided().do("serve", "2024-09-23", officers=PAIR, facts=SERVICE, link="decide")
    assert told.duty("reconsideration").status(at("2024-11-22")) == "open"
    assert told.duty("reconsideration").status(at("2024-11-23")) == "lapsed"


def test_the_party_may_sue_for_six_months_where_it_need_not_ask_for_review_first():
    told = decided().do("serve", "2024-09-23", officers=PAIR, facts=SERVICE, link="decide")
    assert told.duty("suit").binding.due_on == date(2025, 3, 24), "the 23rd is a Sunday"
    assert told.duty("suit").status(at("2025-03-25")) == "lapsed"
    spot = play(LIBRARY, scenario(default_folder() / "wuding/three-systems/scenarios/on-the-spot-penalty.yaml"))
    terms = {duty.binding.duty for duty in spot.duties}
    assert "reconsideration" in terms
    assert "suit" not in terms, "an on-the-spot penalty goes to review first"


@pytest.mark.parametrize("cause", ["撤销", "变更", "确认违法", "确认无效", "责令重作"])
def test_what_was_published_is_withdrawn_in_three_working_days(cause):
    told = decided().do("prepare_publication", "2024-09-23").do("publish", "2024-09-24", by="pub")
    told.do(
        "revoke",
        "2024-09-27",
        by="boss",
        facts={"revoked_cause": cause, "revoked_by": "演示市政府", "revoked_on": "2024-09-27"},
    )
    assert told.duty("withdraw").binding.due_on == date(2024, 10, 8), (
        "Sunday 29 September works; 1 to 7 October are off"
    )
    assert "TS-2.4" in refused_by(told.ask("publish", "2024-09-28", by="pub"))
    told.do(
        "withdraw_publication",
        "2024-09-30",
        by="pub",
        facts={"withdrawal_cause": cause, "withdrawal_ground": "决定已变动"},
    )
    assert told.performance.case.withdrawn == cause
    assert told.duty("withdraw").status(at("2024-10-08")) == "met"


def test_publication_of_a_penalty_in_seven_working_days_the_longer_term_is_shown_beside():
    duty = decided().duty("publish")
    assert (duty.binding.clause, duty.binding.due_on) == ("TS-2.3", date(2024, 9, 30))
    assert [other.clause for other in duty.others] == ["DR-26"]


def test_who_prepared_a_publication_does_not_approve_it():
    told = decided().do("prepare_publication", "2024-09-23", by="pub")
    assert refused_by(told.ask("publish", "2024-09-24", by="pub")) == {"DR-17"}
