"""Forms made from the fact dictionary (表单): the fields of an act, and what a browser sent back for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connections
from django.http import QueryDict

from sanxiang.core.casefile import CaseFile
from sanxiang.core.casefile.correcting import ROWS
from sanxiang.core.gates import Reason, Verdict, outcomes_of, points_of, publicity, retaining, weighing
from sanxiang.core.gates.asking import also_asked
from sanxiang.core.gates.supposing import known
from sanxiang.core.rulebook import Act, Condition, Fact, RuleSet

from . import consulted, correcting
from .registers import registers_for
from .telling import plain_flag

EMPTY_ROWS = 2
EXTENT = "access_extent"
ROWS_MAX = 200
RECORDING = "f-recording_mode"
PERSON = "the party, where a person; else who represents it"
FOUND_HERE = "监督检查"
"""The source of a case that the agency found itself: what it says was seen, and may stand as what is suspected."""
KNOWN: Mapping[str, tuple[str, ...]] = {
    "place": ("business_place", "party_address"),
    "present_person": ("present_person", PERSON),
    "served_to": ("served_to", PERSON),
    "service_place": ("delivery_address", "service_place", "party_address"),
}
"""Facts of one act alone, and where they most likely stand already; whoever fills in the form may change them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its fact, what stands in it, whether it is needed, what is wrong with it."""

    fact: Fact
    value: Any
    required: bool = False
    problem: str = ""
    rows: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)
    when: Condition | None = None

    @property
    def shown_with(self) -> tuple[str, str]:
        """The fact and its values (joined by |) with which the field is asked; empty where always or by other rules.
        A browser may hide it otherwise; the gate asks in any case."""
        if self.when is None or self.when.op != "fact":
            return "", ""
        value = self.when.value
        wanted = value.get("in") or ((value["is"],) if "is" in value else ())
        return (value["id"], "|".join(map(str, wanted))) if wanted else ("", "")

    @property
    def plain(self) -> str:
        """What stands in it, for reading."""
        if self.rows:
            return "\n".join(
                "　".join(str(cell["value"]) for cell in row["cells"] if cell["value"]) for row in self.rows
            )
        return plain_flag(self.value) if isinstance(self.value, bool) else str(self.value)

    @property
    def kind(self) -> str:
        known = {"long_text", "day", "instant", "number", "money", "flag", "choice", "choices", "table"}
        return self.fact.type if self.fact.type in known else "text"


def fields_of(
    rules: RuleSet, case: CaseFile, act: Act, typed: Mapping[str, Any], problems: Mapping[str, str]
) -> tuple[list[Field], list[Field]]:
    """The fields to be filled in, and those the case already holds (shown, not asked: entered once).

    A fact that the draft carries may be changed only by the act that drafts, so it is not asked again."""
    asked: dict[str, bool] = {ask.fact: ask.required for ask in act.asks}
    conditions = {ask.fact: ask.when for ask in act.asks}
    asked.update({name: False for name in also_asked(rules, case, act) if name not in asked})
    known_already = suggested(rules, case, act)
    settled = {name: value for name, value in case.facts.items() if name not in asked and value not in (None, "")}
    fill: list[Field] = []
    held: list[Field] = []
    for name, required in asked.items():
        fact = rules.dictionary.get(name)
        if fact is None or known(conditions.get(name), case.category, case.procedure, settled).state is False:
            continue
        stands = case.facts.get(name)
        standing = fact.carried and stands not in (None, "", []) and name not in typed and not changes_draft(act)
        value = typed.get(name, stands if fact.carried else known_already.get(name))
        if value in (None, "", []):
            value = known_already.get(name)
        fact = offered(rules, fact, case)
        if name == publicity.CLASS:
            fact = replace(fact, help=class_help(rules, case, fact))
        (held if standing else fill).append(
            Field(
                fact, shown(fact, value), required, problems.get(name, ""), rows_of(fact, value), conditions.get(name)
            )
        )
    return fill, held


def offered(rules: RuleSet, fact: Fact, case: CaseFile) -> Fact:
    """A fact with what the regulation lets choose: the outcomes of a review, its points where a row is about one; or
    with what the file of the case holds."""
    if fact.id == EXTENT:
        columns = (replace(one, choices=consulted.names_of(case)) if one.id == "what" else one for one in fact.columns)
        return replace(fact, columns=tuple(columns))
    if fact.id == ROWS:
        columns = (replace(one, choices=correcting.lines(rules)) if one.id == "line" else one for one in fact.columns)
        return replace(fact, columns=tuple(columns))
    if fact.id == weighing.MATRIX:
        choices = tuple(text for item in weighing.items_of(rules, case).values() for text in item.choices())
        offers = weighing.grounds_of(rules, case)
        columns = (
            replace(one, choices=choices)
            if one.id == "evidence"
            else replace(one, offers=offers)
            if one.id == "fact"
            else one
            for one in fact.columns
        )
        return replace(fact, columns=tuple(columns))
    if fact.id == weighing.CHECKS:
        pieces = tuple(next(one.choices()) for one in weighing.items_of(rules, case).values() if one.name[:2] == "证据")
        columns = (replace(one, choices=pieces) if one.id == "evidence" else one for one in fact.columns)
        return replace(fact, columns=tuple(columns))
    if fact.id == "review_outcome" and outcomes_of(rules):
        return replace(fact, choices=tuple(outcome.name for outcome in outcomes_of(rules)))
    if fact.id not in ABOUT_POINTS:
        return fact
    points = points_of(rules)
    columns = (replace(one, choices=points) if one.id == "point" else one for one in fact.columns)
    return replace(fact, columns=tuple(columns))


def choosing(fields: list[Field], name: str, choices: tuple[str, ...]) -> list[Field]:
    """The fields with one that is chosen from what a register holds."""
    return [
        replace(one, fact=replace(one.fact, type="choice", choices=choices)) if one.fact.id == name else one
        for one in fields
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together: questions to tick in one block, the rest one below the other."""

    ticks: bool
    fields: tuple[Field, ...]


def grouped(fields: Iterable[Field]) -> list[Group]:
    """Neighbouring ticks in one block."""
    groups: list[Group] = []
    for one in fields:
        ticks = one.kind == "flag"
        if groups and groups[-1].ticks == ticks:
            groups[-1] = Group(ticks, (*groups[-1].fields, one))
        else:
            groups.append(Group(ticks, (one,)))
    return groups


def left_empty(rules: RuleSet, verdict: Verdict) -> dict[str, str]:
    """The required fields that were left empty, each to be marked where it stands."""
    labels = {label for one in verdict.reasons if one.code.endswith("/facts") for label in one.missing}
    return {name: "还没有填写" for name, fact in rules.dictionary.items() if fact.label in labels}


ABOUT_POINTS = frozenset({"review_disputed_points", "check_faults"})
CHOICES = (("选明", "link"), ("选一位", "officers"))
"""How what is missing begins where it is a choice of the form and no fact, and the id of that choice."""


def pointed(reason: Reason, fields: Iterable[Field]) -> tuple[Reason, list[tuple[str, str]]]:
    """A reason with what is missing, each with the id of the field that asks for it (empty where none does)."""
    places = {one.fact.label: f"f-{one.fact.id}" for one in fields}

    def place(text: str) -> str:
        if text.startswith("执法人员不少于"):
            return "officers"
        chosen = next((found for said, found in CHOICES if text.startswith(said)), "")
        if chosen:
            return chosen
        if "录音录像" in text and RECORDING in places.values():
            return RECORDING
        return places.get(text) or next((found for label, found in places.items() if f"“{label}”" in text), "")

    return reason, [(text, place(text)) for text in reason.missing]


def suggested(rules: RuleSet, case: CaseFile, act: Act) -> dict[str, Any]:
    """What a form may bring along that is already known: where and whom the act most often meets, what has to be paid,
    the points that the regulation names for a review, the evidence that was taken."""
    asked = set(act.fact_ids())
    person = "party_name" if case.facts.get("party_kind") == "自然人" else "legal_representative"
    found: dict[str, Any] = {}
    for name, sources in KNOWN.items():
        if name in asked and (name != "place" or act.activity == "inspection"):
            stated = (case.facts.get(person if source == PERSON else source) for source in sources)
            found[name] = next(filter(None, stated), "")
    if "suspected_violation" in asked and case.facts.get("source_kind") == FOUND_HERE:
        found["suspected_violation"] = case.facts.get("source_summary")
    if act.emits == "decision.carried_out" and act.sets.get("complete"):
        found["carried_out_amount"] = sum(int(line.get("amount") or 0) for line in case.facts.get("sanctions") or ())
    found |= publicity.suggested(rules, case, asked)
    ending = registers_for(connections["default"], case.agency, ()) if "appraisal_result" in asked else None
    found |= retaining.suggested(rules, case, asked, ending.agency(case.agency) if ending else None)
    if act.emits == "publication.corrected" and case.corrections:
        found["correction_note"] = correcting.public_note(case)
    if "inspection_points" in asked and case.facts.get("inspection_scope"):
        scope = re.split(r"[\n；]", str(case.facts["inspection_scope"]))
        found["inspection_points"] = [{"point": one.strip("。 ")} for one in scope if one.strip("。 ")]
    if weighing.MATRIX in asked:
        found[weighing.MATRIX] = [{"fact": name} for name in weighing.grounds_of(rules, case)]
    if weighing.CHECKS in asked:
        found[weighing.CHECKS] = [
            {"evidence": next(one.choices())}
            for one in weighing.items_of(rules, case).values()
            if one.name.startswith("证据") and not (one.verified or one.refused)
        ]
    if "review_points" in asked:
        found["review_points"] = [{"point": point} for point in points_of(rules)]
    if "evidence_list" in asked and not case.facts.get("evidence_list") and case.evidence:
        found["evidence_list"] = [
            {
                "number": str(item["number"]),
                "name": item.get("evidence_name", ""),
                "proves": item.get("evidence_proves", ""),
            }
            for item in case.evidence
            if item["event"] not in {one.event for one in weighing.items_of(rules, case).values() if one.refused}
        ]
    return found


def class_help(rules: RuleSet, case: CaseFile, fact: Fact) -> str:
    """What the rules propose as the class of a penalty, and that a person decides."""
    bound = publicity.proposed_of(rules, case)
    if bound is None:
        return f"{fact.help}。规则没有可以建议的分类，请判断并写明理由"
    rule = bound.rule
    least = f"最短{rule.least}，" if rule.least else ""
    rarely = "一般不公示，确需公示的" if not rule.shown else ""
    told = f"建议“{rule.name}”：{rule.say}；{rarely}{least}最长{rule.most}（{bound.citation}，须核定）"
    return f"{fact.help}。{told}。改选其他分类的写明理由"


def changes_draft(act: Act) -> bool:
    """Whether the act is there to change what was stated before."""
    return act.emits in ("draft.changed", "source.registered", "application.received", "evidence.weighed")


def shown(fact: Fact, value: Any) -> Any:
    """A value as a field shows it: money in yuan, times for the browser's own field."""
    if value is None:
        return ""
    if fact.type == "money" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    if fact.type == "instant":
        return str(value)[:16]
    return value


def rows_of(fact: Fact, value: Any) -> tuple[Mapping[str, Any], ...]:
    """The rows of a table field with two empty ones to write in: cells as (column, name of the input, value)."""
    if fact.type != "table":
        return ()
    lines = [line for line in value or () if isinstance(line, Mapping)]
    lines += [{}] * EMPTY_ROWS
    return tuple(
        {
            "cells": [
                {
                    "column": column,
                    "name": f"{fact.id}.{number}.{column.id}",
                    "value": shown_cell(column.type, line.get(column.id)),
                }
                for column in fact.columns
            ]
        }
        for number, line in enumerate(lines)
    )


def shown_cell(kind: str, value: Any) -> Any:
    if kind == "money" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return "" if value is None else value


def typed_facts(post: QueryDict, facts: Iterable[Fact]) -> dict[str, Any]:
    """What a browser sent for these facts; empty fields are left out."""
    found: dict[str, Any] = {}
    for fact in facts:
        if fact.type == "table":
            rows = typed_rows(post, fact)
            if rows:
                found[fact.id] = rows
        elif fact.type == "choices":
            if post.getlist(fact.id):
                found[fact.id] = post.getlist(fact.id)
        elif fact.type == "flag":
            if post.get(fact.id):
                found[fact.id] = post[fact.id]
        elif post.get(fact.id, "").strip():
            value = post[fact.id]
            found[fact.id] = value + "+08:00" if fact.type == "instant" and "+" not in value else value
    return found


def typed_rows(post: QueryDict, fact: Fact) -> list[dict[str, str]]:
    """The rows of a table that hold anything; a cell that was not sent is an empty one."""
    typed = (
        {column.id: post.get(f"{fact.id}.{number}.{column.id}", "") for column in fact.columns}
        for number in range(ROWS_MAX)
    )
    lines = ({name: text for name, text in line.items() if text.strip()} for line in typed)
    return [line for line in lines if line]
