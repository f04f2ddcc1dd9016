"""`sanxiang review sample` does what its help says, to the exit code."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest

from sanxiang.casework.models import Account, CaseRow
from sanxiang.config.commands import review
from sanxiang.config.operating import Problem
from sanxiang.three_systems.legal_review.models import SampleRow

BEGIN = {"2025-05": "2025-04-21", "2025-06": "2025-05-23", "2024-07": "2024-06-24"}
"""When a case begins whose review is concluded in a month; no other test draws these months."""


@pytest.fixture
def agency(theatre: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The agency, whose head of the legal unit may log in; the database is there already."""
    monkeypatch.setattr(review, "database", nullcontext)
    account = theatre.account("reviewer2")
    Account.objects.filter(pk=account.pk).update(username="ly-review2-samples")
    return str(theatre.people["luoyang"][""])


def reviewed(theatre: Any, month: str) -> Any:
    told = theatre.played(before="give_notice", start=BEGIN[month])
    done = next(one for one in theatre.events(told) if one.kind == "review.concluded")
    assert f"{done.occurred_at:%Y-%m}" == month
    return told


def sample(
    capsys: pytest.CaptureFixture[str], month: str, *more: str, by: str = "ly-review2-samples"
) -> tuple[int, str, str]:
    parser = ArgumentParser()
    review.add_parser(parser.add_subparsers())
    args = parser.parse_args(["review", "sample", "--month", month, "--by", by, *more])
    code = args.run(args)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_month_is_drawn_once_whoever_asks_again(theatre: Any, agency: str, capsys: Any) -> None:
    told = reviewed(theatre, "2025-05")
    code, out, err = sample(capsys, "2025-05")
    assert (code, err) == (0, "")
    row = SampleRow.objects.get(stream=told.stream)
    number = CaseRow.objects.get(stream=told.stream).case_number
    assert out.startswith(f"2025-05 可抽 1 件，抽中 1 件，种子 {row.seed}\n")
    assert f"{number} " in out
    assert told.stream in out
    assert sample(capsys, "2025-05") == (0, out, "")
    with pytest.raises(Problem, match="不能换种子") as wrong:
        sample(capsys, "2025-05", "--seed", "0123456789abcdef")
    assert wrong.value.code == 2
    assert sum(one.kind == "review.sampled" for one in theatre.events(told)) == 1


def test_a_case_that_is_not_written_is_told_with_its_reason_and_exit_code_1(
    theatre: Any, agency: str, capsys: Any
) -> None:
    """The list of reviews can be behind the record: what the record says counts, and the run can be finished later."""
    told = theatre.played("corrected", before="submit_again", start=BEGIN["2025-06"])
    row = CaseRow.objects.filter(stream=told.stream)
    assert row.get().review_state == "adverse"
    row.update(review_state="passed")
    code, out, err = sample(capsys, "2025-06", "--seed", "c0ffee00c0ffee00", "--json")
    assert code == 1
    found = json.loads(out)
    assert found["cases"] == [told.stream]
    assert "只抽取通过的" in found["refused"][told.stream]
    assert "没有记入" in err
    assert "只抽取通过的" in err
    assert "--seed c0ffee00c0ffee00" in err
    assert not SampleRow.objects.filter(stream=told.stream).exists()
    row.update(review_state="adverse")
    code, out, err = sample(capsys, "2025-06", "--seed", "c0ffee00c0ffee00")
    assert (code, err) == (0, "")
    assert "没有可抽的审核" in out


def test_a_case_drawn_for_an_earlier_month_is_not_in_the_urn_again(theatre: Any, agency: str, capsys: Any) -> None:
    told = reviewed(theatre, "2024-07")
    assert sample(capsys, "2024-07")[0] == 0
    assert SampleRow.objects.get(stream=told.stream).month == "2024-07"
    SampleRow.objects.filter(stream=told.stream).update(month="2024-06")  # as if it was reviewed again since
    code, out, _ = sample(capsys, "2024-07")
    SampleRow.objects.filter(stream=told.stream).update(month="2024-07")
    assert (code, out) == (0, "2024-07 没有可抽的审核，没有抽取\n")


@pytest.mark.parametrize(
    ("month", "by", "seed", "why"),
    [
        ("2025-13", "ly-review2-samples", "", "月份要写成"),
        (f"{date.max.year - 1}-01", "ly-review2-samples", "", "还没有结束"),
        ("2025-05", "nobody", "", "不是在任的法制机构负责人"),
    ],
)
def test_what_is_wrong_is_told_with_exit_code_2(
    theatre: Any, agency: str, capsys: Any, month: str, by: str, seed: str, why: str
) -> None:
    with pytest.raises(Problem, match=why) as wrong:
        sample(capsys, month, by=by)
    assert wrong.value.code == 2


def test_a_seed_that_is_none_is_refused_even_where_nothing_could_be_drawn(
    theatre: Any, agency: str, capsys: Any
) -> None:
    with pytest.raises(Problem, match="种子"):
        sample(capsys, "2001-01", "--seed", "XYZ")
