"""`sanxiang due`: dates worked by hand from the calendars of the State Council and of Xinjiang."""

from __future__ import annotations

import json
from functools import cache

import pytest

from sanxiang.config import cli
from sanxiang.store.rulebooks import library

READ = cache(library.load_library)
"""The rulebooks are read once for all that is asked here; how they are read is shown elsewhere."""
LUOYANG = ("luoyang", "decision.made")
CASES = [
    # 27 September 2024 is a Friday; 29 September is worked, 1 to 7 October are off, 12 October is worked.
    pytest.param(*LUOYANG, "处罚", "2024-09-27", "publish", "2024-10-12", "LY-12", marks=pytest.mark.clauses("LY-12")),
    pytest.param(*LUOYANG, "许可", "2024-09-27", "publish", "2024-10-12", "LY-12", marks=pytest.mark.clauses("LY-12")),
    pytest.param(*LUOYANG, "强制", "2024-09-27", "publish", "2024-10-30", "LY-12", marks=pytest.mark.clauses("LY-12")),
    pytest.param(*LUOYANG, "征收", "2024-09-27", "publish", "2024-10-30", "LY-12", marks=pytest.mark.clauses("LY-12")),
    pytest.param(*LUOYANG, "收费", "2024-09-27", "publish", "2024-10-30", "LY-12", marks=pytest.mark.clauses("LY-12")),
    pytest.param(*LUOYANG, "检查", "2024-09-27", "publish", "2024-10-30", "LY-12", marks=pytest.mark.clauses("LY-12")),
    pytest.param("luoyang", "decision.revoked", "处罚", "2024-09-27", "withdraw", "2024-10-08", "PL-48"),
    # Handing a paper over at once binds seizures alone; ten working days from 27 September end on 16 October.
    pytest.param(*LUOYANG, "处罚", "2024-09-27", "serve", "2024-10-12", "PL-61"),
    pytest.param(*LUOYANG, "许可", "2024-09-27", "serve", "2024-10-16", "LL-44"),
    pytest.param(*LUOYANG, "强制", "2024-09-27", "serve", "2024-09-27", "CL-16"),
    pytest.param(
        "luoyang", "decision.revoked", "许可", "2024-09-27", "withdraw", "2024-10-30", "LY-15",
        marks=pytest.mark.clauses("LY-15"),
    ),
    pytest.param(
        "luoyang", "review.submitted", "处罚", "2024-09-27", "review", "2024-10-10", "LY-39",
        marks=pytest.mark.clauses("LY-39"),
    ),
    pytest.param(
        "dongxihu", "decision.made", "给付", "2024-09-27", "publish", "2024-10-30", "DXH-07",
        marks=pytest.mark.clauses("DXH-07"),
    ),
    pytest.param(
        "dongxihu", "decision.revoked", "奖励", "2024-10-04", "withdraw", "2024-10-04", "DXH-09",
        marks=pytest.mark.clauses("DXH-09"),
    ),
    pytest.param(
        "dongxihu", "case.closed", "给付", "2024-09-07", "archive", "2024-10-07", "DXH-14",
        marks=pytest.mark.clauses("DXH-14"),
    ),
    # Corban 2024: 17 to 19 June off in Xinjiang; the country works on these days.
    pytest.param(
        "urumqi", "decision.made", "处罚", "2024-06-12", "publish", "2024-06-26", "UR-08",
        marks=pytest.mark.clauses("UR-08"),
    ),
    pytest.param("luoyang", "decision.made", "处罚", "2024-06-12", "publish", "2024-06-21", "LY-12"),
    pytest.param(
        "urumqi", "decision.made", "强制", "2024-06-12", "publish", "2024-07-15", "UR-08",
        marks=pytest.mark.clauses("UR-08"),
    ),
    pytest.param(
        "changning", "decision.made", "许可", "2024-09-27", "publish", "2024-10-12", "CN-06",
        marks=pytest.mark.clauses("CN-06"),
    ),
    pytest.param(
        "changning", "decision.made", "征收", "2024-09-27", "publish", "2024-10-30", "CN-06",
        marks=pytest.mark.clauses("CN-06"),
    ),
    pytest.param(
        "wuding", "decision.made", "处罚", "2024-09-27", "publish", "2024-10-12", "TS-2.3",
        marks=pytest.mark.clauses("WD-07"),
    ),
    pytest.param(
        "wuding", "decision.made", "检查", "2024-09-27", "publish", "2024-10-30", "DR-26",
        marks=pytest.mark.clauses("WD-07"),
    ),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _read_once(monkeypatch):
    monkeypatch.setattr(library, "load_library", READ)


def told(capsys, *words):
    code = cli.main(["due", *words, "--json"])
    assert code == 0
    return {one["duty"]: one for one in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(("rulebook", "event", "category", "on", "duty", "due", "clause"), CASES)
def test_the_day_and_the_clause_that_binds(capsys, rulebook, event, category, on, duty, due, clause):
    found = told(capsys, "--rulebook", rulebook, "--event", event, "--category", category, "--on", on)[duty]
    assert (found["due"], found["clause"], found["binds"]) == (due, clause, True)
    assert {"law", "provisional", "layer", "candidates"} <= found.keys()


@pytest.mark.parametrize(
    ("event", "category", "duties"),
    [
        ("decision.made", "处罚", {"serve", "publish", "hand_in_fine"}),
        ("decision.made", "给付", {"publish"}),
        ("document.served", "处罚", {"defence", "hearing_request", "pay", "court", "reconsideration", "suit"}),
        ("document.served", "许可", {"hearing_request", "reconsideration", "suit"}),
        ("document.served", "给付", {"reconsideration", "suit"}),
    ],
)
def test_no_duty_of_another_category_is_told(capsys, event, category, duties):
    found = told(capsys, "--rulebook", "luoyang", "--event", event, "--category", category, "--on", "2024-09-27")
    assert set(found) == duties


def test_the_looser_local_period_stands_beside_the_statute(capsys):
    found = told(
        capsys, "--rulebook", "luoyang", "--event", "decision.revoked", "--category", "处罚", "--on", "2024-09-27"
    )
    beside = {one["clause"]: (one["due"], one["binds"]) for one in found["withdraw"]["candidates"]}
    assert beside == {"PL-48": ("2024-10-08", True), "LY-15": ("2024-10-30", False)}
    assert found["withdraw"]["layer"] == "national"


def test_a_year_without_an_arrangement_is_provisional(capsys):
    words = ("--rulebook", "luoyang", "--event", "decision.made", "--category", "处罚", "--on")
    assert told(capsys, *words, "2031-09-26")["publish"]["provisional"] is True
    assert told(capsys, *words, "2024-09-27")["publish"]["provisional"] is False


def test_before_the_local_rule_was_there_it_binds_nobody(capsys):
    found = told(
        capsys, "--rulebook", "luoyang", "--event", "decision.made", "--category", "处罚", "--on", "2019-06-26"
    )
    assert not any(one["clause"].startswith("LY-") for one in found["publish"]["candidates"])


def test_the_full_name_of_a_category_is_known(capsys):
    found = told(
        capsys, "--rulebook", "luoyang", "--event", "decision.made", "--category", "行政处罚", "--on", "2024-09-27"
    )
    assert found["publish"]["due"] == "2024-10-12"


def test_an_event_that_starts_nothing_gives_an_empty_list(capsys):
    assert told(capsys, "--rulebook", "luoyang", "--event", "training.completed", "--on", "2024-09-27") == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--rulebook": "luoyong"}, "是不是“luoyang”"),
        ({"--event": "decision.mad"}, "是不是“decision.made”"),
        ({"--category": "处法"}, "是不是“处罚”"),
        ({"--procedure": "penalty.ordinaire"}, "是不是“penalty.ordinary”"),
        ({"--on": "2024-13-01"}, "不是日期"),
        ({"--on": "2023-02-29"}, "不是日期"),
        ({"--on": "昨天"}, "不是日期"),
        ({"--on": "9999-12-31"}, "不是日期"),
        ({"--on": ""}, "不是日期"),
        ({"--rulebook": "' OR 1=1 --"}, "没有"),
        ({"--category": "😀" * 500}, "没有"),
    ],
)
def test_what_is_not_known_is_told_in_one_line(capsys, changed, said):
    words = {"--rulebook": "luoyang", "--event": "decision.made", "--category": "处罚", "--on": "2024-09-27", **changed}
    assert cli.main(["due", *[part for pair in words.items() for part in pair]]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


STARTS = ("decision.made", "decision.revoked", "review.submitted", "case.closed", "case.filed", "document.served",
          "measure.taken", "application.received")  # fmt: skip


@pytest.mark.parametrize("rulebook", ["luoyang", "dongxihu", "wuding", "urumqi", "changning"])
def test_a_looser_period_never_lengthens_a_stricter_one(capsys, rulebook):
    """Of several deadlines for one duty the earliest binds an agency, the latest a party's right; all are shown."""
    compared = 0
    for event in STARTS:
        for category in ("处罚", "许可", "强制", "征收", "检查", "给付", "奖励"):
            words = ("--rulebook", rulebook, "--event", event, "--category", category, "--on", "2024-09-27")
            for duty in told(capsys, *words).values():
                always = [one for one in duty["candidates"] if not one["conditional"]]
                if len(always) < 2:
                    continue
                compared += 1
                days = [one["due"] for one in always]
                right = duty["favours"] == "party"
                assert duty["due"] >= max(days) if right else duty["due"] <= min(days), (event, category, duty["duty"])
                assert [one["binds"] for one in duty["candidates"]].count(True) == 1
    assert compared > 3


@pytest.mark.clauses("DXH-09")
@pytest.mark.parametrize("category", ["给付", "奖励"])
def test_at_dongxihu_withdrawal_is_due_the_same_day(capsys, category):
    """Revoked on Friday 27 September 2024: the same day; only with a reason told the fifth working day (29, 30 September,
    8, 9, 10 October), which `sanxiang due` does not suppose. A weekend changes nothing."""
    for day in ("2024-09-27", "2024-10-05"):
        words = ("--rulebook", "dongxihu", "--event", "decision.revoked", "--category", category, "--on", day)
        found = told(capsys, *words)["withdraw"]
        assert (found["due"], found["clause"]) == (day, "DXH-09")


def test_time_that_a_law_leaves_out_moves_only_the_day_that_it_may_move(capsys):
    """Ten days of a test are left out of the term of a seizure, once where they are told twice; nothing of a freeze."""
    test = ("--without", "2024-08-12/2024-08-22", "--without", "2024-08-15/2024-08-20")
    words = ("--rulebook", "luoyang", "--event", "measure.taken", "--on", "2024-08-07")
    plain, moved = told(capsys, *words), told(capsys, *words, *test)
    assert (plain["seal"]["due"], moved["seal"]["due"]) == ("2024-09-06", "2024-09-16")
    assert plain["preserve"]["due"] == moved["preserve"]["due"]
    assert plain["seal"]["pauses"] == [{"say": "检测、检验、检疫、技术鉴定", "law": "《行政强制法》第二十五条第三款"}]


def test_the_plain_table_says_what_may_be_left_out_and_what_was(capsys):
    words = ["due", "--rulebook", "luoyang", "--event", "application.received", "--category", "许可"]
    assert cli.main([*words, "--on", "2025-03-10", "--without", "2025-03-12/2025-03-19"]) == 0
    shown = capsys.readouterr().out
    assert "decide 2025-04-15" in shown
    assert "可以不计入：听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审（《行政许可法》第四十五条）" in shown
    assert "已扣除：2025-03-12/2025-03-19" in shown


@pytest.mark.parametrize("given", ["2024-09-10", "2024-09-20/2024-09-10", "/", "2024-13-01/2024-13-02"])
def test_a_time_left_out_that_is_none_is_told(capsys, given):
    words = ["due", "--rulebook", "luoyang", "--event", "case.filed", "--on", "2024-09-02", "--without", given]
    assert cli.main(words) == 2
    error = capsys.readouterr().err
    assert "应写成" in error or "不能早于" in error
