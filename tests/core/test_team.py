"""Who handles a case on a day: named, handed over, standing in, back again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sanxiang.core.casefile import fold, team_of
from sanxiang.core.events import Recorded
from sanxiang.core.events.case import ActivityDone, FilingRequested, HandlersChanged, SourceRegistered
from sanxiang.core.values import Actor

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
PLACE = {
    "jurisdiction": "wuding",
    "agency": "a",
    "department": "d",
    "category": "处罚",
    "procedure": "penalty.ordinary",
}


def case_of(*events: Any, by: str = "zhang") -> Any:
    actor = Actor(officer=by, name=by, agency="a", department="d", post="officer", certificate=None)
    return fold(
        Recorded(
            id=f"e{seq}", stream="s", seq=seq, prev=None, occurred_at=START + timedelta(hours=seq),
            recorded_at=START + timedelta(hours=seq), actor=actor, finding=None, breaches=(), event=event,
        )
        for seq, event in enumerate((SourceRegistered(**PLACE), *events), 1)
    )  # fmt: skip


def handed(giver: str, taker: str, **facts: str) -> HandlersChanged:
    return HandlersChanged(act="hand_over", about=giver, officers=(taker,), facts=facts)


TOGETHER = FilingRequested(officers=("zhang", "li"))
DAY = date(2026, 3, 3)


def test_whoever_handles_alone_is_the_team_until_two_are_named() -> None:
    assert team_of(case_of(), DAY) == ("zhang",)
    assert team_of(case_of(TOGETHER), DAY) == ("zhang", "li")
    assert team_of(case_of(TOGETHER, ActivityDone(officers=("wu",))), DAY) == ("zhang", "li")


def test_the_one_who_takes_over_stands_in_the_place_of_the_one_who_gives() -> None:
    assert team_of(case_of(TOGETHER, handed("zhang", "wu")), DAY) == ("wu", "li")
    assert team_of(case_of(handed("zhang", "wu")), DAY) == ("wu",)
    assert team_of(case_of(TOGETHER, handed("zhang", "wu"), handed("wu", "zhang")), DAY) == ("zhang", "li")


def test_a_standing_in_ends_by_itself_after_its_last_day() -> None:
    case = case_of(TOGETHER, handed("zhang", "wu", standing_in_until="2026-03-09"))
    assert team_of(case, date(2026, 3, 9)) == ("wu", "li")
    assert team_of(case, date(2026, 3, 10)) == ("zhang", "li")
    longer = case_of(
        TOGETHER, handed("zhang", "wu", standing_in_until="2026-03-09"), handed("wu", "qian", standing_in_until="2026-03-20")
    )  # fmt: skip
    assert team_of(longer, date(2026, 3, 15)) == ("qian", "li")
    assert team_of(longer, date(2026, 3, 21)) == ("zhang", "li")


def test_who_has_to_avoid_the_case_is_kept_from_it_and_the_head_who_moved_it_is_no_handler() -> None:
    case = case_of(TOGETHER, handed("zhang", "wu", handlers_reason="回避"))
    assert case.avoiding == {"zhang"}
    assert case.handlers == {"zhang", "li", "wu"}
    assert case_of(TOGETHER, handed("zhang", "wu", handlers_reason="其他")).avoiding == frozenset()
