"""The pages of the registers: who sees what, what is found, how many queries it takes."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanxiang.core.events import registry
from tests.apps.registry.world import (
    ITEM,
    Body,
    account,
    body,
    certified,
    enter,
    identity,
    iso,
    now,
    printed,
)

pytestmark = pytest.mark.django_db
BUDGET = 25


def client(officer: str) -> Client:
    made = Client(raise_request_exception=True)
    made.force_login(account(officer))
    return made


@pytest.fixture
def bureau(db: None) -> Body:
    made = body()
    made.add("张有证", "officer", "e1", *certified("豫C-001"))
    made.add("李到期", "officer", "e1", *certified("豫C-002", until=-1))
    made.add("王将到", "officer", "e1", *certified("豫C-003", until=30))
    made.add("赵无证", "officer", "e1", registry.ExamPassed(exam="enforcement"))
    made.add("钱未考", "publisher")
    made.add("文员", "publisher")
    made.people["事项"] = enter(
        "item", registry.ItemListed(item="P001", agency=made.id, category="处罚", facts=ITEM), agency=made.id
    )
    return made


def names(page: Any) -> list[str]:
    return [line["row"].name for line in page.context["lines"]]


@pytest.mark.clauses("LY-41")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "有证"}, ["张有证"]),
        ({"q": "豫c-002"}, ["李到期"]),
        ({"q": "张"}, ["张有证"]),
        ({"q": "不存在"}, []),
        ({"q": "%"}, []),
        ({"q": "'; --"}, []),
        ({"only": "expired"}, ["李到期"]),
        ({"only": "expiring"}, ["王将到"]),
        ({"only": "no_certificate"}, ["文员", "登记员", "赵无证", "钱未考"]),
        ({"only": "no_exam"}, ["文员", "登记员", "钱未考"]),
        ({"only": "left"}, []),
    ],
)
def test_officers_are_found_by_name_number_and_state(bureau: Body, asked: dict[str, str], found: list[str]) -> None:
    answer = client(bureau.people["文员"]).get("/registry/officers/", asked)
    assert sorted(names(answer)) == sorted(found)


def test_states_of_certificates_are_said_in_words(bureau: Body) -> None:
    text = client(bureau.people["文员"]).get("/registry/officers/").content.decode()
    for word in (
        f"有效至{printed(700)}",
        f"{printed(-1)}到期",
        f"{printed(30)}到期，剩 30 天",
        "没有执法证",
        "无考试记录",
    ):
        assert word in text


@pytest.mark.clauses("LY-42")
@pytest.mark.journeys("registry.import")
def test_an_expired_certificate_has_lost_its_powers_by_itself(bureau: Body) -> None:
    there = client(bureau.people["文员"])
    expired = f"/registry/officers/{bureau.people['李到期']}/"
    assert "没有有效的执法证，不能从事执法活动" in there.get(expired).content.decode()
    assert "豫C-002（" in there.get(expired, {"on": iso(-1)}).content.decode()
    assert "不是日期" in there.get(expired, {"on": "2024-02-30"}).content.decode()


def test_what_was_known_at_a_time_differs_from_what_is_valid_on_a_day(bureau: Body) -> None:
    """Everything was entered today for a day long ago: known yesterday, nothing."""
    place = f"/registry/officers/{bureau.people['张有证']}/"
    there = client(bureau.people["文员"])
    assert there.get(place, {"on": iso(-10)}).context["card"] is not None
    assert there.get(place, {"on": iso(-10), "known": iso(-1)}).context["card"] is None
    assert "补录" in there.get(place).content.decode()


def test_a_page_is_followed_by_the_next_and_none_is_shown_twice(bureau: Body) -> None:
    for number in range(110):
        bureau.add(f"多{number % 7}", "publisher")
    there, seen, after = client(bureau.people["文员"]), [], ""
    while True:
        answer = there.get("/registry/officers/", {"q": "多", "after": after})
        seen += [line["row"].stream for line in answer.context["lines"]]
        after = answer.context["found"].next
        if not after:
            break
    assert len(seen) == len(set(seen)) == 110
    assert len(there.get("/registry/officers/", {"after": "'/x"}).context["lines"]) == 50


LISTS = ("/registry/agencies/", "/registry/officers/", "/registry/items/")


def pages(of: Body) -> list[str]:
    return [
        *LISTS,
        f"/registry/agencies/{of.id}/",
        f"/registry/officers/{of.people['登记员']}/",
        f"/registry/items/{of.people['事项']}/",
        f"/registry/agencies/{of.id}/change_agency/",
        f"/registry/officers/{of.people['登记员']}/appoint/",
        "/registry/import/",
    ]


def test_no_page_needs_more_than_its_budget_of_queries_however_many_rows(bureau: Body) -> None:
    there = client(bureau.people["登记员"])
    spent: dict[str, int] = {}
    for place in pages(bureau):
        with CaptureQueriesContext(connection) as few:
            assert there.get(place).status_code == 200
        spent[place] = len(few)
    for number in range(60):
        bureau.add(f"多{number}", "publisher", ("e1", "legal")[number % 2])
    for place in pages(bureau):
        with CaptureQueriesContext(connection) as many:
            there.get(place)
        assert len(many) <= min(BUDGET, spent[place] + 1), place


def test_who_reads_and_who_writes(bureau: Body) -> None:
    elsewhere, leader = body(), body(leads=True)
    elsewhere.people["事项"] = enter(
        "item", registry.ItemListed(item="Q1", agency=elsewhere.id, category="处罚", facts=ITEM), agency=elsewhere.id
    )
    county = body("wuding")
    supervisor = leader.add("监督员", "supervisor", "lead")
    far = county.add("外地监督员", "supervisor")
    who = {
        "clerk": bureau.people["文员"], "registrar": bureau.people["登记员"], "leader": leader.people["登记员"],
        "supervisor": supervisor, "far": far, "far_registrar": county.people["登记员"],
        "other_registrar": elsewhere.people["登记员"],
    }  # fmt: skip
    reads, writes = {}, {}
    for name, officer in who.items():
        there = client(officer)
        page, officer_page, item_page = pages(bureau)[3:6]
        found = {there.get(place).status_code for place in (page, officer_page, item_page)}
        assert len(found) == 1, (name, found)
        reads[name] = found.pop()
        writes[name] = there.get(pages(bureau)[6]).status_code
    assert reads == {
        "clerk": 200,
        "registrar": 200,
        "leader": 200,
        "supervisor": 200,
        "far": 404,
        "far_registrar": 404,
        "other_registrar": 404,
    }
    assert writes == {
        "clerk": 403,
        "registrar": 200,
        "leader": 200,
        "supervisor": 403,
        "far": 404,
        "far_registrar": 404,
        "other_registrar": 404,
    }
    for name, wide in (("clerk", False), ("supervisor", True)):
        listed = client(who[name]).get("/registry/officers/", {"q": "登记员"}).context["lines"]
        assert {str(line["row"].agency) for line in listed} >= ({bureau.id, elsewhere.id} if wide else {bureau.id})
        assert county.id not in {str(line["row"].agency) for line in listed}
        assert wide or len(listed) == 1
    assert client(who["clerk"]).get("/registry/officers/", {"agency": elsewhere.id}).status_code == 404
    assert client(who["clerk"]).get("/registry/officers/", {"agency": "x"}).status_code == 404


def test_without_a_login_or_a_post_nothing_is_seen(bureau: Body) -> None:
    gone = bureau.add("离任者", "publisher")
    enter("officer", registry.OfficerLeft(), agency=bureau.id, stream=gone, since=now())
    for place in pages(bureau):
        assert Client().get(place).status_code == 302
        assert client(gone).get(place).status_code == 403
    assert client(bureau.people["文员"]).get("/registry/import/").status_code == 403


def test_numbers_of_identity_are_seen_by_the_registrar_alone_and_masked(bureau: Body) -> None:
    number = identity()
    stream = enter(
        "officer",
        registry.OfficerRegistered(agency=bureau.id, facts={"officer_name": "某", "officer_id_number": number}),
        agency=bureau.id,
    )
    for person, shown in (("登记员", True), ("文员", False)):
        text = client(bureau.people[person]).get(f"/registry/officers/{stream}/").content.decode()
        assert number not in text
        assert (f"**{number[-4:]}" in text) is shown


def test_exports_hold_what_the_list_holds_and_run_nothing(bureau: Body) -> None:
    bureau.add("=cmd|' /C calc'!A1", "publisher")
    there = client(bureau.people["文员"])
    answer = there.get("/registry/officers/", {"format": "csv"})
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 8
    assert rows[1][0].startswith("'=cmd")
    assert next(row for row in rows if row[0] == "张有证")[2:5] == ["综合执法一科", "执法人员", "豫C-001"]
    items = b"".join(there.get("/registry/items/", {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert items.splitlines()[1].startswith("P001,对无照经营的处罚,处罚")
    assert (
        b"".join(there.get("/registry/agencies/", {"format": "csv"}).streaming_content).decode().count(bureau.code) == 1
    )


def test_what_is_not_there_is_not_found(bureau: Body) -> None:
    there = client(bureau.people["登记员"])
    nobody = uuid.uuid4()
    for place in (
        f"agencies/{nobody}/",
        f"officers/{nobody}/",
        f"items/{nobody}/",
        f"officers/{nobody}/leave/",
        f"import/{nobody}/",
        f"agencies/{bureau.id}/fly/",
        f"agencies/{bureau.id}/leave/",
        "import/template/none/",
        "import/?kind=none",
    ):
        assert there.get(f"/registry/{place}").status_code == 404, place


def test_an_empty_register_says_what_to_do(db: None) -> None:
    made = body()
    there = client(made.people["登记员"])
    assert "从表格导入" in there.get("/registry/items/").content.decode()
    assert "没有符合条件的人员" in there.get("/registry/officers/", {"only": "left"}).content.decode()
