"""What stands out among inspections: near or beyond the cap, several agencies within few days, no scan at the door,
another day than approved, an item that is not published; for unit heads, heads and the supervision, each his extent."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from sanxiang.casework.access import NOBODY, reader_for
from sanxiang.casework.projections import library
from sanxiang.core.events.inspectee import InspecteeListed
from sanxiang.core.rulebook import RuleSet
from sanxiang.one_platform.registry import watch_views, watching
from sanxiang.one_platform.registry.models import InspectionRow
from tests.apps.desk.test_inspecting import begun, capped
from tests.apps.registry.world import credit_code, enter
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.django_db, pytest.mark.clauses("LY-17")]
YEAR = date.today().year
LAST = date(YEAR, 12, 31)
PLACE = "/registry/inspections/"


def rules(cap: int = 0) -> RuleSet:
    return capped(library(), cap).on("luoyang", LAST)


def made(agency: str | UUID, code: str = "", **changes: Any) -> InspectionRow:
    """A line of an inspection of an enterprise that nobody else has."""
    row = {
        "stream": uuid4(), "jurisdiction": "luoyang", "agency": agency, "department": "enforcement",
        "code": code or uuid4().hex, "registered_on": date(YEAR, 3, 2), "counts": True,
        "meant_on": date(YEAR, 3, 5), "visited_on": date(YEAR, 3, 5), "scanned": True, "not_scanned": "",
        "published": True,
    }  # fmt: skip
    return InspectionRow.objects.create(**{**row, **changes})


def text_of(theatre: Theatre, role: str, agency: str = "luoyang") -> str:
    client = Client()
    client.force_login(theatre.account(role, agency))
    answer = client.get(PLACE)
    assert answer.status_code == 200, role
    return html.unescape(answer.content.decode())


def test_the_line_of_an_inspection_follows_from_its_acts(theatre: Theatre) -> None:
    code = credit_code()
    told = begun(theatre, code, f"{YEAR}-03-02", before="inspect")
    row = InspectionRow.objects.get(stream=told.stream)
    assert (row.counts, row.visited_on, row.published, row.department) == (True, None, True, "enforcement")
    theatre.step(told)
    row = InspectionRow.objects.get(stream=told.stream)
    assert row.visited_on == told.at.date()
    assert row.meant_on is not None
    assert row.code == code
    waiting = begun(theatre, code, f"{YEAR}-04-02")
    assert not InspectionRow.objects.get(stream=waiting.stream).counts, "it is not approved yet"
    facts = {"register_source": {"inspection_source": "上级部署", "inspection_kind": "专项检查"}}
    special = begun(theatre, code, f"{YEAR}-05-06", before="notify_inspection", facts=facts)
    assert not InspectionRow.objects.get(stream=special.stream).counts, "a superior ordered it"
    penalty = theatre.played("ordinary", start=f"{YEAR}-03-02", before="request_filing")
    assert not InspectionRow.objects.filter(stream=penalty.stream).exists()


def test_near_at_and_beyond_the_cap_of_the_year(theatre: Theatre) -> None:
    agency, code = theatre.people["luoyang"][""], credit_code()
    first = made(agency, code)
    made(agency, code, counts=False)
    made(agency, code, registered_on=date(YEAR - 1, 3, 2))
    made(agency, code, registered_on=date(YEAR, 9, 1), department="elsewhere")
    only = InspectionRow.objects.filter(stream=first.stream)

    def seen(cap: int) -> list[tuple[int, int, bool, bool]]:
        return [(one.count, one.cap, one.reached, one.over) for one in watching.often(rules(cap), only, LAST)]

    assert seen(4) == []
    assert seen(3) == [(2, 3, False, False)]
    assert seen(2) == [(2, 2, True, False)], "whichever department was there"
    assert seen(1) == [(2, 1, False, True)]
    facts = {"party_kind": "法人及非法人组织", "party_name": "预警演示公司", "party_credit_code": code,
             "inspectee_level": "一般风险"}  # fmt: skip
    enter("inspectee", InspecteeListed(agency=agency, facts=facts), agency=agency)
    classed = capped(library(), ("一般风险：3", "其他：1")).on("luoyang", LAST)
    (one,) = watching.often(classed, only, LAST)
    assert (one.cap, one.level, one.reached) == (3, "一般风险", False), "the cap of the class that it has today"
    assert seen(0) == [], "no cap is published: nothing is compared"
    assert watching.often(rules(1), only, date(YEAR + 1, 1, 5)) == []


@pytest.mark.parametrize(("days", "there"), [(0, True), (7, True), (8, False), (-7, True), (-8, False)])
def test_several_agencies_within_the_days_of_the_place(theatre: Theatre, days: int, there: bool) -> None:
    agency, code = theatre.people["luoyang"][""], uuid4().hex
    mine, own = made(agency, code), made(agency, code, visited_on=date(YEAR, 3, 6))
    other = made(uuid4(), code, visited_on=date(YEAR, 3, 5) + timedelta(days=days))
    only = InspectionRow.objects.filter(stream=mine.stream)
    pairs = [(row.stream, two.stream, apart) for row, two, apart in watching.together(rules(), only, LAST)]
    assert pairs == ([(mine.stream, other.stream, abs(days))] if there else []), "not with itself, not its own agency"
    own.delete()
    both = InspectionRow.objects.filter(code=code, jurisdiction="luoyang")
    assert len(watching.together(rules(), both, LAST)) == int(there), "each pair once"
    made(uuid4(), code, jurisdiction="dongxihu")
    assert len(watching.together(rules(), both, LAST)) == int(there), "another place has its own supervision"
    none = replace(rules().jurisdiction, settings={**rules().jurisdiction.settings, "inspection_joint_days": 0})
    assert watching.together(replace(rules(), jurisdiction=none), both, LAST) == []


def test_no_scan_another_day_and_no_published_item(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    agency = UUID(theatre.people["luoyang"][""])
    fine, bare = made(agency), made(agency, scanned=False)
    moved, unlisted = made(agency, meant_on=date(YEAR, 3, 6)), made(agency, published=False)
    never = made(agency, visited_on=None, scanned=False, published=False)
    rows = InspectionRow.objects.filter(stream__in=[one.stream for one in (fine, bare, moved, unlisted, never)])
    assert watching.another_day(rows, LAST) == [moved]
    assert watching.unpublished(rows, LAST) == [unlisted], "nobody has been there yet"
    assert watching.another_day(rows, date(YEAR + 1, 1, 5)) == []
    assert watching.unscanned(rows, LAST) == [], "this agency does not want the scan"
    bodies = watching._agencies([agency])
    bodies[agency].facts  # noqa: B018  the register is there
    wanting = {agency: replace(bodies[agency], facts={**bodies[agency].facts, "agency_door_scan": True})}
    monkeypatch.setattr(watching, "_agencies", lambda streams: {one: wanting[one] for one in streams})
    assert watching.unscanned(rows, LAST) == [bare]


def test_each_sees_his_extent(theatre: Theatre) -> None:
    people = theatre.people["luoyang"]
    here, part = made(people[""]), made(people[""], department="elsewhere")
    beside, away = made(uuid4()), made(uuid4(), jurisdiction="dongxihu")
    rows = {one.stream: name for one, name in ((here, "here"), (part, "part"), (beside, "beside"), (away, "away"))}

    def sees(role: str) -> set[str]:
        found = watching.visible(reader_for(people[role]))
        assert found is not None, role
        return {rows[one] for one in found.filter(stream__in=rows).values_list("stream", flat=True)}

    assert sees("unit") == {"here"}
    assert sees("head") == {"here", "part"}
    assert sees("supervisor") == {"here", "part", "beside"}
    assert watching.visible(NOBODY) is None
    for role in ("zhang", "reviewer", "archivist"):
        client = Client()
        client.force_login(theatre.account(role))
        assert client.get(PLACE).status_code == 404, role
        assert PLACE not in client.get("/work/").content.decode(), role
    assert Client().get(PLACE).status_code == 302


def test_the_page_tells_each_with_its_inspection(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    code, name = credit_code(), "预警演示公司"
    case = {"fill": {"party_name": name, "party_credit_code": code}}
    told = theatre.played("inspection", start=f"{YEAR}-03-02", before="decide", **case)
    row = InspectionRow.objects.get(stream=told.stream)
    assert row.visited_on is not None
    other = made(uuid4(), row.code, visited_on=row.visited_on)
    InspectionRow.objects.filter(stream=told.stream).update(
        meant_on=row.visited_on + timedelta(days=1), published=False
    )
    monkeypatch.setattr(watch_views, "library", lambda: capped(library(), 1))
    monkeypatch.setattr(watching, "MOST", 10_000)  # other tests have made inspections too
    for role in ("unit", "head", "supervisor"):
        page = text_of(theatre, role)
        for kind in ("已到上限", "本年度已检查 1 次，公布的上限 1 次", "同一天", "提前", "没有公布"):
            assert kind in page, (role, kind)
        assert f"/work/cases/{told.stream}/" in page, role
        assert str(other.stream) not in page, "a case that one may not open has no link"
        client = Client()
        client.force_login(theatre.account(role))
        assert PLACE in client.get("/work/").content.decode()
