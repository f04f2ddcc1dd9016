"""How natural persons stand on the public page: by the setting of the agency; minors, witnesses and informants never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.config import demo
from sanxiang.core.events import registry
from sanxiang.core.gates.masking import HIDDEN
from sanxiang.core.values import CHINA, problems_of_identity_number
from tests.support.theatre import Theatre

NAME, STREET, HELPER = "司徒实例", "演示胡同78号", "仲孙示例"
PERSON = {
    "party_kind": "自然人", "party_name": NAME, "party_credit_code": None, "legal_representative": None,
    "party_id_number": "11010519491231002X", "party_phone": "13900006666", "party_address": f"洛阳市西工区{STREET}",
    "asked_person": HELPER,
}  # fmt: skip
TOLD = {"conclude_investigation": {"violation_facts": f"经查，{NAME}（住{STREET}）经营过期面包，{HELPER}在场，属实。"}}


def says(theatre: Theatre, form: str) -> None:
    """The agency states how natural persons are shown."""
    at = datetime(2026, 2, 2, 9, tzinfo=CHINA)
    entry = Entry(event=registry.AgencyChanged(facts={"agency_person_names": form}), occurred_at=at)
    agency = theatre.people["luoyang"][""]
    command = RegisterCommand(kind="agency", stream=agency, agency=agency, entries=(entry,), installer=demo.INSTALLER)
    done = register(theatre.connection, theatre.book, command, at=demo.now())
    assert done.done, done.verdict


@pytest.fixture
def setting(theatre: Theatre) -> Iterator[Any]:
    """States the setting; afterwards it is what it is where nothing is stated."""
    yield lambda form: says(theatre, form)
    says(theatre, "姓加某")


def public(theatre: Theatre, born: str = "", role: str = "", **fill: Any) -> tuple[dict[str, str], str]:
    """The public fields of a case of a person played to its end, and everything public about it."""
    facts: dict[str, Any] = {**TOLD}
    if born:
        facts["register_source"] = {"party_born_on": born}
    if role:
        facts["inquire"] = {"asked_role": role, "asked_person": HELPER}
    told = theatre.played(start="2026-05-11", fill={**PERSON, **fill}, facts=facts)
    client, place = Client(), f"/d/{told.stream}"
    fields = client.get(f"{place}.json").json()["fields"]
    found = [client.get(f"/search.{form}?q={quote(fields['决定文号'])}") for form in ("json", "atom")]
    return fields, "\n".join(
        [client.get(f"{place}/").content.decode(), str(fields), *(one.content.decode() for one in found)]
    )


@pytest.mark.clauses("LY-03")
@pytest.mark.parametrize(
    ("form", "party", "inside", "helper"),
    [
        ("", "司徒某某", "司徒某某", "仲孙某某"),
        ("姓加某", "司徒某某", "司徒某某", "仲孙某某"),
        ("全部隐去", HIDDEN, HIDDEN, HIDDEN),
        ("全名", NAME, NAME, "仲孙某某"),
    ],
)
def test_the_setting_of_the_agency_holds_for_the_party_and_in_every_text(
    theatre: Theatre, setting: Any, form: str, party: str, inside: str, helper: str
) -> None:
    if form:
        setting(form)
    fields, everything = public(theatre)
    assert fields["执法对象"] == party
    assert fields["违法事实"] == f"经查，{inside}（住{HIDDEN}）经营过期面包，{helper}在场，属实。"
    assert (NAME in everything) == (form == "全名")
    assert not any(one in everything for one in (STREET, HELPER, "13900006666", "11010519491231002X"))


def numbered(born: str) -> str:
    """An identity number of somebody born on a day (YYYYMMDD)."""
    return next(one for sign in "0123456789X" if not problems_of_identity_number(one := f"110105{born}002{sign}"))


@pytest.mark.clauses("LY-03")
@pytest.mark.parametrize("form", ["姓加某", "全部隐去", "全名"])
def test_of_somebody_under_age_on_the_day_of_the_decision_nothing_is_shown(
    theatre: Theatre, setting: Any, form: str
) -> None:
    setting(form)
    by_day = public(theatre, "2008-12-31", party_id_number=None)
    by_number = public(theatre, party_id_number=numbered("20081231"))
    for fields, everything in (by_day, by_number):
        assert fields["执法对象"] == HIDDEN
        assert fields["违法事实"].startswith(f"经查，{HIDDEN}（住{HIDDEN}）")
        assert NAME not in everything
        assert "司徒" not in str(fields)
    grown, _ = public(theatre, party_id_number=numbered("20080101"))
    assert grown["执法对象"] == {"姓加某": "司徒某某", "全部隐去": HIDDEN, "全名": NAME}[form], "of age on that day"


@pytest.mark.clauses("LY-03")
@pytest.mark.parametrize("role", ["证人", "投诉举报人"])
def test_a_witness_and_an_informant_are_hidden_to_the_surname_whatever_is_set(
    theatre: Theatre, setting: Any, role: str
) -> None:
    setting("全名")
    fields, everything = public(theatre, role=role)
    assert fields["违法事实"].endswith(f"{HIDDEN}在场，属实。")
    assert HELPER not in everything
    assert "仲孙" not in str(fields)
