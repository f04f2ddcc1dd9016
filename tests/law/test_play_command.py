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


REGISTER = f"""title: 设备、事项和清单也能演练
rulebook: luoyang
world_file: "{default_folder() / "worlds" / "agency.yaml"}"
steps:
  - {{act: device.registered, at: 2024-03-01T09:00, by: keeper, link: camera, extra: {{device: YS-1, device_kind: 执法记录仪}}}}
  - {{act: device.returned, at: 2024-03-02T09:00, by: keeper, link: camera, expect: {{verdict: refused, clauses: [GP-11]}}}}
"""


def test_facts_of_the_registers_are_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second step knows the first: the camera is there and nobody has taken it out."""
    (told,) = played(capsys, own(tmp_path, REGISTER))
    assert [step["verdict"] for step in told["steps"]] == ["allowed", "refused"]
    assert told["steps"][1]["reasons"][0]["missing"] == ["已经领出的设备"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("device: YS-1, ", "", "“device”没有写"),
        ("device: YS-1, ", "device: YS-1, colour: red, ", "没有“colour”这一项"),
        ("device.returned", "device.flown", "没有"),
        ("act: device.returned", "act: decision.made, extra: {number: 1}", "没有要登记的内容"),
        ("by: keeper, link: camera, extra", "by: nobody, link: camera, extra", "设备管理员"),
        ("link: camera, expect", "link: other, expect", "登记"),
    ],
)
def test_a_wrong_fact_for_a_register_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    assert old in REGISTER
    (told,) = played(capsys, own(tmp_path, REGISTER.replace(old, new)), code=1)
    text = json.dumps(told, ensure_ascii=False)
    assert said in text
    assert any(step["differences"] for step in told["steps"])


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("scopes: [LY-34 一般程序的处罚决定]", ""),
        ("scopes: [LY-34 案情复杂]", "进入审核范围"),
        ("scopes: []", "不应进入审核范围"),
        ("recording: [TS-3.1 text]", ""),
        ("recording: [TS-3.2 full]", "要求记录"),
    ],
)
def test_what_brings_under_review_and_asks_for_a_record_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expected: str, said: str
) -> None:
    file = own(
        tmp_path,
        f"""title: 外单位写的情景
rulebook: luoyang
follows: {{file: "{ORDINARY}", through: conclude_investigation}}
case: {{category: 处罚, procedure: penalty.ordinary, department: enforcement}}
steps:
  - {{act: decide, at: 2024-08-13T09:00, by: head, expect: {{verdict: refused, {expected}}}}}
""",
    )
    (told,) = played(capsys, file, code=1 if said else 0)
    assert said in "".join(told["steps"][-1]["differences"])


def test_a_recording_that_is_not_whole_stops_the_act_that_rests_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    file = default_folder() / "changning" / "three-systems" / "scenarios" / "recording-gap.yaml"
    (told,) = played(capsys, file)
    verdicts = [(step["act"], step["verdict"]) for step in told["steps"]]
    assert verdicts[-4:] == [
        ("inspect", "refused"), ("recording.explained", "refused"), ("recording.explained", "allowed"),
        ("inspect", "allowed"),
    ]  # fmt: skip
