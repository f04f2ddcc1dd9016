"""The strict loader: every fault in a rule file is named with its file and line, and nothing is loaded."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from sanxiang.config.cli import main
from sanxiang.store.rulebooks.library import load_library
from sanxiang.store.rulebooks.yamlfile import DEPTH_MAX, SIZE_MAX
from tests.law.small import FILE, RULE, changed, faults


def test_the_small_library_is_without_fault(folder):
    assert list(load_library(folder).jurisdictions) == ["town"]


WRONG = {
    "unknown key": ("    text: 七个工作日内公示", "    texts: 七个工作日内公示", "不认识“texts”，是不是“text”？"),
    "unknown key of a binding": ("        say: 还没有写明违法事实", "        says: 还没有写明违法事实", "是不是“say”？"),
    "wrong type: flag for text": ("at: 三", "at: true", "“at”应当是文字"),
    "wrong type: text for a list": ("acts: [decide]", "acts: decide", "“acts”应当是列表"),
    "wrong type: not a date": ("effective: 2024-01-01", "effective: 明年", "“effective”应当是日期"),
    "wrong choice": ("layer: local", "layer: lokal", "是不是“local”？"),
    "not a period": ("7 working_days", "seven days", "“seven days”不是期限"),
    "unknown act": ("fix: conclude", "fix: conclud", "没有“conclud”这个环节，是不是“conclude”？"),
    "unknown act of a gate": ("acts: [decide]", "acts: [deside]", "没有“deside”这个环节，是不是“decide”？"),
    "unknown act before": ("after: [conclude]", "after: [conclud]", "没有“conclud”这个环节"),
    "unknown act of a stage": ("done_by: [decide]", "done_by: [deside]", "没有“deside”这个环节"),
    "unknown fact": ("{fact: source_on}", "{fact: source_no}", "没有“source_no”这个事实，是不是“source_on”？"),
    "unknown fact of a condition": ("stated: [violation_facts]", "stated: [violation]", "没有“violation”这个事实"),
    "unknown choice of a fact": ("is: 自然人", "is: 自然仁", "没有“自然仁”这个选项，是不是“自然人”？"),
    "unknown post": ("question: 是否情节严重？, by: [head]", "question: 是否情节严重？, by: [haed]", "没有“haed”这个岗位"),
    "unknown kind of record": ("on: [decision.made]", "on: [decision.maid]", "是不是“decision.made”？"),
    "unknown act in the condition of an end": (
        "on: [decision.made]", "until_when: {act: [deside]}\n        on: [decision.made]", "没有“deside”这个环节",
    ),
    "unknown fact in the condition of the end of a pause": (
        "period: 7 working_days", "period: 7 working_days\n        pauses:\n          - {on: [case.suspended], "
        "until: [case.resumed], say: 中止, until_when: {stated: [violation]}}", "没有“violation”这个事实",
    ),
    "unknown category": ("when: {category: [处罚]}", "when: {category: [处法]}", "没有“处法”这个执法类别"),
    "unknown word": ("- {officers: {at_least: 2}}", "- {oficers: {at_least: 2}}", "是不是“officers”？"),
    "wrong argument of a word": ("at_least: 2", "at_least: 两", "“at_least”的写法不对，应当是整数"),
    "unknown argument of a word": ("at_least: 2", "at_lest: 2", "不认识“at_lest”，是不是“at_least”？"),
    "two words in one condition": (
        "{officers: {at_least: 2}}", "{officers: {at_least: 2}, review_due: true}", "条件应当只有一个词",
    ),
    "unknown judgement": ("when: {category: [处罚]}", "when: {judgement: graf}", "没有“graf”这个判断，是不是“grave”？"),
    "an alias": ("        needs:", "        needs: &x", "不能使用 & 和 * 引用"),
    "a tag": ("at: 三", "at: !!python/object:os.system 三", "读不出来"),
    "no YAML": ("    at: 三", "    at: [三", "不是合格的 YAML"),
    "a clause id used twice": ("id: T-3", "id: T-2", "条款“T-2”的编号已经用过"),
    "an act nobody may do": ("by: [head]\n            after", "by: []\n            after", "“决定”没有人可以办理"),
    "the same act twice": ("id: conclude", "id: open", "环节“open”写了两次"),
    "an act that shuts itself": ("after: [conclude]", "after: [conclude]\n            not_after: [conclude]", "永远办不到"),
    "a set field that the event has not": (
        "after: [conclude]", "after: [conclude]\n            sets: {compleet: true}", "没有“compleet”这个记录项目",
    ),
    "no hours": ("when: {category: [处罚]}", "when: {daytime: {from: dawn, until: dusk}}", "写成 06:00"),
    "a term from nowhere": ("when: {category: [处罚]}", "when: {elapsed: {period: 5 days}}", "应当写明从哪里算起"),
    "neither a period nor a day": ("        period: 7 working_days\n", "", "应当写period"),
    "a date that contradicts the name of the file": (
        "effective: 2024-01-01", "effective: 2024-02-01", "文件名应为施行日期 2024-02-01.yaml",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG.keys())
def test_each_fault_is_named_with_file_and_line(folder, old, new, said):
    line = changed(folder, old, new)
    found = faults(folder)
    file, at, text = next((fault for fault in found if said in fault[2]), ("", 0, str(found)))
    assert said in text
    assert file == FILE
    assert abs(at - line) <= 3, f"said line {at}, stands in line {line}"


EXACT = [
    "unknown key",
    "wrong type: flag for text",
    "not a period",
    "wrong choice",
    "a clause id used twice",
    "an alias",
]


@pytest.mark.parametrize("name", EXACT)
def test_the_line_is_that_of_the_fault_itself(folder, name):
    old, new, said = WRONG[name]
    line = changed(folder, old, new)
    assert [at for _, at, text in faults(folder) if said in text] == [line]


def test_acts_that_wait_for_each_other_are_a_dead_end(folder):
    changed(folder, "after: [open]\n", "after: [decide]\n")
    texts = [text for _, _, text in faults(folder)]
    assert texts == ["“调查终结”永远办不到：它前面的环节互相等待", "“决定”永远办不到：它前面的环节互相等待"]


def test_a_key_written_twice(folder):
    line = changed(folder, "    text: 七个工作日内公示", "    text: 七个工作日内公示\n    text: 又一次")
    assert faults(folder) == [(FILE, line + 1, "“text”写了两次")]


def test_all_faults_of_all_files_come_at_once(folder):
    changed(folder, "layer: local", "layer: lokal")
    changed(folder, "at: 三", "at: 3")
    changed(folder, "name: 演示镇", "nom: 演示镇", "town/jurisdiction.yaml")
    changed(folder, "label: 违法事实", "lable: 违法事实", "dictionary/facts.yaml")
    assert {file for file, _, _ in faults(folder)} == {FILE, "town/jurisdiction.yaml", "dictionary/facts.yaml"}
    assert len(faults(folder)) >= 6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"\xd2\xbb\xc4\xea", "文件不是 UTF-8 编码"),
        (b"- a\n- b\n", "应当是一组“键: 值”"),
        (b"id: x\n", "缺“title”"),
        (b"a: " + b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1), "嵌套太深"),
        (b"? [a, b]\n: c\n", "键应当是文字"),
        (b"a: \x00\n", "不是合格的 YAML"),
        (b"#" * (SIZE_MAX + 1), "文件太大"),
    ],
    ids=["empty", "GBK", "a list", "keys left out", "deep", "key not text", "control character", "huge"],
)
def test_a_file_that_is_no_rule_file(folder, content, said):
    (folder / FILE).write_bytes(content)
    found = [text for file, _, text in faults(folder) if file == FILE]
    assert any(said in text for text in found), found


def test_a_hundred_thousand_brackets_do_no_harm(folder):
    (folder / FILE).write_bytes(b"[" * 100_000)
    assert any("嵌套太深" in text for _, _, text in faults(folder))


def test_places_and_instruments_that_point_at_nothing(folder):
    changed(folder, "[town-rule]", "[town-rul]", "town/jurisdiction.yaml")
    (folder / "town/jurisdiction.yaml").write_text("id: town\nname: x\ninstruments: [town-rul]\ncalendar: nationl\n")
    texts = [text for _, _, text in faults(folder)]
    assert texts == ["没有“town-rul”这部规定，是不是“town-rule”？", "没有“nationl”这份日历，是不是“national”？"]


def test_a_place_stands_in_the_folder_of_its_name_and_an_instrument_in_one_folder(folder):
    changed(folder, "id: town", "id: village", "town/jurisdiction.yaml")
    (folder / "town" / "other").mkdir()
    shutil.copy(folder / FILE, folder / "town" / "other" / "2024-01-01.yaml")
    texts = [text for _, _, text in faults(folder)]
    assert "法域“village”的文件夹应为 village" in texts
    assert any("已经在另一个文件夹里" in text for text in texts)


def test_a_fact_written_twice_and_a_list_of_posts_that_is_none(folder):
    shutil.copy(folder / "dictionary/facts.yaml", folder / "dictionary/facts-more.yaml")
    (folder / "dictionary/posts.yaml").write_text("- officer\n", encoding="utf-8")
    found = {(file, line) for file, line, _ in faults(folder)}
    assert ("dictionary/facts.yaml", 2) in found or ("dictionary/facts-more.yaml", 2) in found
    assert ("dictionary/posts.yaml", 1) in found


def new_version(folder: Path) -> None:
    text = RULE.replace("effective: 2024-01-01", "effective: 2025-01-01").replace("7 working_days", "3 working_days")
    (folder / "town/rule/2025-01-01.yaml").write_text(text, encoding="utf-8")


def test_the_version_in_force_on_the_day_applies_and_a_new_one_changes_nothing_before(folder):
    before = load_library(folder)
    new_version(folder)
    after = load_library(folder)

    def terms(library, day: date) -> list[str]:
        return [str(bound.rule.period) for bound in library.on("town", day).deadlines["decision.made"]]

    last, first = date(2024, 12, 31), date(2025, 1, 1)
    assert terms(after, last) == terms(before, last) == ["7个工作日"]
    assert terms(after, first) == ["3个工作日"], "the later version takes the place of the earlier"
    assert after.on("town", last).digest == before.on("town", last).digest
    assert after.on("town", first).digest != after.on("town", last).digest
    assert not after.on("town", date(2023, 12, 31)).instruments, "no rule before it came into force"


def test_a_version_that_ended_leaves_nothing_behind(folder):
    changed(folder, "effective: 2024-01-01", "effective: 2024-01-01\nended: 2024-07-01")
    library = load_library(folder)
    assert library.on("town", date(2024, 6, 30)).procedures
    assert not library.on("town", date(2024, 7, 1)).procedures


def test_the_digest_of_a_file_does_not_hang_on_its_looks(folder):
    before = load_library(folder).versions["town-rule"][0].digest
    (folder / FILE).write_text(
        "# 说明\n" + RULE.replace("acts: [decide]", "acts:\n          - decide"), encoding="utf-8"
    )
    assert load_library(folder).versions["town-rule"][0].digest == before
    changed(folder, "at_least: 2", "at_least: 3")
    assert load_library(folder).versions["town-rule"][0].digest != before


def test_the_command_tells_each_fault_by_file_and_line(folder, capsys):
    assert main(["rulebooks", "check", str(folder)]) == 0
    capsys.readouterr()
    line = changed(folder, "fix: conclude", "fix: conclud")
    assert main(["rulebooks", "check", str(folder)]) == 1
    assert capsys.readouterr().out.startswith(f"{FILE}:{line}: 没有“conclud”这个环节")
    assert main(["rulebooks", "check", str(folder), "--json"]) == 1
    (fault,) = json.loads(capsys.readouterr().out)
    assert (fault["file"], fault["line"]) == (FILE, line)


def test_the_command_also_reads_the_scenarios_and_knows_a_missing_folder(folder, capsys):
    (folder / "town/rule/scenarios").mkdir()
    (folder / "town/rule/scenarios/one.yaml").write_text("title: 一\nrulebok: town\n", encoding="utf-8")
    assert main(["rulebooks", "check", str(folder)]) == 1
    assert "town/rule/scenarios/one.yaml:2: 不认识“rulebok”，是不是“rulebook”？" in capsys.readouterr().out
    assert main(["rulebooks", "check", str(folder / "nothing")]) == 2
