"""Events by which the system notes in a case what becomes known of the recordings of an act after it was done (音像记录
办后关联、办后检验). No act of anybody: the recording's own stream holds who linked it, what was found and who explained
it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .base import Event, Json, kind


@kind("coverage.interrupted")
@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageInterrupted(Event):
    """Interruption found in a recording after the act that rests on it was done (办后检验发现中断).
    国办发〔2018〕118号 三(二), 长宁区实施方案 第9条. `recording` which, `about` the event of the act, `gaps` as in
    recording.interrupted. The clauses that ask for a whole recording stand among its breaches: the act stays done, and
    the file of the case is not complete until each is explained."""

    recording: str
    about: str
    gaps: tuple[Mapping[str, Json], ...] = ()


@kind("coverage.explained")
@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageExplained(Event):
    """Such an interruption explained afterwards (补作中断说明). 长宁区实施方案 第9条. `gap` which one; who explained it
    and how stands in the recording."""

    recording: str
    about: str
    gap: str


@kind("coverage.joined")
@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageJoined(Event):
    """Recording laid beside the act that it records after that act was done (办后关联): a body-worn camera is emptied
    when the officers are back. 国办发〔2018〕118号 三(二). `recording` which, `about` the event of the act. From now on
    it belongs to the file of the case; what the act stated of its recording stays as it was stated."""

    recording: str
    about: str


@kind("coverage.parted")
@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageParted(Event):
    """Such a recording taken away again, because it was laid beside the wrong act (取消办后关联). What was noted of it
    in this case meanwhile counts no more; who did so stands in the recording."""

    recording: str
    about: str
