"""Ways round the gate (绕开关口的办法): each is tried, refused, and kept where it went through the product.

What other tests try already: forged fields, changed drafts, two decisions at once (test_decision_doors), the login of
the web server (test_decision_by_sql)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Answer, VersionConflict, handle
from sanxiang.casework.models import CaseRow, Refusal
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.config import cli, demo
from sanxiang.config.commands import modules
from sanxiang.core.events import Event, registry
from sanxiang.core.events import case as acts
from sanxiang.core.values import CHINA
from sanxiang.interchange.keys import give
from tests.support.theatre import Theatre

from .test_decision_by_sql import web
from .test_decision_doors import CHANGES, LATER, REVIEW, clauses, decides, nothing_written

pytestmark = [pytest.mark.clauses("LY-30"), pytest.mark.journeys("review.every-door")]


@pytest.fixture
def unreviewed(theatre: Theatre) -> demo.Told:
    return theatre.played(before="submit_review")


@pytest.fixture
def ready(theatre: Theatre) -> demo.Told:
    """Everything before the decision is done."""
    return theatre.played(before="decide")


@pytest.fixture
def browser_of(theatre: Theatre) -> Iterator[Any]:
    def logged_in(role: str, agency: str = "luoyang", **headers: str) -> Client:
        made = Client(**headers)
        made.force_login(theatre.account(role, agency))
        return made

    return logged_in


def kept(told: demo.Told) -> list[Refusal]:
    return list(Refusal.objects.filter(stream=told.stream).order_by("id"))


def said(row: Refusal) -> set[str]:
    return {reason["clause"] for reason in row.reasons}


# ── the page, also as a phone asks for it ────────────────────────────────────────────────────────────────────────────

PHONE = "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 Chrome/124 Mobile Safari/537.36"


@pytest.mark.parametrize("headers", [{}, {"HTTP_USER_AGENT": PHONE}], ids=["desk", "phone"])
def test_the_page_refuses_with_clauses_and_the_attempt_is_kept(
    theatre: Theatre, unreviewed: demo.Told, browser_of: Any, headers: dict[str, str]
) -> None:
    with nothing_written(unreviewed):
        page = browser_of("head", **headers).post(
            f"/work/cases/{unreviewed.stream}/do/decide/", dict(theatre.command(unreviewed, "decide").facts)
        )
    assert page.status_code == 422
    assert "没有经过法制审核，不得作出决定" in page.content.decode()
    (row,) = kept(unreviewed)
    assert (row.act, row.name, str(row.officer)) == ("decide", "郑演示", theatre.who(unreviewed, "head"))
    assert said(row) >= REVIEW


def test_forged_hidden_fields_of_a_form_change_nothing(
    theatre: Theatre, unreviewed: demo.Told, ready: demo.Told, browser_of: Any
) -> None:
    """The id of another case's review, a number, a scope: a form may send what it likes, none of it is read."""
    passed = next(event for event in theatre.events(ready) if event.kind == "review.concluded")
    facts = dict(theatre.command(unreviewed, "decide").facts)
    forged = {
        **facts, "review": passed.id, "bound": passed.event.bound, "review_due": "false", "passes": "true",
        "number": "洛市监演罚决字〔2026〕999号", "extra": json.dumps({"review": passed.id}), "outcome": "同意",
    }  # fmt: skip
    with nothing_written(unreviewed):
        page = browser_of("head").post(f"/work/cases/{unreviewed.stream}/do/decide/", forged)
    assert "没有经过法制审核" in page.content.decode()
    assert said(kept(unreviewed)[-1]) >= REVIEW


def test_a_replayed_request_decides_once(theatre: Theatre, ready: demo.Told) -> None:
    """The very bytes again: through the interface, and with the version that the first one saw."""
    key = {"HTTP_AUTHORIZATION": "Bearer " + give(theatre.account("head"), "演示", days=1, at=timezone.now())}
    body = json.dumps({"facts": dict(theatre.command(ready, "decide").facts)})
    address = f"/api/v1/cases/{ready.stream}/acts/decide"

    def send(text: str) -> Any:
        return Client().post(address, text, content_type="application/json", **key)

    first = send(body)
    assert first.status_code == 200, first.json()
    with nothing_written(ready):
        again = send(body)
        stale = send(json.dumps({**json.loads(body), "expected": first.json()["version"] - 1}))
    assert (again.status_code, stale.status_code) == (409, 412)
    assert "decide/once" in {reason["code"] for reason in again.json()["reasons"]}
    assert kept(ready)[-1].act == "decide"


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("moved", [timedelta(days=1), timedelta(days=-4000), timedelta(days=-9)])
def test_a_clock_that_is_moved(theatre: Theatre, unreviewed: demo.Told, moved: timedelta) -> None:
    """Tomorrow, before there was a regulation, before there was a draft."""
    with nothing_written(unreviewed):
        answer = decides(theatre, unreviewed, occurred_at=unreviewed.at + LATER + moved)
        assert not answer.done
        if moved > timedelta(0):
            assert "occurred_at" in answer.problems
    assert answer.verdict.reasons


def test_backdating_before_the_case_was_opened_does_not_find_older_rules(
    theatre: Theatre, unreviewed: demo.Told
) -> None:
    opened = theatre.events(unreviewed)[0].occurred_at
    for before, code in ((opened - timedelta(days=1), "decide/too-early"), (opened.replace(year=2018), "no-procedure")):
        with nothing_written(unreviewed):
            answer = decides(theatre, unreviewed, occurred_at=before)
        assert code in {reason.code for reason in answer.verdict.reasons}


def test_the_clock_of_the_database_server_is_not_asked(theatre: Theatre, ready: demo.Told) -> None:
    """Before the term of the party is over nothing is decided, whatever day a request says it is."""
    early = ready.at - timedelta(days=365)
    with nothing_written(ready):
        assert not decides(theatre, ready, occurred_at=early).done


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def another_reviewer(theatre: Theatre, name: str) -> str:
    """A reviewer of Luoyang whom no other test knows."""
    described = {
        "name": name, "certificate": f"豫C演示R{len(theatre.people['luoyang'])}", "posts": ["reviewer@legal!first"],
        "exams": ["judicial"], "trainings": {"法制审核": 24},
    }  # fmt: skip
    since, agency = datetime(2023, 12, 1, 9, tzinfo=CHINA), theatre.people["luoyang"][""]
    entries = tuple(demo.officer_entries(described, agency, since))
    command = RegisterCommand(kind="officer", agency=agency, entries=entries, installer=demo.INSTALLER)
    found = demo.enter(theatre.connection, theatre.book, command, since)
    theatre.people["luoyang"][name] = found
    return found


def entered(theatre: Theatre, officer: str, event: Event, at: datetime) -> None:
    command = RegisterCommand(
        kind="officer", agency=theatre.people["luoyang"][""], stream=officer,
        entries=(Entry(event=event, occurred_at=at),), installer=demo.INSTALLER,
    )  # fmt: skip
    assert register(theatre.connection, theatre.book, command, at=at).done


LOST = {
    "post": (registry.PostEnded(post="reviewer", department="legal"), "conclude_review/post"),
    "certificate": (None, "LY-32/conclude_review"),
    "left": (registry.OfficerLeft(), "conclude_review/post"),
}


@pytest.mark.clauses("LY-32")
@pytest.mark.parametrize("lost", LOST)
def test_a_reviewer_who_lost_post_or_certificate_in_between(theatre: Theatre, lost: str) -> None:
    told = theatre.played(before="conclude_review")
    name = f"失演示{lost}"
    reviewer = another_reviewer(theatre, name)
    number = f"豫C演示R{len(theatre.people['luoyang']) - 1}"
    event, code = LOST[lost]
    entered(theatre, reviewer, event or registry.CertificateSuspended(number=number), told.at + timedelta(hours=1))
    with nothing_written(told):
        answer = theatre.tries(told, "conclude_review", officer=reviewer)
    assert not answer.done
    assert code in {reason.code for reason in answer.verdict.reasons}
    assert str(kept(told)[-1].officer) == reviewer


def test_a_pass_given_by_somebody_qualified_that_day_stands(theatre: Theatre) -> None:
    told = theatre.played(before="conclude_review")
    reviewer = another_reviewer(theatre, "后离演示")
    done = theatre.tries(told, "conclude_review", after=timedelta(hours=2), officer=reviewer)
    assert done.done, done.verdict.reasons
    entered(theatre, reviewer, registry.OfficerLeft(), told.at + timedelta(days=1))
    told.at += timedelta(hours=2)
    told.done += 1
    theatre.go_on(told, before="decide")
    assert decides(theatre, told).done


@pytest.mark.clauses("DXH-27", "CN-17")
@pytest.mark.parametrize("who", ["zhang", "unit", "head"])
def test_who_handles_or_decides_cannot_review_himself(theatre: Theatre, who: str) -> None:
    told = theatre.played(before="conclude_review")
    with nothing_written(told):
        answer = theatre.tries(told, "conclude_review", officer=theatre.who(told, who))
    assert "conclude_review/post" in {reason.code for reason in answer.verdict.reasons}


# ── at one instant ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_and_a_decision_at_one_instant_never_part(theatre: Theatre, ready: demo.Told) -> None:
    """Whichever comes first, what was decided is what was reviewed."""
    facts = {"draft_change_reason": "同时改动（演示）", **CHANGES["处理"]}
    change = replace(theatre.command(ready, "inspect"), act="change_draft", facts=facts)
    together = Barrier(2)

    def send(command: Any) -> Any:
        connection = connections["default"]
        try:
            connection.ensure_connection()
            together.wait()
            return handle(connection, theatre.book, command, at=ready.at + LATER)
        except VersionConflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(send, (change, theatre.command(ready, "decide"))))
    made = [one for one in outcomes if isinstance(one, Answer) and one.done]
    assert len(made) == 1
    events = theatre.events(ready)
    decided = [event for event in events if event.kind == "decision.made"]
    passed = next(event for event in events if event.kind == "review.concluded")
    assert all(event.event.bound == passed.event.bound for event in decided)
    assert len(decided) + sum(event.kind == "draft.changed" for event in events) == 1


# ── other programs ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_is_no_admin(browser_of: Any) -> None:
    assert not apps.is_installed("django.contrib.admin")
    for address in ("/admin/", "/work/admin/", "/admin/login/"):
        assert browser_of("head").get(address).status_code == 404


def test_no_command_decides_a_case(theatre: Theatre, unreviewed: demo.Told, capsys: Any) -> None:
    """The list is closed: a new command has to be looked at here. `play` acts in memory, `import` knows registers,
    `review` samples what was reviewed, `ingest` takes recordings in, through the one write path; `certificate` makes keys
    for phones."""
    known = {
        "audit", "backup", "bench", "certificate", "clauses", "due", "import", "ingest", "keys", "ledger", "partners", "play", "projections",
        "restore", "review", "rulebooks", "run", "sequencer", "setup", "worker",
    }  # fmt: skip
    assert set(modules()) - known == set()
    with pytest.raises(SystemExit) as refused:
        cli.main(["import", "x.csv", "--kind", "decisions", "--installer", "某人"])
    assert refused.value.code == 2


def test_a_register_takes_no_decision(theatre: Theatre, unreviewed: demo.Told) -> None:
    """The import writes registers; an event of a case is none, and the stream of a case is no register."""
    made = acts.DecisionMade(act="decide", number="洛市监演罚决字〔2026〕998号", bound=(), review_due=False)
    agency = theatre.people["luoyang"][""]
    for stream in ("", theatre.who(unreviewed, "zhang"), unreviewed.stream):
        command = RegisterCommand(
            kind="officer", agency=agency, stream=stream, entries=(Entry(event=made, occurred_at=unreviewed.at),),
            installer=demo.INSTALLER,
        )  # fmt: skip
        with nothing_written(unreviewed):
            assert not register(theatre.connection, theatre.book, command, at=unreviewed.at + LATER).done


def test_a_forged_list_opens_no_gate(theatre: Theatre, unreviewed: demo.Told) -> None:
    """The tables of the pages belong to the web role; no gate reads them."""
    with web() as connection:
        changed = connection.execute(
            "UPDATE case_row SET review_due = false, review_state = 'passed' WHERE stream = %s", [unreviewed.stream]
        ).rowcount
        assert changed == 1
    with nothing_written(unreviewed):
        assert clauses(decides(theatre, unreviewed)) >= REVIEW
    assert CaseRow.objects.get(stream=unreviewed.stream).review_state == "passed"


# ── what is kept of it ───────────────────────────────────────────────────────────────────────────────────────────────


def test_forged_fields_are_kept_and_an_unfinished_form_is_not(theatre: Theatre, ready: demo.Told) -> None:
    decides(theatre, ready, facts={})
    assert kept(ready) == []
    decides(theatre, ready, extra={"number": "洛市监演罚决字〔2026〕997号"})
    (row,) = kept(ready)
    assert [reason["code"] for reason in row.reasons] == ["input"]


def test_what_the_record_refuses_is_kept_too(theatre: Theatre, ready: demo.Told, monkeypatch: Any) -> None:
    from sanxiang.casework import commands
    from sanxiang.store.errors import RecordRefused

    def refuse(*_: Any, **__: Any) -> Any:
        raise RecordRefused("SX010", "没有通过的审核意见")

    monkeypatch.setattr(commands, "append", refuse)
    with nothing_written(ready), pytest.raises(RecordRefused):
        decides(theatre, ready)
    assert [reason["code"] for reason in kept(ready)[-1].reasons] == ["SX010"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE case_refusal SET name = '别人'", "DELETE FROM case_refusal", "TRUNCATE case_refusal"],
)
def test_nobody_takes_it_back(theatre: Theatre, unreviewed: demo.Told, statement: str) -> None:
    decides(theatre, unreviewed)
    with web() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
    assert kept(unreviewed)


def test_who_sees_it(theatre: Theatre, unreviewed: demo.Told, browser_of: Any) -> None:
    decides(theatre, unreviewed)
    number = CaseRow.objects.get(stream=unreviewed.stream).case_number
    for role in ("reviewer2", "head", "supervisor"):
        page = browser_of(role).get("/work/refusals/")
        assert page.status_code == 200
        assert number in page.content.decode()
        assert "没有经过法制审核，不得作出决定" in page.content.decode()
    for role in ("zhang", "unit", "archivist", "registrar"):
        assert browser_of(role).get("/work/refusals/").status_code == 403
    elsewhere = browser_of("head", "dongxihu").get("/work/refusals/", {"after": "x"})
    assert elsewhere.status_code == 200
    assert number not in elsewhere.content.decode()


def test_the_list_goes_on_by_key(theatre: Theatre, unreviewed: demo.Told, browser_of: Any) -> None:
    for _ in range(51):
        decides(theatre, unreviewed)
    first = browser_of("head").get("/work/refusals/")
    assert len(first.context["rows"]) == 50
    second = browser_of("head").get("/work/refusals/", {"after": first.context["after"]})
    assert not {row.pk for row in first.context["rows"]} & {row.pk for row in second.context["rows"]}
    assert second.context["rows"]
