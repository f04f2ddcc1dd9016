"""Evidence of an inspection in the case that it becomes: named with where it comes from, looked at, weighed, reviewed,
bound and packed like evidence gathered here, without a second copy; secrecy and the end of the original are kept."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from sanxiang.casework import bringing, levels
from sanxiang.casework.commands import Answer, Command, handle
from sanxiang.casework.models import BroughtEvidence, CaseRow
from sanxiang.casework.registers import registers_for
from sanxiang.config import demo
from sanxiang.core.casefile import fold
from sanxiang.core.events.looking import FileClassified
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import destroying, looking
from sanxiang.three_systems.recording.models import LookRow
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-17", "DXH-17"), pytest.mark.journeys("evidence.brought")]


def client_of(theatre: Theatre, role: str = "zhang") -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def inspected(theatre: Theatre) -> demo.Told:
    """An inspection in Luoyang that found something, with a photograph and an on-site record."""
    return theatre.played("inspection_to_case", before="decide", start="2026-03-02")


def typed(theatre: Theatre, told: demo.Told, page: str) -> dict[str, Any]:
    """The form of the new case as it stands in the page, with what only a person can say."""
    fields = dict(re.findall(r'name="([a-z_.0-9]+)"[^>]*value="([^"]*)"', page))
    facts = theatre.command(theatre.begin("ordinary"), "register_source").facts
    fields |= {key: str(value) for key, value in facts.items() if isinstance(value, str)}
    fields["violation_found_on"] = fields.get("violation_found_on") or "2026-10-14"
    fields.pop("bring", None)
    officers = [theatre.people["luoyang"]["zhang"], theatre.people["luoyang"]["li"]]
    return {**fields, "procedure": "penalty.ordinary", "department": "enforcement", "officers": officers,
            "files-begin": "1", "files-end": "1"}  # fmt: skip


def opened(theatre: Theatre, told: demo.Told, *, but: tuple[str, ...] = ()) -> Any:
    """Open a case from the inspection through its page."""
    client = client_of(theatre)
    address = f"/work/cases/new/?procedure=penalty.ordinary&from={told.stream}"
    page = text_of(client.get(address))
    items = re.findall(r'name="bring" value="([^"]+)" checked', page)
    assert items, "the page offers nothing"
    kept = [one for one in items if one not in but]
    return client.post(address, typed(theatre, told, page) | {"bring": kept}), items


def stream_of(answer: Any) -> str:
    assert answer.status_code == 302, text_of(answer)[-3000:]
    return str(answer["Location"]).strip("/").split("/")[-1]


def brought_in(stream: str) -> list[Any]:
    return [one for one in reading.load(connections["default"], stream) if one.kind == bringing.KIND]


def test_an_inspection_becomes_a_case_with_its_evidence_and_nothing_is_copied(
    theatre: Theatre, inspected: demo.Told
) -> None:
    before = theatre.events(inspected)
    blobs = set(shelf().every())
    answer, items = opened(theatre, inspected)
    stream = stream_of(answer)
    (one,) = brought_in(stream)
    original = next(each for each in before if each.event.act == "inspect")
    assert items == [f"{inspected.stream}/{original.id}"]
    assert [file["sha256"] for file in one.event.files] == [file["sha256"] for file in original.event.files] != []
    assert [paper["title"] for paper in one.event.originals] == ["现场检查（核查）笔录"]
    assert one.event.origin["act"] == "现场检查（核查）"
    assert "张演示" in one.event.origin["by"]
    named = {file["sha256"] for each in reading.load(connections["default"], stream) for file in each.event.files}
    assert named <= blobs, "every file that the new case names was there before"
    assert theatre.events(inspected) == before
    page = text_of(client_of(theatre).get(f"/work/cases/{stream}/"))
    number = fold(before).case_number
    assert f"原件在{number}案卷：现场检查" in page
    row = BroughtEvidence.objects.get(stream=stream)
    assert (str(row.origin), str(row.original)) == (inspected.stream, original.id)


def case_with(theatre: Theatre, told: demo.Told, before: str = "request_filing") -> demo.Told:
    """An ordinary penalty of the story that brings in all evidence of the inspection at its beginning."""
    found = theatre.played("ordinary", before=before, start="2026-03-23")
    for item in bringing.items(theatre.connection, theatre.book, theatre.events(told), fold(theatre.events(told))):
        assert bring(theatre, found, item.about).done
    return found


def bring(theatre: Theatre, told: demo.Told, link: str, role: str = "zhang") -> Answer:
    command = Command(
        act="bring_evidence", officer=theatre.people["luoyang"][role], stream=told.stream, link=link,
        officers=(theatre.people["luoyang"][role],), facts={"evidence_verified": True},
    )  # fmt: skip
    return handle(
        theatre.connection,
        theatre.book,
        command,
        at=max(told.at + timedelta(minutes=20), theatre.events(told)[-1].occurred_at),
    )


def test_it_is_listed_weighed_reviewed_and_looked_at_as_of_this_case(theatre: Theatre, inspected: demo.Told) -> None:
    told = case_with(theatre, inspected)
    (one,) = brought_in(told.stream)
    client = client_of(theatre)
    page = text_of(client.get(f"/work/cases/{told.stream}/do/weigh_evidence/"))
    assert "<option>证据1《现场检查（核查）笔录》" in page
    assert f"<option>证据1附件1《{one.event.files[0]['name']}》" in page
    typed = {
        "expected": str(len(theatre.events(told))), "evidence_matrix.0.fact": "违法行为",
        "evidence_matrix.0.evidence": "证据1《现场检查（核查）笔录》", "evidence_matrix.0.place": "第1页",
    }  # fmt: skip
    assert client.post(f"/work/cases/{told.stream}/do/weigh_evidence/", typed).status_code == 302
    matrix = text_of(client.get(f"/work/cases/{told.stream}/matrix/"))
    paper = reverse("recording:paper", args=[told.stream, one.id, 0])
    assert f"{paper}#page=1" in matrix
    pdf = client.get(paper)
    assert pdf.status_code == 200
    assert "一台电梯超过检验有效期仍在使用" in "".join(
        "".join((page.extract_text() or "").split()) for page in PdfReader(io.BytesIO(b"".join(pdf))).pages
    )
    file = f"/recording/{told.stream}/file/{one.id}/0/"
    client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
    assert client.get(file, follow=True).status_code == 200
    look = LookRow.objects.get(owner=told.stream, sha256=one.event.files[0]["sha256"])
    assert str(look.officer) == theatre.people["luoyang"]["zhang"]
    theatre.everywhere()
    stranger = Client()
    stranger.force_login(theatre.account("officer", "dongxihu"))
    assert stranger.get(paper).status_code == 404


def test_the_reviewer_finds_it_among_the_evidence(theatre: Theatre, inspected: demo.Told) -> None:
    told = case_with(theatre, inspected)
    theatre.go_on(told, "conclude_review")
    (one,) = brought_in(told.stream)
    desk = text_of(client_of(theatre, "reviewer").get(f"/review/{told.stream}/"))
    assert reverse("recording:paper", args=[told.stream, one.id, 0]) in desk
    assert one.event.files[0]["name"] in desk


def test_volume_and_package_hold_it_with_the_place_of_its_original(
    theatre: Theatre, inspected: demo.Told, settings: Any, tmp_path: Any
) -> None:
    from sanxiang.three_systems.recording.packages import package
    from tests.apps.archive.packed import number_all

    settings.SANXIANG_LEDGER = tmp_path / "published"
    told = case_with(theatre, inspected)
    theatre.go_on(told)
    (one,) = brought_in(told.stream)
    number_all(tmp_path, settings)
    with package(theatre.connection, told.stream) as made, zipfile.ZipFile(io.BytesIO(made.read())) as bag:
        names = bag.namelist()
        file = one.event.files[0]
        assert f"data/evidence/{file['sha256']}/{file['name']}" in names
        paper = next(name for name in names if name.startswith(f"data/documents/{one.seq:04d}-0-现场检查（核查）笔录"))
        listed = json.loads(bag.read("data/files.json"))
        assert listed[paper.removeprefix("data/")]["event"] == one.id
        volume = "".join(
            "".join((page.extract_text() or "").split())
            for page in PdfReader(io.BytesIO(bag.read("data/volume.pdf"))).pages
        )
        number = fold(theatre.events(inspected)).case_number
        assert f"原件存{number}案卷" in volume
        step = next(step for step in json.loads(bag.read("data/case.json"))["steps"] if step["act"] == "bring_evidence")
        assert step["origin"]["case"] == number
        assert hashlib.sha256(bag.read(f"data/evidence/{file['sha256']}/{file['name']}")).hexdigest() == file["sha256"]


def test_what_is_secret_there_is_secret_here_and_does_not_come_to_who_may_not_see_it(
    theatre: Theatre, inspected: demo.Told
) -> None:
    inspect = next(one for one in theatre.events(inspected) if one.event.act == "inspect")
    mark(theatre, inspected, inspect, "国家秘密")
    told = theatre.played("ordinary", before="request_filing", start="2026-10-19")
    link = f"{inspected.stream}/{inspect.id}"
    refused = bring(theatre, told, link)
    assert not refused.done
    assert any("标为国家秘密" in text for reason in refused.verdict.reasons for text in reason.missing)
    answer, _ = opened(theatre, inspected)
    assert answer.status_code == 422, "nothing is opened where one item is refused"
    assert "标为国家秘密" in text_of(answer)
    assert not BroughtEvidence.objects.filter(origin=inspected.stream).exists()

    mark(theatre, inspected, inspect, "")
    assert bring(theatre, told, link).done
    mark(theatre, inspected, inspect, "商业秘密")
    (one,) = brought_in(told.stream)
    row = CaseRow.objects.get(pk=told.stream)
    sha256 = str(one.event.files[0]["sha256"])
    assert levels.level_of(told.stream, sha256) == "商业秘密"
    unit = looking.reader_of(theatre.account("registrar"))
    assert sha256 in levels.hidden(unit, row, told.stream)
    name = str(one.event.files[0]["name"])
    assert name not in text_of(client_of(theatre, "registrar").get(f"/work/cases/{told.stream}/"))
    assert client_of(theatre, "registrar").get(f"/recording/{told.stream}/file/{one.id}/0/").status_code == 404
    assert name in text_of(client_of(theatre).get(f"/work/cases/{told.stream}/")), "whoever handles the case knows it"
    with pytest.raises(levels.NotAllowed, match="在原案卷办理"):
        mark(theatre, told, one, "")


def mark(theatre: Theatre, told: demo.Told, event: Any, level: str) -> None:
    """The head marks the first file of an act, or lifts its mark."""
    reader = looking.reader_of(theatre.account("head"))
    file = event.event.files[0]
    note = FileClassified(
        owner=told.stream, event=event.id, index=0, sha256=str(file["sha256"]), level=level, name=str(file["name"]),
        facts={"level_reason": "演示标记的理由"},
    )  # fmt: skip
    levels.classify(
        reader, CaseRow.objects.get(pk=told.stream), note, agency=reader.agency, actor=looking.actor_of(reader),
        at=timezone.now(),
    )  # fmt: skip


def test_an_item_comes_once_and_only_from_a_file_that_the_officer_may_open(
    theatre: Theatre, inspected: demo.Told
) -> None:
    told = case_with(theatre, inspected)
    (one,) = brought_in(told.stream)
    again = bring(theatre, told, one.event.about)
    assert "已经在本案里" in again.verdict.reasons[0].text
    theatre.everywhere()
    foreign = theatre.played("inspection_to_case", before="decide", agency="wuding", start="2026-10-12")
    inspect = next(each for each in theatre.events(foreign) if each.event.act == "inspect")
    unknown = bring(theatre, told, f"{foreign.stream}/{inspect.id}")
    assert "选明移入的是哪一项证据" in unknown.verdict.reasons[0].text, "nothing of another agency's file is told"
    for link in ("", "x", f"{inspected.stream}/x", told.stream, f"{told.stream}/{one.id}"):
        assert not bring(theatre, told, link).done


def test_the_original_waits_for_the_case_that_uses_it_and_its_files_stay(
    theatre: Theatre, inspected: demo.Told
) -> None:
    told = case_with(theatre, inspected)
    (one,) = brought_in(told.stream)
    assert bringing.users_of(theatre.connection, inspected.stream) == (fold(theatre.events(told)).case_number,)
    theatre.go_on(told)
    assert bringing.users_of(theatre.connection, inspected.stream) == ()
    sha256 = str(one.event.files[0]["sha256"])
    assert shelf().known(sha256)
    destroying.destroy(theatre.connection, inspected.stream, shelf())
    assert shelf().known(sha256), "a file that another case names stays for that case"


def test_the_record_replays_and_the_rows_are_made_again(theatre: Theatre, inspected: demo.Told) -> None:
    from sanxiang.casework.auditing import RegisterHistory, replay_case

    told = case_with(theatre, inspected)
    events = theatre.events(told)
    history = RegisterHistory(theatre.connection)
    assert [one for one in replay_case(told.stream, events, theatre.book, history) if one is not None] == []
    made = bringing.rows(told.stream, events)["case_brought"]
    assert [row["original"] for row in made] == [
        str(row.original) for row in BroughtEvidence.objects.filter(stream=told.stream)
    ]


def test_evidence_of_an_agency_that_transferred_the_matter_may_come(theatre: Theatre) -> None:
    theatre.everywhere()
    other = theatre.played("inspection_to_case", before="conclude_investigation", agency="wuding", start="2026-03-02")
    told = theatre.played("ordinary", before="request_filing", start="2026-03-23")
    inspect = next(each for each in theatre.events(other) if each.event.act == "inspect")
    link = f"{other.stream}/{inspect.id}"
    assert not bring(theatre, told, link).done
    people, named = theatre.people["wuding"], registers_for(theatre.connection, theatre.people["luoyang"][""], ())
    agency = named.agency(theatre.people["luoyang"][""])
    assert agency is not None
    facts = {
        "termination_cause": "移送其他机关", "termination_reason": "由有管辖权的机关办理。", "transfer_receiver": agency.name,
    }  # fmt: skip
    act = Command(act="terminate", officer=people["unit"], stream=other.stream, facts=facts)
    done = handle(theatre.connection, theatre.book, act, at=timezone.now())
    assert done.done, done.verdict.reasons
    assert bring(theatre, told, link).done
    (one,) = brought_in(told.stream)
    assert one.event.origin["case"] == fold(theatre.events(other)).case_number
    assert client_of(theatre).get(reverse("recording:paper", args=[told.stream, one.id, 0])).status_code == 200
    assert client_of(theatre).get(f"/work/cases/{other.stream}/").status_code == 404, "the file itself stays theirs"
