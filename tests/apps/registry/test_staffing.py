"""Who reviews for how many that enforce: live, rounded to whole persons, by person and not by post."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import registry
from sanxiang.core.values import legal_day
from sanxiang.one_platform.registry.models import AgencyRow
from sanxiang.one_platform.registry.staffing import Least, Staffing, least_of, reviewers, staffing, staffing_of, trend
from tests.apps.registry.world import INSTALLER, Body, account, body, certified, iso, now

pytestmark = [pytest.mark.django_db, pytest.mark.journeys("review.staff")]


@pytest.mark.clauses("LY-31", "UR-16", "CN-18")
@pytest.mark.parametrize(
    ("officers", "reviewing", "needed", "short", "percent"),
    [
        (41, 2, 3, 1, "4.87%"),  # 2.05 persons are three
        (40, 2, 2, 0, "5.00%"),
        (40, 1, 2, 1, "2.50%"),
        (20, 1, 1, 0, "5.00%"),
        (21, 1, 2, 1, "4.76%"),
        (1, 0, 1, 1, "0.00%"),
        (0, 0, 0, 0, "没有执法人员"),
        (0, 1, 0, 0, "没有执法人员"),
        (2001, 100, 101, 1, "4.99%"),
    ],
)
def test_the_shortfall_is_in_whole_persons(
    officers: int, reviewing: int, needed: int, short: int, percent: str
) -> None:
    found = Staffing("a", "演示局", reviewing, officers, Least(5, ()))
    assert (found.needed, found.short, found.percent) == (needed, short, percent)


@pytest.mark.parametrize(
    ("place", "clause"),
    [
        pytest.param("luoyang", "三(三)1", marks=pytest.mark.clauses("LY-31")),
        pytest.param("urumqi", "二(三)1", marks=pytest.mark.clauses("UR-16")),
        pytest.param("changning", "18", marks=pytest.mark.clauses("CN-18")),
        ("wuding", "四（一）"),
        ("dongxihu", "四（一）"),
    ],
)
def test_the_least_share_is_that_of_the_regulation_in_force(place: str, clause: str) -> None:
    least = least_of(library().on(place, legal_day(now())))
    assert least.percent == 5
    assert least.laws[-1].endswith(clause)


def staffed(officers: int, *, jurisdiction: str = "luoyang") -> Body:
    """An agency with so many who hold a handling post and no certificate."""
    made = body(jurisdiction)
    for number in range(officers):
        made.add(f"执法{number}", "officer", "e1")
    return made


def counted(made: Body) -> tuple[int, int, int]:
    found = staffing_of(made.id, legal_day(now()))
    assert found is not None
    return found.reviewers, found.officers, found.short


def fit() -> tuple[Any, ...]:
    """What Luoyang asks of a new reviewer; his certificate makes him one of those who enforce as well."""
    trained = registry.TrainingCompleted(training="法制审核实务", hours=16)
    return registry.ExamPassed(exam="judicial"), trained, *certified()


@pytest.mark.clauses("LY-31")
def test_forty_one_officers_need_three(db: None) -> None:
    made = staffed(39)
    assert counted(made) == (0, 39, 2)
    for number in (1, 2):
        made.add(f"审核{number}", "reviewer", "legal", *fit())
    assert counted(made) == (2, 41, 1)
    made.add("审核3", "reviewer", "legal", *fit())
    assert counted(made) == (3, 42, 0)


UNFIT = [
    ("别处", "luoyang", "e1", fit, 0, "由法制审核机构的人员办理"),
    ("无证书", "luoyang", "legal", lambda: fit()[1:], 0, "应当通过国家统一法律职业资格考试"),
    ("无培训", "luoyang", "legal", lambda: (fit()[0], *fit()[2:]), 0, "应当经过培训"),
    ("无执法证", "luoyang", "legal", lambda: fit()[:2], 0, "应当取得行政执法资格"),
    ("证过期", "luoyang", "legal", lambda: (*fit()[:2], *certified(until=-1)), 0, "应当取得行政执法资格"),
    ("都有", "luoyang", "legal", fit, 1, ""),
    ("别处", "changning", "e1", tuple, 0, "由法制审核机构的人员办理"),
    ("在岗", "changning", "legal", tuple, 1, ""),
    ("别处", "urumqi", "e1", tuple, 0, "由法制审核机构的人员办理"),
    ("在岗", "urumqi", "legal", tuple, 1, ""),
    ("在岗", "wuding", "legal", tuple, 1, ""),
    ("在岗", "dongxihu", "legal", tuple, 1, ""),
]


@pytest.mark.clauses("LY-31", "LY-32", "UR-16", "CN-18")
@pytest.mark.parametrize(("name", "place", "department", "events", "reviewing", "why"), UNFIT)
def test_only_who_may_be_given_a_review_counts(
    db: None, name: str, place: str, department: str, events: Any, reviewing: int, why: str
) -> None:
    made = staffed(2, jurisdiction=place)
    made.add(name, "reviewer", department, *events())
    found = staffing_of(made.id, legal_day(now()))
    assert found is not None
    assert (found.reviewers, found.uncounted, found.short) == (reviewing, 1 - reviewing, 1 - reviewing)
    (one,) = people_of(made)
    assert bool(one.lacks) is not bool(reviewing)
    assert why in "；".join(one.lacks)
    page = client(made.people["登记员"]).get("/registry/reviewers/", follow=True).content.decode()
    assert (f"{name}</a>" in page, "不计入</span>" in page) == (True, not reviewing)
    assert why in page


@pytest.mark.clauses("LY-31", "LY-32")
def test_who_reviewed_before_the_plan_counts_and_a_new_one_from_the_day_he_is_qualified(db: None) -> None:
    made = staffed(2)
    made.add("老审核", "publisher")
    appointed = registry.PostAppointed(post="reviewer", department="legal")
    moved(made, "老审核", appointed, (legal_day(now()) - date(2019, 6, 26)).days)
    made.add("新审核", "publisher", "legal", *fit()[1:])
    moved(made, "新审核", appointed, 100)
    moved(made, "新审核", registry.ExamPassed(exam="judicial"), 40)
    months = trend(AgencyRow.objects.get(stream=made.id), legal_day(now()))
    day = legal_day(now()) - timedelta(days=40)
    assert [month.staffing.reviewers for month in months] == [1 + int(month.day >= day) for month in months]


def people_of(made: Body) -> list[Any]:
    return reviewers(AgencyRow.objects.get(stream=made.id), legal_day(now()))


def test_persons_count_once_advisers_not_at_all(db: None) -> None:
    made = staffed(1, jurisdiction="changning")
    twice = registry.PostAppointed(post="reviewer", department="legal")
    made.add("两岗", "legal_head", "legal", twice, registry.PostAppointed(post="reviewer", department="e1"))
    made.add("顾问", "adviser")
    made.add("两证", "officer", "e1", *certified(), *certified()[1:])
    made.add("持证审核", "reviewer", "legal", *certified())
    made.add("过期", "publisher", "legal", *certified(until=-1))
    assert counted(made) == (2, 3, 0)


def moved(made: Body, name: str, event: Any, days_ago: int) -> None:
    entry = Entry(event=event, occurred_at=now() - timedelta(days=days_ago))
    command = RegisterCommand(
        kind="officer", entries=(entry,), agency=made.id, stream=made.people[name], installer=INSTALLER
    )
    assert register(connections["default"], library(), command, at=now()).done


def test_appointment_and_end_move_the_months(db: None) -> None:
    made = staffed(20, jurisdiction="changning")
    made.add("周审核", "reviewer")
    moved(made, "周审核", registry.PostEnded(post="reviewer", department="legal"), 70)
    made.add("吴审核", "publisher")
    moved(made, "吴审核", registry.PostAppointed(post="reviewer", department="legal"), 35)
    months = trend(AgencyRow.objects.get(stream=made.id), legal_day(now()))
    assert len(months) == 12
    today = legal_day(now())
    for month in months:
        first, second = month.day < today - timedelta(days=70), month.day >= today - timedelta(days=35)
        assert month.staffing.reviewers == int(first) + int(second)
        assert month.staffing.short == (0 if first or second else 1)
    assert [name for month in months for name in month.ended] == ["周审核"]
    assert [name for month in months for name in month.appointed] == ["吴审核"]
    assert counted(made) == (1, 20, 0)


@pytest.mark.clauses("WD-19", "CN-18")
def test_the_people_with_qualification_certificate_and_hours(db: None) -> None:
    made = staffed(1)
    trained = registry.TrainingCompleted(training="法制审核实务", hours=16)
    made.add("全有", "reviewer", "legal", registry.ExamPassed(exam="judicial"), *certified("豫C-777"))
    made.add("初次", "publisher")
    moved(made, "初次", registry.PostAppointed(post="reviewer", department="legal", first_time=True), 10)
    moved(made, "全有", trained, 1)
    moved(made, "全有", registry.TrainingCompleted(training="旧课", hours=40), 400)
    this_year = 16 if (now() - timedelta(days=1)).year == now().year else 0
    found = {one.name: one for one in people_of(made)}
    assert set(found) == {"全有", "初次"}
    whole, fresh = found["全有"], found["初次"]
    assert (whole.judicial_on is not None, whole.certificate, whole.first_time, whole.hours) == (
        True, "豫C-777", False, this_year,
    )  # fmt: skip
    assert (fresh.judicial_on, fresh.certificate, fresh.first_time, fresh.hours) == (None, "", True, 0)
    assert fresh.since.isoformat() == iso(-10)


def client(officer: str) -> Client:
    made = Client()
    made.force_login(account(officer))
    return made


@pytest.mark.clauses("LY-31", "UR-16", "CN-18", "WD-19")
def test_the_page_of_one_agency(db: None) -> None:
    made = staffed(40, jurisdiction="luoyang")
    made.add("唯一审核", "reviewer", "legal", *fit())
    made.add("无证审核", "reviewer")
    page = client(made.people["登记员"]).get("/registry/reviewers/", follow=True)
    text = page.content.decode()
    assert "1 名审核人员 ÷ 41 名执法人员 = 2.43%" in text
    assert "缺 2 人" in text
    assert "唯一审核" in text
    assert "没有法律职业资格" in text
    assert "三(三)1" in text
    lines = client(made.people["登记员"]).get(f"/registry/reviewers/{made.id}/", {"format": "csv"})
    rows = list(csv.reader(io.StringIO(lines.getvalue().decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["姓名", "唯一审核", "无证审核"]
    assert [row[-1] == "" for row in rows[1:]] == [True, False]


def test_the_table_of_all_agencies_is_worst_first_and_bounded(db: None) -> None:
    lead = body(leads=True)
    lead.add("督察", "supervisor", "lead")
    bad, fair = staffed(41), staffed(21)
    fair.add("审核", "reviewer")
    watcher = client(lead.people["督察"])
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = watcher.get("/registry/reviewers/")
    order = [one.name for one in page.context["lines"]]
    assert order.index(bad.name) < order.index(fair.name)
    assert [one.short for one in page.context["lines"]] == sorted(
        (one.short for one in page.context["lines"]), reverse=True
    )
    staffed(3)
    with CaptureQueriesContext(connection) as more:
        watcher.get("/registry/reviewers/")
    assert len(more) <= len(few) <= 20
    lines = watcher.get("/registry/reviewers/", {"format": "csv"})
    rows = list(csv.reader(io.StringIO(lines.getvalue().decode("utf-8-sig"))))
    told = {row[0]: row[1:7] for row in rows}
    assert told[bad.name] == ["0", "41", "0.00%", "5", "3", "3"]


def test_another_agency_and_an_ended_one(db: None) -> None:
    mine, other = staffed(1), staffed(1)
    assert client(mine.people["登记员"]).get(f"/registry/reviewers/{other.id}/").status_code == 404
    assert client(mine.people["登记员"]).get("/registry/reviewers/", {"from": "x"}, follow=True).status_code == 200
    row = AgencyRow.objects.get(stream=other.id)
    row.ended_on = legal_day(now())
    assert staffing([row], legal_day(now())) == []
