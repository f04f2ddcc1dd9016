"""Papers that are served by public notice (公告送达), and that bear a seal; by which act a measure was taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.rulebook import RuleSet

from .predicates import word
from .situation import Situation
from .truth import YES, Truth, holds, no


def unserved(rules: RuleSet, case: CaseFile) -> tuple[Mapping[str, Any], ...]:
    """The numbered papers that were not served since they were made, of the acts whose papers the gates let be served;
    without what goes to somebody else."""
    acts = rules.acts_of(case.procedure)
    serves = [act for act in acts if act.emits == "document.served"]
    leaves = (
        leaf
        for act in serves
        for bound in rules.gates_for(case.procedure, act)
        for need in bound.rule.needs
        for leaf in need.leaves()
    )
    may = {name for leaf in leaves if leaf.op == "link" for name in leaf.value} - set(case.served)
    inside = {(act.id, paper.template) for act in acts for paper in act.papers if paper.inside}
    return tuple(
        paper
        for paper in case.papers
        if paper["number"] and paper["act"] in may and (paper["act"], paper["template"]) not in inside
    )


@word("unserved")
def is_unserved(value: bool, s: Situation) -> Truth:
    return holds(bool(unserved(s.rules, s.case)) == value, "编有文号、还没有送达的文书")


@word("paper_sealed")
def paper_sealed(value: bool, s: Situation) -> Truth:
    """The numbered papers of the act that is served, as it was last done, bear the electronic seal; those that stay
    inside are none of them."""
    act, done = s.rules.act(s.case.procedure, s.proposal.link), s.case.acts.get(s.proposal.link)
    inside = {paper.template for paper in act.papers if paper.inside} if act else set()
    made = [paper for paper in s.case.papers if done is not None and paper["event"] == done.event]
    going = [
        (paper, f"{paper['event']}/{index}" in s.case.sealed)
        for index, paper in enumerate(made)
        if paper["number"] and paper["template"] not in inside
    ]
    bare = [f"《{paper['title']}》{paper['number']}的电子印章" for paper, sealed in going if not sealed]
    if not value:
        return holds(bool(bare) or not going, "没有盖电子印章的文书")
    return YES if going and not bare else no(*(bare or ["文书的电子印章"]))


@word("taken_by")
def taken_by(value: tuple[str, ...], s: Situation) -> Truth:
    """The measure that the act names was taken by one of these acts."""
    measure = s.case.measures.get(s.proposal.link)
    done = next((one for one in s.case.done if measure and one.event == measure.event), None)
    return holds(done is not None and done.act in value, "、".join(s.act_name(name) for name in value) + "所采取的措施")
