"""Approving in the place of a head (授权代行): given in writing on a page, used on the desk of whoever acts, marked on
record and paper, never in a case that he handles, judged again alike."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework.auditing import RegisterHistory, replay_case
from sanxiang.casework.commands import handle
from sanxiang.three_systems.recording.papers import signed_as

PAGE = "/work/delegations/"


def client(theatre: Any, role: str) -> Client:
    found = Client()
    found.force_login(theatre.account(role))
    return found


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def gives(theatre: Any, whom: str, role: str = "head", **changes: Any) -> Any:
    typed = {
        "to": theatre.people["luoyang"][whom], "post": "head@lead", "scope": ["处罚"],
        "until": (timezone.localdate() + timedelta(days=3)).isoformat(), "delegation_letter": "洛授〔2026〕1号",
        "delegation_reason": "外出学习",
    }  # fmt: skip
    return client(theatre, role).post(PAGE, typed | changes)


def ends(theatre: Any, to: str, role: str = "head") -> Any:
    return client(theatre, role).post(PAGE, {"end": theatre.people["luoyang"][to], "held": "head@lead"})


@pytest.fixture
def given(theatre: Any) -> Any:
    """A deputy of the head: whoever heads the second section; ended afterwards, others share the register."""
    assert gives(theatre, "unit2").status_code == 302
    yield "unit2"
    ends(theatre, "unit2")


@pytest.mark.clauses("GP-22")
def test_what_is_given_is_used_marked_and_judged_again(theatre: Any, given: str) -> None:
    case = theatre.played(
        "ordinary", start=(timezone.localdate() - timedelta(days=12)).isoformat(), before="approve_filing"
    )
    at = timezone.now() - case.at
    done = theatre.tries(case, "approve_filing", officer=theatre.people["luoyang"][given], after=at)
    assert done.done, done.verdict
    event = done.events[0]
    assert "授权代行，洛授〔2026〕1号" in str(event.event.facts["acting_for"])
    assert signed_as(event) == "孙演示（代行）"
    assert not any(replay_case(case.stream, theatre.events(case), theatre.book, RegisterHistory(theatre.connection)))
    shown = text_of(client(theatre, "zhang").get(f"/work/cases/{case.stream}/"))
    assert "授权代行，洛授〔2026〕1号" in shown


@pytest.mark.clauses("GP-22")
def test_a_handler_another_category_and_what_ended_are_refused_by_name(theatre: Any) -> None:
    start = (timezone.localdate() - timedelta(days=12)).isoformat()
    case = theatre.played("ordinary", start=start, before="approve_filing")
    at = timezone.now() - case.at

    def tries(role: str) -> list[Any]:
        who = theatre.people["luoyang"][role]
        verdict = theatre.tries(case, "approve_filing", officer=who, after=at).verdict
        return [(one.clause, *one.missing) for one in verdict.reasons]

    assert gives(theatre, "zhang").status_code == 302
    assert tries("zhang") == [("GP-22", "张演示承办本案，不能代行机关负责人审批本案")]
    assert ends(theatre, "zhang").status_code == 302
    assert gives(theatre, "unit2", scope=["检查"]).status_code == 302
    assert tries("unit2") == [("GP-22", "授权的范围是检查，不包括处罚")]
    assert ends(theatre, "unit2", role="unit").status_code == 422, "only who gave it ends it"
    assert ends(theatre, "unit2").status_code == 302
    assert [name for name, *_ in tries("unit2")] == ["PL-54"], "like anybody else"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"until": "2020-01-01"}, "授权的最后一天"),
        ({"until": "某天"}, "授权的最后一天"),
        ({"scope": []}, "执法类别"),
        ({"delegation_letter": ""}, "授权书文号"),
        ({"to": ""}, "选授权给谁"),
        ({"to": "x"}, "选授权给谁"),
        ({"post": "legal_head@legal"}, "自己担任的职务"),
        ({"role": "unit"}, "自己担任的职务"),
        ({"role": "zhang"}, "登记由"),
    ],
)
def test_what_is_missing_is_named(theatre: Any, changes: dict[str, Any], said: str) -> None:
    role = changes.get("role", "head")
    answer = gives(theatre, "unit2", role, **{name: value for name, value in changes.items() if name != "role"})
    assert answer.status_code == 422
    assert said in text_of(answer)


LENT = {"post": "reviewer@legal", "delegation_letter": "洛授〔2026〕2号", "delegation_reason": "外出培训"}


@pytest.mark.clauses("GP-22")
def test_a_reviewer_has_another_one_do_what_was_given_to_him(theatre: Any) -> None:
    """The second reviewer finds the review among his own, signs it as done in the other's place; the letter prints."""
    people = theatre.people["luoyang"]
    start = (timezone.localdate() - timedelta(days=30)).isoformat()
    case = theatre.played("ordinary", start=start, before="conclude_review")
    given_to = theatre.command(case, "conclude_review", act="assign_review", officer=people["reviewer2"], facts={})
    at = case.at + timedelta(hours=1)
    done = handle(theatre.connection, theatre.book, replace(given_to, officers=(people["reviewer"],)), at=at)
    assert done.done, done.verdict
    after = timezone.now() - case.at

    def tries() -> Any:
        return theatre.tries(case, "conclude_review", officer=people["reviewer2"], after=after)

    assert [one.clause for one in tries().verdict.reasons] == ["TS-4.3"]
    mine = "/review/?view=mine"
    assert case.stream not in text_of(client(theatre, "reviewer2").get(mine))
    assert "没有法制审核岗位" in text_of(gives(theatre, "adviser", "reviewer", **LENT))
    assert gives(theatre, "reviewer2", "reviewer", **LENT).status_code == 302
    try:
        assert case.stream in text_of(client(theatre, "reviewer2").get(mine))
        done = tries()
        assert done.done, done.verdict
        assert "受周演示（法制审核人员）授权代行，洛授〔2026〕2号" in str(done.events[0].event.facts["acting_for"])
        assert signed_as(done.events[0]) == "吴演示（代行）"
        assert done.case.opinion is not None
        assert done.case.opinion.reviewer == people["reviewer2"]
    finally:
        ended = {"end": people["reviewer2"], "held": "reviewer@legal"}
        assert client(theatre, "reviewer").post(PAGE, ended).status_code == 302


def test_the_letter_of_a_delegation_is_printed_by_its_agency(theatre: Any, given: str) -> None:
    theatre.everywhere()
    page = text_of(client(theatre, "head").get(PAGE))
    letter = re.findall(rf"{PAGE}{theatre.people['luoyang'][given]}/\d+/", page)[0]
    with CaptureQueriesContext(connections["default"]) as asked:
        said = text_of(client(theatre, "zhang").get(letter))
    assert len(asked) <= 25
    last = f"{timezone.localdate() + timedelta(days=3):%Y年%-m月%-d日}"
    for text in (
        "授权委托书",
        "洛授〔2026〕1号",
        "郑演示",
        "孙演示",
        "豫C演示0006",
        "外出学习",
        "代行机关负责人的审批",
        last,
    ):
        assert text in said, text
    assert "已经终止" not in said
    stranger = Client()
    stranger.force_login(theatre.account("officer", "wuding"))
    assert stranger.get(letter).status_code == 404
    assert client(theatre, "adviser").get(letter).status_code == 404
    assert client(theatre, "head").get(f"{PAGE}{theatre.people['luoyang'][given]}/9999/").status_code == 404


def test_only_heads_have_the_form_and_advisers_no_page(theatre: Any, given: str) -> None:
    page = text_of(client(theatre, "zhang").get(PAGE))
    assert "正在代行" in page
    assert "授权给他人" not in page
    assert "终止对" not in page
    assert "授权给他人" in text_of(client(theatre, "head").get(PAGE))
    assert client(theatre, "adviser").get(PAGE).status_code == 403
