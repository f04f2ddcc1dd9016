"""The package is sent complete and with the promise of the handling unit, by page and interface alike."""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.casework.models import Refusal
from tests.apps.legal_review_people.people import asks, clauses_of, does, sends, start

MATERIALS = [{"name": "案件调查终结报告", "pages": 4}]


@pytest.fixture(scope="module", params=["luoyang", "wuding", "urumqi", "changning"])
def told(request: Any, opened_theatre: Any, django_db_blocker: Any) -> Any:
    complex_one = {"judge5": {"extra": {"judgement": "complex", "answer": True}}}
    with django_db_blocker.unblock():
        return opened_theatre.played(
            "ordinary", agency=request.param, before="submit_review", start=start(20), changes=complex_one
        )


@pytest.mark.clauses("LY-40", "WD-23", "CN-21")
@pytest.mark.parametrize("promise", [None, False])
def test_without_the_promise_nothing_is_sent(theatre: Any, told: Any, promise: bool | None) -> None:
    stood = len(theatre.events(told))
    facts = {} if promise is None else {"review_promise": promise}
    status, _ = asks(theatre, told, "unit", "submit_review", review_materials=MATERIALS, **facts)
    assert status == 409
    status, page = sends(theatre, told, "unit", "submit_review", **{"review_materials.0.name": "案件调查终结报告"})
    assert status == 422
    assert "承诺材料真实、准确、完整" in page
    assert len(theatre.events(told)) == stood


@pytest.mark.clauses("LY-40", "WD-23", "CN-21")
def test_without_material_nothing_is_sent_whatever_is_promised(theatre: Any, told: Any) -> None:
    stood = len(theatre.events(told))
    status, _ = asks(theatre, told, "unit", "submit_review", review_materials=[], review_promise=True)
    assert status == 409
    assert len(theatre.events(told)) == stood


@pytest.mark.clauses("WD-18", "WD-20")
@pytest.mark.journeys("review.every-door")
def test_who_handles_cannot_judge_his_case_out_of_the_scope_and_the_attempt_is_kept(theatre: Any) -> None:
    complex_one = {"judge5": {"extra": {"judgement": "complex", "answer": True}}}
    told = theatre.played("ordinary", agency="wuding", before="submit_review", start=start(20), changes=complex_one)
    stood = len(theatre.events(told))
    given = {"judgement": "complex", "answer": "no", "judgement_reason": "再看并不复杂（演示）"}
    for who in ("officer", "unit", "head"):
        status, page = sends(theatre, told, who, "answer_judgement", **given)
        assert status == 422, who
        assert "承办机构不能自己改为否定" in page
    assert len(theatre.events(told)) == stood
    rows = list(Refusal.objects.filter(stream=told.stream).order_by("id"))
    assert [row.act for row in rows] == ["answer_judgement"] * 3
    assert all("TS-4.2" in {reason["clause"] for reason in row.reasons} for row in rows)
    refused = does(theatre, told, "decide", "head", decision_reasons="事实清楚。")
    assert "WD-18" in clauses_of(refused)
