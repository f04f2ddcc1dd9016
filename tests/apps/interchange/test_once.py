"""A request that comes again under its key (Idempotency-Key) is done once: retries, two at one instant, kill -9."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework import commands, once, uploads
from sanxiang.casework.models import AskedOnce, CaseRow, StagedFile
from sanxiang.config import demo_files
from sanxiang.interchange import api
from sanxiang.interchange.keys import give
from tests.support.theatre import Theatre

Post = Callable[..., Any]


@pytest.fixture
def post(theatre: Theatre) -> Post:
    """Posts JSON for an officer of Luoyang under a key; bytes as they are."""
    keys: dict[str, str] = {}

    def send(key: str, body: Any, address: str = "cases", role: str = "zhang") -> Any:
        if role not in keys:
            keys[role] = give(theatre.account(role), "演示", days=1, at=timezone.now())
        headers = {"HTTP_AUTHORIZATION": f"Bearer {keys[role]}", "HTTP_IDEMPOTENCY_KEY": key}
        data = body if isinstance(body, bytes) else json.dumps(body)
        return Client().post(f"/api/v1/{address}", data, content_type="application/json", **headers)

    return send


def opening(theatre: Theatre, **facts: Any) -> dict[str, Any]:
    told = theatre.begin(start="2026-03-02")
    command = theatre.command(told, "register_source")
    return {
        "act": "register_source", **told.opening, "facts": {**command.facts, **facts},
        "officers": list(command.officers),
    }  # fmt: skip


def cases() -> int:
    return CaseRow.objects.count()


def test_the_same_request_under_its_key_opens_one_case(theatre: Theatre, post: Post) -> None:
    body, before = opening(theatre), cases()
    first = post("open-1", body)
    assert first.status_code == 201, first.content
    again = post('"open-1"', dict(reversed(body.items())))
    assert (again.status_code, again.json()) == (201, first.json()), "a key in quotes, the fields in another order"
    assert cases() == before + 1
    other = post("open-2", body)
    assert other.status_code == 201
    assert other.json()["stream"] != first.json()["stream"]
    assert post("open-1", body, role="li").json()["stream"] != first.json()["stream"], "a key is its owner's"
    assert cases() == before + 3


def test_the_same_key_with_another_request_is_refused(theatre: Theatre, post: Post) -> None:
    body = opening(theatre)
    made = post("another", body).json()
    before = cases()
    refused = post("another", {**body, "facts": {**body["facts"], "party_name": "另一家（演示）"}})
    assert refused.status_code == 422
    assert "已经用于另一个请求" in refused.json()["detail"]
    assert post("another", {}, f"cases/{made['stream']}/acts/inspect").status_code == 422
    assert cases() == before
    assert CaseRow.objects.get(pk=made["stream"]).version == 1


def test_an_act_again_under_its_key_though_the_case_has_moved_on(theatre: Theatre, post: Post) -> None:
    told = theatre.played(before="inspect", start="2026-03-02")
    command = theatre.command(told, "inspect")
    body = {"facts": dict(command.facts), "officers": list(command.officers),
            "expected": CaseRow.objects.get(pk=told.stream).version}  # fmt: skip
    address = f"cases/{told.stream}/acts/inspect"
    first = post("act", body, address)
    assert first.status_code == 200, first.content
    assert post("later", {**body, "expected": body["expected"] + 1}, address).status_code == 200
    again = post("act", body, address)
    assert (again.status_code, again.json()) == (200, first.json())
    assert CaseRow.objects.get(pk=told.stream).version == body["expected"] + 2


def test_what_was_refused_may_be_asked_again(theatre: Theatre, post: Post) -> None:
    body = opening(theatre)
    empty = {**body, "facts": {}}
    assert post("refused", empty).status_code == 409
    assert not AskedOnce.objects.filter(key="refused").exists()
    assert post("refused", body).status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "a b", "编号", "a\x7f", '""'])
def test_a_key_that_is_none_is_named(theatre: Theatre, post: Post, key: str) -> None:
    before = cases()
    answer = post(key, opening(theatre))
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]
    assert cases() == before


def test_ten_at_one_instant_open_one_case(theatre: Theatre, post: Post) -> None:
    body, before, together = opening(theatre), cases(), Barrier(10)
    post("warm", {})

    def ask(_: int) -> Any:
        try:
            together.wait()
            answer = post("instant", body)
            return answer.status_code, answer.json()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(10)))
    assert answers == [answers[0]] * 10
    assert answers[0][0] == 201
    assert cases() == before + 1


def test_files_that_the_first_took_do_not_hinder_the_second(theatre: Theatre, post: Post) -> None:
    told = theatre.played(before="take_evidence", start="2026-10-12")
    photo = demo_files.photo({"day": "2026-11-19"})
    place = f"files?act=take_evidence&name=1.png&stream={told.stream}"
    first, second = post("file", photo, place), post("file", photo, place)
    assert first.status_code == 201, first.content
    assert second.json() == first.json()
    assert StagedFile.objects.filter(stream=told.stream).count() == 1
    assert post("file", demo_files.photo({"day": "2026-11-18"}), place).status_code == 422
    assert StagedFile.objects.filter(stream=told.stream).count() == 1

    command = theatre.command(told, "take_evidence")
    body = {"facts": dict(command.facts), "officers": list(command.officers), "files": [first.json()["id"]]}
    address = f"cases/{told.stream}/acts/take_evidence"
    done = post("evidence", body, address)
    assert done.status_code == 200, done.content
    again = post("evidence", body, address)
    assert (again.status_code, again.json()) == (200, done.json())
    assert post("evidence", {**body, "link": "x"}, address).status_code == 422
    assert post("new", body, address).status_code == 422, "without the key the file is used up"


@pytest.mark.parametrize(
    ("where", "name", "made"),
    [(commands, "keep", 0), (commands, "project", 0), (uploads, "forget", 1), (api, "told", 1)],
)
def test_killed_on_the_way_it_is_there_once(
    theatre: Theatre, post: Post, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, made: int
) -> None:
    """Before the commit nothing stands, neither case nor key; after it both do, though nobody heard the answer."""
    body, key = opening(theatre), f"killed-{name}"
    before = cases()
    connections.close_all()

    def kill(*args: Any, **more: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patched:
        patched.setattr(where, name, kill)
        child = multiprocessing.get_context("fork").Process(target=post, args=(key, body))
        child.start()
        child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert (cases(), AskedOnce.objects.filter(key=key).count()) == (before + made, made)
    answers = [post(key, body) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert cases() == before + 1


def test_keys_are_forgotten_after_a_month_and_say_nothing_of_what_was_typed(theatre: Theatre, post: Post) -> None:
    assert post("month", opening(theatre, party_name="独一无二的当事人（演示）")).status_code == 201
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT t::text FROM case_asked_once t WHERE key = 'month'")
        assert "独一无二" not in cursor.fetchone()[0]
    once.purge(timezone.now() + once.KEPT - timedelta(minutes=1))
    assert AskedOnce.objects.filter(key="month").exists()
    once.purge(timezone.now() + once.KEPT)
    assert not AskedOnce.objects.filter(key="month").exists()


def test_every_call_that_writes_says_so_in_the_document() -> None:
    paths = api.api.get_openapi_schema()["paths"]
    told = {
        path: [one["name"] for one in methods["post"].get("parameters", ())]
        for path, methods in paths.items()
        if "post" in methods and not path.endswith("preflight")
    }
    for word in ("taken", "shown"):
        partner = [path for path in told if path.endswith(f"/exchange/{word}")]
        assert len(partner) == 1, "a partner tells of messages and versions by name: the same again changes nothing"
        del told[partner[0]]
    assert len(told) == 3
    assert all("Idempotency-Key" in names for names in told.values()), told


# ── the page that opens a case ───────────────────────────────────────────────────────────────────────────────────────


def test_a_double_click_opens_one_case(theatre: Theatre) -> None:
    place = "/work/cases/new/"
    account = theatre.account("zhang")

    def browser() -> Client:
        client = Client()
        client.force_login(account)
        return client

    def token() -> str:
        shown = browser().get(place, {"procedure": "penalty.ordinary"})
        value = str(shown.context["once"])
        assert f'name="once" value="{value}"' in shown.content.decode()
        return value

    body = opening(theatre)
    form = {"procedure": "penalty.ordinary", "department": body["department"], "officers": body["officers"],
            "once": token(), **body["facts"]}  # fmt: skip
    before, together, browsers = cases(), Barrier(2), [browser(), browser()]

    def click(client: Client) -> tuple[int, str]:
        try:
            together.wait()
            answer = client.post(place, form)
            return answer.status_code, answer.get("Location", answer.content.decode())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(click, browsers))
    assert answers[0][0] == 302, answers[0][1]
    assert answers[1] == answers[0], "both come to the same case"
    assert cases() == before + 1
    changed = browser().post(place, {**form, "party_name": "另一家（演示）"})
    assert changed.status_code == 422
    assert "这张表单已经立过一件案件" in changed.content.decode()
    assert cases() == before + 1
    assert browser().post(place, {**form, "once": token()}).status_code == 302
    assert cases() == before + 2
