"""Citations, actors, periods, dates and document numbers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.values import Actor, Citation, Period, Unit, chinese_date, document_number, legal_day

CLERK = Actor("o-7", "李雷（演示）", "洛阳市市场监督管理局", "执法一科", "officer", "豫C0700007")


@pytest.mark.parametrize(
    ("citation", "text"),
    [
        (Citation("行政处罚法", None, "五十八", None), "《行政处罚法》第五十八条"),
        (Citation("《行政处罚法》", None, 58), "《行政处罚法》第五十八条"),
        (Citation("刑法", None, "120之1", "第一款"), "《刑法》第一百二十条之一第一款"),
        (Citation("某办法", "某政令〔2020〕1号", 10), "《某办法》（某政令〔2020〕1号）第十条"),
        (Citation("某办法", "洛政办〔2019〕37号", None, "三(三)1"), "洛政办〔2019〕37号 三(三)1"),
        (Citation("某办法", "洛政办〔2019〕37号"), "洛政办〔2019〕37号"),
        (Citation("某办法", None, None, "二"), "《某办法》 二"),
    ],
)
def test_a_citation_reads_as_in_chinese_papers(citation: Citation, text: str) -> None:
    assert str(citation) == text


def test_an_actor_survives_json() -> None:
    assert Actor.from_dict(json.loads(json.dumps(CLERK.to_dict()))) == CLERK


@pytest.mark.parametrize(
    "change",
    [{"certificate": 5}, {"name": None}, {"rank": "x"}, {"post": ["officer"]}],
)
def test_an_actor_of_another_shape_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="actor"):
        Actor.from_dict({**CLERK.to_dict(), **change})


def test_an_actor_without_a_field_is_refused() -> None:
    short = {name: value for name, value in CLERK.to_dict().items() if name != "post"}
    with pytest.raises(ValueError, match="actor"):
        Actor.from_dict(short)


@given(st.sampled_from([unit for unit in Unit if unit is not Unit.SAME_DAY]), st.integers(1, 100))
def test_a_period_is_read_back_from_its_code(unit: Unit, count: int) -> None:
    period = Period(count, unit)
    assert Period.parse(period.code) == period
    assert str(count) in str(period)


def test_a_unit_is_also_its_text() -> None:
    assert Period.parse("1 hour").unit == "hour"
    assert Period(0, "same_day") == Period.parse("same_day")  # type: ignore[arg-type]
    assert Period.parse("same_day").code == "same_day"


@pytest.mark.parametrize(
    "text",
    ["", "7", "days", "7 day s", "0 days", "-1 days", "7  days", "07 days", "7.5 days", "7 weeks", "7 Days", "７ days",
     "99999 days", "101 years", "1 same_day", "7 days\n"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="period|期限"):
        Period.parse(text)


@pytest.mark.parametrize(("count", "unit"), [(0, "day"), (True, "day"), (1, "same_day"), (7.0, "day"), (1, "week")])
def test_a_period_that_no_law_could_mean_is_refused(count: int, unit: str) -> None:
    with pytest.raises(ValueError, match="period|Unit"):
        Period(count, unit)  # type: ignore[arg-type]


def test_dates_and_numbers_as_printed() -> None:
    assert chinese_date(date(2026, 1, 5)) == "2026年1月5日"
    assert document_number("东西湖司罚决字", 2026, 3) == "东西湖司罚决字〔2026〕3号"


@pytest.mark.parametrize(("mark", "year", "number"), [("", 2024, 1), ("洛〔2024〕", 2024, 1), ("洛 字", 2024, 1),
                                                      ("洛罚", 24, 1), ("洛罚", 2024, 0)])  # fmt: skip
def test_a_bad_document_number_is_refused(mark: str, year: int, number: int) -> None:
    with pytest.raises(ValueError, match="代字|顺序号"):
        document_number(mark, year, number)


def test_the_legal_day_is_the_day_in_china() -> None:
    assert legal_day(datetime(2024, 12, 31, 15, 59, tzinfo=UTC)) == date(2024, 12, 31)
    assert legal_day(datetime(2024, 12, 31, 16, 0, tzinfo=UTC)) == date(2025, 1, 1)
    with pytest.raises(ValueError, match="zone"):
        legal_day(datetime(2024, 12, 31, 16, 0))
