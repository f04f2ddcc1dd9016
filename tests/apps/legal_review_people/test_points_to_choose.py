"""Where a row is about a point of the review, the page offers the points of the regulation: what is counted by point is
never split by how somebody spelled it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.apps.legal_review_people.people import page_of
from tests.law.playing import POINTS


@pytest.mark.clauses("LY-36", "WD-22")
def test_an_objection_chooses_its_points(theatre: Any) -> None:
    told = theatre.played("disputed", before="dispute_review", start="2026-03-02")
    shown = page_of(theatre, told, "unit", "dispute_review")
    select = shown.split('name="review_disputed_points.0.point"')[1].split("</select>")[0]
    assert [part.split("<")[0] for part in select.split("<option>")[1:]] == list(POINTS["luoyang"])


@pytest.mark.clauses("LY-36")
def test_a_second_reading_chooses_its_points(theatre: Any) -> None:
    told = theatre.played("ordinary", before="give_notice", start="2026-03-02")
    shown = page_of(theatre, told, "reviewer2", "check_review")
    select = shown.split('name="check_faults.0.point"')[1].split("</select>")[0]
    assert [part.split("<")[0] for part in select.split("<option>")[1:]] == list(POINTS["luoyang"])
