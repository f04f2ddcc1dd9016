"""The predicates behind the vocabulary: about facts, acts and judgements (条件的判断)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sanxiang.core.rulebook import Condition
from sanxiang.core.values import caps

from .situation import Situation
from .truth import YES, Truth, all_of, any_of, ask, holds, negated, no

Predicate = Callable[[Any, Situation], Truth]
PREDICATES: dict[str, Predicate] = {}


def word(name: str) -> Callable[[Predicate], Predicate]:
    def register(predicate: Predicate) -> Predicate:
        PREDICATES[name] = predicate
        return predicate

    return register


def evaluate(condition: Condition | None, s: Situation) -> Truth:
    """The value of a condition in a situation; no condition holds always."""
    if condition is None:
        return YES
    if condition.op == "all":
        return all_of([evaluate(part, s) for part in condition.value])
    if condition.op == "any":
        return any_of([evaluate(part, s) for part in condition.value])
    if condition.op == "not":
        return negated(evaluate(condition.value, s))
    return PREDICATES[condition.op](condition.value, s)


@word("category")
def category(value: tuple[str, ...], s: Situation) -> Truth:
    return holds(s.case.category in value, f"执法类别属于{'、'.join(value)}（本案是{s.case.category or '未定'}）")


@word("procedure")
def procedure(value: tuple[str, ...], s: Situation) -> Truth:
    return holds(s.case.procedure in value, "适用相应的程序")


@word("act")
def act(value: tuple[str, ...], s: Situation) -> Truth:
    return holds(s.proposal.act in value, "正在办理相应环节")


@word("fact")
def fact(value: Mapping[str, Any], s: Situation) -> Truth:
    key = value["id"]
    stated = s.value(key)
    label = s.label(key)
    if "present" in value:
        present = stated not in (None, "", [], False)
        return holds(present == value["present"], f"填写“{label}”")
    if stated is None:
        return no(f"填写“{label}”")
    if "is" in value:
        return holds(stated == value["is"], f"“{label}”应为{_plain(value['is'])}")
    if "in" in value:
        return holds(stated in value["in"], f"“{label}”应为{'、'.join(map(str, value['in']))}之一")
    if "has" in value:
        held = stated if isinstance(stated, list | tuple) else [stated]
        return holds(any(item in held for item in value["has"]), f"“{label}”含有{'、'.join(value['has'])}")
    if "at_least" in value:
        return holds(stated >= value["at_least"], f"“{label}”不少于{value['at_least']}")
    return holds(stated < value["less_than"], f"“{label}”少于{value['less_than']}")


def _plain(value: Any) -> str:
    return "是" if value is True else "否" if value is False else f"“{value}”"


@word("row")
def row(value: Mapping[str, Any], s: Situation) -> Truth:
    rows = s.value(value["table"]) or []
    where = value.get("where", {})
    matching = [
        line
        for line in rows
        if all(line.get(key) in (want if isinstance(want, tuple) else (want,)) for key, want in where.items())
    ]
    label = s.label(value["table"])
    if "at_least" in value:
        total = sum(int(line.get(value["column"]) or 0) for line in matching)
        return holds(bool(matching) and total >= value["at_least"], f"“{label}”达到规定数额")
    return holds(bool(matching), f"“{label}”中有符合要求的一项")


@word("several")
def several(value: Mapping[str, Any], s: Situation) -> Truth:
    """One column of a table names more than one thing, those that do not count (`but`) left out."""
    rows, besides = s.value(value["table"]) or [], value.get("but", ())
    named = {str(line.get(value["column"]) or "").strip() for line in rows} - {"", *besides}
    return holds(len(named) > 1, f"“{s.label(value['table'])}”写有两个以上不同的内容")


@word("reaches")
def reaches(value: Mapping[str, str], s: Situation) -> Truth:
    """A number that is stated has come to the cap that the agency has published (`own`, a fact of its register), else
    that the place has set, for the class that a fact names where caps differ by class; where none is, nothing does."""
    number, named = s.value(value["fact"]), str(s.value(value["by"]) or "") if "by" in value else ""
    agency = s.registers.agency(s.case.agency)
    own = agency.facts.get(value["own"]) if agency and "own" in value else None
    cap = caps.cap_of(caps.published(own, s.rules.setting(value["setting"], 0)), named)
    return holds(type(number) is int and 0 < cap <= number, f"“{s.label(value['fact'])}”达到规定的上限")


@word("stated")
def stated(value: tuple[str, ...], s: Situation) -> Truth:
    missing = [s.label(key) for key in value if s.value(key) in (None, "", [], False)]
    return YES if not missing else no(*missing)


@word("done")
def done(value: tuple[str, ...], s: Situation) -> Truth:
    return holds(any(name in s.case.acts for name in value), "或者".join(s.act_name(name) for name in value))


@word("event")
def event(value: tuple[str, ...], s: Situation) -> Truth:
    return holds(any(name in s.case.kinds for name in value), "前面的环节")


@word("judgement")
def judgement(value: str, s: Situation) -> Truth:
    answer = s.case.judgements.get(value)
    if answer is None:
        return ask(value)
    bound = s.rules.judgements.get(value)
    return holds(answer, f"对“{bound.rule.question if bound else value}”的肯定判断")


@word("raised")
def raised(value: str, s: Situation) -> Truth:
    """A judgement that somebody made in the affirmative; one that nobody made is not asked for."""
    bound = s.rules.judgements.get(value)
    return holds(s.case.judgements.get(value, False), f"对“{bound.rule.question if bound else value}”的肯定判断")


@word("done_since")
def done_since(value: Mapping[str, str], s: Situation) -> Truth:
    start, stated = s.case.acts.get(value["since"]), value.get("stated", "")
    begun = start.seq if start is not None else 0
    later = (one for one in s.case.done if one.act == value["act"] and one.seq > begun)
    said = f"“{s.act_name(value['since'])}”之后的“{s.act_name(value['act'])}”"
    said += f"（确认“{s.label(stated)}”）" if stated else ""
    return holds(any(not stated or one.facts.get(stated) for one in later), said)


@word("duty")
def duty(value: tuple[str, ...], s: Situation) -> Truth:
    return holds(s.proposal.extra.get("duty") in value, "所办理的义务")
