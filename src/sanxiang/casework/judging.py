"""What may be done now and what stands in the way (能不能办): the gates asked for whoever looks, before he types.

Reasons fall in two: those that the form of the act itself can answer (a field still empty, an officer still to be
named), and those that something else has to mend first. Only the second make an act blocked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sanxiang.core.casefile import CaseFile, fold, team_of
from sanxiang.core.casefile.team import CHANGED
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Proposal, Question, Reason, Situation, Verdict, complete, consider, delegating, evaluate
from sanxiang.core.gates.asking import also_asked
from sanxiang.core.gates.correcting import numbered
from sanxiang.core.gates.fulltext import deciders
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Act, Condition, Library, RuleSet
from sanxiang.core.values import legal_day

from .commands import actor_of
from .models import CaseRow, WaitRow
from .projections import ready
from .registers import registers_for

STRUCTURAL = ("/order", "/too-late", "/once", "/not-applicable", "/ended")
NOT_MINE = ("/post", "/agency")
OF_FORM = ("/facts", "/recording")
CHOSEN = (
    "link",
    "brought",
    "hands_over",
    "stands_in",
    "measure",
    "clock",
    "remedy",
    "avoidance",
    "officers",
    "named",
    "request",
    "requested_by",
    "supplies",
    "supplements",
    "clerical",
    "touches",
)
"""Words that what is chosen in a form answers: the paper or the measure that it is about, who takes part."""


@dataclass(frozen=True, slots=True)
class Option:
    """An act that stands next in order: what blocks it, what its form still has to state."""

    act: Act
    verdict: Verdict
    blocked: tuple[Reason, ...]
    asked: tuple[Reason, ...]

    @property
    def open(self) -> bool:
        return not self.blocked

    @property
    def waits(self) -> bool:
        return self.act.waits


def split(s: Situation, act: Act, verdict: Verdict) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """The reasons that something else must mend, and those that the form of the act can."""
    fields = frozenset((*act.fact_ids(), *also_asked(s.rules, s.case, act)))
    blocked: list[Reason] = []
    asked: list[Reason] = []
    for reason in verdict.reasons:
        (asked if _of_form(s, act, reason, fields) else blocked).append(reason)
    return tuple(merged(blocked)), tuple(merged(asked))


def merged(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons of several layers that miss the same thing as one, in the words of the most local, with every law."""
    groups: dict[Any, list[Reason]] = {}
    for at, reason in enumerate(reasons):
        groups.setdefault((reason.missing, reason.fix) if reason.missing else at, []).append(reason)
    return [
        replace(group[-1], law="；".join(dict.fromkeys(one.law for one in group)), helper=_first(group, "helper"))
        for group in groups.values()
    ]


def _first(group: Iterable[Reason], name: str) -> str:
    return next((str(getattr(one, name)) for one in group if getattr(one, name)), "")


def _of_form(s: Situation, act: Act, reason: Reason, fields: frozenset[str]) -> bool:
    if reason.code == "input" or reason.code.endswith(OF_FORM):
        return True
    needs = [
        need
        for bound in s.rules.gates_for(s.case.procedure, act)
        if bound.clause.id == reason.clause and bound.rule.say == reason.text
        for need in bound.rule.needs
    ]
    return bool(needs) and all(_mendable(need, s, fields) for need in needs)


def _mendable(need: Condition, s: Situation, fields: frozenset[str]) -> bool:
    """Whether a condition holds, or would once this form is filled in as it should be."""
    if evaluate(need, s).state is not False:
        return True
    if need.op == "all":
        return all(_mendable(part, s, fields) for part in need.value)
    if need.op in ("any", "not"):
        return any(_reads(leaf, s, fields) for leaf in need.leaves())
    return _reads(need, s, fields)


def _reads(leaf: Condition, s: Situation, fields: frozenset[str]) -> bool:
    """Whether a leaf looks at what this form states."""
    value = leaf.value
    if leaf.op in CHOSEN or (leaf.op == "actor" and "may_answer" in value):
        return True
    if leaf.op == "corrects_paper":
        return bool(numbered(s.rules, s.case))
    if leaf.op == "document":
        return bool(value == "named")
    if leaf.op == "masks":
        return bool(value != "current")
    if leaf.op == "stated":
        return fields >= {name for name in value if s.value(name) in (None, "", [])}
    if leaf.op == "recording" and value == "explained":
        return False
    if leaf.op in ("recording", "points"):
        return ("recording_mode" if leaf.op == "recording" else "review_points") in fields
    if leaf.op == "package":
        return "review_materials" in fields
    if isinstance(value, Mapping):
        return bool(fields & {str(value.get(key, "")) for key in ("id", "fact", "table", "by")})
    return leaf.op == "threshold" and "sanctions" in fields


def option(rules: RuleSet, case: CaseFile, registers: Registers, act: Act, officer: str, at: datetime) -> Option:
    """An act as somebody would do it now, together with those who handle the case."""
    actor = actor_of(registers, officer, at, next(iter(act.by), ""))
    team = tuple(dict.fromkeys((officer, *handlers_of(case, legal_day(at))))) if "officer" in act.by else (officer,)
    s = complete(Situation(rules, case, registers, Proposal(act=act.id, actor=actor, at=at, officers=team)))
    verdict = consider(s)
    blocked, asked = split(s, act, verdict)
    return Option(act, verdict, (*blocked, *for_others(s, verdict)), asked)


def for_others(s: Situation, verdict: Verdict) -> tuple[Reason, ...]:
    """The judgements that somebody else has to make before the act, as one thing that stands in the way."""
    asked = [one for one in verdict.questions if not any(delegating.fits(s, post) for post in one.by)]
    if not asked:
        return ()
    posts = dict.fromkeys(s.rules.posts.get(post, post) for one in asked for post in one.by)
    return (
        Reason(
            code="questions", clause=asked[0].clause, law="；".join(dict.fromkeys(one.law for one in asked)),
            text=f"还有 {len(asked)} 项判断没有作出", missing=tuple(one.text for one in asked), fix="answer_judgement",
            helper="、".join(posts),
        ),
    )  # fmt: skip


def open_questions(options: Iterable[Option]) -> list[Question]:
    """What has to be judged before the acts that stand next, each once."""
    found = {one.id: one for option in options for one in option.verdict.questions}
    return list(found.values())


def handlers_of(case: CaseFile, day: date) -> tuple[str, ...]:
    """Those who handle the case together on a day; empty where it is one alone."""
    team = team_of(case, day)
    return team if len(team) > 1 else ()


def people_of(case: CaseFile) -> tuple[str, ...]:
    """The officers whom the registers must know to judge any act of a case: who handles it, who handed it over and
    whom its decision names."""
    givers = (done.link for done in case.done if done.kind == CHANGED and done.link)
    return tuple(dict.fromkeys((*team_of(case, date.max), *givers, *deciders(case))))


def options(
    rules: RuleSet, case: CaseFile, registers: Registers, officer: str, at: datetime
) -> tuple[list[Option], list[Option]]:
    """The acts that stand next in order: those that the reader's posts may do, the waiting and open ones first, and
    those that wait for others."""
    mine: list[Option] = []
    others: list[Option] = []
    plain = Situation(rules, case, registers, Proposal(act="", actor=actor_of(registers, officer, at), at=at))
    opening = rules.procedures[case.procedure].rule.opening.id
    for act in rules.acts_of(case.procedure):
        if act.id == opening or not ready(case, act, plain):
            continue
        found = option(rules, case, registers, act, officer, at)
        if any(reason.code.endswith(STRUCTURAL) for reason in found.verdict.reasons):
            continue
        can = not any(reason.code.endswith(NOT_MINE) for reason in found.verdict.reasons)
        (mine if can else others).append(found)
    mine.sort(key=lambda one: (not one.waits, not one.open))
    return mine, [one for one in others if one.waits]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody: its row, its case, whether it may be done now, and what may be done in its place."""

    wait: WaitRow
    row: CaseRow
    option: Option
    case: CaseFile
    instead: tuple[Act, ...] = ()


def judged(
    connection: Any, library: Library, waits: Sequence[tuple[WaitRow, CaseRow]], officer: str, at: datetime,
    records: Mapping[str, Sequence[Recorded]],
) -> list[Waiting]:  # fmt: skip
    """The gates asked about everything that waits; `records` holds the events of these cases."""
    cases = {stream: fold(events) for stream, events in records.items()}
    people = [name for case in cases.values() for name in people_of(case)]
    agency = next((case.agency for case in cases.values()), "")
    registers = registers_for(connection, agency, (officer, *people))
    found = []
    for wait, row in waits:
        case = cases.get(str(row.stream))
        rules = library.on(row.jurisdiction, legal_day(at))
        act = rules.act(row.procedure, wait.act)
        if case is not None and act is not None:
            other = tuple(
                one for one in in_place_of(rules, case, act) if option(rules, case, registers, one, officer, at).open
            )
            found.append(Waiting(wait, row, option(rules, case, registers, act, officer, at), case, other))
    return found


def in_place_of(rules: RuleSet, case: CaseFile, act: Act) -> list[Act]:
    """What the same post may do in place of this act, by order alone: refuse, send back."""
    return [
        other
        for other in rules.acts_of(case.procedure)
        if other.id != act.id and other.by[:1] == act.by[:1] and not other.waits
        and (other.stage, other.after) == (act.stage, act.after) and not (other.once and other.id in case.acts)
    ]  # fmt: skip


def who_mends(rules: RuleSet, procedure: str, reason: Reason) -> str:
    """Who has to act before this reason goes away."""
    act = rules.act(procedure, reason.fix) if reason.fix else None
    return reason.helper or ("、".join(rules.posts.get(post, post) for post in act.by) if act else "")
