"""双公示 of licences: each decision about a licence that was published becomes a record, whichever way it went."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from sanxiang.casework.projections import library
from sanxiang.config import demo
from sanxiang.interchange.credit import keeping, sending
from sanxiang.interchange.credit.files import lines_of
from sanxiang.interchange.credit.formats import standard
from sanxiang.interchange.models import CreditBatch, CreditRecord
from tests.support.theatre import Theatre

COMPANY = {"party_name": "洛阳演示许可食品有限公司", "licence_number": "JY演示9001"}
LATER = {
    "licence_content": "食品销售（预包装食品、散装食品）",
    "licence_from": "today+3",
    "licence_until": "2099-12-31",
}


def licence(theatre: Theatre, *, story: str = "licence", **stated: Any) -> demo.Told:
    """A licence case whose draft states this, played until it is published."""
    facts = {"conclude_investigation": stated} if stated else {}
    return theatre.played(story, before="close_case" if story == "licence" else "close_refused", start="2026-09-07",
                          fill=COMPANY, facts=facts)  # fmt: skip


@pytest.fixture(scope="module")
def granted(opened_theatre: Any, django_db_blocker: Any) -> Iterator[demo.Told]:
    with django_db_blocker.unblock():
        yield licence(opened_theatre)
        connections.close_all()


def row_of(told: demo.Told) -> CreditRecord:
    return CreditRecord.objects.get(stream=told.stream)


def browser(theatre: Theatre) -> Client:
    client = Client()
    client.force_login(theatre.account("publisher"))
    return client


def gathered(theatre: Theatre, told: demo.Told) -> dict[str, str]:
    keeping.refresh(theatre.connection, theatre.people["luoyang"][""], at=timezone.now())
    return keeping.record_of(row_of(told))


@pytest.mark.clauses("WD-08")
@pytest.mark.journeys("credit.export")
def test_a_granted_licence_is_a_record_in_the_words_of_the_standard(theatre: Theatre, granted: demo.Told) -> None:
    record, row = gathered(theatre, granted), row_of(granted)
    assert (row.kind, row.state, row.problems) == ("permit", "ready", [])
    assert set(record) <= set(standard()["permit"].codes)
    wanted = {
        "XK_XDR_MC": COMPANY["party_name"], "XK_XDR_LB": "法人及非法人组织", "XK_XDR_SHXYM": "91410300MA7JH4BX0U",
        "XK_FRDB": "田演示", "XK_XKWS": "准予行政许可决定书", "XK_XKLB": "普通", "XK_XKZS": "食品经营许可证",
        "XK_XKBH": "JY演示9001", "XK_ZT": "1", "XK_WSH": row.number,
    }  # fmt: skip
    assert {code: record[code] for code in wanted} == wanted
    assert "食品销售（预包装食品）" in record["XK_NR"]
    assert record["XK_YXQZ"] < record["XK_YXQZI"]
    assert row.decided_on == date.fromisoformat(record["XK_JDRQ"])


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_it_leaves_in_each_form_is_answered_and_counted_once(theatre: Theatre, form: str) -> None:
    told = licence(theatre)
    gathered(theatre, told)
    client, mine = browser(theatre), theatre.people["luoyang"][""]
    assert client.post("/exchange/credit/make/", {"kind": "permit", "form": form}).status_code == 302
    row = row_of(told)
    assert row.state == "sent"
    batch = CreditBatch.objects.get(pk=row.batch)
    content = client.get(f"/exchange/credit/batch/{batch.id}/file/").content
    back = {one.record["XK_WSH"]: dict(one.record) for one in lines_of(standard()["permit"], f"x.{form}", content)}
    assert back[row.number] == keeping.record_of(row)
    if form == "json":
        assert json.loads(content)["kind"] == "permit"
    if form == "xlsx":
        heads = next(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
        assert list(heads) == [field.name for field in standard()["permit"].fields]
    client.post(f"/exchange/credit/batch/{batch.id}/", {"receipt": f"R-{form}"})
    assert (row_of(told).state, row_of(told).said) == ("accepted", f"R-{form}")
    again = sending.make(theatre.connection, mine, str(batch.officer), "permit", form, at=timezone.now())
    assert again is None or row_of(told).batch == batch.id


@pytest.mark.clauses("WD-08")
@pytest.mark.journeys("credit.export")
def test_what_was_refused_and_published_asks_once_for_the_days(theatre: Theatre) -> None:
    """A refusal has no days of validity; the standard wants them, so a person states them, and nothing is invented."""
    told = licence(theatre, story="licence_refused")
    record, row = gathered(theatre, told), row_of(told)
    assert (record["XK_XKWS"], record["XK_ZT"]) == ("不予行政许可决定书", "2")
    assert "不予许可" in record["XK_NR"]
    assert row.state == "faulty"
    assert sorted(row.problems) == ["有效期自：必填", "有效期至：必填"]
    page = browser(theatre).get(f"/exchange/credit/record/{row.id}/").content.decode()
    assert "另行补充" in page
    stated = {"permit_sent_from": record["XK_JDRQ"], "permit_sent_until": record["XK_JDRQ"]}
    place = f"/work/cases/{told.stream}/do/complete_credit_record/"
    form = browser(theatre).get(place).content.decode()
    assert "报送的有效期自" in form
    for other in ("其他许可类别的名称", "身份证号码", "违法行为类型", "许可证件名称"):
        assert other not in form, "what the case settles is not asked"
    assert browser(theatre).post(place, stated).status_code == 302
    assert gathered(theatre, told)["XK_YXQZI"] == record["XK_JDRQ"]
    assert (row_of(told).state, row_of(told).problems) == ("ready", [])


def test_a_changed_licence_is_a_record_of_its_own(theatre: Theatre, granted: demo.Told) -> None:
    gathered(theatre, granted)
    told = later(theatre, "licence_changed", "apply", row_of(granted).number, LATER)
    record = gathered(theatre, told)
    assert (record["XK_XKWS"], record["XK_ZT"]) == ("准予变更行政许可决定书", "1")
    assert "散装食品" in record["XK_NR"]
    assert keeping.record_of(row_of(granted))["XK_ZT"] == "1"


def later(theatre: Theatre, story: str, opening: str, number: str, draft: dict[str, Any], **opened: Any) -> demo.Told:
    """A case about an earlier licence, played until it is published."""
    facts = {opening: {"licence_decision": number, **opened}, "conclude_investigation": draft}
    before = "close_case" if story == "licence_changed" else "close_ended"
    return theatre.played(story, before=before, start="2026-09-07", fill=COMPANY, facts=facts)


NONE = {"revoke_ground": None, "ending_authority": None}
ENDED = {
    "撤回": {"recall_ground": "准予许可所依据的客观情况发生重大变化", "for_public_interest": True, **NONE},
    "撤销": {},
    "注销": {"cancel_ground": "法律、法规规定的其他情形", **NONE},
}


@pytest.mark.parametrize("action", ["撤回", "撤销", "注销"])
def test_a_licence_that_was_ended_is_sent_again_as_no_longer_in_force(theatre: Theatre, action: str) -> None:
    """The licence was sent as valid; the decision that ended it makes it an update with 当前状态 2, and once that
    decision is itself taken down, it is in force again."""
    before = licence(theatre)
    gathered(theatre, before)
    CreditRecord.objects.filter(stream=before.stream).update(state="accepted", sent_mark=row_of(before).mark)
    story = "licence_cancelled" if action == "注销" else "licence_revoked"
    draft = {"licence_action": action, **ENDED[action]}
    told = later(theatre, story, "register_source", row_of(before).number, draft, licence_end=action)
    record = gathered(theatre, told)
    assert (record["XK_XKWS"], record["XK_ZT"]) == (f"{action}行政许可决定书", "2")
    old = row_of(before)
    assert (old.state, keeping.record_of(old)["XK_ZT"]) == ("changed", "2")
    assert gathered(theatre, before)["XK_ZT"] == "2", "looked at again, it stays ended"
    CreditRecord.objects.filter(stream=told.stream).update(ends="")
    keeping.follow(theatre.connection, theatre.people["luoyang"][""], before.stream, at=timezone.now())
    assert (row_of(before).state, keeping.record_of(row_of(before))["XK_ZT"]) == ("changed", "1")


def test_what_the_list_of_kinds_does_not_hold_is_named_by_a_person(theatre: Theatre) -> None:
    told = theatre.played("licence", before="close_case", start="2026-09-07", fill=COMPANY,
                          facts={"apply": {"licence_kind": "其他"}})  # fmt: skip
    gathered(theatre, told)
    assert row_of(told).problems == ["许可类别：必填"]
    place = f"/work/cases/{told.stream}/do/complete_credit_record/"
    assert browser(theatre).post(place, {"permit_kind_name": "备案类"}).status_code == 302
    assert gathered(theatre, told)["XK_XKLB"] == "其他-备案类"


def test_seven_working_days_are_counted_on_the_calendar_of_the_place(theatre: Theatre, granted: demo.Told) -> None:
    gathered(theatre, granted)
    row, calendar = row_of(granted), library().on("luoyang", date(2026, 11, 21)).calendar
    row.state, row.sent_mark, row.decided_on = "ready", None, date(2026, 11, 9)
    assert keeping.due_of(row, calendar) == date(2026, 11, 18)
    row.state = "sent"
    assert keeping.due_of(row, calendar) is None
    CreditRecord.objects.filter(pk=row.pk).update(state="ready", sent_mark=None, decided_on=date(2026, 3, 2))
    assert "已过报送期限 2026年3月11日" in browser(theatre).get("/exchange/credit/?kind=permit").content.decode()
