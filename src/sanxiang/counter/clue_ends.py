"""How long a clue of which no case came is kept (没有立案的线索的保管和销毁), and its end.

The period is a setting of the place and counted in whole years from the year after the clue was set aside, like that of
a file (须核定); where a place sets none, nothing is destroyed. One proposes, a head who is somebody else approves. What
became a case is kept and ends with the case. Archives Law, art. 21; Personal Information Protection Law, art. 47."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from sanxiang.casework.access import Reader
from sanxiang.casework.projections import library
from sanxiang.core.events.clue import ClueDisposalProposed, ClueDisposed
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import chinese_date, legal_day
from sanxiang.store import keys, reading
from sanxiang.store.projecting import refresh
from sanxiang.three_systems.recording.tasks import destroy_files

from . import clues
from .clues import NotDone
from .models import ClueRow, IntakeFile, Outcome, Slip

YEARS, BACKUPS = "clue_keep_years", "backup_keep_days"
REASON, APPROVAL = "clue_disposal_reason", "clue_disposal_approval"
PROPOSES, APPROVES = frozenset({"unit_head", "legal_head", "head"}), frozenset({"head"})


def years_of(rules: RuleSet) -> int:
    """How many years the place keeps such clues; none where it sets none."""
    return int(str(rules.setting(YEARS, 0)) or 0)


def kept_until(row: ClueRow, rules: RuleSet) -> date | None:
    """The last day of the period; None for what has not ended without a case, or where the place sets none."""
    years = years_of(rules)
    if row.ended_on is None or row.case is not None or not years:
        return None
    return date(row.ended_on.year + 1 + years, 1, 1) - timedelta(days=1)


def over(rows: QuerySet[ClueRow], rules: RuleSet, today: date) -> QuerySet[ClueRow]:
    """Those whose period is over and that nobody has disposed of."""
    years = years_of(rules)
    if not years:
        return rows.none()
    return rows.filter(state__in=("set_aside", "disposing"), ended_on__lt=date(today.year - years, 1, 1))


def propose(connection: Any, reader: Reader, row: ClueRow, stated: Mapping[str, Any], *, at: datetime) -> None:
    """Propose to destroy the content of a clue. Raises NotDone, VersionConflict."""
    facts = clues.checked(stated, (REASON,), at)
    if not reader.posts & PROPOSES:
        raise NotDone({REASON: "由承办机构负责人、法制审核机构负责人或者机关负责人提出"})
    if row.state != "set_aside":
        raise NotDone({REASON: "只有不立案的线索才单独保管和销毁；立案的随案卷保管"})
    _must_be_over(row, at)
    clues.say(connection, reader, str(row.stream), ClueDisposalProposed(facts=facts), at)


def approve(connection: Any, reader: Reader, row: ClueRow, stated: Mapping[str, Any], *, at: datetime) -> None:
    """Approve it, and destroy: the key of what was sealed, what was made from it, and the files, by a worker. What the
    counter keeps of the report goes too. Raises NotDone, VersionConflict, RecordRefused."""
    facts = clues.checked(stated, (APPROVAL,), at)
    if not reader.posts & APPROVES:
        raise NotDone({APPROVAL: "由机关负责人批准"})
    proposal = next((one for one in reading.load(connection, str(row.stream)) if one.kind == _PROPOSED), None)
    if row.state != "disposing" or proposal is None:
        raise NotDone({APPROVAL: "还没有人提出销毁，或者已经销毁"})
    if proposal.actor.officer == reader.officer:
        raise NotDone({APPROVAL: "提出的人和批准的人不能是同一人"})
    _must_be_over(row, at)
    rules = library().on(row.jurisdiction, legal_day(at))
    days = int(str(rules.setting(BACKUPS, 0)) or 0)
    until = (legal_day(at) + timedelta(days=days)).isoformat() if days else ""
    event = ClueDisposed(proposal=proposal.id, backups_until=until, facts=facts)
    recorded = clues.say(connection, reader, str(row.stream), event, at)
    keys.destroy(connection, str(row.stream), because=recorded.id)
    refresh(connection, clues.KIND, str(row.stream))
    _forget(connection, str(row.stream))
    destroy_files.defer(stream=str(row.stream))


_PROPOSED = ClueDisposalProposed.KIND


def _must_be_over(row: ClueRow, at: datetime) -> None:
    """Raises NotDone while it has to be kept."""
    rules = library().on(row.jurisdiction, legal_day(at))
    until = kept_until(row, rules)
    if until is None:
        raise NotDone({"": f"本地没有设定线索的保管期限（法域文件的 {YEARS}，须核定），不能销毁"})
    if legal_day(at) <= until:
        law = f"{years_of(rules)}年，须核定；《档案法》第二十一条"
        raise NotDone({"": f"保管期限到{chinese_date(until)}（{law}），期满以后才能销毁"})


def _forget(connection: Any, stream: str) -> None:
    """What came in over the net and what its sender could read."""
    sent = Outcome.objects.using(connection.alias).filter(stream=stream)
    for beside in (IntakeFile, Slip):
        beside.objects.using(connection.alias).filter(receipt__in=sent.values("receipt")).delete()
    sent.update(body=b"", answer="", reasons=[], factor="")
