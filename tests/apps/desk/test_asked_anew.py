"""A new case in under a minute: of what a clue, a report, an inspection or a transfer already tells nothing is asked
again. What the form still leaves open is told for each of the four ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.models import CaseRow
from sanxiang.core.values import legal_day
from sanxiang.counter.models import ClueRow
from tests.apps.counter.test_clues import stated
from tests.apps.counter.test_reports import sent
from tests.apps.counter.test_transfers import WUDING, arrived, transferred
from tests.support.theatre import Theatre

NEW = "/work/cases/new/?procedure=penalty.ordinary"


def client_of(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def left_open(form: Any) -> tuple[set[str], set[str]]:
    """The facts in whose fields nothing stands, as far as what stands has them asked: needed ones, others."""
    fields = [one for group in form.context["groups"] for one in group.fields]
    stands = {one.fact.id: str(one.value or "") for one in fields}

    def asked(one: Any) -> bool:
        name, values = one.shown_with
        return not name or stands.get(name, "") in values.split("|")

    empty = [one for one in fields if one.value in (None, "", [], ()) and asked(one)]
    needed = {one.fact.id for one in empty if one.required}
    return needed, {one.fact.id for one in empty} - needed


def of_inspection(theatre: Theatre) -> Any:
    told = theatre.played("inspection_to_case", before="serve_decision", start="2026-08-03")
    return client_of(theatre, "zhang").get(f"{NEW}&from={told.stream}")


def of_clue(theatre: Theatre) -> Any:
    zhang = client_of(theatre, "zhang")
    place = zhang.post("/counter/clues/new/", stated())["Location"]
    return zhang.get(f"{NEW}&source={place.strip('/').rsplit('/', 1)[-1]}")


def of_report(theatre: Theatre) -> Any:
    clue = ClueRow.objects.get(sent_number=sent(theatre))
    given = {"do": "assign", "department": "enforcement"}
    assert client_of(theatre, "unit").post(f"/counter/clues/{clue.stream}/", given).status_code == 302
    return client_of(theatre, "zhang").get(f"{NEW}&source={clue.stream}")


def of_transfer(theatre: Theatre) -> Any:
    told, _ = transferred(theatre, WUDING)
    clue = arrived(theatre, told.stream)
    given = {"do": "assign", "department": "inspection"}
    assert client_of(theatre, "unit", "wuding").post(f"/counter/clues/{clue}/", given).status_code == 302
    return client_of(theatre, "officer", "wuding").get(f"{NEW}&source={clue}")


@pytest.mark.parametrize(
    ("way", "asked"),
    [
        (of_inspection, set()),
        (of_transfer, set()),
        # the clue was registered with all that its form asks: only what no letter tells is open, and none of it needed
        (of_clue, {"legal_representative", "party_phone"}),
        # the public form does not ask whether a shop is a company: its kind, and with it its code, is found out
        (of_report, {"party_kind", "party_phone"}),
    ],
)
def test_nothing_that_is_known_is_asked_anew(theatre: Theatre, way: Callable[[Theatre], Any], asked: set[str]) -> None:
    theatre.everywhere()
    form = way(theatre)
    assert form.status_code == 200
    assert left_open(form) == (set(), asked)
    names = [one.fact.id for group in form.context["groups"] for one in group.fields]
    assert len(names) == len(set(names)), "no field stands twice"


def test_a_case_is_found_on_the_day_of_the_visit_and_what_was_seen_is_suspected(theatre: Theatre) -> None:
    """Not on the day on which the party was told: from the day of finding the time for a penalty runs no further."""
    told = theatre.played("inspection_to_case", before="serve_decision", start="2026-08-03")
    seen = next(one for one in theatre.events(told) if one.event.act == "inspect")
    zhang = client_of(theatre, "zhang")
    form = zhang.get(f"{NEW}&from={told.stream}")
    stands = {one.fact.id: one.value for group in form.context["groups"] for one in group.fields}
    assert stands["source_on"] == legal_day(seen.occurred_at).isoformat()
    data = {name: value for name, value in stands.items() if value}
    data |= {
        "procedure": "penalty.ordinary",
        "once": f"form:{told.stream}",
        "source_on": legal_day(timezone.now()).isoformat(),
    }
    opened = zhang.post("/work/cases/new/", {**data, "files-begin": "1", "files-end": "1"})
    assert opened.status_code == 302, opened.content.decode()[:3000]
    case = CaseRow.objects.get(pk=opened["Location"].strip("/").rsplit("/", 1)[-1])
    form = zhang.get(f"/work/cases/{case.stream}/do/request_filing/")
    stands = {one.fact.id: one.value for group in form.context["groups"] for one in group.fields}
    assert stands["suspected_violation"] == data["source_summary"]
