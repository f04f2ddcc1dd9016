"""A small library of rules without a fault, to break in one place at a time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sanxiang.store.rulebooks.library import default_folder, load_library
from sanxiang.store.rulebooks.yamlfile import RulebookError

FACTS = """\
facts:
  - {id: source_on, label: 发现日期, type: day, sensitivity: open}
  - {id: party_kind, label: 当事人类别, type: choice, sensitivity: open, choices: [自然人, 法人及非法人组织]}
  - {id: violation_facts, label: 违法事实, type: long_text, part: facts}
"""
PLACE = "id: town\nname: 演示镇\ninstruments: [town-rule]\n"
RULE = """\
id: town-rule
title: 演示镇规定
authority: 演示镇
layer: local
effective: 2024-01-01
clauses:
  - id: T-1
    at: 一
    kind: gate
    text: 办案的环节
    procedures:
      - id: plain
        name: 普通程序
        category: 处罚
        stages:
          - {id: work, name: 办理, done_by: [decide]}
        acts:
          - id: open
            name: 登记
            emits: source.registered
            stage: work
            by: [officer]
            asks:
              - {fact: source_on}
          - id: conclude
            name: 调查终结
            emits: investigation.concluded
            stage: work
            by: [officer]
            after: [open]
          - id: decide
            name: 决定
            emits: decision.made
            stage: work
            by: [head]
            after: [conclude]
          - {id: close, name: 结案, emits: case.closed, stage: work, by: [head], after: [open]}
  - id: T-2
    at: 二
    kind: gate
    text: 决定以前要写明违法事实，人数要够
    gates:
      - acts: [decide]
        when: {category: [处罚]}
        needs:
          - {stated: [violation_facts]}
          - {officers: {at_least: 2}}
        say: 还没有写明违法事实
        fix: conclude
    judgements:
      - {id: grave, question: 是否情节严重？, by: [head], record: 理由}
  - id: T-3
    at: 三
    kind: deadline
    text: 七个工作日内公示
    deadlines:
      - duty: publish
        on: [decision.made]
        until: [publication.published]
        period: 7 working_days
        when: {fact: {id: party_kind, is: 自然人}}
"""
FILE = "town/rule/2024-01-01.yaml"


def written(tmp_path: Path) -> Path:
    """A small library without a fault."""
    texts = {
        "dictionary/facts.yaml": FACTS, "dictionary/posts.yaml": "officer: 执法人员\nhead: 机关负责人\n",
        "dictionary/categories.yaml": "处罚: 行政处罚\n", "town/jurisdiction.yaml": PLACE, FILE: RULE,
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "calendar").mkdir()
    shutil.copy(default_folder() / "calendar" / "national.yaml", tmp_path / "calendar")
    return tmp_path


def faults(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(RulebookError) as caught:
        load_library(folder)
    return [(fault.file, fault.line, fault.text) for fault in caught.value.problems]


def changed(folder: Path, old: str, new: str, file: str = FILE) -> int:
    """Replace one place in a file; the line where it stands."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
