"""Numbered blanks of on-the-spot decisions (预定格式、编有号码的当场处罚决定书): taken out online for one phone,
filled in without a net, each accounted for. Administrative Penalty Law, art. 52.

The number of a blank is that of the paper in the party's hand. The decision number (文号) is given when the decision
arrives, in the transaction that records it, so that its series has no gaps (docs/decisions/0036)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from sanxiang.casework import blanks
from sanxiang.casework.access import Reader
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.events import Recorded
from sanxiang.core.registers import Block
from sanxiang.core.registers.blanks import ENDS, OUT, USED
from sanxiang.core.rulebook import check_facts
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.recording.documents.rendering import qr_drawing
from sanxiang.three_systems.recording.marks import BLANK, DIGEST, Mark, code_of, public
from sanxiang.three_systems.recording.models import BlankRow

from .takes import NotTaken

AT_ONCE, MOST_OUT = 5, 30
"""How many numbers a phone gets at once, and how many an officer may hold that are neither used nor ended (须核定)."""


def hand_out(connection: Any, reader: Reader, key: UUID, *, at: datetime) -> list[dict[str, str]]:
    """The block that a phone asked for under a key of its own; the same again is the same block. Raises NotTaken."""
    officer = registers_for(connection, reader.agency, (reader.officer,)).officer(reader.officer)
    if officer is None or not officer.certified(legal_day(at)):
        raise NotTaken("没有在有效期内的执法证，不能领取编号决定书（《行政处罚法》第四十二条）", 403)
    with transaction.atomic(using=connection.alias):
        # One at a time for each officer: two phones at once must not pass the limit together.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"blanks/{reader.officer}"])
        known = block(key)
        if (known and str(known[0].officer) != reader.officer) or (not known and reading.load(connection, str(key))):
            raise NotTaken("这个编号已经用于别的记录", 409)
        if not known:
            if BlankRow.objects.filter(officer=reader.officer, state=OUT).count() + AT_ONCE > MOST_OUT:
                raise NotTaken(f"领取后没有使用的编号不得超过 {MOST_OUT} 个，先把不用的退回或者作废", 409)
            blanks.hand_out(connection, str(key), reader.officer, reader.agency, AT_ONCE, at=at)
    return [printed(one) for one in known or block(key)]


def block(key: UUID) -> list[BlankRow]:
    """The numbers of a block in their order."""
    return sorted(BlankRow.objects.filter(stream=key), key=lambda one: (len(one.number), one.number))


def printed(one: BlankRow) -> dict[str, str]:
    """A blank as the phone keeps it: its number and the code that leads to its check."""
    mark = Mark(one.agency, legal_day(one.handed_out), BLANK, one.number, "0" * DIGEST)
    address = public(reverse("counter:paper", args=[code_of(mark)]))
    return {"number": one.number, "address": address, "qr": qr_drawing(address)}


def problem_of(connection: Any, number: str, officer: str) -> str:
    """Why a decision cannot stand on a number; empty where it can."""
    return blanks.why_not(held(connection, number), number, officer)


def use(connection: Any, number: str, decision: Recorded, officer: str, *, at: datetime) -> None:
    """Note which decision a number holds, in the transaction of that decision."""
    blanks.use(connection, held(connection, number), number, decision, officer, at=at)


def end(
    connection: Any, reader: Reader, number: str, outcome: str, facts: Mapping[str, Any], *, at: datetime,
    maker: str = "",
) -> None:  # fmt: skip
    """A number is spoilt or given back, by the `maker` of what a phone sends, else by the reader. The same again
    changes nothing. Raises NotTaken."""
    officer = maker or reader.officer
    clean, problems = check_facts(library().dictionary, {"blank_reason": facts.get("blank_reason") or ""})
    reason = str(clean.get("blank_reason") or "").strip()
    if outcome not in ENDS:
        raise NotTaken("要写明是作废还是退回")
    if problems or not reason:
        raise NotTaken("；".join(problems.values()) or f"还没有写明{ENDS[outcome]}的原因")
    with transaction.atomic(using=connection.alias):
        found = held(connection, number)
        own = found.officer == officer or (not maker and reader.posts & {"unit_head", "head"})
        if found.agency != reader.agency or not own:
            raise NotTaken("没有这个编号，或者不是发给您的", 403)
        state = found.blanks[number].state
        if state == USED:
            raise NotTaken("这个编号已经用于一份决定书，不能作废或者退回", 409)
        if state == OUT:
            blanks.end(connection, found, number, outcome, reason, officer, at=at, sender=reader.officer)


def held(connection: Any, number: str) -> Block:
    """The block of a number, locked until the end of the transaction: its numbers end one by one. An empty one for a
    number that was never handed out."""
    row = BlankRow.objects.filter(pk=number).first()
    if row is None:
        return Block()
    list(BlankRow.objects.select_for_update().filter(stream=row.stream).order_by("number"))
    return blanks.block_of(connection, str(row.stream))
