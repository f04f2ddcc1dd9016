"""The desk under the other four regulations: what each calls an outcome, its terms, who may review, the paper made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.models import DutyRow, Refusal
from sanxiang.core.gates import points_of

COMPLEX = {"judge5": {"extra": {"judgement": "complex", "answer": True}}}
NO_TERM = "本地规定没有定审核期限"


@dataclass(frozen=True)
class Place:
    """How a case of a regulation comes under review, and what its desk has to say."""

    agency: str
    why: str
    nobody: str
    """The clause under which who handles the case cannot review it."""
    failed: str
    """The clause under which nothing is decided after an opinion that does not pass."""
    story: str = "ordinary"
    case: dict[str, Any] = field(default_factory=dict)


DONGXIHU = Place("dongxihu", "涉及重大公共利益", "DXH-27", "DXH-19", "benefit_reviewed")
WUDING = Place("wuding", "疑难复杂", "WD-19", "WD-18", case={"changes": COMPLEX})
URUMQI = Place("urumqi", "一般程序的处罚决定", "UR-16", "UR-18")
CHANGNING = Place("changning", "疑难复杂", "CN-17", "CN-19", case={"changes": COMPLEX})
ALL = [
    pytest.param(DONGXIHU, id="dongxihu", marks=pytest.mark.clauses("DXH-19", "DXH-22", "DXH-23", "DXH-27")),
    pytest.param(WUDING, id="wuding", marks=pytest.mark.clauses("WD-18", "WD-19", "WD-21")),
    pytest.param(URUMQI, id="urumqi", marks=pytest.mark.clauses("UR-16", "UR-18")),
    pytest.param(CHANGNING, id="changning", marks=pytest.mark.clauses("CN-17", "CN-19")),
]


@pytest.fixture
def theatre(theatre: Any) -> Any:
    theatre.everywhere()
    return theatre


def client(theatre: Any, role: str, agency: str) -> Client:
    found = Client()
    found.force_login(theatre.account(role, agency))
    return found


def waiting(theatre: Any, place: Place, **more: Any) -> Any:
    """A case of the place that lies with the review today."""
    start = (timezone.now() - timedelta(days=35)).date().isoformat()
    return theatre.played(place.story, before="conclude_review", agency=place.agency, start=start, **place.case, **more)


def form(theatre: Any, told: Any, outcome: str, **first: str) -> dict[str, str]:
    """Every point of the regulation with its verdict and anchor; `first` changes the first point."""
    rules = theatre.book.on(told.agency, timezone.now().date())
    typed = {"do": "conclude_review", "review_outcome": outcome, "review_opinion": f"{outcome}（演示）。"}
    typed["expected"] = str(theatre.events(told)[-1].seq)
    for at, point in enumerate(points_of(rules)):
        line = {"point": point, "finding": "合法", "anchor": "材料1第1页"} | (first if at == 0 else {})
        typed |= {f"review_points.{at}.{name}": value for name, value in line.items()}
    return typed


def address(told: Any) -> str:
    return f"/review/{told.stream}/"


@pytest.mark.parametrize("place", ALL)
def test_an_opinion_is_signed_in_the_words_of_the_regulation(theatre: Any, place: Place) -> None:
    told, rules = waiting(theatre, place), theatre.book.on(place.agency, timezone.now().date())
    reviewer = client(theatre, "reviewer", place.agency)
    assert told.stream in reviewer.get("/review/").content.decode(), "it stands in the queue"
    page = reviewer.get(address(told))
    shown = page.content.decode()
    assert [one.name for one, _ in page.context["outcomes"]] == ["同意", "存在问题"]
    assert [line["point"] for line in page.context["points"]] == list(points_of(rules))
    assert place.why in shown, "why it is major"
    elsewhere = reviewer.post(address(told), form(theatre, told, "纠正"))
    assert elsewhere.status_code == 422, "an outcome of another regulation"
    assert theatre.events(told)[-1].kind != "review.concluded"
    assert reviewer.post(address(told), form(theatre, told, "同意")).status_code == 302
    ended = theatre.events(told)[-1]
    assert (ended.kind, ended.event.outcome, ended.event.passes) == ("review.concluded", "同意", True)
    assert [paper["title"] for paper in ended.event.documents] == ["法制审核意见书"]
    after = reviewer.get(address(told)).content.decode()
    assert "审核意见：同意" in after
    assert ended.event.number in after
    paper = reviewer.get(f"/recording/{told.stream}/paper/{ended.id}/0.pdf")
    assert paper.status_code == 200
    assert b"".join(paper).startswith(b"%PDF")


@pytest.mark.parametrize("place", ALL)
def test_what_did_not_pass_goes_back_and_nothing_is_decided(theatre: Any, place: Place) -> None:
    told, reviewer = waiting(theatre, place), client(theatre, "reviewer", place.agency)
    open_point = form(theatre, told, "存在问题", finding="存在问题")
    assert reviewer.post(address(told), open_point).status_code == 422, "a problem is explained"
    typed = form(theatre, told, "存在问题", finding="存在问题", note="授权没有写明（演示）")
    assert reviewer.post(address(told), typed).status_code == 302
    assert theatre.events(told)[-1].event.passes is False
    decided = theatre.tries(told, "decide", after=timezone.now() - told.at)
    assert not decided.done
    assert place.failed in {reason.clause for reason in decided.verdict.reasons}


@pytest.mark.parametrize("place", ALL)
@pytest.mark.parametrize("who", ["a", "unit", "head"])
def test_who_handles_or_decides_cannot_sign_and_the_attempt_is_kept(theatre: Any, place: Place, who: str) -> None:
    told = waiting(theatre, place)
    before = len(theatre.events(told))
    other = client(theatre, told.cast[who], place.agency)
    page = other.post(address(told), form(theatre, told, "同意"))
    assert page.status_code == 403
    assert len(theatre.events(told)) == before
    kept = Refusal.objects.filter(stream=told.stream, act="conclude_review").latest("id")
    assert str(kept.officer) == theatre.who(told, who)
    law = next(reason["law"] for reason in kept.reasons if reason["clause"] == place.nobody)
    assert law in page.content.decode(), "the page names the clause"


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(DONGXIHU, id="dongxihu", marks=pytest.mark.clauses("DXH-27")),
        pytest.param(WUDING, id="wuding", marks=pytest.mark.clauses("WD-22")),
        pytest.param(URUMQI, id="urumqi", marks=pytest.mark.clauses("UR-16")),
    ],
)
def test_where_no_term_is_fixed_the_desk_says_so(theatre: Any, place: Place) -> None:
    told = waiting(theatre, place)
    shown = client(theatre, "reviewer", place.agency).get(address(told)).content.decode()
    assert NO_TERM in shown
    assert "未定期限" in shown
    assert not DutyRow.objects.filter(stream=told.stream, duty="review").exists()


@pytest.mark.clauses("CN-19")
def test_at_changning_the_day_is_set_with_the_submission(theatre: Any) -> None:
    told = waiting(theatre, CHANGNING)
    (duty,) = DutyRow.objects.filter(stream=told.stream, duty="review")
    page = client(theatre, "reviewer", "changning").get(address(told))
    assert NO_TERM not in page.content.decode()
    assert f"{duty.due_on.month}月{duty.due_on.day}日" in page.context["line"].due
    handling = DutyRow.objects.get(stream=told.stream, duty="decide")
    assert duty.due_on <= handling.due_on, "inside the period of handling"


@pytest.mark.clauses("WD-22")
def test_at_wuding_the_sender_may_set_a_day(theatre: Any) -> None:
    told = waiting(theatre, WUDING, facts={"submit_review": {"review_due_on": "today+5"}})
    (duty,) = DutyRow.objects.filter(stream=told.stream, duty="review")
    page = client(theatre, "reviewer", "wuding").get(address(told))
    assert f"{duty.due_on.month}月{duty.due_on.day}日" in page.context["line"].due
