"""The list of major decisions through its pages: compile, return, file, publish, adjust, file and publish again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from sanxiang.casework.models import Account
from sanxiang.casework.registration import Entry, RegisterCommand
from sanxiang.config import demo
from sanxiang.core.events import registry
from sanxiang.core.values import CHINA
from sanxiang.store import reading

ENTRY = {
    "name": "吊销许可证件", "category": "处罚", "sanction": "吊销许可证件", "item": "", "at_least": "", "basis": "《行政处罚法》第五十八条",
    "standard": "事实清楚", "content": "九项要点", "course": "书面审核", "term": "5个工作日",
}  # fmt: skip


def client(theatre: Any, role: str, agency: str = "luoyang") -> Client:
    found = Client()
    found.force_login(theatre.account(role, agency))
    return found


def place(theatre: Any, step: str = "", department: str = "enforcement2", agency: str = "luoyang") -> str:
    base = f"/review/catalogues/{theatre.people[agency]['']}/{department}/"
    return f"{base}{step}/" if step else base


def typed(*entries: dict[str, str], **more: str) -> dict[str, str]:
    rows = {f"catalogue_entries.{at}.{key}": value for at, entry in enumerate(entries) for key, value in entry.items()}
    return {**rows, **more}


@pytest.fixture
def lists(theatre: Any) -> Any:
    return theatre


def kinds(theatre: Any) -> list[str]:
    events = reading.load(theatre.connection, theatre.people["luoyang"][""])
    return [
        event.kind
        for event in events
        if event.kind.startswith("catalogue.") and event.event.department == "enforcement2"
    ]


@pytest.mark.clauses("LY-35", "DXH-21")
@pytest.mark.journeys("review.scope-list")
def test_a_list_goes_its_whole_way_and_an_adjusted_one_goes_it_again(lists: Any) -> None:
    unit, legal, publisher = (client(lists, role) for role in ("unit2", "reviewer2", "publisher"))
    begun = len(kinds(lists))
    assert unit.post(place(lists, "compile"), typed(ENTRY)).status_code == 302
    returned = legal.post(place(lists, "return"), {"catalogue_return_reason": "请补充数额标准"})
    assert returned.status_code == 302
    assert "请补充数额标准" in unit.get(place(lists)).content.decode()
    heavy = ENTRY | {"name": "五万元以上罚款", "sanction": "罚款", "at_least": "50000"}
    assert unit.post(place(lists, "compile"), typed(ENTRY, heavy)).status_code == 302
    assert legal.post(place(lists, "file"), {"catalogue_receipt": "备〔2024〕9号"}).status_code == 302
    assert publisher.post(place(lists, "publish")).status_code == 302
    shown = unit.get(place(lists)).content.decode()
    assert "备〔2024〕9号" in shown
    assert "50,000.00元以上" in shown
    lighter = heavy | {"at_least": "30000"}
    assert unit.post(place(lists, "compile"), typed(ENTRY, lighter, catalogue_note="下调数额")).status_code == 302
    compared = unit.get(place(lists)).content.decode()
    assert "<del>50,000.00元</del> → <ins>30,000.00元</ins>" in compared
    assert kinds(lists)[begun:] == [
        "catalogue.compiled", "catalogue.returned", "catalogue.compiled", "catalogue.filed", "catalogue.published",
        "catalogue.compiled",
    ]  # fmt: skip
    table = unit.get(place(lists) + "1.csv")
    assert table["Content-Type"].startswith("text/csv")
    assert "50,000.00元" in table.content.decode()


@pytest.mark.clauses("LY-35", "DXH-21")
@pytest.mark.parametrize(
    ("role", "step", "said"),
    [
        ("officer", "compile", "由目录所属的承办机构编制"),
        ("unit2", "file", "登记由"),
        ("publisher", "file", "登记由"),
        ("head", "publish", "登记由"),
    ],
)
def test_each_step_has_its_own_people(lists: Any, role: str, step: str, said: str) -> None:
    role = {"officer": "zhang"}.get(role, role)
    before = kinds(lists)
    answer = client(lists, role).post(place(lists, step), typed(ENTRY, catalogue_receipt="备〔2024〕1号"))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert kinds(lists) == before


def test_nothing_is_published_that_was_not_filed(lists: Any) -> None:
    unit, publisher = client(lists, "unit2"), client(lists, "publisher")
    assert unit.post(place(lists, "compile"), typed(ENTRY)).status_code == 302
    answer = publisher.post(place(lists, "publish"))
    assert answer.status_code == 422
    assert "已经备案、等待公布的目录" in answer.content.decode()


@pytest.mark.parametrize(
    "entry",
    [
        ENTRY | {"basis": ""},
        ENTRY | {"at_least": "很多"},
        ENTRY | {"name": "长" * 5000},
        {},
    ],
)
def test_an_incomplete_or_impossible_entry_is_refused_whole(lists: Any, entry: dict[str, str]) -> None:
    before = kinds(lists)
    answer = client(lists, "unit2").post(place(lists, "compile"), typed(entry))
    assert answer.status_code == 422
    assert kinds(lists) == before


def test_script_in_an_entry_is_shown_as_text(lists: Any) -> None:
    unit = client(lists, "unit2")
    assert (
        unit.post(place(lists, "compile"), typed(ENTRY | {"name": "<script>alert(1)</script>=1+1"})).status_code == 302
    )
    shown = unit.get(place(lists)).content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;" in shown


def test_a_stranger_sees_nothing(lists: Any) -> None:
    other = client(lists, "officer", "dongxihu")
    assert other.get(place(lists)).status_code == 404
    assert other.get(place(lists, "compile")).status_code == 404
    assert other.post(place(lists, "compile"), typed(ENTRY)).status_code == 404
    assert Client().get(place(lists)).status_code == 302


def test_pages_cost_a_handful_of_queries(lists: Any, django_assert_max_num_queries: Any) -> None:
    unit = client(lists, "unit2")
    with django_assert_max_num_queries(12):
        assert unit.get("/review/catalogues/").status_code == 200
    with django_assert_max_num_queries(12):
        assert unit.get(place(lists)).status_code == 200
    with django_assert_max_num_queries(12):
        assert unit.get(place(lists, "compile")).status_code == 200


@pytest.mark.clauses("DXH-21")
def test_the_public_reads_what_was_published_and_the_editions_before(lists: Any) -> None:
    unit, legal, publisher = (client(lists, role) for role in ("unit", "reviewer2", "publisher"))
    where = {"department": "enforcement"}
    assert unit.post(place(lists, "compile", **where), typed(ENTRY | {"name": "新版事项（演示）"})).status_code == 302
    public = Client()
    there = f"/catalogues/{lists.people['luoyang']['']}/enforcement/"
    assert "新版事项（演示）" not in public.get(there).content.decode()
    assert legal.post(place(lists, "file", **where), {"catalogue_receipt": "备〔2026〕3号"}).status_code == 302
    assert publisher.post(place(lists, "publish", **where)).status_code == 302
    shown = public.get(there).content.decode()
    assert "新版事项（演示）" in shown
    assert "备〔2026〕3号" in shown
    before = public.get(there + "?edition=1").content.decode()
    assert "这是以前的版本" in before
    assert "法人五万元以上的罚款（演示）" in before
    assert "50,000.00元" in before
    assert "综合执法一科" in public.get("/catalogues/").content.decode()
    assert public.get(there + "?edition=99").status_code == 404
    assert public.get(there + "?edition=abc").status_code == 404


@pytest.fixture
def bureau(lists: Any) -> Client:
    """A supervisor of the body that leads the jurisdiction (司法行政部门), another agency than the one whose list it is."""
    since = datetime(2023, 12, 1, 9, tzinfo=CHINA)

    def enter(kind: str, *events: Any, agency: str = "") -> str:
        entries = tuple(Entry(event=event, occurred_at=since) for event in events)
        command = RegisterCommand(kind=kind, agency=agency, entries=entries, installer=demo.INSTALLER)
        return demo.enter(lists.connection, lists.book, command, since)

    named = {
        "agency_name": "洛阳市司法局（演示）",
        "agency_kind": "行政机关",
        "agency_credit_code": "11410300005184225K",
    }
    leading = registry.DepartmentRegistered(
        department="lead", functions=("supervision",), facts={"department_name": "行政执法协调监督科"}
    )
    stream = enter("agency", registry.AgencyRegistered(jurisdiction="luoyang", facts=named), leading)
    person = registry.OfficerRegistered(agency=stream, facts={"officer_name": "司演示"})
    officer = enter("officer", person, registry.PostAppointed(post="supervisor", department="lead"), agency=stream)
    account = Account.objects.get_or_create(officer=officer, defaults={"username": officer})[0]
    found = Client()
    found.force_login(account)
    return found


@pytest.mark.clauses("LY-35")
@pytest.mark.journeys("review.scope-list")
def test_the_justice_bureau_files_the_list_of_another_agency_and_compiles_none(lists: Any, bureau: Client) -> None:
    where = {"department": "enforcement2"}
    assert client(lists, "unit2").post(place(lists, "compile", **where), typed(ENTRY)).status_code == 302
    shown = bureau.get(place(lists, **where)).content.decode()
    assert "审核备案" in shown
    assert "编制、调整目录" not in shown
    assert bureau.post(place(lists, "compile", **where), typed(ENTRY)).status_code == 422
    assert bureau.post(place(lists, "file", **where), {"catalogue_receipt": ""}).status_code == 422
    done = bureau.post(place(lists, "file", **where), {"catalogue_receipt": "洛司备〔2026〕1号"})
    assert done.status_code == 302
    filed = reading.load(lists.connection, lists.people["luoyang"][""])[-1]
    assert (filed.kind, filed.actor.name, filed.actor.post) == ("catalogue.filed", "司演示", "supervisor")
    assert "洛司备〔2026〕1号" in client(lists, "unit2").get(place(lists, **where)).content.decode()
    assert bureau.post(place(lists, "publish", **where)).status_code == 422, "it is published by the agency"
