"""Whom the file process let at what, of late (近期放行): a player asks for a film in many parts, again at each seek.

For FRESH_S, as long as a register may be old, what was answered stands. After that one query tells whether anything has
moved that the answer rested on: session, account, register entries of officer and agency, case, recording, marks of
secrecy, the day. Where something has, and after FULL_S in any case, everything is asked anew."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from sanxiang.casework.access import FRESH_S, officer_of, reader_of
from sanxiang.casework.registers import registers_for
from sanxiang.core.values import legal_day

FULL_S = 60.0
KEPT = 1024
_STATE = """
SELECT (SELECT xmin::text FROM django_session WHERE session_key = %(session)s AND expire_date > now()),
       (SELECT xmin::text FROM account WHERE id = %(account)s AND is_active),
       (SELECT max(seq) FROM record.event WHERE stream = %(officer)s::uuid),
       (SELECT max(seq) FROM record.event WHERE stream = %(agency)s::uuid),
       (SELECT xmin::text FROM case_row WHERE stream = %(owner)s),
       (SELECT r.xmin::text || '/' || coalesce(c.xmin::text, '') FROM recording_row r
          LEFT JOIN case_row c ON c.stream = r."case" WHERE r.stream = %(owner)s),
       (SELECT string_agg(xmin::text, ',' ORDER BY id) FROM case_file_level WHERE owner = %(owner)s)
"""
"""`xmin` is another whenever a row was written again."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer rested on: whose session, account and file it was, and how all that stood."""

    asked: dict[str, Any]
    state: Key

    def stands(self) -> bool:
        return _state(self.asked) == self.state


@dataclass(frozen=True, slots=True)
class _Answer:
    handed: Any
    ground: Ground | None
    fresh: float
    full: float


_answers: OrderedDict[Key, _Answer] = OrderedDict()


def ground_of(session: str | None, account: Any, owner: UUID) -> Ground | None:
    """How all that an answer will rest on stands, to be asked before the answer is sought; None where that cannot be
    told, or where the registers at hand are not the newest."""
    reader = reader_of(account)
    if not session or not reader.officer:
        return None
    asked = {"session": session, "account": account.pk, "officer": officer_of(account), "agency": reader.agency,
             "owner": owner}  # fmt: skip
    state = _state(asked)
    known = registers_for(connections["default"], reader.agency, (reader.officer,), age_s=FRESH_S)
    officer, agency = known.officer(reader.officer), known.agency(reader.agency)
    newest = officer is not None and agency is not None and state[3:5] == (officer.version, agency.version)
    return Ground(asked, state) if newest and state[1] and state[2] else None


def _state(asked: dict[str, Any]) -> Key:
    with connections["default"].cursor() as cursor:
        cursor.execute(_STATE, asked)
        return (legal_day(timezone.now()), *cursor.fetchone())


def keep(key: Key, handed: Any, ground: Ground | None) -> None:
    now = monotonic()
    _answers[key] = _Answer(handed, ground, now + FRESH_S, now + FULL_S)
    while len(_answers) > KEPT:
        _answers.popitem(last=False)


def find(key: Key) -> Any:
    """What was handed out under a key, where that still stands; else None."""
    answer, now = _answers.get(key), monotonic()
    if answer is None or now < answer.fresh:
        return answer and answer.handed
    if answer.ground is None or now > answer.full or not answer.ground.stands():
        _answers.pop(key, None)
        return None
    _answers[key] = _Answer(answer.handed, answer.ground, now + FRESH_S, answer.full)
    return answer.handed


def forget() -> None:
    _answers.clear()
