"""Anybody reports a violation on the public site: no name needed, the name sealed where one is given, and the answer read
by receipt number and code; on the desk it is assigned, looked into and answered in time."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from PIL import Image

from sanxiang.casework.projections import library
from sanxiang.core.calendar import due
from sanxiang.core.values import Period, Unit, legal_day
from sanxiang.counter import tip_views
from sanxiang.counter.models import ClueRow, Intake, IntakeFile, Outcome, Slip
from sanxiang.counter.taking import take_in
from sanxiang.store import reading
from sanxiang.store.projecting import PROJECTIONS
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-17"), pytest.mark.journeys("counter.report")]
NAME, CONTACT = "实名演示举报人", "13922223333"
RECEIPT = re.compile(r'<strong class="sx-number">([^<]+)</strong>')
PLACE = "/counter/report/"


def photo() -> SimpleUploadedFile:
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "GPS-CANARY"
    Image.new("RGB", (40, 30), "green").save(made, "JPEG", exif=exif)
    return SimpleUploadedFile("IMG_举报人手机.jpg", made.getvalue(), content_type="image/jpeg")


def typed(theatre: Theatre, **changes: str) -> dict[str, Any]:
    said = {
        "agency": theatre.people["luoyang"][""], "text": "演示路菜市场东门的摊位卖过期牛奶。", "party": "举报演示商店",
        "place": "洛阳市西工区演示路菜市场", "name": NAME, "contact": CONTACT, "factor": "k7m2", "once": f"{timezone.now()}",
    }  # fmt: skip
    return {**said, **changes}


def sent(theatre: Theatre, **changes: Any) -> str:
    """Send a report and have the worker take it in; its receipt number."""
    answered = Client().post(PLACE, typed(theatre, **changes))
    page = answered.content.decode()
    assert answered.status_code == 200, page
    found = RECEIPT.search(page)
    assert found is not None
    take_in(connections["default"], at=timezone.now())
    return found[1]


def client_of(theatre: Theatre, role: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


def slip(receipt: str, factor: str = "K7M2") -> str:
    return html.unescape(Client().post("/counter/", {"code": receipt, "factor": factor}).content.decode())


def test_a_report_becomes_a_clue_and_its_sender_reads_on_without_an_account(theatre: Theatre) -> None:
    receipt = sent(theatre, photos=photo())
    row = ClueRow.objects.get(sent_number=receipt)
    assert (row.channel, row.party, row.department, row.state, row.files) == (
        "网上举报",
        "举报演示商店",
        "",
        "waiting",
        1,
    )
    today = legal_day(timezone.now())
    rules = library().on("luoyang", today)
    for term, days in ((row.check_by, 15), (row.answer_by, 20)):
        assert term == due(today, Period(days, Unit.WORKING_DAY), rules.calendar, roll=False).on
    assert "登记，由执法机关核查" in slip(receipt)
    assert "核查结束：还没有" in slip(receipt)

    place = f"/counter/clues/{row.stream}/"
    assert client_of(theatre, "zhang").get(place).status_code == 404, "nobody looks into it before it is assigned"
    unit = client_of(theatre, "unit")
    assert "还没有分办" in html.unescape(unit.get("/counter/clues/").content.decode())
    assert "转为案件" not in html.unescape(unit.get(place).content.decode()), "first assigned, then looked into"
    assert unit.get(f"/work/cases/new/?source={row.stream}").context["source"] is None
    assert unit.post(place, {"do": "assign", "department": "legal"}).status_code == 422, "a unit that handles nothing"
    assert unit.post(place, {"do": "assign", "department": "enforcement"}).status_code == 302
    officer = client_of(theatre, "zhang")
    assert officer.get(place).status_code == 200
    assert officer.post(place, {"do": "assign", "department": "enforcement2"}).status_code == 422, "heads assign"
    filled = officer.get(f"/work/cases/new/?procedure=penalty.ordinary&source={row.stream}").content.decode()
    assert "卖过期牛奶" in filled
    assert NAME not in filled
    assert CONTACT not in filled

    ended = {"do": "end", "clue_ended_because": "没有违法事实", "clue_ended_note": "现场没有发现过期食品。"}
    assert officer.post(place, ended).status_code == 302
    assert "核查结束：还没有" not in slip(receipt)
    answer = {
        "clue_answer": "已经核查，没有发现过期食品。",
        "clue_answer_manner": "网上",
        "clue_answered_on": today.isoformat(),
    }
    assert officer.post(place, {"do": "answer", **answer}).status_code == 302
    told = slip(receipt)
    assert "没有发现过期食品" in told
    assert "菜市场" not in told, "what was sent stands in no slip"
    assert "没有找到" in slip(receipt, "K7M3")


def test_who_reported_is_sealed_and_stands_in_no_row(theatre: Theatre, portal_role: psycopg.Connection[Any]) -> None:
    receipt = sent(theatre)
    row = ClueRow.objects.get(sent_number=receipt)
    told = json.dumps([str(one) for one in ClueRow.objects.filter(pk=row.pk).values_list()], ensure_ascii=False)
    outcome = Outcome.objects.get(pk=receipt)
    assert (outcome.state, bytes(outcome.body), str(outcome.stream)) == (Outcome.TAKEN, b"", str(row.stream))
    assert not Intake.objects.filter(pk=receipt).exists(), "what was sent is held nowhere beside the record"
    for secret in (NAME, CONTACT):
        assert secret not in told
        assert secret.encode() not in bytes(Slip.objects.get(receipt=receipt).sealed)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT body, entry FROM record.event WHERE stream = %s", [row.stream])
        for parts in cursor.fetchall():
            assert not any(secret.encode() in bytes(part) for part in parts for secret in (NAME, CONTACT))
    (event,) = reading.load(connections["default"], str(row.stream))
    assert event.event.facts["clue_reporter"] == NAME, "with the key of the stream it can be opened"
    unit = client_of(theatre, "unit")
    place = f"/counter/clues/{row.stream}/"
    assert NAME not in unit.get(place).content.decode()
    assert NAME in unit.post(place, {"do": "who", "why": "回访核实举报内容"}).content.decode()
    for table in ("intake", "intake_file", "clue_row"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            portal_role.execute(f"SELECT * FROM {table}")


def test_without_name_and_contact_it_is_taken_as_well(theatre: Theatre) -> None:
    receipt = sent(theatre, name="", contact="", party="", place="")
    row = ClueRow.objects.get(sent_number=receipt)
    assert row.reported is False
    assert row.answer_by is not None, "the answer is read by receipt number and code"


def test_what_a_photo_tells_of_its_maker_stays_away(theatre: Theatre) -> None:
    answered = Client().post(PLACE, typed(theatre, once="photo", photos=photo()))
    found = RECEIPT.search(answered.content.decode())
    assert found is not None
    held = IntakeFile.objects.get(receipt=found[1])
    assert b"GPS-CANARY" not in bytes(held.content)
    assert "手机" not in held.name
    take_in(connections["default"], at=timezone.now())
    assert not IntakeFile.objects.filter(receipt=found[1]).exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"agency": "x"}, "请选择向哪个机关举报"),
        ({"text": ""}, "请写明发生了什么"),
        ({"text": "长" * (tip_views.TEXT_MAX + 1)}, "请写明发生了什么"),
        ({"factor": "1"}, "请填写四位查询码"),
        ({"contact": "1" * 101}, "“怎样联系您”最多 100 个字"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(theatre: Theatre, changes: dict[str, str], says: str) -> None:
    before = Intake.objects.count()
    answered = Client().post(PLACE, typed(theatre, **changes))
    page = html.unescape(answered.content.decode())
    assert answered.status_code == 422
    assert says in page
    assert "洛阳市西工区演示路菜市场" in page
    assert Intake.objects.count() == before


def test_sent_twice_is_one_report_and_too_much_is_refused_before_it_is_read(theatre: Theatre) -> None:
    said = typed(theatre, once="twice")
    receipts = {RECEIPT.search(Client().post(PLACE, said).content.decode())[1] for _ in range(2)}  # type: ignore[index]
    assert len(receipts) == 1
    take_in(connections["default"], at=timezone.now())
    assert ClueRow.objects.filter(sent_number__in=receipts).count() == 1
    large = Client().post(PLACE, typed(theatre), CONTENT_LENGTH=str(200 << 20))
    assert large.status_code == 413
    for _ in range(30):
        last = Client().post(PLACE, typed(theatre, text=f"第{_}次。"))
    assert last.status_code == 422
    assert "太频繁" in last.content.decode()


def test_what_is_to_be_done_by_when_stands_on_the_desk(theatre: Theatre) -> None:
    row = ClueRow.objects.get(sent_number=sent(theatre))
    old = date.today() - timedelta(days=400)
    ClueRow.objects.filter(pk=row.pk).update(check_by=old, answer_by=old)
    unit = html.unescape(client_of(theatre, "unit").get("/work/").content.decode())
    assert f"/counter/clues/{row.stream}/" in unit
    assert "分办线索" in unit
    assert "答复举报人" in unit
    assert str(row.stream) not in client_of(theatre, "zhang").get("/work/").content.decode()
    client_of(theatre, "head").post(f"/counter/clues/{row.stream}/", {"do": "assign", "department": "enforcement"})
    ClueRow.objects.filter(pk=row.pk).update(check_by=old, answer_by=old)
    officer = html.unescape(client_of(theatre, "zhang").get("/work/").content.decode())
    assert "核查线索，决定是否立案" in officer
    ClueRow.objects.filter(pk=row.pk).update(check_by=timezone.now() + timedelta(days=90), answer_by=None, waits=False)


def test_the_line_follows_from_the_record(theatre: Theatre) -> None:
    row = ClueRow.objects.get(sent_number=sent(theatre))
    client_of(theatre, "head").post(f"/counter/clues/{row.stream}/", {"do": "assign", "department": "enforcement2"})
    row.refresh_from_db()
    events = reading.load(connections["default"], str(row.stream))
    assert [one.kind for one in events] == ["clue.received", "clue.assigned"]
    (line,) = PROJECTIONS["clues"].rows(str(row.stream), events)["clue_row"]
    assert (line["department"], line["check_by"]) == (row.department, row.check_by.isoformat()) == (
        "enforcement2", line["check_by"]
    )  # fmt: skip
