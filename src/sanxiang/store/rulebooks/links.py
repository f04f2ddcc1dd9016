"""References inside the library that point at nothing: acts, facts, posts, judgements, kinds, instruments."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from sanxiang.core.events import KINDS
from sanxiang.core.gates.matters import MEASURE_STATES, REVIEW_STATES
from sanxiang.core.gates.people import SUBJECT, WHO
from sanxiang.core.rulebook import Condition, Gate, Instrument, Library, Procedure

from .yamlfile import Document, Problem, Where, nearest

Files = Mapping[tuple[str, str], Document]


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """Every name that a reference may point at."""

    acts: frozenset[str]
    procedures: frozenset[str]
    facts: frozenset[str]
    posts: frozenset[str]
    judgements: frozenset[str]
    thresholds: frozenset[str]
    kinds: frozenset[str]
    categories: frozenset[str]


def dangling(library: Library, files: Files, places: Mapping[str, Document]) -> Iterator[Problem]:
    """Every reference to something that is not there, with its file, line and the nearest name."""
    names = _names(library)
    for place in library.jurisdictions.values():
        document = places[place.id]
        for index, instrument in enumerate(place.instruments):
            if instrument not in library.versions:
                yield document.problem(
                    ("instruments", index), f"没有“{instrument}”这部规定{nearest(instrument, library.versions)}"
                )
        if place.calendar not in library.calendars:
            yield document.problem(
                ("calendar",), f"没有“{place.calendar}”这份日历{nearest(place.calendar, library.calendars)}"
            )
    seen: dict[str, str] = {}
    for versions in library.versions.values():
        for instrument in versions:
            document = files[(instrument.id, instrument.effective.isoformat())]
            yield from _instrument(instrument, document, names, seen)


def _names(library: Library) -> Names:
    clauses = [
        clause for versions in library.versions.values() for instrument in versions for clause in instrument.clauses
    ]
    return Names(
        frozenset(act.id for clause in clauses for procedure in clause.procedures for act in procedure.acts),
        frozenset(procedure.id for clause in clauses for procedure in clause.procedures),
        frozenset(library.dictionary),
        frozenset(library.posts),
        frozenset(rule.id for clause in clauses for rule in clause.judgements),
        frozenset(rule.id for clause in clauses for rule in clause.thresholds),
        frozenset(KINDS),
        frozenset(library.categories),
    )


def _instrument(
    instrument: Instrument, document: Document, names: Names, seen: dict[str, str]
) -> Iterator[Problem]:
    for number, clause in enumerate(instrument.clauses):
        where: Where = ("clauses", number)
        owner = seen.setdefault(clause.id, instrument.id)
        if owner != instrument.id or sum(other.id == clause.id for other in instrument.clauses) > 1:
            yield document.problem(where, f"条款“{clause.id}”的编号已经用过")
        if not clause.bindings():
            yield document.problem(where, f"条款“{clause.id}”没有任何作用，应至少写一项")
        for group in dataclasses.fields(clause):
            rules = getattr(clause, group.name)
            if isinstance(rules, tuple):
                for index, rule in enumerate(rules):
                    yield from _rule(rule, document, (*where, group.name, index), names)


def _rule(rule: Any, document: Document, where: Where, names: Names) -> Iterator[Problem]:
    def missing(kind: str, name: str, known: frozenset[str], *path: str | int) -> Iterator[Problem]:
        if name and name not in known:
            yield document.problem((*where, *path), f"没有“{name}”这个{kind}{nearest(name, known)}")

    if isinstance(rule, Procedure):
        yield from _procedure(rule, document, where, names)
    if isinstance(rule, Gate):
        yield from missing("环节", rule.fix, names.acts, "fix")
        yield from missing("岗位", rule.helper, names.posts, "helper")
    for path, value in (("acts", names.acts), ("emits", names.kinds), ("on", names.kinds), ("until", names.kinds)):
        listed = getattr(rule, path, ())
        if isinstance(listed, tuple) and all(isinstance(name, str) for name in listed):
            for index, name in enumerate(listed):
                yield from missing("环节" if path == "acts" else "记录种类", name, value, path, index)
    for attribute in ("when", "except_when", "needs"):
        value = getattr(rule, attribute, None)
        for part in value if isinstance(value, tuple) else (value,) if value else ():
            yield from _condition(part, document, (*where, attribute), names)


def _procedure(rule: Procedure, document: Document, where: Where, names: Names) -> Iterator[Problem]:
    stages = {stage.id for stage in rule.stages}
    own = frozenset(act.id for act in rule.acts)
    for index, act in enumerate(rule.acts):
        here = (*where, "acts", index)
        checks: list[tuple[str, tuple[str, ...], frozenset[str]]] = [
            ("事实", act.fact_ids(), names.facts),
            ("岗位", act.by, names.posts),
            ("记录种类", (act.emits,), names.kinds),
            ("阶段", (act.stage,), frozenset(stages)),
            ("环节", tuple(name for entry in (*act.after, *act.not_after) for name in entry.split("|")), own),
        ]
        for kind, used, known in checks:
            for name in used:
                if name not in known:
                    yield document.problem(here, f"“{act.name}”：没有“{name}”这个{kind}{nearest(name, known)}")
        for condition in (act.when, act.waits_when, *(ask.when for ask in act.asks), *(paper.when for paper in act.papers)):
            if condition:
                yield from _condition(condition, document, here, names)
    yield from _dead_ends(rule, document, where)


def _dead_ends(rule: Procedure, document: Document, where: Where) -> Iterator[Problem]:
    """An act that can never be reached because what must come before it waits for it."""
    reached: set[str] = set()
    waiting = list(rule.acts)
    while True:
        ready = [act for act in waiting if all(any(n in reached for n in e.split("|")) for e in act.after)]
        if not ready:
            break
        reached |= {act.id for act in ready}
        waiting = [act for act in waiting if act.id not in reached]
    for act in waiting:
        index = rule.acts.index(act)
        yield document.problem((*where, "acts", index), f"“{act.name}”永远办不到：它前面的环节互相等待")
    for act in rule.acts:
        if not act.by:
            yield document.problem((*where, "acts", rule.acts.index(act)), f"“{act.name}”没有人可以办理")


def _condition(condition: Condition, document: Document, where: Where, names: Names) -> Iterator[Problem]:
    for leaf in condition.leaves():
        for kind, listed, known in _used(leaf, names):
            for name in listed:
                if name not in known:
                    yield document.problem(where, f"没有“{name}”这个{kind}{nearest(name, known)}")


Used = tuple[tuple[str, tuple[str, ...], frozenset[str]], ...]


def _used(leaf: Condition, names: Names) -> Used:
    """The names that one condition uses: of what kind they are, and the known ones."""
    value = leaf.value
    whole: dict[str, tuple[str, frozenset[str]]] = {
        "stated": ("事实", names.facts),
        "agency_fact": ("事实", names.facts),
        "done": ("环节", names.acts),
        "act": ("环节", names.acts),
        "served": ("环节", names.acts),
        "link": ("环节", names.acts),
        "category": ("执法类别", names.categories),
        "event": ("记录种类", names.kinds),
        "procedure": ("程序", names.procedures),
        "judgement": ("判断", names.judgements),
        "raised": ("判断", names.judgements),
        "threshold": ("数额标准", names.thresholds),
        "actor": ("人的条件", frozenset(WHO)),
        "subject": ("人的条件", frozenset(SUBJECT)),
        "review": ("审核状态", frozenset(REVIEW_STATES)),
        "measure": ("措施状态", frozenset(MEASURE_STATES)),
    }
    if leaf.op in whole:
        kind, known = whole[leaf.op]
        return ((kind, (value,) if isinstance(value, str) else tuple(value), known),)
    if not isinstance(value, Mapping):
        return ()
    keyed: dict[str, tuple[str, frozenset[str]]] = {
        "id": ("事实", names.facts),
        "table": ("事实", names.facts),
        "fact": ("事实", names.facts),
        "than": ("事实", names.facts),
        "told": ("事实", names.facts),
        "by": ("事实", names.facts),
        "served": ("环节", names.acts),
        "act": ("环节", names.acts),
        "since": ("环节", names.acts) if leaf.op == "done_since" else ("记录种类", names.kinds),
        "unless": ("记录种类", names.kinds),
    }
    return tuple(
        (keyed[key][0], (part,) if isinstance(part, str) else tuple(part), keyed[key][1])
        for key, part in value.items()
        if key in keyed
    )
