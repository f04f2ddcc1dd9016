"""A small world for the tests of the core: a calendar, a rulebook of a few clauses, two officers, a reviewer, a head."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sanxiang.core.calendar import Calendar, Layer
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Event, Recorded
from sanxiang.core.gates import Proposal, Situation
from sanxiang.core.registers import Agency, Certificate, Department, Officer, Post, Registers
from sanxiang.core.rulebook import (
    Act,
    Ask,
    Clause,
    Dictionary,
    Fact,
    Instrument,
    Jurisdiction,
    Procedure,
    RuleSet,
    Stage,
)
from sanxiang.core.values import CHINA, Actor

SINCE = date(2023, 1, 1)
START = datetime(2024, 9, 2, 9, 0, tzinfo=CHINA)
CALENDAR = Calendar("test", "测试", (Layer(years=()),))

FACTS = {
    fact.id: fact
    for fact in (
        Fact(
            id="party_kind",
            label="当事人类型",
            type="choice",
            choices=("自然人", "法人及非法人组织"),
            sensitivity="open",
        ),
        Fact(id="party_name", label="当事人", type="name", sensitivity="personal", mask="name"),
        Fact(id="party_id_number", label="身份证号", type="id_number", sensitivity="personal", mask="all"),
        Fact(id="party_phone", label="电话", type="phone", sensitivity="personal", mask="all"),
        Fact(id="violation_facts", label="违法事实", type="long_text", part="facts"),
        Fact(id="evidence_list", label="证据", part="evidence"),
        Fact(id="legal_basis", label="依据", part="basis"),
        Fact(id="sanctions", label="处罚", part="sanction"),
        Fact(id="certificate_shown", label="出示执法证", type="flag", sensitivity="open", carried=False),
        Fact(id="hearing_on", label="听证日期", type="day", sensitivity="open"),
        Fact(id="waived_by_all", label="都不要求听证", type="flag", sensitivity="open", carried=False),
        Fact(id="recording_mode", label="录音录像", type="choice", choices=("全程录音录像", "不录音录像")),
        Fact(id="recording_place", label="存放位置"),
        Fact(id="recording_reason", label="不录的理由"),
        Fact(id="review_outcome", label="审核结论", type="choice", choices=("同意", "纠正")),
    )
}


def act(id: str, emits: str, **more: Any) -> Act:
    given: dict[str, Any] = {"name": id, "stage": "work", "by": ("officer",), **more}
    return Act(id=id, emits=emits, **given)


PROCEDURE = Procedure(
    id="ordinary",
    name="普通程序",
    category="处罚",
    stages=(Stage(id="work", name="办理"),),
    acts=(
        act("open", "source.registered", once=True),
        act("inspect", "activity.done", after=("open",), activity="inspection"),
        act("conclude", "investigation.concluded", after=("open",), asks=(Ask(fact="violation_facts"),)),
        act("change", "draft.changed", after=("conclude",)),
        act("submit", "review.submitted", after=("conclude",)),
        act("review", "review.concluded", after=("submit",), by=("reviewer",)),
        act("confirm", "review.confirmed", after=("review",), by=("reviewer",)),
        act("notice", "notice.given", after=("conclude",)),
        act("defend", "defence.heard", after=("notice",)),
        act("decide", "decision.made", after=("conclude",), by=("head",), once=True),
        act("close", "case.closed", after=("decide",)),
        act("revoke", "decision.revoked", after=("decide",), by=("head",), after_end=True),
    ),
)


def rules(*clauses: Clause, settings: dict[str, Any] | None = None, calendar: Calendar = CALENDAR) -> RuleSet:
    """A rule set of the test procedure and the given clauses."""
    base = Clause(id="T-0", at="第一条", kind="capability", text="程序", procedures=(PROCEDURE,))
    law = Instrument(
        id="test", title="测试规定", authority="测试", layer="local", number="测〔2024〕1号", effective=SINCE,
        clauses=(base, *clauses),
    )  # fmt: skip
    place = Jurisdiction(id="test", name="测试地", instruments=("test",), settings=settings or {})
    posts = {"officer": "执法人员", "head": "机关负责人", "reviewer": "法制审核人员"}
    return RuleSet(place, (law,), Dictionary(FACTS), calendar, "digest", posts)


def officer(id: str, post: str = "officer", department: str = "work", **more: Any) -> Officer:
    made = Officer(id=id, version=1, agency="agency", facts={"officer_name": id})
    made.posts = (Post(post, department, SINCE, first_time=more.pop("first_time", False)),)
    made.certificates = (Certificate(f"C-{id}", SINCE, more.pop("until", date(2028, 12, 31))),)
    for key, value in more.items():
        setattr(made, key, value)
    return made


def registers(*more: Officer) -> Registers:
    people = (
        officer("zhang"),
        officer("li"),
        officer("rev", "reviewer", "legal"),
        officer("head", "head", "top"),
        *more,
    )
    departments = {
        "work": Department("work", "执法科", frozenset({"handling"}), SINCE),
        "legal": Department("legal", "法制科", frozenset({"review"}), SINCE),
    }
    agency = Agency(
        id="agency", version=1, jurisdiction="test", facts={"agency_name": "测试局"}, departments=departments
    )
    return Registers({person.id: person for person in people}, {"agency": agency})


def actor(id: str) -> Actor:
    return Actor(officer=id, name=id, agency="agency", department="work", post="officer", certificate=None)


def recorded(
    seq: int, event: Event, *, by: str = "zhang", at: datetime | None = None, stream: str = "case"
) -> Recorded:
    moment = at or START + timedelta(days=seq - 1)
    return Recorded(
        id=f"{stream}-{seq}", stream=stream, seq=seq, prev=None, occurred_at=moment, recorded_at=moment,
        actor=actor(by), finding=None, breaches=(), event=event,
    )  # fmt: skip


def opened(**facts: Any) -> Event:
    from sanxiang.core.events.case import SourceRegistered

    return SourceRegistered(
        act="open", facts=facts, officers=("zhang", "li"), jurisdiction="test", agency="agency", department="work",
        category="处罚", procedure="ordinary",
    )  # fmt: skip


def case_of(*events: Event) -> CaseFile:
    return fold(recorded(seq, event) for seq, event in enumerate(events, 1))


def proposing(
    rule_set: RuleSet, case: CaseFile, act: str, *, by: str = "zhang", at: datetime | None = None, **more: Any
) -> Situation:
    people = more.pop("registers", registers())
    proposal = Proposal(act=act, actor=actor(by), at=at or START + timedelta(days=30), **more)
    return Situation(rule_set, case, people, proposal)
