"""Documents of mid-procedure under review (过程文书的审核), and what an opinion found (审核意见的认定).

A document that is issued after its review is named by the act that issues it; one of an urgent measure, reviewed after,
by the measure, so that it never counts for the next.
"""

from __future__ import annotations

from sanxiang.core.rulebook import RuleSet

from .predicates import word
from .situation import Situation
from .truth import Truth, holds, no

DOCUMENT_STATES = ("due", "named", "waiting")


def documents_due(rules: RuleSet, procedure: str) -> tuple[str, ...]:
    """The acts of a procedure whose document the regulations want reviewed before it is issued."""
    return tuple(
        act.id
        for act in rules.acts_of(procedure)
        for bound in rules.gates_for(procedure, act)
        if any(leaf.op == "document_reviewed" for need in bound.rule.needs for leaf in need.leaves())
    )


def documents_waiting(s: Situation) -> tuple[str, ...]:
    """What was submitted and not yet reviewed: ids of acts, or of measures already taken."""
    done = s.case.documents_reviewed
    return tuple(name for name, seq in s.case.documents_submitted.items() if done.get(name, (0, False))[0] < seq)


@word("document")
def document(value: str, s: Situation) -> Truth:
    """`due` the regulations want documents of this procedure reviewed; `named` the act names one of them, or a running
    measure; `waiting` the one named, or any where none is, is being reviewed."""
    link = s.proposal.link
    if value == "due":
        return holds(bool(documents_due(s.rules, s.case.procedure)), "过程文书要先经法制审核的规定")
    if value == "waiting":
        waiting = documents_waiting(s)
        return holds(link in waiting if link else bool(waiting), "已经送审、等待审核的过程文书")
    measure = s.case.measures.get(link)
    running = measure is not None and measure.lifted_at is None
    return holds(running or link in documents_due(s.rules, s.case.procedure), "选明是哪一份文书")


@word("document_reviewed")
def document_reviewed(value: bool, s: Situation) -> Truth:
    """The document that this act issues was reviewed and passed since the act was last done."""
    seq, passes = s.case.documents_reviewed.get(s.proposal.act, (0, False))
    issued = s.case.acts.get(s.proposal.act)
    fresh = passes and (issued is None or seq > issued.seq)
    return holds(fresh == value, f"“{s.act_name(s.proposal.act)}”文书的审核意见")


@word("opinion")
def opinion(value: tuple[str, ...], s: Situation) -> Truth:
    """The last opinion has one of these outcomes, or finds fault with one of these points."""
    last = s.case.opinion
    if last is None:
        return no("法制审核意见")
    return holds(bool({last.outcome, *last.problems} & set(value)), f"审核意见指出{'、'.join(value)}")
