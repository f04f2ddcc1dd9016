"""Compulsory measures, on-the-spot penalties, benefits, crime and credit under the national law."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sanxiang.core.values import CHINA
from tests.law.national import (
    BASIS,
    DRAFT,
    INSPECTION,
    NO,
    PAIR,
    PARTY,
    SERVICE,
    WAIVED,
    Told,
    at,
    concluded,
    decided,
    filed,
    refused_by,
)

SEAL = {
    "party_called": True, "statement_heard": True, "present_person": "申屠演",
    "certificate_shown": True, "reason_told": True, "basis_told": True, "rights_told": True, "remedies_told": True,
    "measure_items": [{"name": "货架", "quantity": "3"}], "measure_place": "演示市仓库", "measure_until": "2024-10-05",
    "signature": "已签名", "started_on_site": "2024-08-07T09:00", "ended_on_site": "2024-08-07T09:30", "recording_mode": "全程录音录像", "recording_place": "服务器",
}  # fmt: skip
LIFT = {"lift_outcome": "解除并退还", "lift_reason": "不再需要查封"}


def seal(told: Told, day: str, **facts) -> Told:
    return told.do("seal", day, officers=PAIR, facts={**SEAL, **facts})


def test_sealing_needs_the_heads_approval_each_time():
    told = filed()
    assert "CL-18" in refused_by(told.ask("seal", "2024-09-05", officers=PAIR, facts=SEAL))
    told.do("approve_measure", "2024-09-05", by="boss")
    seal(told, "2024-09-05")
    assert "CL-18" in refused_by(told.ask("seal", "2024-09-06", officers=PAIR, facts=SEAL))


@pytest.mark.parametrize("missing", ["certificate_shown", "reason_told", "basis_told", "rights_told", "remedies_told"])
def test_sealing_is_told_in_full(missing):
    facts = {key: value for key, value in SEAL.items() if key != missing} | {"measure_approved_by": "演示boss"}
    assert "CL-18" in refused_by(filed().ask("seal", "2024-09-05", officers=PAIR, facts=facts))


def test_sealing_is_recorded_in_full_length():
    facts = {**SEAL, "measure_approved_by": "演示boss", "recording_mode": "部分录音录像"}
    assert "TS-3.2" in refused_by(filed().ask("seal", "2024-09-05", officers=PAIR, facts=facts))


def test_thirty_days_once_extended_and_each_measure_for_itself():
    told = seal(filed(), "2024-09-05", measure_approved_by="演示boss")
    first = told.event("seal")
    seal(told, "2024-09-06", measure_approved_by="演示boss")
    second = told.event("seal")
    assert told.duty("seal").binding.due_on == date(2024, 10, 6), "a Sunday: the party does not wait for the office"
    reason = {"extension_reason": "检验未完", "measure_until": "2024-11-05"}
    told.do("extend_seal", "2024-10-04", by="boss", facts=reason, link=second)
    assert told.duty("seal").binding.due_on == date(2024, 11, 5)
    assert "CL-25" in refused_by(told.ask("extend_seal", "2024-10-05", by="boss", facts=reason, link=second))
    assert "CL-25" in refused_by(told.ask("extend_seal", "2024-10-05", by="boss", facts=reason, link="nothing"))
    told.do("lift_seal", "2024-10-04", by="boss", facts=LIFT, link=second)
    ends = {duty.link: duty.status(at("2024-10-08")) for duty in _duties(told, "seal")}
    assert ends == {first: "overdue", second: "met"}
    assert "CL-25" in refused_by(told.ask("lift_seal", "2024-10-09", by="boss", facts=LIFT, link=second))


def _duties(told: Told, name: str):
    from sanxiang.core.gates import duties

    return [duty for duty in duties(told.performance.events, told.stage.rules) if duty.binding.duty == name]


def test_an_urgent_measure_is_approved_within_twenty_four_hours():
    told = filed().do("seal", "2024-09-07", hour=10, officers=PAIR, facts={**SEAL, "measure_urgent": True})
    duty = told.duty("seal_approval")
    assert duty.binding.due_at == datetime(2024, 9, 8, 10, tzinfo=CHINA)
    assert duty.status(at("2024-09-08", 11)) == "overdue"
    told.do("approve_measure", "2024-09-08", by="boss", hour=9, link=told.event("seal"))
    assert told.duty("seal_approval").status(at("2024-09-09")) == "met"


def test_what_is_preserved_is_dealt_with_in_seven_working_days():
    told = filed().do("preserve", "2024-09-05", officers=PAIR, facts={**SEAL, "measure_approved_by": "演示boss"})
    assert told.duty("preserve").binding.due_on == date(2024, 9, 14)
    assert not _duties(told, "seal")
    assert "PL-56" in refused_by(told.ask("preserve", "2024-09-06", officers=PAIR, facts=SEAL))


def test_a_case_is_not_closed_while_goods_are_sealed():
    told = filed()
    seal(told, "2024-09-05", measure_approved_by="演示boss")
    told.do("conclude_investigation", "2024-09-06", officers=PAIR, facts=DRAFT).judged("2024-09-06", **NO)
    ground = "违法行为轻微并及时改正且没有造成危害后果"
    no_penalty = {"no_penalty_ground": ground, "no_penalty_evidence": "笔录第二页", "decision_reasons": "已改正"}
    told.do("decide_no_penalty", "2024-09-09", by="boss", facts=no_penalty)
    told.do("serve", "2024-09-09", officers=PAIR, facts=SERVICE, link="decide_no_penalty")
    closing = {"closing_summary": "…", "closing_result": "不予行政处罚"}
    assert refused_by(told.ask("close_case", "2024-09-10", by="boss", facts=closing)) == {"CL-27"}
    told.do("lift_seal", "2024-09-10", facts=LIFT, link=told.event("seal"))
    told.do("close_case", "2024-09-10", by="boss", facts=closing)


SPOT = {
    "certificate_shown": True, "reason_told": True, "basis_told": True, "rights_told": True, "place": "演示路口",
    "violation_facts": "占道", "correction_order": "责令立即改正。", "evidence_list": [{"name": "照片"}], "legal_basis": BASIS,
    "recording_mode": "不录音录像", "recording_reason": "演示",
}  # fmt: skip


def on_the_spot(kind: str, *sanctions: dict):
    source = {"source_kind": "监督检查", "source_on": "2024-09-02", **PARTY, "party_kind": kind}
    told = Told("penalty.summary").do("register_source", "2024-09-02", facts=source)
    return told, told.ask("find_on_spot", "2024-09-02", officers=PAIR, facts={**SPOT, "sanctions": list(sanctions)})


@pytest.mark.parametrize(
    ("kind", "fen", "refused"),
    [
        ("自然人", 20_000, False), ("自然人", 20_001, True), ("个体工商户", 20_001, True),
        ("法人及非法人组织", 300_000, False), ("法人及非法人组织", 300_001, True),
    ],
)  # fmt: skip
def test_on_the_spot_only_small_fines(kind, fen, refused):
    _, verdict = on_the_spot(kind, {"kind": "罚款", "amount": fen})
    assert refused_by(verdict) == ({"PL-51"} if refused else set())


def test_on_the_spot_only_fines_and_warnings():
    assert on_the_spot("自然人", {"kind": "警告"})[1].allowed
    assert refused_by(on_the_spot("自然人", {"kind": "警告"}, {"kind": "吊销许可证件"})[1]) == {"PL-51"}


def test_an_on_the_spot_penalty_from_beginning_to_archive_asks_no_question():
    told, _ = on_the_spot("自然人", {"kind": "罚款", "amount": 10_000})
    assert told.ask("decide_on_spot", "2024-09-02", officers=("zhang",), facts={"defence_told": True}).reasons
    told.do(
        "decide_on_spot",
        "2024-09-02",
        officers=PAIR,
        facts={"defence_told": True, "collected_on_spot": "一百元以下罚款"},
    )
    told.do("serve", "2024-09-02", officers=PAIR, facts=SERVICE, link="decide_on_spot")
    paid = {"carried_out_how": "当场收缴", "carried_out_on": "2024-09-02", "carried_out_amount": 10_000}
    assert refused_by(told.ask("carry_out", "2024-09-02", facts=paid)) == {"PL-68"}
    told.do("carry_out", "2024-09-02", facts=paid | {"receipt_number": "演罚票0001"})
    closing = {"closing_result": "处罚决定执行完毕"}
    assert refused_by(told.ask("close_case", "2024-09-03", by="boss", facts=closing)) == {"PL-52"}
    told.do("report_on_spot", "2024-09-03").do("close_case", "2024-09-03", by="boss", facts=closing)
    told.do("archive", "2024-09-04", by="arch", facts={"archive_place": "一号库", "archive_retention": "十年"})
    assert told.performance.case.archived


def test_more_than_a_hundred_yuan_is_not_collected_as_less():
    told, _ = on_the_spot("自然人", {"kind": "罚款", "amount": 10_001})
    facts = {"defence_told": True, "collected_on_spot": "一百元以下罚款"}
    assert refused_by(told.ask("decide_on_spot", "2024-09-02", officers=PAIR, facts=facts)) == {"PL-68"}


def test_a_raised_concern_brings_even_an_on_the_spot_penalty_under_review():
    told, _ = on_the_spot("自然人", {"kind": "警告"})
    told.judged("2024-09-02", social_risk=True)
    assert "TS-4.1" in refused_by(told.ask("decide_on_spot", "2024-09-02", officers=PAIR, facts={"defence_told": True}))


def test_a_benefit_runs_by_data_alone():
    told = Told("benefit", "给付")
    asked = {
        **PARTY,
        "party_kind": "自然人",
        "party_name": "王演示",
        "benefit_kind": "社会救助",
        "benefit_ground": "生活困难",
    }
    told.do("apply", "2024-09-02", facts=asked).do("accept", "2024-09-03")
    told.do("verify", "2024-09-04", officers=PAIR, facts=INSPECTION)
    draft = {
        "case_name": "王演示申请救助",
        "evidence_list": [{"name": "证明"}],
        "legal_basis": BASIS,
        "benefit_amount": 80_000,
    }
    told.do("conclude_investigation", "2024-09-05", officers=PAIR, facts=draft).judged("2024-09-05", **NO)
    told.do("decide", "2024-09-06", by="boss")
    assert told.duty("publish").binding.due_on == date(2024, 10, 11), "twenty working days, for it is no penalty"
    told.do("serve", "2024-09-09", officers=PAIR, facts=SERVICE, link="decide")
    told.do("carry_out", "2024-09-10", facts={"carried_out_how": "发放到账", "carried_out_on": "2024-09-10"})
    told.do("close_case", "2024-09-11", by="boss", facts={"closing_result": "给付决定执行完毕"})
    assert told.performance.case.ended


def test_a_suspected_crime_is_decided_on_in_three_days_and_moved_in_twenty_four_hours():
    told = concluded().do("report_crime", "2024-09-06", facts={"crime_suspicion": "数额较大"})
    assert told.duty("transfer_decision").binding.due_on == date(2024, 9, 9)
    no_penalty = {"no_penalty_ground": "移送司法机关", "decision_reasons": "…"}
    assert "CT-3" in refused_by(told.ask("decide_no_penalty", "2024-09-07", by="boss", facts=no_penalty))
    assert "CT-5" in refused_by(
        told.ask("decide_transfer", "2024-09-07", by="boss", facts={"crime_decision": "不批准移送"})
    )
    told.do("inspect", "2024-09-08", officers=PAIR, facts=INSPECTION)
    assert told.duty("transfer_decision").status(at("2024-09-08", 10)) == "open", "another activity does not meet it"
    told.do("decide_transfer", "2024-09-09", by="boss", facts={"crime_decision": "批准移送"})
    assert told.duty("transfer").binding.due_at == datetime(2024, 9, 10, 9, tzinfo=CHINA)
    told.do("transfer_crime", "2024-09-09", hour=15, facts={"transfer_receiver": "演示市公安局"})
    assert told.duty("transfer").status(at("2024-09-11")) == "met"


@pytest.mark.parametrize(
    ("credit", "until", "refused"),
    [
        ("轻微", "2026-08-09", set()), ("轻微", "2026-08-10", {"CR-2"}),
        ("一般", "2026-08-08", {"CR-3"}), ("一般", "2026-08-09", set()), ("一般", "2027-05-10", {"CR-3"}),
        ("严重", "2027-05-08", {"CR-4"}), ("严重", "2027-05-09", set()), ("严重", "2029-05-10", {"CR-4"}),
        (None, None, {"CR-1"}),
    ],
)  # fmt: skip
def test_how_long_a_penalty_is_public(credit, until, refused):
    """Decided on 9 May 2026, under the rules in force since 1 April 2026."""
    told = Told()
    source = {"source_kind": "监督检查", "source_on": "2026-04-20", "source_summary": "占道", **PARTY}
    told.do("register_source", "2026-04-20", facts=source)
    told.do(
        "request_filing", "2026-04-20", officers=PAIR, facts={"suspected_violation": "占道", "suspected_basis": BASIS}
    )
    told.do("approve_filing", "2026-04-20", by="boss").do("inspect", "2026-04-21", officers=PAIR, facts=INSPECTION)
    told.do("conclude_investigation", "2026-04-22", officers=PAIR, facts=DRAFT).judged("2026-04-22", **NO)
    told.do("give_notice", "2026-04-23", facts={"notice_term_days": 5})
    told.do("serve", "2026-04-23", officers=PAIR, facts=SERVICE, link="give_notice")
    told.do("waive_defence", "2026-04-24", facts=WAIVED)
    told.do("decide", "2026-05-09", by="boss", facts={"decision_reasons": "清楚"})
    told.do(
        "prepare_publication",
        "2026-05-11",
        facts={"credit_class": credit, "credit_class_reason": "判断"} if credit else {},
    )
    verdict = told.ask("publish", "2026-05-12", by="pub", facts={"public_until": until} if until else {})
    assert refused_by(verdict) == refused
    if not refused:
        assert told.duty("expire").binding.due_on == date.fromisoformat(until)


def test_before_these_rules_nobody_is_asked_for_a_class():
    told = decided().do("prepare_publication", "2024-09-23")
    assert told.ask("publish", "2024-09-24", by="pub").allowed


def test_a_judgement_is_answered_by_those_whom_the_clause_names():
    told = filed()
    reason = {"judgement_reason": "…"}
    by_officer = told.ask("answer_judgement", "2024-09-06", facts=reason, extra={"judgement": "grave", "answer": True})
    assert refused_by(by_officer) == {"GP-2"}
    unknown = told.ask(
        "answer_judgement", "2024-09-06", by="boss", facts=reason, extra={"judgement": "x", "answer": True}
    )
    assert refused_by(unknown) == {"GP-2"}


def test_everybody_who_was_ever_named_is_masked_in_public():
    """Two persons were asked; the facts name both; the register of facts holds only the second."""
    told = filed()
    for name in ("欧阳演示", "李见证"):
        asked = {
            "certificate_shown": True, "place": "演示路", "asked_person": name, "questions": [{"question": "属实？", "answer": "是"}],
            "signature": "已签名", "recording_mode": "不录音录像", "recording_reason": "演示",
        }  # fmt: skip
        told.do("inquire", "2024-09-05", officers=PAIR, facts=asked)
    facts = {**DRAFT, "violation_facts": "据欧阳演示、李见证证实，货物占道。"}
    told.do("conclude_investigation", "2024-09-06", officers=PAIR, facts=facts).judged("2024-09-06", **NO)
    told.do("give_notice", "2024-09-11", facts={"notice_term_days": 5})
    told.do("serve", "2024-09-11", officers=PAIR, facts=SERVICE, link="give_notice")
    told.do("waive_defence", "2024-09-12", facts=WAIVED)
    told.do("decide", "2024-09-13", by="boss", facts={"decision_reasons": "清楚"}).do(
        "prepare_publication", "2024-09-14"
    )
    public = str(told.performance.case.prepared)
    assert "货物占道" in public
    assert "欧阳演示" not in public
    assert "李见证" not in public
