"""`sanxiang play` as outsiders use it: exit codes, data, and files that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sanxiang.config import cli
from sanxiang.store.rulebooks.library import default_folder

SCENARIOS = default_folder() / "luoyang" / "three-systems" / "scenarios"
ORDINARY = SCENARIOS / "ordinary-penalty.yaml"
OWN = f"""title: 外单位写的情景
rulebook: luoyang
case: {{category: 处罚, procedure: penalty.ordinary, department: enforcement}}
follows: {{file: "{ORDINARY}", through: approve_filing}}
steps:
  - {{act: decide, at: 2024-08-07T09:00, by: head, expect: {{verdict: refused, codes: [decide/order]}}}}
expect:
  duties: [{{duty: decide, due: 2024-11-04, clause: PL-60}}]
"""


def played(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> list[dict[str, Any]]:
    assert cli.main(["play", *map(str, words), "--json"]) == code
    return list(json.loads(capsys.readouterr().out))


def own(folder: Path, text: str) -> Path:
    file = folder / "own.yaml"
    file.write_text(text, "utf-8")
    return file


def test_verdicts_duties_and_publications_are_told_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = played(capsys, ORDINARY)
    assert told["ok"] is True
    assert {"file", "title", "rulebook", "steps", "duties", "publications", "differences"} <= told.keys()
    assert {step["verdict"] for step in told["steps"]} == {"allowed"}
    duty = next(one for one in told["duties"] if one["duty"] == "publish")
    assert (duty["due"], duty["clause"], duty["provisional"]) == ("2024-10-12", "LY-12", False)
    assert duty["law"]
    assert told["publications"][0]["state"] == "published"


def test_a_file_of_an_outsider_is_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Filed on 6 August 2024: ninety days later is 4 November, a Monday."""
    (told,) = played(capsys, own(tmp_path, OWN))
    assert told["steps"][-1]["verdict"] == "refused"
    assert all(reason["law"] for reason in told["steps"][-1]["reasons"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("due: 2024-11-04", "due: 2024-11-05", "decide"),
        ("verdict: refused, codes: [decide/order]", "verdict: allowed", ""),
        ("codes: [decide/order]", "codes: [decide/never]", "decide/never"),
        ("expect:\n  duties", "expect:\n  archived: true\n  duties", "归档"),
    ],
)
def test_where_it_differs_from_what_is_expected_the_code_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    assert old in OWN
    (told,) = played(capsys, own(tmp_path, OWN.replace(old, new)), code=1)
    assert told["ok"] is False
    differences = [*told["differences"], *(text for step in told["steps"] for text in step["differences"])]
    assert differences
    assert said in "".join(differences)


def test_the_same_file_under_another_rulebook(capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = played(capsys, ORDINARY, "--rulebook", "dongxihu")
    first = told["steps"][0]
    assert first["verdict"] == "refused"
    assert [reason["clause"] for reason in first["reasons"]][:1] == ["DXH-01"]
    (told,) = played(capsys, ORDINARY, "--rulebook", "changning")
    clauses = {one["duty"]: one["clause"] for one in told["duties"]}
    assert clauses["publish"] == "CN-06"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "own.yaml"),
        ("title: [", "own.yaml"),
        (OWN.replace("rulebook: luoyang", "rulebok: luoyang"), "rulebook"),
        (OWN.replace("rulebook: luoyang", "rulebook: luoyong"), "luoyong"),
        (OWN.replace("act: decide", "acts: decide"), "act"),
        (OWN.replace("2024-08-07T09:00", "gestern"), "own.yaml"),
        (OWN.replace("ordinary-penalty.yaml", "nowhere.yaml"), "nowhere.yaml"),
        (OWN.replace("verdict: refused", "verdict: perhaps"), "own.yaml"),
        ("\x00\x01", "own.yaml"),
    ],
)
def test_a_wrong_file_is_named_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert cli.main(["play", str(own(tmp_path, text))]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_a_file_that_is_not_there_and_a_rulebook_that_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["play", str(tmp_path / "nothing.yaml")]) == 2
    assert cli.main(["play", str(ORDINARY), "--rulebook", "nowhere"]) == 2
    assert "现有" in capsys.readouterr().err
