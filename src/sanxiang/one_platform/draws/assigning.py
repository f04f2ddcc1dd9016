"""A drawn object becomes an inspection (下达检查任务): everything is taken over, nothing is typed again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from sanxiang.casework import once
from sanxiang.casework.access import Reader
from sanxiang.casework.commands import Command, handle
from sanxiang.casework.inspecting import visits
from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events.draw import DrawAssigned
from sanxiang.core.registers import Agency, Draw, Drawn
from sanxiang.core.values import legal_day, problems_of_credit_code

from .pool import KINDS
from .population import party_of

LAW = re.compile(r"《([^》]+)》([^《]*)")


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of one object: the inspection, or why there is none."""

    code: str
    case: str = ""
    problem: str = ""


def assign(reader: Reader, agency: Agency, draw: Draw, one: Drawn, at: datetime) -> Assigned:
    """Register the inspection of one drawn object and note it with the draw; what was cut off between the two is taken
    up again, not done twice. Raises VersionConflict, RecordRefused."""
    command = Command(
        act="register_source", officer=reader.officer, facts=facts_of(agency, draw, one, at), post="unit_head",
        officers=tuple(str(draw.people[number]["officer"]) for number in one.officers),
        opening={"category": "检查", "procedure": "inspection", "department": draw.department},
        once=once.once(f"draw:{draw.id}:{digest_of(one.code)}", draw.id, one.code),
    )  # fmt: skip
    answer = handle(connections["default"], library(), command, at=at)
    if not answer.done:
        reasons = [f"{reason.text}（{'、'.join(reason.missing)}）" for reason in answer.verdict.reasons]
        return Assigned(one.code, problem="；".join([*reasons, *answer.problems.values()]))
    entry = Entry(event=DrawAssigned(code=one.code, case=answer.stream), occurred_at=at)
    noted = register(
        connections["default"], library(),
        RegisterCommand(kind="draw", stream=draw.id, agency=draw.agency, officer=reader.officer, entries=(entry,)),
        at=at,
    )  # fmt: skip
    problem = "；".join(reason.text for reason in noted.verdict.reasons)
    return Assigned(one.code, answer.stream, problem)


def digest_of(code: str) -> str:
    """A code as a key can hold it."""
    return hashlib.sha256(code.encode()).hexdigest()


def facts_of(agency: Agency, draw: Draw, one: Drawn, at: datetime) -> dict[str, Any]:
    """What the act that registers an inspection asks, as far as the draw tells it."""
    row = draw.objects[one.code]
    kind = row.get("kind") or KINDS[0]
    facts: dict[str, Any] = {
        "inspection_kind": draw.facts["draw_kind"], "inspection_source": "双随机抽取",
        "inspection_item": draw.facts["draw_item"], "inspection_published": True,
        "inspection_scope": draw.facts["draw_scope"], "inspection_on": draw.facts["draw_on"],
        "legal_basis": basis_of(agency, str(draw.facts["draw_item"])), "party_kind": kind, "party_name": row["name"],
        "party_address": row.get("address", ""), "party_phone": row.get("phone", ""),
    }  # fmt: skip
    if kind != "自然人":
        facts["legal_representative"] = row.get("legal", "")
        if not problems_of_credit_code(one.code):
            facts["party_credit_code"] = one.code
    facts |= party_of(draw, one)
    facts["inspection_count"] = visits(draw.agency, str(facts.get("party_credit_code", "")), legal_day(at)).count
    return {name: value for name, value in facts.items() if value not in ("", [])}


def basis_of(agency: Agency, item: str) -> list[dict[str, str]]:
    """The laws that the public list names for an item."""
    section = agency.sections.get("spot_checks")
    content: Any = section.public.content if section and section.public else ()
    text = next((str(row.get("basis", "")) for row in content if row.get("name") == item), "")
    found = [{"law": law, "article": article.strip("，；。、 ") or "见该规定"} for law, article in LAW.findall(text)]
    return found or [{"law": text, "article": "见该规定"}]
