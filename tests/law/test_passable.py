"""`rulebooks check` names what no case could get through: an end that is not there or cannot be reached, an act that shuts
every end, a regulation in the wrong layer; and tells of a local period that is looser than the statute's."""

from __future__ import annotations

import pytest

from sanxiang.config.cli import main
from sanxiang.store.rulebooks.library import load_library
from tests.law.small import FILE, changed, faults

CLOSE = "emits: case.closed, stage: work, by: [head], after: [open]"


def test_a_loop_that_holds_the_only_end_is_named_with_the_procedure_that_has_no_end_then(folder):
    line = changed(folder, CLOSE, CLOSE.replace("[open]", "[decide, reopen]"))
    changed(folder, "  - id: T-2\n", "          - {id: reopen, name: 恢复, emits: draft.changed, stage: work, by: [head], "
            "after: [close]}\n  - id: T-2\n")  # fmt: skip
    found = faults(folder)
    assert (FILE, line, "“结案”永远办不到：它前面的环节互相等待") in found
    assert (FILE, line + 1, "“恢复”永远办不到：它前面的环节互相等待") in found
    assert [text for _, _, text in found if "没有结局" in text] == [
        "“普通程序”没有结局：没有一个办得到的环节能结案、终止或者不予受理"
    ]


def test_a_procedure_without_any_act_that_ends_it(folder):
    changed(folder, "emits: case.closed", "emits: draft.changed")
    ((file, line, text),) = faults(folder)
    assert (file, text) == (FILE, "“普通程序”没有结局：没有一个办得到的环节能结案、终止或者不予受理")
    assert "acts:" in (folder / FILE).read_text("utf-8").splitlines()[line - 1]


@pytest.mark.parametrize(
    ("shut", "trap"),
    [
        (CLOSE + ", not_after: [decide]", "决定"),
        (CLOSE.replace("[open]", "[settle]") + "}\n          - {id: settle, name: 清点, emits: draft.changed, stage: work,"
         " by: [head], after: [conclude], not_after: [conclude, decide]", "调查终结"),
    ],
    ids=["the end itself", "what the end needs"],
)  # fmt: skip
def test_an_act_after_which_no_end_is_left_is_a_dead_end(folder, shut, trap):
    changed(folder, CLOSE, shut)
    acts = (folder / FILE).read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(acts, 1) if f"name: {trap}" in text) - 1
    assert (FILE, line, f"“{trap}”是死路：办了以后，结案、终止等结局都不能再办") in faults(folder)


def test_an_act_that_shuts_one_of_two_ends_is_none(folder):
    more = "}\n          - {id: stop, name: 终止, emits: case.terminated, stage: work, by: [head], after: [open]"
    changed(folder, CLOSE, CLOSE + ", not_after: [decide]" + more)
    assert load_library(folder).versions["town-rule"]


def test_a_regulation_of_a_place_is_no_statute_and_a_statute_stands_apart(folder):
    line = changed(folder, "layer: local", "layer: national")
    assert faults(folder) == [
        (FILE, line, "“演示镇规定”放在演示镇的文件夹里，层级不能是 national（全国），应为 local 或者 agency")
    ]
    changed(folder, "layer: national", "layer: local")
    (folder / "national").mkdir()
    (folder / "town" / "rule").rename(folder / "national" / "rule")
    assert [(file, text) for file, _, text in faults(folder)] == [
        ("national/rule/2024-01-01.yaml",
         "“演示镇规定”放在全国的文件夹里，层级应为 national；本地的规定放在该地的文件夹里"),
    ]  # fmt: skip


STATUTE = """\
id: statute
title: 演示法
authority: 演示
layer: national
effective: 2020-01-01
clauses:
  - id: S-1
    at: 第一条
    kind: deadline
    text: 决定以后五个工作日内公示
    deadlines:
      - {duty: publish, on: [decision.made], until: [publication.published], period: 5 working_days}
"""


@pytest.mark.parametrize(
    ("period", "statutory", "favours", "told"),
    [
        ("7 working_days", "5 working_days", "agency", "宽"), ("5 working_days", "5 working_days", "agency", ""),
        ("3 working_days", "5 working_days", "agency", ""), ("3 working_days", "5 working_days", "party", "宽"),
        ("7 working_days", "5 working_days", "party", ""),
        ("7 days", "7 working_days", "agency", ""), ("7 working_days", "7 days", "agency", "宽"),
        ("7 working_days", "7 days", "party", ""), ("7 days", "7 working_days", "party", "宽"),
        ("7 days", "5 working_days", "agency", "不能比较"), ("30 days", "20 working_days", "agency", "不能比较"),
        ("3 months", "90 days", "agency", "不能比较"), ("1 month", "20 days", "agency", "宽"),
        ("20 days", "1 month", "agency", ""), ("24 hours", "1 working_day", "agency", ""),
        ("3 working_days", "24 hours", "agency", "宽"), ("same_day", "24 hours", "agency", ""),
    ],
)  # fmt: skip
def test_a_local_period_looser_than_the_statute_is_told_and_no_fault(folder, period, statutory, favours, told, capsys):
    """Unlike units by the calendar of the place: seven working days never end before seven days."""
    (folder / "national/statute").mkdir(parents=True)
    text = STATUTE.replace("5 working_days}", f"{statutory}, favours: {favours}}}")
    (folder / "national/statute/2020-01-01.yaml").write_text(text, encoding="utf-8")
    changed(folder, "[town-rule]", "[statute, town-rule]", "town/jurisdiction.yaml")
    line = changed(folder, "period: 7 working_days", f"period: {period}\n        favours: {favours}") - 3
    assert main(["rulebooks", "check", str(folder)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert (f"提示 {FILE}:{line}: T-3“publish”的" in said.err) == bool(told)
    assert ("比演示法（第一条）的" in said.err) == (told == "宽")
    assert ("与演示法（第一条）的" in said.err) == (told == "不能比较")
    assert ("不能比较" in said.err) == (told == "不能比较")
