"""The package is sent complete and with the promise of the handling unit, by page and interface alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.apps.legal_review_people.people import asks, sends, start

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
