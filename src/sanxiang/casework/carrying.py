"""What a new case takes over from another (带入): an inspection becomes a case, a decision is enforced, and nobody
types the party, the facts or the number twice. Whoever opens the new case sees it all in the form and may change it."""

from __future__ import annotations

from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.rulebook import Act, Dictionary
from sanxiang.core.values import legal_day

SAME = {
    "source_summary": ("found_facts", "violation_facts"),
    "base_obligation": ("decision_content", "correction_order"),
}
"""Facts that say in the new case what others said in the old one."""


def carried_over(dictionary: Dictionary, act: Act, other: CaseFile) -> dict[str, Any]:
    """The facts of the act that opens a case, as far as another case tells them."""
    asked = set(act.fact_ids())
    found = {name: other.facts[name] for name in asked if name in other.facts and dictionary[name].carried}
    for name, sources in SAME.items():
        said = next((other.facts[one] for one in sources if other.facts.get(one)), None)
        if said is not None:
            found[name] = said
    if other.decision is not None:
        found["base_decision"] = other.decision_number
        found["base_decided_on"] = legal_day(other.decision.occurred_at).isoformat()
        found["source_on"] = found["base_decided_on"]
        served = other.served.get(other.decision.act)
        found |= {"base_served_on": legal_day(served.occurred_at).isoformat()} if served else {}
    if other.facts.get("inspection_result"):
        found["source_kind"] = "监督检查"
    return {name: value for name, value in found.items() if name in asked and value not in (None, "", [])}
