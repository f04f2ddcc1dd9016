"""The party reads the whole record on the phone and signs, refuses or objects; what it signed is what it read."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.utils import timezone

from sanxiang.casework import forms
from sanxiang.casework.projections import reckoned
from sanxiang.core.values import legal_day
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import issued
from sanxiang.three_systems.recording.capture import arriving, signing
from sanxiang.three_systems.recording.capture.passes import Pass
from sanxiang.three_systems.recording.documents import readings
from sanxiang.three_systems.recording.models import ArrivedAct
from sanxiang.three_systems.recording.papers import on_screen, papers_of, said_before

from .browsing import end, pieces, read, scrawl, sent, shot, start, until, whole, written

STRANGE = {
    "inspection_findings": " 一\r\n\r\n二\t三\ufeff\u2028四 ", "place": "2024-02-30", "certificate_shown": True, "witness": "李",
    "started_on_site": "2024-09-26T18:05:00Z", "ended_on_site": "2024-09-27T03:09+08:00", "shown_receipt": "",
    "questions": [{"question": "问😀", "answer": "2024-01-02"}, {"question": "只问"}], "remedies_told": True,
    "measure_items": [{"name": "甲", "quantity": "3"}, {"name": "乙", "state": "完好"}], "hearing_record": "x\n y",
}  # fmt: skip


def arrived(case: Any) -> ArrivedAct:
    return until(lambda: ArrivedAct.objects.filter(case=case.stream).exclude(state="received").first(), 90)


def paper(theatre: Any, story: Any, title: str) -> bytes:
    events = theatre.events(story)
    found = next(one for one in papers_of(events) if one.title == title)
    return issued.made(theatre.connection, events, found)


def words(pdf: bytes) -> str:
    from tests.apps.recording.papers import joined

    return joined(pdf)


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.journeys("recording.capture")
def test_the_party_reads_the_whole_record_without_a_net_and_its_signature_stands_on_the_paper(
    app: Any, served: Any, theatre: Any, story: Any
) -> None:
    page = app(f"#task/{story.stream}")
    served.down = True
    page.context.set_offline(True)
    take = start(page, 2000)
    pieces(page, 1)
    written(page, story.stream)
    seen = read(page)
    shot(page, "=read-end")
    page.evaluate("scrollTo(0, 0)")
    shot(page, "=read-top")
    for line in ("现场检查笔录", "地点：演示路8号", "☑ 执法人员主动出示执法证件", "货架上有没有标签的食品十二件。"):
        assert line in seen
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.sheet p')).fontSize)")
    assert size >= 20
    assert not page.locator("#bar").is_visible()
    page.get_by_role("button", name="签名", exact=True).tap()
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=框里还没有签名")
    scrawl(page)
    shot(page, "=read-sign")
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=看完全文后签名")
    shot(page, "act-signed")
    end(page)
    sent(page)
    served.down = False
    page.context.set_offline(False)
    page.evaluate("sanxiang.ask('upload')")
    assert (arrived(story).state, arrived(story).reasons) == ("done", [])
    act = theatre.events(story)[-1]
    facts, (picture,) = act.event.facts, act.event.files
    assert facts["signed_text"].split("\n") == [line for line in seen.split("\n") if line]
    assert facts["signed_digest"] == hashlib.sha256(facts["signed_text"].encode()).hexdigest()
    assert facts["signed_picture"] == picture["sha256"]
    assert facts["signed_at"] <= act.occurred_at.isoformat()
    assert "签名" in {mark["kind"] for mark in whole(theatre, take).marks}
    pdf = paper(theatre, story, "现场检查笔录")
    with pikepdf.open(io.BytesIO(pdf)) as made:
        assert [image for sheet in made.pages for image in sheet.get_images().values() if int(image.Width) == 700]
    assert facts["signed_digest"][:16] in words(pdf)


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_a_record_that_was_changed_after_signing_asks_for_another_signature(app: Any, story: Any) -> None:
    page = app(f"#task/{story.stream}")
    written(page, story.stream)
    read(page)
    page.get_by_role("button", name="签名", exact=True).tap()
    scrawl(page)
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=看完全文后签名")
    page.fill("#f-inspection_findings", "货架上有没有标签的食品二十件。")
    page.wait_for_selector("text=内容改过，要重新签名")
    page.locator("main form button[type=submit]").tap()
    page.wait_for_function("() => document.querySelector('#missing').textContent.includes('请当事人重新阅看、签名')")
    assert page.evaluate("sanxiang.queued.length") == 0
    assert "二十件" in read(page, "请当事人重新阅看")


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_what_the_party_objects_to_stands_in_the_record_before_it_signs(app: Any, theatre: Any, story: Any) -> None:
    page = app(f"#task/{story.stream}")
    written(page, story.stream)
    assert "异议" not in read(page)
    page.get_by_role("button", name="有异议、补正").tap()
    page.fill("#r-record_objection", "其中两件是自用的，不出售。")
    page.get_by_role("button", name="写入笔录，从头再看").tap()
    page.wait_for_selector("text=已写在笔录末尾")
    page.wait_for_selector("article.sheet >> text=其中两件是自用的")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.get_by_role("button", name="签名", exact=True).tap()
    scrawl(page)
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=看完全文后签名")
    sent(page)
    until(lambda: ArrivedAct.objects.filter(case=story.stream).first())
    facts = ArrivedAct.objects.get(case=story.stream).sent.get("facts") or theatre.events(story)[-1].event.facts
    assert facts["record_objection"] == "其中两件是自用的，不出售。"


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_a_refusal_to_sign_asks_its_reason_and_stands_in_the_film_and_on_the_paper(
    app: Any, theatre: Any, story: Any
) -> None:
    page = app(f"#task/{story.stream}")
    take = start(page, 2000)
    pieces(page, 1)
    written(page, story.stream)
    read(page)
    page.get_by_role("button", name="拒绝签名").tap()
    page.get_by_role("button", name="记下拒绝签名").tap()
    page.wait_for_selector("text=还缺：拒绝签名的原因")
    shot(page, "=read-refuse")
    page.fill("#r-refusal_reason", "说不认可检查结果")
    page.fill("#r-witness", "王见证")
    page.get_by_role("button", name="记下拒绝签名").tap()
    page.wait_for_selector("text=看完全文后拒绝签名")
    end(page)
    sent(page)
    assert (arrived(story).state, arrived(story).reasons) == ("done", [])
    act = theatre.events(story)[-1]
    assert [act.event.facts[name] for name in ("signature", "refusal_reason", "witness")] == [
        "拒绝签名", "说不认可检查结果", "王见证"
    ]  # fmt: skip
    assert act.event.files == ()
    assert "signed_picture" not in act.event.facts
    assert act.event.facts["signed_digest"]
    marks = [(mark["kind"], mark["note"]) for mark in whole(theatre, take).marks]
    assert ("拒绝签名", "说不认可检查结果") in marks
    printed = words(paper(theatre, story, "现场检查笔录"))
    assert "拒绝签名，原因：说不认可检查结果。见证人：王见证。" in printed


@pytest.mark.browser
@pytest.mark.parametrize("template", sorted(readings.readings()))
def test_phone_and_server_compose_the_same_text(app: Any, template: str) -> None:
    """Also from texts with stray signs, days that do not exist, rows that are not whole."""
    page = app()
    papers = [json.loads(json.dumps(readings.told(template, "笔录")))]
    names = {"agency.name": "演示局", "party.name": "甲店", "case.name": "甲店案"}
    officers = [("张三", "LY-001"), ("李四", "")]
    made = page.evaluate(
        "([papers, names, officers, facts]) => Reading.compose(papers, names, officers, facts)",
        [papers, names, [{"name": name, "certificate": card} for name, card in officers], STRANGE],
    )
    assert made == readings.composed(papers, names, officers, STRANGE)
    assert len(made.split("\n")) > 4


def signed_act(theatre: Any, story: Any, account: Any, **other: Any) -> bytes:
    """What a phone sends: an inspection whose party signed the very text, unless `other` says otherwise."""
    facts = {
        "place": "演示路8号",
        "inspection_findings": "货架整齐。",
        "signature": "已签名",
        "certificate_shown": True,
    }
    text = other.pop("text", None) or "演示局\n现场检查笔录\n" + "另一份"
    held = Pass(
        agency=theatre.people["luoyang"][""], jurisdiction="luoyang", department="", maker=str(account.officer),
        until=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    sent = {
        "pass": held.signed(), "case": story.stream, "act": "inspect", "facts": facts | other.pop("facts", {}),
        "officers": [str(account.officer)], "recordings": [], "done_at": timezone.now().isoformat(),
        "signed": {"text": text, "at": timezone.now().isoformat(), "picture": ""}, **other,
    }  # fmt: skip
    return json.dumps(sent).encode()


@pytest.mark.clauses("LY-24")
def test_a_record_that_says_something_else_than_what_was_signed_is_kept_and_not_done(theatre: Any, story: Any) -> None:
    account = theatre.account("zhang")
    key = uuid.uuid4()
    raw = signed_act(theatre, story, account, facts={"signed_digest": "f" * 64})
    one = arriving.arrive(
        theatre.connection, key, raw, sender=str(account.officer), agency=theatre.people["luoyang"][""], at=timezone.now()
    )  # fmt: skip
    assert one.state == "refused"
    assert one.reasons[0]["text"].startswith("笔录的内容和当事人签名时看到的不一样")
    assert "签名时看到的是“另一份”" in one.reasons[0]["missing"]
    assert any(line.startswith("笔录上是“") for line in one.reasons[0]["missing"])
    assert one.sent["signed"]["text"].endswith("另一份")
    done = arriving.attempt(theatre.connection, one, at=timezone.now(), as_it_is=True)
    assert done.state == "done"
    facts = theatre.events(story)[-1].event.facts
    assert facts["signed_digest"] == hashlib.sha256(facts["signed_text"].encode()).hexdigest()


@pytest.mark.parametrize("signed", [{"text": "", "at": "2024-01-01T00:00:00+08:00"}, {"text": "x", "at": "gestern"}, 7])
def test_a_signature_that_cannot_be_read_is_not_taken(theatre: Any, story: Any, signed: Any) -> None:
    account = theatre.account("zhang")
    raw = signed_act(theatre, story, account, signed=signed)
    with pytest.raises(arriving.NotTaken):
        arriving.read(raw, timezone.now())


def test_a_picture_of_another_case_never_stands_on_a_paper(theatre: Any, story: Any) -> None:
    """Whoever knows a digest does not come by the file."""
    account = theatre.account("zhang")
    foreign = shelf().add(base64.b64decode("iVBORw0KGgo="))
    raw = signed_act(theatre, story, account, facts={"signed_picture": foreign})
    one = arriving.arrive(
        theatre.connection, uuid.uuid4(), raw, sender=str(account.officer), agency=theatre.people["luoyang"][""],
        at=timezone.now(),
    )  # fmt: skip
    arriving.attempt(theatre.connection, one, at=timezone.now(), as_it_is=True)
    events = theatre.events(story)
    assert "signed_picture" not in events[-1].event.facts
    told = replace(
        events[-1], event=replace(events[-1].event, facts={**events[-1].event.facts, "signed_picture": foreign})
    )
    assert on_screen(told, [*events[:-1], told])["picture"] == []


def test_what_is_no_picture_is_not_taken_as_a_signature(theatre: Any, story: Any) -> None:
    """It would keep the paper from being made."""
    account = theatre.account("zhang")
    broken = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40 + b"IEND\xaeB`\x82"
    raw = signed_act(theatre, story, account, files=[
        {"name": "当事人签名.png", "data": base64.b64encode(broken).decode()}
    ])  # fmt: skip
    with pytest.raises(arriving.NotTaken, match="当事人签名.png"):
        arriving.arrive(
            theatre.connection, uuid.uuid4(), raw, sender=str(account.officer),
            agency=theatre.people["luoyang"][""], at=timezone.now(),
        )  # fmt: skip


def test_what_one_party_said_of_its_record_stands_in_no_other(theatre: Any, story: Any) -> None:
    case = reckoned(theatre.events(story)).case.copied()
    case.facts = {
        **case.facts,
        "record_objection": "两件是自用的",
        "signed_digest": "a" * 64,
        "asked_phone": "13800000000",
    }
    rules = theatre.book.on(case.jurisdiction, legal_day(timezone.now()))
    act = rules.act(case.procedure, "inquire")
    assert not {"record_objection", "signed_digest", "asked_phone"} & said_before(case, act, rules).keys()
    papers = signing.reads(act, forms.fields_of(rules, case, act, {}, {})[0])
    assert "asked_phone" not in signing.held(rules, case, act, papers)
    assert "party_name" in said_before(case, act, rules)
