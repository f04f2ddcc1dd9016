"""The file of a case and its end (归档、保管、利用): what it still lacks, who may consult it.

What is missing follows from the same duties that stand before each act: an act that was entered in spite of them leaves
a gap in the file, until somebody brings what belongs there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sanxiang.core.casefile import CaseFile, Done
from sanxiang.core.events import Facts
from sanxiang.core.rulebook import Act, Bound, Record, RuleSet
from sanxiang.core.values import chinese_date, legal_day

from .covering import asks_why, trouble
from .matters import recording
from .predicates import evaluate, word
from .situation import Situation
from .truth import YES, Truth, holds, no

FRAME = frozenset({"volume_cover", "catalogue", "closing_note"})
"""Papers that frame the volume and are no part of the list of papers."""
RECORDED = ("全程录音录像", "部分录音录像")
STATEMENT = {
    "存储位置": "recording_place", "制作方法": "recording_method", "制作时间": "recording_on",
    "制作人": "recording_maker",
}  # fmt: skip
"""What a regulation wants told of each recording (`recording-statement`), and the fact that tells it."""
BACKUP_DAYS = 90
DESTROY = "销毁"


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that belongs into the file and is not there: `sort` 文字 or 音像, `event` and `act` where it belongs,
    `what` is missing, by which law."""

    sort: str
    event: str
    act: str
    day: date
    what: str
    law: str

    @property
    def said(self) -> str:
        return f"{chinese_date(self.day)}“{self.act}”的{self.what}"


def lacking(s: Situation) -> list[Lacking]:
    """What the file of the case lacks, in the order of its acts. What was brought since counts as there."""
    found: list[Lacking] = []
    for done in s.case.done:
        act = s.rules.act(s.case.procedure, done.act)
        if act is None or done.event in s.case.keeping.supplied:
            continue
        if not done.papers and not done.files and any(paper.when is None for paper in act.papers):
            found.append(_gap("文字", done, act, f"《{act.papers[0].title}》", act.clause or s.rules.jurisdiction.name))
        found += _recordings(s, done, act)
    return [*found, *_unexplained(s)]


def _unexplained(s: Situation) -> Iterator[Lacking]:
    """What was found in recordings after their acts were done, until it is explained; nothing else stands for that."""
    for one in s.case.unexplained:
        done = next((done for done in s.case.done if done.event == one.event), None)
        act = s.rules.act(s.case.procedure, done.act) if done else None
        if done is not None and act is not None:
            law = next((str(b.citation) for b in s.rules.gates_for(s.case.procedure, act) if asks_why(b)), "")
            yield _gap("音像", done, act, f"录音录像中断说明（{one.said}）", law or s.rules.jurisdiction.name)


def recording_duty(s: Situation, act: Act, facts: Facts) -> str:
    """What the rules ask of the recording of an act with these facts: full, as_needed; empty where text is enough."""
    then = replace(s, proposal=replace(s.proposal, act=act.id, facts=facts), act=act, memo={})
    asked = {bound.rule.duty for bound in duties_to_record(then, act)}
    return "full" if "full" in asked else "as_needed" if asked else ""


def duties_to_record(then: Situation, act: Act) -> list[Bound[Record]]:
    """The duties to record that stand before an act in its situation."""
    return [
        bound
        for bound in then.rules.records
        if bound.rule.duty in ("full", "as_needed")
        and (act.id in bound.rule.acts or (act.activity is not None and act.activity in bound.rule.activities))
        and evaluate(bound.rule.when, then).state is not False
    ]


def recorded_in(case: CaseFile) -> list[Done]:
    """The acts of a case that were recorded in sound or picture, by what they say, by the files they brought or by
    a recording that was laid beside them since."""
    return [
        done
        for done in case.done
        if done.facts.get("recording_mode") in RECORDED
        or any(is_recording(file) for file in done.files)
        or done.event in case.joined.values()
    ]


def is_recording(file: Mapping[str, Any]) -> bool:
    return str(file.get("type", "")).startswith(("audio/", "video/"))


def _gap(sort: str, done: Done, act: Act, what: str, law: str) -> Lacking:
    return Lacking(sort, done.event, act.name, legal_day(done.occurred_at), what, law)


def _recordings(s: Situation, done: Done, act: Act) -> Iterator[Lacking]:
    """The recording that an act should have, or what is not told about the one that it has."""
    then = replace(s, proposal=replace(s.proposal, act=act.id, facts=done.facts), act=act, memo={})
    exempted = bool(done.recordings) and done.facts.get("recording_mode") not in RECORDED
    for bound in () if exempted else duties_to_record(then, act):
        truth = recording("full" if bound.rule.duty == "full" else "chosen", then)
        if truth.state is False:
            yield _gap("音像", done, act, "、".join(truth.missing), str(bound.citation))
            return
    if done.facts.get("recording_mode") in RECORDED:
        for content in s.rules.contents:
            fields = content.rule.fields if content.rule.of == "recording-statement" else ()
            untold = [name for name in fields if not done.facts.get(STATEMENT.get(name, ""))]
            if untold:
                yield _gap("音像", done, act, f"音像资料的{'、'.join(untold)}", str(content.citation))


# ── where the file stands ────────────────────────────────────────────────────────────────────────────────────────────

STATES: Mapping[str, tuple[Callable[[CaseFile], bool], str]] = {
    "urged": (lambda case: case.keeping.urged, "还没有答复的催办"),
    "free": (lambda case: not case.keeping.held, "暂停处置已经解除（复议、诉讼等争议了结）"),
    "held": (lambda case: case.keeping.held > 0, "正在暂停处置的案卷"),
    "to_destroy": (lambda case: case.keeping.appraisal == DESTROY, "鉴定意见为“销毁”"),
    "approved": (lambda case: bool(case.keeping.approved), "机关负责人批准销毁"),
    "whole": (lambda case: not case.keeping.destroyed, "内容尚未销毁的案卷"),
}
FILE_STATES = frozenset({"complete", "lacking", "unused", *STATES})


@word("archive")
def archive(value: str, s: Situation) -> Truth:
    """Where the file stands; `complete` that nothing is missing and each recording of the case is in an act, `unused`
    that no case which is not archived itself rests on its evidence."""
    if value == "complete":
        gaps = (*(gap.said for gap in lacking(s)), *s.unentered)
        return YES if not gaps else no(*gaps)
    if value == "lacking":
        return holds(bool(lacking(s)), "案卷缺件")
    if value == "unused":
        return YES if not s.users else no(*(f"用着本卷证据的{number}案先归档" for number in s.users))
    test, missing = STATES[value]
    return holds(test(s.case), missing)


@word("recorded")
def recorded(value: bool, s: Situation) -> Truth:
    """The case holds a recording in sound or picture."""
    return holds(bool(recorded_in(s.case)) == value, "音像资料")


@word("supplies")
def supplies(value: bool, s: Situation) -> Truth:
    """The act names something that the file lacks, and brings it: files, or where they lie."""
    about = next((gap for gap in lacking(s) if gap.event == s.proposal.link), None)
    if about is None:
        return holds(not value, "选明补交的是哪一项")
    brought = bool(s.proposal.files) or bool(s.proposal.facts.get("recording_place"))
    return holds(brought == value, f"{about.said}：附上文件，或者写明存放位置")


@word("supplements")
def supplements(value: bool, s: Situation) -> Truth:
    """The act names one that stands in the archived file, and brings to it files or recordings that are whole and whose
    interruptions are explained."""
    if s.proposal.link not in {one.event for one in supplementable(s.rules, s.case)}:
        return holds(not value, "选明补充的是哪一个环节的材料")
    if not s.proposal.files and not s.recordings:
        return holds(not value, "附上补充的文件，或者先把录音录像关联到本案")
    wrong = tuple(trouble(s))
    return no(*wrong) if value and wrong else holds(value, "")


def supplementable(rules: RuleSet, case: CaseFile) -> list[Done]:
    """The acts of an archived file that something may be brought to: those that were done before it was archived."""
    last = case.archived.seq if case.archived else 0
    return [one for one in case.done if one.seq < last and rules.act(case.procedure, one.act) is not None]


REQUESTED = {
    "applied": "当事人提交、还没有登记的申请",
    "requested": "等待审批的调阅申请",
    "granted": "已经批准、还没有提供的调阅申请",
}


@word("request")
def request(value: str, s: Situation) -> Truth:
    """The act names a request to consult the file that stands there: applied, requested, granted."""
    one = s.case.keeping.request(s.proposal.link)
    return holds(one is not None and one.state == value, f"选明{REQUESTED[value]}")


@word("requested_by")
def requested_by(value: tuple[str, ...], s: Situation) -> Truth:
    """The request that the act names, or that it makes, is of an applicant of one of these kinds."""
    one = s.case.keeping.request(s.proposal.link)
    facts = {**(one.facts if one else {}), **s.proposal.facts}
    return holds(facts.get("access_applicant") in value, f"申请人属于{'、'.join(value)}")


def of_archive(s: Situation, names: set[str]) -> dict[str, Any]:
    """What follows for an event of the archive: whether the file has gaps, who approved its end, until when the copies
    of backups live, how long somebody may look."""
    found: dict[str, Any] = {}
    if "incomplete" in names:
        found["incomplete"] = bool(lacking(s))
    if "backups_until" in names:
        days = int(str(s.rules.setting("backup_keep_days", BACKUP_DAYS)))
        kept = s.case.keeping
        found |= {"approval": kept.approved, "approver": kept.approver,
                  "backups_until": (s.day + timedelta(days=days)).isoformat()}  # fmt: skip
    if "until" in names and "about" in names:
        one = s.case.keeping.request(s.proposal.link)
        found["until"] = str(one.facts.get("access_until", "")) if one else ""
    return found
