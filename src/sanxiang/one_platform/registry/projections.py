"""What the lists show of a register, as pure functions of its stream (投影)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sanxiang.core.events import Recorded
from sanxiang.core.registers import Certificate, Officer, fold_agency, fold_item, fold_officer
from sanxiang.core.values import legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection
from sanxiang.store.runtime import current

from .models import MARK_ONCE

MARK_TAKEN = (
    "这个机关代字已由别的机关使用，两个机关的文号会混在一起（《党政机关公文格式》GB/T 9704-2012 第7.2.5条："
    "发文字号由发文机关代字、年份、发文顺序号组成）。请改“机关代字”，再提交"
)
EXAM, JUDICIAL = "enforcement", "judicial"
"""The ids of the two exams: 执法资格考试, 国家统一法律职业资格考试."""


def register() -> None:
    for name, kind, tables, rows, once in (
        ("agencies", "agency", ("agency_row", "department_row"), agency_rows, {MARK_ONCE: MARK_TAKEN}),
        ("officers", "officer", ("officer_row", "certificate_row", "post_row"), officer_rows, {}),
        ("items", "item", ("item_row",), item_rows, {}),
    ):
        register_projection(Projection(name=name, stream_kinds=(kind,), tables=tables, rows=rows, once=once))


def agency_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    agency = fold_agency(events)
    row = {
        "stream": stream,
        "version": agency.version,
        "jurisdiction": agency.jurisdiction,
        "name": agency.name,
        **{
            column: str(agency.facts.get(f"agency_{column}", ""))
            for column in ("short_name", "mark", "kind", "credit_code", "address", "phone")
        },
        "since": legal_day(events[0].occurred_at),
        "ended_on": agency.ended_on,
    }
    departments = [
        {
            "id": f"{stream}/{part.id}",
            "stream": stream,
            "department": part.id,
            "name": part.name,
            "functions": sorted(part.functions),
            "since": part.since,
            "until": part.until,
        }
        for part in agency.departments.values()
    ]
    return {"agency_row": [row], "department_row": departments}


def officer_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    officer = fold_officer(events)
    own = {"stream": stream, "agency": officer.agency}
    return {
        "officer_row": [officer_row(stream, officer, legal_day(events[0].occurred_at))],
        "certificate_row": [
            {
                **own,
                "id": f"{stream}/{number}",
                "number": card.number,
                "valid_from": card.valid_from,
                "valid_until": card.valid_until,
                "issuer": card.issuer,
                "suspended_on": card.suspended_on,
            }
            for number, card in enumerate(officer.certificates, 1)
        ],
        "post_row": [
            {
                **own,
                "id": f"{stream}/{number}",
                "post": held.post,
                "department": held.department,
                "since": held.since,
                "until": held.until,
                "first_time": held.first_time,
            }
            for number, held in enumerate(officer.posts, 1)
        ],
    }


def officer_row(stream: str, officer: Officer, registered_on: date) -> dict[str, Any]:
    number = officer.facts.get("officer_id_number")
    card = leading(officer.certificates)
    held = [post for post in officer.posts if post.until is None]
    return {
        "stream": stream,
        "version": officer.version,
        "agency": officer.agency,
        "name": officer.name,
        "title": str(officer.facts.get("officer_post", "")),
        "id_token": current().sealer.party_token(str(number)) if number else None,
        "registered_on": registered_on,
        "left_on": officer.left_on,
        "exam_on": officer.exams.get(EXAM),
        "judicial_on": officer.exams.get(JUDICIAL),
        "posts": sorted({post.post for post in held}),
        "departments": sorted({post.department for post in held}),
        "certificates": len(officer.certificates),
        "certificate_number": card.number if card else "",
        "certified_from": card.valid_from if card else None,
        "certified_until": card.valid_until if card and card.suspended_on is None else None,
        "suspended_on": card.suspended_on if card else None,
    }


def leading(cards: Sequence[Certificate]) -> Certificate | None:
    """The certificate that counts in a list: one that was not suspended, the longest valid."""
    return max(cards, key=lambda card: (card.suspended_on is None, card.valid_until), default=None)


def item_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    item = fold_item(events)
    listed: Any = next(recorded.event for recorded in reversed(events) if recorded.kind == "item.listed")
    row = {
        "stream": stream,
        "version": item.version,
        "agency": item.agency,
        "code": listed.item,
        "category": item.category,
        "name": str(item.facts.get("item_name", "")),
        "listed_on": item.listed_on,
        "removed_on": item.removed_on,
    }
    return {"item_row": [row]}
