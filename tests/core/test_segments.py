"""The chain of a recording: what was left out, changed, moved is found; time is reckoned by the steady clock."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.ledger import segments as chain
from sanxiang.core.values import CHINA

TEN = datetime(2024, 9, 3, 10, 0, tzinfo=CHINA)
TAKE = "0f9f5f7e-0000-4000-8000-000000000001"
OPENING = b'{"take":"x"}'


def made(runs: list[list[tuple[float, float]]], *, wrong: float = 0, **more: object) -> list[bytes]:
    """Headers of runs of pieces, each from and to in seconds; the device's clock is `wrong` by so many seconds."""
    prev, found = chain.digest(OPENING), []
    device = TEN + timedelta(seconds=wrong)
    for run, pieces in enumerate(runs):
        for since, until in pieces:
            header = {
                "take": TAKE, "i": len(found), "run": run, "prev": prev, "sha256": "ab", "bytes": 3,
                "from": (device + timedelta(seconds=since)).isoformat(),
                "to": (device + timedelta(seconds=until)).isoformat(), "mono": [since * 1000, until * 1000],
                "contact": {"server": TEN.isoformat(), "device": device.isoformat()},
                "gaps": [{"from": TEN.isoformat(), "to": TEN.isoformat(), "cause": "电话呼入"}]
                if run and (since, until) == pieces[0] else [], **more,
            }  # fmt: skip
            found.append(json.dumps(header).encode())
            prev = chain.digest(found[-1])
    return found


def even(count: int) -> list[tuple[float, float]]:
    return [(2 * n, 2 * n + 2) for n in range(count)]


counts = st.integers(2, 8)


@given(st.lists(counts, min_size=1, max_size=3))
def test_a_whole_chain_has_no_fault_and_its_runs_are_apart(lengths):
    start, runs = 0.0, []
    for count in lengths:
        runs.append([(start + a, start + b) for a, b in even(count)])
        start += 2 * count + 60
    told = chain.reckon(OPENING, made(runs))
    assert told.problems == ()
    assert [len(run) for run in told.runs] == lengths
    assert [(gap.until - gap.since).total_seconds() for gap in told.gaps] == [60.0] * (len(lengths) - 1)
    assert {gap.cause for gap in told.gaps} <= {"电话呼入"}


@given(counts, st.data())
def test_a_piece_left_out_changed_or_moved_is_found(count, data):
    headers = made([even(count)])
    at = data.draw(st.integers(0, count - 2))
    swapped = [*headers]
    swapped[at], swapped[at + 1] = swapped[at + 1], swapped[at]
    changed = [*headers]
    changed[at] = headers[at].replace(b'"ab"', b'"cd"')
    for bad in (headers[:at] + headers[at + 1 :], swapped, changed):
        assert chain.reckon(OPENING, bad).problems
    assert chain.reckon(b"{}", headers).problems


@given(st.integers(-86_400, 86_400))
def test_a_wrong_clock_is_reckoned_back_to_the_server(wrong):
    told = chain.reckon(OPENING, made([even(5)], wrong=wrong))
    assert (told.began, told.ended) == (TEN, TEN + timedelta(seconds=10))
    assert told.offset == timedelta(seconds=-wrong)
    assert not told.turned


def test_a_clock_that_is_turned_while_recording_is_told_and_does_not_move_the_end():
    headers = made([even(4)])
    last = json.loads(headers[-1])
    last["to"] = (TEN + timedelta(hours=2)).isoformat()
    told = chain.reckon(OPENING, [*headers[:-1], json.dumps(last).encode()])
    assert told.turned
    assert told.ended == TEN + timedelta(seconds=8)


def test_a_hole_between_two_pieces_of_a_run_is_an_interruption():
    told = chain.reckon(OPENING, made([[(0, 2), (2, 4), (9, 11)]]))
    assert [(gap.since, gap.until, gap.found_by) for gap in told.gaps] == [
        (TEN + timedelta(seconds=4), TEN + timedelta(seconds=9), "server")
    ]


def test_what_a_track_left_out_inside_a_run_is_an_interruption():
    gap = {"from": TEN.isoformat(), "to": (TEN + timedelta(seconds=3)).isoformat(), "cause": "没有声音"}
    headers = made([[(0, 4)]], gaps=[gap])
    assert [(one.cause, one.found_by) for one in chain.reckon(OPENING, headers).gaps] == [("没有声音", "device")]


@pytest.mark.parametrize(
    "bad",
    [b"", b"[]", b"null", b'{"take": 1}', b"\xff", json.dumps({"take": TAKE, "i": "x"}).encode(), b"9" * 20_000,
     made([even(1)])[0].replace(b"+08:00", b""), made([even(1)], bytes="many")[0], made([even(1)], i=-1)[0]],
)  # fmt: skip
def test_a_header_that_says_nothing_is_refused(bad):
    with pytest.raises(chain.BadHeader):
        chain.read(bad)


def test_what_is_missing_is_named():
    assert chain.missing([0, 2, 3], 5) == (1, 4)


@given(st.lists(counts, min_size=1, max_size=4), st.data())
def test_going_on_from_the_anchors_tells_what_the_whole_chain_tells(lengths, data):
    start, runs = 0.0, []
    for count in lengths:
        runs.append([(start + a * 3, start + a * 3 + 2) for a, _ in even(count)])  # each piece 4 seconds after the last
        start += 6 * count + 60
    headers = made(runs, wrong=90)
    whole = chain.reckon(OPENING, headers).gaps
    cut = data.draw(st.integers(1, len(headers) - 1))
    held = [headers[number] for number in chain.anchors(headers[:cut])]
    assert len(held) <= 3
    further = chain.reckon(OPENING, [*held, *headers[cut:]]).gaps
    assert [one for one in further if int(one.key.partition(".")[0]) >= cut] == [
        one for one in whole if int(one.key.partition(".")[0]) >= cut
    ]


def test_a_later_run_that_does_not_tell_why_it_began_hides_no_interruption():
    headers = made([even(2), [(30, 32), (32, 34)]])
    told = [json.loads(header) for header in headers]
    told[2]["gaps"], told[3]["gaps"] = [], [{"from": TEN.isoformat(), "to": TEN.isoformat(), "cause": "没有声音"}]
    gaps = chain.reckon(OPENING, [json.dumps(one).encode() for one in told]).gaps
    assert [(one.key, one.cause) for one in gaps] == [("2.0", ""), ("3.0", "没有声音")]
