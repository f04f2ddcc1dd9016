"""Certificates shown by a code: the party opens and confirms, and what it proves need not be stated again; without a code
there is the paper way, and nothing that was lawful before is shut."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from sanxiang.casework.codes import case_code
from sanxiang.casework.commands import Answer, Command, handle
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import fold
from sanxiang.core.gates.completing import ACTIVITIES
from sanxiang.core.values import legal_day
from sanxiang.counter import showing
from sanxiang.counter.models import HeldOut, Intake, Outcome, Showing
from sanxiang.counter.sending import send
from sanxiang.counter.showing import PROVED, Wanted
from sanxiang.counter.taking import take_in
from sanxiang.store import reading
from sanxiang.store.rulebooks.library import default_folder
from tests.support.theatre import Theatre

MATTER, BASIS = "看一看店里食品的标签。", "《食品安全法》第六十七条（演示）"
STATED = {"document_shown": True, "explained": True, "uniform_worn": True}
RECORDED = {
    "recording_mode": "全程录音录像", "recording_place": "服务器01柜", "recording_on": "2026-10-13",
    "recording_maker": "张演示", "recording_method": "执法记录仪", "recording_told": True, "recording_device": "演示01",
    "recording_elsewhere": "回机关后由采集站导入",
}  # fmt: skip
ON_SITE = {**RECORDED, "place": "演示街8号", "inspection_findings": "货架上有三袋没有标签。", "signature": "已签名"}


class Visit:
    """Two officers of an agency at a party's door, in a case that is open."""

    def __init__(self, theatre: Theatre, agency: str = "luoyang", start: str = "2026-10-12") -> None:
        self.theatre = theatre
        story, before = ("benefit", "verify") if agency == "dongxihu" else ("ordinary", "inspect")
        self.told = theatre.played(story, before, agency=agency, start=start)
        self.stream, self.at = self.told.stream, self.told.at + timedelta(days=1)
        self.a, self.b = theatre.who(self.told, "a"), theatre.who(self.told, "b")
        self.act = before

    def hold_out(self, shown_for: tuple[str, ...] = ("检查",), at: datetime | None = None, **changes: Any) -> HeldOut:
        connection, at = connections["default"], at or self.at
        wanted = replace(Wanted((self.a, self.b), shown_for, MATTER, BASIS), **changes)
        case = fold(reading.load(connection, self.stream))
        rules = self.theatre.book.on(case.jurisdiction, legal_day(at))
        registers = registers_for(connection, case.agency, wanted.officers)
        return showing.hold_out(connection, case, rules, registers, wanted, by=self.a, at=at)

    def confirm(self, held: HeldOut, at: datetime | None = None) -> Outcome:
        at = at or self.at
        receipt = send(showing.CONFIRMED, {"code": held.code}, once=held.key, address="203.0.113.1", at=at)
        take_in(connections["default"], at=at, only=receipt)
        return Outcome.objects.get(pk=receipt)

    def does(self, act: str = "", facts: Mapping[str, Any] = STATED, **changes: Any) -> Answer:
        times = {"started_on_site": self.at.isoformat(), "ended_on_site": (self.at + timedelta(minutes=5)).isoformat()}
        stated = {**(ON_SITE | times if not act else {}), **facts}
        command = Command(
            act=act or self.act, officer=self.a, stream=self.stream, facts=stated, officers=(self.a, self.b)
        )
        at = changes.pop("at", self.at + timedelta(minutes=5))
        return handle(connections["default"], self.theatre.book, replace(command, **changes), at=at)


def refused_by(answer: Answer) -> set[str]:
    return {one.clause for one in answer.verdict.reasons}


# ── the pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("LY-07", "LY-08")
def test_an_officer_holds_out_the_code_the_party_confirms_and_the_record_has_it(theatre: Theatre) -> None:
    visit = Visit(theatre)
    officer, party = Client(), Client()
    officer.force_login(theatre.account("zhang"))
    form = officer.get(f"/counter/show/{visit.stream}/")
    assert "豫C演示0001" in form.content.decode()
    typed = {
        "officers": [visit.a, visit.b],
        "shown_for": ["检查", "取证"],
        "shown_matter": MATTER,
        "shown_basis": BASIS,
    }
    page = officer.post(f"/counter/show/{visit.stream}/", typed, follow=True)
    place = page.redirect_chain[-1][0]
    code = re.search(r"/counter/s/[\w-]{22}/", page.content.decode())[0]  # type: ignore[index]
    assert "<svg" in page.content.decode()
    assert officer.get(place, headers={"X-Ask": "1"}).status_code == 204, "nothing yet"

    with CaptureQueriesContext(connections["default"]) as staff:
        read = party.get(code).content.decode()
        done = party.post(code).content.decode()
    assert len(staff) == 0, "the party's page asks the portal's own connection only"
    for text in (
        "张演示",
        "豫C演示0001",
        "李演示",
        "有效",
        MATTER,
        BASIS,
        "陈述、申辩",
        "听证",
        "申请回避",
        "不服怎么办",
        "您的义务",
    ):
        assert text in read, text
    for secret in ("洛阳演示商贸有限公司", "91410300MA7JH4BX0U", str(visit.stream)):
        assert secret not in read, secret
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", done)[0]  # type: ignore[index]
    assert receipt in party.post(code).content.decode(), "pressed twice it is one receipt"

    assert officer.get(place, headers={"X-Ask": "1"}).status_code == 200
    assert receipt in officer.get(place).content.decode()
    assert party.get(code).status_code == 404, "used once"
    shown = reading.load(theatre.connection, visit.stream)[-1]
    assert (shown.kind, shown.event.receipt) == ("identity.shown", receipt)  # type: ignore[attr-defined]
    assert (shown.actor.officer, shown.actor.post) == ("", "party")
    assert not shown.late
    assert "扫码确认" in officer.get(f"/work/cases/{visit.stream}/").content.decode()
    assert visit.does(at=timezone.now()).done, "with the paper that was handed over, the inspection is complete"


def test_only_who_handles_the_case_holds_it_out_and_only_with_valid_certificates(theatre: Theatre) -> None:
    visit = Visit(theatre)
    for role, agency in (("publisher", "luoyang"), ("wang", "luoyang"), ("officer", "wuding")):
        stranger = Client()
        stranger.force_login(theatre.account(role, agency))
        assert stranger.get(f"/counter/show/{visit.stream}/").status_code == 404, role
    assert Client().get(f"/counter/show/{visit.stream}/").status_code == 302
    officer = Client()
    officer.force_login(theatre.account("zhang"))
    gone = theatre.expiring(on=legal_day(timezone.now()) - timedelta(days=1))
    for people, text in (([visit.a, gone], "到期"), ([], "执法人员"), (["nobody"], "没有")):
        typed = {"officers": people, "shown_for": ["检查"], "shown_matter": MATTER, "shown_basis": BASIS}
        page = officer.post(f"/counter/show/{visit.stream}/", typed)
        assert page.status_code == 422
        assert text in page.content.decode(), text
    page = officer.post(f"/counter/show/{visit.stream}/", {"officers": [visit.a], "shown_for": ["飞行"]})
    assert page.status_code == 422
    assert MATTER not in page.content.decode()
    assert not HeldOut.objects.filter(stream=visit.stream).exists()


def test_a_code_ends_after_ten_minutes_and_every_wrong_one_looks_the_same(
    theatre: Theatre, portal_role: psycopg.Connection[Any]
) -> None:
    visit = Visit(theatre)
    now = timezone.now()
    held = visit.hold_out(at=now)
    assert Client().get(f"/counter/s/{held.code}/").status_code == 200
    rows = portal_role.execute("SELECT key, sealed FROM showing WHERE key = %s", [held.key]).fetchall()
    whole = b"".join(bytes(part) if isinstance(part, bytes) else str(part).encode() for row in rows for part in row)
    assert len(rows) == 1
    assert not [one for one in ("张演示", MATTER, held.code, visit.stream) if one.encode() in whole]
    Showing.objects.filter(pk=held.key).update(until=now - timedelta(seconds=1))
    answers = {
        re.sub(r"\s+", " ", Client().get(f"/counter/s/{code}/").content.decode())
        for code in (held.code, "x" * 22, held.key, "%27%3B--", "y" * 5000)
    }
    assert len(answers) == 1
    late = visit.confirm(held, at=now + timedelta(minutes=11))
    assert (late.state, bytes(late.body)) == (Outcome.REFUSED, b"")
    assert reading.load(theatre.connection, visit.stream)[-1].kind != "identity.shown"


def test_a_confirmation_cannot_be_forged_from_what_the_portal_can_read(
    theatre: Theatre, portal_role: psycopg.Connection[Any]
) -> None:
    held = Visit(theatre).hold_out(at=timezone.now())
    add = "INSERT INTO intake (receipt, kind, sent_at, body) VALUES (%s, %s, now(), %s)"
    for receipt, code in (("forged", held.key), (showing.receipt_of(held.key), held.key)):
        portal_role.execute(add, [receipt, showing.CONFIRMED, f'{{"code": "{code}"}}'.encode()])
    take_in(connections["default"], at=timezone.now())
    assert {one.state for one in Outcome.objects.filter(pk__in=["forged", showing.receipt_of(held.key)])} == {
        Outcome.REFUSED
    }
    assert not Intake.objects.exists()


def offered(theatre: Theatre, visit: Visit) -> str:
    """The page of a code that an officer held out at the desk, as the party reads it."""
    officer = Client()
    officer.force_login(theatre.account("zhang"))
    typed = {"officers": [visit.a, visit.b], "shown_for": ["检查"], "shown_matter": MATTER, "shown_basis": BASIS}
    page = officer.post(f"/counter/show/{visit.stream}/", typed, follow=True).content.decode()
    return Client().get(re.search(r"/counter/s/[\w-]{22}/", page)[0]).content.decode()  # type: ignore[index]


@pytest.fixture
def rulebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the rulebooks that the product reads, to be changed; those that come along are read again after."""
    folder = Path(shutil.copytree(default_folder(), tmp_path / "rulebooks"))
    monkeypatch.setenv("SANXIANG_RULEBOOKS", str(folder))
    yield folder
    monkeypatch.undo()
    library.cache_clear()


def test_a_second_language_stands_there_only_where_the_rulebook_of_the_place_has_one(
    theatre: Theatre, rulebooks: Path
) -> None:
    """The two settings stand in the file of a place, as those of Ürümqi are prepared there; another place has none."""
    visit = Visit(theatre)
    page = offered(theatre, visit)
    assert 'lang="zh-Hans"' in page
    assert 'dir="auto"' not in page
    told = "  showing_second_language_tag: ug\n  showing_second_language: 演示：第二种文字\n"
    for place, shown in (("wuding", False), ("luoyang", True)):
        file = rulebooks / place / "jurisdiction.yaml"
        text = file.read_text("utf-8")
        assert text.count("\nsettings:\n") == 1
        file.write_text(text.replace("\nsettings:\n", f"\nsettings:\n{told}"), "utf-8")
        library.cache_clear()
        page = offered(theatre, visit)
        assert ('lang="ug" dir="auto"' in page) == shown
        assert ("演示：第二种文字" in page) == shown


# ── the gates ────────────────────────────────────────────────────────────────────────────────────────────────────────

PLACES = [
    pytest.param("luoyang", {"LY-07", "LY-08"}, marks=pytest.mark.clauses("LY-07", "LY-08")),
    pytest.param("dongxihu", {"DXH-06"}, marks=pytest.mark.clauses("DXH-06")),
    pytest.param("wuding", {"WD-04", "WD-06"}, marks=pytest.mark.clauses("WD-04")),
    pytest.param("urumqi", {"UR-04", "UR-06"}, marks=pytest.mark.clauses("UR-04", "UR-06")),
    pytest.param("changning", {"CN-03", "CN-04"}, marks=pytest.mark.clauses("CN-03", "CN-04")),
]


@pytest.mark.parametrize(("agency", "clauses"), PLACES)
def test_the_receipt_satisfies_the_gates_of_each_place(theatre: Theatre, agency: str, clauses: set[str]) -> None:
    """An activity cannot be completed until certificate, paper and rights are on record; the receipt proves what the
    party saw, and the rest the officer still states."""
    visit = Visit(theatre, agency)
    assert clauses <= refused_by(visit.does(facts={})), "nothing told"
    assert visit.confirm(visit.hold_out()).state == Outcome.TAKEN
    without_paper = visit.does(facts={"explained": True})
    assert not without_paper.done, "a code is no paper"
    assert {name for one in without_paper.verdict.reasons for name in one.missing} == {"已出具执法文书"}
    done = visit.does()
    assert done.done, done.verdict.reasons
    facts = done.events[-1].event.facts
    assert facts["certificate_shown"] is True
    assert facts["shown_receipt"]


@pytest.mark.parametrize(("agency", "clauses"), PLACES)
def test_the_paper_way_serves_as_well(theatre: Theatre, agency: str, clauses: set[str]) -> None:
    """An own entry of the officer, and no receipt at all: both stay lawful."""
    visit = Visit(theatre, agency)
    told = dict.fromkeys(PROVED, True)
    stated = {"shown_for": ["检查"], "shown_matter": MATTER, "shown_basis": BASIS, **told}
    forged = visit.does("show_identity", {**stated, "shown_manner": "当事人扫码确认"})
    assert not forged.done, "only the party confirms by a code"
    assert visit.does("show_identity", {**stated, "shown_manner": "当事人拒绝扫码"}).done
    assert visit.does(at=visit.at + timedelta(minutes=6)).done
    other = Visit(theatre, agency, start="2026-10-19")
    assert other.does(facts={**STATED, **told}).done, "stated in the act itself, as before"


@pytest.mark.clauses("LY-09", "UR-05")
@pytest.mark.parametrize("agency", ["luoyang", "urumqi"])
def test_dress_is_on_the_list_where_the_state_prescribes_it(
    theatre: Theatre, agency: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = Visit(theatre, agency)
    visit.confirm(visit.hold_out())
    body = registers_for(connections["default"], theatre.people[agency][""], ()).agency(theatre.people[agency][""])
    assert body is not None
    monkeypatch.setitem(body.facts, "agency_uniform", True)
    refused = visit.does(facts={"document_shown": True, "explained": True})
    assert [one.missing for one in refused.verdict.reasons] == [("已按规定着装、佩戴标识",)]
    assert visit.does().done


def test_a_receipt_serves_its_day_its_people_its_activity_and_one_inquiry(theatre: Theatre) -> None:
    visit = Visit(theatre)
    visit.confirm(visit.hold_out(("检查",)))
    third = theatre.people["luoyang"]["wang"]
    asking = {**STATED, "place": "演示街8号", "asked_person": "田演示", "questions": [{"question": "何时进货", "answer": "去年"}],
              "signature": "已签名", **RECORDED}  # fmt: skip
    assert not visit.does("inquire", asking).done, "shown for an inspection"
    assert not visit.does(officers=(visit.a, third)).done, "the certificate of a third was not shown"
    assert not visit.does(at=visit.at + timedelta(days=1)).done, "on another day"
    assert visit.does().done
    assert visit.does(at=visit.at + timedelta(minutes=9)).done, "the same visit"

    visit.confirm(visit.hold_out(("询问",)), at=visit.at + timedelta(minutes=9, seconds=30))
    assert visit.does("inquire", asking, at=visit.at + timedelta(minutes=20)).done
    again = visit.does("inquire", asking, at=visit.at + timedelta(minutes=30))
    assert "LY-07" in refused_by(again), "each person asked has to be shown them"


def test_every_activity_has_its_word_among_the_choices(theatre: Theatre) -> None:
    choices = theatre.book.dictionary["shown_for"].choices
    assert set(ACTIVITIES.values()) <= set(choices)


@pytest.mark.clauses("WD-06")
@pytest.mark.journeys("documents.inspection-remedies")
def test_the_paper_of_the_inspection_holds_what_was_told(theatre: Theatre) -> None:
    """事由, 依据 and each of relief right, procedure and channel block until told; the inspection document holds them."""
    visit = Visit(theatre, "wuding")
    refused = next(one for one in visit.does(facts=STATED).verdict.reasons if one.clause == "WD-06")
    assert set(refused.missing) == {
        "已告知执法事由", "已告知执法依据", "已告知救济途径", "已告知救济程序", "已告知救济渠道",
    }  # fmt: skip
    receipt = visit.confirm(visit.hold_out()).receipt
    done = visit.does()
    assert done.done
    reader = Client()
    reader.force_login(theatre.account("officer", "wuding"))
    pdf = reader.get(f"/recording/{visit.stream}/paper/{done.events[-1].id}/0.pdf").content
    paper = "".join("".join((page.extract_text() or "").split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    for told in ("√告知执法事由", "√告知执法依据", "√告知救济的权利", "√告知救济的程序", "√告知救济的渠道", receipt):
        assert told in paper, told
    assert "查询码" in paper
    assert case_code(visit.stream) in paper
