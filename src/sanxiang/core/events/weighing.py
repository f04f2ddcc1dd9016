"""Events of weighing evidence (事实与证据的对照): which fact of a case rests on which item of its evidence, what was
verified or excluded, and what comes to it from another file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .base import EMPTY, Event, Json, kind


@kind("evidence.weighed")
@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceWeighed(Event):
    """Facts to be proved set against the evidence (事实—证据对应表). Administrative Penalty Law, art. 40 and 46;
    国办发〔2018〕118号 四(三).

    The rows stand in the fact `evidence_matrix`, whole each time: the last statement is the table."""


@kind("evidence.checked")
@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceChecked(Event):
    """Evidence verified, or excluded with the reason (证据的查证和排除). Administrative Penalty Law, art. 46.

    The rows stand in the fact `evidence_checks`; of one item the last word holds."""


@kind("evidence.brought")
@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBrought(Event):
    """Evidence of another file used in this case (移入已有证据). Administrative Penalty Law, art. 46 and 54.

    `about` names the original as case/event, which stays as it is; `origin` says where it comes from: {"case",
    "agency", "category", "act", "at", "by"}. `files` and `recordings` are those of the original, by digest and id;
    `originals` its papers, each {"event", "index", "template", "title", "number"}."""

    about: str = ""
    origin: Mapping[str, Json] = field(default_factory=lambda: EMPTY)
    originals: tuple[Mapping[str, Json], ...] = ()
