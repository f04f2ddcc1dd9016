"""A decision on the spot says what its party was shown: the server composes the text again from what is recorded."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from sanxiang.casework.registers import registers_for
from sanxiang.core.rulebook import check_facts
from sanxiang.core.values import legal_day
from sanxiang.three_systems.recording.capture import blanks, signing, spot_text
from sanxiang.three_systems.recording.models import ArrivedAct

from .test_on_spot import NOW, Phone


@pytest.fixture
def phone(theatre: Any, monkeypatch: pytest.MonkeyPatch) -> Phone:
    monkeypatch.setattr(blanks, "MOST_OUT", 10_000)
    return Phone(theatre)


def shown(theatre: Any, phone: Phone, body: dict[str, Any]) -> str:
    agency = phone.pack["agency"]
    stated, _ = check_facts(theatre.book.dictionary, body["facts"])
    return spot_text.composed(
        stated, number=body["blank"], day=legal_day(datetime.fromisoformat(body["done_at"])),
        officers=signing.certified(agency, body["officers"]),
        agency=registers_for(theatre.connection, agency, ()).agency(agency),
    )  # fmt: skip


def bound(body: dict[str, Any], text: str) -> dict[str, Any]:
    for step in body["steps"]:
        step["signed"] = step["act"] in (body["act"], "serve")
    return body | {"signed": {"text": text, "at": NOW().isoformat(), "picture": "当事人签名.png"}}


@pytest.mark.clauses("LY-24")
@pytest.mark.parametrize("old", [False, True])
def test_what_was_shown_is_what_is_recorded(theatre: Any, phone: Phone, old: bool) -> None:
    (number, *_) = phone.take()
    body = phone.decision(number)
    text = shown(theatre, phone, body)
    assert "罚款，人民币 100.00 元" in text
    told = phone.put(f"acts/{uuid.uuid4()}", bound(body, f"{text}\n{spot_text.CODE}" if old else text)).json()
    assert (told["state"], told["reasons"]) == ("done", [])


@pytest.mark.clauses("LY-24")
@pytest.mark.parametrize("refused", [False, True])
def test_what_was_shown_otherwise_is_kept_with_what_differs(theatre: Any, phone: Phone, refused: bool) -> None:
    """Also where the party refused to sign: the paper is in its hand all the same."""
    (number, *_), key = phone.take(), uuid.uuid4()
    changes = {"service_receipt": "拒绝签收", "refusal_reason": "不服"} if refused else {}
    body = phone.decision(number, **changes)
    text = shown(theatre, phone, body).replace("100.00", "10.00")
    body = body | {"shown": text} if refused else bound(body, text)
    told = phone.put(f"acts/{key}", body).json()
    assert told["state"] == "refused"
    (reason,) = told["reasons"]
    assert reason["text"].startswith("决定书的内容和现场给当事人看的不一样")
    assert reason["law"] == "《行政处罚法》第五十二条"
    assert "决定书上是“罚款，人民币 100.00 元”" in reason["missing"]
    assert "签名时看到的是“罚款，人民币 10.00 元”" in reason["missing"]
    kept = ArrivedAct.objects.get(pk=key)
    assert kept.sent["steps"][0]["act"] == body["act"], "what was done before it stands"
    page = phone.client.get(f"/recording/capture/arrived/{key}/").content.decode()
    assert "人民币 10.00 元" in page
    phone.client.post(f"/recording/capture/arrived/{key}/", {"do": "as_it_is"})
    assert ArrivedAct.objects.get(pk=key).state == "done"


STRANGE = {
    "party_name": " 甲\t店 ", "legal_representative": "乙", "party_credit_code": "91X", "party_address": "路8号\ufeff",
    "place": "门前", "violation_facts": "一\r\n\r\n二；", "evidence_list": [{"name": "照片"}, {"number": "2"}],
    "defence_statement": "轻点", "decision_reasons": "理由", "discretion_reasons": "基准。",
    "legal_basis": [{"law": "《甲法》", "article": "第一条"}, {"law": "乙法"}], "correction_order": "改正",
    "sanctions": [{"kind": "罚款", "amount": 12345}, {"kind": "警告", "text": "口头"}, {"text": "没有种类"}],
    "collected_on_spot": "不当场收缴", "payment_bank": "演示银行",
}  # fmt: skip
PLAIN = {"party_name": "丙", "violation_facts": "停车。", "sanctions": [{"kind": "警告"}]}


@pytest.mark.browser
@pytest.mark.parametrize("facts", [STRANGE, PLAIN, STRANGE | {"collected_on_spot": "一百元以下罚款"}])
def test_phone_and_server_compose_the_same_text(app: Any, facts: dict[str, Any]) -> None:
    page = app()
    rows = [
        {**row, **({"amount": f"{row['amount'] / 100:.2f}"} if "amount" in row else {})} for row in facts["sanctions"]
    ]
    agency = {"name": "演示局", "court": "演示法院"}
    terms = {name: name for name in ("payment", "late_fee", "reconsideration", "suit_after_review")}
    view = {
        "number": "演〔2026〕1号", "day": "2026-03-04", "facts": facts | {"sanctions": rows}, "agency": agency, "terms": terms,
        "officers": [{"id": "1", "name": "张", "certificate": "A1"}, {"id": "2", "name": "李", "certificate": "A2"}],
        "signs": {"1": "x"}, "handed": {"served_to": "谁"}, "signed_at": "2026-03-04T09:00:00+08:00", "qr": "<svg/>",
    }  # fmt: skip
    made = page.evaluate("(view) => sanxiang.spotText(view)", view)
    assert made == spot_text.text_of(
        spot_text.plain(facts), number="演〔2026〕1号", day="2026年3月4日", officers=[("张", "A1"), ("李", "A2")],
        agency=agency, terms=terms,
    )  # fmt: skip


def test_a_stranger_is_told_nothing_of_it(theatre: Any, phone: Phone) -> None:
    (number, *_), key = phone.take(), uuid.uuid4()
    body = phone.decision(number)
    phone.put(f"acts/{key}", bound(body, "另一份"))
    other = Client()
    other.force_login(theatre.account("li"))
    assert other.get(f"/recording/capture/arrived/{key}/").status_code == 404
