"""The register of enforcement, the table of what is recorded, and everything of one party."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from sanxiang.casework import consulted
from sanxiang.casework.commands import Command, handle
from sanxiang.casework.models import AccessNote, CaseRow, FileLevel
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import RecordingCommand, Said, enter, system_of
from sanxiang.core.casefile import fold
from sanxiang.core.events.recording import RecordingSealed, RecordingStarted
from sanxiang.core.values import CHINA, legal_day
from sanxiang.three_systems.recording import party_page, register
from sanxiang.three_systems.recording.file_models import NumberRow, RegisterRow
from sanxiang.three_systems.recording.models import RecordingRow
from tests.support import filmed
from tests.support.theatre import Theatre, own_party

FILLED = {"party_name": "台账演示商行", "party_credit_code": "92410300MAKPXWCN8H"}


@pytest.fixture(scope="session")
def played(opened_theatre: Any, django_db_blocker: Any) -> Any:
    """Two cases of one party, one of them archived."""
    with django_db_blocker.unblock():
        whole = opened_theatre.played(start="2026-01-05", fill=FILLED)
        other = opened_theatre.played(start="2026-02-09", before="conclude_investigation", fill=FILLED)
    return whole, other


def client_of(theatre: Theatre, role: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


@pytest.mark.clauses("LY-25", "UR-13")
@pytest.mark.journeys("recording.register")
def test_every_stage_is_linked_to_its_document_its_recording_and_its_data(theatre: Theatre, played: Any) -> None:
    whole, _ = played
    rows = {row.act: row for row in RegisterRow.objects.filter(stream=whole.stream)}
    assert len(rows) >= 15
    inspection = rows["inspect"]
    assert inspection.papers
    assert inspection.recording in ("全程录音录像", "部分录音录像", "不录音录像")
    assert inspection.duty == "as_needed"
    client = client_of(theatre, "head")
    page = client.get(f"/recording/{whole.stream}/").content.decode()
    assert page.count("/paper/") >= len([row for row in rows.values() if row.papers])
    client.post(f"/recording/{whole.stream}/why/", {"purpose": "办理本案"})
    paper = client.get(f"/recording/{whole.stream}/paper/{inspection.event}/{inspection.papers[0]['index']}.pdf")
    assert paper.status_code == 200
    assert not RegisterRow.objects.filter(stream=whole.stream, gap=True).exists(), "every act has its proof"


@pytest.mark.clauses("LY-25", "UR-13")
@pytest.mark.journeys("recording.register")
def test_the_register_is_narrowed_in_the_address_and_goes_out_as_a_spreadsheet(theatre: Theatre, played: Any) -> None:
    whole, other = played
    client = client_of(theatre, "head")
    narrowed = "/recording/register/?activity=inspection&since=2026-01-01&until=2026-01-31"
    page = client.get(narrowed).content.decode()
    assert f"/work/cases/{whole.stream}/" in page
    assert f"/work/cases/{other.stream}/" not in page, "another month"
    assert client.get("/recording/register/?since=0001-01-01&until=9999-12-31").status_code == 200
    assert "看全部" in page
    sheet = client.get(narrowed + "&as=csv").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(sheet)))
    assert tuple(lines[0]) == register.HEAD
    number = CaseRow.objects.get(pk=whole.stream).case_number
    (mine,) = [line for line in lines[1:] if line[1] == number]
    book = load_workbook(io.BytesIO(client.get(narrowed + "&as=xlsx").content), read_only=True)
    told = [[cell or "" for cell in line] for line in book.active.iter_rows(values_only=True)]
    assert mine in told
    assert all(str(row.activity) == "inspection" for row in register.chosen(_reader(theatre), _choice(), 50))


@pytest.mark.clauses("LY-25", "WD-28", "UR-13")
@pytest.mark.journeys("recording.register")
@pytest.mark.parametrize("agency", ["luoyang", "wuding", "urumqi"])
def test_a_step_leads_to_the_recording_that_it_rests_on(theatre: Theatre, agency: str) -> None:
    theatre.everywhere()
    told = theatre.played(before="inspect", start="2026-03-02", agency=agency)
    begin, stream = theatre.moment(told), str(uuid.uuid4())
    ended, maker, body = begin + timedelta(minutes=20), theatre.who(told, "a"), theatre.people[agency][""]
    began = RecordingStarted(
        jurisdiction=agency, agency=body, department=told.opening["department"], case=told.stream, activity="inspect",
        maker=maker, officers=(maker,), began=begin.isoformat(), notice=True, device="手机",
    )  # fmt: skip
    film = {"name": "1.webm", "sha256": hashlib.sha256(stream.encode()).hexdigest(), "size": 9, "type": "video/webm"}
    whole = RecordingSealed(
        began=begin.isoformat(), ended=ended.isoformat(), not_before="", not_after="", segments=2, head="ab",
        seconds=1200, files=(film,),
    )  # fmt: skip
    for event, at, who in ((began, begin, {"officer": maker}), (whole, ended, {"system": system_of(body)})):
        said = RecordingCommand(stream=stream, said=(Said(event=event, occurred_at=at),), **who)  # type: ignore[arg-type]
        assert enter(theatre.connection, theatre.book, said, at=at).done
    bare = theatre.command(told, "inspect")
    facts = {key: value for key, value in bare.facts.items() if not key.startswith("recording_")}
    facts |= {"started_on_site": begin.isoformat(), "ended_on_site": ended.isoformat()}
    done = handle(theatre.connection, theatre.book, theatre.command(told, "inspect", facts=facts), at=ended)
    assert done.done, done.verdict
    client = Client()
    client.force_login(theatre.account("head", agency))
    day = legal_day(ended)
    place = f"/recording/register/?act=inspect&since={day}&until={day}"
    line = next(one for one in client.get(place).content.decode().split("<tr") if f"/work/cases/{told.stream}/" in one)
    link = f"/recording/{told.stream}/recordings/"
    assert f'href="{link}#{stream}">' in line
    assert "1200 秒" in line
    assert "/paper/" in line, "the document of the same step"
    assert f'id="{stream}"' in client.get(link).content.decode(), "the link leads there"
    sheet = csv.reader(io.StringIO(client.get(f"{place}&as=csv").content.decode("utf-8-sig")))
    (mine,) = [row for row in sheet if row[-1] == done.events[0].id]
    assert f"1200 秒（{stream[:8]}）" in mine[10]


def _reader(theatre: Theatre) -> Any:
    from sanxiang.casework.access import reader_of

    return reader_of(theatre.account("head"))


def _choice() -> register.Choice:
    return register.Choice(activity="inspection")


@pytest.mark.clauses("LY-25")
@pytest.mark.journeys("recording.register")
def test_an_act_without_its_proof_shows_the_gap_and_a_late_date_its_clue(theatre: Theatre) -> None:
    told = theatre.played(before="inspect", start="2026-03-30")
    whole = theatre.command(told, "inspect")
    bare = {key: value for key, value in whole.facts.items() if not key.startswith("recording_")}
    when = theatre.moment(told)
    command = Command(
        act="inspect", officer=whole.officer, stream=told.stream, officers=whole.officers, report=True,
        occurred_at=when, facts={**bare, "late_entry_reason": "演示：补录", "recording_on": "2026-12-31"},
    )  # fmt: skip
    assert handle(theatre.connection, theatre.book, command, at=when + timedelta(hours=5)).done
    row = RegisterRow.objects.get(stream=told.stream, act="inspect")
    assert (row.gap, row.late, row.doubted) == (True, True, True)
    assert "音像" in row.lacking[0]
    assert [one["sort"] for one in row.doubts] == ["所记日期"]
    client = client_of(theatre, "head")
    for mark in ("gap", "late", "doubt"):
        assert f"/work/cases/{told.stream}/" in client.get(f"/recording/register/?mark={mark}").content.decode()
    supervisor = client_of(theatre, "supervisor")
    assert str(told.stream) in supervisor.get("/recording/register/?mark=doubt").content.decode()
    assert "时间核对" in client.get(f"/work/cases/{told.stream}/").content.decode()


@pytest.mark.clauses("LY-25")
def test_who_has_no_part_in_it_sees_no_act(theatre: Theatre, played: Any) -> None:
    whole, _ = played
    theatre.everywhere()
    client = Client()
    client.force_login(theatre.account("head", "wuding"))
    assert str(whole.stream) not in client.get("/recording/register/").content.decode()
    assert client.get(f"/recording/{whole.stream}/party/").status_code == 404


@pytest.mark.parametrize(
    ("agency", "role"),
    [
        ("luoyang", "zhang"),
        pytest.param("wuding", "officer", marks=pytest.mark.clauses("WD-09")),
        pytest.param("changning", "officer", marks=pytest.mark.clauses("CN-13")),
    ],
)
@pytest.mark.journeys("recording.rules-table")
def test_the_table_of_what_is_recorded_follows_from_the_rules(theatre: Theatre, agency: str, role: str) -> None:
    theatre.everywhere()
    client = Client()
    client.force_login(theatre.account(role, agency))
    page = client.get("/recording/rules/").content.decode()
    for head in ("记录内容", "记录方式", "载体", "采集", "存储", "归档", "使用"):
        assert f"<th>{head}</th>" in page
    lines = list(csv.reader(io.StringIO(client.get("/recording/rules/?as=csv").content.decode("utf-8-sig"))))
    by_act = {(line[0], line[1].split("·")[1]): line for line in lines[1:]}
    inspected = next(line for (_, act), line in by_act.items() if act == "现场检查")
    assert "音像记录" in inspected[3]
    assert "根据实际情况" in inspected[3]
    sealed = next(line for (_, act), line in by_act.items() if "查封" in act)
    assert "全程音像记录" in sealed[3]
    assert all(all(cell.strip() for cell in line) for line in lines), "nothing is left empty"

    rules = library().on(agency, legal_day(timezone.now()))
    every = [act for name, bound in rules.procedures.items() if name != "common" for act in bound.rule.acts]
    assert len(lines) - 1 == len(every), "every step of every procedure"
    for rule in ("归档范围", "保管期限", "归档要求", "归档时间", "档案利用", "期满处置"):
        assert rule in page


@pytest.mark.clauses("LY-27", "CN-12")
@pytest.mark.journeys("recording.party-page")
def test_one_page_holds_everything_of_a_party_for_who_may_see_it(theatre: Theatre, played: Any) -> None:
    whole, other = played
    client = client_of(theatre, "head")
    page = client.get(f"/recording/{other.stream}/party/").content.decode()
    for told in played:
        assert f"/work/cases/{told.stream}/" in page
        for row in RegisterRow.objects.filter(stream=told.stream):
            for paper in row.papers:
                assert f"/recording/{told.stream}/paper/{row.event}/{paper['index']}.pdf" in page
            for file in row.files:
                assert f"/recording/{told.stream}/file/{row.event}/{file['index']}/" in page
    assert "台账演示商行" in page

    supervisor = client_of(theatre, "supervisor")
    place = f"/recording/{whole.stream}/party/"
    asked = supervisor.get(place).content.decode()
    assert "先写明调阅事由" in asked
    assert "/paper/" not in asked
    assert supervisor.post(place, {"purpose": "查"}).status_code == 422
    assert supervisor.post(place, {"purpose": "投诉举报核查"}).status_code == 302
    assert "/paper/" in supervisor.get(place).content.decode()
    noted = AccessNote.objects.filter(purpose="投诉举报核查", stream__in=[whole.stream, other.stream])
    assert noted.count() == 2, "shown to those whose cases they are"


@pytest.mark.clauses("LY-27", "CN-12", "DXH-17")
@pytest.mark.journeys("recording.party-page")
def test_one_page_holds_the_recordings_and_acts_of_all_its_cases_but_for_what_is_marked(
    theatre: Theatre, tmp_path: Path
) -> None:
    fill, films = own_party("ordinary"), {}
    for start in ("2026-01-12", "2026-02-16"):
        told = theatre.played(before="inspect", start=start, fill=fill)
        film = filmed.station(theatre, told, "inspect", tmp_path)
        theatre.step(told)
        films[told.stream] = film
    first, second = films

    def page() -> str:
        return str(client_of(theatre, "head").get(f"/recording/{first}/party/").content.decode())

    def links(stream: str) -> str:
        return f'href="/recording/{stream}/recordings/#{films[stream]}"'

    shown = page()
    assert "2 件案件，" in shown
    for stream in films:
        part = shown.split(f'<h2><a href="/work/cases/{stream}/">')[1].split("</section>")[0]
        steps = RegisterRow.objects.filter(stream=stream)
        assert {"register_source", "inspect"} <= {row.act for row in steps}
        assert all(f">{row.act_name}</td>" in part for row in steps)
        assert links(stream) in part
        assert links(stream) not in shown.replace(part, ""), "each under its own case"
        there = client_of(theatre, "head").get(f"/recording/{stream}/recordings/").content.decode()
        assert f'id="{films[stream]}"' in there, "the link leads there"
    (marked,) = RecordingRow.objects.get(pk=films[second]).digests
    FileLevel.objects.create(
        id=f"{films[second]}/{marked}", stream=second, owner=films[second], sha256=marked, level="国家秘密",
        at=timezone.now(),
    )  # fmt: skip
    try:
        hidden = page()
    finally:
        FileLevel.objects.filter(owner=films[second]).delete()
    assert (links(first) in hidden, links(second) in hidden) == (True, False)
    assert f'<a href="/work/cases/{second}/">' in hidden, "the case and its acts stand there still"
    count = [int(text.split("份文书，")[1].split(" 项")[0]) for text in (shown, hidden)]
    assert count[0] - count[1] == 1, "not even as a number"


@pytest.mark.clauses("LY-27")
def test_a_party_of_many_cases_has_pages_and_the_case_one_came_from_stands_first(
    theatre: Theatre, played: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, other = played
    monkeypatch.setattr(party_page, "CASES", 1)
    client = client_of(theatre, "head")
    for first, then in ((whole, other), (other, whole)):
        place = f"/recording/{first.stream}/party/"
        page = client.get(place).content.decode()
        assert "2 件案件，本页列出第 1 至 1 件" in page
        assert f"/recording/{first.stream}/paper/" in page
        assert f"/recording/{then.stream}/paper/" not in page
        assert 'href="?page=2"' in page
        assert f"/recording/{then.stream}/paper/" in client.get(f"{place}?page=2").content.decode()
        assert "您无权查看" not in page, "what stands on another page is not kept from him"


@pytest.mark.clauses("DXH-17", "LY-26")
def test_a_marked_file_stands_in_no_list_and_no_request_of_who_has_not_the_level(theatre: Theatre, played: Any) -> None:
    whole, other = played
    row = RegisterRow.objects.filter(stream=whole.stream).exclude(files=[]).first()
    assert row is not None
    file = row.files[0]
    FileLevel.objects.create(
        id=f"{whole.stream}/{file['sha256']}", stream=whole.stream, owner=whole.stream, sha256=file["sha256"],
        level="国家秘密", at=timezone.now(),
    )  # fmt: skip
    try:
        client = client_of(theatre, "head")
        for place in ("/recording/register/?since=2026-01-01&until=2026-02-28", f"/recording/{other.stream}/party/"):
            page = client.get(place).content.decode()
            assert f"/recording/{whole.stream}/file/{row.event}/{file['index']}/" not in page, place
        offered = {one.file["sha256"] for one in consulted.pieces(fold(theatre.events(whole))) if one.file}
        assert file["sha256"] not in offered
    finally:
        FileLevel.objects.filter(owner=whole.stream).delete()


@pytest.mark.clauses("UR-11")
@pytest.mark.journeys("recording.register")
def test_the_page_of_a_case_looks_at_the_numbers_just_before_its_own_and_no_further(theatre: Theatre) -> None:
    agency, now = theatre.people["luoyang"][""], datetime(2026, 5, 1, 9, tzinfo=CHINA)

    def number(n: int, day: int) -> str:
        stream = str(uuid.uuid4())
        NumberRow.objects.create(
            id=f"{stream}/0", stream=stream, agency=agency, event=stream, series="演示线索字", year=2026, n=n,
            text=f"演示线索字〔2026〕{n}号", title="通知书", dated_on=date(2026, 5, day), recorded_at=now,
        )  # fmt: skip
        return stream

    number(1, 28)
    number(200, 8)
    early, fits = number(201, 3), number(202, 9)
    (clue,) = register.numbers_of(early)
    assert (clue.sort, "〔2026〕200号" in clue.text) == ("文号次序", True)
    assert register.numbers_of(fits) == [], "number 1 is far away"
    assert register.numbers_of(str(uuid.uuid4())) == []
