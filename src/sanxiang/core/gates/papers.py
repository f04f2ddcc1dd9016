"""Which papers an act makes and in which number series they stand (文书与文号)."""

from __future__ import annotations

from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import Act, Paper
from sanxiang.core.values import document_number

from .predicates import evaluate, word
from .situation import Situation
from .truth import YES, Truth, no


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


@word("on_paper")
def on_paper(value: tuple[str, ...], s: Situation) -> Truth:
    """What the paper of the act would hold: what the case holds once the act is done, and what is registered of the
    agency. What belongs to this act alone counts only where this act states it."""
    agency = s.registers.agency(s.case.agency)
    registered = agency.facts if agency else {}
    asked = set(s.act.fact_ids()) if s.act else set()
    after = s.facts_after()

    def held(name: str) -> bool:
        found = s.value(name) if name in asked else after.get(name, registered.get(name))
        return found not in (None, "", [], (), False) and bool(not isinstance(found, str) or found.strip())

    s.used.update(name for one in value for name in one.split("|") if name in s.rules.dictionary)
    missing = ["或者".join(map(s.label, one.split("|"))) for one in value if not any(map(held, one.split("|")))]
    return no(*missing) if missing else YES
