"""The party's own page: opened by the code on the paper and four signs of its own number, and by nothing else; what it
sends is on the record or answered."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from sanxiang.casework.codes import case_code, factor_of, secret, spelled
from sanxiang.core.casefile import fold
from sanxiang.counter import door, party, party_views, sending
from sanxiang.counter import tries as tries_
from sanxiang.counter.models import Attempt, Intake, Outcome, PartyPage
from sanxiang.counter.sending import send
from sanxiang.counter.taking import take_in
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from tests.support.theatre import Theatre, party_code

PARTY = "洛阳演示商贸有限公司"
FACTOR = "BX0U"
APPLICANT = {"party_kind": "自然人", "party_id_number": "41030519840717854X", "party_credit_code": None}
STATEMENT = "标签是供货商贴的，<b>我已经</b>下架。'; DROP TABLE intake; --"
RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?!-)")


@pytest.fixture
def noticed(theatre: Theatre) -> Any:
    """A case whose party was told of the intended penalty, by a paper that was served."""
    return theatre.played("ordinary", "decide", start="2026-10-05")


def let_in(stream: str, known: str = FACTOR, code: str = "") -> Client:
    client = Client()
    answer = client.post("/counter/", {"code": code or case_code(stream), "factor": known})
    assert answer.status_code == 302, answer.content.decode()
    return client


def photo(**exif: Any) -> SimpleUploadedFile:
    image, made = Image.new("RGB", (640, 480), "white"), io.BytesIO()
    told = image.getexif()
    told[0x010F], told[0x8825] = "CANARY-PHONE", {1: "N", 2: (34.0, 37.0, 12.0)}
    image.save(made, "JPEG", exif=told, comment=b"CANARY-COMMENT")
    return SimpleUploadedFile("C:\\CANARY-NAME.jpg", made.getvalue(), "image/jpeg")


def worked(at: Any = None) -> None:
    take_in(connections["default"], at=at or timezone.now())


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_party_reads_where_its_matter_stands_and_nothing_is_asked_of_the_case(noticed: Any) -> None:
    with CaptureQueriesContext(connections["default"]) as staff:
        client = let_in(noticed.stream, " bx0u ", case_code(noticed.stream).lower().replace("-", " "))
        page = client.get("/counter/mine/").content.decode()
    assert len(staff) == 0
    for text in ("您的事项走到第", "步，共 13 步", "提交陈述、申辩", "申请查阅案卷", "投诉", "行政处罚事先告知书", "罚款5,000元",
                 "作出决定以前，您可以说明情况", "立案"):  # fmt: skip
        assert text in page, text
    for text in (PARTY, party_code(noticed), "田演示", noticed.stream, "张演示"):
        assert text not in page, "not even the party's own name and number, should the telephone be lost"
    cookie = client.cookies["sanxiang-party"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/counter/")
    client.post("/counter/leave/")
    assert client.get("/counter/mine/").status_code == 302
    assert Client().get("/counter/mine/").status_code == 302
    forged = Client()
    forged.cookies["sanxiang-party"] = secret(case_code(noticed.stream), FACTOR).hex()
    assert forged.get("/counter/mine/").status_code == 302


def test_the_page_moves_on_with_the_case(noticed: Any, theatre: Theatre) -> None:
    client = let_in(noticed.stream)
    theatre.go_on(noticed, "publish")
    page = client.get("/counter/mine/").content.decode()
    assert "机关决定处罚您" in page
    assert "提交陈述、申辩" not in page.replace("您提交的", "")
    assert "申请行政复议" in page
    assert "提起行政诉讼" in page
    assert "审批表" not in page, "what stays inside the file"


def test_who_reads_the_whole_table_learns_nothing(noticed: Any, portal_role: psycopg.Connection[Any]) -> None:
    rows = portal_role.execute("SELECT key, sealed FROM party_page").fetchall()
    assert len(rows) >= 1
    whole = b"".join(key.encode() + bytes(sealed) for key, sealed in rows)
    code = case_code(noticed.stream)
    for text in (PARTY, FACTOR, code, code.replace("-", ""), noticed.stream, "罚款", "告知"):
        assert text.encode() not in whole
    assert {len(bytes(sealed)) % 4096 for _, sealed in rows} == {12 + 16}, "lengths tell little"
    for statement in ("SELECT stream FROM party_page", "SELECT * FROM party_page", "SELECT receipt FROM intake_slip"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            portal_role.execute(statement.encode())


def test_the_page_can_be_built_anew_to_the_same_bytes(noticed: Any) -> None:
    from sanxiang.counter.partypage import rows

    (row,) = rows(noticed.stream, reading.load(connections["default"], noticed.stream))["party_page"]
    assert bytes(PartyPage.objects.get(pk=row["key"]).sealed) == row["sealed"]


# ── guessing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("LY-11")
def test_ten_thousand_guesses_cost_little_and_find_nothing(noticed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right code with every wrong factor, then codes that nobody was given; from one address and from many."""
    code, client = case_code(noticed.stream), Client()
    asked: list[int] = []
    real = party_views.read
    monkeypatch.setattr(party_views, "read", lambda *a, **k: asked.append(1) or real(*a, **k))
    before = Attempt.objects.count()
    answers: dict[tuple[int, str], int] = {}
    for n in range(10_000):
        guess = {"code": code if n % 2 else spelled(n.to_bytes(32, "little"), 16), "factor": f"{n:04d}"}
        address = "203.0.113.5" if n % 4 < 2 else f"198.51.{n // 250 % 250}.{n % 250}"
        if n % 100 and n > 400:
            continue
        answer = client.post("/counter/", guess, REMOTE_ADDR=address)
        said = re.sub(r'name="(csrfmiddlewaretoken|code)" [^>]*', "", answer.content.decode())
        answers[answer.status_code, said] = answers.get((answer.status_code, said), 0) + 1
    assert sorted(status for status, _ in answers) == [422, 429], "one answer for what is wrong, one for too many"
    assert len(asked) < 600
    assert Attempt.objects.count() - before < 6_000
    assert tries(code, "203.0.113.6", FACTOR) == 429, "and right is no exception where one guesses"


def tries(code: str, address: str, known: str = "0000", client: Client | None = None) -> int:
    return (client or Client()).post("/counter/", {"code": code, "factor": known}, REMOTE_ADDR=address).status_code


@pytest.mark.clauses("LY-11")
def test_a_stranger_who_knows_the_code_holds_up_himself_and_not_the_party(noticed: Any) -> None:
    code = case_code(noticed.stream)
    assert [tries(code, "203.0.113.9") for _ in range(8)] == [422] * 5 + [429] * 3
    assert tries(code, "203.0.113.9", FACTOR) == 429, "right is no exception where one guesses"
    assert tries(code, "203.0.113.10", FACTOR) == 429, "nor another address of the same network"
    assert tries(code, "203.0.114.10", FACTOR) == 302, "the party, from elsewhere, is let in at once"


def test_the_stretches_grow_and_a_day_of_guessing_is_twelve_tries(
    noticed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, asked, begun = case_code(noticed.stream), [], timezone.now()
    for minute in range(0, 24 * 60, 6):
        monkeypatch.setattr(party_views.timezone, "now", lambda minute=minute: begun + timedelta(minutes=minute))
        asked.append(tries(code, "203.0.113.11"))
    assert asked.count(422) == 12
    assert asked[:8] == [422] * 8, "slips of the pen cost minutes"
    assert asked[8] == 429


def test_strangers_with_many_addresses_do_not_shut_the_party_out(noticed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty networks for a whole day, each as often as it may: the party comes for the first time and is let in, also
    after two slips of the pen."""
    code, begun, asked = case_code(noticed.stream), timezone.now(), []
    for nth in range(24):
        now = begun + timedelta(minutes=61 * nth if nth < 12 else 61 * 12 + nth)
        monkeypatch.setattr(party_views.timezone, "now", lambda now=now: now)
        asked += [tries(code, f"198.{18 + network // 256}.{network % 256}.{nth}") for network in range(20)]
    assert asked.count(422) == 20 * tries_.FIRST + 100, "the first of each network, and a hundred together"
    home = Client()
    assert [tries(code, "203.0.115.1", known, home) for known in ("0001", "0002", FACTOR)] == [422, 422, 302]
    assert tries(code, "2001:db8:7::1", FACTOR) == 302, "and from the telephone"


def test_guessing_stays_bounded_however_many_networks_there_are(noticed: Any) -> None:
    code, mine = case_code(noticed.stream), Client()
    assert tries(code, "203.0.113.12", FACTOR, mine) == 302
    told = [tries(code, f"198.18.{n // tries_.FIRST}.1", f"{n:04d}") for n in range(330)]
    assert told.count(422) == 99 * tries_.FIRST, "three of each of a hundred networks, with the party's own"
    assert tries(code, "2001:db8:8::1", FACTOR) == 429
    assert tries(code, "203.0.113.13", FACTOR) == 302, "a network that is counted already has its first tries"
    assert tries(code, "203.0.113.12", FACTOR, mine) == 302, "let in before, not held up by others"
    assert [tries(code, "203.0.113.12", "0000", mine) for _ in range(6)][-1] == 429, "but slowed like anybody"
    other = Client()
    other.cookies["sanxiang-party-known"] = mine.cookies["sanxiang-party-known"].value.replace(":", "x:", 1)
    assert tries(code, "203.0.116.14", FACTOR, other) == 429, "a forged mark is none"
    mark = mine.cookies["sanxiang-party-known"]
    assert (mark["httponly"], mark["samesite"], mark["path"]) == (True, "Strict", "/counter/")
    assert code not in mark.value


@pytest.mark.parametrize("known", ["", "0000", "bx0", "BX0U1", "' OR 1=1", "\u202e", "%", "x" * 5000])
@pytest.mark.parametrize("code", ["", "right", "0000-0000-0000-0000", "<script>", "长" * 1000])
def test_wrong_and_hostile_answers_are_all_the_same(noticed_once: str, code: str, known: str) -> None:
    answer = Client().post("/counter/", {"code": case_code(noticed_once) if code == "right" else code, "factor": known})
    assert answer.status_code == 422
    assert party_views.WRONG in answer.content.decode()
    assert "<script>" not in answer.content.decode().replace("<script src", "")


@pytest.fixture(scope="module")
def noticed_once(opened_theatre: Any, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        stream = str(opened_theatre.played("ordinary", "request_filing", start="2026-10-26").stream)
        connections.close_all()
    return stream


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_defence_with_a_photo_becomes_an_event_and_stands_on_the_desk(noticed: Any, theatre: Theatre) -> None:
    client = let_in(noticed.stream)
    once = re.search(r'name="once" value="([^"]+)"', client.get("/counter/mine/statement/").content.decode())[1]  # type: ignore[index]
    typed = {"text": STATEMENT, "contact": "13900001234", "once": once}
    with CaptureQueriesContext(connections["default"]) as staff:
        done = client.post("/counter/mine/statement/", {**typed, "photos": [photo()]}).content.decode()
        again = client.post("/counter/mine/statement/", {**typed, "photos": [photo()]}).content.decode()
    assert len(staff) == 0
    receipt = RECEIPT.search(done)[0]  # type: ignore[index]
    assert receipt in again, "sent twice it is one"
    worked()
    outcome = Outcome.objects.get(pk=receipt)
    event = reading.load(theatre.connection, noticed.stream)[-1]
    assert (event.kind, event.id) == ("statement.received", str(outcome.event))
    assert event.event.facts["party_statement"] == STATEMENT
    (file,) = event.event.files
    content = shelf().read(file["sha256"])
    assert Image.open(io.BytesIO(content)).size == (640, 480)
    assert b"CANARY" not in content
    assert "CANARY" not in str(file)
    assert not Image.open(io.BytesIO(content)).getexif()

    desk = Client()
    desk.force_login(theatre.account("zhang"))
    page = desk.get(f"/work/cases/{noticed.stream}/").content.decode()
    assert "当事人提交陈述、申辩" in page
    assert "<b>我已经</b>" not in page
    assert "hear_defence" in page
    assert any(wait["act"] == "hear_defence" for wait in waits(noticed.stream)), "it waits for whoever handles the case"
    assert receipt in client.get("/counter/mine/").content.decode()
    slip = Client().post("/counter/", {"code": receipt, "factor": FACTOR}).content.decode()
    assert "记入案卷" in slip
    assert "标签是供货商" not in slip, "stages and days, nothing of what was sent"


def waits(stream: str) -> list[dict[str, Any]]:
    from sanxiang.casework.models import WaitRow

    return list(WaitRow.objects.filter(stream=stream).values("act"))


def test_a_hearing_is_requested_in_time_and_refused_with_an_answer_afterwards(noticed: Any, theatre: Theatre) -> None:
    opens = secret(case_code(noticed.stream), FACTOR).hex()
    payload = {"secret": opens, "text": "", "contact": "", "factor": FACTOR}
    late = send(party.HEARING, payload, once="late", address="203.0.113.9", at=timezone.now())
    worked()
    outcome = Outcome.objects.get(pk=late)
    assert outcome.state == Outcome.REFUSED
    assert "期限已经届满" in outcome.reasons[0]
    assert str(outcome.agency) == theatre.people["luoyang"][""]

    officer = Client()
    officer.force_login(theatre.account("zhang"))
    assert late in officer.get("/counter/inbox/").content.decode()
    assert "期限已经届满" in officer.get(f"/counter/inbox/{late}/").content.decode()
    assert officer.post(f"/counter/inbox/{late}/", {"answer": ""}).status_code == 422
    assert officer.post(f"/counter/inbox/{late}/", {"answer": "已经过期，可以书面说明理由。"}).status_code == 302
    slip = Client().post("/counter/", {"code": late, "factor": FACTOR}).content.decode()
    assert "期限已经届满" in slip
    assert "可以书面说明理由" in slip
    for login in (theatre.account("wang"), theatre.account("officer", "wuding")):
        other = Client()
        other.force_login(login)
        assert other.get(f"/counter/inbox/{late}/").status_code == 404

    case = fold(reading.load(theatre.connection, noticed.stream))
    served = case.served["give_notice"].occurred_at
    sent_at = served + timedelta(days=1)
    good = send(party.HEARING, payload, once="good", address="203.0.113.9", at=sent_at)
    worked(served + timedelta(days=1, minutes=1))
    assert Outcome.objects.get(pk=good).state == Outcome.TAKEN
    event = reading.load(theatre.connection, noticed.stream)[-1]
    assert (event.kind, event.event.receipt) == ("hearing.requested", good)  # type: ignore[attr-defined]


def test_an_application_to_see_the_record(noticed: Any, theatre: Theatre) -> None:
    client = let_in(noticed.stream)
    assert client.post("/counter/mine/record/", {"text": "", "once": "a"}).status_code == 422
    done = client.post("/counter/mine/record/", {"text": "想看检查笔录", "once": "a"}).content.decode()
    assert RECEIPT.search(done)
    worked()
    assert reading.load(theatre.connection, noticed.stream)[-1].kind == "record.requested"


@pytest.mark.clauses("LY-11")
@pytest.mark.journeys("disclosure.progress")
def test_a_complaint_goes_past_the_body_and_its_progress_is_told(noticed: Any, theatre: Theatre) -> None:
    """A citizen with number and code sees the stage and the dates and nothing else; so does who applied for something
    (the page of a case). Guessing is throttled, see above."""
    before = len(reading.load(theatre.connection, noticed.stream))
    page = Client().get("/counter/complain/").content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)[1]  # type: ignore[index]
    typed = {
        "agency": theatre.people["luoyang"][""],
        "text": "态度不好，没有出示证件。",
        "factor": "a1b2",
        "once": once,
    }
    assert Client().post("/counter/complain/", {**typed, "agency": "x"}).status_code == 422
    assert Client().post("/counter/complain/", {**typed, "factor": "1"}).status_code == 422
    receipt = RECEIPT.search(Client().post("/counter/complain/", typed).content.decode())[0]  # type: ignore[index]
    mine = (
        let_in(noticed.stream)
        .post("/counter/mine/complaint/", {"text": "拿走了账本不给清单。", "once": "c"})
        .content.decode()
    )
    about_case = RECEIPT.search(mine)[0]  # type: ignore[index]
    worked()
    assert len(reading.load(theatre.connection, noticed.stream)) == before, "the case knows nothing of it"
    handler, supervisor = Client(), Client()
    handler.force_login(theatre.account("zhang"))
    supervisor.force_login(theatre.account("supervisor"))
    assert receipt not in handler.get("/counter/inbox/").content.decode()
    assert handler.get(f"/counter/inbox/{receipt}/").status_code == 404
    assert about_case in supervisor.get("/counter/inbox/").content.decode()
    assert "态度不好" in supervisor.get(f"/counter/inbox/{receipt}/").content.decode()

    waiting = Client().post("/counter/", {"code": receipt, "factor": "A1B2"}).content.decode()
    assert "转监督人员" in waiting
    assert "答复：还没有" in waiting
    assert supervisor.post(f"/counter/inbox/{receipt}/", {"answer": "已经核实，责令道歉。"}).status_code == 302
    told = Client().post("/counter/", {"code": receipt, "factor": "A1B2"}).content.decode()
    assert "责令道歉" in told
    assert "没有出示证件" not in told
    assert Client().post("/counter/", {"code": receipt, "factor": "A1B3"}).status_code == 422
    complaint = reading.load(theatre.connection, str(Outcome.objects.get(pk=receipt).stream))
    assert [one.kind for one in complaint] == ["complaint.received", "complaint.answered"]
    assert complaint[1].actor.post == "supervisor"


@pytest.mark.clauses("LY-11")
def test_who_applied_for_something_sees_its_stage(theatre: Theatre) -> None:
    case = theatre.played("benefit", "verify", agency="dongxihu", start="2026-10-12", fill=APPLICANT)
    known = factor_of(fold(reading.load(theatre.connection, case.stream)).facts)
    page = let_in(case.stream, known).get("/counter/mine/").content.decode()
    assert "申请受理" in page
    assert "走到第 1 步" in page or "走到第 2 步" in page


def test_what_cannot_be_a_photo_or_is_too_much_is_not_taken(noticed: Any) -> None:
    client = let_in(noticed.stream)
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    wrong = [
        SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>"), SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0half"),
        SimpleUploadedFile("a.svg", b"<svg onload='x'/>"), SimpleUploadedFile("bomb.png", bomb.getvalue()),
    ]  # fmt: skip
    for file in wrong:
        page = client.post("/counter/mine/statement/", {"text": "见照片", "once": "p", "photos": [file]})
        assert page.status_code == 422, file.name
        assert "见照片" in page.content.decode(), "what was typed stays"
    many = [photo() for _ in range(sending.FILES_MAX + 1)]
    assert client.post("/counter/mine/statement/", {"text": "x", "once": "p", "photos": many}).status_code == 422
    assert client.post("/counter/mine/statement/", {"text": "长" * 5001, "once": "p"}).status_code == 422
    assert client.post("/counter/mine/nonsense/", {"text": "x"}).status_code == 302
    huge = client.post("/counter/mine/statement/", {"text": "x"}, CONTENT_LENGTH=str(10**9))
    assert huge.status_code == 413
    assert not Intake.objects.exists()


def test_a_form_of_elsewhere_sends_nothing(noticed: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = let_in(noticed.stream).cookies
    assert strict.post("/counter/mine/statement/", {"text": "x", "once": "1"}).status_code == 403


def test_the_enterprise_prints_its_code_again_once_it_has_typed_its_number(noticed: Any) -> None:
    client = let_in(noticed.stream, " bx0u ", case_code(noticed.stream))
    before = client.get("/counter/mine/").content.decode()
    own = party_code(noticed)
    code = door.code_of(own)
    assert "显示企业码" in before
    assert code not in before
    other = client.post("/counter/mine/", {"credit": "92410300MAKPXWCN8H"}).content.decode()
    assert "这不是本案当事人的统一社会信用代码" in other
    assert door.code_of("92410300MAKPXWCN8H") not in other, "nobody gets the code of another enterprise"
    shown = client.post("/counter/mine/", {"credit": own.lower()}).content.decode()
    assert f"/counter/e/{code}/" in shown
    assert "<svg" in shown
