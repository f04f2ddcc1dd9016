"""Who else speaks about the times of a case (时间核对): the numbers of the agency's papers, the clocks of the devices
that recorded its acts, the ledger. A clue, never a finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q

from sanxiang.casework.access import Reader
from sanxiang.casework.desk import first
from sanxiang.casework.models import CaseRow
from sanxiang.casework.views.common import demonstration
from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates.backdating import Doubt

from . import register
from .models import DOUBTED, NEWEST, RecordingRow

DEVICE = "设备时钟"
MOST = 50


def of_case(connection: Any, case: CaseFile, events: Sequence[Recorded]) -> Iterator[Doubt]:
    """What numbers, devices and ledger say against the times of a case. The clock of a demonstration moves, so that
    there the ledger's time says nothing."""
    yield from register.numbers_of(case.id)
    for row in RecordingRow.objects.filter(DOUBTED, case=case.id).order_by("began")[:MOST]:
        yield from (Doubt(row.event, DEVICE, text) for text in row.doubts)
    if not demonstration():
        yield from register.ledger_clues(case.id, {one.id: one.recorded_at for one in events})


def of_devices(reader: Reader, limit: int) -> list[tuple[RecordingRow, CaseRow | None]]:
    """The newest recordings in somebody's range whose device speaks against the time of their act, with the case."""
    mine = [one & DOUBTED & Q(case__isnull=False) for one in register.scopes(reader)]
    rows = list(first(RecordingRow.objects.all(), mine, NEWEST, limit))
    cases = CaseRow.objects.in_bulk([row.case for row in rows])
    return [(row, cases.get(row.case)) for row in rows]
