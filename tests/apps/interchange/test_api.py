"""The interface of the staff side: keys, acts and their verdicts, who may see what, and a document that tells the
truth about all of it."""

from __future__ import annotations

import contextlib
import json
import re
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.models import CaseRow
from sanxiang.config import cli, demo, operating
from sanxiang.interchange.keys import give
from sanxiang.interchange.models import AccessKey
from tests.support.theatre import Theatre

LATER = timedelta(days=20)


def bearer(key: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {key}"}


def key_of(theatre: Theatre, role: str, agency: str = "luoyang", **more: Any) -> str:
    return give(theatre.account(role, agency), "演示", **{"days": 1, "at": timezone.now(), **more})


def post(address: str, key: str, body: Any) -> Any:
    return Client().post(f"/api/v1/{address}", json.dumps(body), content_type="application/json", **bearer(key))


def get(address: str, key: str) -> Any:
    return Client().get(f"/api/v1/{address}", **bearer(key))


def events(told: demo.Told) -> int:
    return CaseRow.objects.get(pk=told.stream).version


@pytest.fixture
def filed(theatre: Theatre) -> demo.Told:
    """A case that waits for its inspection."""
    return theatre.played(before="inspect", start="2026-03-02")


def inspection(theatre: Theatre, told: demo.Told, **more: Any) -> dict[str, Any]:
    command = theatre.command(told, "inspect")
    return {"facts": dict(command.facts), "officers": list(command.officers), **more}


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_opens_until_it_expires_or_is_revoked(theatre: Theatre, filed: demo.Told) -> None:
    address, now = f"cases/{filed.stream}", timezone.now()
    key = key_of(theatre, "zhang")
    assert get(address, key).json()["stream"] == filed.stream
    expired = key_of(theatre, "zhang", at=now - timedelta(days=1, seconds=1))
    assert get(address, expired).status_code == 401
    AccessKey.objects.filter(label="演示", revoked_at=None).update(revoked_at=now)
    assert get(address, key).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer sx_", "Bearer sx_" + "A" * 43, "Basic bHktaGVhZDp4", "Bearer " + "x" * 8000,
     "Bearer ' OR 1=1 --", "Bearer \u00ff\u00fe", "Token sx_1"],
)  # fmt: skip
def test_a_wrong_key_opens_nothing(theatre: Theatre, filed: demo.Told, header: str) -> None:
    before = events(filed)
    place, client = f"/api/v1/cases/{filed.stream}", Client(HTTP_AUTHORIZATION=header)
    answers = [client.get(place), client.get(f"{place}/files")]
    answers += [client.post(f"{place}/acts/inspect{more}", "{}", "application/json") for more in ("", "/preflight")]
    assert {answer.status_code for answer in answers} == {401}
    assert events(filed) == before


def test_neither_a_login_nor_a_stopped_account_is_a_key(theatre: Theatre, filed: demo.Told) -> None:
    """A session in a browser is no key: no other site can make its owner act through the interface."""
    browser = Client()
    browser.force_login(theatre.account("zhang"))
    assert browser.get(f"/api/v1/cases/{filed.stream}").status_code == 401
    key, account = key_of(theatre, "li"), theatre.account("li")
    account.is_active = False
    account.save()
    try:
        assert get(f"cases/{filed.stream}", key).status_code == 401
    finally:
        account.is_active = True
        account.save()
    assert get(f"cases/{filed.stream}", key).status_code == 200


def test_of_a_key_only_the_digest_is_kept(theatre: Theatre) -> None:
    key = key_of(theatre, "zhang")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT t::text FROM access_key t")
        kept = "\n".join(row for (row,) in cursor.fetchall())
    assert key not in kept
    assert key.removeprefix("sx_") not in kept


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands use the database of this test run."""
    monkeypatch.setattr(operating, "database", contextlib.nullcontext)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert cli.main(["keys", *words, "--json"]) == 0
    return list(json.loads(capsys.readouterr().out))


def test_the_operator_gives_lists_and_revokes(
    theatre: Theatre, filed: demo.Told, here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    login = theatre.account("zhang").username
    (made,) = said(capsys, "give", login, "--label", "大数据平台", "--days", "2")
    assert get(f"cases/{filed.stream}", made["key"]).status_code == 200
    shown = {row["id"]: row for row in said(capsys, "list")}
    assert shown[made["id"]]["label"] == "大数据平台"
    assert "key" not in shown[made["id"]]
    (gone,) = said(capsys, "revoke", made["id"])
    assert gone["revoked_at"] is not None
    assert get(f"cases/{filed.stream}", made["key"]).status_code == 401
    again = said(capsys, "revoke", made["id"])
    assert again == [gone], "revoked once"
    for words in (["give", "niemand", "--label", "x"], ["give", login, "--label", "x", "--days", "0"],
                  ["give", login, "--label", "x", "--days", "367"], ["revoke", "0" * 12]):  # fmt: skip
        assert cli.main(["keys", *words]) == 2


# ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("LY-07", "LY-08")
def test_a_refusal_names_every_clause_and_writes_nothing(theatre: Theatre, filed: demo.Told) -> None:
    before = events(filed)
    facts = {"place": "演示街", "inspection_findings": "无。"}
    answer = post(f"cases/{filed.stream}/acts/inspect", key_of(theatre, "zhang"), {"facts": facts, "officers": []})
    assert answer.status_code == 409
    told = answer.json()
    assert told["verdict"] == "refused"
    assert {"LY-07", "LY-08", "PL-42", "PL-55"} <= {reason["clause"] for reason in told["reasons"]}
    for reason in told["reasons"]:
        assert reason["law"]
        assert reason["text"]
        assert reason["code"]
    assert (told["events"], told["documents"], told["version"]) == ([], [], before)
    assert events(filed) == before


def test_the_checklist_answers_the_same_without_writing(theatre: Theatre, filed: demo.Told) -> None:
    key, before = key_of(theatre, "zhang"), events(filed)
    for body in ({"facts": {}}, inspection(theatre, filed)):
        asked = post(f"cases/{filed.stream}/acts/inspect/preflight", key, body)
        assert asked.status_code == 200
        assert events(filed) == before
    assert asked.json()["verdict"] == "allowed"
    assert post(f"cases/{filed.stream}/acts/inspect", key, inspection(theatre, filed)).json()["verdict"] == "allowed"
    assert events(filed) == before + 1


def test_sent_twice_with_the_version_it_saw_an_act_is_done_once(theatre: Theatre, filed: demo.Told) -> None:
    """Whoever got no answer asks again with the same `expected`: 412 says that the case has moved on."""
    key, address, seen = key_of(theatre, "zhang"), f"cases/{filed.stream}/acts/inspect", events(filed)
    body = inspection(theatre, filed, expected=seen)
    assert post(address, key, body).status_code == 200
    again = post(address, key, body)
    assert again.status_code == 412
    assert "刚刚被他人更新" in again.json()["text"]
    assert events(filed) == seen + 1


def test_an_act_of_once_is_not_done_twice(theatre: Theatre) -> None:
    told = theatre.played(before="conclude_investigation", start="2026-03-02")
    command, key = theatre.command(told, "conclude_investigation"), key_of(theatre, "zhang")
    body = {"facts": dict(command.facts), "officers": list(command.officers)}
    address = f"cases/{told.stream}/acts/conclude_investigation"
    assert post(address, key, body).status_code == 200
    again = post(address, key, body)
    assert again.status_code == 409
    assert "conclude_investigation/once" in {reason["code"] for reason in again.json()["reasons"]}


def test_open_norms_are_asked_with_their_law_and_answered_by_who_may(theatre: Theatre) -> None:
    """428 with the questions; the answer is an act of its own, on the record; then the act is taken."""
    told = theatre.played("heard", before="answer_judgement", start="2026-04-13")
    key = key_of(theatre, "head")
    body = {"facts": dict(theatre.command(told, "decide").facts)}
    asked = post(f"cases/{told.stream}/acts/decide", key, body)
    assert asked.status_code == 428, asked.json()
    (question,) = asked.json()["questions"]
    assert question["id"] == "grave"
    assert "第五十七条" in question["law"]
    assert {"unit_head", "head"} <= set(question["by"])
    judged = {"facts": {"judgement_reason": "数额较大"}, "extra": {"judgement": "grave", "answer": False}}
    stranger = post(f"cases/{told.stream}/acts/answer_judgement", key_of(theatre, "zhang"), judged)
    assert stranger.status_code == 409, "not for an officer to answer"
    assert post(f"cases/{told.stream}/acts/answer_judgement", key, judged).status_code == 200
    assert post(f"cases/{told.stream}/acts/decide", key, body).status_code == 200
    judgement = [one.event for one in theatre.events(told) if one.kind == "judgement.answered"][-1]
    assert (judgement.judgement, judgement.answer) == ("grave", False)  # type: ignore[attr-defined]


# ── who may see ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("role", "agency", "status"),
    [("zhang", "luoyang", 200), ("head", "luoyang", 200), ("wang", "luoyang", 404), ("reviewer", "luoyang", 404),
     ("officer", "wuding", 404), ("head", "dongxihu", 404), ("supervisor", "dongxihu", 404),
     ("supervisor", "luoyang", 403)],
)  # fmt: skip
def test_a_key_sees_what_its_account_may_see(
    theatre: Theatre, filed: demo.Told, role: str, agency: str, status: int
) -> None:
    """The same rule as the pages; a supervisor has to say first why he looks."""
    key, before = key_of(theatre, role, agency), events(filed)
    assert get(f"cases/{filed.stream}", key).status_code == status
    assert get(f"cases/{filed.stream}/files", key).status_code == status
    if status != 200:
        assert post(f"cases/{filed.stream}/acts/inspect", key, inspection(theatre, filed)).status_code == status
        assert post(f"cases/{filed.stream}/acts/inspect/preflight", key, {}).status_code == status
    assert events(filed) == before


def test_a_case_is_opened_only_in_ones_own_agency(theatre: Theatre) -> None:
    """The agency is that of the account; a department of another agency is refused."""
    told = theatre.begin(start="2026-03-02")
    command = theatre.command(told, "register_source")
    body = {"act": "register_source", **told.opening, "facts": dict(command.facts), "officers": list(command.officers)}
    before = CaseRow.objects.count()
    assert post("cases", key_of(theatre, "officer", "wuding"), body).status_code in (409, 422)
    assert CaseRow.objects.count() == before
    made = post("cases", key_of(theatre, "zhang"), body)
    assert made.status_code == 201
    assert str(CaseRow.objects.get(pk=made.json()["stream"]).agency) == theatre.people["luoyang"][""]


# ── its document ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def document(theatre: Theatre) -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def conforms(document: dict[str, Any], path: str, method: str, answer: Any) -> None:
    """An answer has a status and a body of the kind that the document gives it."""
    responses = document["paths"][f"/api/v1/{path}"][method]["responses"]
    assert str(answer.status_code) in responses, f"{answer.status_code} is not told"
    schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    rooted = {**schema, "components": document["components"]}
    jsonschema.Draft202012Validator(rooted).validate(answer.json())


def test_the_document_tells_every_answer_truly(theatre: Theatre, filed: demo.Told, document: dict[str, Any]) -> None:
    key, act = key_of(theatre, "zhang"), "cases/{stream}/acts/{act}"
    address, seen = f"cases/{filed.stream}/acts/inspect", events(filed)
    whole = inspection(theatre, filed)
    conforms(document, "cases/{stream}", "get", get(f"cases/{filed.stream}", key))
    conforms(document, "cases/{stream}", "get", get("cases/00000000-0000-0000-0000-000000000000", key))
    conforms(document, "cases/{stream}", "get", get(f"cases/{filed.stream}", "sx_no"))
    for body in (
        {"facts": {}}, {"facts": {"place": 3}}, {"nothing": 1}, whole | {"expected": seen - 1}, whole, whole | {"expected": seen},
    ):  # fmt: skip
        conforms(document, act, "post", post(address, key, body))
    conforms(document, f"{act}/preflight", "post", post(f"{address}/preflight", key, {}))
    conforms(document, "cases", "post", post("cases", key, {}))


def test_the_document_needs_a_key_for_everything_and_shows_no_secret(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert told["security"], f"{method} {path}"
            assert told["summary"]
            assert told["description"]
    assert not re.search(r"sx_[A-Za-z0-9_-]{20}|postgres|password", json.dumps(document), re.IGNORECASE)
