"""References inside conditions: every name that one of them uses must be known."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping

from sanxiang.core.events import KINDS
from sanxiang.core.gates.archiving import FILE_STATES, REQUESTED
from sanxiang.core.gates.avoidance import AVOIDANCE_STATES
from sanxiang.core.gates.bringing import BROUGHT_STATES
from sanxiang.core.gates.entrusting import STATES as ENTRUST_STATES
from sanxiang.core.gates.lenity import SAYS as RULE_STATES
from sanxiang.core.gates.matters import MEASURE_STATES, RECORDING_STATES, REVIEW_STATES
from sanxiang.core.gates.midway import DOCUMENT_STATES
from sanxiang.core.gates.monitoring import STATES as MONITOR_STATES
from sanxiang.core.gates.people import SUBJECT, WHO
from sanxiang.core.gates.remedies import REMEDY_STATES
from sanxiang.core.gates.terms import NOW
from sanxiang.core.rulebook import Act, Chapter, Clause, Condition, Dictionary, Library, Procedure

from .yamlfile import Document, Problem, Where, nearest


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
    dictionary: Dictionary
    papers: frozenset[str]


def names_of(library: Library) -> Names:
    """Every name that the library knows."""
    clauses = [
        clause for versions in library.versions.values() for instrument in versions for clause in instrument.clauses
    ]
    return Names(
        frozenset(act.id for act in _acts(clauses)),
        frozenset(procedure.id for clause in clauses for procedure in clause.procedures),
        frozenset(library.dictionary),
        frozenset(library.posts),
        frozenset(rule.id for clause in clauses for rule in clause.judgements),
        frozenset(rule.id for clause in clauses for rule in clause.thresholds),
        frozenset(KINDS),
        frozenset(library.categories),
        library.dictionary,
        frozenset(paper.template for act in _acts(clauses) for paper in act.papers),
    )


def _acts(clauses: Iterable[Clause]) -> Iterator[Act]:
    for clause in clauses:
        wholes: tuple[Procedure | Chapter, ...] = (*clause.procedures, *clause.chapters)
        for whole in wholes:
            yield from whole.acts


def unknown_names(condition: Condition, document: Document, where: Where, names: Names) -> Iterator[Problem]:
    """Every name in a condition that is not known, with the nearest one that is."""
    for leaf in condition.leaves():
        for kind, listed, known in _used(leaf, names):
            for name in listed:
                if name not in known:
                    yield document.problem(where, f"没有“{name}”这个{kind}{nearest(name, known)}")
        if leaf.op in ("elapsed", "within") and not {"since", "served", "fact"} & set(leaf.value):
            yield document.problem(where, f"“{leaf.op}”应当写明从哪里算起：since、served 或者 fact")
        if leaf.op == "daytime" and not HOURS.fullmatch(f"{leaf.value['from']}-{leaf.value['until']}"):
            yield document.problem(where, "“daytime”的 from、until 写成 06:00、22:00 的样子")


HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
SAYINGS = {
    "avoidance": AVOIDANCE_STATES,
    "remedy": REMEDY_STATES,
    "clock": frozenset({"excludes", "open", "stopped", "suspended", "going"}),
    "archive": FILE_STATES,
    "request": frozenset(REQUESTED),
    "retention": frozenset({"enough", "ended"}),
    "credit_class": frozenset({"due", "proposed"}),
    "monitor": frozenset(MONITOR_STATES),
    "old_rule": frozenset(RULE_STATES),
    "entrusted": ENTRUST_STATES,
}
Used = tuple[tuple[str, tuple[str, ...], frozenset[str]], ...]


def _used(leaf: Condition, names: Names) -> Used:
    """The names that one condition uses: of what kind they are, and the known ones."""
    value = leaf.value
    whole: dict[str, tuple[str, frozenset[str]]] = {
        **dict.fromkeys(("stated", "on_paper"), ("事实", names.facts)),
        "agency_fact": ("事实", names.facts),
        **dict.fromkeys(("done", "act", "served", "link"), ("环节", names.acts)),
        "category": ("执法类别", names.categories),
        "event": ("记录种类", names.kinds),
        "procedure": ("程序", names.procedures),
        "judgement": ("判断", names.judgements),
        **dict.fromkeys(("raised", "another_act"), ("判断", names.judgements)),
        "threshold": ("数额标准", names.thresholds),
        "actor": ("人的条件", frozenset(WHO)),
        "subject": ("人的条件", frozenset(SUBJECT)),
        "review": ("审核状态", frozenset(REVIEW_STATES)),
        "document": ("文书审核状态", frozenset(DOCUMENT_STATES)),
        "measure": ("措施状态", frozenset(MEASURE_STATES)),
        "brought": ("移入证据的状态", frozenset(BROUGHT_STATES)),
        "recording": ("音像记录的要求", frozenset(RECORDING_STATES)),
        **{name: ("说法", known) for name, known in SAYINGS.items()},
    }
    if leaf.op in whole:
        kind, known = whole[leaf.op]
        said = (value,) if isinstance(value, str) else tuple(value)
        if leaf.op == "on_paper":
            said = tuple(name for one in said for name in one.split("|"))
        return ((kind, said, known),)
    if not isinstance(value, Mapping):
        return ()
    keyed: dict[str, tuple[str, frozenset[str]]] = {
        **dict.fromkeys(("id", "table", "fact", "than", "told", "stated", "by"), ("事实", names.facts)),
        "served": ("环节", names.acts),
        "act": ("环节", names.acts),
        "since": ("环节", names.acts) if leaf.op == "done_since" else ("记录种类", names.kinds | {NOW}),
        "unless": ("记录种类", names.kinds),
    }
    choices = names.dictionary[value["id"]].choices if value.get("id") in names.dictionary else ()
    if choices:
        keyed |= dict.fromkeys(("is", "in", "has"), ("选项", frozenset(choices)))
    return tuple(
        (keyed[key][0], (part,) if isinstance(part, str) else tuple(part), keyed[key][1])
        for key, part in value.items()
        if key in keyed
    )
