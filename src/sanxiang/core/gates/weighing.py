"""Facts set against evidence (事实—证据对应表): what has to be proved, by which evidence, at which page or second.

An item of evidence is named by where it stands in the record, which only grows: 证据2 the second that was taken, or
brought from another file, 笔录1 the first record of an inspection or inquiry, 录音录像3 the third recording that an act
rests on; 证据2附件1 its first file. So a name once written always means the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.rulebook import RuleSet

from . import monitoring
from .predicates import word
from .situation import Situation
from .supposing import known
from .truth import YES, Truth, no

MATRIX, CHECKS = "evidence_matrix", "evidence_checks"
VERIFIED = "查证属实"
TO_PROVE = "facts-to-prove"
NAMED = re.compile(r"((?:证据|笔录|录音录像)[1-9]\d{0,3})(?:附件([1-9]\d{0,2}))?(?![\d附])")
PLACE = re.compile(r"第([1-9]\d{0,4})页|(?:(\d{1,2}):)?([0-5]?\d):([0-5]\d)")
TAKEN, BROUGHT, CHECKED, DONE = "evidence.taken", "evidence.brought", "evidence.checked", "activity.done"
EVIDENCE = (TAKEN, BROUGHT)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of evidence: its name, what it is called, the event that brought it (of a recording the id of the
    recording), its files as (place in the event, name), whether it was verified when taken, what it was taken for,
    which of its papers stands for it (None: it has none), `refused` why it may not be used (empty: it may)."""

    name: str
    title: str
    event: str
    files: tuple[tuple[int, str], ...] = ()
    verified: bool = False
    proves: str = ""
    paper: int | None = 0
    refused: str = ""

    def choices(self) -> Iterator[str]:
        """How a row may name it or one of its files."""
        yield f"{self.name}《{self.title}》" if self.title else self.name
        for at, name in self.files:
            yield f"{self.name}附件{at + 1}《{name}》"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the fact, the item that proves it (None where none is named or the reader may not know it), which of its
    files (None: its paper), page or second (0: none told), and what was said of it."""

    fact: str
    item: Item | None
    file: int | None
    page: int
    second: int
    said: Mapping[str, Any]

    @property
    def verified(self) -> bool:
        return bool(self.said.get("verified")) or (self.item is not None and self.item.verified)


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a case: each fact with its rows, those that nothing proves, the items that prove nothing, and the
    facts of which the evidence contradicts itself."""

    facts: Sequence[tuple[str, tuple[Row, ...]]] = field(default_factory=tuple)
    unproved: tuple[str, ...] = ()
    idle: tuple[Item, ...] = ()
    disputed: tuple[str, ...] = ()


def names_of(events: Iterable[Recorded]) -> dict[str, str]:
    """The name of each item by the event that brought it, or by the recording."""
    found: dict[str, str] = {}
    counts = {"证据": 0, "笔录": 0, "录音录像": 0}

    def give(sort: str, key: str) -> None:
        counts[sort] += 1
        found[key] = f"{sort}{counts[sort]}"

    for one in events:
        if one.kind in EVIDENCE:
            give("证据", one.id)
        elif one.kind == DONE and one.event.documents:
            give("笔录", one.id)
        joined = (getattr(one.event, "recording", ""),) if one.kind == "coverage.joined" else ()
        for recording in (*one.event.recordings, *joined):
            if recording not in found:
                give("录音录像", recording)
    return found


def items_of(rules: RuleSet, case: CaseFile) -> dict[str, Item]:
    """The items of evidence of a case by their names, in the order of the record."""
    found: list[Item] = []
    counts = {"证据": 0, "笔录": 0}
    recordings: dict[str, str] = {}
    papers = {str(paper["event"]): str(paper["title"]) for paper in reversed(case.papers)}
    brought = {
        str(item["event"]): next((int(one["index"]) for one in item["originals"]), None)
        for item in case.evidence
        if "originals" in item
    }

    out, reviewed, checked = monitoring.unfit(case), monitoring.approved(case), checks_of(case)

    def titled(act: str) -> str:
        known = rules.act(case.procedure, act)
        return known.name if known else act

    for done in case.done:
        sort = "证据" if done.kind in EVIDENCE else "笔录" if done.kind == DONE and done.papers else ""
        if sort:
            counts[sort] += 1
            said = done.facts if sort == "证据" else {}
            title = str(said.get("evidence_name") or "") if sort == "证据" else papers.get(done.event, titled(done.act))
            files = tuple((int(file.get("at", at)), str(file["name"])) for at, file in enumerate(done.files))
            name, proves = f"{sort}{counts[sort]}", str(said.get("evidence_proves") or "")
            found_so = checked.get(name, "")
            verified = sort == "笔录" or bool(said.get("evidence_verified")) or done.event in reviewed
            verified = found_so == VERIFIED if found_so else verified
            paper = brought.get(done.event, 0)
            refused = "经审核不符合要求" if done.event in out else "" if verified else excluded(found_so)
            found.append(Item(name, title, done.event, files, verified, proves, paper, refused))
        for recording in done.recordings:
            called = str(done.facts.get("evidence_name") or "") if done.kind == BROUGHT else ""
            recordings.setdefault(recording, f"{called or titled(done.act)}的录音录像")
    films = ((at, one, recordings[one]) for at, one in enumerate(case.filmed, 1) if one in recordings)
    found.extend(Item(f"录音录像{at}", title, recording, verified=True) for at, recording, title in films)
    return {item.name: item for item in found}


def excluded(outcome: str) -> str:
    """Why a piece may not be used, in the middle of a sentence; empty where nobody excluded it."""
    return f"已经排除（{outcome.partition('：')[2] or outcome}）" if outcome else ""


def checks_of(case: CaseFile) -> dict[str, str]:
    """What was last found of each item by its name: verified, or why it is excluded."""
    rows = (row for done in case.done if done.kind == CHECKED for row in done.facts.get(CHECKS) or ())
    return {named(str(row.get("evidence") or ""))[0]: str(row.get("outcome") or "") for row in rows}


def grounds_of(rules: RuleSet, case: CaseFile) -> tuple[str, ...]:
    """What the rules of the place want proved in such a case, in the order of the clauses."""
    bound = (one.rule for one in rules.contents if one.rule.of == TO_PROVE)
    fitting = (rule for rule in bound if known(rule.when, case.category, case.procedure, case.facts).state)
    return tuple(dict.fromkeys(name for rule in fitting for name in rule.fields))


def named(text: str) -> tuple[str, int | None]:
    """Which item a row names and which file of it, from 0; empty where it names none."""
    found = NAMED.match(text)
    if found is None:
        return "", None
    return found[1], int(found[2]) - 1 if found[2] else None


def at_place(text: str) -> tuple[int, int]:
    """The first page or the first second that a place names: (page, second), 0 where it names none."""
    found = PLACE.search(text)
    if found is None:
        return 0, 0
    if found[1]:
        return int(found[1]), 0
    return 0, (int(found[2] or 0) * 60 + int(found[3])) * 60 + int(found[4])


def table_of(rules: RuleSet, case: CaseFile) -> Table:
    """The table as the case holds it; what the rules want proved stands in it from the start."""
    items = items_of(rules, case)
    facts: dict[str, tuple[Row, ...]] = dict.fromkeys(grounds_of(rules, case), ())
    used: set[str] = set()
    for said in case.facts.get(MATRIX) or ():
        name, file = named(str(said.get("evidence") or ""))
        used.add(name)
        fact = str(said.get("fact") or "").strip()
        row = Row(fact, items.get(name), file, *at_place(str(said.get("place") or "")), said)
        facts[fact] = (*facts.get(fact, ()), row)
    supported = {fact for fact, rows in facts.items() if any(row.item and not row.said.get("against") for row in rows)}
    return Table(
        tuple(facts.items()),
        tuple(fact for fact in facts if fact not in supported),
        tuple(item for item in items.values() if item.name not in used),
        tuple(fact for fact, rows in facts.items() if any(row.said.get("against") for row in rows)),
    )


@word("weighed")
def weighed(value: bool, s: Situation) -> Truth:
    """Every row names evidence that the case holds, where in it as a page or a time, and explains what contradicts."""
    items = items_of(s.rules, s.case)
    missing = [
        text
        for at, row in enumerate(s.value(MATRIX) or (), 1)
        if isinstance(row, Mapping)
        for text in _wrong(at, row, items)
    ]
    return no(*missing) if missing else YES


def _wrong(at: int, row: Mapping[str, Any], items: Mapping[str, Item]) -> Iterator[str]:
    evidence, place = str(row.get("evidence") or "").strip(), str(row.get("place") or "").strip()
    name, file = named(evidence)
    item = items.get(name)
    if evidence and (item is None or (file is not None and file not in {number for number, _ in item.files})):
        yield f"第{at}行：本案没有“{evidence[:40]}”"
    if item is not None and item.refused:
        yield f"第{at}行：“{name}”{item.refused}，不得作为证据"
    if place and not evidence:
        yield f"第{at}行：写了出处，没有写是哪一项证据"
    if place and not any(at_place(place)) and not re.search(r"(?:0?0:)?0?0:00", place):
        yield f"第{at}行：出处写“第3页”或者“12:05”，现在写的是“{place[:20]}”"
    if row.get("against") and not evidence:
        yield f"第{at}行：哪一项证据与其他证据矛盾"
    if row.get("against") and not str(row.get("note") or "").strip():
        yield f"第{at}行：怎样看待这一矛盾（说明）"
