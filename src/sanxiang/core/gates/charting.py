"""The flow chart of a procedure (执法流程图), read from the very procedure that the gates run: stages in their order,
who does what in each, the articles, the days.

国办发〔2018〕118号 一 and 洛政办〔2019〕37号 三(二)1 ask for power and procedure, redrawn whenever they change: here
nothing is drawn that could differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sanxiang.core.rulebook import Act, Condition, Procedure, RuleSet, Stage

from .supposing import known, suppose

UNSETTLED = "须核定"


@dataclass(frozen=True, slots=True)
class Step:
    """One act as the public reads it: its name, the posts that may do it, the article that knows it, the titles of the
    papers it makes; `sometimes` where it depends on the case."""

    name: str
    posts: tuple[str, ...]
    clause: str
    papers: tuple[str, ...]
    sometimes: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A day that starts to run in a stage: what must happen, how long (as the rulebook says it), the law that binds."""

    say: str
    period: str
    law: str


@dataclass(frozen=True, slots=True)
class Box:
    """One stage: the steps that carry it, the names of what may come beside them, the terms that begin in it."""

    name: str
    steps: tuple[Step, ...]
    beside: tuple[str, ...]
    terms: tuple[Term, ...]


def may_open(rules: RuleSet, procedure: Procedure) -> bool:
    """Whether a case of this procedure can be opened at all where these rules hold: no gate before its first act says
    no to the category alone."""
    first = procedure.acts[0]
    gates = rules.gates_for(procedure.id, first)
    needs = [need for bound in gates for need in bound.rule.needs]
    return all(known(need, procedure.category, procedure.id).state is not False for need in needs)


def chart(rules: RuleSet, procedure: Procedure, at: datetime) -> tuple[Box, ...]:
    """The boxes of a procedure, top to bottom, as the rules stand at an instant; a stage without an act is left out."""
    found = []
    for stage in procedure.stages:
        acts = [act for act in procedure.acts if act.stage == stage.id]
        main = [act for act in acts if _carries(act, stage)]
        if acts:
            steps = tuple(_step(rules, act) for act in main)
            beside = tuple(act.name for act in acts if act not in main)
            found.append(Box(stage.name, steps, beside, _terms(rules, procedure, acts, at)))
    return tuple(found)


def _carries(act: Act, stage: Stage) -> bool:
    """What completes the stage, makes a paper, is done to somebody or waited for; not what only our own practice knows,
    which still has to be confirmed (须核定)."""
    if UNSETTLED in act.clause:
        return False
    return act.id in stage.done_by or act.waits or act.activity is not None or bool(act.papers)


def _step(rules: RuleSet, act: Act) -> Step:
    posts = tuple(rules.posts.get(post, post) for post in act.by)
    return Step(act.name, posts, act.clause, tuple(paper.title for paper in act.papers), act.when is not None)


def _terms(rules: RuleSet, procedure: Procedure, acts: list[Act], at: datetime) -> tuple[Term, ...]:
    terms: dict[str, Term] = {}
    for kind in dict.fromkeys(act.emits for act in acts):
        fits = partial(may_hold, procedure)
        for one in suppose(rules, kind, at, category=procedure.category, procedure=procedure.id, fits=fits):
            bound = one.binding
            if one.duty not in terms and bound.period is not None:
                terms[one.duty] = Term(bound.say, str(bound.period), bound.law)
    return tuple(terms.values())


def may_hold(procedure: Procedure, condition: Condition | None) -> bool:
    """Whether a condition can hold in a case of this procedure at all: not where it is about an act, or the paper of an
    act, that the procedure has not, or about a fact that none of its acts asks."""
    if condition is None:
        return True
    if condition.op == "all":
        return all(may_hold(procedure, part) for part in condition.value)
    if condition.op == "any":
        return any(may_hold(procedure, part) for part in condition.value)
    if condition.op in ("act", "link", "done"):
        return any(procedure.act(name) is not None for name in condition.value)
    asked = {ask.fact for act in procedure.acts for ask in act.asks}
    if condition.op in ("row", "threshold"):
        return (condition.value["table"] if condition.op == "row" else "sanctions") in asked
    return condition.op != "fact" or condition.value["id"] in asked
