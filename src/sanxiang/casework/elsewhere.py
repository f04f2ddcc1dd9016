"""The same case under another rulebook (换一部规定看): its record judged again by the rules of another jurisdiction.

Pure but for what the caller read: every act is put through both rulebooks as they stood on its day, with the registers
of its day, each time as if the acts before it had been done as the record says. Nothing is written. What exists only
here (agency, people, list of major decisions) is used on both sides, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sanxiang.core.casefile import NOTED, CaseFile, apply
from sanxiang.core.events import Recorded
from sanxiang.core.gates import (
    Duty,
    Proposal,
    Reason,
    Situation,
    Verdict,
    bringing,
    consider,
    evaluate,
    public_record,
    reckon,
    scope_of,
)
from sanxiang.core.gates.making import judged
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Library, RuleSet
from sanxiang.core.values import legal_day

from .auditing import RegisterHistory, proposed_again
from .desk import DUTIES
from .judging import merged
from .projections import NOBODY
from .scoping import Scope, scope
from .telling import NOTED_AS

OF_PEOPLE = frozenset({"actor", "actor_not", "agency_fact", "named", "officers", "reviewer", "subject"})
"""Words that look at the agency and its people: the other place would answer for its own."""
PEOPLE, POINTS = "看人员", "要点不同"
OUTCOMES = {"allowed": "可以办", "refused": "不能办", "ask": "要先判断", "none": "没有这个环节"}


@dataclass(frozen=True, slots=True)
class Why:
    """One thing that stands in the way, its clause and what is missing; `note` where names that exist only here bear on
    it: its people, or the points of its legal review."""

    text: str
    law: str
    missing: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rulebook says to one act: outcome, what stands in the way, the clauses that it applied."""

    outcome: str
    whys: tuple[Why, ...]
    clauses: tuple[str, ...]

    @property
    def words(self) -> str:
        return OUTCOMES[self.outcome]

    @property
    def sign(self) -> str:
        return {"allowed": "ok", "refused": "bad", "ask": "warn", "none": "plain"}[self.outcome]


@dataclass(frozen=True, slots=True)
class ActPair:
    """One act of the record, answered here and there."""

    recorded: Recorded
    name: str
    here: Answer
    there: Answer

    @property
    def differs(self) -> bool:
        return (self.here.outcome, self.here.whys) != (self.there.outcome, self.there.whys)


@dataclass(frozen=True, slots=True)
class TermPair:
    """One dated duty, as each rulebook counts it; None where one has no such duty."""

    after: str
    started_on: date
    duty: str
    here: Duty | None
    there: Duty | None

    @property
    def name(self) -> str:
        return DUTIES.get(self.duty, self.duty)

    @property
    def differs(self) -> bool:
        mine, theirs = self.here, self.there
        return mine is None or theirs is None or mine.binding.due_on != theirs.binding.due_on


@dataclass(frozen=True, slots=True)
class Shown:
    """What a rulebook makes public of the case: where, the fields it asks for with its clauses, the masked text."""

    place: str
    wanted: tuple[tuple[str, str], ...]
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """The case under one rulebook, as it stands after its record."""

    rules: RuleSet
    answers: tuple[Answer, ...]
    duties: tuple[Duty, ...]
    case: CaseFile
    scope: Scope
    shown: Shown


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides, pair by pair, and what cannot be compared."""

    here: Side
    there: Side
    acts: tuple[ActPair, ...]
    terms: tuple[TermPair, ...]
    apart: tuple[str, ...]

    @property
    def other_acts(self) -> list[ActPair]:
        return [one for one in self.acts if one.differs]

    @property
    def same_acts(self) -> list[ActPair]:
        return [one for one in self.acts if not one.differs]

    @property
    def other_terms(self) -> list[TermPair]:
        return [one for one in self.terms if one.differs]

    @property
    def same_terms(self) -> list[TermPair]:
        return [one for one in self.terms if not one.differs]

    @property
    def masked_alike(self) -> bool:
        return self.here.shown.record == self.there.shown.record


def compare(
    library: Library, events: Sequence[Recorded], place: str, history: RegisterHistory, at: datetime
) -> Comparison:
    """A case beside itself under the rules of `place`. `at` is now: an undecided case is scoped by the rules of
    today."""
    acts = [one for one in events if one.kind not in NOTED]
    own = str(getattr(events[0].event, "jurisdiction", ""))
    here, there = (side(library, events, name, history, at) for name in (own, place))
    pairs = tuple(
        ActPair(one, name_of(here.rules, there.rules, here.case, one), mine, theirs)
        for one, mine, theirs in zip(acts, here.answers, there.answers, strict=True)
    )
    return Comparison(here, there, pairs, tuple(terms(events, here, there)), apart(pairs, here, there))


def name_of(here: RuleSet, there: RuleSet, case: CaseFile, recorded: Recorded) -> str:
    act = here.act(case.procedure, recorded.event.act) or there.act(case.procedure, recorded.event.act)
    return act.name if act else NOTED_AS.get(recorded.kind, recorded.event.act)


def side(library: Library, events: Sequence[Recorded], place: str, history: RegisterHistory, at: datetime) -> Side:
    """The whole record under the rules of one place."""

    def rules_on(day: date) -> RuleSet:
        return library.on(place, day)

    case, answers, moved = CaseFile(), [], []
    registers = Registers()
    for recorded in events:
        taken, rules = recorded, rules_on(legal_day(recorded.occurred_at))
        if recorded.kind not in NOTED:
            before, proposal = proposed_again(case, moved_to(place, recorded))
            registers = history.at(recorded, before)
            s = Situation(rules, before, registers, proposal, recordings=history.recordings(recorded))
            s.brought = bringing.of_record(recorded.event)
            answers.append(answer(s, consider(s)))
            taken = found_again(s, moved_to(place, recorded))
        apply(case, taken)
        moved.append(taken)
    rules = rules_on(legal_day(case.decision.occurred_at if case.decision else at))
    found = reckon(moved, rules_on).duties
    return Side(rules, tuple(answers), found, case, scope(library, case, registers, at), shown(rules, case, registers))


def moved_to(place: str, recorded: Recorded) -> Recorded:
    """The opening act as if it had opened the case in another place; every other event is that of the record."""
    if not hasattr(recorded.event, "jurisdiction"):
        return recorded
    event: Any = recorded.event
    return replace(recorded, event=replace(event, jurisdiction=place))


def found_again(s: Situation, recorded: Recorded) -> Recorded:
    """The event with whether review is due, and why, as the rules of this place find it."""
    names = {item.name for item in fields(recorded.event)}
    if "review_due" not in names:
        return recorded
    truth, grounds = scope_of(judged(s) if "judgement" in names else s)
    found: dict[str, Any] = {"review_due": truth.state is not False}
    if "grounds" in names:
        found["grounds"] = tuple(dict.fromkeys(bound.clause.id for bound in grounds))
    return replace(recorded, event=replace(recorded.event, **found))


def answer(s: Situation, verdict: Verdict) -> Answer:
    """A verdict in the words of the page."""
    if s.act is None:
        return Answer("none", tuple(Why(one.text, one.law) for one in verdict.reasons), ())
    whys = [Why(one.text, one.law, one.missing, note_on(s, one)) for one in merged(verdict.reasons)]
    whys += [Why(f"要先判断：{one.text}", one.law) for one in verdict.questions]
    return Answer(verdict.outcome, tuple(whys), tuple(verdict.finding["clauses"]))


def note_on(s: Situation, reason: Reason) -> str:
    """Whether a refusal turns on the people of the agency, or on points of review that are named otherwise there."""
    if reason.code.endswith(("/post", "/agency")):
        return PEOPLE
    needs = (
        need
        for bound in (s.rules.gates_for(s.case.procedure, s.act) if s.act else ())
        if bound.clause.id == reason.clause and bound.rule.say == reason.text
        for need in bound.rule.needs
    )
    failed = {leaf.op for need in needs for leaf in need.leaves() if evaluate(leaf, s).state is False}
    return PEOPLE if failed & OF_PEOPLE else POINTS if "points" in failed else ""


def terms(events: Sequence[Recorded], here: Side, there: Side) -> Iterator[TermPair]:
    """Every duty that either rulebook begins, in the order of the record."""
    begun = {one.id: one for one in events}
    order = {one.id: at for at, one in enumerate(events)}
    ours, theirs = (keyed(one.duties) for one in (here, there))
    for key in sorted(dict.fromkeys((*ours, *theirs)), key=lambda one: order[one[0]]):
        recorded = begun[key[0]]
        yield TermPair(
            name_of(here.rules, there.rules, here.case, recorded), legal_day(recorded.occurred_at), key[1],
            ours.get(key), theirs.get(key),
        )  # fmt: skip


def keyed(duties: Iterable[Duty]) -> dict[tuple[str, str], Duty]:
    return {(one.event, one.binding.duty): one for one in duties}


def shown(rules: RuleSet, case: CaseFile, registers: Registers) -> Shown:
    """What would be public of the case, and what a publication has to hold."""
    s = Situation(rules, case, registers, Proposal(act="", actor=NOBODY, at=moment_of(case)))
    wanted = tuple(
        ("、".join(bound.rule.fields), str(bound.citation))
        for bound in rules.contents
        if bound.rule.of == "publication" and evaluate(bound.rule.when, s).state is not False
    )
    return Shown(rules.jurisdiction.platform, wanted, public_record(rules, case, registers)[0] if case.decision else {})


def moment_of(case: CaseFile) -> datetime:
    return case.decision.occurred_at if case.decision else case.done[-1].occurred_at


def apart(pairs: Sequence[ActPair], here: Side, there: Side) -> tuple[str, ...]:
    """What this comparison cannot tell, in Chinese."""
    opened = legal_day(pairs[0].recorded.occurred_at)
    found = [
        "办案机关、执法人员和执法证只在本地登记，两边都按本地的登记看；注明“看人员”的一条，在那里要由那里的机关核对。",
        "每一环节都假定前面的环节已经照记录办了；换了规定，当时可能就不会这样往下办。",
        "文号、重大执法决定目录、裁量基准和机关自己的设置是本地的，两边照用。",
    ]
    local = [one for one in there.rules.instruments if one.layer != "national"]
    if not local:
        found.append(f"{there.rules.jurisdiction.name}的规定在本案期间还没有施行，能比的只有国家层面的规定。")
    found += [
        f"《{one.title}》自{one.effective:%Y年%-m月%-d日}起施行，此前的环节只按当时已有的规定看。"
        for one in local
        if one.effective > opened
    ]
    if any(why.note == POINTS for one in pairs for why in one.there.whys):
        found.append("那里的审核要点另有名称，本案没有对它们写过结论；注明“要点不同”的，不等于没有审核过。")
    names = dict.fromkeys(one.name for one in pairs if "none" in (one.here.outcome, one.there.outcome))
    if names:
        found.append(f"只有一边规定了的环节，不能比办得对不对：{'、'.join(names)}。")
    return tuple(found)
