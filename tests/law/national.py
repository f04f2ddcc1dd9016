"""A case told act by act under the national law alone, through the door of the product, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sanxiang.casework.play import Performance, Stage, take
from sanxiang.casework.scenario import (
    Scenario,
    Step,
    World,
    WorldCertificate,
    WorldDepartment,
    WorldExam,
    WorldOfficer,
    WorldPost,
)
from sanxiang.core.gates import Duty, Verdict, duties
from sanxiang.core.rulebook import Jurisdiction, Library
from sanxiang.core.values import CHINA
from tests.support.rules import LIBRARY

NATIONAL = (
    "penalty-law", "compulsion-law", "licensing-law", "disclosure-regulation", "three-systems-opinion",
    "general-practice", "reconsideration-law", "litigation-law", "credit-repair", "archives-law", "crime-transfer",
)  # fmt: skip
PAIR = ("zhang", "li")
ANSWERED = {"defence_answers": [{"point": "从轻", "accepted": "不采纳", "reason": "没有从轻的情节。"}]}
WAIVED = {"defence_waiver": "书面声明", "signature": "已签名"}
CARD = WorldCertificate(number="豫C-0001", since=date(2023, 1, 1), until=date(2028, 12, 31))


def person(name: str, post: str, department: str, **more: Any) -> WorldOfficer:
    first = more.pop("first_time", False)
    posts = (WorldPost(post=post, department=department, first_time=first),)
    return WorldOfficer(
        id=name, name=f"演示{name}", posts=posts, certificates=more.pop("certificates", (CARD,)), **more
    )


WORLD = World(
    since=date(2023, 1, 1),
    agency={"agency_name": "演示市城市管理局", "agency_mark": "演城管", "agency_review_body": "演示市人民政府",
            "agency_court": "演示市人民法院", "agency_bank": "演示银行", "agency_phone": "010-00000000",
            "agency_address": "演示路1号"},
    departments=(
        WorldDepartment(id="work", name="执法科", functions=("handling",)),
        WorldDepartment(id="legal", name="法制科", functions=("review",)),
        WorldDepartment(id="office", name="办公室", functions=("disclosure", "archive")),
    ),
    officers=(
        person("zhang", "officer", "work"),
        person("li", "officer", "work"),
        person("expired", "officer", "work", certificates=(replace(CARD, until=date(2024, 9, 1)),)),
        person("rev", "reviewer", "legal"),
        person("fresh", "reviewer", "legal", first_time=True),
        person("qualified", "reviewer", "legal", first_time=True, exams=(WorldExam(exam="judicial", on=date(2023, 5, 1)),)),
        person("chair", "legal_head", "legal"),
        person("boss", "head", "office"),
        person("pub", "publisher", "office"),
        person("arch", "archivist", "work"),
    ),
)  # fmt: skip


@cache
def library() -> Library:
    """The library with one more place, where no local rule stands beside the national law."""
    place = Jurisdiction(id="nation", name="演示地", instruments=NATIONAL)
    return replace(LIBRARY, jurisdictions={**LIBRARY.jurisdictions, "nation": place})


def at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), CHINA) + timedelta(hours=hour)


class Told:
    """One case and the verdict of each act; an act that is allowed becomes an event."""

    def __init__(self, procedure: str = "penalty.ordinary", category: str = "处罚", world: World = WORLD) -> None:
        case = {"category": category, "procedure": procedure, "department": "work"}
        self.scenario = Scenario(title="法律", rulebook="nation", case=case, world=world)
        self.stage, self.performance = Stage(library(), self.scenario), Performance(self.scenario)

    def ask(self, act: str, day: str, *, by: str = "zhang", hour: int = 9, **more: Any) -> Verdict:
        """The verdict of an act; where it is allowed it is done."""
        step = Step(act=act, at=at(day, hour), by=by, **more)
        return take(self.stage, self.performance, step).verdict

    def do(self, act: str, day: str, **more: Any) -> Told:
        """An act that has to be allowed."""
        verdict = self.ask(act, day, **more)
        assert verdict.allowed, [(r.clause, r.text, r.missing) for r in verdict.reasons] or verdict.questions
        return self

    def judged(self, day: str, **answers: bool) -> Told:
        for judgement, answer in answers.items():
            extra = {"judgement": judgement, "answer": answer}
            self.do("answer_judgement", day, by="boss", facts={"judgement_reason": "已核"}, extra=extra)
        return self

    def event(self, act: str) -> str:
        return next(recorded.id for recorded in reversed(self.performance.events) if recorded.event.act == act)

    def duty(self, name: str) -> Duty:
        found = [duty for duty in duties(self.performance.events, self.stage.rules) if duty.binding.duty == name]
        assert found, f"no duty {name}"
        return found[-1]


def refused_by(verdict: Verdict) -> set[str]:
    return {reason.clause for reason in verdict.reasons}


FINE = [{"kind": "罚款", "amount": 500_000}]
HEAVY = [{"kind": "罚款", "amount": 20_000_000}]
PARTY = {"party_kind": "法人及非法人组织", "party_name": "演示商贸有限公司", "party_address": "演示市演示区一号"}
BASIS = [{"law": "演示条例", "article": "第三条"}]
DRAFT = {
    "case_name": "演示商贸有限公司占道案", "violation_facts": "占用道路堆放货物", "discretion_reasons": "一般情节",
    "evidence_list": [{"name": "现场笔录"}], "legal_basis": BASIS, "sanctions": FINE,
    "correction_order": "责令停止占道。",
}  # fmt: skip
INSPECTION = {
    "certificate_shown": True, "place": "演示市演示区一号", "inspection_findings": "货物占道", "signature": "已签名",
    "recording_mode": "不录音录像", "recording_reason": "演示",
}  # fmt: skip
POINTS = [
    {"point": point, "finding": "合法", "anchor": "调查终结报告第1页"}
    for point in ("主体", "人员资格", "职权", "程序", "事实", "证据", "法律适用", "裁量", "文书", "移送")
]
OPINION = {"review_outcome": "同意", "review_points": POINTS, "review_opinion": "同意"}
SERVICE = {
    "served_to": "王演示",
    "service_manner": "直接送达",
    "service_receipt": "单位签收",
    "certificate_shown": True,
}
GROUNDS = (
    "major_public_interest",
    "major_social_effect",
    "social_risk",
    "major_rights",
    "complex",
    "several_relations",
)
NO = dict.fromkeys(GROUNDS, False)


def filed(told: Told | None = None, **facts: Any) -> Told:
    """A case of 2024-09-02, filed on 2024-09-03, inspected on 2024-09-04."""
    source = {"source_kind": "监督检查", "source_on": "2024-09-02", "source_summary": "占道", **PARTY, **facts}
    told = (told or Told()).do("register_source", "2024-09-02", facts=source)
    suspected = {"suspected_violation": "占道", "suspected_basis": BASIS}
    told.do("request_filing", "2024-09-03", officers=PAIR, facts=suspected).do(
        "approve_filing", "2024-09-03", by="boss"
    )
    return told.do("inspect", "2024-09-04", officers=PAIR, facts=INSPECTION)


def concluded(**facts: Any) -> Told:
    """The same with the draft of 2024-09-06."""
    return filed().do("conclude_investigation", "2024-09-06", officers=PAIR, facts={**DRAFT, **facts})


def reviewed(**facts: Any) -> Told:
    """The same, reviewed on 2024-09-10."""
    sent = {"review_materials": [{"name": "调查终结报告"}], "review_promise": True}
    told = concluded(**facts).judged("2024-09-06", **{**NO, "complex": True})
    return told.do("submit_review", "2024-09-09", facts=sent).do(
        "conclude_review", "2024-09-10", by="rev", facts=OPINION
    )


def noticed(told: Told, **facts: Any) -> Told:
    """Told on 2024-09-11, with five working days; served the same day."""
    told.do("give_notice", "2024-09-11", facts={"notice_term_days": 5, **facts})
    return told.do("serve", "2024-09-11", officers=PAIR, facts=SERVICE, link="give_notice")


def decided() -> Told:
    """A plain case decided on 2024-09-20, when the term of the notice (five working days, 中秋节) is over."""
    told = noticed(concluded().judged("2024-09-06", **NO))
    return told.do("decide", "2024-09-20", by="boss", facts={"decision_reasons": "事实清楚"})
