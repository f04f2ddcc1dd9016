"""The door that every act goes through (关口): page, interface, import, command line and scenario alike.

`consider` answers whether an act may be done now. Structure (who, in which order, what must be stated) comes from the
procedure; everything else from the gates of all layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanxiang.core.rulebook import PARTY, Act, Bound, Gate, Procedure, Record
from sanxiang.core.values import chinese_date, legal_day

from .attachments import wrong_files
from .delegating import fits, refusal
from .keepers import keepers_of
from .matters import recording
from .predicates import evaluate
from .situation import Situation
from .verdict import Question, Reason, Verdict


def consider(s: Situation) -> Verdict:
    """May the proposed act be done now? All reasons and all questions at once, with the finding."""
    procedure = s.rules.procedures.get(s.case.procedure)
    reasons: list[Reason] = []
    questions: dict[str, Question] = {}
    clauses: list[str] = []
    s.act = s.rules.act(s.case.procedure, s.proposal.act)
    if procedure is None or s.act is None:
        reasons.append(_unknown(s, procedure))
    else:
        reasons += _structure(s, s.act, procedure)
    if s.act is not None:
        for bound in s.rules.gates_for(s.case.procedure, s.act):
            _gate(s, bound, reasons, questions, clauses)
        for record in s.rules.records:
            _record(s, s.act, record, reasons, clauses)
    return Verdict(reasons=tuple(reasons), questions=tuple(questions.values()), finding=_finding(s, clauses))


def _finding(s: Situation, clauses: Sequence[str]) -> dict[str, Any]:
    return {
        "rulebook": s.rules.jurisdiction.id,
        "digest": s.rules.digest,
        "law": s.rules.law,
        "day": s.day.isoformat(),
        "clauses": sorted(set(clauses)),
        "facts": sorted(s.used),
    }


def _unknown(s: Situation, procedure: Bound[Procedure] | None) -> Reason:
    place = s.rules.jurisdiction.name
    if procedure is None:
        text = f"{place}没有“{s.case.procedure}”这种程序"
        return Reason(code="no-procedure", clause="", law=place, text=text)
    text = f"“{procedure.rule.name}”没有“{s.proposal.act}”这个环节"
    return Reason(code="no-act", clause=procedure.clause.id, law=str(procedure.citation), text=text)


def _structure(s: Situation, act: Act, procedure: Bound[Procedure]) -> list[Reason]:
    """Who, in which order, with what stated: the procedure's own demands."""
    found: list[Reason] = []
    law = act.clause or str(procedure.citation)

    def refuse(code: str, text: str, missing: Sequence[str] = (), fix: str = "", helper: str = "") -> None:
        found.append(
            Reason(
                code=f"{act.id}/{code}", clause=procedure.clause.id, law=law, text=text, missing=tuple(missing),
                fix=fix, helper=helper,
            )
        )  # fmt: skip

    _order(s, act, refuse)
    if not s.case.open and not act.after_end:
        refuse("ended", f"本案已经办结，不能再“{act.name}”")
    if s.case.opened_at is not None and s.at < s.case.opened_at:
        refuse("too-early", f"办理时间早于案件登记时间（{chinese_date(legal_day(s.case.opened_at))}）")
    posts = [s.rules.posts.get(post, post) for post in act.by]
    officer = s.officer
    if lent := refusal(s, act):
        found.append(lent)
    elif not (by_party(s, act) or any(fits(s, post) for post in act.by)):
        refuse("post", f"“{act.name}”由{'、'.join(posts)}办理", helper="、".join(posts))
    elif s.case.agency and officer is not None and officer.agency != s.case.agency:
        refuse("agency", f"“{act.name}”由办案机关的人员办理", helper="、".join(posts))
    missing = [
        s.label(want.fact)
        for want in act.asks
        if want.required and s.value(want.fact) in (None, "", []) and evaluate(want.when, s).state
    ]
    if missing:
        refuse("facts", f"“{act.name}”还有 {len(missing)} 项没有填写", missing, fix=act.id)
    if strange := [s.label(name) for name in s.proposal.facts if _of_others(s, act, name)]:
        refuse("strange", f"“{act.name}”不能填写、改动这些事项，它们由各自的环节办理", strange)
    if wrong := wrong_files(s, act):
        refuse("files", f"“{act.name}”不能收这些文件", wrong, fix=act.id)
    return found


def _of_others(s: Situation, act: Act, name: str) -> bool:
    """Whether a fact is stated by other acts alone (`Fact.own`)."""
    fact = s.rules.dictionary.get(name)
    return fact is not None and fact.own and name not in act.fact_ids()


def by_party(s: Situation, act: Act) -> bool:
    """Whether the party itself does an act that is its own: no officer stands behind it."""
    return PARTY in act.by and s.proposal.actor.post == PARTY and not s.proposal.actor.officer


def _order(s: Situation, act: Act, refuse: Any) -> None:
    done = s.case.acts
    for entry in act.after:
        choices = entry.split("|")
        if not any(name in done for name in choices):
            names = "或者".join(f"“{s.act_name(name)}”" for name in choices)
            refuse("order", f"“{act.name}”之前应先办理{names}", [s.act_name(choices[0])], fix=choices[0])
    for name in act.not_after:
        if name in done:
            refuse("too-late", f"“{s.act_name(name)}”之后不能再办理“{act.name}”")
    if act.once and act.id in done:
        refuse("once", f"“{act.name}”已经办理过，不能重复办理")
    applies = evaluate(act.when, s)
    if applies.state is False:
        refuse("not-applicable", f"本案不适用“{act.name}”", applies.missing)


def _gate(
    s: Situation, bound: Bound[Gate], reasons: list[Reason], questions: dict[str, Question], clauses: list[str]
) -> None:
    gate = bound.rule
    applies = evaluate(gate.when, s)
    if applies.state is False:
        return
    clauses.append(bound.clause.id)
    if applies.state is None:
        _ask(s, applies.questions, questions)
        return
    missing: list[str] = []
    refused = False
    for need in gate.needs:
        truth = evaluate(need, s)
        if truth.state is None:
            _ask(s, truth.questions, questions)
        elif truth.state is False:
            refused = True
            missing += truth.missing
    if refused:
        reasons.append(
            Reason(
                code=gate.code or f"{bound.clause.id}/{s.proposal.act}",
                clause=bound.clause.id,
                law=str(bound.citation),
                text=gate.say,
                missing=tuple(dict.fromkeys(missing)),
                fix=gate.fix,
                helper=s.rules.posts.get(gate.helper, gate.helper),
            )
        )


def _ask(s: Situation, ids: Sequence[str], questions: dict[str, Question]) -> None:
    for name in ids:
        bound = s.rules.judgements.get(name)
        if bound is None or name in questions:
            continue
        questions[name] = Question(
            id=name,
            text=bound.rule.question,
            by=bound.rule.by,
            record=bound.rule.record,
            clause=bound.clause.id,
            law=str(bound.citation),
        )


def consider_register(s: Situation, kind: str, *, installing: bool = False) -> Verdict:
    """May this fact be entered into a register now? Its keeper does it, and the gates before its kind hold."""
    reasons: list[Reason] = []
    questions: dict[str, Question] = {}
    clauses: list[str] = []
    officer = s.officer
    keepers = keepers_of(kind)
    if not installing and not any(officer is not None and officer.holds(post, s.day) for post in keepers):
        name = "、".join(s.rules.posts.get(post, post) for post in keepers)
        text = f"登记由{name}办理"
        reasons.append(Reason(code="register/post", clause="", law=s.rules.jurisdiction.name, text=text, helper=name))
    for bound in s.rules.gates:
        if kind in bound.rule.emits:
            _gate(s, bound, reasons, questions, clauses)
    return Verdict(reasons=tuple(reasons), questions=tuple(questions.values()), finding=_finding(s, clauses))


FULL_SAY = "这项执法活动应当全程音像记录"
CHOICE_SAY = "应当根据实际情况决定是否音像记录，不录的写明理由"


def _record(s: Situation, act: Act, bound: Bound[Record], reasons: list[Reason], clauses: list[str]) -> None:
    """The duty to record: full length, or the officer's choice with its reason."""
    rule = bound.rule
    named = act.id in rule.acts or (act.activity is not None and act.activity in rule.activities)
    if rule.duty in ("text", "exempt") or not named:
        return
    if evaluate(rule.when, s).state is False:
        return
    clauses.append(bound.clause.id)
    truth = recording("full" if rule.duty == "full" else "chosen", s)
    if truth.state is False:
        reasons.append(
            Reason(
                code=f"{bound.clause.id}/recording",
                clause=bound.clause.id,
                law=str(bound.citation),
                text=FULL_SAY if rule.duty == "full" else CHOICE_SAY,
                missing=truth.missing,
                fix=act.id,
            )
        )
