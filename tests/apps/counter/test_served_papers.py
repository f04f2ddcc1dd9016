"""The papers that were served are opened by their party alone: the very documents, nothing that was not served, nothing
that the tables tell, and gone when they should be."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace as Of
from typing import Any

import psycopg
import pypdf
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sanxiang.casework import levels
from sanxiang.casework.access import NOBODY, reader_for
from sanxiang.casework.codes import case_code, factor_of, secret
from sanxiang.core.casefile import fold
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.values import Actor
from sanxiang.counter import ended, keeping, served
from sanxiang.counter.models import PartyPaper, PartyPaperContent
from sanxiang.counter.partypage import PAPERS_DAYS, documents, rows
from sanxiang.counter.sealed import key_of, opened_file
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from tests.support.theatre import Theatre

from .test_party import FACTOR, PARTY, let_in

LINK = re.compile(r"/counter/mine/papers/[0-9a-f]{16}\.pdf")
START = "2026-10-05"


def kept(stream: str, at: Any = None) -> int:
    return keeping.keep(connections["default"], stream, at=at or timezone.now())


def links(client: Client) -> list[str]:
    return LINK.findall(client.get("/counter/mine/").content.decode())


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def noticed(theatre: Theatre) -> Any:
    told = theatre.played("ordinary", "decide", start=START)
    kept(told.stream)
    return told


@pytest.mark.clauses("LY-11")
@pytest.mark.journeys("disclosure.progress")
def test_the_party_opens_the_very_paper_and_nothing_is_asked_of_the_case(noticed: Any, theatre: Theatre) -> None:
    paper = PartyPaper.objects.get(stream=noticed.stream)
    desk = Client()
    desk.force_login(theatre.account("zhang"))
    ours = desk.get(reverse("recording:paper", args=[noticed.stream, paper.event, paper.index]))
    with CaptureQueriesContext(connections["default"]) as staff:
        client = let_in(noticed.stream)
        (link,) = links(client)
        answer = client.get(link)
    assert len(staff) == 0
    assert answer.status_code == 200
    assert answer.content == ours.content
    assert PARTY in text_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == "inline; filename*=utf-8''%E6%96%87%E4%B9%A61.pdf"
    assert "ETag" not in answer


def test_nobody_else_opens_it(noticed: Any, theatre: Theatre) -> None:
    (link,) = links(let_in(noticed.stream))
    stranger = Client()
    assert stranger.get(link).status_code == 302
    assert stranger.get(link)["Location"] == "/counter/"
    other = theatre.played("ordinary", "decide", start=START)
    kept(other.stream)
    neighbour = let_in(other.stream)
    assert len(links(neighbour)) == 1
    assert neighbour.get(link).status_code == 404, "let in to another case"
    paper = PartyPaper.objects.get(stream=noticed.stream)
    mine = let_in(noticed.stream)
    for address in (paper.key[:16], "0" * 16, "x"):
        assert mine.get(f"/counter/mine/papers/{address}.pdf").status_code == 404
    assert mine.post(link).status_code == 405
    mine.post("/counter/leave/")
    assert mine.get(link).status_code == 302


def test_who_reads_the_tables_learns_nothing(noticed: Any, portal_role: psycopg.Connection[Any]) -> None:
    found = portal_role.execute("SELECT key, sealed FROM party_paper_content").fetchall()
    assert found
    whole = b"".join(key.encode() + bytes(sealed) for key, sealed in found)
    event = str(PartyPaper.objects.get(stream=noticed.stream).event)
    for text in (PARTY, FACTOR, case_code(noticed.stream), noticed.stream, event, "告知", "%PDF", "Typst", "/Font"):
        assert text.encode() not in whole
    assert {len(bytes(sealed)) % (32 << 10) for _, sealed in found} == {12 + 16}, "lengths tell little"
    pages = {str(key) for (key,) in portal_role.execute("SELECT key FROM party_page").fetchall()}
    assert not pages & {str(key) for key, _ in found}
    for statement in ("SELECT stream FROM party_paper_content", "SELECT key FROM party_paper"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            portal_role.execute(statement.encode())


def test_only_what_was_served_and_is_not_of_the_file_alone(noticed: Any, theatre: Theatre) -> None:
    theatre.go_on(noticed, "serve_decision")
    events = reading.load(connections["default"], noticed.stream)
    case = fold(events)
    decision = case.decision
    assert decision is not None
    kept(noticed.stream)
    before = {str(one.event) for one in PartyPaper.objects.filter(stream=noticed.stream)}
    assert decision.event not in before, "decided, and not served yet"
    theatre.go_on(noticed, "publish")
    kept(noticed.stream)
    after = reading.load(connections["default"], noticed.stream)
    shown = {(str(one.event), one.index) for one in PartyPaper.objects.filter(stream=noticed.stream)}
    titles = {
        paper["title"] for one in after for index, paper in enumerate(one.event.documents) if (one.id, index) in shown
    }
    assert "行政处罚决定书" in titles
    assert not [title for title in titles if "审批" in title or "审核" in title or "笔录" in title], titles
    assert len(links(let_in(noticed.stream))) == len(shown) == len(titles)


def test_a_paper_made_anew_waits_for_its_own_service() -> None:
    """Told by the record: the first edition was served, the second was not, another party got the third."""
    papers = ({"template": "penalty_notice", "title": "告知书", "number": "1"},)

    def event(name: str, **of: Any) -> Any:
        told = {"act": "", "documents": (), "facts": {}, "files": ()} | of
        return Of(id=name, kind="document.served" if "served" in of else "notice.given", event=Of(**told),
                  occurred_at=timezone.now())  # fmt: skip

    case: Any = Of(procedure="p", sealed={}, corrections=())
    rules: Any = Of(acts_of=lambda _: ())
    events = [
        event("first", act="give", documents=papers), event("service", act="serve", served="give"),
        event("second", act="give", documents=papers),
        event("notify", act="notify", documents=papers),
        event("elsewhere", act="serve", served="notify", facts={"served_party": "被申请人"}),
    ]  # fmt: skip
    assert [one.event for one in served.papers(case, events, rules)] == ["first"]
    case.corrections = (Of(event="put_right", paper="notify", index=0),)
    events += [event("put_right", act="correct", documents=papers), event("s", act="serve", served="correct")]
    assert [one.event for one in served.papers(case, events, rules)] == ["first"], "of a paper it never got"
    case.corrections = (Of(event="put_right", paper="first", index=0),)
    assert [one.event for one in served.papers(case, events, rules)] == ["first", "put_right"]


def test_the_service_asks_for_it_and_the_night_finds_what_was_missed(theatre: Theatre) -> None:
    told = theatre.played("ordinary", "decide", start=START)
    jobs = ProcrastinateJob.objects.filter(task_name="counter.keep_papers", args__stream=told.stream)
    assert jobs.exists()
    page = let_in(told.stream).get("/counter/mine/").content.decode()
    assert "刚送达的，过几分钟再看" in page
    assert not LINK.search(page)
    stray = PartyPaperContent.objects.create(key="stray", stream=told.stream, sealed=b"x")
    assert keeping.sweep(connections["default"], at=timezone.now()) >= 1
    assert not PartyPaperContent.objects.filter(pk=stray.pk).exists()
    assert len(links(let_in(told.stream))) == 1
    assert kept(told.stream) == 0, "once"


def test_it_goes_when_its_time_is_over_and_the_list_stays(theatre: Theatre) -> None:
    noticed = theatre.played("ordinary", start="2026-06-01")
    kept(noticed.stream, at=noticed.at)
    case = fold(reading.load(connections["default"], noticed.stream))
    assert case.ended is not None
    (until,) = set(PartyPaper.objects.filter(stream=noticed.stream).values_list("until", flat=True))
    assert until == timezone.localdate(case.ended.occurred_at) + timedelta(days=PAPERS_DAYS)
    client = let_in(noticed.stream)
    assert links(client)
    last = timezone.make_aware(datetime(until.year, until.month, until.day, 12))
    keeping.sweep(connections["default"], at=last)
    assert links(client), "the last day counts"
    keeping.sweep(connections["default"], at=last + timedelta(days=1))
    assert not links(client)
    assert "行政处罚决定书" in client.get("/counter/mine/").content.decode()
    assert kept(noticed.stream, at=last + timedelta(days=1)) == 0


def test_the_end_of_the_content_takes_it_along(noticed: Any) -> None:
    assert PartyPaperContent.objects.filter(stream=noticed.stream).exists()
    gone: Any = Of(kind="archive.destroyed", stream=noticed.stream)
    ended.hear("", (gone,))
    assert not PartyPaperContent.objects.filter(stream=noticed.stream).exists()


def test_a_signed_file_is_what_opens_and_a_mark_takes_it_away(
    noticed: Any, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row names the signed file; whoever marks that file as secret closes it, and opens it again."""
    paper = PartyPaper.objects.get(stream=noticed.stream)
    signed = b"%PDF-1.7 signed elsewhere"
    digest = shelf().add(signed)
    events = reading.load(connections["default"], noticed.stream)
    opens = secret(case_code(noticed.stream), factor_of(fold(events).facts))
    name = f"{paper.event}/{paper.index}/{digest}"
    PartyPaper.objects.filter(pk=paper.pk).update(key=key_of(served.secret_of(opens, name)), source=digest)
    assert kept(noticed.stream) == 1
    (row,) = PartyPaperContent.objects.filter(stream=noticed.stream)
    assert opened_file(served.secret_of(opens, name), bytes(row.sealed)) == signed

    head = theatre.people["luoyang"]["head"]
    agency = fold(events).agency
    reader = replace(NOBODY, officer=head, agency=agency, posts=frozenset({"head"}))
    actor = Actor(officer=head, name="主任演示", agency=agency, department="", post="head", certificate=None)
    mark = FileClassified(
        owner=noticed.stream, event=str(paper.event), index=0, sha256=digest, level="国家秘密",
        facts={"level_reason": "演示的理由"},
    )  # fmt: skip
    levels.classify(reader, None, mark, agency=agency, actor=actor, at=timezone.now())
    assert not PartyPaperContent.objects.filter(stream=noticed.stream).exists()
    assert kept(noticed.stream) == 0, "and it does not come back"


def test_a_paper_of_evidence_goes_with_its_file(noticed: Any, theatre: Theatre) -> None:
    """A slip for what was taken tells what it is: where all that was taken is marked as secret, no open net holds it."""
    events = reading.load(connections["default"], noticed.stream)
    taken = next(one for one in events if one.kind == "evidence.taken")
    opens = secret(case_code(noticed.stream), factor_of(fold(events).facts))
    key = key_of(served.secret_of(opens, f"{taken.id}/0/"))
    row = PartyPaper.objects.create(key=key, stream=noticed.stream, event=taken.id, index=0)
    kept(noticed.stream)
    assert PartyPaperContent.objects.filter(pk=key).exists()

    reader = reader_for(theatre.people["luoyang"]["head"])
    for level, there in (("商业秘密", False), ("", True)):
        mark = FileClassified(
            owner=noticed.stream, event=taken.id, index=0, sha256=str(taken.event.files[0]["sha256"]), level=level,
            facts={"level_reason": "演示的理由"},
        )  # fmt: skip
        actor = Actor(reader.officer, reader.name, reader.agency, "", "head", None)
        levels.classify(reader, None, mark, agency=reader.agency, actor=actor, at=timezone.now())
        assert not PartyPaperContent.objects.filter(pk=key).exists() or there
        kept(noticed.stream)
        assert PartyPaperContent.objects.filter(pk=key).exists() == there
    row.delete()


def test_what_is_revoked_says_so_beside_it(noticed: Any) -> None:
    at = timezone.make_aware(datetime(2026, 11, 3, 10))
    case: Any = Of(corrections=(), decision=Of(event="e"), revoked=Of(occurred_at=at), facts={})
    paper = served.Served("e", 0, "penalty_decision", "行政处罚决定书", "演示1号", date(2026, 10, 9), "")
    assert documents(case, [paper])[0]["corrected"] == ["2026年11月3日撤销"]


def test_the_rows_can_be_built_anew(noticed: Any) -> None:
    (row,) = rows(noticed.stream, reading.load(connections["default"], noticed.stream))["party_paper"]
    paper = PartyPaper.objects.get(pk=row["key"])
    assert (str(paper.event), paper.index, paper.source, paper.until) == (row["event"], row["index"], "", None)
