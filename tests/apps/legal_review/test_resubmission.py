"""A resubmission at the desk: what differs since the last one, the old problems pinned, advisers, similar decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sanxiang.core.casefile import fold
from sanxiang.core.values.differing import after, before
from sanxiang.store.projecting import PROJECTIONS
from sanxiang.three_systems.legal_review.models import PrecedentRow, ReviewRow
from sanxiang.three_systems.legal_review.resubmission import since_last

from .test_desk import PAGE, client, form, kinds, place, start


@pytest.fixture
def again(theatre: Any) -> Any:
    """A case that was sent back for correction, mended and submitted again."""
    return theatre.played("corrected", before="review_again", start=start())


@pytest.mark.clauses("LY-36", "LY-37")
def test_it_opens_on_the_difference_with_the_old_problem_pinned(theatre: Any, again: Any) -> None:
    shown = client(theatre, "reviewer").get(place(again)).content.decode()
    assert "data-difference" in shown
    assert "上次审核的结论是“纠正”" in shown
    assert "<h4>裁量理由</h4>" in shown
    assert "<del>" in shown
    assert "<ins>" in shown
    assert "上次的问题</strong>：裁量理由不充分" in shown
    assert shown.index("上次的问题</strong>") < shown.index('value="执法主体"'), "pinned first"


def test_the_difference_leads_from_the_last_draft_to_this_one(theatre: Any, again: Any) -> None:
    events = theatre.events(again)
    case = fold(events)
    found = since_last(events, case, theatre.book.on("luoyang", events[-1].occurred_at.date()))
    assert found is not None
    changes = {change.label: change for _, part in found.parts for change in part}
    assert set(changes) == {"裁量理由"}
    old = fold(events[: case.rounds[0].seq]).facts["discretion_reasons"]
    assert before(changes["裁量理由"].pieces) == old
    assert after(changes["裁量理由"].pieces) == case.facts["discretion_reasons"]


@pytest.mark.clauses("LY-36")
def test_every_old_problem_is_told_solved_or_not(theatre: Any, again: Any) -> None:
    reviewer, stood = client(theatre, "reviewer"), kinds(theatre, again)
    silent = reviewer.post(place(again), form(again, theatre))
    assert silent.status_code == 422
    assert "“裁量”的上次的问题是否解决" in silent.content.decode()
    torn = reviewer.post(place(again), form(again, theatre, p7_earlier="未解决"))
    assert "上次的问题没有解决，就还存在问题" in torn.content.decode()
    assert kinds(theatre, again) == stood
    assert reviewer.post(place(again), form(again, theatre, p7_earlier="已解决")).status_code == 302
    told = theatre.events(again)[-1].event.facts["review_points"][7]
    assert told == {"point": "裁量", "finding": "合法", "anchor": PAGE, "earlier": "已解决"}


def test_a_returned_package_opens_with_the_reason_of_its_return(theatre: Any) -> None:
    again = theatre.played("disputed", before="conclude_review", start=start())
    shown = client(theatre, "reviewer").get(place(again)).content.decode()
    assert "退回的理由：缺少进货单据原件核对说明" in shown
    assert "事实、证据、依据、处理和上次送审时完全一样" in shown
    row = ReviewRow.objects.get(pk=again.stream)
    assert (row.submissions, row.returned, row.waiting) == (2, 1, True)


def test_my_last_problems_stand_beside_the_queue(theatre: Any, again: Any) -> None:
    shown = client(theatre, "reviewer").get("/review/").content.decode()
    assert "纠正：裁量" in shown
    assert "又送来了" in shown


def test_a_disputed_opinion_is_found_by_its_filter(theatre: Any) -> None:
    told = theatre.played("disputed", before="coordinate_review", start=start())
    reviewer = client(theatre, "reviewer")
    for view, there in (("disputed", True), ("unassigned", False), ("", False)):
        lines = reviewer.get(f"/review/?view={view}").context["lines"]
        assert (told.stream in [str(line.row.stream) for line in lines]) is there, view


def test_decisions_under_the_same_provision_are_shown_with_their_sanction(theatre: Any) -> None:
    done = theatre.played("ordinary", before="close_case", start="2024-03-04")
    told = theatre.played("ordinary", before="conclude_review", start=start())
    assert PrecedentRow.objects.filter(stream=done.stream).exists()
    shown = client(theatre, "reviewer").get(place(told)).content.decode()
    number = PrecedentRow.objects.filter(stream=done.stream).values_list("number", flat=True)[0]
    assert number in shown
    assert "罚款" in shown.split("类似的决定")[1]


def test_rows_follow_from_the_record_alone(theatre: Any, again: Any) -> None:
    events = theatre.events(again)
    (row,) = PROJECTIONS["reviews"].rows(again.stream, events)["review_row"]
    stands = ReviewRow.objects.filter(pk=again.stream).values().get()
    stands["stream"], stands["agency"] = str(stands["stream"]), str(stands["agency"])
    assert row == stands


@pytest.fixture
def adviser(theatre: Any) -> str:
    """A legal adviser of the agency, registered once."""
    from sanxiang.casework.registration import RegisterCommand
    from sanxiang.config import demo

    if "adviser" not in theatre.people["luoyang"]:
        told = {"name": "顾演示", "certificate": "豫C演示0909", "posts": ["adviser@legal"]}
        since = theatre.begin(start=start()).at - timedelta(days=400)
        agency = theatre.people["luoyang"][""]
        entries = tuple(demo.officer_entries(told, agency, since))
        command = RegisterCommand(kind="officer", agency=agency, entries=entries, installer=demo.INSTALLER)
        theatre.people["luoyang"]["adviser"] = demo.enter(theatre.connection, theatre.book, command, since)
    return str(theatre.people["luoyang"]["adviser"])


@pytest.mark.clauses("LY-36")
def test_an_adviser_sees_the_one_package_while_its_review_runs_and_signs_nothing(theatre: Any, adviser: str) -> None:
    told = theatre.played("ordinary", before="conclude_review", start=start())
    other = theatre.played("ordinary", before="conclude_review", start=start())
    guest = client(theatre, "adviser")
    assert guest.get(place(told)).status_code == 404
    reviewer = theatre.people["luoyang"]["reviewer"]
    invited = theatre.tries(
        told, "conclude_review", after=timedelta(hours=1), act="invite_adviser", officer=reviewer, officers=(adviser,),
        facts={},
    )  # fmt: skip
    assert invited.done, invited.verdict
    page = guest.get(place(told))
    assert page.status_code == 200
    assert "签署审核意见" not in page.content.decode()
    assert guest.get(place(other)).status_code == 404
    queue = guest.get("/review/").content.decode()
    assert told.stream in queue
    assert other.stream not in queue
    paper = next(event for event in theatre.events(told) if event.event.documents)
    assert guest.get(f"/recording/{told.stream}/paper/{paper.id}/0.pdf").status_code == 200
    assert guest.get(f"/files/package/{other.stream}.zip").status_code == 404
    refused = guest.post(place(told), form(told, theatre))
    assert refused.status_code == 422
    assert theatre.events(told)[-1].kind == "review.invited"
    assert client(theatre, "reviewer").post(place(told), form(told, theatre)).status_code == 302
    assert guest.get(place(told)).status_code == 404, "the review has ended"
