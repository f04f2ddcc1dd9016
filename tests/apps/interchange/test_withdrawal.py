"""One receipt for each withdrawal: what every place really says, asked as the public asks; a place that keeps the old
stays open until it has dropped it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.config import demo
from sanxiang.interchange import tasks
from sanxiang.interchange.credit import keeping
from sanxiang.interchange.exchange import changes, partners, pushing
from sanxiang.interchange.models import Change, Partner, Withdrawal, WithdrawalCheck
from sanxiang.interchange.withdrawal import confirming, surfaces
from sanxiang.three_systems.disclosure.models import Published
from tests.support.site import Mirror, served
from tests.support.theatre import Theatre

from .far import LOCAL, Far, status


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """The public site, at the address that the worker asks."""
    made = Mirror()
    with served(made) as address:
        monkeypatch.setattr(settings, "SANXIANG_ASKED", address)
        yield made


@pytest.fixture
def gone(theatre: Theatre, ledger: Any) -> Callable[[demo.Told], Withdrawal]:
    """Take the last steps of a case that is public, its withdrawal among them; its receipt, with nothing asked yet."""

    def go_on(told: demo.Told) -> Withdrawal:
        theatre.go_on(told)
        ledger()
        changes.gather(theatre.connection)
        confirming.begin(at=timezone.now())
        Withdrawal.objects.exclude(stream=told.stream).update(next_at=None)
        return Withdrawal.objects.get(stream=told.stream)

    return go_on


def public(theatre: Theatre, start: str) -> demo.Told:
    told = theatre.played("revoked", before="withdraw_publication", start=start)
    assert Published.objects.get(pk=told.stream).withdrawn_on is None
    return told


def checks(row: Withdrawal) -> dict[str, WithdrawalCheck]:
    return {one.place: one for one in WithdrawalCheck.objects.filter(withdrawal=row.event)}


def again(theatre: Theatre, row: Withdrawal) -> Withdrawal:
    """Ask once more, as if the time had come."""
    Withdrawal.objects.filter(pk=row.pk).update(next_at=timezone.now())
    confirming.look(theatre.connection, at=timezone.now())
    return Withdrawal.objects.get(pk=row.pk)


def no_partners() -> None:
    Partner.objects.all().delete()


@pytest.mark.clauses("DXH-09", "LY-15")
@pytest.mark.journeys("disclosure.withdrawn-notice")
def test_every_place_is_asked_and_confirms(theatre: Theatre, mirror: Mirror, gone: Any) -> None:
    no_partners()
    told = public(theatre, "2025-07-14")
    before = Published.objects.get(pk=told.stream)
    row = gone(told)
    assert (row.number, row.cause) == (before.number, "撤销")
    confirming.look(theatre.connection, at=timezone.now())
    row.refresh_from_db()
    found = checks(row)
    assert set(found) == set(surfaces.SURFACES)
    assert {one.problem for one in found.values()} == {""}
    assert row.next_at is None
    assert row.done_at == max(one.confirmed_at for one in found.values())
    asked = {place for one in found.values() for place, _ in one.asked}
    month = f"{before.published_on:%Y-%m}"
    for place in (f"/d/{told.stream}/", f"/d/{told.stream}.json", "/search.atom", "/", "/data/withdrawn.csv",
                  *(f"/data/{month}.{form}" for form in ("csv", "jsonl", "parquet")), f"/sitemap-{month}.xml"):  # fmt: skip
        assert place in mirror.asked, place
        assert place in asked, place
    kept = json.dumps([one.asked for one in found.values()], ensure_ascii=False)
    party = before.public["执法对象"]
    assert party not in kept
    assert quote(party) not in kept, "whom it is about is asked for and not kept"


FROZEN = {
    "page": ["/d/{id}/"], "search": ["/search/?q={number}"], "feed": ["/search.atom?q={number}"],
    "interface": ["/d/{id}.json"], "bulk": ["/data/{month}.jsonl"], "sitemap": ["/sitemap-{month}.xml"], "kept": ["/"],
}  # fmt: skip
ALSO = {"page": {"kept"}, "search": {"kept"}}
"""The search and the decision's page are asked again as pages that are kept."""


@pytest.mark.clauses("DXH-09")
def test_a_place_that_keeps_the_old_is_open_and_the_others_are_not(theatre: Theatre, mirror: Mirror, gone: Any) -> None:
    no_partners()
    told = public(theatre, "2025-08-11")
    shown = Published.objects.get(pk=told.stream)
    named = {"id": told.stream, "number": quote(shown.number), "month": f"{shown.published_on:%Y-%m}"}
    frozen = {}
    for place, addresses in {
        **FROZEN,
        "bulk": [f"/data/{{month}}.{one}" for one in ("csv", "jsonl", "parquet")],
    }.items():
        for address in addresses:
            mirror.keep(settings.SANXIANG_ASKED, address.format(**named))
            frozen.setdefault(place, []).append(address.format(**named).partition("?")[0])
    held, mirror.old = mirror.old, {}
    status, headers, front = held["/"]  # it shows the newest only, which others may be: ours is put there
    plain = [one for one in headers if one[0].lower() != "content-length"]
    held["/"] = status, plain, front.replace(told.stream.encode(), b"") + told.stream.encode()
    row = gone(told)
    for place, paths in frozen.items():
        for path in paths:
            WithdrawalCheck.objects.filter(withdrawal=row.event).delete()
            mirror.old = {path: held[path]}
            row = again(theatre, row)
            still = {one for one, check in checks(row).items() if check.confirmed_at is None}
            assert still == {place} | ALSO.get(place, set()), path
            assert all(checks(row)[one].problem for one in still)
            assert row.done_at is None
            assert row.next_at > timezone.now(), "it is asked again"
    mirror.old = {}
    row = again(theatre, row)
    assert row.done_at is not None
    assert row.next_at is None


def test_another_site_and_a_broken_one_confirm_nothing(theatre: Theatre, mirror: Mirror, gone: Any, far: Far) -> None:
    """What has nothing to do with us does not hold the decision either, and proves nothing."""
    no_partners()
    row = gone(public(theatre, "2025-09-15"))
    for address in (far.address.partition("/in")[0], "http://127.0.0.1:1", ""):
        settings.SANXIANG_ASKED = address
        row = again(theatre, row)
        assert {one.confirmed_at for one in checks(row).values()} == {None}, address
        assert all(one.problem for one in checks(row).values())
    assert "SANXIANG_PUBLIC_URL" in checks(row)["page"].problem
    wait = [Withdrawal(event=row.event, tries=tries) for tries in (0, 400)]
    for one in wait:
        confirming._settle(one, [WithdrawalCheck()])
    assert wait[0].next_at < timezone.now() + timedelta(seconds=16)
    assert wait[1].next_at < timezone.now() + confirming.LONGEST + timedelta(seconds=1), (
        "never given up, never in a rush"
    )


@pytest.mark.clauses("LY-45")
@pytest.mark.journeys("integration.exchange")
def test_partners_confirm_by_their_own_receipt_alone(theatre: Theatre, mirror: Mirror, gone: Any, far: Far) -> None:
    no_partners()
    past = timezone.now() - timedelta(days=400)
    pushed, _ = partners.enter("演示推送平台", days=900, at=past, address=far.address, networks=LOCAL)
    pulls, key = partners.enter("演示自取平台", days=900, at=past)
    partners.enter("演示别处的平台", days=900, at=past, jurisdiction="wuding")
    told = public(theatre, "2025-10-20")
    keeping.refresh(theatre.connection, theatre.people["luoyang"][""], at=timezone.now())
    row = gone(told)
    Partner.objects.filter(pk=pushed.pk).update(queued=row.position - 1)
    push, pull = f"partner/{pushed.pk}", f"partner/{pulls.pk}"
    row = again(theatre, row)
    found = checks(row)
    assert set(found) == {*surfaces.SURFACES, push, pull, "credit"}, "who was never told of it is not asked"
    assert {place for place, one in found.items() if one.confirmed_at is None} == {push, pull}
    assert found["credit"].said == "没有报送过，不再报送", "its record has followed the case at once"
    assert (found[push].problem, found[pull].problem) == ("等待推送", "对方还没有来取")

    far.moods = [status(503)]
    pushing.make_out(theatre.connection, pushed, at=timezone.now())
    pushing.push(theatre.connection, pushed, at=timezone.now())
    Client(HTTP_AUTHORIZATION=f"Bearer {key}").get(f"/api/v1/exchange/changes?after={row.position - 1}")
    row = again(theatre, row)
    found = checks(row)
    assert "没有回执，已经送过 1 次" in found[push].problem
    assert "再试" in found[push].problem
    assert found[pull].problem == "对方来取过，还没有确认收到"

    pushing.push(theatre.connection, pushed, at=timezone.now() + timedelta(hours=1))
    Client(HTTP_AUTHORIZATION=f"Bearer {key}").post(
        "/api/v1/exchange/taken", {"cursor": row.position}, content_type="application/json"
    )
    row = again(theatre, row)
    assert checks(row)[push].said.startswith("回执 R")
    assert checks(row)[pull].confirmed_at is not None
    assert row.done_at is not None


def test_who_may_read_a_receipt_and_what_stands_on_it(theatre: Theatre, mirror: Mirror, gone: Any) -> None:
    no_partners()
    told = public(theatre, "2025-11-10")
    party = Published.objects.get(pk=told.stream).public["执法对象"]
    address = f"/exchange/withdrawals/{told.stream}/"
    client = Client()
    client.force_login(theatre.account("publisher"))
    assert client.get(address).status_code == 404, "what is public has no receipt"
    theatre.go_on(told)
    assert "后台马上去问各处" in client.get(address).content.decode(), "before the worker has seen it"
    row = gone(told)
    waits = client.get(address).content.decode()
    assert 'data-live="open"' in waits
    assert "后台马上去问各处" in waits
    confirming.look(theatre.connection, at=timezone.now())
    for who in ("publisher", "checker", "head", "supervisor"):
        client.force_login(theatre.account(who))
        shown = client.get(address)
        assert shown.status_code == 200, who
        text = shown.content.decode()
        assert "处处都已撤下" in text
        assert 'data-live=""' in text, "what is over is not asked for again"
        assert text.count("已确认") == len(surfaces.SURFACES)
        assert party not in text
        assert row.number in client.get("/exchange/withdrawals/").content.decode()
    client.force_login(theatre.account("zhang"))
    assert client.get(address).status_code == 403
    theatre.everywhere()
    client.force_login(theatre.account("checker", "wuding"))
    assert client.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_worker_finds_what_was_withdrawn_and_leaves_what_is_public_again(
    theatre: Theatre, mirror: Mirror, ledger: Any
) -> None:
    no_partners()
    told = public(theatre, "2025-12-08")
    theatre.go_on(told)
    ledger()
    tasks.exchange(0)
    row = Withdrawal.objects.get(stream=told.stream)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'interchange.confirm'")
        assert cursor.fetchone() == (1,)
    tasks.exchange(0)
    assert Withdrawal.objects.filter(stream=told.stream).count() == 1, "one receipt, however often it is looked for"
    Withdrawal.objects.exclude(pk=row.pk).update(next_at=None)
    tasks.confirm()
    row.refresh_from_db()
    assert row.done_at is not None
    change = Change.objects.get(stream=told.stream)
    Change.objects.filter(pk=change.pk).update(event=told.stream)
    try:
        row = again(theatre, row)
        assert row.ended == "此后又公示了，不再核对"
        assert row.next_at is None
    finally:
        Change.objects.filter(pk=change.pk).update(event=change.event)
