"""Dates that do not fit (倒签的线索): what an act says of its time against the record, its own papers and the others.

A clue, never a finding: a person looks. What was entered late and says so with its reason is no clue, it is a late
entry (补录). 国办发〔2018〕118号三（一）: text is recorded in time and truly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sanxiang.core.casefile.recordings import Recording
from sanxiang.core.events import Recorded
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import CHINA, chinese_date, legal_day

DELAY = timedelta(hours=1)
"""So much later the record may take an act that says it happens now: a slow net is no clue."""
CLOCKS = timedelta(minutes=5)
"""So far the reckoned time of a device may lie outside what the server saw: the net is slow."""
SEQUENCER = timedelta(hours=6)
"""So long an event may wait for its place in the ledger: the sequencer may have been stopped."""
STATED = {
    "recording_on": "录制日期",
    "started_on_site": "开始时间",
    "ended_on_site": "结束时间",
    "evidence_on": "取证日期",
}
"""Facts that state when something of an act happened."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A clue: the event, `sort` what disagrees (接收时间, 环节次序, 文号次序 and others), and what both say."""

    event: str
    sort: str
    text: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paper in a number series: its number there, the day that it bears, when the record took it."""

    event: str
    n: int
    text: str
    dated: date
    taken: datetime


def doubts(events: Sequence[Recorded], rules: RuleSet, procedure: str) -> list[Doubt]:
    """The clues inside one case, in the order of its events."""
    found: list[Doubt] = []
    done: dict[str, Recorded] = {}
    for one in events:
        found += _taken(one)
        found += _ordered(one, done, rules, procedure)
        found += _stated(one)
        if one.event.act:
            done.setdefault(one.event.act, one)
    return found


def _taken(one: Recorded) -> Iterator[Doubt]:
    """Received by the record long after the time it gives, with no reason."""
    if one.recorded_at - one.occurred_at > DELAY and not one.event.facts.get("late_entry_reason"):
        text = f"所记的时间是{said(one.occurred_at)}，系统到{said(one.recorded_at)}才收到，没有写明补录的原因"
        yield Doubt(one.id, "接收时间", text)


def _ordered(one: Recorded, done: Mapping[str, Recorded], rules: RuleSet, procedure: str) -> Iterator[Doubt]:
    """Said to have happened before an act that has to stand before it."""
    act = rules.act(procedure, one.event.act)
    for entry in act.after if act else ():
        before = [done[name] for name in entry.split("|") if name in done]
        first = min(before, key=lambda other: other.occurred_at, default=None)
        if first is not None and one.occurred_at < first.occurred_at:
            other = rules.act(procedure, first.event.act)
            name = other.name if other else first.event.act
            text = f"所记的时间{said(one.occurred_at)}早于它前面的“{name}”（{said(first.occurred_at)}）"
            yield Doubt(one.id, "环节次序", text)


def _stated(one: Recorded) -> Iterator[Doubt]:
    """A day or time stated with an act that lies after it: what comes later cannot have been recorded then."""
    for fact, label in STATED.items():
        stated = one.event.facts.get(fact)
        day = day_of(stated)
        if day is not None and day > legal_day(one.occurred_at):
            text = f"“{label}”写的是{chinese_date(day)}，晚于办理的{chinese_date(legal_day(one.occurred_at))}"
            yield Doubt(one.id, "所记日期", text)


def day_of(stated: Any) -> date | None:
    """The day in a stated date or time; None for what is neither."""
    try:
        return date.fromisoformat(str(stated)[:10]) if stated else None
    except ValueError:
        return None


def out_of_order(series: Iterable[Numbered]) -> list[Doubt]:
    """Numbers of one series and year whose day runs backwards: a paper that bears an earlier day than one with a
    smaller number. `series` in the order of the numbers."""
    found: list[Doubt] = []
    latest: Numbered | None = None
    for one in series:
        if latest is not None and one.dated < latest.dated:
            before = f"排在它前面的{latest.text}是{chinese_date(latest.dated)}"
            text = f"{one.text}写的日期是{chinese_date(one.dated)}，{before}"
            found.append(Doubt(one.event, "文号次序", text))
        if latest is None or one.dated > latest.dated:
            latest = one
    return found


def against_ledger(event: str, recorded_at: datetime, signed_before: datetime | None) -> list[Doubt]:
    """An event that says it was recorded long before the last checkpoint that does not hold it yet: had it been there,
    it would stand before. `signed_before` the time of that checkpoint, None where there is none."""
    if signed_before is None or signed_before - recorded_at <= SEQUENCER:
        return []
    text = f"所记的接收时间是{said(recorded_at)}，但是{said(signed_before)}签发的账本检查点里还没有它"
    return [Doubt(event, "账本", text)]


def against_device(one: Recording) -> list[Doubt]:
    """What the clock of the device that recorded an act says against the time of the act: it began only afterwards, by
    what the server had told the device before; or the clock itself was turned, or lies outside what the server saw."""
    found: list[str] = []
    began, ended, earliest, latest = one.began, one.ended, one.not_before, one.not_after
    if one.happened and earliest and one.happened < earliest - DELAY:
        found.append(
            f"所记的办理时间是{said(one.happened)}，但是它的录音录像在{said(earliest)}以后才开始"
            "（设备那时已经收到服务器签名的时间）"
        )
    elif one.happened and began and one.happened < began - DELAY:
        found.append(f"所记的办理时间是{said(one.happened)}，早于它的录音录像在设备上开始的时间{said(began)}")
    if began and earliest and began < earliest - CLOCKS:
        found.append(f"设备记录的开始时间{said(began)}早于服务器能证明的{said(earliest)}")
    if ended and latest and ended > latest + CLOCKS:
        found.append(f"设备记录的结束时间{said(ended)}晚于服务器收到的{said(latest)}")
    if one.turned:
        found.append("录制中设备的时钟被改动过")
    return [Doubt(one.event, "设备时钟", text) for text in found]


def said(moment: datetime) -> str:
    """An instant in Chinese, in the legal time."""
    return f"{moment.astimezone(CHINA):%Y年%-m月%-d日%H:%M}"
