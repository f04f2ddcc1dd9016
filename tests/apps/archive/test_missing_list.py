"""What a file lacks, who is asked for it, and that a file with gaps does not count as archived."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.models import DutyRow, WaitRow
from sanxiang.casework.registration import RegisterCommand
from sanxiang.config import demo
from sanxiang.config.demo import Told
from sanxiang.core.casefile import fold
from sanxiang.core.values import CHINA, legal_day
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import keeping
from sanxiang.three_systems.recording.file_models import NO_DAY, FileRow
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("DXH-14")]
RECORDING = ("recording_mode", "recording_place", "recording_on", "recording_maker", "recording_method")
LATE = "演示：事后发现没有录像"


@pytest.fixture
def places(theatre: Theatre) -> Theatre:
    theatre.everywhere()
    return theatre


def unrecorded(theatre: Theatre, start: str) -> Told:
    """A benefit of Dongxihu that is over; its visit was entered afterwards, without a recording."""
    told = theatre.played("benefit", before="verify", agency="dongxihu", start=start)
    whole = theatre.command(told, "verify")
    facts = {key: value for key, value in whole.facts.items() if key not in RECORDING}
    moment = theatre.moment(told)
    command = Command(
        act=whole.act, officer=whole.officer, stream=told.stream, facts={**facts, "late_entry_reason": LATE},
        officers=whole.officers, report=True, occurred_at=moment,
    )  # fmt: skip
    answer = handle(theatre.connection, theatre.book, command, at=moment + timedelta(minutes=30))
    assert answer.done, answer.verdict.reasons
    told.at, told.done = moment + timedelta(minutes=30), told.done + 1
    theatre.go_on(told, before="archive")
    return told


def does(theatre: Theatre, told: Told, act: str, by: str, **more: Any) -> Any:
    after = more.pop("after", timedelta(hours=1))
    command = Command(act=act, officer=theatre.people["dongxihu"][by], stream=told.stream, **more)
    answer = handle(theatre.connection, theatre.book, command, at=told.at + after)
    if answer.done:
        told.at += after
    return answer


def archive(theatre: Theatre, told: Told, **more: Any) -> Any:
    return does(theatre, told, "archive", "archivist",
                facts={"archive_place": "一号柜", "archive_retention": "十年", **more.pop("facts", {})}, **more)  # fmt: skip


@pytest.mark.journeys("archive.missing-list")
def test_a_file_without_its_recording_is_not_archived_until_it_is_brought(places: Theatre) -> None:
    told = unrecorded(places, "2026-04-06")
    line = FileRow.objects.get(pk=told.stream)
    (gap,) = line.lacking
    assert gap["sort"] == "音像"
    assert "选择是否录音录像" in gap["said"]
    refused = archive(places, told)
    assert not refused.done
    reason = next(one for one in refused.verdict.reasons if one.clause == "DXH-14")
    assert reason.missing == (gap["said"],)
    assert reason.fix == "supply_archive"

    assert does(places, told, "urge_archive", "archivist", facts={"archive_urge_note": "请补交"}).done
    wait = WaitRow.objects.get(stream=told.stream, act="supply_archive")
    assert wait.post == "officer"
    about = next(one.id for one in places.events(told) if one.event.act == "verify")
    empty = does(places, told, "supply_archive", "officer", link=about, facts={"supplied_note": "没有带来"})
    assert not empty.done, "nothing was brought"
    data = b"RIFF" + bytes(60)
    blob = shelf().stage((data,), limit=1 << 20)
    file = {"name": "走访录音.wav", "sha256": blob.sha256, "size": blob.size, "type": "audio/wav"}
    brought = does(places, told, "supply_archive", "officer", link=about, files=(file,),
                   facts={"supplied_note": "从记录仪补导入"})  # fmt: skip
    assert brought.done, brought.verdict.reasons
    assert not WaitRow.objects.filter(stream=told.stream, act="supply_archive").exists()
    assert FileRow.objects.get(pk=told.stream).lacking == []
    done = archive(places, told)
    assert done.done, done.verdict.reasons
    line = FileRow.objects.get(pk=told.stream)
    assert (line.state, line.due_on) == ("kept", NO_DAY)
    assert done.case.breaches, "what was not recorded in time stays a breach"


@pytest.mark.journeys("archive.missing-list")
def test_archiving_with_gaps_meets_no_duty_and_has_to_be_done_again(places: Theatre) -> None:
    told = unrecorded(places, "2026-04-13")
    late = {"late_entry_reason": "演示：档案室已经收下"}
    moment = told.at + timedelta(days=2)
    done = archive(places, told, report=True, occurred_at=moment, facts=late, after=timedelta(days=3))
    assert done.done, done.verdict.reasons
    assert done.events[-1].event.incomplete
    assert done.case.archived is None
    duty = DutyRow.objects.get(stream=told.stream, duty="archive")
    assert (duty.clause, duty.met_at) == ("DXH-14", None)
    closed = legal_day(done.case.ended.occurred_at)
    assert duty.due_on == closed + timedelta(days=30)
    line = FileRow.objects.get(pk=told.stream)
    assert (line.state, line.due_on) == ("due", duty.due_on)
    assert keeping.Line(line, None, (line.due_on - duty.due_on).days).words == "今天到期"  # type: ignore[arg-type]
    assert keeping.left(line.due_on, line.due_on + timedelta(days=1)) == -1, "day 31 is overdue"
    about = next(one.id for one in places.events(told) if one.event.act == "verify")
    assert does(places, told, "supply_archive", "officer", link=about,
                facts={"supplied_note": "录像在云平台", "recording_place": "云平台数据库（演示）"}).done  # fmt: skip
    again = archive(places, told)
    assert again.done, again.verdict.reasons
    assert DutyRow.objects.get(stream=told.stream, duty="archive").met_at is not None


@pytest.mark.journeys("archive.missing-list")
def test_the_page_lists_by_days_left_with_what_is_missing_and_who_is_asked(places: Theatre) -> None:
    told = unrecorded(places, "2026-04-20")
    client = Client()
    client.force_login(places.account("archivist", "dongxihu"))
    said = client.get("/recording/archive/").content.decode()
    assert f"/work/cases/{told.stream}/do/urge_archive/" in said
    assert "缺音像" in said
    assert "已逾期" in said or "还剩" in said
    lines = keeping.home(places.connection, _reader(places), legal_day(timezone.now())).due
    assert [line.file.due_on for line in lines] == sorted(line.file.due_on for line in lines)
    officer = Client()
    officer.force_login(places.account("officer", "dongxihu"))
    assert officer.get("/recording/archive/").status_code == 403


def _reader(theatre: Theatre) -> Any:
    from sanxiang.casework.access import reader_of

    return reader_of(theatre.account("archivist", "dongxihu"))


@pytest.mark.clauses("DXH-16")
@pytest.mark.journeys("archive.archivists")
def test_a_department_without_an_archivist_is_a_gap_and_only_the_named_one_archives_and_lends(places: Theatre) -> None:
    client = Client()
    client.force_login(places.account("archivist", "dongxihu"))
    said = client.get("/recording/archive/").content.decode()
    assert "基层工作科" in said.split("没有明确档案人员的科室")[1].split("</section>")[0]
    told = places.played("benefit", agency="dongxihu", start="2026-04-27")
    facts = {
        "access_applicant": "其他单位", "access_name": "演示审计局", "access_identity": "介绍信演〔2026〕1号",
        "access_purpose": "专项审计", "access_form": "查阅室查阅",
        "access_extent": [{"what": "行政给付决定书"}],
    }  # fmt: skip
    for who in ("officer", "unit", "head"):
        refused = does(places, told, "request_access", who, facts=facts)
        assert not refused.done, who


def keeper_elsewhere(theatre: Theatre, *more: str) -> str:
    """The archivist of the other department of Dongxihu, with more posts; his name among the people."""
    number, since = f"鄂A演示9{len(more)}01", datetime(2023, 12, 1, 9, tzinfo=CHINA)
    people = theatre.people["dongxihu"]
    told = {"name": "别演示", "certificate": number, "posts": ["archivist@grassroots", *more]}
    entries = tuple(demo.officer_entries(told, people[""], since))
    command = RegisterCommand(kind="officer", agency=people[""], entries=entries, installer=demo.INSTALLER)
    people[number] = demo.enter(theatre.connection, theatre.book, command, since)
    return number


@pytest.mark.clauses("DXH-16", "DXH-18")
@pytest.mark.journeys("archive.archivists", "archive.access")
@pytest.mark.parametrize("more", [(), ("officer@public_legal",)])
def test_the_archivist_of_another_department_archives_lends_and_opens_nothing(
    places: Theatre, more: tuple[str, ...]
) -> None:
    """Not even where he belongs to the department in another post."""
    other = keeper_elsewhere(places, *more)
    told = places.played("benefit", before="archive", agency="dongxihu", start="2026-05-18")
    paper = next(one for one in fold(places.events(told)).papers if one["title"] == "行政给付决定书")
    asked = {
        "access_applicant": "当事人", "access_name": "演示申请人", "access_identity": "居民身份证（演示）",
        "access_purpose": "核对发放数额", "access_form": "查阅室查阅",
        "access_extent": [{"what": f"{paper['title']} {paper['number']}".strip()}],
    }  # fmt: skip
    refused = does(places, told, "archive", other, facts={"archive_place": "一号柜", "archive_retention": "十年"})
    assert {one.clause for one in refused.verdict.reasons} == {"DXH-16"}
    assert archive(places, told).done
    request = does(places, told, "request_access", "archivist", facts=asked)
    name = request.events[-1].id
    until = {"access_until": (legal_day(timezone.now()) + timedelta(days=10)).isoformat(), "access_reason": "同意"}
    allowed = {key: asked[key] for key in ("access_form", "access_extent")} | until
    assert does(places, told, "approve_access", "unit", link=name, facts=allowed).done
    handed = {"access_identity_checked": True, "access_receipt": "本人签收"}
    refused = does(places, told, "give_access", other, link=name, facts=handed)
    assert "承办机构明确的专门人员" in "".join(str(one) for one in refused.verdict.reasons)
    assert does(places, told, "give_access", "archivist", link=name, facts=handed).done

    clients = {}
    for who in (other, "archivist"):
        clients[who] = Client()
        clients[who].force_login(places.account(who, "dongxihu"))
    places_of = f"/recording/{told.stream}/consult/{name}/", f"/files/consult/{told.stream}/{name}/0/"
    assert [clients[other].get(at).status_code for at in places_of] == [403, 403]
    assert [clients["archivist"].get(at).status_code for at in places_of] == [200, 200]
    lent = "/do/request_access/"
    assert lent in clients["archivist"].get(f"/recording/{told.stream}/").content.decode()
    assert lent not in clients[other].get(f"/recording/{told.stream}/").content.decode()
    seen = [one.event.viewer for one in places.events(told) if one.kind == "access.used"]
    assert seen == ["吕演示"], "who was refused left no look"


@pytest.mark.clauses("DXH-15", "CN-13")
def test_the_storage_statement_is_written_from_what_was_recorded(places: Theatre) -> None:
    told = places.played("benefit", agency="dongxihu", start="2026-05-04")
    archived = places.events(told)[-1]
    titles = [paper["title"] for paper in archived.event.documents]
    assert titles[-1] == "音像资料存储说明"
    client = Client()
    client.force_login(places.account("archivist", "dongxihu"))
    page = client.get(f"/recording/{told.stream}/").content.decode()
    for text in ("云平台数据库（演示）", "执法记录仪随身录制", "杨演示"):
        assert text in page
    client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
    pdf = client.get(f"/recording/{told.stream}/paper/{archived.id}/{len(titles) - 1}.pdf")
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF")
