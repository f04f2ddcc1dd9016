"""A refusal is counted among the numbers like any decision: late while it is not public, then public."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from sanxiang.three_systems.disclosure.counting import standing
from sanxiang.three_systems.disclosure.models import PublishedNumber
from tests.support.theatre import Theatre

TODAY = date(2026, 11, 2)


@pytest.mark.clauses("LY-12")
def test_a_refused_licence_is_late_until_it_is_public(theatre: Theatre) -> None:
    told = theatre.played("licence_refused", before="prepare_publication", start="2024-09-02")
    row = PublishedNumber.objects.get(pk=told.stream)
    assert "不许决" in row.number
    assert row.due_on is not None, "the duty runs"
    assert (row.due_on - row.decided_on).days >= 7
    assert standing(row, row.due_on) == "due"
    assert standing(row, TODAY) == "overdue"
    place = f"/numbers/{row.agency}/{row.year}/"
    assert row.number in Client().get(f"{place}?state=overdue").content.decode()
    assert Client().get(f"/d/{told.stream}/").status_code == 404
    theatre.go_on(told, "close_refused")
    row.refresh_from_db()
    assert standing(row, TODAY) == "published"
    assert row.number in Client().get(f"{place}?state=published").content.decode()
    assert "不予许可" in Client().get(f"/d/{told.stream}/").content.decode()
