"""What the recordings of an activity prove (音像记录的覆盖): whether they are whole, whether they cover the activity
from its start to its end, what interrupted them, and what they state by themselves so that nobody types it again.

When the activity began and ended they do not state where an act asks for it: that is what they are held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.casefile.recordings import Gap, Recording
from sanxiang.core.events import Facts
from sanxiang.core.rulebook import Act, Bound, Gate, RuleSet
from sanxiang.core.values import CHINA, chinese_date, legal_day

from .asking import ENDED, STARTED, also_asked, states_times
from .situation import Situation
from .verdict import Reason

FULL, PART, NONE = "全程录音录像", "部分录音录像", "不录音录像"
METHODS = {
    "phone": "手机网页现场录制",
    "camera": "手机相机拍摄后传入",
    "station": "执法记录仪随身录制",
    "import": "其他设备录制后导入",
}
TYPED_TO = timedelta(minutes=1)
"""A start and an end are typed to the minute: what is shorter than that is no part that was left out."""
SLACK = timedelta(minutes=10)
"""A camera may run so long before and after what is typed as start and end of an activity."""
NOTICE_SECONDS = 60
"""So long after its beginning the notice still stands at the start of a recording, where the place sets nothing else
(须核定)."""
ORIGINS = ("A", "B", "C")
"""The grades of origin (来源等级) that say where a recording comes from."""
SEAM = timedelta(seconds=1)
"""Two recordings that follow each other within so much leave nothing out."""


def linked(s: Situation) -> tuple[Recording, ...]:
    """The recordings in sound or picture of the proposed act, by their start; photographs are evidence, no recording of
    a process."""
    found = (one for one in s.recordings if one.sort == "recording" and one.medium != "photo")
    return tuple(sorted(found, key=lambda one: (one.began or s.at, one.id)))


def pictured(s: Situation) -> bool:
    """Whether a photograph shows the proposed act: whole, of a known origin (A to C), with the time at which it was
    taken, and no later than what is done by hand right after it."""
    return any(
        one.sealed and one.medium == "photo" and one.grade in ORIGINS and one.began and one.began < s.at + SLACK
        for one in s.recordings
    )


def exemption(s: Situation) -> Recording | None:
    """The approved exemption of the proposed act, on a ground that a rule in force knows."""
    grounds = {ground for bound in s.rules.records if bound.rule.duty == "exempt" for ground in bound.rule.grounds}
    for one in s.recordings:
        if one.sort == "exemption" and one.state == "approved" and one.facts.get("exempt_ground") in grounds:
            return one
    return None


def uncovered(s: Situation) -> tuple[tuple[datetime, datetime], ...]:
    """The parts of the activity that no recording covers, between its start and its end as they are stated, or else as
    the recordings themselves have them."""
    spans = [(one.began, one.ended) for one in linked(s) if one.began and one.ended]
    start, end = stated(s.proposal.facts, STARTED), stated(s.proposal.facts, ENDED)
    at = start or min((began for began, _ in spans), default=None)
    last = end or max((ended for _, ended in spans), default=None)
    if at is None or last is None:
        return ()
    parts, slack = [], TYPED_TO
    for began, ended in sorted(spans):
        if began - at >= slack and at < last:
            parts.append((at, min(began, last)))
        at, slack = max(at, ended), SEAM
    if last - at >= TYPED_TO:
        parts.append((at, last))
    return tuple(parts)


def stated(facts: Facts, fact: str) -> datetime | None:
    """The instant that a fact states; a form sends it without its zone, which is that of China."""
    value = facts.get(fact)
    moment = datetime.fromisoformat(value) if isinstance(value, str) and value else None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=CHINA)


def trouble(s: Situation) -> Iterator[str]:
    """What keeps the recordings of the act from being whole: not all has arrived, or a gap without explanation."""
    for one in linked(s):
        if not one.sealed:
            yield f"{span_of(one)}的录音录像还没有全部传到并封存"
        for gap in one.unexplained:
            yield f"{_clock(gap.since)}–{_clock(gap.until)}录音录像中断的原因"


def waiting(s: Situation) -> Iterator[str]:
    """What was found in recordings after their acts were done and nobody has explained yet: the day, the act, the time
    that is missing."""
    for one in s.case.unexplained:
        done = next((done for done in s.case.done if done.event == one.event), None)
        act = f"“{s.act_name(done.act)}”的" if done else ""
        yield f"{chinese_date(legal_day(datetime.fromisoformat(one.since)))}{act}录音录像中断说明（{one.said}）"


def at_start(rules: RuleSet) -> timedelta:
    """Within so much of its beginning a recording has to hold the notice to the party."""
    return timedelta(seconds=int(str(rules.setting("recording_notice_seconds", NOTICE_SECONDS))))


def untold(s: Situation) -> Iterator[str]:
    """The recordings at whose start nothing shows that the party was told, and of which nobody who looked has stated
    where it is. Of several at once the mark of one is enough for all that began just then."""
    films, limit = [one for one in linked(s) if one.sealed and one.began], at_start(s.rules)
    said = [one.told for one in films if one.told]
    for one in films:
        if one.told_by or any(one.began <= at <= one.began + limit for at in said if one.began):
            continue
        late = (
            f"开始后 {one.told_after} 秒才告知的原因" if one.told else "告知当事人的位置（打开查看，指明在第几分几秒）"
        )
        yield f"{span_of(one)}录音录像：{late}"


def untimed(s: Situation) -> tuple[str, ...]:
    """Which of start and end nobody stated, by their labels, or that they are turned round: without both nothing shows
    that all of it is recorded."""
    start, end = stated(s.proposal.facts, STARTED), stated(s.proposal.facts, ENDED)
    if start and end:
        return () if start <= end else (f"{s.label(ENDED)}不早于{s.label(STARTED)}",)
    return tuple(s.label(fact) for fact, value in ((STARTED, start), (ENDED, end)) if value is None)


def _unsaid(s: Situation) -> tuple[str, ...]:
    """As `untimed`, of an act that is asked for them; another lasts as long as its recordings."""
    act = s.rules.act(s.case.procedure, s.proposal.act)
    return untimed(s) if act is None or states_times(s.rules, act) else ()


def left_out(s: Situation) -> Iterator[str]:
    """The parts left out, in words."""
    for since, until in uncovered(s):
        yield f"{_clock(since)}–{_clock(until)}的录音录像"


def with_recordings(s: Situation, act: Act) -> Situation:
    """What the act asks and its recordings prove is stated by itself, unless somebody typed it."""
    if not s.recordings:
        return s
    asked = {*act.fact_ids(), *also_asked(s.rules, s.case, act)}
    proved = {
        fact: value
        for fact, value in _proved(s).items()
        if fact in asked and value not in (None, "") and s.proposal.facts.get(fact) in (None, "")
    }
    if proved:
        s.proposal = replace(s.proposal, facts={**s.proposal.facts, **proved})
    return s


def _proved(s: Situation) -> dict[str, Any]:
    whole, exempt = [one for one in linked(s) if one.sealed], exemption(s)
    if not whole:
        return {"recording_mode": NONE, "recording_reason": exempted(exempt)} if exempt else {}
    missing = _unsaid(s) or uncovered(s)
    began = min(one.began for one in whole if one.began)
    return {
        "recording_mode": PART if missing else FULL,
        "recording_place": "本系统证据存储，编号" + "、".join(one.id[:8] for one in whole[:20]),
        "recording_on": legal_day(began).isoformat(),
        "recording_maker": "、".join(dict.fromkeys(one.maker_name for one in whole if one.maker_name))[:50],
        "recording_method": "、".join(dict.fromkeys(METHODS.get(one.source, one.source) for one in whole))[:200],
        "recording_device": "、".join(dict.fromkeys(one.device for one in whole if one.device))[:60],
        "recording_told": not any(untold(s)) or None,
        "recording_reason": "" if missing else "；".join(explained(gap) for one in whole for gap in one.gaps)[:1000],
    }


def explained(gap: Gap) -> str:
    """A gap with its explanation, in one line."""
    facts = gap.explained or {}
    said = "，".join(str(facts[name]) for name in ("gap_cause", "gap_text") if facts.get(name))
    return f"{_clock(gap.since)}–{_clock(gap.until)}中断：{said or '还没有说明'}"


def exempted(one: Recording) -> str:
    """An exemption with its ground, in one line."""
    return "，".join(str(one.facts[name]) for name in ("exempt_ground", "exempt_reason") if one.facts.get(name))


def span_of(one: Recording) -> str:
    """From when until when, on the clock of Shanghai."""
    since = _clock(one.began) if one.began else ""
    return f"{since}–{_clock(one.ended)}" if one.ended else f"{since}开始"


def broken_afterwards(
    rules: RuleSet, case: CaseFile, event: str, gaps: Sequence[Mapping[str, Any]]
) -> tuple[Reason, ...]:
    """What is broken where interruptions come to light in the recordings of an act that is done: every gate before it
    that asks for an explanation of each. `gaps` as in `coverage.interrupted`."""
    done = next((one for one in case.done if one.event == event), None)
    act = rules.act(case.procedure, done.act) if done else None
    if act is None:
        return ()
    said = tuple(
        f"{_clock(datetime.fromisoformat(gap['from']))}–{_clock(datetime.fromisoformat(gap['to']))}"
        f" {gap.get('cause') or '中断'}"
        for gap in gaps
    )
    return tuple(
        Reason(
            code=f"{act.id}/found-later", clause=bound.clause.id, law=str(bound.citation), missing=said,
            text=f"“{act.name}”办完以后检验发现录音录像中断，办理时没有说明：{'、'.join(said)}",
            fix="recording.explained", helper=bound.rule.helper,
        )
        for bound in rules.gates_for(case.procedure, act)
        if asks_why(bound)
    )  # fmt: skip


def asks_why(bound: Bound[Gate]) -> bool:
    """Whether a gate asks that the recordings are whole and each interruption is explained."""
    leaves = (leaf for need in bound.rule.needs for leaf in need.leaves())
    return any(leaf.op == "recording" and leaf.value == "explained" for leaf in leaves)


def claims(s: Situation, mode: Any) -> Sequence[str]:
    """What is missing where an act claims to be recorded in full and rests on recordings that stand here, wherever it
    says that others are kept: what these leave out is no statement any more."""
    return _unsaid(s) or tuple(left_out(s)) if mode == FULL and linked(s) else ()


def _clock(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%H:%M:%S")
