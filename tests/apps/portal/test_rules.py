"""The rules of disclosure are readable by everybody and are those that run."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.projections import library
from sanxiang.core.gates.paging import demanded
from sanxiang.core.rulebook import Library
from sanxiang.core.values import Period
from sanxiang.three_systems.disclosure import publishing_rules

PLACES = ("luoyang", "dongxihu", "wuding", "urumqi", "changning")


def page(place: str, status: int = 200) -> str:
    answer = Client().get(f"/rules/{place}/")
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


@pytest.mark.clauses("WD-02")
@pytest.mark.journeys("disclosure.rules-page")
@pytest.mark.parametrize("place", PLACES)
def test_scope_content_platform_procedure_terms_and_supervision_stand_there(place: str) -> None:
    rules, shown = library().on(place, timezone.localdate()), page(place)
    for title in ("范围", "内容", "载体", "程序", "时限", "监督、纠错和保障"):
        assert title in shown
    for asked in demanded(rules).values():
        assert asked[0].kind.name in shown
        assert asked[0].law in shown
    for bound in rules.gates:
        if any(kind.startswith(("page.", "publication.")) for kind in bound.rule.emits):
            assert bound.rule.say in shown
    for bound in (one for group in rules.deadlines.values() for one in group):
        if bound.rule.duty in ("publish", "withdraw", "renew_page") and bound.rule.period:
            assert bound.rule.say in shown
            assert str(bound.rule.period) in shown
    assert rules.jurisdiction.platform in shown


@pytest.mark.clauses("WD-02")
def test_a_changed_rule_changes_the_page(monkeypatch: Any) -> None:
    book = library()
    versions = dict(book.versions)
    (law,) = versions["disclosure-regulation"]
    clauses = tuple(
        replace(one, deadlines=tuple(replace(d, period=Period(11, "working_day")) for d in one.deadlines))
        for one in law.clauses
    )
    versions["disclosure-regulation"] = (replace(law, clauses=clauses),)
    other = Library(book.jurisdictions, versions, book.dictionary, book.calendars, book.posts, book.categories)
    assert "11个工作日" not in page("wuding")
    monkeypatch.setattr(publishing_rules, "library", lambda: other)
    assert "11个工作日" in page("wuding")


def test_a_place_that_there_is_not_is_not_found() -> None:
    page("atlantis", 404)
    assert Client().get("/rules/").content.decode().count("/rules/") >= len(PLACES)
