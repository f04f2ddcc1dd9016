"""No number is skipped: every decision of an agency and year stands on a public page in exactly one state."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.three_systems.disclosure.counting import STATES, series_of, standing, tally
from sanxiang.three_systems.disclosure.models import PublishedNumber
from tests.support.theatre import Theatre

TODAY = date(2026, 11, 2)
DAYS = st.none() | st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40))
YEAR = 2024
SECRET = "清点演示不公开商行"


@dataclass(frozen=True)
class Row:
    series: str = "演罚决字"
    year: int = 2026
    n: int | None = 1
    due_on: date | None = None
    published_on: date | None = None
    withheld_on: date | None = None
    excused: bool = False
    withdrawn_on: date | None = None
    revoked_on: date | None = None


ROWS = st.lists(
    st.builds(
        Row,
        n=st.none() | st.integers(1, 60),
        due_on=DAYS,
        published_on=DAYS,
        withheld_on=DAYS,
        excused=st.booleans(),
        withdrawn_on=DAYS,
        revoked_on=DAYS,
    )
)


@given(ROWS)
def test_the_counts_add_up(rows: list[Row]) -> None:
    counts = tally(rows, TODAY)
    assert list(counts) == list(STATES)
    assert sum(counts.values()) == len(rows)


@given(ROWS)
def test_nothing_that_waits_past_its_day_is_called_anything_else(rows: list[Row]) -> None:
    for row in rows:
        idle = not (row.published_on or row.withheld_on or row.excused or row.withdrawn_on or row.revoked_on)
        assert (standing(row, TODAY) == "overdue") == (idle and row.due_on is not None and row.due_on < TODAY)


def test_the_last_day_is_within_the_term_and_the_next_is_not() -> None:
    assert standing(Row(due_on=TODAY), TODAY) == "due"
    assert standing(Row(due_on=TODAY - timedelta(days=1)), TODAY) == "overdue"


@given(st.sets(st.integers(1, 80), min_size=1))
def test_a_missing_number_is_named(held: set[int]) -> None:
    (found,) = series_of([Row(n=n) for n in held] + [Row(n=None)])
    assert found.last == max(held)
    assert set(found.missing) | held == set(range(1, max(held) + 1))
    assert not set(found.missing) & held


@pytest.fixture(scope="module")
def played_year(opened_theatre: Theatre, django_db_blocker: Any) -> dict[str, str]:
    """2024 at Luoyang: one published, one withdrawn, one late by years, one kept back."""
    theatre = opened_theatre
    with django_db_blocker.unblock():
        told = {
            "published": theatre.played(start="2024-03-06"),
            "withdrawn": theatre.played("revoked", start="2024-03-13"),
            "overdue": theatre.played(before="prepare_publication", start="2024-05-08"),
            "withheld": theatre.played(before="prepare_publication", start="2024-06-05", fill={"party_name": SECRET}),
        }
        withheld = theatre.tries(
            told["withheld"],
            "prepare_publication",
            act="withhold_publication",
            officer=theatre.people["luoyang"]["head"],
            facts={
                "withheld_ground": "商业秘密",
                "withheld_law": f"政府信息公开条例第十五条（{SECRET}）",
                "excuse_law_level": "行政法规",
            },
        )
        assert withheld.verdict.allowed, withheld
        connections.close_all()
    return {name: one.stream for name, one in told.items()}


@pytest.fixture
def year(played_year: dict[str, str], theatre: Theatre) -> dict[str, str]:
    return played_year


def page(address: str, status: int = 200) -> str:
    with CaptureQueriesContext(connections["portal"]) as public:
        answer = Client().get(address)
    assert answer.status_code == status, address
    assert len(public) <= 3
    return answer.content.decode("utf-8-sig")


def address(year: dict[str, str], end: str = "/") -> str:
    row = PublishedNumber.objects.using("portal").get(pk=year["published"])
    return f"/numbers/{row.agency}/{YEAR}{end}"


def test_the_year_is_told_and_adds_up(year: dict[str, str]) -> None:
    text = page(address(year))
    told = re.search(r'<p role="status">(.+?)</p>', text)
    assert told is not None
    numbers = [int(n) for n in re.findall(r"\d+", told[1])]
    ours = PublishedNumber.objects.using("portal").get(pk=year["published"]).agency
    held = PublishedNumber.objects.using("portal").filter(agency=ours, year=YEAR)
    assert sum(numbers[:-1]) == numbers[-1] == held.count() > 0
    taken: dict[str, set[int]] = {}
    for series, n in held.exclude(n=None).values_list("series", "n"):
        taken.setdefault(series, set()).add(n)
    for one in taken.values():  # a test of this session may have taken a number and decided nothing
        gaps = sorted(set(range(1, max(one) + 1)) - one)
        assert (f"缺 {'、'.join(map(str, gaps))} 号" if gaps else "没有缺号") in text
    assert "洛阳市市场监督管理局" in text
    for said in ("超期未公示", "应在", "依法不予公开：商业秘密", "由机关负责人批准", "撤下：", "公示"):
        assert said in text
    assert f'href="/d/{year["published"]}/"' in text
    assert f'href="/d/{year["overdue"]}/"' not in text, "only what was published has a page"


def test_one_state_can_be_looked_at_alone(year: dict[str, str]) -> None:
    text = page(address(year, "/?state=withheld"))
    assert "依法不予公开：商业秘密" in text
    assert "应在" not in text
    assert page(address(year, "/?state=%3Cscript%3E&page=999999")).count("<script>") == 0


def test_what_is_kept_back_is_counted_and_not_told(year: dict[str, str]) -> None:
    for end in ("/", ".json", ".csv", "/?state=withheld"):
        assert SECRET not in page(address(year, end))


def test_the_open_data_hold_every_decision_once_and_the_same_counts(year: dict[str, str]) -> None:
    whole = json.loads(page(address(year, ".json")))
    table = list(csv.DictReader(io.StringIO(page(address(year, ".csv")))))
    assert len({row["id"] for row in table}) == len(table) == len(whole["decisions"])
    assert {row["id"]: row["state"] for row in table} == {row["id"]: row["state"] for row in whole["decisions"]}
    counted = dict.fromkeys(STATES, 0)
    for row in table:
        counted[row["state"]] += 1
    assert counted == whole["counts"]
    states = {name: next(row["state"] for row in table if row["id"] == year[name]) for name in STATES if name in year}
    assert states == {name: name for name in states}
    assert len(states) == 4


def test_the_front_of_it_names_every_agency_and_year(year: dict[str, str]) -> None:
    assert address(year) in page("/numbers/")


@pytest.mark.parametrize("end", ["2021/", "99999999999999999999/", "2024.xml", "-1/", "0/"])
def test_what_is_not_there_is_not_found(year: dict[str, str], end: str) -> None:
    base = address(year).removesuffix(f"{YEAR}/")
    page(base + end, 404)
    page(f"/numbers/{uuid.uuid4()}/2024/", 404)
