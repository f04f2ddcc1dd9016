"""Handing cases over: what is refused, what the page shows before it, what stands in the record, taking it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework import desk, handing, telling
from sanxiang.casework.access import reader_of
from sanxiang.casework.auditing import RegisterHistory, replay_case
from sanxiang.casework.commands import Command, handle
from sanxiang.casework.models import Colleague
from sanxiang.core.casefile import fold, team_of

QUERIES_MAX = 25
PAGE = "/work/hand-over/"


@pytest.fixture(autouse=True)
def all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The officer handles cases of other tests too: all of them stand on one page here."""
    monkeypatch.setattr(handing, "MOST", 1_000)


@pytest.fixture
def case(theatre: Any) -> Any:
    return theatre.played("ordinary", start="2026-09-07", before="inspect")


def team(theatre: Any, case: Any) -> set[str]:
    return set(team_of(fold(theatre.events(case)), timezone.localdate()))


def free(theatre: Any, case: Any) -> tuple[str, str]:
    """One of the handlers, and an officer of their department who does not handle the case."""
    people, handlers = theatre.people["luoyang"], team(theatre, case)
    taker = theatre.expiring(on=datetime(2030, 12, 31, tzinfo=UTC).date())
    assert taker not in handlers
    return next(people[name] for name in people if people[name] in handlers), taker


def sends(theatre: Any, case: Any, **changes: Any) -> Any:
    told = {"act": "hand_over", "officer": theatre.people["luoyang"]["unit"], "stream": case.stream} | changes
    told.setdefault("facts", {"handlers_reason": "调离或者请假"})
    return handle(theatre.connection, theatre.book, Command(**told), at=timezone.now())


def test_only_a_certified_officer_of_the_unit_takes_a_case_over(theatre: Any, case: Any) -> None:
    giver, taker = free(theatre, case)
    gone = theatre.expiring(on=(timezone.localdate() - timedelta(days=3)))
    refused = sends(theatre, case, link=giver, officers=(gone,))
    assert "到期" in str(refused.verdict.reasons)
    for wrong in ({"officers": (taker,)}, {"link": giver}, {"link": giver, "officers": (giver,)}):
        assert not sends(theatre, case, **wrong).done
    other = sends(theatre, case, link=giver, officers=(taker,), officer=theatre.people["wuding"]["head"])
    assert not other.done
    assert giver in team(theatre, case)


def test_old_and_new_stand_in_the_timeline_and_the_new_one_finds_it(theatre: Any, case: Any) -> None:
    giver, taker = free(theatre, case)
    assert sends(theatre, case, link=giver, officers=(taker,)).done
    events = theatre.events(case)
    rules = theatre.book.on("luoyang", timezone.localdate())
    entry = telling.timeline(events, rules, "penalty.ordinary")[0]
    told = dict(entry.facts)
    registers = {one: Colleague.objects.get(stream=one).name for one in (giver, taker)}
    assert registers[giver] in told["原承办人"]
    assert registers[giver] not in told["现承办人"]
    assert registers[taker] in told["现承办人"]
    role = next(name for name, one in theatre.people["luoyang"].items() if one == taker)
    mine = desk.latest(reader_of(theatre.account(role)), 10, mine=True)
    assert case.stream in {str(row.stream) for row in mine}
    history = RegisterHistory(theatre.connection)
    assert [one for one in replay_case(case.stream, events, theatre.book, history) if one] == []


def test_who_avoids_the_case_does_not_get_it_back(theatre: Any, case: Any) -> None:
    giver, taker = free(theatre, case)
    assert sends(theatre, case, link=giver, officers=(taker,), facts={"handlers_reason": "回避"}).done
    back = sends(theatre, case, link=taker, officers=(giver,), facts={"handlers_reason": "撤回移交"})
    assert "已经回避本案" in str(back.verdict.reasons)


def form(giver: str, taker: str, *cases: Any, **more: str) -> dict[str, Any]:
    return {
        "from": giver,
        "to": taker,
        "handlers_reason": "调离或者请假",
        "case": [one.stream for one in cases],
        **more,
    }


def test_the_head_of_the_unit_sees_what_changes_before_it_does(theatre: Any, case: Any, client: Any) -> None:
    giver, taker = free(theatre, case)
    client.force_login(theatre.account("unit"))
    with CaptureQueriesContext(theatre.connection) as asked:
        page = client.get(PAGE, {"from": giver})
    assert case.stream in page.content.decode()
    assert len(asked) <= QUERIES_MAX
    before = theatre.events(case)
    with CaptureQueriesContext(theatre.connection) as asked:
        plan = client.post(PAGE, form(giver, taker, case)).content.decode()
    assert len(asked) <= QUERIES_MAX
    assert theatre.events(case) == before
    assert "会有什么变化" in plan
    done = client.post(PAGE, form(giver, taker, case, do="1"))
    assert "已移交 1 件" in done.content.decode()
    assert taker in team(theatre, case)
    assert giver not in team(theatre, case)
    again = client.post(PAGE, form(giver, taker, case, do="1"))
    assert again.status_code == 422
    back = client.post(PAGE, form(taker, giver, case, do="1") | {"handlers_reason": "撤回移交"})
    assert "已移交 1 件" in back.content.decode()
    assert giver in team(theatre, case)


def test_what_is_lacking_is_said_and_strangers_are_kept_out(theatre: Any, case: Any, client: Any) -> None:
    giver, taker = free(theatre, case)
    assert client.get(PAGE).status_code == 302
    for role in ("zhang", "reviewer"):
        client.force_login(theatre.account(role))
        assert client.get(PAGE).status_code == 403
    client.force_login(theatre.account("head", "wuding"))
    assert case.stream not in client.get(PAGE, {"from": giver}).content.decode()
    assert client.post(PAGE, form(giver, taker, case, do="1")).status_code == 200
    client.force_login(theatre.account("unit"))
    text = client.post(PAGE, {"from": giver}).content.decode()
    for word in ("选接手的人", "至少选一件案件", "写明移交的原因"):
        assert word in text
    wrong = client.post(PAGE, form(giver, taker, case, standing_in_until="不是日期", do="1"))
    assert wrong.status_code == 422
    today = client.post(PAGE, form(giver, taker, case, standing_in_until=timezone.localdate().isoformat(), do="1"))
    assert "代理的最后一天要晚于移交的当天" in today.content.decode()
    assert giver in team(theatre, case)
