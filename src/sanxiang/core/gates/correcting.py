"""What may be corrected in a signed paper (文书补正): words that were written wrong, never what was decided.

Facts, evidence, basis and sanction are what a review passed and what the party was heard about: who changes one of them
decides anew. Which other lines a notice may put right is data of the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.casefile.correcting import ROWS, put_right
from sanxiang.core.rulebook import RuleSet

from .binding import PARTS
from .predicates import word
from .situation import Situation
from .truth import YES, Truth, holds, no

CORRECTS = "paper.corrected"
OF_AGENCY = "agency_"
"""How the facts of an agency begin: a paper prints them from its register, so the case cannot tell how they read."""


def numbered(rules: RuleSet, case: CaseFile) -> dict[str, tuple[str, int, Mapping[str, Any]]]:
    """The signed papers of a case by the act that made each last: event, place in it, paper. Numbered and sent out;
    what stays inside is made again, a record of what was said is amended by those who signed it."""
    acts = rules.acts_of(case.procedure)
    inside = {(act.id, paper.template) for act in acts for paper in act.papers if paper.inside}
    unsent = {act.id for act in acts if act.emits in (CORRECTS, "review.concluded")}
    found: dict[str, tuple[str, int, Mapping[str, Any]]] = {}
    places: dict[str, int] = {}
    for paper in case.papers:
        event, act = str(paper["event"]), str(paper["act"])
        place = places[event] = places.get(event, -1) + 1
        if paper.get("number") and act not in unsent and (act, paper["template"]) not in inside:
            found[act] = (event, place, paper)
    return found


def facts_then(case: CaseFile, event: str) -> dict[str, Any]:
    """The facts of the case as its paper of this event had them."""
    facts: dict[str, Any] = {}
    corrections = {one.event: one for one in case.corrections}
    for done in case.done:
        facts |= done.facts
        if (one := corrections.get(done.event)) is not None:
            facts |= put_right(facts, one.lines, one.rows)
        if done.event == event:
            break
    return facts


def rows_of(s: Situation) -> list[tuple[str, Mapping[str, Any]]]:
    """The passages that the act corrects, each with the fact in which it stands; an empty one where no line is so
    named."""
    by_label = {entry.label: name for name, entry in reversed(list(s.rules.dictionary.items()))}
    return [
        (by_label.get(str(row.get("line", "")).strip(), ""), row)
        for row in s.value(ROWS) or ()
        if isinstance(row, Mapping)
    ]


@word("corrects_paper")
def corrects_paper(value: bool, s: Situation) -> Truth:
    """The act names a signed paper of the case."""
    return holds((s.proposal.link in numbered(s.rules, s.case)) == value, "选明补正的是哪一份已经签发的文书")


@word("clerical")
def clerical(value: tuple[str, ...], s: Situation) -> Truth:
    """Every passage stands in one of these lines of the paper, and reads differently afterwards."""
    missing = [text for name, row in rows_of(s) for text in _wrong(name, row, value, s)]
    return no(*missing) if missing else holds(bool(rows_of(s)), "写明补正哪一处")


def _wrong(name: str, row: Mapping[str, Any], allowed: tuple[str, ...], s: Situation) -> Iterator[str]:
    line, passage, wording = (str(row.get(key) or "") for key in ("line", "passage", "wording"))
    if name not in allowed:
        yield f"“{line}”不在可以补正的范围"
        return
    paper = numbered(s.rules, s.case).get(s.proposal.link)
    if paper is not None and not name.startswith(OF_AGENCY):
        stands = facts_then(s.case, paper[0]).get(name)
        if not passage or not isinstance(stands, str) or passage not in stands:
            yield f"“{line}”里没有“{passage}”，请按文书逐字填写"
    if passage == wording:
        yield f"“{line}”的补正没有改变文字"


@word("touches")
def touches(value: tuple[str, ...], s: Situation) -> Truth:
    """A correction concerns one of these facts, or one of the parts that a review is bound to: facts, evidence, basis,
    sanction."""
    parts = {name: said for name, said in PARTS if name in value}
    for name, _ in rows_of(s):
        entry = s.rules.dictionary.get(name)
        if name in value or (entry is not None and entry.part in parts):
            return YES
    return no("补正涉及其中一项")


def of_paper(s: Situation, names: set[str]) -> dict[str, Any]:
    """What follows for the event of a correction: which paper, and which facts its rows are about."""
    paper = numbered(s.rules, s.case).get(s.proposal.link)
    if paper is None or not {"paper", "lines"} <= names:
        return {}
    return {"paper": paper[0], "index": paper[1], "lines": tuple(name for name, _ in rows_of(s))}
