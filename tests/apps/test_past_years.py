"""The finished cases of past years in the demonstration: the same every time, believable, and each kind of them runs."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from sanxiang.casework.projections import library
from sanxiang.config import demo, demo_crowd, filling
from sanxiang.config.demo_devices import enter_devices
from sanxiang.config.demo_pages import enter_pages
from sanxiang.core.values.identifiers import problems_of_credit_code, problems_of_identity_number
from sanxiang.store import reading
from tests.support.theatre import another_world, stories

YEAR = 365
TEN = {"处罚", "许可", "强制", "征收", "收费", "检查", "给付", "奖励", "确认", "裁决", "其他"}


def crowd() -> list[dict[str, Any]]:
    return demo_crowd.worked_out(demo.read("crowd.yaml"))


def test_there_are_four_hundred_cases_of_every_kind_in_five_agencies_over_three_years() -> None:
    cases = demo.every_case()
    assert len(cases) >= 400
    assert min(Counter(case["agency"] for case in cases).values()) >= 40
    assert {demo.told_story(stories()["stories"], case["story"])["case"]["category"] for case in cases} == TEN
    started = [case["start"] for case in crowd()]
    assert min(started) < -2.5 * YEAR
    assert max(started) < -100, "those of past years are over"
    by_quarter = Counter(start // (YEAR // 4) for start in started)
    assert min(by_quarter[at] for at in range(-9, -3)) >= 15, "none of the quarters is empty"


def test_they_are_the_same_every_time_and_whoever_they_name_is_invented() -> None:
    cases = crowd()
    assert cases == crowd()
    for case in cases:
        fill = case["fill"]
        assert "演示" in fill["party_name"]
        assert problems_of_identity_number(fill["asked_id_number"]) == ()
        if fill["party_credit_code"]:
            assert problems_of_credit_code(fill["party_credit_code"]) == ()
    codes: dict[str, set[str]] = {}
    for case in cases:
        codes.setdefault(case["fill"]["party_credit_code"] or case["fill"]["party_id_number"], set()).add(
            case["fill"]["party_name"]
        )
    assert {len(names) for names in codes.values()} == {1}, "a number names one party"
    often = Counter(case["fill"]["party_name"] for case in cases)
    assert sum(many > 1 for many in often.values()) >= 20, "some come again"
    fines = [case["fill"]["fine"] for case in cases if "fine" in case["fill"]]
    assert len(set(fines)) >= 10
    assert 10 < sum(bool(case["later"].get("publish")) for case in cases) < 60, "few are published late"


def test_what_is_paid_out_differs_from_case_to_case() -> None:
    paid: dict[str, list[str]] = {}
    for case in crowd():
        if case["story"] in {"benefit", "benefit_reviewed", "award"}:
            paid.setdefault(case["story"], []).append(case["fill"]["amount"])
    assert set(paid) == {"benefit", "benefit_reviewed", "award"}
    for story, amounts in paid.items():
        assert len(set(amounts)) >= min(5, len(amounts) - 1), story
        assert max(Counter(amounts).values()) <= len(amounts) // 2 + 1, f"{story}: one amount again and again"


def test_a_small_demonstration_has_the_told_cases_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANXIANG_DEMONSTRATION", "small")
    assert demo.every_case() == demo.read("cases.yaml")


@pytest.mark.django_db
def test_one_of_every_kind_in_every_agency_runs_to_its_end() -> None:
    connection, book, until = connections["default"], library(), demo.now()
    people = demo.enter_world(connection, book, another_world())
    enter_pages(connection, book, people, until)
    enter_devices(connection, book, people, until)
    chosen = {(case["agency"], case["story"]): case for case in crowd()}
    for number, case in enumerate(chosen.values()):
        (told,) = demo.told_cases(stories(), [case], until, first=number)
        while told.done < len(told.steps):
            try:
                demo.take(connection, book, people[told.agency], told, demo.moment_of(told, book))
            except demo.DemonstrationError:
                assert told.patience, told.name
                told.at, told.patience = told.at + timedelta(days=1), told.patience - 1
        assert told.at <= until, told.name
        assert len(reading.load(connection, told.stream)) >= len(told.steps)


def test_two_hands_get_the_agencies_whole_and_alike_in_steps() -> None:
    cases = list(demo.told_cases(stories(), demo.every_case(), demo.now()))
    steps: Counter[str] = Counter()
    for case in cases:
        steps[case.agency] += len(case.steps)
    parts = filling.shared_out(cases)
    assert sorted(agency for part in parts for agency in part) == sorted(steps)
    heavy, light = sorted((sum(steps[agency] for agency in part) for part in parts), reverse=True)
    assert heavy < 1.2 * light, "neither waits long for the other"
    assert filling.shared_out(case for case in cases if case.agency == "wuding") == [["wuding"]]
