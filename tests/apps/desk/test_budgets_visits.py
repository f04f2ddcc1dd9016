"""The pages of visits that are no inspections, and of what stands out among inspections, ask the database seldom,
however many there were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connections, transaction
from django.urls import resolve
from django.utils import timezone

from sanxiang.casework.access import reader_for
from sanxiang.counter import door, visits
from sanxiang.one_platform.registry.models import InspectionRow
from tests.apps.registry.world import credit_code

from .conftest import VISITS, World
from .test_budgets import EVERYBODY, QUERIES_MAX, count, signed_in


def visited(people: Any, code: str) -> None:
    zhang = people["zhang"]
    facts = {
        "visit_enterprise": "来访演示公司",
        "visit_purpose": "调研",
        "visit_matter": "听取意见。",
        "visit_checks": "不检查",
    }
    wanted = visits.Wanted(code, "enforcement", (zhang, people["li"]), facts)
    done = visits.enter(connections["default"], reader_for(zhang), wanted, at=timezone.now())
    assert done.done, [reason.text for reason in done.verdict.reasons]


def watched(agency: str, many: int) -> None:
    """Inspections of every kind that stands out, each of an enterprise that another agency was with too."""
    day = timezone.localdate()
    for code in (uuid4().hex for _ in range(many)):
        for body in (agency, uuid4()):
            InspectionRow.objects.create(
                stream=uuid4(), jurisdiction="luoyang", agency=body, department="enforcement", code=code,
                registered_on=day, counts=True, meant_on=day - timedelta(days=1), visited_on=day, scanned=False,
                published=False,
            )  # fmt: skip


def test_the_pages_of_visits_ask_seldom(world: World) -> None:
    clients, people = signed_in(world), world.people["luoyang"]
    with transaction.atomic():
        code = credit_code()
        visited(people, code)
        watched(people[""], 1)
        places = ("/counter/visits/", f"/counter/visits/?q={code}&purpose=调研", f"/counter/visit/{door.code_of(code)}/",
                  "/registry/inspections/")  # fmt: skip
        short = {(who, place): count(clients[who], place) for place in places for who in EVERYBODY}
        for _ in range(30):
            visited(people, credit_code())
        watched(people[""], 20)
        long = {(who, place): count(clients[who], place) for place in places for who in EVERYBODY}
        transaction.set_rollback(True)
    assert {key: two for key, two in long.items() if two[1] > QUERIES_MAX or two[0] >= 500} == {}
    assert {key: (short[key], two) for key, two in long.items() if two[1] > short[key][1]} == {}, "queries for each row"
    for place in places:
        assert any(long[who, place][0] == 200 for who in EVERYBODY), f"nobody could read {place}"
    assert {resolve(place.partition("?")[0]).view_name for place in places} == VISITS
