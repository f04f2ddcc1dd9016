"""Who may review, who gets a certificate, what an item and a publication must hold, under each regulation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from sanxiang.casework.play import Stage, play, situation
from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import registry
from sanxiang.core.gates import Proposal, Situation, consider, consider_register
from sanxiang.core.registers import Agency, Department, Officer, Post, Registers
from sanxiang.core.values import CHINA, Actor
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario

AT = datetime(2024, 9, 27, 9, 0, tzinfo=CHINA)
SINCE = date(2018, 1, 1)
CLERK = Actor(officer="clerk", name="蒋演示", agency="agency", department="legal", post="registrar", certificate=None)


def scenario_of(place: str, name: str):
    return scenario(default_folder() / place / "three-systems" / "scenarios" / f"{name}.yaml")


def registering(jurisdiction: str, event, subject: Officer | None = None):
    """The clauses that refuse a fact for a register."""
    clerk = Officer(id="clerk", version=1, agency="agency", facts={"officer_name": "蒋演示"})
    clerk.posts = (Post("registrar", "legal", SINCE),)
    agency = Agency(id="agency", version=1, jurisdiction=jurisdiction)
    officers = {"clerk": clerk, "subject": subject or Officer()}
    case = CaseFile(agency="agency", jurisdiction=jurisdiction)
    proposal = Proposal(act=event.KIND, actor=CLERK, at=AT, facts=event.facts, link="subject", extra={"event": event})
    s = Situation(LIBRARY.on(jurisdiction, AT.date()), case, Registers(officers, {"agency": agency}), proposal)
    return {reason.clause: reason.missing for reason in consider_register(s, event.KIND).reasons}


def card(issuer: str):
    return registry.CertificateIssued(number="云1", valid_from="2024-01-01", valid_until="2028-01-01", issuer=issuer)


@pytest.mark.clauses("WD-05")
def test_no_certificate_without_the_exam_nor_from_another_issuer():
    passed = Officer(id="subject", version=1, agency="agency", facts={"officer_name": "孔演示"})
    passed.exams = {"enforcement": date(2023, 6, 1)}
    assert registering("wuding", card("云南省人民政府"), passed) == {}
    assert any("考试" in text for text in registering("wuding", card("云南省人民政府"))["WD-05"])
    assert any("制发" in text for text in registering("wuding", card("某协会"), passed)["WD-05"])


ITEM = {
    "item_name": "法律援助补贴", "item_basis": "某条例", "item_accepting": "公共法律服务管理科",
    "item_approving": "局长办公会", "item_conditions": "已结案", "item_term": "二十个工作日",
}  # fmt: skip
ITEM_FIELDS = [
    *(
        ("luoyang", "LY-06", field)
        for field in ("item_name", "item_accepting", "item_approving", "item_conditions", "item_term")
    ),
    *(("dongxihu", "DXH-02", field) for field in ITEM),
    *(("urumqi", "UR-03", field) for field in ("item_name", "item_accepting", "item_conditions", "item_term")),
]


@pytest.mark.parametrize(
    ("place", "clause", "field"),
    [pytest.param(*row, marks=pytest.mark.clauses(row[1])) for row in ITEM_FIELDS],
)
def test_an_item_lacking_a_field_is_refused_by_name(place, clause, field):
    def listed(facts):
        return registering(place, registry.ItemListed(item="1", agency="agency", category="给付", facts=facts))

    assert listed(ITEM) == {}
    missing = listed({key: value for key, value in ITEM.items() if key != field})
    assert missing == {clause: (LIBRARY.dictionary[field].label,)}


PLACES = {
    "luoyang": ("LY-13", "ordinary-penalty", ("执法主体", "执法对象", "执法类别", "主要流程", "执法结论")),
    "urumqi": ("UR-09", "ordinary-penalty", ("执法主体", "执法对象", "执法类别", "执法结论")),
    "changning": ("CN-06", "ordinary-penalty", ("执法主体", "执法对象", "执法类别", "执法结论")),
    "dongxihu": ("DXH-08", "benefit", ("执法对象", "执法类别", "执法结论")),
}
FIELDS = [
    pytest.param(place, clause, name, field, marks=pytest.mark.clauses(clause), id=f"{clause}-{field}")
    for place, (clause, name, fields) in PLACES.items()
    for field in fields
]


def preparing(place: str, name: str, *, without: str = ""):
    """The verdict on preparing the publication of a decided case, with one public field taken away."""
    scenario = scenario_of(place, name)
    before = next(index for index, step in enumerate(scenario.steps) if step.act == "prepare_publication")
    told = replace(scenario, steps=scenario.steps[:before])
    performance = play(LIBRARY, told)
    s = situation(Stage(LIBRARY, told), performance.case, scenario.steps[before])
    public = {key: value for key, value in s.proposal.extra["public"].items() if key != without}
    s.proposal = replace(s.proposal, extra={**s.proposal.extra, "public": public})
    return consider(s)


@pytest.mark.parametrize(("place", "clause", "name", "field"), FIELDS)
def test_a_publication_lacking_a_field_is_refused(place, clause, name, field):
    reasons = {reason.clause: reason.missing for reason in preparing(place, name, without=field).reasons}
    assert field in reasons[clause]


@pytest.mark.parametrize("place", PLACES)
def test_a_whole_publication_passes(place):
    assert preparing(place, PLACES[place][1]).allowed


@pytest.mark.clauses("DXH-04", "LY-02")
@pytest.mark.parametrize(("place", "name"), [("dongxihu", "benefit"), ("luoyang", "ordinary-penalty")])
def test_a_publication_says_where_it_stands(place, name):
    performance = play(LIBRARY, scenario_of(place, name))
    (published,) = [recorded.event for recorded in performance.events if recorded.kind == "publication.published"]
    assert published.place == LIBRARY.jurisdictions[place].platform != ""


@pytest.mark.clauses("LY-02")
def test_without_a_judicial_portal_it_is_the_government_s():
    rules = LIBRARY.on("luoyang", date(2024, 10, 8))
    settings = dict(rules.jurisdiction.settings)
    assert rules.jurisdiction.platform == settings["judicial_portal"] == "洛阳市司法局门户网站"
    del settings["judicial_portal"]
    without = replace(rules, jurisdiction=replace(rules.jurisdiction, settings=settings))
    assert without.jurisdiction.platform == settings["disclosure_place"] == "洛阳市人民政府门户网站"


@pytest.mark.clauses("UR-09")
def test_urumqi_does_not_ask_for_the_main_steps():
    assert preparing("urumqi", "ordinary-penalty", without="主要流程").allowed


def reviewing(**changed) -> tuple[str, ...]:
    """What LY-32 misses in a reviewer at Luoyang."""
    officer = Officer(id="rev", version=1, agency="agency", facts={"officer_name": "周演示"})
    officer.posts = (
        Post("reviewer", "legal", changed.pop("since", date(2024, 1, 2)), first_time=changed.pop("first", False)),
    )
    officer.exams = {"judicial": SINCE}
    officer.trainings = (("法制审核", date(2024, 1, 1), 24),)
    officer.certificates = load_certificates()
    for key, value in changed.items():
        setattr(officer, key, value)
    legal = Department("legal", "法制科", frozenset({"review"}), SINCE)
    agency = Agency(id="agency", version=1, jurisdiction="luoyang", departments={"legal": legal})
    case = CaseFile(
        agency="agency", jurisdiction="luoyang", category="处罚", procedure="penalty.ordinary", reviewing=True
    )
    actor = Actor(officer="rev", name="周演示", agency="agency", department="legal", post="reviewer", certificate=None)
    s = Situation(
        LIBRARY.on("luoyang", AT.date()), case, Registers({"rev": officer}, {"agency": agency}),
        Proposal(act="return_review", actor=actor, at=AT, facts={"review_return_reason": "缺材料"}),
    )  # fmt: skip
    return next((reason.missing for reason in consider(s).reasons if reason.clause == "LY-32"), ())


def load_certificates():
    from sanxiang.core.registers import Certificate

    return (Certificate("豫1", SINCE, date(2030, 1, 1)),)


@pytest.mark.clauses("LY-32")
def test_a_new_reviewer_needs_all_three():
    assert reviewing() == ()
    assert "法律职业资格" in reviewing(exams={})[0]
    assert "培训" in reviewing(trainings=())[0]
    assert "执法资格" in reviewing(certificates=())[0]


@pytest.mark.clauses("LY-32")
def test_who_was_in_post_before_is_told_apart_by_date():
    old = {"exams": {}, "trainings": (), "certificates": ()}
    assert reviewing(since=date(2019, 6, 26), **old) == ()
    assert len(reviewing(since=date(2019, 6, 27), **old)) == 3
    assert len(reviewing(since=date(2019, 6, 26), first=True, **old)) == 3


def test_scenarios_and_worlds_lie_where_they_are_looked_for():
    assert (default_folder() / "worlds" / "agency.yaml").is_file()
    assert not list(Path(default_folder()).glob("*/scenarios/*.yaml"))
