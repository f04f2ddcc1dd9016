"""Sharing with partners: whatever the other side does, it ends up with what is public, once, and nothing else."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.config import cli, demo, operating
from sanxiang.interchange import tasks
from sanxiang.interchange.exchange import changes, partners, pushing, sender
from sanxiang.interchange.models import Change, Delivery, Gathered, Partner
from sanxiang.three_systems.disclosure import expiring
from tests.support.theatre import Theatre

from .far import LOCAL, NONSENSE, Far, status


def partner(far: Far | None = None, **more: Any) -> tuple[Partner, str]:
    told = {"address": far.address, "networks": LOCAL, "token": "demo-token"} if far else {}
    name = f"演示省平台{Partner.objects.count() + 1}"
    return partners.enter(name, days=30, at=timezone.now(), **{**told, **more})


def round_of(theatre: Theatre, one: Partner, later: timedelta = timedelta()) -> int:
    at = timezone.now() + later
    pushing.make_out(theatre.connection, one, at=at)
    return pushing.push(theatre.connection, one, at=at)


def ask(key: str, after: int = -1, **headers: str) -> Any:
    client = Client(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client.get(f"/api/v1/exchange/changes?after={after}", **headers)


def pulled(key: str) -> list[dict[str, Any]]:
    found, after = [], -1
    while True:
        told = ask(key, after).json()
        found += told["changes"]
        after = told["next"]
        if not told["more"]:
            return found


# ── pulled ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("LY-45")
@pytest.mark.journeys("integration.exchange")
def test_a_partner_pulls_what_changed_and_only_that(theatre: Theatre, shown: demo.Told, gathered: Any) -> None:
    gathered()
    _, key = partner()
    first = ask(key)
    assert first.status_code == 200
    mine = next(one for one in pulled(key) if one["id"] == shown.stream)
    assert mine["state"] == "published"
    assert mine["fields"]["执法结论"]
    assert "withdrawn_on" not in mine
    end = Change.objects.order_by("-position").values_list("position", flat=True)[0]
    nothing = ask(key, end)
    assert (nothing.json()["changes"], nothing.json()["next"]) == ([], end)
    assert ask(key, end, HTTP_IF_NONE_MATCH=nothing["ETag"]).status_code == 304
    client = Client(HTTP_AUTHORIZATION=f"Bearer {key}")
    for cursor, stands in ((end, end), (end - 1, end), (end + 10_000, end)):
        answer = client.post("/api/v1/exchange/taken", {"cursor": cursor}, content_type="application/json")
        assert answer.json() == {"cursor": stands}
    assert gathered() == 0
    another = theatre.played(start="2025-08-04", before="carry_out")
    gathered()
    told = ask(key, end, HTTP_IF_NONE_MATCH=nothing["ETag"]).json()
    assert [one["id"] for one in told["changes"]] == [another.stream]


@pytest.mark.parametrize(
    "query", ["after=x", "after=", "after=-5", "after=99999999999999999999", "limit=0", "limit=-1", "limit=100000",
              "after=1e3", "after=%00", "limit=' OR 1=1"],
)  # fmt: skip
def test_an_odd_cursor_is_answered_plainly(theatre: Theatre, query: str) -> None:
    _, key = partner()
    answer = Client(HTTP_AUTHORIZATION=f"Bearer {key}").get(f"/api/v1/exchange/changes?{query}")
    assert answer.status_code in (200, 400, 422)


def test_a_key_opens_the_exchange_alone_until_it_ends(theatre: Theatre, shown: demo.Told) -> None:
    one, key = partner()
    assert ask(key).status_code == 200
    assert Client(HTTP_AUTHORIZATION=f"Bearer {key}").get(f"/api/v1/cases/{shown.stream}").status_code == 401
    assert ask(key[:-1] + "x").status_code == 401
    assert ask("").status_code == 401
    Partner.objects.filter(pk=one.pk).update(expires_at=timezone.now())
    assert ask(key).status_code == 401
    Partner.objects.filter(pk=one.pk).update(expires_at=timezone.now() + timedelta(days=1), revoked_at=timezone.now())
    assert ask(key).status_code == 401
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '|') FROM exchange_partner t")
        (kept,) = cursor.fetchone()
    assert key not in kept


def test_a_partner_sees_its_own_scope(theatre: Theatre, shown: demo.Told, gathered: Any) -> None:
    gathered()
    for scope in ({"jurisdiction": "wuding"}, {"categories": ("许可",)}):
        _, key = partner(**scope)
        assert shown.stream not in [one["id"] for one in pulled(key)]
    _, key = partner(jurisdiction="luoyang", categories=("处罚",))
    assert shown.stream in [one["id"] for one in pulled(key)]


def test_who_asks_too_often_waits(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partners, "A_MINUTE", 3)
    now = timezone.now().replace(second=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    _, key = partner()
    assert [ask(key).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    now += timedelta(minutes=1)
    assert ask(key).status_code == 200


# ── pushed ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("LY-45")
@pytest.mark.journeys("integration.exchange")
def test_after_every_failure_the_other_side_has_each_state_once(
    theatre: Theatre, shown: demo.Told, gathered: Any, far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails in every way in turn; then it has what is public, nothing twice, and we have its receipts."""
    monkeypatch.setattr(sender, "SECONDS", 1.0)
    gathered()
    one, _ = partner(far)
    far.moods = list(NONSENSE.values())
    for attempt in range(len(NONSENSE)):
        assert round_of(theatre, one, timedelta(days=2 * attempt)) == 0
        one.refresh_from_db()
        assert one.problem
        assert one.failures == attempt + 1
        assert one.next_at > timezone.now() + timedelta(days=2 * attempt)
    assert len(set(far.keys)) == 1, "the same change under the same name, however often"
    assert set(far.tokens) == {"Bearer demo-token"}
    while round_of(theatre, one, timedelta(days=90)):
        pass
    wanted = {str(stream) for stream in Change.objects.values_list("stream", flat=True)}
    assert set(far.held) == wanted
    assert far.kept == len(wanted), "nothing was kept twice"
    assert not Delivery.objects.filter(partner=one.pk).exclude(state="delivered").exists()
    mine = Delivery.objects.get(partner=one.pk, stream=shown.stream)
    assert mine.receipt == f"R{mine.version}"
    sent = len(far.came)
    assert round_of(theatre, one, timedelta(days=91)) == 0
    assert len(far.came) == sent, "what has its receipt is not sent again"


@pytest.mark.clauses("LY-45")
@pytest.mark.journeys("integration.exchange")
def test_correction_withdrawal_and_expiry_are_pushed_and_their_receipts_shown(
    theatre: Theatre, shown: demo.Told, gathered: Any, far: Far
) -> None:
    old = theatre.played(start="2024-01-04", before="carry_out", facts={"publish": {"public_until": "today+4"}})
    gathered()
    one, key = partner(far)
    while round_of(theatre, one):
        pass
    assert far.held[shown.stream]["state"] == "published"
    until = far.held[old.stream]["until"]
    theatre.go_on(shown)
    expiring.expire(theatre.connection, at=demo.now().fromisoformat(f"{until}T23:40:00+08:00"))
    gathered()
    assert round_of(theatre, one) == 2
    for stream, state in ((shown.stream, "withdrawn"), (old.stream, "expired")):
        assert far.held[stream]["state"] == state
        assert "fields" not in far.held[stream], "no content of what is gone"
    assert far.held[old.stream]["withdrawn_cause"] == "期满"
    gone = {told["id"]: told for told in pulled(key)}
    assert gone[shown.stream]["state"] == "withdrawn"
    assert "fields" not in gone[shown.stream], "who comes late is not shown what was withdrawn"
    client = Client()
    client.force_login(theatre.account("publisher"))
    page = client.get(f"/exchange/partners/?case={shown.stream}").content.decode()
    assert "撤下" in page
    assert f"R{far.held[shown.stream]['version']}" in page


def test_a_later_change_takes_the_place_of_one_that_waits(theatre: Theatre, gathered: Any, far: Far) -> None:
    told = theatre.played("revoked", before="withdraw_publication", start="2025-09-01")
    gathered()
    one, _ = partner(far)
    pushing.make_out(theatre.connection, one, at=timezone.now())
    theatre.go_on(told)
    gathered()
    while round_of(theatre, one):
        pass
    assert [came["state"] for came in far.came if came["id"] == told.stream] == ["withdrawn"]
    states = Delivery.objects.filter(partner=one.pk, stream=told.stream).order_by("position")
    assert list(states.values_list("state", flat=True)) == ["superseded", "delivered"]


def test_what_the_other_side_refuses_waits_for_a_person(theatre: Theatre, gathered: Any, far: Far) -> None:
    told = theatre.played(start="2025-10-13", before="carry_out")
    gathered()
    one, _ = partner(far)
    Partner.objects.filter(pk=one.pk).update(queued=Change.objects.get(stream=told.stream).position - 1)
    far.moods = [status(422)]
    assert round_of(theatre, one) == 0
    delivery = Delivery.objects.get(partner=one.pk, stream=told.stream)
    assert (delivery.state, delivery.problem) == ("refused", "对方不接收这条信息（422）")
    assert round_of(theatre, one) == 0
    client = Client()
    client.force_login(theatre.account("publisher"))
    assert client.post("/exchange/partners/", {"again": str(delivery.pk)}).status_code == 302
    assert round_of(theatre, one) == 1
    for odd in ("", "x", "9" * 30, "0"):
        assert client.post("/exchange/partners/", {"again": odd}).status_code == 404
    client.force_login(theatre.account("publisher", "wuding"))
    assert client.post("/exchange/partners/", {"again": str(delivery.pk)}).status_code == 404


def test_no_way_inside(far: Far) -> None:
    """Redirects are not followed; private addresses are refused unless their network was named for this partner."""
    far.moods = [status(302, Location=far.address), status(307, Location="http://169.254.169.254/latest/")]
    for _ in range(2):
        with pytest.raises(sender.Failed, match="不跟随"):
            sender.send(far.address, "", b'{"event": "x"}', "x", LOCAL)
    assert len(far.came) == 2
    port = far.server_address[1]
    for inside in ("127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "2130706433",
                   "0x7f.1", "[::ffff:127.0.0.1]"):  # fmt: skip
        with pytest.raises(sender.Failed):
            sender.send(f"https://{inside}:{port}/", "", b"{}", "x", ())
        with pytest.raises(sender.Failed):
            sender.send(f"http://{inside}:{port}/", "", b"{}", "x", ("172.16.0.0/12",))
    for odd in ("", "ftp://x/", "file:///etc/passwd", "https://a:b@x/", "https://", "https://x:99999/", "javascript:1"):
        with pytest.raises(sender.Failed):
            sender.send(odd, "", b"{}", "x", LOCAL)
    with pytest.raises(sender.Failed, match="https"):
        sender.number_of(sender.placed("http://93.184.216.34/")[0], 80, ())
    assert len(far.came) == 2


def test_two_workers_at_once_send_once(theatre: Theatre, shown: demo.Told, gathered: Any, far: Far) -> None:
    gathered()
    one, _ = partner(far)
    pushing.make_out(theatre.connection, one, at=timezone.now())
    failed: list[BaseException] = []

    def work() -> None:
        try:
            pushing.push(connections["default"], Partner.objects.get(pk=one.pk), at=timezone.now())
        except BaseException as fault:
            failed.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(far.keys) == len(set(far.keys))


def test_the_worker_has_one_job_for_each_partner(theatre: Theatre, shown: demo.Told, ledger: Any, far: Far) -> None:
    ledger()
    one, _ = partner(far)
    query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'interchange.push' AND args->>'partner' = %s"
    for _ in range(2):
        tasks.exchange(0)
        with connections["default"].cursor() as cursor:
            cursor.execute(query, [str(one.pk)])
            assert cursor.fetchone() == (1,), "one that waits is not doubled"
    tasks.push(str(one.pk))
    assert far.held[shown.stream]["id"] == shown.stream
    assert Delivery.objects.filter(partner=one.pk, state="delivered").count() == len(far.held)
    Partner.objects.filter(pk=one.pk).update(revoked_at=timezone.now())
    sent = len(far.came)
    tasks.push(str(one.pk))
    assert len(far.came) == sent, "nothing goes to one that was revoked"


def test_gathering_goes_on_where_it_stopped(theatre: Theatre, gathered: Any) -> None:
    gathered()
    place = Gathered.objects.get().position
    assert gathered() == 0
    assert Gathered.objects.get().position >= place
    before = set(Change.objects.values_list("stream", "position"))
    Gathered.objects.update(position=-1)
    changes.gather(theatre.connection)
    assert set(Change.objects.values_list("stream", "position")) == before, "read twice it is the same"


def test_the_operator_enters_lists_and_revokes(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import contextlib

    monkeypatch.setattr(operating, "database", contextlib.nullcontext)
    assert cli.main(["partners", "add", "演示厅门户", "--jurisdiction", "luoyang", "--json"]) == 0
    (made,) = json.loads(capsys.readouterr().out)
    assert ask(made["key"]).status_code == 200
    for words in (["演示厅门户"], ["x", "--jurisdiction", "niemand"], ["x", "--category", "罚"], ["x", "--days", "0"],
                  ["x", "--address", "ftp://x"], ["x", "--network", "10.0.0.1/99"]):  # fmt: skip
        assert cli.main(["partners", "add", *words]) == 2
    assert cli.main(["partners", "revoke", "演示厅门户"]) == 0
    assert cli.main(["partners", "revoke", "没有"]) == 2
    assert ask(made["key"]).status_code == 401
    capsys.readouterr()
    assert cli.main(["partners", "list", "--json"]) == 0
    assert made["key"] not in capsys.readouterr().out
