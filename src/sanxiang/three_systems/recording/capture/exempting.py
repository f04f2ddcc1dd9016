"""An activity that must not be recorded (免予录音录像: 易燃易爆、无菌 and the like), asked from the phone on the spot.

Asked without a net it is of the time when it was asked; whoever it names approves it at his desk. The act that waits
for it is judged again then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from sanxiang.casework.access import Reader
from sanxiang.casework.models import CaseRecording, CaseRow
from sanxiang.casework.people import colleagues
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import Recording, fold_recording
from sanxiang.core.gates import exempting
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.recording.models import ArrivedAct

from . import arriving, explaining, passes
from .takes import NotTaken

STATED = ("exempt_ground", "exempt_reason")


def carried(connection: Any, rules: RuleSet, agency: str, at: datetime) -> dict[str, Any]:
    """What a phone needs to ask: the grounds that this place knows, who approves; empty where nothing is exempt."""
    rule = exempting(rules)
    if rule is None:
        return {}
    posts = "、".join(rules.posts.get(post, post) for post in rule.rule.by)
    return {
        "grounds": list(rule.rule.grounds), "by": posts, "law": str(rule.citation),
        "approvers": approvers(connection, agency, rule.rule.by, at),
    }  # fmt: skip


def approvers(connection: Any, agency: str, posts: Iterable[str], at: datetime) -> list[dict[str, str]]:
    """Who holds one of the posts that approve an exemption."""
    people, day, posts = colleagues(agency), legal_day(at), tuple(posts)
    registers = registers_for(connection, agency, [one["id"] for one in people])
    found = ((one, registers.officer(one["id"])) for one in people)
    return [
        {"id": one["id"], "name": one["name"]}
        for one, officer in found
        if officer and any(officer.holds(post, day) for post in posts)
    ]


def standing(cases: Iterable[str]) -> dict[str, dict[str, str]]:
    """Where the exemptions of cases stand: case → act → asked, approved or refused, the latest of each."""
    found: dict[str, dict[str, str]] = {}
    rows = CaseRecording.objects.filter(case__in=list(cases), sort="exemption", event="").order_by("began")
    for case, activity, state in rows.values_list("case", "activity", "state"):
        found.setdefault(str(case), {})[activity] = state
    return found


def ask(connection: Any, reader: Reader, key: UUID, raw: bytes, *, at: datetime) -> Recording:
    """Take in what was asked on a phone, as of then, by the officer of the pass; `reader` sends it. The same again is
    the same. Raises NotTaken, NoPass."""
    case, activity, facts, approver, asked, text = _read(raw, at)
    held = passes.of_act(text, reader.agency, asked)
    known = reading.load(connection, str(key))
    if known:
        one = fold_recording(known) if known[0].kind == "recording.exempted" else Recording()
        if one.maker != held.maker:
            raise NotTaken("这个编号已经用于另一份记录", 409)
        return one
    row = CaseRow.objects.filter(pk=case, agency=reader.agency or None).first()
    if row is None:
        raise NotTaken("没有这件案件，或者不是本机关的案件", 403)
    noted = explaining.exempt(
        connection, held.maker, row, activity, facts, approver, at=at, key=str(key), said_at=asked,
        sender=reader.officer,
    )  # fmt: skip
    if not noted.done:
        words = (
            f"{one.text}{'：' if one.missing else ''}{'、'.join(one.missing)}（{one.law}）" for one in noted.reasons
        )
        raise NotTaken("；".join(words))
    return noted.recording


def _read(raw: bytes, at: datetime) -> tuple[UUID, str, Mapping[str, str], str, datetime, str]:
    try:
        said = json.loads(raw)
        contact = said.get("contact") or {}
        asked = datetime.fromisoformat(said["asked_at"])
        if contact:
            asked += datetime.fromisoformat(contact["server"]) - datetime.fromisoformat(contact["device"])
        if asked.tzinfo is None:
            raise ValueError
        facts = {name: str(said["facts"][name]) for name in STATED if said["facts"].get(name)}
        approver, text = str(UUID(said["approver"])), str(said.get("pass") or "")
        return UUID(said["case"]), str(said["act"])[:60], facts, approver, min(asked, at), text
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise NotTaken("送来的内容不能识别") from None


def answered(connection: Any, one: Recording, *, at: datetime) -> None:
    """The exemption is answered: what was done on a phone and waits for that is judged again."""
    if one.state != "approved":
        return
    for act in ArrivedAct.objects.filter(state="refused", case=one.case, act=one.activity)[:20]:
        with transaction.atomic(using=connection.alias):
            arriving.attempt(connection, act, at=at)
