"""The login of the web server, past the program: no decision and no number without a passed review of that draft."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from os import urandom
from typing import Any

import psycopg
import pytest

from sanxiang.casework.commands import RecordRefused
from sanxiang.config import demo
from sanxiang.core.events import case as case_events
from sanxiang.core.ledger import canonical_bytes
from sanxiang.core.values import Actor
from sanxiang.store import numbering
from sanxiang.store.appending import Draft, append
from sanxiang.store.errors import NUMBER_MISSING, NUMBER_UNUSED, REVIEW_DUE, REVIEW_MISSING, REVIEW_VOID
from tests.support.theatre import Theatre

from .test_decision_doors import nothing_written

pytestmark = [pytest.mark.clauses("LY-30", "PL-58"), pytest.mark.journeys("review.every-door")]


@pytest.fixture
def unreviewed(theatre: Theatre) -> demo.Told:
    """The draft stands; nobody reviewed it."""
    return theatre.played(before="submit_review")


@pytest.fixture
def ready(theatre: Theatre) -> demo.Told:
    """Everything before the decision is done."""
    return theatre.played(before="decide")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO record.decision_number SELECT series, year, n, event_id, stream, NULL, false, '{}'"
        " FROM record.number LIMIT 1",
        "INSERT INTO record.number VALUES ('洛市监演罚决字', 2026, 999, '洛市监演罚决字〔2026〕999号', %(s)s, %(s)s)",
        "INSERT INTO record.passed_review VALUES (%(s)s, %(s)s, '{}')",
        "INSERT INTO record.event (id, stream, seq, kind) VALUES (%(s)s, %(s)s, 99, 'decision.made')",
        "UPDATE record.event SET body = body WHERE stream = %(s)s",
        "UPDATE record.number SET n = n",
        "DELETE FROM record.decision_number",
        "ALTER TABLE record.event DISABLE TRIGGER ALL",
        "SELECT record.check_decision(%(s)s, %(s)s, '{}')",
    ],
)
def test_sql_on_the_tables_is_refused(theatre: Theatre, unreviewed: demo.Told, statement: str) -> None:
    with (
        nothing_written(unreviewed),
        web() as connection,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)),
    ):
        connection.execute(statement, {"s": unreviewed.stream})


@contextmanager
def web() -> Iterator[Any]:
    """A connection of the web role, without Django."""
    from django.conf import settings

    place = settings.DATABASES["default"]
    address = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"], "user": place["USER"]}
    with psycopg.connect(**address, password=place["PASSWORD"]) as connection:
        yield connection


def forge(theatre: Theatre, told: demo.Told, *, numbered: str = "allocated", **changes: Any) -> None:
    """What somebody with the login of the web server would write past the program: a whole event, well formed."""
    event_id = str(uuid.uuid4())
    breaches = changes.pop("breaches", ())
    documents = changes.pop("documents", None)
    with web() as connection:
        text = ""
        if numbered == "allocated":
            form, series = "洛市监演罚决字〔{year}〕{n}号", "洛市监演罚决字"
            text = numbering.allocate(
                connection, series=series, year=2026, form=form, stream=told.stream, event_id=event_id
            ).text
        written = text if changes.pop("says", True) else ""
        papers = () if documents is None else ({"template": "penalty_decision", "title": "决定书", "number": text},)
        event = case_events.DecisionMade(
            act="decide", number=written, documents=papers, **{"bound": bound_of(theatre, told), **changes}
        )
        append(
            connection,
            stream=told.stream,
            stream_kind="case",
            expected=len(theatre.events(told)),
            drafts=(
                Draft(
                    id=event_id,
                    event=event,
                    occurred_at=told.at,
                    actor=Actor(theatre.who(told, "head"), "郑演示", "洛阳（演示）", "", "head", None),
                    breaches=breaches,
                ),
            ),
            recorded_at=told.at + timedelta(days=1),
            sealed_facts=theatre.book.dictionary.sealed,
        )


def bound_of(theatre: Theatre, told: demo.Told) -> tuple[str, ...]:
    drafts = [event for event in theatre.events(told) if event.kind == "investigation.concluded"]
    return tuple(drafts[-1].event.bound)


BREACH = ({"clause": "LY-30", "text": "补录"},)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (REVIEW_MISSING, {"review_due": True}),
        (REVIEW_MISSING, {"review_due": True, "review": str(uuid.UUID(int=7))}),
        (REVIEW_DUE, {"review_due": False}),
        (REVIEW_VOID, {"review_due": True, "bound": ("a" * 64,) * 4}),
        (NUMBER_MISSING, {"review_due": True, "numbered": "no"}),
        (REVIEW_MISSING, {"review_due": True, "breaches": BREACH}),
        (NUMBER_UNUSED, {"review_due": True, "breaches": BREACH, "says": False}),
        (NUMBER_UNUSED, {"review_due": True, "breaches": BREACH, "says": False, "documents": True}),
    ],
)
def test_a_forged_event_is_refused_by_the_database(
    theatre: Theatre, unreviewed: demo.Told, code: str, changes: dict[str, Any]
) -> None:
    with nothing_written(unreviewed), pytest.raises((RecordRefused, psycopg.Error)) as problem:
        forge(theatre, unreviewed, **changes)
    assert code in (getattr(problem.value, "code", ""), getattr(problem.value, "sqlstate", ""))


def test_the_pass_of_another_case_does_not_help(theatre: Theatre, unreviewed: demo.Told, ready: demo.Told) -> None:
    passed = next(event for event in theatre.events(ready) if event.kind == "review.concluded")
    with nothing_written(unreviewed), pytest.raises(RecordRefused) as problem:
        forge(theatre, unreviewed, review_due=True, review=passed.id)
    assert problem.value.code == REVIEW_MISSING


def test_the_append_function_itself_with_a_forged_body(theatre: Theatre, unreviewed: demo.Told) -> None:
    last = theatre.events(unreviewed)[-1]
    with web() as connection:
        found = connection.execute(
            "SELECT substring(entry FROM 16 FOR 64), body FROM record.event WHERE id = %s", [last.id]
        ).fetchone()
        assert found is not None
        doc = json.loads(bytes(found[1]))
    doc |= {"id": str(uuid.uuid4()), "seq": last.seq + 1, "kind": "decision.made", "prev": bytes(found[0]).decode()}
    doc["sealed"] = {}
    doc["payload"] = {"act": "decide", "number": "洛市监演罚决字〔2026〕1号", "review_due": False, "bound": []}
    body, salt = canonical_bytes(doc), urandom(32)
    with nothing_written(unreviewed), web() as connection, pytest.raises(psycopg.Error) as problem:
        connection.execute("SELECT record.append('case', %b, %b)", [body, salt])
    assert problem.value.sqlstate == NUMBER_MISSING
