"""Clues of violations (线索来件): registered once, answered in time, and taken over into a case without typing again.

Who reported one stands sealed in its stream alone: no list, no search and no case holds it, and whoever looks it up
says why, on the record (行政处罚法 art. 50; who may look is for each agency to settle, 须核定)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet, Value
from django.urls import reverse

from sanxiang.casework import sources, uploads
from sanxiang.casework.access import Reader
from sanxiang.casework.commands import actor_of
from sanxiang.casework.noting import note_at
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.calendar import due
from sanxiang.core.events import Event, Recorded
from sanxiang.core.events.clue import (
    ClueAnswered,
    ClueAssigned,
    ClueReceived,
    ClueReporterSeen,
    ClueSetAside,
    ClueUsed,
)
from sanxiang.core.rulebook import RuleSet, check_facts
from sanxiang.core.values import Period, Unit, legal_day
from sanxiang.core.values.searching import plain
from sanxiang.store import reading
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from . import slips
from .models import ClueRow

KIND = "clue"
TERMS = {"clue_check_by": "clue_check_days", "clue_answer_by": "clue_answer_days"}
"""The settings of a place from which the last days of a clue follow."""
TAKEN_OVER = ("source_on", "source_summary", "party_kind", "party_name", "party_credit_code", "party_address")
"""What a case takes over beside where it came from; nothing of who reported it."""
CARRIED = (*TAKEN_OVER, "legal_representative", "party_id_number", "party_born_on", "party_phone")
"""The same with what only the file of another agency knows of a party, and no clue asks."""
ASKED = (
    "clue_channel", "clue_number", "clue_sender", *TAKEN_OVER, "clue_reporter", "clue_reporter_contact",
    "clue_answer_by",
)  # fmt: skip
NEEDED = ("clue_channel", "source_on", "source_summary")
FROM_AGENCIES = ("移送来函", "上级交办")
SOURCE_KINDS = {"移送来函": "其他机关移送", "上级交办": "上级交办", "媒体报道": "媒体反映", "其他": "其他"}
REPORTED = "投诉举报"
WHOLE = frozenset({"head", "legal_head"})
OF_DEPARTMENT = frozenset({"officer", "unit_head"})
WHO = frozenset({"unit_head", "head"})
"""Who may look up the reporter. 须核定."""
STATES = {
    "waiting": "待处理", "used": "已立案登记", "set_aside": "不立案", "disposing": "拟销毁", "disposed": "已销毁",
}  # fmt: skip
FOLLOWS = {
    "clue.disposed": "disposed", "clue.disposal_proposed": "disposing", "clue.used": "used",
    "clue.set_aside": "set_aside",
}  # fmt: skip
"""The state that an event leaves, the last first."""


class NotDone(ValueError):
    """What was sent is not complete or does not fit; `problems` by fact, in Chinese."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = dict(problems)


def visible(reader: Reader) -> QuerySet[ClueRow]:
    """The clues that a reader looks after: of his departments, or all of his agency; those that no department has yet
    are for whoever assigns them."""
    if not reader.officer or not reader.posts & (WHOLE | OF_DEPARTMENT):
        return ClueRow.objects.none()
    mine = Q(agency=reader.agency)
    if not reader.posts & WHOLE:
        departments = {*reader.departments, *([""] if reader.posts & WHO else [])}
        mine &= Q(department__in=departments)
    return ClueRow.objects.filter(mine)


def receive(
    connection: Any, reader: Reader, department: str, stated: Mapping[str, Any], files: Sequence[Mapping[str, Any]],
    *, at: datetime,
) -> str:  # fmt: skip
    """Register a clue; its stream. Raises NotDone, CannotPrepare."""
    facts = checked(stated, NEEDED, at)
    wrong = {}
    if facts.get("clue_channel") in FROM_AGENCIES and not facts.get("clue_sender"):
        wrong["clue_sender"] = "写明移送、交办的机关"
    if (facts.get("clue_reporter") or facts.get("clue_sender")) and not facts.get("clue_answer_by"):
        wrong["clue_answer_by"] = "留了举报人或者来件机关的，写明答复期限"
    if date.fromisoformat(facts["source_on"]) > legal_day(at):
        wrong["source_on"] = "收到的日期不能晚于今天"
    if "officer" not in reader.posts and "unit_head" not in reader.posts:
        wrong["clue_channel"] = "线索由执法人员或者承办机构负责人登记"
    if department not in reader.departments:
        wrong["department"] = "选一个您所在的承办机构"
    if wrong:
        raise NotDone(wrong)
    uploads.keep(files)
    stream = str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
    rules = library().on(reader.jurisdiction, legal_day(at))
    event = ClueReceived(
        jurisdiction=reader.jurisdiction, agency=reader.agency, department=department,
        number=number_of(stream, at), facts={**facts, **terms_of(rules, date.fromisoformat(facts["source_on"]))},
        files=tuple(files),
    )  # fmt: skip
    say(connection, reader, stream, event, at)
    return stream


def number_of(stream: str, at: datetime) -> str:
    """Under which a clue is kept."""
    return f"XS{legal_day(at):%Y%m%d}-{stream[:6].upper()}"


def terms_of(rules: RuleSet, received: date, *names: str) -> dict[str, str]:
    """The last days that the place sets from the day on which a clue came in (须核定): always the one to look into it,
    and those of `names`."""
    found = {}
    for name in ("clue_check_by", *names):
        days = int(str(rules.setting(TERMS[name], 0)) or 0)
        if days:
            last = due(received, Period(days, Unit.WORKING_DAY), rules.calendar, roll=False).on
            found[name] = last.isoformat()
    return found


def assign(connection: Any, reader: Reader, row: ClueRow, department: str, *, at: datetime) -> None:
    """Give a clue to the department that looks into it. Raises NotDone, VersionConflict."""
    if not reader.posts & WHO:
        raise NotDone({"department": "线索由承办机构负责人、机关负责人分办"})
    if row.state != "waiting":
        raise NotDone({"department": "这条线索已经处理"})
    if department == row.department or department not in handling(reader.agency, at):
        raise NotDone({"department": "选一个别的承办机构"})
    say(connection, reader, str(row.stream), ClueAssigned(department=department), at)


def handling(agency: str, at: datetime) -> dict[str, str]:
    """The departments of an agency that handle cases, by id, with their names."""
    body = registers_for(connections["default"], agency, ()).agency(agency)
    ids = body.with_function("handling", legal_day(at)) if body else frozenset()
    return {one: body.departments[one].name for one in sorted(ids)} if body else {}


def answer(connection: Any, reader: Reader, row: ClueRow, stated: Mapping[str, Any], *, at: datetime) -> None:
    """Note what was answered, how and when. Raises NotDone, VersionConflict."""
    facts = checked(stated, ("clue_answer", "clue_answer_manner", "clue_answered_on"), at)
    on = date.fromisoformat(facts["clue_answered_on"])
    if not row.received_on <= on <= legal_day(at):
        raise NotDone({"clue_answered_on": "答复日期不能早于收到的日期，也不能晚于今天"})
    if row.answered_on or row.state == "disposed":
        raise NotDone({"clue_answer": "已经答复过，或者内容已经销毁"})
    say(connection, reader, str(row.stream), ClueAnswered(facts=facts), at)
    slips.follow(connection, str(row.stream))


def set_aside(connection: Any, reader: Reader, row: ClueRow, stated: Mapping[str, Any], *, at: datetime) -> None:
    """End a clue without a case. Raises NotDone, VersionConflict."""
    facts = checked(stated, ("clue_ended_because", "clue_ended_note"), at)
    if row.state != "waiting":
        raise NotDone({"clue_ended_because": "这条线索已经处理"})
    say(connection, reader, str(row.stream), ClueSetAside(facts=facts), at)
    slips.follow(connection, str(row.stream))


def reporter(connection: Any, reader: Reader, row: ClueRow, why: str, *, at: datetime) -> tuple[str, str]:
    """Who reported a clue, once it is on the record who looks and why. Raises NotDone, VersionConflict."""
    if not reader.posts & WHO:
        raise NotDone({"look_purpose": "举报人的信息由承办机构负责人、机关负责人查看"})
    if len(why.strip()) < 4:
        raise NotDone({"look_purpose": "写明查看的事由，至少 4 个字"})
    say(connection, reader, str(row.stream), ClueReporterSeen(facts={"look_purpose": why.strip()[:200]}), at)
    facts = reading.load(connection, str(row.stream))[0].event.facts
    return str(facts.get("clue_reporter", "")), str(facts.get("clue_reporter_contact", ""))


def checked(stated: Mapping[str, Any], needed: Sequence[str], at: datetime) -> dict[str, Any]:
    """Clean facts. Raises NotDone."""
    dictionary = library().dictionary
    facts, problems = check_facts(dictionary, stated)
    problems |= {
        name: f"填写{dictionary[name].label}" for name in needed if not facts.get(name) and name not in problems
    }
    if problems:
        raise NotDone(problems)
    return facts


def say(connection: Any, reader: Reader, stream: str, event: Event, at: datetime) -> Recorded:
    """Put it on the record of a clue, as the reader did it."""
    registers = registers_for(connection, reader.agency, (reader.officer,))
    return note_at(
        connection, KIND, stream, event, agency=reader.agency, at=at, actor=actor_of(registers, reader.officer, at),
        sealed=library().dictionary.sealed,
    )  # fmt: skip


# ── a case from a clue ──────────────────────────────────────────────────────────────────────────────────────────────


class Clues:
    """What casework asks of clues."""

    def find(self, reader: Reader, key: str) -> sources.Source | None:
        """A clue that waits, as the source of a case."""
        row = one(reader, key)
        if row is None or row.state != "waiting" or not row.department or "officer" not in reader.posts:
            return None
        event = reading.load(connections["default"], str(row.stream))[0].event
        facts = {name: event.facts[name] for name in CARRIED if event.facts.get(name)}
        facts["source_kind"] = SOURCE_KINDS.get(str(event.facts.get("clue_channel", "")), REPORTED)
        told = f"（线索来件 {row.number}" + (f"，{row.sent_number}" if row.sent_number else "") + "）"
        facts["source_summary"] = f"{facts.get('source_summary', '')}\n{told}"
        return sources.Source(str(row.stream), f"线索来件 {row.number}", page_of(row.stream), facts, event.files)

    def used(self, connection: Any, reader: Reader, key: str, case: UUID | str, number: str, at: datetime) -> None:
        """Note the case on the clue."""
        row = ClueRow.objects.using(connection.alias).select_for_update().get(pk=key)
        if str(row.case or "") == str(case):
            return
        if row.state != "waiting":
            raise sources.AlreadyUsed("这条线索刚刚由别人处理，没有再立案；请看线索来件")
        say(connection, reader, key, ClueUsed(case=str(case), case_number=number), at)
        slips.follow(connection, key)

    def waiting(self, reader: Reader, limit: int) -> list[sources.Waits]:
        """The clues to be looked into and those to be answered, whose day comes first."""
        rows = visible(reader)
        check = rows.filter(state="waiting", check_by__isnull=False).annotate(of=Value("check"))
        reply = rows.filter(waits=True).annotate(of=Value("reply"))
        both = check.order_by("check_by", "stream")[:limit].union(
            reply.order_by("answer_by", "stream")[:limit], all=True
        )
        found = [
            (one.answer_by, "答复举报人、来件机关", one)
            if one.of == "reply"
            else (one.check_by, "核查线索，决定是否立案" if one.department else "分办线索", one)
            for one in both
        ]
        found.sort(key=lambda told: (told[0], told[2].number))
        return [
            sources.Waits(what, one.party or one.summary[:30], page_of(one.stream), until)
            for until, what, one in found[:limit]
        ]

    def of_case(self, reader: Reader, case: UUID) -> list[tuple[str, str]]:
        """The clue of a case, for who looks after clues there."""
        return [(f"线索来件 {row.number}", page_of(row.stream)) for row in visible(reader).filter(case=case)[:5]]


def one(reader: Reader, key: Any) -> ClueRow | None:
    """A clue that a reader looks after."""
    try:
        return visible(reader).filter(pk=UUID(str(key))).first()
    except ValueError:
        return None


def page_of(stream: UUID) -> str:
    return reverse("counter:clue", args=[stream])


# ── its line ────────────────────────────────────────────────────────────────────────────────────────────────────────


def register() -> None:
    register_projection(Projection(name="clues", stream_kinds=(KIND,), tables=("clue_row",), rows=rows))
    sources.register(KEEPER)


KEEPER = Clues()


def state_of(kinds: Collection[str]) -> str:
    """How far a clue has come."""
    found = (state for kind, state in FOLLOWS.items() if kind in kinds)
    return next(found, "waiting")


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The line of a clue; nothing of who reported it but that somebody did."""
    first: Any = events[0].event
    by_kind = {one.kind: one for one in events}
    used, ended = by_kind.get("clue.used"), by_kind.get("clue.set_aside")
    answered = by_kind.get("clue.answered")
    given = by_kind.get("clue.assigned")
    department = str(getattr(given.event, "department", "")) if given else first.department
    facts, case = first.facts, getattr(used.event, "case", None) if used else None
    shown = [first.number, *(str(facts.get(name, "")) for name in ("clue_number", "clue_sender", "party_name")),
             *str(facts.get("source_summary", "")).splitlines()]  # fmt: skip
    row = {
        "stream": stream, "jurisdiction": first.jurisdiction, "agency": first.agency, "department": department,
        "number": first.number, "channel": str(facts.get("clue_channel", "")),
        "sent_number": str(facts.get("clue_number", "")), "sender": str(facts.get("clue_sender", "")),
        "party": str(facts.get("party_name", "")), "summary": str(facts.get("source_summary", ""))[:200],
        "text": "\n".join(line for line in map(plain, shown) if line), "received_on": facts.get("source_on"),
        "registered_at": events[0].occurred_at, "state": state_of(by_kind),
        "ended_on": legal_day(ended.occurred_at) if ended else None, "case": case,
        "reported": bool(facts.get("clue_reporter") or facts.get("clue_reporter_contact")),
        "check_by": facts.get("clue_check_by"), "answer_by": facts.get("clue_answer_by"),
        "answered_on": answered.event.facts.get("clue_answered_on") if answered else None,
        "waits": bool(facts.get("clue_answer_by")) and answered is None, "files": len(first.files),
    }  # fmt: skip
    return {"clue_row": [row]}
