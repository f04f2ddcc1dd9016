"""Which papers an act makes and in which number series they stand (文书与文号)."""

from __future__ import annotations

from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import Act, Paper
from sanxiang.core.values import document_number

from .predicates import evaluate
from .situation import Situation


def papers_of(s: Situation, act: Act) -> tuple[Paper, ...]:
    """The papers that the act makes in this situation, in the order of the procedure."""
    return tuple(paper for paper in act.papers if evaluate(paper.when, s).state is not False)


def series_of(agency: Agency | None, paper: Paper) -> str:
    """The mark before the year: agency and kind of paper (机关代字、文种字). GB/T 9704-2012, 7.2.5."""
    mark = str(agency.facts.get("agency_mark", "")) if agency else ""
    return f"{mark}{paper.series}字" if paper.series else ""


def number_text(series: str, year: int, number: int) -> str:
    """A document number as it is printed: 洛市监罚决字〔2024〕3号."""
    return document_number(series, year, number)
