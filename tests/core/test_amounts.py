"""Amounts that count as large: by penalty, kind of party, sector and layer, by the version in force that day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sanxiang.core.gates import evaluate
from sanxiang.core.gates.amounts import limit, limits
from sanxiang.core.rulebook import Clause, Condition, Dictionary, Fact, Instrument, Jurisdiction, Library, Threshold
from sanxiang.core.values import CHINA
from tests.core.world import CALENDAR, FACTS, SINCE, START, case_of, opened, proposing
from tests.support.rules import LIBRARY

DAY = START.date()
ROWS = (
    {"kind": "罚款", "at_least_fen": 500},
    {"kind": "罚款", "party": "自然人", "at_least_fen": 100},
    {"kind": "罚款", "sector": "生态环境", "at_least_fen": 50},
    {"kind": "罚款", "sector": "生态环境", "party": "自然人", "at_least_fen": 20, "law": "某办法第四十六条"},
    {"kind": "吊销许可证件"},
)


def table(*rows, status=""):
    return (Threshold(id="hearing", label="听证标准", rows=rows, status=status),)


def law(name, layer, rows, effective=SINCE, status=""):
    clause = Clause(id=f"{name}-1", at="第一条", kind="gate", text="…", thresholds=table(*rows, status=status))
    return Instrument(
        id=name, title=name, authority="测试", layer=layer, effective=effective, clauses=(clause,),
        digest=f"{name}{effective}",
    )  # fmt: skip


def library(*instruments):
    versions = {}
    for one in instruments:
        versions.setdefault(one.id, []).append(one)
    place = Jurisdiction(id="test", name="测试地", instruments=tuple(versions))
    sector = Fact(id="enforcement_sector", label="执法领域", sensitivity="open")
    facts = Dictionary({**FACTS, sector.id: sector})
    return Library({"test": place}, versions, facts, {"national": CALENDAR})


NATIONAL = law("national", "national", ROWS, status="须核定")


def asking(book, *, kind="罚款", amount=None, on=DAY, **facts):
    rules = book.on("test", on)
    row = {"kind": kind} if amount is None else {"kind": kind, "amount": amount}
    at = START.replace(year=on.year, month=on.month, day=on.day, tzinfo=CHINA)
    return proposing(rules, case_of(opened(**facts, sanctions=[row])), "conclude", at=at)


def reached(*args, **more):
    return evaluate(Condition("threshold", "hearing"), asking(*args, **more)).state


@pytest.mark.clauses("LY-34", "CN-16")
def test_an_agency_has_amounts_of_its_own_and_no_other_feels_them():
    own = (
        {"kind": "罚款", "agency": "测试局", "at_least_fen": 7},
        {"kind": "罚款", "agency": "别的局", "at_least_fen": 1},
    )
    book = library(NATIONAL, law("local", "local", own))
    sector = {"enforcement_sector": "生态环境", "party_kind": "自然人"}
    assert limit(asking(book, **sector), "hearing", "罚款").at_least == 7
    elsewhere = library(NATIONAL, law("local", "local", own[1:]))
    assert limit(asking(elsewhere, **sector), "hearing", "罚款").at_least == 20


@pytest.mark.parametrize(
    ("facts", "least"),
    [
        ({}, 500),
        ({"party_kind": "法人及非法人组织"}, 500),
        ({"party_kind": "自然人"}, 100),
        ({"enforcement_sector": "生态环境"}, 50),
        ({"enforcement_sector": "生态环境", "party_kind": "自然人"}, 20),
        ({"enforcement_sector": "市场监管", "party_kind": "自然人"}, 100),
    ],
)
@pytest.mark.clauses("LY-34", "CN-16")
def test_the_row_of_sector_and_party_binds(facts, least):
    book = library(NATIONAL)
    assert reached(book, amount=least, **facts)
    assert reached(book, amount=least - 1, **facts) is False


def test_what_has_no_amount_counts_whatever_it_is():
    assert reached(library(NATIONAL), kind="吊销许可证件")
    assert reached(library(NATIONAL), kind="警告") is False


def test_several_rows_of_one_penalty_are_added():
    s = asking(library(NATIONAL))
    two = [{"kind": "罚款", "amount": 60}, {"kind": "罚款", "amount": 40}]
    s.proposal = replace(s.proposal, facts={"party_kind": "自然人", "sanctions": two})
    assert evaluate(Condition("threshold", "hearing"), s).state


@pytest.mark.parametrize(("layer", "least"), [("local", 300), ("agency", 80)])
def test_the_most_local_table_wins_even_over_a_sector(layer, least):
    laws = [NATIONAL, law("local", "local", ({"kind": "罚款", "at_least_fen": 300},))]
    if layer == "agency":
        laws.append(law("agency", "agency", ({"kind": "罚款", "at_least_fen": 80},)))
    book = library(*laws)
    for facts in ({}, {"enforcement_sector": "生态环境", "party_kind": "自然人"}):
        assert reached(book, amount=least, **facts)
        assert reached(book, amount=least - 1, **facts) is False


def test_a_local_table_leaves_what_it_does_not_name():
    book = library(NATIONAL, law("local", "local", ({"kind": "罚款", "party": "自然人", "at_least_fen": 9},)))
    assert reached(book, amount=9, party_kind="自然人")
    assert reached(book, amount=499, party_kind="法人及非法人组织") is False
    assert reached(book, kind="吊销许可证件")


def test_the_amount_of_the_day_counts():
    changed = date(2025, 1, 1)
    book = library(
        replace(NATIONAL, ended=None), law("national", "national", ({"kind": "罚款", "at_least_fen": 900},), changed)
    )
    assert reached(book, amount=500, on=changed - timedelta(days=1))
    assert reached(book, amount=500, on=changed) is False
    assert reached(book, amount=900, on=changed)


def test_law_and_status_are_told():
    s = asking(library(NATIONAL), amount=30, enforcement_sector="生态环境", party_kind="自然人")
    ((found, total),) = limits(s, "hearing")
    assert (found.at_least, found.law, found.status, total) == (20, "某办法第四十六条", "须核定", 30)
    plain = limit(asking(library(NATIONAL)), "hearing", "罚款")
    assert plain is not None
    assert plain.law == "《national》第一条"


def test_an_unknown_table_is_not_reached():
    assert evaluate(Condition("threshold", "nothing"), asking(library(NATIONAL), amount=10**9)).state is False


def test_the_amounts_of_the_product_await_confirmation():
    for place in LIBRARY.jurisdictions:
        rules = LIBRARY.on(place, date(2024, 9, 27))
        assert {bound.rule.status for bound in rules.thresholds["hearing"]} == {"须核定"}
        assert "生态环境" in rules.sectors
