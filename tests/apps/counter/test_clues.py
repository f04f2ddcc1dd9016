"""Clues that came in: registered once, answered in time, taken over into a case; who reported one stays where it is."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework.models import CaseEntry, CaseRow
from sanxiang.core.values import legal_day
from sanxiang.counter.models import ClueRow
from sanxiang.store import reading
from sanxiang.store.projecting import PROJECTIONS
from tests.store.hostile import pdf
from tests.support.theatre import Theatre

REPORTER, CONTACT = "匿名演示举报人", "13911112222"
QUERIES_MAX = 25
COUNTED = {"counter:clues", "counter:clue-new", "counter:clue", "counter:clue-file"}
"""The pages whose questions to the database are counted here."""


def day(days: int = 0) -> str:
    return (legal_day(timezone.now()) + timedelta(days=days)).isoformat()


def stated(**changes: str) -> dict[str, Any]:
    facts = {
        "clue_channel": "12345热线", "clue_number": "GD2026112200017", "source_on": day(),
        "source_summary": "西工区某超市销售过期食品。", "party_kind": "个体工商户", "party_name": "线索演示超市",
        "party_credit_code": "92410300MAKPXWCN8H", "party_address": "洛阳市西工区演示路1号",
        "clue_reporter": REPORTER, "clue_reporter_contact": CONTACT, "clue_answer_by": day(10), "files-begin": "1", "files-end": "1",
    }  # fmt: skip
    return {name: text for name, text in {**facts, **changes}.items() if text}


def client_of(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


@pytest.fixture
def place(theatre: Theatre) -> str:
    """The page of a clue with a file."""
    upload = SimpleUploadedFile("工单.pdf", pdf(), content_type="application/pdf")
    answered = client_of(theatre, "zhang").post("/counter/clues/new/", {**stated(), "files": upload})
    assert answered.status_code == 302, answered.content.decode()[:3000]
    return str(answered["Location"])


def row_of(place: str) -> ClueRow:
    return ClueRow.objects.get(pk=place.strip("/").rsplit("/", 1)[-1])


@pytest.mark.journeys("counter.clues")
def test_a_case_is_opened_from_a_clue_with_party_place_words_and_files(theatre: Theatre, place: str) -> None:
    zhang, clue = client_of(theatre, "zhang"), row_of(place)
    page = zhang.get(place).content.decode()
    assert "转为案件（登记案源）" in page
    form = f"/work/cases/new/?procedure=penalty.ordinary&source={clue.stream}"
    assert form.replace("&", "&amp;") in page
    filled = zhang.get(form).content.decode()
    for text in ("线索演示超市", "92410300MAKPXWCN8H", "洛阳市西工区演示路1号", "销售过期食品", "工单.pdf"):
        assert text in filled, text
    assert REPORTER not in filled
    assert CONTACT not in filled
    sent = {
        "procedure": "penalty.ordinary", "source": str(clue.stream), "once": f"form:{clue.stream}", "source_kind": "投诉举报",
        "source_on": day(), "source_summary": f"销售过期食品（线索来件 {clue.number}）", "party_kind": "个体工商户",
        "party_name": "线索演示超市", "party_credit_code": "92410300MAKPXWCN8H", "party_address": "洛阳市西工区演示路1号",
        "legal_representative": "演示人", "files-begin": "1", "files-end": "1",
    }  # fmt: skip
    opened = zhang.post("/work/cases/new/", sent)
    assert opened.status_code == 302, opened.content.decode()[:4000]
    case = CaseRow.objects.get(pk=opened["Location"].strip("/").rsplit("/", 1)[-1])
    events = reading.load(connections["default"], str(case.stream))
    assert [file["name"] for file in events[0].event.files] == ["工单.pdf"]
    assert events[0].event.facts["party_name"] == "线索演示超市"
    assert REPORTER not in json.dumps(dict(events[0].event.facts), ensure_ascii=False)
    clue.refresh_from_db()
    assert (clue.state, str(clue.case)) == ("used", str(case.stream))
    assert f"/work/cases/{case.stream}/" in zhang.get(place).content.decode()
    assert place in zhang.get(f"/work/cases/{case.stream}/").content.decode(), "the case names its clue"
    assert zhang.post("/work/cases/new/", sent)["Location"] == opened["Location"], "sent again opens no other"
    assert "source" not in zhang.get(form).context or zhang.get(form).context["source"] is None, (
        "one case from one clue"
    )


def test_what_came_in_came_in_today_until_somebody_says_otherwise(theatre: Theatre) -> None:
    form = client_of(theatre, "zhang").get("/counter/clues/new/")
    assert {one.fact.id: one.value for one in form.context["fields"] if one.value} == {"source_on": day()}


def test_who_reported_stands_in_no_row_and_whoever_looks_says_why(theatre: Theatre, place: str) -> None:
    clue, unit = row_of(place), client_of(theatre, "unit")
    said = json.dumps([str(value) for value in ClueRow.objects.filter(pk=clue.pk).values_list()], ensure_ascii=False)
    assert REPORTER not in said
    assert CONTACT not in said
    assert not CaseEntry.objects.filter(text__contains=CONTACT).exists()
    for role in ("zhang", "unit", "head"):
        assert REPORTER not in client_of(theatre, role).get(place).content.decode(), role
        assert place not in client_of(theatre, role).get(f"/work/search/?q={REPORTER}").content.decode(), role
    refused = client_of(theatre, "zhang").post(place, {"do": "who", "why": "办案需要联系"})
    assert refused.status_code == 422
    assert REPORTER not in refused.content.decode()
    assert unit.post(place, {"do": "who", "why": "短"}).status_code == 422
    assert REPORTER in unit.post(place, {"do": "who", "why": "回访核实举报内容"}).content.decode()
    seen = reading.load(connections["default"], str(clue.stream))[-1]
    assert (seen.kind, seen.event.facts["look_purpose"]) == ("clue.reporter_seen", "回访核实举报内容")
    assert "查看了举报人" in client_of(theatre, "head").get(place).content.decode()


def test_an_answer_is_recorded_with_its_term(theatre: Theatre, place: str) -> None:
    zhang = client_of(theatre, "zhang")
    assert "还剩" in zhang.get("/counter/clues/?state=answer").content.decode()
    wrong = zhang.post(
        place, {"do": "answer", "clue_answer": "已经核查。", "clue_answer_manner": "电话", "clue_answered_on": day(1)}
    )
    assert wrong.status_code == 422, "tomorrow has not come"
    done = zhang.post(
        place, {"do": "answer", "clue_answer": "已经核查。", "clue_answer_manner": "电话", "clue_answered_on": day()}
    )
    assert done.status_code == 302
    assert row_of(place).answered_on.isoformat() == day()
    assert "已按期答复" in zhang.get(place).content.decode()
    again = {"do": "answer", "clue_answer": "再答。", "clue_answer_manner": "电话", "clue_answered_on": day()}
    assert zhang.post(place, again).status_code == 422


def test_a_clue_that_leads_to_no_case_says_why(theatre: Theatre, place: str) -> None:
    zhang = client_of(theatre, "zhang")
    assert zhang.post(place, {"do": "end", "clue_ended_because": "重复举报"}).status_code == 422, (
        "what was found is missing"
    )
    done = zhang.post(place, {"do": "end", "clue_ended_because": "重复举报", "clue_ended_note": "与前件相同。"})
    assert done.status_code == 302
    assert row_of(place).state == "set_aside"
    assert "转为案件" not in zhang.get(place).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clue_channel": ""}, "填写来件方式"),
        ({"source_on": day(7)}, "收到的日期不能晚于今天"),
        ({"clue_answer_by": ""}, "写明答复期限"),
        ({"clue_channel": "移送来函"}, "写明移送、交办的机关"),
        ({"department": "elsewhere"}, "选一个您所在的承办机构"),
        ({"party_credit_code": "123"}, "统一社会信用代码"),
    ],
)
def test_what_is_incomplete_is_told_field_by_field(theatre: Theatre, changes: dict[str, str], said: str) -> None:
    answered = client_of(theatre, "zhang").post("/counter/clues/new/", stated(**changes))
    assert answered.status_code == 422
    assert said in answered.content.decode()


def test_others_see_none_of_it(theatre: Theatre, place: str) -> None:
    theatre.everywhere()
    for role, agency in (("head", "wuding"), ("supervisor", "luoyang"), ("publisher", "luoyang")):
        client = client_of(theatre, role, agency)
        assert client.get(place).status_code == 404, role
        assert client.get(f"{place}0/").status_code == 404, role
        assert row_of(place).number not in client.get("/counter/clues/").content.decode(), role
    assert client_of(theatre, "head").get(f"{place}0/").status_code == 200
    assert client_of(theatre, "head").get(f"{place}9/").status_code == 404
    used = client_of(theatre, "head", "wuding").get(f"/work/cases/new/?source={row_of(place).stream}")
    assert "线索来件 XS" not in used.content.decode()


def test_the_line_follows_from_the_record_and_pages_ask_little(theatre: Theatre, place: str) -> None:
    clue = row_of(place)
    (row,) = PROJECTIONS["clues"].rows(str(clue.stream), reading.load(connections["default"], str(clue.stream)))[
        "clue_row"
    ]
    assert (row["text"], row["party"], row["answer_by"]) == (clue.text, clue.party, clue.answer_by.isoformat())
    for address in ("/counter/clues/", "/counter/clues/?q=GD20261122&state=waiting", "/counter/clues/new/", place, f"{place}0/",
                    "/work/search/?q=GD20261122&kind=clue"):  # fmt: skip
        with CaptureQueriesContext(connections["default"]) as asked:
            page = client_of(theatre, "zhang").get(address)
        assert page.status_code == 200, address
        assert len(asked) <= QUERIES_MAX, (address, len(asked))
    assert clue.number in client_of(theatre, "zhang").get("/work/search/?q=GD20261122&kind=clue").content.decode()
