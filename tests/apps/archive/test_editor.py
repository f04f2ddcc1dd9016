"""Filling in a paper: guidance and set phrases beside the fields, what is required, and the paper as it would be made."""

from __future__ import annotations

import base64

import pytest
from django.test import Client

from sanxiang.casework import forms
from sanxiang.casework.projections import library
from sanxiang.core.casefile import fold
from sanxiang.core.gates import lenity
from sanxiang.core.values import legal_day
from sanxiang.three_systems.recording.gathering import registers_of
from sanxiang.three_systems.recording.papers import paper_data, papers_of
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("CN-08"), pytest.mark.journeys("documents.editor")]


def client_of(theatre: Theatre, role: str, agency: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


@pytest.mark.parametrize(("agency", "role"), [("luoyang", "zhang"), ("changning", "officer")])
def test_guidance_phrases_and_what_is_required_stand_beside_the_field(theatre: Theatre, agency: str, role: str) -> None:
    theatre.everywhere()
    told = theatre.played(before="conclude_investigation", start="2026-06-15", agency=agency)
    page = client_of(theatre, role, agency).get(f"/work/cases/{told.stream}/do/conclude_investigation/")
    said = page.content.decode()
    case = fold(theatre.events(told))
    rules = library().on(agency, legal_day(told.at))
    act = rules.act(case.procedure, "conclude_investigation")
    assert act is not None
    fields, _ = forms.fields_of(rules, case, act, {}, {})
    fields = [one for one in fields if one.fact.id not in lenity.CHOSEN]  # asked only where the law changed meanwhile
    helped = [one for one in fields if one.fact.help]
    phrased = [one for one in fields if one.fact.phrases and one.kind == "long_text"]
    assert helped
    assert phrased
    for one in helped:
        if one.kind != "flag":
            assert f'id="h-{one.fact.id}">{one.fact.help[:12]}' in said, one.fact.id
    for one in phrased:
        assert f'data-phrase="f-{one.fact.id}"' in said, one.fact.id
    assert said.count('aria-label="必填"') >= sum(one.required for one in fields)


def test_the_paper_is_drawn_while_it_is_typed_and_nothing_is_written(theatre: Theatre) -> None:
    told = theatre.played(before="inspect", start="2026-06-22")
    client = client_of(theatre, "zhang", "luoyang")
    place = f"/recording/{told.stream}/preview/inspect/"
    before = len(theatre.events(told))
    empty = client.post(place, {}).json()
    assert empty["title"] == "现场检查笔录"
    whole = theatre.command(told, "inspect")
    typed = {key: value for key, value in whole.facts.items() if isinstance(value, str)}
    drawn = client.post(place, {**typed, "officers": list(whole.officers)}).json()
    assert set(drawn["missing"]) <= set(empty["missing"])
    assert drawn["pages"]
    first = base64.b64decode(drawn["pages"][0].removeprefix("data:image/svg+xml;base64,"))
    assert first.lstrip().startswith(b"<svg")
    other = client.post(place, {**typed, "inspection_findings": "完全不同的检查情况", "officers": list(whole.officers)})
    assert other.json()["pages"][0] != drawn["pages"][0], "it follows what is typed"
    assert len(theatre.events(told)) == before, "nothing was written"
    theatre.everywhere()
    assert client_of(theatre, "head", "wuding").post(place, {}).status_code == 404
    assert client.get(place).status_code == 405


def test_the_record_of_one_witness_holds_nothing_of_the_one_before(theatre: Theatre) -> None:
    told = theatre.played(before="take_evidence", start="2026-06-29")
    (first,) = (one for one in theatre.events(told) if one.event.act == "inquire")
    whole = theatre.command(told, "inquire")
    again = {**whole.facts, "asked_person": "另一位证人", "asked_role": "证人"}
    for left_out in ("asked_phone", "asked_id_number", "asked_address"):
        again.pop(left_out, None)
    done = theatre.tries(told, "inquire", facts=again)
    assert done.done, done.verdict.reasons
    events = theatre.events(told)
    rules = library().on("luoyang", legal_day(told.at))
    registers = registers_of(theatre.connection, events)
    phones = [
        paper_data(paper, events, rules, registers, demo=True)["facts"].get("asked_phone")
        for paper in papers_of(events)
        if paper.act == "inquire"
    ]
    assert phones == [first.event.facts["asked_phone"], None]
    blank = client_of(theatre, "zhang", "luoyang").post(f"/recording/{told.stream}/preview/inquire/", {}).json()
    assert "询问内容" in blank["missing"], "a new record begins empty"
