"""The page of an agency before enforcement: what its rules list, collected, passed on, checked, published; what changed
since is named with its clock; what is missing is said and never made up."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework.models import RulesTaken
from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.calendar import due
from sanxiang.core.events import Event, registry
from sanxiang.core.events.page import PageCollected
from sanxiang.core.gates.charting import chart
from sanxiang.core.gates.paging import demanded
from sanxiang.core.registers import SECTIONS, fold_agency
from sanxiang.core.values import Period, legal_day
from sanxiang.store import reading
from sanxiang.three_systems.disclosure import deriving, public_pages, renewing
from sanxiang.three_systems.disclosure.models import PublishedSection
from tests.support.pages import client, make, place, typed, walk

ITEM = {
    "item_name": "法律援助审批", "item_basis": "《法律援助法》第三十一条", "item_accepting": "公共法律服务管理科", "item_approving": "区司法局",
    "item_conditions": "经济困难", "item_term": "7日", "item_materials": "身份证明", "item_fee": "不收费",
}  # fmt: skip
PLACES = ("luoyang", "dongxihu", "wuding", "urumqi", "changning")


@pytest.fixture
def world(theatre: Any) -> Any:
    theatre.everywhere()
    return theatre


def public(theatre: Any, agency: str, section: str = "", status: int = 200, query: str = "") -> str:
    """A page as anybody reads it: only the portal's connection is asked, a handful of times."""
    address = f"/agencies/{theatre.people[agency]['']}/" + (f"{section}/{query}" if section else "")
    with (
        CaptureQueriesContext(connections["default"]) as staff,
        CaptureQueriesContext(connections["portal"]) as asked,
    ):
        answer = Client().get(address)
    assert answer.status_code == status, address
    assert not staff
    assert len(asked) <= 8
    return html.unescape(answer.content.decode())


def listed(theatre: Any, agency: str, code: str, **facts: Any) -> str:
    """An item that the registrar enters today; its stream."""
    event = registry.ItemListed(item=code, agency=theatre.people[agency][""], category="给付", facts=ITEM | facts)
    return enter(theatre, agency, "item", event)


def enter(theatre: Any, agency: str, kind: str, event: Event, stream: str = "") -> str:
    now = timezone.now()
    command = RegisterCommand(
        kind=kind, stream=stream, agency=theatre.people[agency][""], officer=theatre.people[agency]["registrar"],
        entries=(Entry(event=event, occurred_at=now),),
    )  # fmt: skip
    done = register(theatre.connection, theatre.book, command, at=now)
    assert done.done, done.verdict
    return done.stream


def desk(theatre: Any, agency: str, section: str = "", role: str = "unit") -> str:
    address = place(theatre, agency, section) if section else "/disclosure/pages/"
    with CaptureQueriesContext(connections["default"]) as asked:
        answer = client(theatre, role, agency).get(address)
    assert answer.status_code == 200
    assert len(asked) <= 25
    return html.unescape(answer.content.decode())


@pytest.mark.clauses("LY-05", "WD-03", "UR-03", "CN-01", "DXH-02")
@pytest.mark.journeys("disclosure.before.page")
@pytest.mark.parametrize("agency", PLACES)
def test_all_that_a_regulation_lists_stands_on_the_page_of_its_agency(world: Any, agency: str) -> None:
    """Every section that the clauses of the place name is asked for, goes its way, and is read by the public."""
    rules = library().on(agency, timezone.localdate())
    named = {field for bound in rules.contents if bound.rule.of == "page" for field in bound.rule.fields}
    wanted = demanded(rules)
    wanted.pop("monitors", None)  # asked of those who hold such equipment: tests/apps/devices/test_monitors
    assert {demand.field for asked in wanted.values() for demand in asked} >= named - {"裁量基准"}
    if agency == "dongxihu":
        listed(world, agency, "DXH-0001")
    elif agency != "changning":
        listed(world, agency, "X-1")
    for section in [name for name in wanted if name not in ("catalogue", "boards")]:
        walk(world, agency, section)
    page = public(world, agency)
    for section in wanted:
        if section != "boards":
            whole = page[page.index(f'id="{section}"') :].split("</section>")[0]
            assert "还没有公布" not in whole, section
            assert SECTIONS[section].name in whole
    officers = public(world, agency, "officers")
    assert "演示0001" in officers
    assert "流程图" in page
    assert f"/procedures/{agency}/" in page
    for section, text in (("remedies", "行政复议"), ("duties", "行政执法")):
        if section in wanted:
            assert text in page


@pytest.mark.clauses("LY-05", "WD-03", "DXH-02", "CN-01")
def test_what_is_missing_is_named_to_the_agency_and_not_made_up_for_the_public(world: Any) -> None:
    agency = next(one for one in PLACES if not PublishedSection.objects.filter(
        stream=world.people[one][""], section="boards").exists() and one != "dongxihu")  # fmt: skip
    rules = library().on(agency, timezone.localdate())
    clause = demanded(rules).get("boards")
    if clause is None:
        agency, clause = "luoyang", demanded(library().on("luoyang", timezone.localdate()))["boards"]
    shown = desk(world, agency)
    assert clause[-1].clause in shown
    assert f"/{world.people[agency]['']}/boards/collect/" in shown
    told = public(world, agency)
    part = told[told.index('id="boards"') :].split("</section>")[0]
    assert "这一项还没有公布" in part
    assert clause[0].law in part
    public(world, agency, "boards", status=404)


@pytest.mark.clauses("DXH-02", "LY-06", "UR-03")
def test_an_item_that_lacks_a_field_cannot_be_submitted_and_the_field_is_named(world: Any) -> None:
    """Listing asks for the fields, and so does the list of items on its way to the public."""
    agency = world.people["dongxihu"][""]
    bare = registry.ItemListed(item="DXH-0003", agency=agency, category="给付", facts={"item_name": "缺项事项"})
    now = timezone.now()
    command = RegisterCommand(kind="item", agency=agency, officer=world.people["dongxihu"]["registrar"],
                              entries=(Entry(event=bare, occurred_at=now),))  # fmt: skip
    refused = register(world.connection, world.book, command, at=now)
    assert "受理条件" in str(refused.verdict.reasons)
    rows = [
        {"code": "1", "category": "行政给付", "name": "缺项事项", "basis": "依据", "accepting": "科", "approving": "局"}
    ]
    event = PageCollected(section="items", department="public_legal", facts={"page_items": rows})
    command = RegisterCommand(kind="agency", stream=agency, agency=agency, officer=world.people["dongxihu"]["officer"],
                              entries=(Entry(event=event, occurred_at=now),))  # fmt: skip
    verdict = register(world.connection, world.book, command, at=now).verdict
    assert not verdict.allowed
    assert "“缺项事项”缺受理条件、办理时限" in str(verdict.reasons)


@pytest.mark.clauses("UR-01", "DXH-04")
@pytest.mark.journeys("disclosure.four-moves")
@pytest.mark.parametrize("agency", ["urumqi", "dongxihu", "luoyang"])
def test_the_four_moves_each_by_its_role_and_each_traced(world: Any, agency: str) -> None:
    begun = len(moves(world, agency))
    for move, wrong, said in (
        ("collect", "registrar", "登记由"),
        ("forward", "checker", "登记由"),
        ("approve", "unit", "登记由"),
        ("issue", "unit", "登记由"),
    ):
        data = typed("powers", "行政检查。") if move == "collect" else {}
        refused = client(world, wrong, agency).post(place(world, agency, "powers", move), data)
        assert refused.status_code == 422
        assert said in refused.content.decode()
        assert make(world, agency, "powers", move, data).status_code == 302
        assert len(moves(world, agency)) == begun + ("collect", "forward", "approve", "issue").index(move) + 1
    assert [kind for kind, _ in moves(world, agency)[begun:]] == [
        "page.collected", "page.forwarded", "page.approved", "page.issued",
    ]  # fmt: skip
    hands = [who for _, who in moves(world, agency)[begun:]]
    assert len({*hands[:2]} & {*hands[2:]}) == 0, "whoever prepared it did not check or publish it"
    assert f"发布于{library().on(agency, timezone.localdate()).jurisdiction.platform}" in public(
        world, agency, "powers"
    )


def moves(theatre: Any, agency: str) -> list[tuple[str, str]]:
    events = reading.load(theatre.connection, theatre.people[agency][""])
    return [(one.kind, one.actor.officer) for one in events if one.kind.startswith("page.")]


@pytest.mark.clauses("DXH-04")
def test_the_preparing_unit_cannot_publish_even_with_the_post(world: Any) -> None:
    """Dongxihu: the publisher belongs to the handling department, only the office checks and publishes."""
    assert make(world, "dongxihu", "plan", "collect", typed("plan")).status_code == 302
    assert make(world, "dongxihu", "plan", "forward").status_code == 302
    assert make(world, "dongxihu", "plan", "approve").status_code == 302
    refused = client(world, "publisher", "dongxihu").post(place(world, "dongxihu", "plan", "issue"))
    assert refused.status_code == 422
    assert "办公室审核后公开" in refused.content.decode()
    other = client(world, "checker", "luoyang").post(place(world, "dongxihu", "plan", "issue"))
    assert other.status_code == 404
    assert make(world, "dongxihu", "plan", "issue").status_code == 302


def test_whoever_collected_does_not_publish_and_a_returned_content_says_why(world: Any) -> None:
    publisher = client(world, "publisher", "luoyang")
    assert publisher.post(place(world, "luoyang", "supervision", "collect"), typed("supervision")).status_code == 302
    assert make(world, "luoyang", "supervision", "forward").status_code == 302
    empty = make(world, "luoyang", "supervision", "return")
    assert empty.status_code == 422
    returned = make(world, "luoyang", "supervision", "return", {"page_return_reason": "请写明监督电话"})
    assert returned.status_code == 302
    assert "请写明监督电话" in desk(world, "luoyang", "supervision")
    assert publisher.post(place(world, "luoyang", "supervision", "collect"), typed("supervision")).status_code == 302
    for move in ("forward", "approve"):
        assert make(world, "luoyang", "supervision", move).status_code == 302
    refused = publisher.post(place(world, "luoyang", "supervision", "issue"))
    assert refused.status_code == 422
    assert "采集人、传递人以外的人" in refused.content.decode()
    checker = client(world, "checker", "luoyang")
    assert checker.post(place(world, "luoyang", "supervision", "issue")).status_code == 302


@pytest.mark.clauses("DXH-03")
@pytest.mark.journeys("disclosure.before.versions")
def test_a_changed_content_goes_its_way_again_and_the_old_version_stays(world: Any) -> None:
    walk(world, "dongxihu", "remedies", "向区人民政府申请行政复议。")
    first = PublishedSection.objects.get(stream=world.people["dongxihu"][""], section="remedies", replaced_on=None)
    assert (
        make(world, "dongxihu", "remedies", "collect", typed("remedies", "向市司法局申请行政复议。")).status_code == 302
    )
    assert "区人民政府" in public(world, "dongxihu", "remedies"), (
        "the public reads the old one until the new is published"
    )
    assert "<del>" in desk(world, "dongxihu", "remedies")
    for move in ("forward", "approve", "issue"):
        assert make(world, "dongxihu", "remedies", move).status_code == 302
    now = public(world, "dongxihu", "remedies")
    assert f"第 {first.number + 1} 版" in now
    today = timezone.localdate()
    assert f"{today.year}年{today.month}月{today.day}日发布" in now
    assert "市司法局" in now
    old = public(world, "dongxihu", "remedies", query=f"?version={first.number}")
    assert "这是以前的版本" in old
    assert "区人民政府" in old
    compared = public(world, "dongxihu", "remedies", query=f"?compare={first.number}")
    assert "<del>" in compared
    assert "<ins>" in compared


@pytest.mark.clauses("LY-06", "WD-03", "UR-03")
@pytest.mark.journeys("disclosure.before.renewal")
def test_a_changed_register_starts_the_duty_to_renew_with_its_clock(world: Any) -> None:
    stream = listed(world, "wuding", "WD-77", item_name="检验收费")
    for section in ("items", "guides"):
        walk(world, "wuding", section)
    assert "登记的执法事项有变动" not in desk(world, "wuding")
    enter(world, "wuding", "item", registry.ItemChanged(facts={"item_term": "3个工作日"}), stream)
    shown = desk(world, "wuding")
    last = due(
        timezone.localdate(),
        Period(20, "working_day"),
        library().on("wuding", timezone.localdate()).calendar,
        roll=True,
    )
    assert "登记的执法事项有变动" in shown
    assert f"{last.on.year}年{last.on.month}月{last.on.day}日前更新" in shown
    assert "政府信息公开条例" in shown
    drift = desk(world, "wuding", "guides")
    assert "<del>7日</del> → <ins>3个工作日</ins>" in drift
    for section in ("items", "guides"):
        walk(world, "wuding", section)
    assert "登记的执法事项有变动" not in desk(world, "wuding")
    assert "3个工作日" in public(world, "wuding", "guides")


@pytest.mark.clauses("LY-06", "WD-03", "UR-03")
@pytest.mark.journeys("disclosure.before.renewal")
def test_a_law_marked_as_changed_makes_stale_all_that_cites_it(world: Any) -> None:
    walk(world, "urumqi", "basis", "《城市道路管理条例》《中华人民共和国行政处罚法》")
    walk(world, "urumqi", "spot_checks", [{"name": "占道检查", "subject": "商户", "basis": "城市道路管理条例第十二条"}])
    walk(world, "urumqi", "remedies")
    change = {"law_name": "城市道路管理条例", "law_change": "修改", "law_effective": "2026-11-01"}
    assert client(world, "unit", "urumqi").post("/disclosure/pages/law/", change).status_code == 422
    legal = client(world, "reviewer", "urumqi")
    assert legal.post("/disclosure/pages/law/", {"law_name": "城市道路管理条例"}).status_code == 422
    assert legal.post("/disclosure/pages/law/", change).status_code == 302
    shown = desk(world, "urumqi")
    stale = shown[shown.index('id="stale"') :].split("</section>")[0]
    assert "执法依据" in stale
    assert "随机抽查事项清单" in stale
    assert "救济渠道" not in stale
    assert "依据已修改：城市道路管理条例" in stale
    row = PublishedSection.objects.get(stream=world.people["urumqi"][""], section="basis", replaced_on=None)
    assert row.stale_due > timezone.localdate() + timedelta(days=20)
    told = public(world, "urumqi", "basis")
    assert "“城市道路管理条例”自 2026年11月1日起修改" in told
    walk(world, "urumqi", "basis", "《城市道路管理条例》（2026年修改）")
    assert "正在更新" not in public(world, "urumqi", "basis")
    assert "随机抽查事项清单" in desk(world, "urumqi")


def renewed(theatre: Any, agency: str, at: datetime) -> int:
    """How many sections of this agency are laid anew; what is told counts those of all agencies that publish."""
    streams = {str(one) for one in PublishedSection.objects.values_list("stream", flat=True)}
    before = {stream: len(reading.load(theatre.connection, stream)) for stream in streams}
    told = renewing.renew(connections["default"], at=at)
    laid = {stream: len(reading.load(theatre.connection, stream)) - before[stream] for stream in streams}
    assert told == sum(laid.values())
    return laid[theatre.people[agency][""]]


SIX = {"许可", "处罚", "强制", "征收", "收费", "检查"}


@pytest.mark.clauses("LY-18")
@pytest.mark.journeys("disclosure.flow-chart")
def test_the_published_charts_are_the_procedures_and_a_change_goes_to_review(world: Any, monkeypatch: Any) -> None:
    """Six categories have their charts with who may do what; a changed procedure changes them and opens, by itself and
    with a clock, the review of the agency's page, whose people pass it on, check it and publish it."""
    walk(world, "luoyang", "procedures")
    rules = library().on("luoyang", timezone.localdate())
    assert {one.category for one in deriving.open_procedures(rules)} >= SIX
    for procedure in deriving.open_procedures(rules):
        page = html.unescape(Client().get(f"/procedures/luoyang/{procedure.id}/").content.decode())
        drawn = Client().get(f"/procedures/luoyang/{procedure.id}/chart.svg").content.decode()
        for text in (page, drawn):
            assert all(box.name in text for box in chart(rules, procedure, timezone.now())), procedure.id
        assert rules.posts["officer"] in page, "who may do it"
    assert renewed(world, "luoyang", timezone.now()) == 0, "nothing has changed"

    real = deriving.open_procedures
    for room in (public_pages, deriving):
        monkeypatch.setattr(room, "open_procedures", lambda rules: real(rules)[:-1])
    now = timezone.now()
    RulesTaken.objects.update_or_create(jurisdiction="luoyang", defaults={"digest": "x", "at": now})
    last = real(rules)[-1].name
    assert renewed(world, "luoyang", now) == 1
    assert renewed(world, "luoyang", now) == 0, "it waits for its people"
    section = desk(world, "luoyang", "procedures")
    until = due(legal_day(now), Period.parse("20 working_days"), rules.calendar, roll=True).on
    assert f"{until.year}年{until.month}月{until.day}日" in section
    assert renewing.NOTE in section
    assert "程序有调整，本栏正在更新" in public(world, "luoyang", "procedures")
    assert make(world, "luoyang", "procedures", "issue").status_code == 422, "not before it was checked"
    for move in ("forward", "approve", "issue"):
        assert make(world, "luoyang", "procedures", move).status_code == 302, move
    page = public(world, "luoyang", "procedures")
    assert "程序有调整" not in page
    assert last not in page


def test_other_hands_wrong_addresses_and_hostile_words(world: Any) -> None:
    agency = world.people["luoyang"][""]
    stranger = client(world, "officer", "dongxihu")
    for address in (place(world, "luoyang", "duties"), place(world, "luoyang", "duties", "collect")):
        assert stranger.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    reader = client(world, "zhang", "luoyang")
    for address in (f"/disclosure/pages/{agency}/nothing/", f"/disclosure/pages/{agency}/duties/steal/",
                    f"/disclosure/pages/{agency}/catalogue/collect/"):  # fmt: skip
        assert reader.get(address).status_code == 404
    for query in ("?version=99999999999", "?version=-1", "?version=٣", "?compare=abc", "?version=0"):
        Client().get(f"/agencies/{agency}/duties/{query}")
    assert Client().get(f"/agencies/{agency}/..%2f/").status_code == 404
    walk(world, "luoyang", "complaints", "<script>alert(1)</script> 电话 12315")
    assert "<script>alert(1)" not in Client().get(f"/agencies/{agency}/complaints/").content.decode()
    long = make(world, "luoyang", "complaints", "collect", typed("complaints", "长" * 5001))
    assert long.status_code == 422
    supervisor = client(world, "supervisor", "dongxihu")
    assert supervisor.get("/disclosure/pages/").status_code == 200


def test_officers_stand_by_department_only_with_a_valid_certificate(world: Any) -> None:
    walk(world, "changning", "officers")
    row = PublishedSection.objects.get(stream=world.people["changning"][""], section="officers", replaced_on=None)
    names = {line["name"] for line in row.content}
    agency = fold_agency(reading.load(world.connection, world.people["changning"][""]))
    assert {line["department"] for line in row.content} <= {part.name for part in agency.departments.values()}
    assert "昌演示" not in names, "he has no certificate"
    assert all(legal_day(timezone.now()).isoformat() <= line["until"] for line in row.content)
