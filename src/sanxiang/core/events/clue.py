"""Clues of violations that came in (线索来件): a report, a letter, a work order of the hotline, a transfer of another
agency; what became of each, and what was answered. A case that is opened from one takes it over."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("clue.received")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClueReceived(Event):
    """Clue received and registered (登记线索来件). Administrative Penalty Law, art. 54. Opens the stream of a clue:
    whose agency and department looks into it (none until it is assigned), `number` under which it is kept. Who reported
    it is sealed and never part of a case."""

    jurisdiction: str
    agency: str
    number: str
    department: str = ""


@kind("clue.assigned")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClueAssigned(Event):
    """Clue given to the department that looks into it (线索分办), where it came in without one. Administrative Penalty
    Law, art. 54."""

    department: str


@kind("clue.used")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClueUsed(Event):
    """Case opened from a clue (线索转为案件). Administrative Penalty Law, art. 54. `case` the stream of the case."""

    case: str
    case_number: str = ""


@kind("clue.set_aside")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClueSetAside(Event):
    """Clue looked into and no case opened, with the reason (线索不立案). Administrative Penalty Law, art. 54."""


@kind("clue.answered")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClueAnswered(Event):
    """Whoever reported or transferred the clue was answered (答复举报人、来件机关). The time for it is that of the work
    order, the letter or a local rule (须核定), as it was registered with the clue."""


@kind("clue.disposal_proposed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClueDisposalProposed(Event):
    """Disposal of a clue proposed after its period (拟销毁线索): no case came of it and the time for which the place
    keeps it is over (须核定). Archives Law, art. 21."""


@kind("clue.disposed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClueDisposed(Event):
    """Content of a clue destroyed after its period, with approval (销毁线索内容). Archives Law, art. 21; Personal
    Information Protection Law, art. 47. `proposal` is the event that proposed it, by somebody else; `backups_until` the
    day after which no backup holds the content any more."""

    proposal: str
    backups_until: str = ""


@kind("clue.reporter_seen")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClueReporterSeen(Event):
    """Somebody looked up who reported a clue, and why (查看举报人). Administrative Penalty Law, art. 50."""
