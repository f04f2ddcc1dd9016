"""The pages of the list of objects of inspection ask the database seldom, however long the list is."""

from __future__ import annotations

from django.db import transaction
from django.urls import resolve

from tests.apps.registry.world import credit_code
from tests.support.draws import put_on_standing_list

from .conftest import OBJECTS, VISITS, World
from .test_budgets import EVERYBODY, QUERIES_MAX, count, signed_in


def test_the_list_of_objects_asks_seldom(world: World) -> None:
    clients, people = signed_in(world), world.people["luoyang"]
    with transaction.atomic():
        code = credit_code()
        stream = put_on_standing_list(people, "一般风险", code)[code]
        own = f"/registry/objects/{stream}/"
        begun = f"/work/cases/new/?procedure=inspection&source=inspectee:{stream}"
        places = ("/registry/objects/", "/registry/objects/?level=一般风险&q=名录库", own, f"{own}change_inspectee/",
                  "/registry/import/template/inspectees/", "/draws/new/", begun)  # fmt: skip
        short = {(who, place): count(clients[who], place) for place in places for who in EVERYBODY}
        put_on_standing_list(people, "一般风险", *(credit_code() for _ in range(60)))
        long = {(who, place): count(clients[who], place) for place in places for who in EVERYBODY}
        transaction.set_rollback(True)
    assert {key: two for key, two in long.items() if two[1] > QUERIES_MAX or two[0] >= 500} == {}
    assert {key: (short[key], two) for key, two in long.items() if two[1] > short[key][1]} == {}, "queries for each row"
    for place in places:
        assert any(long[who, place][0] == 200 for who in EVERYBODY), f"nobody could read {place}"
    assert {resolve(place.partition("?")[0]).view_name for place in places} >= OBJECTS - VISITS
