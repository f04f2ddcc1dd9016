"""What a phone needs to decide a penalty on the spot without a net (简易程序，当场处罚): the acts in their order with
what each asks, the limits as the rulebook has them, the items and standards that the agency has made public.

The limits are read out of the gates of the rulebook and travel as data: the phone compares, so that nobody is handed a
paper that cannot stand; what counts is still the gate, when the decision arrives. Administrative Penalty Law, arts. 51,
52, 68, 69.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sanxiang.casework.access import Reader
from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates.charting import may_open
from sanxiang.core.gates.fulltext import agency_named
from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import Act, Condition, Procedure, RuleSet
from sanxiang.three_systems.recording.documents import catalogue

DECISION, FILING = "on_spot_decision", "on_spot_filing"
STEPS = ("source.registered", "investigation.concluded", "decision.made", "document.served")
"""What is done on the spot, in its order; the filing with the agency follows when all of it arrives."""
MOST = 300

Described = Callable[[RuleSet, CaseFile, Act], dict[str, Any]]


def procedure_of(rules: RuleSet) -> Procedure | None:
    """The procedure that makes a decision on the spot, where cases of it may be opened at all."""
    found = (
        bound.rule for bound in rules.procedures.values() if any(_papers(act, DECISION) for act in bound.rule.acts)
    )
    return next((one for one in found if may_open(rules, one)), None)


def acts_of(procedure: Procedure) -> dict[str, Act]:
    """The acts of STEPS and the filing, by what they emit and the paper they make."""
    found: dict[str, Act] = {}
    for act in procedure.acts:
        if act.emits in STEPS:
            found.setdefault(act.emits, act)
        elif _papers(act, FILING):
            found[FILING] = act
    return found


def carried(rules: RuleSet, reader: Reader, agency: Agency | None, described: Described) -> dict[str, Any]:
    """All of it for an officer; empty where no penalty may be decided on the spot."""
    procedure = procedure_of(rules)
    department = next(iter(sorted(reader.departments)), "")
    if procedure is None or agency is None or not department:
        return {}
    case = CaseFile(
        jurisdiction=reader.jurisdiction, agency=reader.agency, category=procedure.category, procedure=procedure.id,
        department=department,
    )  # fmt: skip
    acts = acts_of(procedure)
    return {
        "procedure": procedure.id, "name": procedure.name, "category": procedure.category, "department": department,
        "steps": steps(rules, case, procedure, described), "filing": acts[FILING].id if FILING in acts else "",
        "bars": list(bars(rules, procedure)), "officers": at_least(rules, procedure),
        "agency": agency_named(agency), "terms": {one.id: one.text for one in catalogue().terms},
        "items": [row for row in rows(agency, "items") if row.get("category") == procedure.category][:MOST],
        "standards": rows(agency, "discretion")[:MOST],
    }  # fmt: skip


def steps(rules: RuleSet, case: CaseFile, procedure: Procedure, described: Described) -> list[dict[str, Any]]:
    """The acts still to be done in a case, each with its fields."""
    acts, done = acts_of(procedure), {one.act for one in case.done}
    return [
        {**described(rules, case, acts[kind]), "emits": kind}
        for kind in STEPS
        if kind in acts and acts[kind].id not in done
    ]


def of_case(rules: RuleSet, case: CaseFile, described: Described) -> dict[str, Any]:
    """What is left to do in a case that was opened for a decision on the spot and where no facts are found yet, and
    what stands of its party; empty for any other."""
    procedure = procedure_of(rules)
    left = steps(rules, case, procedure, described) if procedure and case.procedure == procedure.id else []
    if case.ended or [one["emits"] for one in left] != list(STEPS[1:]):
        return {}
    held = {name: value for name, value in case.facts.items() if name.startswith("party_") and isinstance(value, str)}
    return {"steps": left, "held": held}


def bars(rules: RuleSet, procedure: Procedure) -> Iterator[dict[str, Any]]:
    """The limits (行政处罚法第五十一条、第六十八条): which rows of a table bar the way, from which sum in fen, where a
    fact has one of these values. Gates of another shape are left to the server."""
    acts = acts_of(procedure)
    seen = set()
    for act in (acts["investigation.concluded"], acts["decision.made"]):
        for bound in rules.gates_for(procedure.id, act):
            when = _fact(bound.rule.when)
            for need in bound.rule.needs:
                row = need.value.value if need.op == "not" and need.value.op == "row" else None
                if row is None or when is None or set(row.get("where", {})) != {"kind"}:
                    continue
                bar = {
                    "table": row["table"], "kinds": _texts(row["where"]["kind"]), "column": row.get("column", ""),
                    "at_least": row.get("at_least", 0), "when": when, "text": bound.rule.say,
                    "law": str(bound.citation),
                }  # fmt: skip
                if repr(bar) not in seen:
                    seen.add(repr(bar))
                    yield bar


def at_least(rules: RuleSet, procedure: Procedure) -> int:
    """How many officers decide together (第四十二条)."""
    act = acts_of(procedure)["decision.made"]
    needs = (need for bound in rules.gates_for(procedure.id, act) for need in bound.rule.needs)
    leaves = (leaf for need in needs for leaf in need.leaves() if leaf.op == "officers")
    return max((int(leaf.value.get("at_least", 1)) for leaf in leaves), default=1)


def rows(agency: Agency, section: str) -> list[dict[str, str]]:
    """The rows of a section of the agency's public page, as the public reads them."""
    held = agency.sections.get(section)
    version = held.public if held else None
    content = version.content if version else ()
    if not isinstance(content, list | tuple):
        return []
    return [{key: str(value) for key, value in row.items()} for row in content]


def _fact(when: Condition | None) -> dict[str, Any] | None:
    """A condition on one fact as its id and values; without values where there is none; None for any other."""
    if when is None:
        return {"fact": "", "values": []}
    if when.op != "fact" or not ("is" in when.value or "in" in when.value):
        return None
    return {"fact": when.value["id"], "values": _texts(when.value.get("in") or when.value["is"])}


def _texts(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, Sequence) and not isinstance(value, str) else (value,))]


def _papers(act: Act, template: str) -> bool:
    return any(paper.template == template for paper in act.papers)
