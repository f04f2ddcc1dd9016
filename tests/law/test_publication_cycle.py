"""The life of a publication and its masks: each state, each refused transition with its clause, what nobody may open."""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.core.gates.masking import HIDDEN
from sanxiang.core.rulebook import check_facts
from tests.law.playing import LIBRARY, Played

PLATE, NAME = "豫C12345", "小演示"
TOLD = f"经查，演示食品有限公司的员工{NAME}驾驶{PLATE}运送过期面包，进货价每袋三元二角。"


def decided(**concluded: Any) -> Played:
    facts = {"conclude_investigation": {"violation_facts": TOLD, **concluded}}
    return Played("luoyang", "lift_seal", facts=facts)


def choice(text: str, what: str, sort: str = "车牌号码", reason: str = "与案情无关") -> dict[str, str]:
    return {"text": text, "choice": what, "sort": sort, "reason": reason}


def refused(case: Played, act: str, *, by: str = "checker", at: str = "2024-09-29T10:00", **facts: Any) -> set[str]:
    return {reason.clause for reason in case.ask(act, at, by=by, **facts).reasons}


def public(case: Played) -> dict[str, Any]:
    return dict(case.performance.case.prepared or {})


def state(case: Played) -> str:
    return case.performance.case.publication


def test_every_state_and_every_transition_out_of_order() -> None:
    case = decided()
    assert state(case) == "draft"
    assert "TS-2.3" in refused(case, "publish")
    case.do("prepare_publication", "2024-09-29T09:00", by="zhang")
    assert state(case) == "check"
    assert "DR-17" in refused(case, "check_publication", by="zhang") | refused(case, "publish", by="zhang")
    case.do("return_publication", "2024-09-29T10:00", by="checker", publication_return_reason="车牌没有隐去")
    assert state(case) == "masking"
    assert "TS-2.3" in refused(case, "publish")
    case.do("prepare_publication", "2024-09-29T11:00", by="publisher")
    assert "DR-17" in refused(case, "check_publication", by="publisher"), "who prepared never checks"
    case.do("check_publication", "2024-09-29T12:00", by="checker")
    assert state(case) == "ready"
    assert "DR-17" in refused(case, "publish", by="publisher"), "nor publishes what he prepared"
    case.do("publish", "2024-09-30T09:00", by="checker")
    assert state(case) == "published"
    assert "TS-2.3" in refused(case, "publish", at="2024-09-30T10:00")
    assert "TS-2.3" in refused(case, "prepare_publication", by="publisher", at="2024-09-30T10:00")
    assert "TS-2.3" in refused(case, "return_publication", at="2024-09-30T10:00")
    fix = [{"field": "违法事实", "wrong": "过期面包", "right": "过期糕点"}]
    told = {"correction_note": "品名有误", "correction_fixes": fix}
    case.do("correct_publication", "2024-10-08T09:00", by="publisher", **told)
    assert state(case) == "corrected"
    told = {"withdrawal_cause": "期满", "withdrawal_ground": "公示期满"}
    case.do("withdraw_publication", "2024-10-09T09:00", by="publisher", **told)
    assert state(case) == "expired"
    assert "TS-2.4" in refused(case, "correct_publication", by="publisher", at="2024-10-09T10:00")


def test_what_is_lawfully_withheld_is_not_prepared_and_not_published() -> None:
    case = decided()
    told = {"withheld_ground": "个人隐私", "withheld_law": "政府信息公开条例第十五条", "excuse_law_level": "行政法规"}
    assert {"DR-17"} <= refused(case, "withhold_publication", by="checker", **told), "the head alone withholds"
    assert "DR-14" in refused(case, "withhold_publication", by="head", withheld_ground="个人隐私")
    case.do("withhold_publication", "2024-09-29T09:00", by="head", **told)
    assert state(case) == "withheld"
    assert "TS-2.3" in refused(case, "prepare_publication", by="publisher")


def test_every_mask_has_a_class_and_a_reason_and_what_is_kept_is_kept() -> None:
    case = decided()
    case.do("prepare_publication", "2024-09-29T09:00", by="publisher")
    assert PLATE not in public(case)["违法事实"], "what nobody looked at is hidden"
    assert {mask["sort"] for mask in event(case).masks} == {"车牌号码"}
    assert all(mask["reason"] for mask in event(case).masks)
    rows = [choice(PLATE, "保留"), choice("每袋三元二角", "遮蔽", "商业秘密", "进货价，当事人声明")]
    case.do("prepare_publication", "2024-09-29T10:00", by="publisher", mask_choices=rows)
    assert PLATE in public(case)["违法事实"]
    assert f"进货价{HIDDEN}" in public(case)["违法事实"]
    assert "商业秘密" in {mask["sort"] for mask in event(case).masks}
    case.do("prepare_publication", "2024-09-29T11:00", by="publisher", mask_choices=[choice(PLATE, "遮蔽")])
    assert PLATE not in public(case)["违法事实"], "the later choice counts"
    assert "每袋三元二角" not in public(case)["违法事实"], "and the other one holds on"


def event(case: Played) -> Any:
    return case.performance.events[-1].event


def test_a_choice_without_reason_or_about_nothing_is_refused() -> None:
    case = decided()
    row = {key: value for key, value in choice(PLATE, "保留").items() if key != "reason"}
    _, problems = check_facts(LIBRARY.dictionary, {"mask_choices": [row]})
    assert "理由" in problems["mask_choices"]
    assert "DR-15" in refused(case, "prepare_publication", by="publisher", mask_choices=[choice("没有的话", "遮蔽")])


@pytest.mark.parametrize(
    "facts",
    [{"protected_people": f"{NAME}\n别的演示人"}, {"witness": NAME}, {"service_witness": NAME}],
)
def test_minors_witnesses_and_informants_are_always_hidden(facts: dict[str, str]) -> None:
    case = decided(**{key: value for key, value in facts.items() if key != "protected_people"})
    stated = {key: value for key, value in facts.items() if key == "protected_people"}
    kept = [choice(NAME, "保留", "证人、举报人")]
    assert "DR-15" in refused(case, "prepare_publication", by="publisher", mask_choices=kept, **stated)
    wider = [choice(f"员工{NAME}驾驶", "保留", "姓名")]
    assert "DR-15" in refused(case, "prepare_publication", by="publisher", mask_choices=wider, **stated)
    case.do("prepare_publication", "2024-09-29T11:00", by="publisher", **stated)
    assert NAME not in str(public(case))


def test_trade_secrets_are_hidden_wherever_they_stand() -> None:
    case = decided()
    case.do("prepare_publication", "2024-09-29T09:00", by="publisher", trade_secrets="三元二角\n供货名单")
    assert "三元二角" not in str(public(case))
    assert [mask["sort"] for mask in event(case).masks if mask["sort"] == "商业秘密"]


@pytest.mark.clauses("LY-03")
def test_a_state_secret_that_is_not_hidden_is_not_published() -> None:
    case = decided()
    told = {
        "secrecy_kind": ["国家秘密"], "disclosure_basis": "演示法第一条", "interested_party": "演示人",
        "secrecy_processed": True, "secrecy_reason": "隐去涉密文字",
    }  # fmt: skip
    assert "DR-14" in refused(case, "prepare_publication", by="publisher", **told), "said to be processed, and is not"
    hidden = [choice("运送过期面包", "遮蔽", "国家秘密", "演示：定密的内容")]
    case.do("prepare_publication", "2024-09-29T11:00", by="publisher", mask_choices=hidden, **told)
    assert "运送过期面包" not in str(public(case))


def test_a_changed_text_has_to_be_masked_again() -> None:
    case = decided()
    case.do("prepare_publication", "2024-09-29T09:00", by="publisher")
    paid = {"carried_out_how": "当事人自动履行", "carried_out_on": "2024-09-29", "carried_out_amount": 500_000}
    case.do("carry_out", "2024-09-29T10:00", by="zhang", witness="过期面包", **paid)
    verdict = case.ask("publish", "2024-09-30T09:00", by="checker")
    assert {reason.clause for reason in verdict.reasons} == {"DR-17"}
    assert "违法事实" in verdict.reasons[0].missing[0], "what changed is named"
    case.do("prepare_publication", "2024-09-30T10:00", by="publisher")
    case.do("publish", "2024-09-30T11:00", by="checker")


# ── corrections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def published(**prepared: Any) -> Played:
    case = decided()
    case.do("prepare_publication", "2024-09-29T09:00", by="publisher", **prepared)
    return case.do("publish", "2024-09-30T09:00", by="checker")


QUESTION = {"objection_kind": "更正", "objection_source": "自行发现", "objection_text": "品名写错了"}


@pytest.mark.clauses("LY-15")
@pytest.mark.journeys("disclosure.update-clock")
@pytest.mark.parametrize("kind", ["更正", "更新"])
def test_a_correction_and_an_update_each_have_twenty_working_days(kind: str) -> None:
    """From 8 October 2024: twenty working days end on 4 November: Saturday the 12th is worked (调休)."""
    case = published().do(
        "question_publication", "2024-10-08T09:00", by="publisher", **{**QUESTION, "objection_kind": kind}
    )
    duty = case.duties("correct")[0]
    assert (duty.binding.due_on.isoformat(), duty.binding.clause) == ("2024-11-04", "LY-15")
    assert [other.clause for other in duty.others] == ["DR-26"]
    fix = [{"field": "违法事实", "wrong": "过期面包", "right": "过期糕点"}]
    case.do("correct_publication", "2024-10-09T09:00", by="publisher", correction_note="改正品名", correction_fixes=fix)
    assert case.duties("correct")[0].met_by


def test_a_correction_tells_what_changed_and_never_what_had_to_be_hidden() -> None:
    case = published(mask_choices=[choice(PLATE, "保留")])
    assert PLATE in case.performance.case.public["违法事实"]
    fix = [{"field": "违法事实", "wrong": "过期面包", "right": "过期糕点"}]
    told = {"correction_note": f"品名有误；车牌{PLATE}不应公开", "mask_choices": [choice(PLATE, "遮蔽")]}
    case.do("correct_publication", "2024-10-09T09:00", by="publisher", correction_fixes=fix, **told)
    done = event(case)
    assert "过期糕点" in done.public["违法事实"]
    assert PLATE not in str((done.public, done.changes, done.note))
    (change,) = done.changes
    assert change["field"] == "违法事实"
    assert "过期面包" in change["before"]
    case.do("correct_publication", "2024-10-10T09:00", by="publisher", correction_note="隐去员工姓名",
            mask_choices=[choice(NAME, "遮蔽", "姓名")])  # fmt: skip
    (change,) = event(case).changes
    assert change["before"] == "", "where only the masks differ, what stood there is not told"
    assert "过期糕点" in change["after"], "what was put right before stays"


def test_a_correction_of_nothing_or_of_what_does_not_stand_there_is_refused() -> None:
    case = published()
    assert "TS-2.4" in refused(case, "correct_publication", by="publisher", at="2024-10-09T09:00", correction_note="无")
    fix = [{"field": "执法结论", "wrong": "过期面包", "right": "过期糕点"}]
    told = {"correction_note": "品名", "correction_fixes": fix}
    assert "DR-15" in refused(case, "correct_publication", by="publisher", at="2024-10-09T09:00", **told)


def test_nobody_answers_what_nobody_asked_and_an_answer_ends_the_clock() -> None:
    case = published()
    assert "TS-2.4" in refused(case, "uphold_publication", by="publisher", at="2024-10-08T09:00", upheld_reason="属实")
    case.do("question_publication", "2024-10-08T09:00", by="publisher", **QUESTION)
    case.do("uphold_publication", "2024-10-08T10:00", by="publisher", upheld_reason=f"经核对属实，车牌{PLATE}")
    assert PLATE not in event(case).answer
    assert case.duties("correct")[0].met_by
