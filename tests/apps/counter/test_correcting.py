"""Anybody says that something published is wrong: it comes on the record, is handled against a clock, and what came of
it stands on the public page."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework.models import DutyRow
from sanxiang.core.casefile import fold
from sanxiang.counter.models import Intake, Outcome
from sanxiang.counter.taking import take_in
from tests.support.theatre import Theatre

PHONE = "13900002222"
SAID = {"field": "执法结论", "text": f"罚款数额写错了，我的电话{PHONE}", "contact": PHONE, "once": "a"}
RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?!-)")


@pytest.fixture
def public(theatre: Theatre) -> Any:
    return theatre.played(start="2026-03-02", fill={"party_name": "更正窗口演示商行", "act_of": "更正窗口案"})


def desk(theatre: Theatre, role: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


def sent(told: Any, **more: str) -> Any:
    with CaptureQueriesContext(connections["default"]) as staff:
        answer = Client().post(f"/counter/correct/{told.stream}/", SAID | more)
    assert len(staff) == 0, "the public page neither reads nor writes the case"
    return answer


def worked() -> None:
    take_in(connections["default"], at=timezone.now())


@pytest.mark.clauses("LY-04", "WD-02")
@pytest.mark.journeys("disclosure.correction")
def test_what_anybody_points_out_is_handled_and_the_page_says_when_and_what(theatre: Theatre, public: Any) -> None:
    assert f"/counter/correct/{public.stream}/" in Client().get(f"/d/{public.stream}/").content.decode()
    receipt = RECEIPT.search(sent(public).content.decode())
    assert receipt is not None
    worked()
    case = fold(theatre.events(public))
    assert case.questioned is not None
    asked = theatre.events(public)[-1]
    assert (asked.kind, asked.event.receipt) == ("publication.questioned", receipt[0])
    duty = DutyRow.objects.get(stream=public.stream, duty="correct", met_at=None)
    assert duty.clause == "LY-15"
    publisher = desk(theatre, "publisher")
    assert public.stream in publisher.get("/disclosure/").content.decode()
    page = publisher.get(f"/disclosure/{public.stream}/").content.decode()
    assert "罚款数额写错了" in page
    assert receipt[0] in page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fixed = {
        "do": "correct_publication", "correction_note": "数额的写法有误", "correction_fixes.0.field": "执法结论",
        "correction_fixes.0.wrong": "罚款", "correction_fixes.0.right": "处以罚款",
    }  # fmt: skip
    assert publisher.post(f"/disclosure/{public.stream}/", fields | fixed).status_code == 302
    shown = Client().get(f"/d/{public.stream}/").content.decode()
    for text in ("更正记录", "数额的写法有误", "处以罚款"):
        assert text in shown
    assert PHONE not in shown, "nothing of who reported it is public"
    assert DutyRow.objects.get(stream=public.stream, duty="correct").met_at


def test_what_is_not_corrected_is_answered_on_the_page_too(theatre: Theatre, public: Any) -> None:
    sent(public)
    worked()
    answered = {"upheld_reason": f"经核对，数额与决定书一致。{PHONE}"}
    done = desk(theatre, "publisher").post(f"/work/cases/{public.stream}/do/uphold_publication/", answered)
    assert done.status_code == 302
    shown = Client().get(f"/d/{public.stream}/").content.decode()
    assert "经核对，没有更正" in shown
    assert "与决定书一致" in shown
    assert PHONE not in shown


def test_the_same_form_twice_is_one_report_and_bad_input_is_told_plainly(theatre: Theatre, public: Any) -> None:
    before = len(theatre.events(public))
    assert sent(public).content != b""
    sent(public)
    worked()
    assert len(theatre.events(public)) == before + 1
    for text in ("", " ", "长" * 1501, "长" * 100_000):
        assert sent(public, text=text, once="b").status_code == 422
    assert (
        sent(public, text="<script>alert(1)</script>'; DROP TABLE intake; --", once="c", field="x").status_code == 200
    )
    worked()
    assert "<script>alert" not in desk(theatre, "publisher").get(f"/disclosure/{public.stream}/").content.decode()
    assert not Intake.objects.exists()


def test_what_is_not_public_cannot_be_corrected(theatre: Theatre, public: Any) -> None:
    for stream in (uuid.uuid4(), theatre.played(before="publish", start="2026-03-02").stream):
        assert Client().get(f"/counter/correct/{stream}/").status_code == 404
        assert Client().post(f"/counter/correct/{stream}/", SAID).status_code == 404
    told = theatre.played("revoked", start="2026-03-02")
    assert Client().get(f"/counter/correct/{told.stream}/").status_code == 404
    assert not Outcome.objects.filter(stream=told.stream).exists()
