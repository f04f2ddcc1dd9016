"""A case on one sheet: what it says, what it leaves off, and who gets it."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from sanxiang.casework.models import CaseRow
from sanxiang.casework.views.onepage import FIRST, LAST, cut, middle_left_out

from .conftest import PERSON, World


def client_of(login: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(username=login))
    return client


@pytest.mark.journeys("casework.one_page")
def test_the_sheet_tells_the_case_and_no_number_of_a_person(world: World) -> None:
    row = CaseRow.objects.get(pk=world.cases["person"])
    client = client_of("ly-officer")
    assert f"/work/cases/{row.stream}/sheet/" in client.get(f"/work/cases/{row.stream}/").content.decode()
    page = client.get(f"/work/cases/{row.stream}/sheet/").content.decode()
    for text in (row.title, row.case_number, row.decision_number, PERSON["party_name"], "办理经过", "内部资料"):
        assert text in page, text
    assert PERSON["party_id_number"] not in page
    assert PERSON["party_phone"] not in page


def test_who_may_not_see_the_case_gets_no_sheet(world: World) -> None:
    place = f"/work/cases/{world.cases['person']}/sheet/"
    assert client_of("wd-head").get(place).status_code == 404
    assert Client().get(place).status_code == 302
    supervised = client_of("ly-supervise").get(place)
    assert supervised.status_code in (200, 302), "the purpose first"


def test_what_does_not_fit_is_left_out_in_the_middle_and_counted() -> None:
    many = list(range(100))
    shown = middle_left_out(many)
    assert shown == [*many[:FIRST], None, *many[-LAST:]]
    assert middle_left_out(many[:5]) == many[:5]
    assert cut("甲" * 10, 10) == "甲" * 10
    assert cut("甲" * 11, 10) == f"{'甲' * 10}…"
