"""The lists of the desk: complete page by page for everybody, and no longer read where there is more behind them."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test.utils import CaptureQueriesContext

from sanxiang.casework import desk
from sanxiang.casework.access import reader_of, visible
from sanxiang.casework.models import LISTED, CaseRow, DutyRow

READERS = ("ly-officer", "ly-officer3", "ly-unit", "ly-review", "ly-head", "ly-check", "ly-archive", "ly-supervise")
TODAY = date(2026, 11, 2)
CROWD = 20_000
READ_MAX = 1_500
QUERIES_MAX = 11
"""One of them asks which clues and reports wait to be looked into, whoever has none."""
OF_A_CASE = 3
"""Who else speaks about a case: the numbers of its agency and the clocks of its devices, why its evidence is looked at
(today, and the last time), the clue that it came from."""
OF_WHO_INSPECTS = 1
"""The home page of a head asks which enterprise nears the cap of inspections."""


def of(login):
    return get_user_model().objects.get(username=login)


def turned(reader, **choice):
    """The whole list, two cases at a time, as somebody finds it who goes on to the end."""
    found, after = [], ""
    while True:
        chosen = desk.Choice(**choice, after=after)
        page = list(desk.chosen(reader, chosen, TODAY, 2))
        if not page:
            return found
        found += page
        after = desk.cursor(chosen, page[-1])


@pytest.mark.parametrize("login", READERS)
def test_pages_of_the_register_make_up_the_whole_of_what_one_may_see(world, login):
    reader = reader_of(of(login))
    whole = list(visible(reader).order_by("-last_at", "stream"))
    assert turned(reader) == whole
    for state in desk.STATES:
        assert turned(reader, state=state) == [row for row in whole if row.state == state]
    late = sorted(
        (row for row in whole if row.next_due and row.next_due < TODAY), key=lambda row: (row.next_due, row.stream)
    )
    assert turned(reader, overdue=True) == late
    assert turned(reader, mine=True) == [row for row in whole if reader.officer in row.handlers]


@pytest.mark.parametrize("login", READERS)
def test_pages_of_duties_make_up_the_whole(world, login):
    reader = reader_of(of(login))
    owed = DutyRow.objects.filter(LISTED, jurisdiction=reader.jurisdiction)
    if not reader.everywhere:
        owed = owed.filter(agency=reader.agency)
    if reader.posts <= {"officer", "unit_head", "archivist"}:
        owed = owed.filter(department__in=reader.departments)
    for only in ((), ("publish", "archive")):
        wanted = [row for row in owed.order_by("due_on", "id") if not only or row.duty in only]
        found, after = [], ""
        while page := desk.duties_of(reader, limit=2, after=after, only=only)[:2]:
            found += page
            after = f"{page[-1].due_on.isoformat()}_{page[-1].id}"
        assert found == wanted


@pytest.mark.parametrize("address", ["/work/duties/?after=2024-01-01_%00", "/work/cases/?q=a%00b", "/search/?q=a%00b"])
def test_an_address_with_a_nul_is_refused(world, client, address):
    client.force_login(of("ly-officer"))
    response = client.get(address)
    assert response.status_code == 400
    assert "不能识别的字符" in response.content.decode()


@pytest.mark.parametrize(
    "after", ["x", "9999-99-99_x", "2024-01-01_00000000-0000-0000-0000-00000000000g", "_", "%F0%9F%98%80_1"]
)
def test_a_strange_place_in_a_list_is_its_beginning(world, client, after):
    client.force_login(of("ly-officer"))
    for address in ("/work/cases/?", "/work/cases/?overdue=1&"):
        shown = client.get(f"{address}after={after}")
        assert shown.status_code == 200
        assert list(shown.context["rows"]) == list(client.get(address).context["rows"])


def test_the_next_term_of_a_case_is_the_earliest_duty_of_the_agency(world):
    owed = {}
    for duty in DutyRow.objects.filter(LISTED).order_by("-due_on"):
        owed[duty.stream] = duty.due_on
    assert {row.stream: row.next_due for row in CaseRow.objects.exclude(next_due=None)} == owed
    assert owed, "the world has cases with open duties"


def test_a_case_is_found_by_any_part_of_its_name_party_or_numbers(world):
    reader = reader_of(of("ly-head"))
    row = visible(reader).exclude(case_number="").exclude(decision_number="").order_by("stream").first()
    number = row.case_number.partition("〔")[2]
    assert [one.stream for one in turned(reader, query=row.case_number)] == [row.stream]
    for part in (number, number[:-2], row.decision_number, row.party[1:4], row.title[2:6], f"{row.party} {number}"):
        assert row in turned(reader, query=part), part
    assert turned(reader, query="世上没有这样的案件") == []
    assert turned(reader, query=f"{row.party}{row.title}") == [], "nothing is found across two fields"


@pytest.fixture
def crowd(world):
    """Twenty thousand cases more, rows alone: copies of those of Luoyang with their duties and what they wait for."""
    agency = CaseRow.objects.get(stream=world.cases["reviewing"]).agency
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE crowd AS SELECT stream AS model, gen_random_uuid() AS stream, n"
            " FROM case_row, generate_series(1, %s / (SELECT count(*) FROM case_row WHERE agency = %s)) n"
            " WHERE agency = %s",
            [CROWD, agency, agency],
        )
        moved = {
            "case_row": "'last_at', t.last_at - c.n * interval '6 hours'",
            "case_handler": "'id', c.stream || '/' || t.id",
            "case_text": "'text', t.text || c.n",
            "case_duty": "'id', c.stream || '/' || t.id, 'due_on', t.due_on - (c.n % 400)::integer",
            "case_wait": "'id', c.stream || '/' || t.id, 'due_on', t.due_on - (c.n % 400)::integer",
        }
        for table, changed in moved.items():
            cursor.execute(
                f"INSERT INTO {table} SELECT r.* FROM {table} t JOIN crowd c ON c.model = t.stream,"
                f" jsonb_populate_record(t, jsonb_build_object('stream', c.stream, {changed})) r"
            )
        # Somebody who handles many cases, none of them overdue, where the agency has many that are.
        seldom = str(of("ly-officer3").officer)
        cursor.execute("UPDATE case_row SET handlers = handlers || %s::text WHERE next_due IS NULL", [seldom])
    try:
        analysed(moved)
        yield
    finally:
        with connections["default"].cursor() as cursor:
            for table in moved:
                cursor.execute(f"DELETE FROM {table} WHERE stream IN (SELECT stream FROM crowd)")
            cursor.execute("DROP TABLE crowd")
        analysed(moved)


def analysed(tables):
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(tables)}")


PAGES = [
    ("ly-officer", "/work/"), ("ly-unit", "/work/"), ("ly-head", "/work/"), ("ly-check", "/work/"),
    ("ly-review", "/work/"), ("ly-supervise", "/work/"), ("ly-officer", "/work/cases/"),
    ("ly-officer", "/work/cases/?after={deep}"), ("ly-officer3", "/work/cases/"), ("ly-officer3", "/work/cases/?mine=1"),
    ("ly-review", "/work/cases/"), ("ly-supervise", "/work/cases/"), ("ly-head", "/work/cases/?category=确认"),
    ("ly-head", "/work/cases/?stage=没有这个阶段"), ("ly-head", "/work/cases/?review=adverse"),
    ("ly-head", "/work/cases/?overdue=1"), ("ly-supervise", "/work/cases/?overdue=1"),
    ("ly-officer3", "/work/cases/?overdue=1"), ("ly-officer", "/work/cases/?q=世上没有这样的案件"),
    ("ly-officer", "/work/duties/"), ("ly-officer3", "/work/duties/"), ("ly-supervise", "/work/duties/"),
    ("ly-head", "/work/duties/?duty=publish"), ("ly-officer", "/work/cases/{case}/"),
]  # fmt: skip


def rows_read(plan):
    """The rows that the scans of a plan went through, those thrown away included."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    parts = plan.get("Plans", ())
    scanned = own * plan["Actual Loops"] if plan["Node Type"].endswith("Scan") else 0
    return scanned + sum(map(rows_read, parts))


def test_no_list_reads_more_the_more_cases_there_are(crowd, world, client):
    deep = CaseRow.objects.order_by("-last_at")[CROWD // 2]
    marks = {"deep": quote(f"{deep.last_at.isoformat()}_{deep.stream}"), "case": world.cases["reviewing"]}
    over = {}
    client.force_login(of(PAGES[0][0]))
    client.get(PAGES[0][1])  # what a process asks once
    for login, address in PAGES:
        client.force_login(of(login))
        with CaptureQueriesContext(connections["default"]) as asked:
            assert client.get(address.format(**marks), follow=True).status_code == 200, address
        most = QUERIES_MAX + 4 * (login == "ly-supervise") + OF_A_CASE * ("{case}" in address)
        most += OF_WHO_INSPECTS * ((login, address) == ("ly-head", "/work/"))
        assert len(asked) <= most, (login, address, len(asked))
        for query in asked.captured_queries:
            if not query["sql"].startswith(("SELECT", "(SELECT")):
                continue
            with connections["default"].cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
                (told,) = cursor.fetchone()
            plans = json.loads(told) if isinstance(told, str) else told
            if (many := rows_read(plans[0]["Plan"])) > READ_MAX:
                over[login, address] = (many, json.dumps(plans)[:3000])
    assert over == {}
