"""What the search finds in a case (检索条目), as a pure function of its events: what each act stated, the papers it
made, the files that came with it.

Numbers of persons, telephones and accounts are not among it: a person is found by his number through the keyed hash of
the line of the case, and no table holds the number for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import FRAME
from sanxiang.core.gates.weighing import EVIDENCE, MATRIX
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.core.values.searching import keys, plain
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .answering import HIDDEN
from .projections import library, running

WORDS = frozenset({"text", "long_text", "name", "officer", "address", "choice", "choices", "plate", "credit_code"})
"""The types of facts, and of columns of tables, that hold words."""


def register() -> None:
    register_projection(Projection(name="entries", stream_kinds=("case",), tables=("case_entry",), rows=rows))


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The entries of one case; none once its content was destroyed."""
    case = running(events, getattr(events[0].event, "jurisdiction", "")).case
    if case.keeping.destroyed:
        return {"case_entry": []}
    last = max(one.occurred_at for one in events)
    rules = library().on(case.jurisdiction, legal_day(last))
    found = [
        {"stream": stream, "event": one.id, "agency": case.agency, "at": one.occurred_at, **entry}
        for one in events
        if not one.kind.startswith(HIDDEN)
        for entry in _of_event(one, rules, case.procedure)
    ]
    return {"case_entry": found}


def _of_event(one: Recorded, rules: RuleSet, procedure: str) -> Iterator[dict[str, Any]]:
    """The entry of an act, where it said anything, and one for each of its files. What is said of evidence goes with
    its files, as `levels.visible` has it (a record made on the spot is found in the case that it was made in)."""
    act = rules.act(procedure, one.event.act)
    title = act.name if act else one.event.act
    papers = [
        {"title": str(paper["title"]), "number": str(paper["number"]), "index": index}
        for index, paper in enumerate(one.event.documents)
        if paper["template"] not in FRAME
    ]
    said = [*lines(rules, one.event.facts), *(("文书", f"{one['title']} {one['number']}".strip()) for one in papers)]
    digests = [str(file["sha256"]) for file in one.event.files]
    if said:
        sort = "paper" if papers else "said"
        bound = digests if one.kind in EVIDENCE else []
        yield _entry(one.id, 0, sort, title, said) | {"papers": papers, "files": bound}
    for index, file in enumerate(one.event.files):
        yield _entry(f"{one.id}/{index}", index, "file", title, [("", str(file["name"]))]) | {
            "papers": [], "files": [digests[index]],
        }  # fmt: skip


def _entry(key: str, index: int, sort: str, title: str, said: Sequence[tuple[str, str]]) -> dict[str, Any]:
    text = "\n".join(line for line in (plain(value) for _, value in said) if line)
    shown = "\n".join(f"{label}：{value}" if label else value for label, value in said)
    found = {"id": key, "index": index, "sort": sort, "title": title, "said": shown}
    return found | {"text": text, "pairs": list(_keys(text))}


@lru_cache(maxsize=4096)
def _keys(text: str) -> tuple[str, ...]:
    """An act leaves the entries of the acts before it as they were."""
    return tuple(keys(text))


def lines(rules: RuleSet, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Facts that hold words, as (label, one line of the value); a state secret is never among them."""
    for name, value in sorted(facts.items()):  # sealed ones come back in another order
        fact = rules.dictionary.get(name)
        if fact is None or name == MATRIX or fact.sensitivity == "state_secret":
            continue
        if fact.type == "table":
            columns = [column.id for column in fact.columns if column.type in WORDS]
            told = ["　".join(str(row[one]) for one in columns if row.get(one)) for row in value]
        elif fact.type in WORDS:
            told = ["、".join(map(str, value))] if isinstance(value, list | tuple) else str(value).splitlines()
        else:
            continue
        yield from ((fact.label, line.strip()) for line in told if line.strip())
