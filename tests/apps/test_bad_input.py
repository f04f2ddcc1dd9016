"""Bad input is normal: a plain answer, nothing half written, nothing taken for code."""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import VersionConflict, handle
from sanxiang.casework.models import CaseRow
from sanxiang.config import demo
from sanxiang.core.values import CHINA
from sanxiang.interchange.keys import give
from tests.support.theatre import Theatre

FIELDS = (
    "source_kind", "source_on", "source_summary", "party_kind", "party_name", "party_credit_code",
    "legal_representative", "party_id_number", "party_address", "party_phone",
)  # fmt: skip
FREE = ("source_summary", "party_name", "legal_representative", "party_address")
"""Fields in which people write what they like."""

BAD: dict[str, Any] = {
    "a number": 17,
    "yes": True,
    "a fraction": 1.5,
    "a table": [{"a": 1}],
    "an object": {"$gt": ""},
    "100,000 characters": "长" * 100_000,
    "NUL": "演示\x00有限公司",
    "escape": "演示\x1b[2J",
    "half a character": "演示\ud800",
    "turned direction": "演示\u202e公司",
}
HARMLESS = {
    "emoji": "演示😀👨‍👩‍👧公司",
    "SQL": "演示'); DROP TABLE record.event; --",
    "script": "演示<script>alert(1)</script>",
    "template": "演示{{ 7*7 }}{% debug %}#eval",
}


@pytest.fixture
def key(theatre: Theatre) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Bearer " + give(theatre.account("zhang"), "演示", days=1, at=timezone.now())}


def opening(theatre: Theatre, **facts: Any) -> dict[str, Any]:
    told = theatre.begin(start=date.today().isoformat())
    command = theatre.command(told, "register_source")
    stated = {**demo._dated(dict(command.facts), datetime.now(CHINA)), **facts}
    return {"act": "register_source", **told.opening, "facts": stated, "officers": list(command.officers)}


def post(key: dict[str, str], body: Any, address: str = "/api/v1/cases") -> Any:
    return Client(raise_request_exception=True).post(address, json.dumps(body), content_type="application/json", **key)


def count() -> tuple[int, int]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM record.event), (SELECT coalesce(sum(last), 0) FROM record.series)")
        row = cursor.fetchone()
    return int(row[0]), int(row[1])


def refused(key: dict[str, str], body: Any, *statuses: int, address: str = "/api/v1/cases") -> Any:
    before = count()
    answered = post(key, body, address)
    assert answered.status_code in statuses, answered.content[:500]
    assert count() == before
    return answered.json()


# ── every field of the opening act ───────────────────────────────────────────────────────────────────────────────────


def test_the_act_is_done_with_what_belongs_there(theatre: Theatre, key: dict[str, str]) -> None:
    """The control: what the tests below break is whole."""
    assert post(key, opening(theatre)).status_code == 201


@pytest.mark.parametrize("sort", BAD)
@pytest.mark.parametrize("field", FIELDS)
def test_a_wrong_statement_is_named_and_nothing_written(
    theatre: Theatre, key: dict[str, str], field: str, sort: str
) -> None:
    told = refused(key, opening(theatre, **{field: BAD[sort]}), 422)
    assert set(told["problems"]) == {field}
    assert len(told["problems"][field]) < 300


@pytest.mark.parametrize("sort", HARMLESS)
@pytest.mark.parametrize("field", FREE)
def test_what_looks_like_code_is_kept_as_text(theatre: Theatre, key: dict[str, str], field: str, sort: str) -> None:
    answered = post(key, opening(theatre, **{field: HARMLESS[sort]}))
    assert answered.status_code == 201, answered.content[:500]
    stream = answered.json()["stream"]
    told = demo.Told("luoyang", {}, {}, [], timezone.now(), stream=stream)
    assert theatre.events(told)[0].event.facts[field] == HARMLESS[sort]
    browser = Client()
    browser.force_login(theatre.account("zhang"))
    for address in (f"/work/cases/{stream}/", "/work/cases/?mine=1"):
        page = browser.get(address)
        assert page.status_code == 200
        assert b"<script>alert(1)" not in page.content
        assert b"DROP TABLE" not in page.content or b"&#x27;); DROP" in page.content


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in FREE])
@pytest.mark.parametrize("sort", HARMLESS)
def test_what_is_no_free_text_takes_no_code(theatre: Theatre, key: dict[str, str], field: str, sort: str) -> None:
    assert set(refused(key, opening(theatre, **{field: HARMLESS[sort]}), 422)["problems"]) == {field}


@pytest.mark.parametrize(
    "facts",
    [
        {"no_such_fact": "x"},
        {"': DROP": 1},
        {"x" * 100_000: "x"},
        {"": "x"},
        {"party_credit_code": "91410300MA7JH4BX0X"},
        {"party_id_number": "410305198407178540"},
        {"source_on": "2026-02-30"},
        {"source_on": "1066-10-14"},
        {"source_on": "明天"},
        {"party_phone": "一二三"},
    ],
    ids=lambda facts: next(iter(facts))[:20] + "=" + str(next(iter(facts.values())))[:20],
)
def test_unknown_facts_and_wrong_numbers(theatre: Theatre, key: dict[str, str], facts: dict[str, Any]) -> None:
    told = refused(key, opening(theatre, **facts), 422)
    assert set(told["problems"]) == set(facts)
    assert len(json.dumps(told)) < 250_000


# ── everything around the facts ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    [
        {"category": "处分"},
        {"category": "许可"},
        {"category": ""},
        {"procedure": "penalty.nonsense"},
        {"procedure": "common"},
        {"procedure": "benefit"},
        {"procedure": "__class__"},
        {"act": "no_such_act"},
        {"act": "decide"},
        {"act": "request_filing"},
        {"department": "no-such-department"},
        {"department": ""},
        {"officers": ["nobody", "anybody"]},
        {"officers": [str(uuid.UUID(int=5)), str(uuid.UUID(int=6))]},
        {"officers": ["'; --", "\x00"]},
    ],
    ids=str,
)
def test_an_opening_that_makes_no_sense(theatre: Theatre, key: dict[str, str], change: dict[str, Any]) -> None:
    told = refused(key, {**opening(theatre), **change}, 409, 422)
    assert told.get("reasons") or told.get("detail")


@pytest.mark.parametrize(
    "change",
    [
        {"expected": "many"}, {"officers": "x"}, {"officers": [1]}, {"officers": ["x"] * 21}, {"facts": []},
        {"facts": None}, {"occurred_at": "yesterday"}, {"report": "perhaps"}, {"surprise": 1}, {"link": "x" * 101},
        {"act": 5}, {"category": "类" * 21}, {"extra": [1]}, {"extra": {"judgement": ["x"]}},
        {"extra": {"answer": "yes"}}, {"extra": {"duty": {}}}, {"extra": {"agency": "x"}},
        {"extra": {"case_number": "洛市监演案〔2026〕1号"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_body_of_another_shape(theatre: Theatre, key: dict[str, str], change: dict[str, Any]) -> None:
    refused(key, {**opening(theatre), **change}, 422)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "17", '"x"', '{"act":', "[" * 50_000, "\x00", "NaN"])
def test_a_body_that_is_no_act(theatre: Theatre, key: dict[str, str], body: str) -> None:
    before = count()
    answered = Client().post("/api/v1/cases", body, content_type="application/json", **key)
    assert answered.status_code in (400, 422)
    assert count() == before


@pytest.mark.parametrize("act", ["no_such_act", "__init__", "inspect%00", "decide'--", "x" * 5000])
def test_an_unknown_act_of_a_case(theatre: Theatre, key: dict[str, str], act: str) -> None:
    told = theatre.played(before="inspect")
    before = count()
    answered = post(key, {}, f"/api/v1/cases/{told.stream}/acts/{act}")
    assert answered.status_code in (400, 404, 409, 422)
    assert count() == before


def test_cases_that_are_not_there_or_not_ones_own(theatre: Theatre, key: dict[str, str]) -> None:
    other = theatre.played(before="inspect", agency="wuding", facts={})
    for stream in (uuid.uuid4(), other.stream, theatre.people["luoyang"]["zhang"]):
        refused(key, {}, 404, address=f"/api/v1/cases/{stream}/acts/inspect")
    assert post(key, {}, "/api/v1/cases/no-uuid/acts/inspect").status_code in (404, 422)


# ── time, certificates, versions ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("days", [-1, -400])
def test_an_act_before_its_case(theatre: Theatre, days: int) -> None:
    told = theatre.played(before="request_filing")
    first = theatre.events(told)[0].occurred_at
    command = theatre.command(told, "request_filing", occurred_at=first + timedelta(days=days))
    before = count()
    answer = handle(theatre.connection, theatre.book, command, at=told.at + timedelta(days=1))
    assert not answer.done
    assert "request_filing/too-early" in {reason.code for reason in answer.verdict.reasons}
    assert count() == before


def test_an_act_that_lies_ahead(theatre: Theatre) -> None:
    told = theatre.played(before="request_filing")
    at = told.at + timedelta(days=1)
    command = theatre.command(told, "request_filing", occurred_at=at + timedelta(days=1))
    before = count()
    for report in (False, True):
        answer = handle(theatre.connection, theatre.book, replace(command, report=report), at=at)
        assert not answer.done
        assert "occurred_at" in answer.problems
    assert count() == before


def test_a_time_without_its_zone_is_one_of_china(theatre: Theatre, key: dict[str, str]) -> None:
    at = datetime.now(CHINA) - timedelta(minutes=5)
    naive = at.replace(tzinfo=None, microsecond=0)
    answered = post(key, {**opening(theatre), "occurred_at": naive.isoformat()})
    assert answered.status_code == 201, answered.content[:500]
    told = demo.Told("luoyang", {}, {}, [], at, stream=answered.json()["stream"])
    assert theatre.events(told)[0].occurred_at == naive.replace(tzinfo=CHINA)


def test_a_certificate_that_expired_the_day_before(theatre: Theatre) -> None:
    """On its last day he may inspect, on the next he may not."""
    told = theatre.played(before="inspect")
    officers = (theatre.who(told, "a"), theatre.expiring(on=told.at.date() + timedelta(days=1)))
    command = theatre.command(told, "inspect", officers=officers)
    before = count()
    late = handle(theatre.connection, theatre.book, command, at=told.at + timedelta(days=2))
    assert not late.done
    missing = [text for reason in late.verdict.reasons for text in (reason.text, *reason.missing)]
    assert any("证" in text for text in missing), missing
    assert count() == before
    assert handle(theatre.connection, theatre.book, command, at=told.at + timedelta(days=1)).done


def test_two_officers_on_one_version(theatre: Theatre, key: dict[str, str]) -> None:
    told = theatre.played(before="inspect", start="2026-09-07")
    seen = len(theatre.events(told))
    command = theatre.command(told, "inspect")
    first = handle(theatre.connection, theatre.book, replace(command, expected=seen), at=told.at)
    assert first.done
    body = {"facts": dict(command.facts), "officers": list(command.officers), "expected": seen}
    answered = refused(key, body, 412, address=f"/api/v1/cases/{told.stream}/acts/inspect")
    assert "请刷新后再办" in answered["text"]
    for wrong in (0, seen + 100, -1):
        refused(key, {**body, "expected": wrong}, 412, address=f"/api/v1/cases/{told.stream}/acts/inspect")
    with pytest.raises(VersionConflict):
        handle(theatre.connection, theatre.book, replace(command, expected=seen), at=timezone.now())


# ── too much ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Endless(io.RawIOBase):
    """100 MB that somebody sends; counts how much of it was taken."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        size = (1 << 20) if size < 0 else size
        self.taken += size
        return b"x" * size


@pytest.mark.parametrize("address", ["/api/v1/cases", "/work/cases/new/", "/login/"])
def test_a_hundred_megabytes_where_none_are_expected(theatre: Theatre, key: dict[str, str], address: str) -> None:
    sent, before = Endless(), count()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": address, "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "wsgi.input": sent, "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
        "CONTENT_TYPE": "application/json" if "api" in address else "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(100 << 20), "REMOTE_ADDR": "127.0.0.1", **key,
    }  # fmt: skip
    statuses: list[str] = []
    answer = WSGIHandler()(environ, lambda status, headers: statuses.append(status))
    b"".join(answer)
    assert statuses[0][:3] in ("400", "413", "403", "302")
    assert sent.taken < 3 << 20
    assert count() == before
    assert not CaseRow.objects.filter(title__startswith="xxx").exists()
