"""What became of a licence (变更、延续、撤回、撤销、注销) stands on its public page for as long as the decision that says so is
public, and that decision leads back to the licence."""

from __future__ import annotations

import json
from typing import Any

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanxiang.core.casefile import fold
from sanxiang.three_systems.disclosure.models import Published
from tests.support.theatre import Theatre

COMPANY = {"party_name": "洛阳演示续办食品有限公司", "licence_number": "JY演示9101"}


def number_of(theatre: Theatre, told: Any) -> str:
    return fold(list(theatre.events(told))).decision_number


def page(told: Any) -> str:
    return Client().get(f"/d/{told.stream}/").content.decode()


def granted(theatre: Theatre) -> tuple[Any, str]:
    told = theatre.played("licence", before="close_case", start="2026-08-03", fill=COMPANY)
    return told, number_of(theatre, told)


def test_a_revoked_licence_is_shown_as_such_while_the_revocation_is_public(theatre: Theatre) -> None:
    licence, number = granted(theatre)
    assert "不再有效" not in page(licence)
    later = theatre.played("licence_revoked", before="publish", start="2026-09-07",
                           fill={**COMPANY, "licence_decision": number})  # fmt: skip
    assert "不再有效" not in page(licence), "nobody learns it before it is published"
    theatre.go_on(later, "close_ended")
    with CaptureQueriesContext(connections["portal"]) as asked:
        shown = page(licence)
    assert "被撤销，不再有效" in shown
    assert f'href="/d/{later.stream}/"' in shown
    assert len(asked) <= 4
    assert f'href="/d/{licence.stream}/"' in page(later), "and back"
    data = json.loads(Client().get(f"/d/{licence.stream}.json").content)
    assert [(one["became"], one["decision"]) for one in data["later"]] == [("撤销", str(later.stream))]
    row = Published.objects.get(pk=later.stream)
    row.withdrawn_on = row.published_on
    row.save()
    assert "不再有效" not in page(licence), "taken down with what said it"


def test_a_renewed_licence_says_so_and_a_refusal_changes_nothing(theatre: Theatre) -> None:
    licence, number = granted(theatre)
    renewed = theatre.played("licence_renewed", before="close_case", start="2026-09-07",
                             fill={**COMPANY, "licence_decision": number})  # fmt: skip
    shown = page(licence)
    assert "延续：" in shown
    assert "不再有效" not in shown
    row = Published.objects.get(pk=renewed.stream)
    assert (row.earlier, row.became) == (number, "延续")
    assert Published.objects.get(pk=licence.stream).earlier == ""


def test_another_agency_ends_no_licence_by_its_number(theatre: Theatre) -> None:
    licence, number = granted(theatre)
    later = theatre.played("licence_revoked", before="close_ended", start="2026-09-07",
                           fill={**COMPANY, "licence_decision": number})  # fmt: skip
    Published.objects.filter(pk=later.stream).update(agency="00000000-0000-0000-0000-000000000001")
    assert "不再有效" not in page(licence)
