"""Where the regulation lets the online record stand in place of the paper, the agency settles on its page whether it
does: an event with its day and person. From that day on a review makes no numbered paper, and the volume holds the
record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.core.gates import ONLINE
from sanxiang.core.registers import Settled
from sanxiang.core.values import chinese_date, legal_day
from sanxiang.store import reading
from tests.apps.legal_review_people.people import client, does, points, start
from tests.law.playing import Played
from tests.support.theatre import open_theatre

PLACE = "/review/practice/"


def papers(place: str, *settled: tuple[bool, str]) -> list[tuple[str, bool]]:
    """The papers of an opinion of 14 August 2024 where the agency settled so, from these days on."""
    played = Played(place, "conclude_investigation")
    agency = played.stage.registers.agencies["agency"]
    agency.settled = tuple(Settled(ONLINE, value, date.fromisoformat(on), date(2024, 1, 2)) for value, on in settled)
    played.submitted("2024-08-13T09:00").concluded("2024-08-14T09:00")
    return [(str(one["template"]), bool(one["number"])) for one in played.performance.events[-1].event.documents]


@pytest.mark.clauses("LY-37", "LY-38")
@pytest.mark.parametrize(
    ("settled", "made"),
    [
        ((), [("review_opinion", True)]),
        (((True, "2024-08-14"),), [("review_record", False)]),
        (((True, "2024-08-15"),), [("review_opinion", True)]),
        (((True, "2024-08-01"), (False, "2024-08-14")), [("review_opinion", True)]),
        (((True, "2024-08-01"), (False, "2024-09-01")), [("review_record", False)]),
    ],
)
def test_luoyang_makes_a_numbered_paper_but_on_days_for_which_the_agency_settled_on_the_record(
    settled: Any, made: Any
) -> None:
    assert papers("luoyang", *settled) == made


@pytest.mark.clauses("LY-38")
def test_a_regulation_that_does_not_know_it_is_not_changed_by_the_setting() -> None:
    assert papers("wuding", (True, "2024-01-02")) == [("review_opinion", True)]


def today(days: int = 0) -> str:
    return (legal_day(timezone.now()) + timedelta(days=days)).isoformat()


def settles(theatre: Any, role: str, form: str, effective: str, agency: str = "luoyang") -> tuple[int, str]:
    answer = client(theatre, role, agency).post(PLACE, {"form": form, "effective": effective})
    return answer.status_code, answer.content.decode()


def decided(theatre: Any, agency: str = "luoyang") -> list[Any]:
    events = reading.load(theatre.connection, theatre.people[agency][""])
    return [one for one in events if one.kind == "agency.settled"]


def concluded(theatre: Any) -> list[tuple[str, bool]]:
    """The papers of a review that is signed now."""
    told = theatre.played("ordinary", before="conclude_review", start=start())
    done = does(theatre, told, "conclude_review", "reviewer", review_points=points("luoyang"), review_outcome="同意",
                review_opinion="同意")  # fmt: skip
    assert done.done, done.verdict.reasons
    shown = client(theatre, "reviewer").get(f"/review/{told.stream}/").content.decode()
    documents = theatre.events(told)[-1].event.documents
    assert ("网上记录代替书面意见书" in shown) == (documents[0]["template"] == "review_record")
    return [(str(one["template"]), bool(one["number"])) for one in documents]


@pytest.mark.clauses("LY-38")
@pytest.mark.journeys("review.online-record")
def test_the_head_settles_it_on_a_page_and_takes_it_back(theatre: Any) -> None:
    theatre = open_theatre(again=True)
    before = client(theatre, "head").get(PLACE).content.decode()
    assert "现在：另出书面意见书" in before
    assert "网上流转完成审核的，不再另出书面意见书。" in before
    assert "三(三)3" in before
    assert concluded(theatre) == [("review_opinion", True)]
    assert settles(theatre, "head", "online", today(3))[0] == 302
    assert concluded(theatre) == [("review_opinion", True)], "not before its day"
    assert settles(theatre, "reviewer2", "online", today())[0] == 302, "the head of the legal unit"
    shown = client(theatre, "zhang").get(PLACE).content.decode()
    assert "现在：网上记录代替意见书" in shown
    assert f"{chinese_date(legal_day(timezone.now()))}起适用，吴演示于 " in shown
    assert "<button" not in shown.split("</header>")[1].split("<footer")[0], "an officer reads it"
    assert concluded(theatre) == [("review_record", False)]
    assert settles(theatre, "head", "paper", today())[0] == 302
    assert concluded(theatre) == [("review_opinion", True)]
    found = [(one.actor.name, one.actor.post, one.event.value, one.event.effective) for one in decided(theatre)]
    assert found == [
        ("郑演示", "head", True, today(3)), ("吴演示", "legal_head", True, today()), ("郑演示", "head", False, today()),
    ]  # fmt: skip
    agency = theatre.people["luoyang"][""]
    history = client(theatre, "registrar").get(f"/registry/agencies/{agency}/").content.decode()
    assert "设定审核意见的形式" in history


@pytest.mark.clauses("LY-38")
@pytest.mark.parametrize(
    ("agency", "role", "form", "effective", "said"),
    [
        ("luoyang", "zhang", "online", 0, "登记由法制机构负责人、机关负责人办理"),
        ("luoyang", "reviewer", "online", 0, "登记由法制机构负责人、机关负责人办理"),
        ("luoyang", "registrar", "online", 0, "登记由法制机构负责人、机关负责人办理"),
        ("luoyang", "head", "online", -1, "三(三)3"),
        ("luoyang", "head", "paper", 0, "与那一天原来不同的设定"),
        ("luoyang", "head", "", 0, "请选择审核意见的形式"),
        ("luoyang", "head", "online", None, "请填写生效日期"),
        ("wuding", "head", "online", 0, "审核意见要书面提出"),
    ],
)
def test_whoever_may_not_and_whatever_makes_no_sense_is_refused(
    theatre: Any, agency: str, role: str, form: str, effective: int | None, said: str
) -> None:
    stood = len(decided(theatre, agency))
    typed = "今天<script>" if effective is None else today(effective)
    status, shown = settles(theatre, role, form, typed, agency)
    assert status == 422
    assert said in shown
    assert len(decided(theatre, agency)) == stood


@pytest.mark.clauses("LY-38")
@pytest.mark.parametrize("place", ["changning", "urumqi", "wuding", "dongxihu"])
def test_a_place_whose_regulation_has_no_such_clause_has_nothing_to_settle(theatre: Any, place: str) -> None:
    shown = client(theatre, "head", place).get(PLACE).content.decode()
    assert "审核意见一律书面提出" in shown
    assert 'name="form"' not in shown
