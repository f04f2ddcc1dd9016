"""A case under another rulebook: what would change and why, nothing written, nobody sees what he may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from sanxiang.casework import elsewhere
from sanxiang.casework.auditing import RegisterHistory
from sanxiang.config import demo

QUERIES_MAX = 25


@pytest.fixture(scope="module")
def told(opened_theatre: Any, django_db_blocker: Any) -> dict[str, Any]:
    from django.db import connections

    with django_db_blocker.unblock():
        cases = {
            "ordinary": opened_theatre.played("ordinary", start="2026-03-02"),
            "early": opened_theatre.played("ordinary", start="2026-03-02", before="submit_review"),
        }
        connections.close_all()
    return cases


def compared(theatre: Any, case: Any, place: str) -> elsewhere.Comparison:
    events, history = theatre.events(case), RegisterHistory(theatre.connection)
    history.fetch(events)
    return elsewhere.compare(theatre.book, events, place, history, demo.now())


def test_at_home_nothing_differs_and_the_verdicts_are_those_of_the_record(theatre: Any, told: Any) -> None:
    for case in told.values():
        seen = compared(theatre, case, "luoyang")
        assert not seen.other_acts
        assert not seen.other_terms
        assert seen.masked_alike
        assert {one.here.outcome for one in seen.acts if not one.recorded.breaches} == {"allowed"}


def refused(seen: elsewhere.Comparison, act: str) -> elsewhere.Answer:
    (one,) = (one for one in seen.other_acts if one.recorded.event.act == act)
    assert one.here.outcome == "allowed"
    return one.there


def test_another_place_refuses_with_its_own_clause_and_what_is_missing(theatre: Any, told: Any) -> None:
    answer = refused(compared(theatre, told["ordinary"], "wuding"), "inspect")
    (why,) = answer.whys
    assert answer.outcome == "refused"
    assert why.law == "(2019)-77 二(一)3"
    assert why.missing == ("已告知救济程序", "已告知救济渠道")


def test_an_agency_without_the_power_could_not_open_the_case(theatre: Any, told: Any) -> None:
    answer = refused(compared(theatre, told["ordinary"], "dongxihu"), "register_source")
    assert "不在其内" in answer.whys[0].text
    assert "本案是处罚" in answer.whys[0].missing[0]


def test_terms_that_only_one_side_knows_are_told(theatre: Any, told: Any) -> None:
    terms = {one.duty: one for one in compared(theatre, told["ordinary"], "dongxihu").other_terms}
    assert terms["archive"].here is None
    assert terms["archive"].there is not None
    assert terms["archive"].there.binding.due_on.isoformat() == "2026-05-20"
    assert terms["review"].there is None


def test_scope_and_publication_are_those_of_the_place(theatre: Any, told: Any) -> None:
    seen = compared(theatre, told["early"], "changning")
    assert (seen.here.scope.answer, seen.there.scope.answer) == ("in", "open")
    assert seen.there.shown.place == "上海市行政执法信息公示平台"
    assert seen.here.shown.record == {}
    fields = [fields for fields, _ in compared(theatre, told["ordinary"], "wuding").here.shown.wanted]
    assert any("主要流程" in one for one in fields)


def test_what_exists_only_here_is_told_and_not_held_against_it(theatre: Any, told: Any) -> None:
    seen = compared(theatre, told["ordinary"], "urumqi")
    (why,) = refused(seen, "conclude_review").whys
    assert why.note == elsewhere.POINTS
    assert any("要点不同" in text for text in seen.apart)
    assert any("只在本地登记" in text for text in seen.apart)


def test_the_page_writes_nothing_within_its_queries_for_those_who_may_see_the_case(
    theatre: Any, told: Any, client: Any
) -> None:
    case, place = told["ordinary"], f"/work/cases/{told['ordinary'].stream}/elsewhere/"
    assert client.get(place).status_code == 302
    client.force_login(theatre.account("head", "wuding"))
    assert client.get(f"{place}?place=wuding").status_code == 404
    client.force_login(theatre.account("head"))
    assert "选一地的规定" in client.get(place).content.decode()
    for strange in ("luoyang", "nowhere", "'; --"):
        assert client.get(place, {"place": strange}).status_code == 404
    before = theatre.events(case)
    with CaptureQueriesContext(theatre.connection) as asked:
        page = client.get(f"{place}?place=wuding")
    assert len(asked) <= QUERIES_MAX
    assert not [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert theatre.events(case) == before
    text = page.content.decode()
    for word in ("武定县市场监督管理局", "(2019)-77 二(一)3", "已告知救济渠道", "不能比的", "武定县人民政府门户网站"):
        assert word in text
    assert client.post(place).status_code == 405
