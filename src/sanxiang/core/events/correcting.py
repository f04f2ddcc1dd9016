"""The event that corrects the wording of a paper that was signed."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("paper.corrected")
@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCorrected(Event):
    """Clerical error in a signed paper corrected by a notice of its own (文书补正). No national statute
    provides for it (须核定); 行政处罚法 arts. 57 and 58 keep facts, evidence, basis and sanction out of it.

    `about` the act that made the paper; `paper` its event and `index` its place there, which stay as they are; `lines`
    the facts whose wording is corrected, in the order of the rows of `clerical_rows`."""

    about: str
    paper: str = ""
    index: int = 0
    lines: tuple[str, ...] = ()
