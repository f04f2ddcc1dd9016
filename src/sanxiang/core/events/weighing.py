"""Events of weighing evidence (事实与证据的对照): which fact of a case rests on which item of its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("evidence.weighed")
@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceWeighed(Event):
    """Facts to be proved set against the evidence (事实—证据对应表). Administrative Penalty Law, art. 40 and 46;
    国办发〔2018〕118号 四(三).

    The rows stand in the fact `evidence_matrix`, whole each time: the last statement is the table."""
