"""送达 takes effect on a day of its own: record, new case, party's page, timeline and receipt all tell that day."""

from __future__ import annotations

from sanxiang.casework.carrying import carried_over
from sanxiang.casework.telling import in_effect
from sanxiang.core.casefile import fold
from sanxiang.core.gates import Proposal, Situation
from sanxiang.core.gates.making import event_of
from sanxiang.core.registers import Registers
from sanxiang.counter.served import papers
from sanxiang.three_systems.recording.papers import activity

from .national import PAIR, SERVICE, Told, at, decided

MAIL = {
    "served_to": "王演示", "service_manner": "邮寄送达", "service_receipt": "邮件妥投", "mail_number": "EMS-1",
    "delivered_on": "2024-09-23",
}  # fmt: skip
NOTICE = {
    "served_to": "王演示", "service_manner": "公告送达", "service_receipt": "公告期满", "notice_ground": "下落不明",
    "service_tries": "邮件查无此人退回。", "service_announced_on": "2024-09-23", "recording_mode": "不录音录像",
    "recording_reason": "文字足以反映",
}  # fmt: skip


def served(facts: dict[str, str], day: str) -> Told:
    return decided().do("serve", day, officers=PAIR, facts=facts, link="decide")


def test_terms_of_the_party_run_from_the_day_on_the_return_receipt() -> None:
    told = served(MAIL, "2024-10-10")
    assert told.duty("pay").binding.due_on.isoformat() == "2024-10-08", "15 days from 23 September"
    assert told.duty("court").binding.due_on.isoformat() == "2025-06-23"
    assert told.duty("serve").status(at("2024-10-10")) == "met", "delivered in time, entered later"


def test_every_reader_of_the_record_tells_the_day_of_effect() -> None:
    told = served(NOTICE, "2024-12-20")
    events = told.performance.events
    rules, case, last = told.stage.rules(at("2024-12-20").date()), fold(events), events[-1]
    assert last.event.effective_on == "2024-10-23", "thirty days from 23 September"
    assert [paper.on.isoformat() for paper in papers(case, events, rules)][-1] == "2024-10-23"
    assert in_effect(last) == [("生效日期（期限从这一天起算）", "2024年10月23日")]
    assert activity(last)["started_at"] == "2024-10-23"
    act = next(one for one in rules.acts_of("enforcement") if "base_served_on" in one.fact_ids())
    assert carried_over(rules.dictionary, act, case)["base_served_on"] == "2024-10-23"
    case.facts["pay_until"] = "2024-12-31"  # a fine that was put off is not enforced before that day
    assert carried_over(rules.dictionary, act, case)["base_deferred_until"] == "2024-12-31"


def test_a_paper_handed_over_takes_effect_when_it_is_handed_over() -> None:
    told = served({**SERVICE, "delivered_on": "2024-09-21"}, "2024-09-25")
    assert told.performance.events[-1].event.effective_on == "", "the day of the act; nothing else is asked of it"
    assert told.duty("pay").binding.due_on.isoformat() == "2024-10-10"


def test_nobody_hands_in_a_day_of_effect_of_his_own() -> None:
    told = decided()
    events = told.performance.events
    case, rules = fold(events), told.stage.rules(at("2024-09-25").date())
    proposal = Proposal(
        act="serve", actor=events[-1].actor, at=at("2024-09-25"), facts=SERVICE, extra={"effective_on": "2020-01-01"}
    )
    s = Situation(rules, case, Registers(), proposal, act=rules.act(case.procedure, "serve"))
    assert event_of(s).effective_on == ""
