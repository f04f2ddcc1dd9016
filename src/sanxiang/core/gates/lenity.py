"""Both versions of what is applied (从旧兼从轻): what stood when the act was done beside what stands now, where the two
differ, and whether somebody has chosen between them since. Administrative Penalty Law, art. 37.

Known are the laws that the agency marked as amended or repealed, and the published versions of its discretion bands
(裁量基准). Which of two texts is lighter is a judgement; here they are only found and laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.registers import Agency, ChangedLaw, Section, Version
from sanxiang.core.registers.pages import FRAME
from sanxiang.core.values import legal_day

from .predicates import word
from .situation import Situation
from .truth import Truth, holds

CHOSEN = ("applied_rule", "applied_rule_reason")
BANDS = "discretion"
SAYS = {"differs": "行为时和现在的规定不同", "chosen": "对照两个版本以后选定的适用规定和理由"}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between the day of the act and today: the laws that the case cites, the bands under these laws as
    they stood and as they stand, `since` the day of the last change."""

    acted_on: date
    laws: tuple[ChangedLaw, ...]
    old: tuple[Row, ...]
    new: tuple[Row, ...]
    since: date

    @property
    def columns(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        return ("行为时的裁量基准", self.old), ("现在的裁量基准", self.new)


def comparison(agency: Agency | None, facts: Mapping[str, Any], today: date) -> Comparison | None:
    """The two versions of what a case rests on; None where nothing is known to have changed."""
    stated = facts.get("violation_ended_on") or facts.get("source_on")
    cited = facts.get("legal_basis") or ()
    if agency is None or not stated or not cited:
        return None
    acted = date.fromisoformat(str(stated))
    laws = tuple(law for law in agency.changed_laws if acted < law.effective <= today and law.cited_in(cited))
    old, new = (_standing(agency.sections.get(BANDS, Section()), day) for day in (acted, today))
    before, after = tuple(_under(old, cited)), tuple(_under(new, cited))
    moved = old is not None and new is not None and before != after
    changes = [law.effective for law in laws]
    if moved and new is not None and new.issued_at is not None:
        changes.append(legal_day(new.issued_at))
    if not changes:
        return None
    return Comparison(acted, laws, before if moved else (), after if moved else (), max(changes))


def _standing(section: Section, day: date) -> Version | None:
    """The version that the public could read on a day."""
    issued = [one for one in section.versions if one.issued_at is not None and legal_day(one.issued_at) <= day]
    return issued[-1] if issued else None


def _under(version: Version | None, cited: Iterable[Row]) -> Iterator[Row]:
    """The bands under the laws that a case cites."""
    rows = version.content if version is not None and isinstance(version.content, list | tuple) else ()
    names = [key for one in cited if (key := _plain(str(one.get("law") or "")))]
    for row in rows:
        if isinstance(row, Mapping) and any(name in _plain(str(row.get("basis") or "")) for name in names):
            yield row


def _plain(text: str) -> str:
    return FRAME.sub("", text).replace("中华人民共和国", "")


def of(s: Situation) -> Comparison | None:
    """The comparison for what a case would rest on after the proposed act."""
    return comparison(s.registers.agency(s.case.agency), s.facts_after(), s.day)


def _chosen_on(case: CaseFile, fact: str) -> date | None:
    """The day on which a fact was stated last."""
    event = case.stated_in.get(fact)
    return next((legal_day(one.occurred_at) for one in reversed(case.done) if one.event == event), None)


@word("old_rule")
def old_rule(value: str, s: Situation) -> Truth:
    """`differs` what is applied has changed since the act; `chosen` somebody chose between the two since."""
    found = of(s)
    if value == "differs":
        return holds(found is not None, SAYS[value])
    lacking = []
    for name in CHOSEN:
        said = s.value(name)
        day = s.day if name in s.proposal.facts else _chosen_on(s.case, name)
        if not said or (found is not None and (day is None or day < found.since)):
            lacking.append(s.label(name))
    return Truth(not lacking, tuple(lacking))
