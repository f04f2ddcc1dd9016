"""A paper is handed over at the door on a phone (送达): what the server makes of it when it arrives."""

from __future__ import annotations

import base64
import io
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from sanxiang.core.values import legal_day
from sanxiang.three_systems.recording import issued
from sanxiang.three_systems.recording.documents import readings
from sanxiang.three_systems.recording.models import ArrivedAct
from sanxiang.three_systems.recording.papers import papers_of

from .conftest import BASE

NOW = timezone.now
FLAGS = (
    "certificate_shown", "uniform_worn", "document_shown", "reason_told", "basis_told", "rights_told", "explained",
)  # fmt: skip


def png(width: int) -> str:
    made = io.BytesIO()
    Image.new("RGB", (width, 90), "white").save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


class Door:
    """A phone without a browser at the door: its package, the papers it fetched, what it sends."""

    def __init__(self, theatre: Any, story: Any, who: str = "zhang") -> None:
        self.theatre, self.story, self.client = theatre, story, Client()
        self.client.force_login(theatre.account(who))
        self.pack = self.client.get(f"{BASE}package", {"with": story.stream}).json()["body"]
        self.task = next((one for one in self.pack["tasks"] if one["case"] == story.stream), {})
        self.serve = next((one for one in self.task.get("acts", ()) if one.get("serves")), {})

    def get(self, path: str, **told: str) -> Any:
        return self.client.get(f"{BASE}{path}", told, headers={"X-Capture": "1"})

    def put(self, key: Any, body: Any) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.put(f"{BASE}acts/{key}", raw, content_type="application/json", headers={"X-Capture": "1"})

    def text(self, link: str, facts: dict[str, Any], officers: list[str], at: Any) -> str:
        left = next(one for one in self.serve["serves"]["left"] if one["link"] == link)
        papers = [{"name": one["name"], "code": f"核验码 {one['code']}"} for one in left["papers"]]
        known = {one["id"]: (one["name"], one["certificate"]) for one in self.pack["people"]}
        whole = {**facts, "served_papers": papers, "signed_on": legal_day(at).isoformat()}
        people = [known[one] for one in officers]
        return readings.composed([self.serve["serves"]["reading"]], self.task["names"], people, whole)

    def body(self, link: str = "decide", *, text: str = "", hours: int = 3, **changes: Any) -> dict[str, Any]:
        """What the phone sends of a paper that was signed for some hours ago."""
        at = NOW() - timedelta(hours=hours)
        officers = self.task["officers"]
        facts = dict.fromkeys(FLAGS, True) | {
            "served_to": "李收件", "served_relation": "前台", "service_manner": "直接送达", "service_receipt": "单位签收",
            "service_place": "演示路8号", "recording_mode": "不录音录像", "recording_reason": "没有争议",
        } | changes.pop("facts", {})  # fmt: skip
        facts = {name: value for name, value in facts.items() if value != ""}
        signed = {
            "text": text or self.text(link, facts, officers, at),
            "at": at.isoformat(),
            "picture": "收件人签名.png",
        }
        return {
            "pass": self.pack["pass"], "case": self.story.stream, "act": "serve", "link": link, "facts": facts, "officers": officers,
            "recordings": [], "done_at": at.isoformat(), "contact": None, "signed": signed,
            "files": [{"name": "收件人签名.png", "data": png(700)}], **changes,
        }  # fmt: skip


@pytest.fixture
def decided(theatre: Any) -> Any:
    """A case whose decision is made and not served yet."""
    return theatre.played("ordinary", before="serve_decision", start=(NOW() - timedelta(days=60)).date().isoformat())


@pytest.fixture
def door(theatre: Any, decided: Any) -> Door:
    return Door(theatre, decided)


@pytest.mark.clauses("LY-24")
def test_a_phone_carries_what_is_to_be_served_and_its_text(door: Door, theatre: Any, decided: Any) -> None:
    left, *others = door.serve["serves"]["left"]
    assert (left["link"], left["due"]) == ("decide", True)
    assert "give_notice" not in {one["link"] for one in others}, "that is served"
    assert not any(one["due"] for one in others)
    with CaptureQueriesContext(theatre.connection) as queries:
        told = door.get(f"papers/{decided.stream}/decide").json()["body"]["papers"]
    assert len(queries) <= 25
    assert [(one["name"], one["code"]) for one in told] == [(one["name"], one["code"]) for one in left["papers"]]
    assert "行政处罚决定书" in told[0]["name"]
    paper = next(one for one in papers_of(theatre.events(decided)) if one.act == "decide" and one.index == 0)
    printed = issued.digest(theatre.connection, theatre.events(decided), paper)
    assert told[0]["code"] == printed[:12], "what is printed on the paper"
    assert "申请行政复议" in told[0]["text"]
    assert not [
        line for line in told[0]["text"].splitlines() if line.startswith(("— ", "系统生成", "查询码", "核验码"))
    ]
    assert "决定书审批" not in left["titles"], "what stays inside the file is not served"
    assert door.serve["serves"]["ways"] == {
        "直接送达": ["本人签收", "同住成年家属签收", "单位签收", "代理人签收"], "留置送达": ["拒绝签收"]
    }  # fmt: skip
    for who, agency in (("li", "luoyang"), ("reviewer", "luoyang")):
        client = Client()
        client.force_login(theatre.account(who, agency))
        answer = client.get(f"{BASE}papers/{decided.stream}/decide", headers={"X-Capture": "1"})
        handles = str(theatre.account(who).officer) in door.task["officers"]
        assert answer.status_code == (200 if handles else 403)
    assert Client().get(f"{BASE}papers/{decided.stream}/decide", headers={"X-Capture": "1"}).status_code == 401
    assert door.client.get(f"{BASE}papers/{decided.stream}/decide").status_code == 403, "another site"
    assert door.get(f"papers/{decided.stream}/register_source").status_code == 404
    assert door.get(f"papers/{uuid.uuid4()}/decide").status_code == 404


def test_more_to_serve_asks_the_database_no_more_often(door: Door, theatre: Any) -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(theatre.connection) as queries:
            pack = door.client.get(f"{BASE}package").json()["body"]
        return len(queries), sum("serves" in act for task in pack["tasks"] for act in task["acts"])

    asked()
    before, count = asked()
    start = (NOW() - timedelta(days=60)).date().isoformat()
    theatre.played("ordinary", before="serve_decision", start=start)
    after, more = asked()
    assert (more, after) == (count + 1, before)


@pytest.mark.clauses("LY-24")
def test_a_paper_is_served_as_of_the_time_of_the_signature_and_the_receipt_bears_it(
    door: Door, theatre: Any, decided: Any
) -> None:
    key, body = uuid.uuid4(), door.body()
    first = door.put(key, body)
    assert (first.json()["state"], first.json()["reasons"]) == ("done", [])
    assert door.put(key, body).json() == first.json(), "sent twice, served once"
    assert door.put(key, door.body(facts={"served_to": "别人"})).status_code == 409
    events = theatre.events(decided)
    served = [one for one in events if one.kind == "document.served" and one.event.served == "decide"]
    assert len(served) == 1
    (one,) = served
    assert one.late
    assert one.occurred_at.isoformat() == body["done_at"]
    assert one.event.facts["signed_text"] == body["signed"]["text"]
    assert f"签收日期：{legal_day(one.occurred_at):%Y年%-m月%-d日}" in one.event.facts["signed_text"]
    paper = next(p for p in papers_of(events) if p.event == one.id and p.template == "service_receipt")
    from tests.apps.recording.papers import joined

    made = issued.made(theatre.connection, events, paper)
    assert one.event.facts["signed_digest"][:16] in joined(made)
    assert pictures(made) == {700}
    again = Door(theatre, decided)
    assert "decide" not in {one["link"] for one in again.serve.get("serves", {}).get("left", ())}
    assert again.get(f"papers/{decided.stream}/decide").status_code == 404


def pictures(pdf: bytes) -> set[int]:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as made:
        return {int(one.Width) for page in made.pages for one in page.get_images().values()}


@pytest.mark.clauses("LY-24")
def test_a_refusal_is_left_at_the_door_with_a_witness_who_signs(door: Door, theatre: Any, decided: Any) -> None:
    refused = {
        "service_manner": "留置送达", "service_receipt": "拒绝签收", "served_to": "李收件", "served_relation": "",
        "refusal_reason": "说处罚太重，不收", "recording_mode": "不录音录像", "recording_reason": "有见证人在场",
    }  # fmt: skip
    key, body = uuid.uuid4(), door.body(facts=refused)
    told = door.put(key, body).json()
    assert told["state"] == "refused"
    assert any("见证人" in one["text"] for one in told["reasons"])
    kept = ArrivedAct.objects.get(pk=key)
    assert kept.sent["signed"]["text"] == body["signed"]["text"], "kept as it was received"
    page = door.client.get(f"{BASE}arrived/{key}/").content.decode()
    assert "说处罚太重" in page
    assert "行政处罚决定书" in page
    witnessed = door.body(facts=refused | {"service_witness": "王见证"})
    witnessed["files"] = [{"name": "见证人签名.png", "data": png(610)}]
    witnessed["signed"] |= {"picture": "", "witness": "见证人签名.png"}
    told = door.put(uuid.uuid4(), witnessed).json()
    assert (told["state"], told["reasons"]) == ("done", [])
    events = theatre.events(decided)
    paper = next(p for p in reversed(papers_of(events)) if p.template == "service_receipt")
    assert pictures(issued.made(theatre.connection, events, paper)) == {610}


@pytest.mark.clauses("LY-24")
def test_a_receipt_that_says_something_else_than_what_was_read_is_kept_and_not_done(
    door: Door, theatre: Any, decided: Any
) -> None:
    body = door.body()
    body["signed"]["text"] = body["signed"]["text"].replace("核验码 ", "核验码 0")
    key = uuid.uuid4()
    told = door.put(key, body).json()
    assert told["state"] == "refused"
    assert told["reasons"][0]["text"].startswith("送达回证的内容和收件人签名时看到的不一样")
    assert any("核验码 0" in one for one in told["reasons"][0]["missing"])
    late = door.body()
    late["signed"]["text"] = late["signed"]["text"].replace("签收日期：", "签收日期：1")
    assert door.put(uuid.uuid4(), late).json()["state"] == "refused", "another day than the one of the act"
    door.client.post(f"{BASE}arrived/{key}/", {"do": "as_it_is"})
    assert ArrivedAct.objects.get(pk=key).state == "done"
    assert theatre.events(decided)[-1].event.facts["signed_text"] == body["signed"]["text"]


@pytest.mark.parametrize(
    "changes",
    [
        {"link": "decide'; drop"}, {"link": ""}, {"link": "register_source"}, {"facts": {"served_to": "李\u0001"}},
        {"facts": {"service_receipt": "随便"}}, {"facts": {"service_manner": "公告送达"}},
    ],
)  # fmt: skip
def test_what_cannot_be_served_is_kept_and_said(door: Door, decided: Any, changes: dict[str, Any]) -> None:
    body = door.body()
    body |= {name: value for name, value in changes.items() if name != "facts"}
    body["facts"] |= changes.get("facts", {})
    answer = door.put(uuid.uuid4(), body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "refused"
    assert answer.json()["reasons"]


@pytest.mark.parametrize(
    "broken",
    [
        {"signed": {"text": "x"}}, {"signed": {"text": "x" * 200_000, "at": "2026-01-01T00:00:00+08:00"}},
        {"files": [{"name": "收件人签名.png", "data": "%%%"}]}, {"facts": 7}, {"done_at": "gestern"}, {"officers": ["x"]},
        {"case": str(uuid.UUID(int=5))}, {"facts": {"served_to": "李\0"}}, {"facts": {"served_to": "\ud800"}},
    ],
)  # fmt: skip
def test_what_is_no_service_is_not_taken(door: Door, broken: dict[str, Any]) -> None:
    answer = door.put(uuid.uuid4(), door.body() | broken)
    assert answer.status_code in (403, 415, 422)
    assert answer.json()["text"]


def test_who_stands_at_another_agency_serves_nothing(door: Door, theatre: Any) -> None:
    theatre.everywhere()
    stranger = Client()
    stranger.force_login(theatre.account("officer", "dongxihu"))
    raw = json.dumps(door.body()).encode()
    answer = stranger.put(f"{BASE}acts/{uuid.uuid4()}", raw, headers={"X-Capture": "1"})
    assert answer.status_code == 403
    place = f"{BASE}papers/{door.story.stream}/decide"
    assert stranger.get(place, headers={"X-Capture": "1"}).status_code == 404
