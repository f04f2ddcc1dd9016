"""A decision number is given only on the chain of draft and review — also by SQL as the web role."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from sanxiang.core.events import Event, case, review
from sanxiang.core.values import Actor
from sanxiang.store import numbering
from sanxiang.store.errors import (
    NUMBER_MISSING,
    NUMBER_UNUSED,
    REVIEW_DUE,
    REVIEW_MISSING,
    REVIEW_VOID,
    REVIEWER_HANDLED,
    RecordRefused,
    VersionConflict,
)

from .records import HANDLER, HEAD, REVIEWER, SECOND, Record, draft, new_id

FORM = "洛市监罚〔{year}〕{n}号"
BOUND = ("f" * 64, "e" * 64, "b" * 64, "s" * 64)
OTHER = ("f" * 64, "e" * 64, "b" * 64, "t" * 64)


class Case:
    """A case told step by step, each act in its own transaction."""

    def __init__(self, record: Record) -> None:
        self.record, self.web, self.stream = record, record.connect(autocommit=False), new_id()
        self.does(case.CaseFiled(), HEAD)
        self.does(case.ActivityDone(act="inquiry", officers=("o-1", "o-2")))

    def does(self, event: Event, actor: Actor = HANDLER) -> str:
        one = draft(event, actor)
        with self.web.transaction():
            self.record.add(self.web, self.stream, one)
        return one.id

    def concludes(self, *, due: bool, bound: tuple[str, ...] = BOUND) -> str:
        return self.does(case.InvestigationConcluded(review_due=due, bound=bound))

    def reviewed(self, *, passes: bool = True, bound: tuple[str, ...] = BOUND, by: Actor = REVIEWER) -> str:
        self.does(review.ReviewSubmitted(bound=bound))
        return self.does(review.ReviewConcluded(outcome="agreed", passes=passes, bound=bound), by)

    def decides(self, kind: Any = case.DecisionMade, number: str | None = None, **fields: Any) -> str:
        """Takes a number and decides; `number` instead of the one that was given."""
        event_id = new_id()
        with self.web.transaction():
            given = numbering.allocate(
                self.web, series="洛市监罚", year=2026, form=FORM, stream=self.stream, event_id=event_id
            )
            event = kind(number=number or given.text, **({"bound": BOUND} | fields))
            self.record.add(self.web, self.stream, draft(event, HEAD, id=event_id))
        return given.text


def refused(code: str, does: Any, *values: Any, **named: Any) -> None:
    with pytest.raises(RecordRefused) as problem:
        does(*values, **named)
    assert problem.value.code == code
    assert "条" in str(problem.value) or code in (NUMBER_MISSING, REVIEWER_HANDLED)


@pytest.mark.parametrize("kind", [case.DecisionMade, case.NoPenaltyDecided])
def test_a_reviewed_draft_may_be_decided(record: Record, kind: Any) -> None:
    one = Case(record)
    one.concludes(due=True)
    passed = one.reviewed()
    assert one.decides(kind, review=passed, review_due=True) == "洛市监罚〔2026〕1号"
    row = record.one("SELECT (n, review, review_due)::text FROM record.decision_number")
    assert row == f"(1,{passed},t)"


def test_a_draft_outside_review_may_be_decided(record: Record) -> None:
    one = Case(record)
    one.concludes(due=False)
    one.decides()
    assert record.one("SELECT review_due FROM record.decision_number") is False


def test_forged_without_a_number(record: Record) -> None:
    one = Case(record)
    one.concludes(due=False)
    with pytest.raises(RecordRefused) as problem:
        one.does(case.DecisionMade(number="洛市监罚〔2026〕1号", bound=BOUND), HEAD)
    assert problem.value.code == NUMBER_MISSING
    refused(NUMBER_MISSING, one.decides, number="洛市监罚〔2026〕99号")
    assert record.one("SELECT count(*) FROM record.number") == 0


def test_forged_without_a_review(record: Record) -> None:
    one, another = Case(record), Case(record)
    one.concludes(due=True)
    another.concludes(due=True)
    elsewhere = another.reviewed()
    refused(REVIEW_MISSING, one.decides, review_due=True)
    refused(REVIEW_MISSING, one.decides, review_due=True, review=new_id())
    refused(REVIEW_MISSING, one.decides, review_due=True, review=elsewhere)
    failed = one.reviewed(passes=False)
    refused(REVIEW_MISSING, one.decides, review_due=True, review=failed)


def test_forged_by_saying_that_none_is_due(record: Record) -> None:
    one = Case(record)
    refused(REVIEW_DUE, one.decides)
    one.concludes(due=True)
    refused(REVIEW_DUE, one.decides)
    refused(REVIEW_DUE, one.decides, review=one.reviewed())
    one.does(case.DraftChanged(review_due=True, bound=BOUND))
    refused(REVIEW_DUE, one.decides)


def test_forged_on_another_draft(record: Record) -> None:
    one = Case(record)
    one.concludes(due=True)
    passed = one.reviewed()
    refused(REVIEW_VOID, one.decides, review_due=True, review=passed, bound=OTHER)
    one.does(case.DraftChanged(review_due=True, bound=OTHER))
    refused(REVIEW_MISSING, one.decides, review_due=True, review=passed, bound=OTHER)
    refused(REVIEW_VOID, one.decides, review_due=True, review=passed)
    free = Case(record)
    free.concludes(due=False)
    refused(REVIEW_VOID, free.decides, bound=OTHER)


def test_a_later_adverse_opinion_voids_the_pass(record: Record) -> None:
    one = Case(record)
    one.concludes(due=True)
    passed = one.reviewed()
    one.reviewed(passes=False)
    refused(REVIEW_VOID, one.decides, review_due=True, review=passed)
    one.does(review.ReviewConfirmed(review=passed, bound=BOUND), REVIEWER)
    one.decides(review_due=True, review=passed)


def test_a_confirmation_of_another_draft_does_not_help(record: Record) -> None:
    one = Case(record)
    one.concludes(due=True)
    passed = one.reviewed()
    one.does(review.ReviewConfirmed(review=passed, bound=OTHER), REVIEWER)
    refused(REVIEW_VOID, one.decides, review_due=True, review=passed)


def test_who_handled_the_case_cannot_review_it(record: Record) -> None:
    one = Case(record)
    one.concludes(due=True)
    nobody = Actor("", "无名", "洛阳市市场监督管理局", "法规科", "reviewer", None)
    for reviewer in (HANDLER, SECOND, nobody):
        refused(REVIEWER_HANDLED, one.reviewed, by=reviewer)
    passed = one.reviewed()
    refused(REVIEWER_HANDLED, one.does, review.ReviewConfirmed(review=passed, bound=BOUND), SECOND)
    helped = review.ReviewConcluded(outcome="agreed", passes=True, bound=BOUND, officers=("o-9", "o-2"))
    refused(REVIEWER_HANDLED, one.does, helped, REVIEWER)
    named = case.HandlersChanged(officers=("o-9",))
    one.does(named, HEAD)
    refused(REVIEWER_HANDLED, one.reviewed)


def test_the_tables_of_the_chain_are_closed_to_the_web_role(record: Record) -> None:
    web = record.connect()
    for table in ("number", "series", "passed_review", "decision_number", "stream", "event"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(f"INSERT INTO record.{table} DEFAULT VALUES")
    for inner in ("check_decision(NULL, NULL, NULL)", "check_reviewer(NULL, NULL)", "lock(NULL, NULL)"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(f"SELECT record.{inner}")


def test_constraints_hold_beneath_the_functions(record: Record) -> None:
    """Even the owner cannot enter a decision number that is due for review without a passed review of that case."""
    one = Case(record)
    one.concludes(due=True)
    passed, decision = one.reviewed(), one.does(case.CaseTerminated())
    owner = record.connect("owner", autocommit=False)
    owner.execute("INSERT INTO record.number VALUES ('x', 2026, 1, 't', %s, %s)", (one.stream, decision))
    insert = "INSERT INTO record.decision_number VALUES ('x', 2026, 1, %s, %s, %s, true, %s)"
    wrong = [
        (decision, one.stream, None, list(BOUND)),
        (decision, one.stream, new_id(), list(BOUND)),
        (decision, new_id(), passed, list(BOUND)),
        (decision, one.stream, passed, list(OTHER)),
    ]
    for values in wrong:
        with pytest.raises(psycopg.errors.IntegrityError), owner.transaction():
            owner.execute(insert, values)
    owner.rollback()


def test_two_decisions_at_one_instant(record: Record) -> None:
    one = Case(record)
    one.concludes(due=False)
    twins = [Case.__new__(Case) for _ in range(4)]
    for twin in twins:
        twin.record, twin.web, twin.stream = record, record.connect(autocommit=False), one.stream

    def decide(twin: Case) -> bool:
        try:
            event_id = new_id()
            with twin.web.transaction():
                given = numbering.allocate(
                    twin.web, series="洛市监罚", year=2026, form=FORM, stream=one.stream, event_id=event_id
                )
                made = draft(case.DecisionMade(number=given.text, bound=BOUND), HEAD, id=event_id)
                record.add(twin.web, one.stream, made, expected=3)
        except VersionConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, twins)) == 1
    assert record.one("SELECT last FROM record.series") == 1


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_numbers_have_no_gaps_under_writers_that_roll_back(record: Record) -> None:
    writers, each = 8, 25
    connections = [record.connect(autocommit=False) for _ in range(writers)]

    class Undone(Exception):
        pass

    def writes(at: int) -> int:
        kept = 0
        for turn in range(each):
            try:
                with connections[at].transaction():
                    stream, event_id = new_id(), new_id()
                    given = numbering.allocate(
                        connections[at],
                        series="案",
                        year=2026,
                        form="案〔{year}〕{n}号",
                        stream=stream,
                        event_id=event_id,
                    )
                    event = case.CaseFiled(documents=({"template": "filing", "title": "t", "number": given.text},))
                    record.add(connections[at], stream, draft(event, id=event_id), expected=0)
                    if (at + turn) % 3 == 0:
                        raise Undone
                kept += 1
            except Undone:
                pass
        return kept

    with ThreadPoolExecutor(writers) as pool:
        kept = sum(pool.map(writes, range(writers)))
    assert 0 < kept < writers * each
    numbers = record.one("SELECT array_agg(n ORDER BY n) FROM record.number")
    assert numbers == list(range(1, kept + 1))


def test_years_and_series_count_apart(record: Record) -> None:
    web = record.connect(autocommit=False)
    given = []
    for series, year in [("甲", 2026), ("甲", 2026), ("甲", 2027), ("乙", 2026)]:
        event_id, stream = new_id(), new_id()
        with web.transaction():
            form = f"{series}〔{{year}}〕{{n}}号"
            got = numbering.allocate(web, series=series, year=year, form=form, stream=stream, event_id=event_id)
            record.add(web, stream, draft(case.CaseFiled(facts={"n": got.text}), id=event_id), expected=0)
        given.append(got.text)
    assert given == ["甲〔2026〕1号", "甲〔2026〕2号", "甲〔2027〕1号", "乙〔2026〕1号"]


def test_a_number_that_no_event_says_cannot_be_committed(record: Record) -> None:
    web, stream = record.connect(autocommit=False), new_id()

    def wasted(event_id: str, says: str | None, where: str) -> None:
        with web.transaction():
            numbering.allocate(web, series="案", year=2026, form="案〔{year}〕{n}号", stream=stream, event_id=event_id)
            if says is not None:
                record.add(web, where, draft(case.CaseFiled(facts={"x": says}), id=event_id), expected=0)
            numbering.settle(web)

    for says, where in [(None, stream), ("案〔2026〕2号", stream), ("案〔2026〕1号", new_id())]:
        with pytest.raises(RecordRefused) as problem:
            wasted(new_id(), says, where)
        assert problem.value.code == NUMBER_UNUSED
    with pytest.raises(psycopg.Error) as raw, web.transaction():
        numbering.allocate(web, series="案", year=2026, form="案〔{year}〕{n}号", stream=stream, event_id=new_id())
    assert raw.value.sqlstate == NUMBER_UNUSED
    assert record.one("SELECT count(*) FROM record.number") == 0


@pytest.mark.parametrize("form", ["案〔{year}〕号", "案{n}号", ""])
def test_a_form_without_year_or_number_is_refused(record: Record, form: str) -> None:
    with pytest.raises(RecordRefused):
        numbering.allocate(record.connect(), series="案", year=2026, form=form, stream=new_id(), event_id=new_id())
