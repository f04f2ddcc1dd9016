"""The closing record of a recording: what lies open at its end is an interruption, whether the device tells it or not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sanxiang.core.ledger import closing
from sanxiang.core.ledger import segments as chain

from .test_segments import OPENING, TEN, even, made

HALF = 1800


def open_end(headers: list[bytes], sealed: float = 3600, *, wrong: float = 0, **told: Any) -> list[tuple[Any, ...]]:
    """(from, to in seconds after ten, cause, who found it, id); `told` in seconds on the device's clock."""
    device = TEN + timedelta(seconds=wrong)

    def moment(seconds: float) -> str:
        return (device + timedelta(seconds=seconds)).isoformat()

    gaps = [
        {"from": moment(since), "to": moment(until), "cause": cause} for since, until, cause in told.get("gaps", ())
    ]
    body = {"count": len(headers), "head": "ab", "at": moment(told["at"]) if "at" in told else "", "gaps": gaps}
    end = closing.read_closing(json.dumps(body).encode())
    reckoned, last = chain.reckon(OPENING, headers), chain.read(headers[-1])
    found = closing.left_open(end, reckoned, last, TEN + timedelta(seconds=sealed))
    return [((one.since - TEN).total_seconds(), (one.until - TEN).total_seconds(), one.cause, one.found_by, one.key)
            for one in found]  # fmt: skip


@pytest.mark.clauses("CN-09")
def test_what_the_device_tells_of_its_end_is_an_interruption() -> None:
    told = {"at": HALF, "gaps": [(8, HALF, "权限被收回")]}
    assert open_end(made([even(4)]), **told) == [(8, HALF, "权限被收回", "device", "end.0")]
    assert open_end(made([even(4)], wrong=-2220), wrong=-2220, **told) == [(8, HALF, "权限被收回", "device", "end.0")]


@pytest.mark.clauses("CN-09")
@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"at": HALF}, [(8, HALF, "没有数据", "server", "end.open")]),
        ({}, [(8, 3600, "没有报告何时结束", "server", "end.open")]),
        ({"at": HALF, "gaps": [(8, 60, "电话呼入")]}, [(8, 60, "电话呼入", "device", "end.0"),
                                                   (8, HALF, "没有数据", "server", "end.open")]),
        ({"at": 8}, []),
        ({"at": 9.5}, []),
        ({"at": 0}, []),
    ],
)  # fmt: skip
def test_what_the_device_leaves_out_is_reckoned(told: dict[str, Any], found: list[Any]) -> None:
    assert open_end(made([even(4)]), **told) == found


def test_without_a_word_of_the_end_a_seal_at_once_hides_nothing() -> None:
    assert open_end(made([even(4)]), 40) == []


def test_no_interruption_lies_outside_of_the_recording_and_the_seal() -> None:
    ((since, until, *_),) = open_end(made([even(4)]), at=90_000, gaps=[(-90_000, 90_000, "其他")])
    assert (since, until) == (0, 3600)


def test_a_clock_that_was_turned_while_it_recorded_makes_no_interruption_at_the_end() -> None:
    headers = made([even(4)])
    moved = json.loads(headers[-1])
    moved["to"] = (TEN + timedelta(seconds=8 + 2220)).isoformat()
    headers[-1] = json.dumps(moved).encode()
    assert open_end(headers, 7200, at=8 + 2220) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"count": 1, "head": "a", "at": "gestern"}',
                                  b'{"count": 1, "head": "a", "gaps": [{"from": 1}]}', b'{"count": 1, "head": "a", "gaps": 7}'])  # fmt: skip
def test_a_closing_record_that_says_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(chain.BadHeader):
        closing.read_closing(body)
