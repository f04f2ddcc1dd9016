"""What a new case takes over from another (带入): an inspection becomes a case, a decision is enforced, and nobody
types the party, the facts or the number twice, nor gathers the evidence anew. Whoever opens the new case sees it all in
the form and may change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates import Duty
from sanxiang.core.gates.bringing import held
from sanxiang.core.rulebook import Act, Dictionary, Library, RuleSet
from sanxiang.core.values import legal_day

from . import bringing, forms, refusals
from .commands import Answer, Command, handle

SAME = {
    "source_summary": ("found_facts", "violation_facts"),
    "base_obligation": ("decision_content", "correction_order"),
    "licence_ends_on": ("licence_until",),
    "base_deferred_until": ("pay_until",),
}
"""Facts that say in the new case what others said in the old one."""


def carried_over(dictionary: Dictionary, act: Act, other: CaseFile, owed: Sequence[Duty] = ()) -> dict[str, Any]:
    """The facts of the act that opens a case, as far as another case and its duties tell them."""
    asked = set(act.fact_ids())
    found = {name: other.facts[name] for name in asked if name in other.facts and dictionary[name].carried}
    for name, sources in SAME.items():
        said = next((other.facts[one] for one in sources if other.facts.get(one)), None)
        if said is not None:
            found[name] = said
    if other.decision is not None:
        found["base_decision"] = found["licence_decision"] = other.decision_number
        found["base_decided_on"] = legal_day(other.decision.occurred_at).isoformat()
        found["source_on"] = found["base_decided_on"]
        served = other.served.get(other.decision.act)
        found |= {"base_served_on": legal_day(served.took_effect).isoformat()} if served else {}
    asking = [one.binding for one in owed if one.binding.duty == "court" and one.met_at is None]
    if asking and not asking[-1].halted:
        found["court_until"] = asking[-1].due_on.isoformat()
    if other.facts.get("inspection_result"):
        found["source_kind"] = forms.FOUND_HERE
        visit = next((done for done in other.done if done.facts.get("inspection_findings")), None)
        found |= {"source_on": legal_day(visit.occurred_at).isoformat()} if visit else {}
    return {name: value for name, value in found.items() if name in asked and value not in (None, "", [])}


def bringing_act(rules: RuleSet, procedure: str) -> str:
    """The act by which a procedure takes in evidence of other files; empty where it has none."""
    return next((act.id for act in rules.acts_of(procedure) if act.emits == bringing.KIND), "")


def open_with(
    connection: Any, library: Library, command: Command, act: str, items: Sequence[str], *, at: datetime
) -> Answer:
    """Open a case and take in evidence of the one that it comes from (`items`, each case/event), all or nothing: where
    one item is refused nothing is opened, and the answer says why."""
    with transaction.atomic(using=connection.alias):
        answer = opened = handle(connection, library, command, at=at)
        for link in items if opened.done else ():
            if link in held(answer.case):
                continue  # the same form, sent again
            here = Command(act=act, officer=command.officer, stream=opened.stream, officers=command.officers, link=link)
            answer = handle(connection, library, here, at=at)
            if not answer.done:
                transaction.set_rollback(True, using=connection.alias)
                break
    if answer.done:
        return replace(opened, case=answer.case)
    if opened.done:
        refusals.note(connection, library, command, answer.verdict.reasons, forged=False, at=at)
        return replace(answer, stream="", case=opened.case)
    return answer
