"""A visit that is no inspection: entered at the door, read there by the enterprise, counted beside inspections and never
in their cap, listed for whoever may read it; one that in truth checks is an inspection."""

from __future__ import annotations

import csv
import html
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework import inspecting, visiting
from sanxiang.casework.inspectee_models import InspecteeRow, VisitRow
from sanxiang.casework.projections import library
from sanxiang.core.values import legal_day
from sanxiang.counter import door
from sanxiang.store import reading
from tests.apps.registry.world import credit_code
from tests.support.draws import put_on_standing_list
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-17"), pytest.mark.journeys("inspection.visit")]


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def client(theatre: Theatre, role: str = "zhang", agency: str = "luoyang") -> Client:
    made = Client()
    made.force_login(theatre.account(role, agency))
    return made


def stated(**changes: Any) -> dict[str, Any]:
    facts = {"visit_enterprise": "来访演示公司", "visit_purpose": "上门服务", "visit_matter": "讲解许可怎么延续。",
             "visit_checks": "不检查", "visit_others": "行业协会 1 人"}  # fmt: skip
    return {**facts, **changes}


def entered(theatre: Theatre, code: str, **changes: Any) -> VisitRow:
    others = {"officers": [theatre.people["luoyang"]["li"]]}
    done = client(theatre).post(f"/counter/visit/{door.code_of(code)}/", {**stated(**changes), **others})
    assert done.status_code == 302, text_of(done)[-3000:]
    return VisitRow.objects.get(code=code, purpose=stated(**changes)["visit_purpose"])


def test_who_comes_for_another_purpose_says_so_at_the_door_and_the_enterprise_reads_it(theatre: Theatre) -> None:
    code, officer = credit_code(), client(theatre)
    address = door.code_of(code)
    assert f"/counter/visit/{address}/" in text_of(officer.get(f"/counter/enter/{address}/"))
    row = entered(theatre, code)
    (event,) = reading.load(connections["default"], str(row.stream))
    assert (event.kind, event.actor.officer) == ("visit.made", theatre.people["luoyang"]["zhang"])
    assert event.event.officers == (theatre.people["luoyang"]["zhang"], theatre.people["luoyang"]["li"])
    assert event.finding is not None
    assert "IO-6" in event.finding["clauses"]
    assert (timezone.now() - event.occurred_at).total_seconds() < 60

    there = text_of(Client().get(f"/counter/e/{address}/"))
    for told in (
        "今天有人来访，不是检查",
        "上门服务",
        "讲解许可怎么延续。",
        "张演示",
        "李演示",
        "行业协会 1 人",
        "来办别的事 1 次，检查 0 次",
    ):
        assert told in there, told
    assert str(row.stream) not in there
    assert "今天有检查" not in there
    assert "来访演示公司" in text_of(officer.get(f"/counter/visit/{address}/")), "whom one visited before is known"
    another = text_of(Client().get(f"/counter/e/{door.code_of(credit_code())}/"))
    assert "也没有登记的来访" in another
    assert "上门服务" not in another


def test_whoever_stands_at_the_door_reads_no_telephone_of_another(theatre: Theatre) -> None:
    code = credit_code()
    entered(theatre, code, visit_matter="回访投诉，投诉人电话13900001234。")
    there = text_of(Client().get(f"/counter/e/{door.code_of(code)}/"))
    assert "回访投诉" in there
    assert "13900001234" not in there


def test_what_checks_is_an_inspection_and_the_page_leads_there(theatre: Theatre) -> None:
    code = credit_code()
    listed = put_on_standing_list(theatre.people["luoyang"], "一般风险", code)[code]
    officer, address = client(theatre), f"/counter/visit/{door.code_of(code)}/"
    name = InspecteeRow.objects.get(stream=listed).name
    assert name in text_of(officer.get(address)), "nobody types what the register knows"
    for checks in library().dictionary["visit_checks"].choices[1:]:
        answer = officer.post(address, stated(visit_checks=checks))
        assert answer.status_code == 422
        page = text_of(answer)
        assert "不能用来访代替" in page
        assert "国办发〔2024〕54号" in page
        assert f"/work/cases/new/?procedure=inspection&source=inspectee%3A{listed}" in page
        assert "讲解许可怎么延续。" in page, "what was typed stays"
    assert not VisitRow.objects.filter(code=code).exists()
    assert officer.get(f"/work/cases/new/?procedure=inspection&source=inspectee%3A{listed}").status_code == 200


@pytest.mark.parametrize(("changes", "says"), [
    ({"visit_purpose": ""}, "来访目的"), ({"visit_matter": " "}, "来做什么"), ({"visit_checks": ""}, "会不会检查"),
    ({"visit_purpose": "查税"}, "来访目的"), ({"visit_matter": "一" * 501}, "最多 500 个字"),
    ({"department": "legal"}, "登记人所在的内设机构"), ({"officers": [str(uuid4())]}, "本机关在职的人员"),
    ({"officers": ["x"]}, "本机关在职的人员"), ({"visit_enterprise": ""}, "企业名称"),
])  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_entered(theatre: Theatre, changes: dict[str, Any], says: str) -> None:
    code = credit_code()
    answer = client(theatre).post(f"/counter/visit/{door.code_of(code)}/", stated(**changes))
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not VisitRow.objects.filter(code=code).exists()
    assert door.here(door.code_of(code), at=timezone.now()) == []


def test_the_same_visit_is_entered_once(theatre: Theatre) -> None:
    code = credit_code()
    entered(theatre, code)
    again = client(theatre).post(
        f"/counter/visit/{door.code_of(code)}/", {**stated(), "officers": [theatre.people["luoyang"]["li"]]}
    )
    assert again.status_code == 422
    assert "今天同样的来访已经登记过" in text_of(again)
    assert VisitRow.objects.filter(code=code).count() == 1
    assert len(door.here(door.code_of(code), at=timezone.now())) == 1
    entered(theatre, code, visit_purpose="调研")
    assert len(door.here(door.code_of(code), at=timezone.now())) == 2, "another purpose is another visit"


def test_it_is_counted_beside_inspections_and_never_among_them(theatre: Theatre) -> None:
    start = (timezone.localdate() - timedelta(days=16)).isoformat()
    code = credit_code()
    told = theatre.played("inspection", before="inspect", start=start,
                          fill={"party_name": "来访演示公司", "party_credit_code": code})  # fmt: skip
    officer, address = client(theatre), door.code_of(code)
    assert officer.post(f"/counter/enter/{address}/", {"case": told.stream}).status_code == 302
    agency, today = theatre.people["luoyang"][""], legal_day(timezone.now())
    before = inspecting.visits(agency, code, today).count
    entered(theatre, code)
    entered(theatre, code, visit_purpose="调研")
    assert inspecting.visits(agency, code, today).count == before
    found = inspecting.of_enterprise(library().on("luoyang", today), agency, code, today)
    assert (found.count, found.others) == (before, 2)
    assert visiting.count(code, today) == 2
    assert visiting.count(code, today, agency=str(uuid4())) == 0
    assert visiting.count(code, today.replace(year=today.year - 1, day=1)) == 0
    assert "另外来办别的事 2 次" in text_of(officer.get(f"/counter/enter/{address}/"))
    there = text_of(Client().get(f"/counter/e/{address}/"))
    assert "今天有检查" in there, "the inspection that is there stays beside the visits"
    assert "来办别的事 2 次，检查 1 次" in there


def test_who_may_not_enter_one_and_what_is_no_code(theatre: Theatre) -> None:
    address = f"/counter/visit/{door.code_of(credit_code())}/"
    assert client(theatre, "publisher").get(address).status_code == 404
    assert client(theatre, "publisher").post(address, stated()).status_code == 404
    assert Client().post(address, stated())["Location"].startswith("/login/")
    assert client(theatre).get("/counter/visit/nothing/").status_code == 404


def test_the_list_is_read_narrowed_and_taken_along_by_whoever_may(theatre: Theatre) -> None:
    code = credit_code()
    row = entered(theatre, code, visit_enterprise="=1+1来访演示公司")
    for role, sees in (("zhang", True), ("head", True), ("unit", True), ("supervisor", True)):
        page = text_of(client(theatre, role).get(f"/counter/visits/?q={code}"))
        assert (code in page.partition("<tbody>")[2]) is sees, role
    assert client(theatre, "reviewer").get("/counter/visits/").status_code == 404
    theatre.everywhere()
    stranger = client(theatre, "officer", "dongxihu").get(f"/counter/visits/?q={code}")
    assert "没有符合条件的来访" in text_of(stranger)

    overseer, today = client(theatre, "supervisor"), legal_day(timezone.now())
    agency = theatre.people["luoyang"][""]
    for narrow, sees in (
        ("purpose=上门服务", True), ("purpose=调研", False), (f"since={today}", True), (f"until={today}", True),
        (f"until={today - timedelta(days=1)}", False), (f"since={today + timedelta(days=1)}", False),
        (f"agency={agency}", True), (f"agency={uuid4()}", False), ("agency=x", False), ("since=x&until=0001-01-01", True),
        ("from=x", True), ("until=9999-12-31", True),
    ):  # fmt: skip
        answer = overseer.get(f"/counter/visits/?q={code}&{narrow}")
        assert answer.status_code == 200, narrow
        assert ("<tbody>" in text_of(answer)) is sees, narrow
    file = overseer.get(f"/counter/visits/?q={code}&format=csv")
    lines = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert lines[1][1] == "'=1+1来访演示公司", "nothing runs in a spreadsheet"
    assert lines[1][2] == row.code
    assert "张演示、李演示" in lines[1]


def test_what_comes_often_is_named_with_how_many_agencies(theatre: Theatre) -> None:
    code = credit_code()
    entered(theatre, code)
    once = text_of(client(theatre, "head").get(f"/counter/visits/?q={code}"))
    assert "来访多的企业" not in once
    entered(theatre, code, visit_purpose="调研")
    twice = text_of(client(theatre, "head").get(f"/counter/visits/?q={code}"))
    assert "来访多的企业" in twice
    assert "2 次" in twice.partition("来访多的企业")[2]
