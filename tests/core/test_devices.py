"""A device: who had it when, how its clock went, in what state it may be handed out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.events import UnknownKind, device, registry
from sanxiang.core.gates.devices import faults_of
from sanxiang.core.gates.equipping import Standard, Unit, needs
from sanxiang.core.registers import Check, fold_agency, fold_device
from tests.core.world import START, recorded

OPENED = device.DeviceRegistered(agency="a", device="J-01", device_kind="执法记录仪")
ALLOCATED = device.DeviceAllocated(department="work")


def issued(officer: str) -> device.DeviceIssued:
    return device.DeviceIssued(officers=(officer,))


RETURNED, FAULTED, REPAIRED = device.DeviceReturned(), device.DeviceFaulted(), device.DeviceRepaired()
SCRAPPED = device.DeviceScrapped()


def folded(*moves: tuple[object, int], known_at: datetime | None = None):
    """A device after these events, each so many minutes after the start; recorded one after another."""
    told = [(OPENED, 0), (ALLOCATED, 0), *moves]
    events = [
        replace(recorded(seq, event, stream="d"), occurred_at=START + timedelta(minutes=at),
                recorded_at=START + timedelta(days=30, minutes=seq))
        for seq, (event, at) in enumerate(told, 1)
    ]  # fmt: skip
    return fold_device(events, known_at)


handovers = st.lists(
    st.tuples(
        st.sampled_from([issued("zhang"), issued("li"), RETURNED, FAULTED, REPAIRED, SCRAPPED]), st.integers(-500, 500)
    ),
    max_size=14,
)


@given(handovers)
def test_whatever_is_reported_in_whatever_order_nobody_had_a_device_while_another_had_it(moves):
    custodies = folded(*moves).custodies
    for before, after in pairwise(custodies):
        assert before.until is not None
        assert before.since <= before.until <= after.since
    moments = [START + timedelta(minutes=minute) for minute in range(-500, 501, 50)]
    assert all(sum(one.held(at) for one in custodies) <= 1 for at in moments)


@given(handovers, st.integers(0, 16))
def test_what_was_known_at_an_instant_does_not_change_by_what_came_later(moves, seen):
    known_at = START + timedelta(days=30, minutes=seen)
    before = folded(*moves[: max(0, seen - 2)], known_at=known_at)
    assert folded(*moves, known_at=known_at) == before


def test_a_recording_finds_its_officer_by_the_interval_of_issue():
    camera = folded((issued("zhang"), 10), (RETURNED, 70), (issued("li"), 80))
    when = [camera.holder(START + timedelta(minutes=minute)) for minute in (5, 10, 69, 70, 90)]
    assert when == ["", "zhang", "zhang", "", "li"]
    assert camera.state == "issued"


def test_its_clock_is_what_was_measured_nearest():
    def measured(offset: int) -> device.DeviceChecked:
        return device.DeviceChecked(facts={"device_clock_offset_s": offset})

    camera = folded((measured(5), 0), (measured(-2220), 600))
    assert camera.offset_s(START + timedelta(minutes=100)) == 5
    assert camera.offset_s(START + timedelta(minutes=500)) == -2220
    assert folded().offset_s(START) == 0


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        ([], "kept"), ([FAULTED], "faulty"), ([FAULTED, REPAIRED], "kept"), ([issued("li")], "issued"),
        ([issued("li"), FAULTED], "faulty"), ([issued("li"), RETURNED], "kept"), ([SCRAPPED], "scrapped"),
    ],
)  # fmt: skip
def test_its_state_follows_from_what_happened(moves, state):
    assert folded(*((move, 1) for move in moves)).state == state


def test_a_device_has_no_other_events():
    with pytest.raises(UnknownKind):
        folded((registry.OfficerLeft(), 1))


LIMITS = {"device_battery_least": 60, "device_free_gb_least": 16, "device_clock_most_s": 30}


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (None, "使用前检查"), (Check(START, 59, 64, 0), "电量 59%"), (Check(START, 60, 15, 0), "剩余空间 15 GB"),
        (Check(START, 60, 16, -31), "时钟偏差 -31 秒"), (Check(START, None, 16, 30), "电量没有检查"),
    ],
)  # fmt: skip
def test_a_check_says_what_is_not_fit(check, said):
    assert said in "".join(faults_of(check, lambda name: LIMITS[name]))


def test_a_check_at_its_limits_is_fit():
    assert faults_of(Check(START, 60, 16, -30), lambda name: LIMITS[name]) == ()


@given(st.integers(0, 200), st.integers(0, 500), st.integers(0, 40))
def test_need_is_the_least_number_that_the_standard_is_met_with(officers, cases, held):
    lines = [Standard.read(text) for text in ("执法记录仪：每3名执法人员1台", "同步录音录像询问室：每50件案件1间")]
    cameras, rooms = needs(lines, Unit("一科", officers, cases, {"执法记录仪": held}))
    assert cameras.need * 3 >= officers > (cameras.need - 1) * 3 or officers == cameras.need == 0
    assert rooms.need == -(-cases // 50)
    assert cameras.lacking == max(0, cameras.need - held)


@pytest.mark.parametrize(
    "text", ["执法记录仪", "执法记录仪：每0名执法人员1台", "：每3名执法人员1台", "执法记录仪：每三名执法人员1台"]
)
def test_a_standard_that_cannot_be_read_is_an_error(text):
    with pytest.raises(ValueError, match="配备标准"):
        Standard.read(text)


def agency_of(*events: object):
    base = (registry.AgencyRegistered(jurisdiction="test"),)
    return fold_agency([recorded(seq, event, stream="a") for seq, event in enumerate((*base, *events), 1)])


def test_a_plan_that_was_reported_is_not_drawn_up_again():
    lines = [{"kind": "执法记录仪", "unit": "一科", "need": 3, "held": 1, "buy": 2, "price": 150_000, "ground": "标准"}]
    planned = device.EquipmentPlanned(plan="2027", facts={"equipment_lines": lines})
    again = device.EquipmentPlanned(plan="2027", facts={"equipment_lines": lines * 2})
    reported = device.EquipmentReported(plan="2027", facts={"equipment_receiver": "区政府"})
    assert agency_of(planned, again).plans["2027"].amount == 600_000
    plan = agency_of(planned, reported, again).plans["2027"]
    assert (plan.amount, plan.state, plan.receiver) == (300_000, "reported", "区政府")
    assert plan.hands.keys() == {"planned", "reported"}
