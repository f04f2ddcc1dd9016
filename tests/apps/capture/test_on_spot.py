"""A penalty decided on the spot on a phone (当场处罚): what the server makes of it when it arrives."""

from __future__ import annotations

import json
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.models import CaseRow, DutyRow
from sanxiang.core.casefile import fold
from sanxiang.core.registers import fold_blanks
from sanxiang.store import reading
from sanxiang.store.projecting import refresh
from sanxiang.three_systems.disclosure.counting import series_of
from sanxiang.three_systems.disclosure.models import PublishedNumber
from sanxiang.three_systems.recording.capture import blanks
from sanxiang.three_systems.recording.models import ArrivedAct, BlankRow

from .conftest import BASE

NOW = timezone.now
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FACTS = {
    "source_kind": "监督检查", "party_kind": "自然人", "party_name": "欧阳演示", "party_phone": "13900001234",
    "party_address": "演示路8号", "certificate_shown": True, "document_shown": True, "reason_told": True,
    "basis_told": True, "rights_told": True, "explained": True, "place": "演示路8号门前", "case_name": "占道经营案",
    "correction_order": "已经当场改正，不再责令改正。", "violation_facts": "占道经营，面积二平方米，当场改正。", "evidence_list": [{"number": "1", "name": "现场照片"}],
    "legal_basis": [{"law": "城市市容条例（演示）", "article": "第一条"}], "recording_mode": "不录音录像",
    "recording_reason": "设备故障（演示）", "sanctions": [{"kind": "罚款", "amount": "100"}],
    "remedies_told": True, "remedy_procedure_told": True, "remedy_channel_told": True, "avoidance_told": True,
    "cooperation_told": True, "hearing_right_told": True, "uniform_worn": True,
    "defence_told": True, "defence_statement": "没有异议。", "collected_on_spot": "一百元以下罚款", "credit_class": "轻微",
    "served_to": "欧阳演示", "service_manner": "直接送达", "service_receipt": "本人签收", "service_place": "演示路8号门前",
}  # fmt: skip


class Phone:
    """A phone without a browser: logged in, with its package and, once asked for, its blanks."""

    def __init__(self, theatre: Any, who: str = "zhang") -> None:
        self.theatre, self.client = theatre, Client()
        self.client.force_login(theatre.account(who))
        self.pack = self.client.get(f"{BASE}package").json()["body"]
        self.blanks: list[dict[str, str]] = []

    def put(self, path: str, body: Any = None) -> Any:
        raw = json.dumps({"pass": self.pack["pass"]} | (body or {})).encode()
        return self.client.put(f"{BASE}{path}", raw, content_type="application/json", headers={"X-Capture": "1"})

    def take(self, key: str = "") -> list[str]:
        answer = self.put(f"blanks/{key or uuid.uuid4()}")
        assert answer.status_code == 200, answer.content
        self.blanks = answer.json()["body"]["blanks"]
        return [one["number"] for one in self.blanks]

    def decision(self, number: str, *, without: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
        """What the phone sends of a decision on the spot that opens a case of its own."""
        spot = self.pack["on_spot"]
        facts = {key: value for key, value in (FACTS | changes).items() if key not in without}
        facts["source_on"] = NOW().date().isoformat()
        deciding = next(step["id"] for step in spot["steps"] if step["emits"] == "decision.made")
        steps = []
        for step in spot["steps"]:
            asked = {one["id"] for one in (*step["fields"], *step["tables"])} | {"recording_mode", "recording_reason"}
            served = step["emits"] == "document.served"
            found = step["emits"] == "investigation.concluded"
            steps.append({
                "act": step["id"], "link": deciding if served else "", "files": ["当事人签名.png"] if served else [],
                "facts": {
                    key: value for key, value in facts.items()
                    if key in asked and (found or not key.startswith("recording_"))
                },
            })  # fmt: skip
        steps.append({"act": spot["filing"], "facts": {}, "now": True})
        officers = [self.pack["officer"], str(self.theatre.account("li").officer)]
        return {
            "pass": self.pack["pass"], "case": "", "act": deciding, "facts": facts, "steps": steps, "officers": officers, "recordings": [],
            "opening": {name: spot[name] for name in ("category", "procedure", "department")}, "blank": number,
            "done_at": (NOW() - timedelta(minutes=30)).isoformat(), "contact": None,
            "files": [{"name": "当事人签名.png", "data": PNG}],
        }  # fmt: skip


@pytest.fixture(autouse=True)
def plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests share one officer; how many numbers he may hold is a test of its own."""
    monkeypatch.setattr(blanks, "MOST_OUT", 10_000)


@pytest.fixture
def phone(theatre: Any) -> Phone:
    return Phone(theatre)


@pytest.mark.clauses("LY-24")
def test_a_decision_on_the_spot_arrives_whole(theatre: Any, phone: Phone) -> None:
    (number, *_), key = phone.take(), str(uuid.uuid4())
    body = phone.decision(number)
    told = phone.put(f"acts/{key}", body).json()
    assert (told["state"], told["reasons"]) == ("done", [])
    assert phone.put(f"acts/{key}", body).json() == told, "sent twice, done once"
    case = fold(reading.load(theatre.connection, told["case"]))
    assert [one.act for one in case.done] == [
        "register_source",
        "find_on_spot",
        "decide_on_spot",
        "serve",
        "report_on_spot",
    ]
    events = reading.load(theatre.connection, told["case"])
    assert [one.late for one in events] == [True, True, True, True, False]
    assert case.decision_number == told["number"] != number
    assert case.decision.facts["blank_number"] == number
    assert [file["name"] for file in events[3].event.files] == ["当事人签名.png"]
    row = BlankRow.objects.get(pk=number)
    assert (row.state, str(row.case)) == ("used", told["case"])
    assert PublishedNumber.objects.get(pk=told["case"]).blank == number
    assert DutyRow.objects.filter(stream=told["case"], duty="publish", met_at=None).exists()
    assert CaseRow.objects.get(pk=told["case"]).state == "decided"
    assert ArrivedAct.objects.get(pk=key).sent == {}


def test_two_phones_take_no_same_number(theatre: Any) -> None:
    first, second, key = Phone(theatre), Phone(theatre), str(uuid.uuid4())
    mine = first.take(key)
    assert first.take(key) == mine, "asked again, the same block: the first answer may have been lost"
    taken = [*mine, *second.take(), *Phone(theatre, "li").take()]
    assert len(taken) == len(set(taken)) == 15
    assert Phone(theatre, "li").put(f"blanks/{key}").status_code == 409
    places = sorted(int(number.partition("〕")[2].removesuffix("号")) for number in taken)
    assert places == list(range(places[0], places[0] + 15)), "no number is skipped where they are handed out"


def test_at_once_two_phones_take_no_same_number(theatre: Any) -> None:
    phones = [Phone(theatre) for _ in range(2)]
    found: list[list[str]] = []

    def take(phone: Phone) -> None:
        try:
            found.append(phone.take())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(phone,)) for phone in phones]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({number for block in found for number in block}) == 10


def test_nobody_hoards_numbers_and_who_holds_no_certificate_gets_none(
    theatre: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone(theatre, "li")
    held = BlankRow.objects.filter(officer=phone.pack["officer"], state="out").count()
    monkeypatch.setattr(blanks, "MOST_OUT", held + 7)
    number, *_ = phone.take()
    assert f"不得超过 {held + 7} 个" in phone.put(f"blanks/{uuid.uuid4()}").json()["text"]
    ended(phone, number, "returned", "没有用完")
    assert phone.put(f"blanks/{uuid.uuid4()}").status_code == 409, "two too many yet"
    theatre.expiring(on=NOW().date() - timedelta(days=20))
    for who, why in (("reviewer", "要由执法人员登录"), (list(theatre.people["luoyang"])[-1], "没有在有效期内的执法证")):
        client = Client()
        client.force_login(theatre.account(who))
        pack = client.get(f"{BASE}package").json().get("body", phone.pack)
        body = json.dumps({"pass": pack["pass"]})
        refused = client.put(f"{BASE}blanks/{uuid.uuid4()}", body, headers={"X-Capture": "1"})
        assert (refused.status_code, why in refused.json()["text"]) == (403, True)


def test_a_number_serves_one_decision_of_its_holder(theatre: Any, phone: Phone) -> None:
    used, spoilt, other = (*phone.take()[:2], Phone(theatre, "li").take()[0])
    assert phone.put(f"acts/{uuid.uuid4()}", phone.decision(used)).json()["state"] == "done"
    assert "已经用于一份决定书" in ended(phone, used, "spoilt", "写错了").json()["text"]
    assert "还没有写明作废的原因" in ended(phone, spoilt, "spoilt", "").json()["text"]
    assert ended(Phone(theatre, "li"), spoilt, "spoilt", "写错了").status_code == 403
    assert [ended(phone, spoilt, "spoilt", "写错了").status_code for _ in range(2)] == [200, 200]
    assert BlankRow.objects.get(pk=spoilt).reason == "写错了"
    for number, why in (
        (used, "已经用于另一份决定书"),
        (spoilt, "已经作废"),
        (other, "不是发给本人"),
        ("编1号", "不是发给本人"),
    ):
        told = phone.put(f"acts/{uuid.uuid4()}", phone.decision(number)).json()
        assert told["state"] == "refused"
        assert why in told["reasons"][0]["text"]
        case = fold(reading.load(theatre.connection, told["case"]))
        assert [one.act for one in case.done] == ["register_source", "find_on_spot"], "what was done stands"


def ended(phone: Phone, number: str, outcome: str, reason: str) -> Any:
    told = {"number": number, "outcome": outcome, "facts": {"blank_reason": reason}}
    return phone.put(f"blanks/{uuid.uuid4()}", told)


def test_decision_numbers_have_no_gap_in_whatever_order_papers_arrive(theatre: Any, phone: Phone) -> None:
    """The numbers of the papers go their own way; those of the decisions add up on the public page."""
    taken = phone.take()
    told = [phone.put(f"acts/{uuid.uuid4()}", phone.decision(number)).json() for number in reversed(taken[1:4])]
    rows = [PublishedNumber.objects.get(pk=one["case"]) for one in told]
    assert [row.blank for row in rows] == [taken[3], taken[2], taken[1]]
    assert [row.n - rows[0].n for row in rows] == [0, 1, 2]
    year = PublishedNumber.objects.filter(agency=rows[0].agency, year=rows[0].year)
    mine = next(one for one in series_of(year) if one.name == rows[0].series)
    assert mine.missing == ()


@pytest.mark.parametrize(
    ("changes", "act", "why"),
    [
        ({"sanctions": [{"kind": "罚款", "amount": "201"}], "collected_on_spot": "不当场收缴", "payment_bank": "演示银行"},
         "find_on_spot", "不得超过二百元"),
        ({"party_kind": "法人及非法人组织", "sanctions": [{"kind": "罚款", "amount": "3000.01"}],
          "collected_on_spot": "不当场收缴", "payment_bank": "演示银行"}, "find_on_spot", "不得超过三千元"),
        ({"sanctions": [{"kind": "罚款", "amount": "150"}]}, "decide_on_spot", "不能按一百元以下当场收缴"),
        ({"sanctions": [{"kind": "责令停产停业"}]}, "find_on_spot", "只能给予警告或者小额罚款"),
    ],
)  # fmt: skip
def test_what_may_not_be_decided_on_the_spot_is_kept_and_shown(
    theatre: Any, phone: Phone, changes: dict[str, Any], act: str, why: str
) -> None:
    """The phone compares with the limits of the rulebook; whoever gets past it is stopped where it arrives."""
    (number, *_), key = phone.take(), str(uuid.uuid4())
    told = phone.put(f"acts/{key}", phone.decision(number, **changes)).json()
    assert told["state"] == "refused"
    assert any(why in one["text"] for one in told["reasons"])
    kept = ArrivedAct.objects.get(pk=key)
    assert kept.sent["steps"][0]["act"] == act
    page = phone.client.get(f"{BASE}arrived/{key}/").content.decode()
    assert why in page
    assert number in page
    assert "欧阳演示" in page
    assert BlankRow.objects.get(pk=number).state == "out"
    facts = PhoneLimits(phone.pack["on_spot"]["bars"])
    assert any(why in text for text in facts.barring(FACTS | changes)), "the phone would have said so"


@pytest.mark.clauses("PL-28")
def test_the_phone_asks_what_is_to_be_corrected_and_nothing_is_decided_without(phone: Phone) -> None:
    fields = {one["id"]: one["required"] for step in phone.pack["on_spot"]["steps"] for one in step["fields"]}
    assert fields["correction_order"]
    (number, *_), key = phone.take(), str(uuid.uuid4())
    told = phone.put(f"acts/{key}", phone.decision(number, without=("correction_order",))).json()
    assert told["state"] == "refused"
    assert any("责令改正的内容" in one["missing"] for one in told["reasons"])


class PhoneLimits:
    """The comparison that spot.js makes, once more."""

    def __init__(self, bars: list[dict[str, Any]]) -> None:
        self.bars = bars

    def barring(self, facts: dict[str, Any]) -> list[str]:
        found = []
        for bar in self.bars:
            if bar["when"]["fact"] and facts.get(bar["when"]["fact"]) not in bar["when"]["values"]:
                continue
            rows = [row for row in facts[bar["table"]] if row["kind"] in bar["kinds"]]
            total = sum(round(float(row.get("amount", 0)) * 100) for row in rows)
            if rows and total >= bar["at_least"]:
                found.append(bar["text"])
        return found


def test_what_happened_is_recorded_with_what_it_breaks(theatre: Any, phone: Phone) -> None:
    """The paper is in the party's hand: it goes on the record as it is, without a decision number."""
    (number, *_), key = phone.take(), str(uuid.uuid4())
    body = phone.decision(number, sanctions=[{"kind": "罚款", "amount": "150"}])
    assert phone.put(f"acts/{key}", body).json()["state"] == "refused"
    phone.client.post(f"{BASE}arrived/{key}/", {"do": "as_it_is"})
    one = ArrivedAct.objects.get(pk=key)
    assert one.state == "done", one.reasons
    case = fold(reading.load(theatre.connection, str(one.case)))
    assert [done.act for done in case.done][2:] == ["decide_on_spot", "serve", "report_on_spot"]
    assert case.decision_number == ""
    assert BlankRow.objects.get(pk=number).state == "used"
    assert PublishedNumber.objects.get(pk=one.case).blank == number


def test_an_officer_without_a_certificate_does_not_decide_beside_another(theatre: Any, phone: Phone) -> None:
    (number, *_), key = phone.take(), str(uuid.uuid4())
    body = phone.decision(number)
    body["officers"][1] = theatre.expiring(on=NOW().date() - timedelta(days=20))
    told = phone.put(f"acts/{key}", body).json()
    assert told["state"] == "refused"
    assert any("两名以上" in one["text"] for one in told["reasons"])


def test_an_opened_case_is_decided_on_the_spot(theatre: Any, phone: Phone) -> None:
    """Begun at the desk, finished outside: the task carries what is left and whom it is about."""
    spot = phone.pack["on_spot"]
    opening = {name: spot[name] for name in ("category", "procedure", "department")}
    facts = {
        "source_kind": "监督检查",
        "source_on": NOW().date().isoformat(),
        "party_kind": "自然人",
        "party_name": "欧阳演示",
    }
    answer = handle(theatre.connection, theatre.book, Command(
        act="register_source", officer=phone.pack["officer"], facts=facts, opening=opening,
        officers=(phone.pack["officer"],),
    ), at=NOW() - timedelta(hours=2))  # fmt: skip
    assert answer.done, answer.verdict
    task = next(one for one in Phone(theatre).pack["tasks"] if one["case"] == answer.stream)
    assert [one["emits"] for one in task["on_spot"]["steps"]] == [
        "investigation.concluded", "decision.made", "document.served"
    ]  # fmt: skip
    assert task["on_spot"]["held"]["party_name"] == "欧阳演示"
    (number, *_) = phone.take()
    body = phone.decision(number, without=("party_kind", "party_name"))
    body |= {"case": answer.stream, "opening": None, "steps": body["steps"][1:]}
    told = phone.put(f"acts/{uuid.uuid4()}", body).json()
    assert (told["state"], told["case"]) == ("done", answer.stream), told["reasons"]


def test_where_penalties_are_out_of_scope_the_phone_offers_none(theatre: Any) -> None:
    theatre.everywhere()
    client = Client()
    client.force_login(theatre.account("officer", "dongxihu"))
    pack = client.get(f"{BASE}package").json()["body"]
    assert pack["on_spot"] == {}
    body = Phone(theatre).decision("x") | {"pass": pack["pass"]}
    told = client.put(f"{BASE}acts/{uuid.uuid4()}", json.dumps(body).encode(), headers={"X-Capture": "1"}).json()
    assert told["state"] == "refused"


def test_another_agencys_case_takes_nothing(theatre: Any, phone: Phone) -> None:
    theatre.everywhere()
    story = theatre.played("ordinary", before="inspect")
    client = Client()
    client.force_login(theatre.account("officer", "dongxihu"))
    body = phone.decision("x") | {"case": story.stream}
    answer = client.put(f"{BASE}acts/{uuid.uuid4()}", json.dumps(body).encode(), headers={"X-Capture": "1"})
    assert answer.status_code == 403


def test_the_code_on_the_paper_is_checked_before_and_after_it_arrives(
    theatre: Any, phone: Phone, settings: Any
) -> None:
    settings.SANXIANG_PUBLIC_URL = "https://gs.example.gov.cn"
    (number, *_) = phone.take()
    place = phone.blanks[0]["address"].removeprefix("https://gs.example.gov.cn")
    before = Client().get(place).content.decode()
    assert "还没有收到用这个编号作出的决定" in before
    assert number in before
    told = phone.put(f"acts/{uuid.uuid4()}", phone.decision(number)).json()
    after = Client().get(place).content.decode()
    assert told["number"] in after
    assert "还没有收到" not in after
    assert "欧阳演示" not in after


def test_every_number_of_the_year_stands_on_the_page(theatre: Any, phone: Phone) -> None:
    out, back = phone.take()[:2]
    answer = phone.client.post(f"{BASE}blanks/", {"number": back, "outcome": "returned", "blank_reason": ""})
    assert (answer.status_code, "还没有写明退回的原因" in answer.content.decode()) == (422, True)
    phone.client.post(f"{BASE}blanks/", {"number": back, "outcome": "returned", "blank_reason": "年底没有用完"})
    page = phone.client.get(f"{BASE}blanks/").content.decode()
    assert out in page
    assert "年底没有用完" in page
    rows = BlankRow.objects.filter(agency=phone.pack["agency"], year=NOW().year)
    assert f"<dt>领取</dt><dd>{rows.count()}</dd>" in page
    stranger = Client()
    theatre.everywhere()
    stranger.force_login(theatre.account("officer", "dongxihu"))
    assert out not in stranger.get(f"{BASE}blanks/").content.decode()
    answer = stranger.post(f"{BASE}blanks/", {"number": out, "outcome": "spoilt", "blank_reason": "别人的"})
    assert answer.status_code == 422
    assert BlankRow.objects.get(pk=out).state == "out"


def test_the_lines_of_numbers_are_made_again_from_their_events(theatre: Any, phone: Phone) -> None:
    number, spoilt = phone.take()[:2]
    phone.put(f"acts/{uuid.uuid4()}", phone.decision(number))
    ended(phone, spoilt, "spoilt", "写错了")
    stream = str(BlankRow.objects.get(pk=number).stream)
    events = reading.load(theatre.connection, stream)
    assert [one.kind for one in events] == ["blanks.handed_out", "blank.used", "blank.ended"]
    block = fold_blanks(events)
    assert (block.blanks[number].state, block.blanks[spoilt].state) == ("used", "spoilt")
    assert not refresh(theatre.connection, "blanks", stream), "what stands is what the events say"
