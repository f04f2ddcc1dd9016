"""The first files of a new jurisdiction (新法域的起点): they load at once, and what is still to be written is marked.

Only national law binds until the local clauses are written; nothing is taken over from another place, for a rule that
nobody read is worse than one that is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sanxiang.core.rulebook import Library

from .library import NOT_INSTRUMENTS

ID = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
TAKEN = NOT_INSTRUMENTS | {"national", "worlds"}
NAME_MAX = 100


class CannotBegin(ValueError):
    """A jurisdiction cannot be begun like that; the Chinese text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A new jurisdiction: `id` as folder and in conditions, `name` of the place, `title` and `authority` of its first
    regulation, in force from `effective`; `calendar` by name; `prefix` of its clause ids."""

    id: str
    name: str
    title: str
    authority: str
    effective: date
    prefix: str
    calendar: str = "national"


def begin(folder: Path, library: Library, new: Beginning) -> list[Path]:
    """Write the files of a new jurisdiction, all or none; their paths. Raises CannotBegin, OSError."""
    if not ID.fullmatch(new.id) or len(new.id) > 40 or new.id in TAKEN:
        raise CannotBegin(f"代号“{new.id[:60]}”不能用：用小写拉丁字母、数字，中间可以有连字符，如 anhui-eco")
    if not re.fullmatch("[A-Z]{2,6}", new.prefix):
        raise CannotBegin(f"条款编号的前缀“{new.prefix[:20]}”不能用：用两到六个大写拉丁字母，如 AH")
    for text in (new.name, new.title, new.authority):
        if not text.strip() or len(text) > NAME_MAX or not text.isprintable():
            raise CannotBegin(f"名称“{text[:40]!r}”不能用：写一行字，不超过 {NAME_MAX} 个字")
    if new.calendar not in library.calendars:
        raise CannotBegin(f"没有“{new.calendar[:40]}”这份日历；现有 {'、'.join(sorted(library.calendars))}")
    used = {clause.id.partition("-")[0] for found in library.versions.values() for v in found for clause in v.clauses}
    if new.prefix in used:
        raise CannotBegin(f"条款编号的前缀“{new.prefix}”已经用过")
    target = folder / new.id
    if target.exists():
        raise CannotBegin(f"“{target}”已经存在，没有改动")
    texts = files(library, new)
    draft = Path(tempfile.mkdtemp(prefix=f".{new.id}-", dir=folder))
    try:
        for name, text in texts.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_text(text, encoding="utf-8")
        draft.chmod(0o755)
        os.rename(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [target / name for name in texts]


def files(library: Library, new: Beginning) -> dict[str, str]:
    """The text of every file, by its place in the folder of the jurisdiction."""
    own = f"{new.id}-three-systems"
    national = [
        name
        for name, versions in library.versions.items()
        if versions[-1].layer == "national" and versions[-1].ended is None
    ]
    scenario = _quoted(f"{new.name}：一件普通程序处罚从案源办到归档")
    words = {
        "id": new.id, "own": own, "name": _quoted(new.name), "title": _quoted(new.title), "scenario": scenario,
        "authority": _quoted(new.authority), "effective": new.effective.isoformat(), "calendar": new.calendar,
        "national": "\n".join(f"  - {name}" for name in national), "prefix": new.prefix,
    }  # fmt: skip
    return {
        "jurisdiction.yaml": PLACE.format(**words),
        f"three-systems/{new.effective.isoformat()}.yaml": INSTRUMENT.format(**words),
        "three-systems/scenarios/ordinary-penalty.yaml": SCENARIO.format(**words),
    }


def _quoted(text: str) -> str:
    """A text as YAML reads it back, whatever signs it holds."""
    return json.dumps(text, ensure_ascii=False)


PLACE = """\
id: {id}
name: {name}
# 适用的规定：国家层面的照列（不适用的删去），本地的列在最后
instruments:
{national}
  - {own}
# 工作日历：calendar/ 里的一份；有地方假日的，另写一份
calendar: {calendar}
settings:
  # 须核定：每月随机复查通过的审核，抽取的比例（百分数）和每月最多的件数（各机关内部规定）
  review_sample_percent: 10
  review_sample_cap: 20
  # 须核定：收到线索以后多少个工作日内核查并决定是否立案，多少个工作日内答复举报人
  clue_check_days: 15
  clue_answer_days: 20
  # 须核定：没有立案的线索，从处理完毕的次年起保管多少年；期满以后经批准才能销毁，不设定的不能销毁
  clue_keep_years: 10
  # 须核定：没有登记机关自己公布的上限时，对同一企业一年检查几次的上限；0 不比较
  inspection_yearly_cap: 0
  # 须核定：国办发〔2024〕54号“五个严禁”的正式文本没有读到，下面是大意，照正式文本改；
  # 逐条写，印在检查通知书上，删去的不印
  inspection_bans:
    - 不为创收、完成指标等逐利的目的检查；
    - 不收受被检查企业给的财物、报酬、福利；
    - 不参加被检查企业安排的宴请、娱乐、旅游；
    - 不让被检查企业承担消费开支，不转嫁检查费用；
    - 不借检查干扰企业的正常生产经营。
  # 须核定：在哪个网站公示
  disclosure_place: {name}
"""

INSTRUMENT = """\
# 条款按原文的顺序逐条写：text 用自己的话，不抄原文；at 写条号。拿不准的写“须核定”。
# 写不成作用的条款用 capabilities 写明由什么实现，不要略去。
# 写法见 rulebooks/README.md，词表见 docs/reference/vocabulary.md。
id: {own}
title: {title}
short: {title}
authority: {authority}
layer: local
effective: {effective}
status: 须核定
note: 条款尚未写完：写完并经使用机关的法制机构核对以前，只有国家层面的规定起作用。
clauses: []
# 例：一个期限和一个关口，改成原文的数字和条号以后去掉行首的“# ”，并删去上面的“[]”。
#  - id: {prefix}-01
#    at: 第一条
#    kind: deadline
#    text: 处罚决定作出之日起几个工作日内公开。
#    deadlines:
#      - duty: publish              # 与国家规定同名的义务，严的优先
#        on: [decision.made]
#        until: [publication.published, publication.withheld]
#        period: 7 working_days
#        owner: publisher
#        say: 处罚决定作出之日起七个工作日内公开
#
#  - id: {prefix}-02
#    at: 第二条
#    kind: gate
#    text: 归档由指定的专人办理。
#    gates:
#      - emits: [case.archived]
#        needs:
#          - {{actor: [archivist]}}
#        say: 归档由指定的专人办理
#        helper: archivist
"""

SCENARIO = """\
# 一件普通程序处罚从案源办到归档，接用洛阳的步骤：本地不同的地方用 without、facts 写明。
# 每个关口再写一个应当拒绝的情景。演练：sanxiang play 这个文件
title: {scenario}
rulebook: {id}
world_file: ../../../worlds/agency.yaml
case: {{category: 处罚, procedure: penalty.ordinary, department: enforcement}}
follows:
  file: ../../../luoyang/three-systems/scenarios/ordinary-penalty.yaml
  without: [submit_document, pass_document, submit_review, conclude_review]
expect:
  archived: true
"""
