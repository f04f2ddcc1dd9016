"""Files for the credit platform and its answers (报送批次与回执): what is made is kept, so that anybody can see later
what left the house; a record is sent in a batch once, and the platform's answer is put beside it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sanxiang.core.values import legal_day
from sanxiang.interchange.models import CreditBatch, CreditRecord

from .checking import problems_of
from .files import written
from .formats import standard
from .keeping import alone, opened, record_of, seal

BATCH_MAX = 5_000
WAITING = ("ready", "changed")


class NotTaken(Exception):
    """The answer of the platform cannot be entered; the text says why."""


def make(
    connection: Any,
    agency: str,
    officer: str,
    kind: str,
    form: str,
    *,
    at: datetime,
    again: bool = False,
    stops: bool = False,
) -> CreditBatch | None:
    """The next file: every record that waits and is sound, or with `stops` every one whose display has to stop. None
    where there is nothing to send. With `again` also those that the platform sent back."""
    with alone(connection, agency):
        states = ("stop",) if stops else (*WAITING, *(("rejected",) if again else ()))
        rows = CreditRecord.objects.filter(agency=agency, kind=kind, state__in=states)
        found = [(row, record_of(row)) for row in rows.order_by("decided_on", "id")[:BATCH_MAX]]
        good = [(row, record) for row, record in found if stops or _sound(kind, row, record, at)]
        if not good:
            return None
        sheet = standard()["stop" if stops else kind]
        records = [stop_of(kind, row, record) if stops else record for row, record in good]
        batch = _batch(agency, officer, kind, form, written(standard(), sheet, records, form), len(good), stops, at)
        for row, _ in good:
            row.state, row.batch, row.changed_at = ("stopping" if stops else "sent"), batch.id, at
            if not stops:
                row.sent_mark, row.said = row.mark, ""
        CreditRecord.objects.bulk_update(
            [row for row, _ in good], ["state", "batch", "sent_mark", "said", "changed_at"]
        )
        return batch


def _sound(kind: str, row: CreditRecord, record: Mapping[str, str], at: datetime) -> bool:
    """Checked once more on the day on which it leaves."""
    found = problems_of(standard(), standard()[kind], record, legal_day(at))
    if found:
        row.state, row.problems = "faulty", [f"{one.name}：{one.rule}" for one in found]
        row.save()
    return not found


def stop_of(kind: str, row: CreditRecord, record: Mapping[str, str]) -> dict[str, str]:
    form = standard()[kind]
    return {
        "WSH": row.number,
        "XDR_MC": record.get(form.codes[0], ""),
        "XDR_SHXYM": record.get(form.party, ""),
        "JGDM": record.get(form.agency, ""),
        "TZRQ": row.gone_on.isoformat() if row.gone_on else "",
        "TZYY": row.said or "其他",
    }


def _batch(
    agency: str, officer: str, kind: str, form: str, content: bytes, count: int, stops: bool, at: datetime
) -> CreditBatch:
    identity = uuid.uuid4()  # noqa: TID251  identifiers are made here, at the edge
    key, blob = seal(identity, content)
    return CreditBatch.objects.create(
        id=identity, agency=agency, officer=officer, kind=kind, form=form, stops=stops, count=count,
        sha256=hashlib.sha256(content).hexdigest(), key=key, content=blob, made_at=at,
    )  # fmt: skip


def content_of(batch: CreditBatch) -> bytes:
    """The file as it was made. Raises CannotUnseal."""
    return opened(batch.id, batch.key, batch.content)


def receive(connection: Any, batch: CreditBatch, receipt: str, refused: Mapping[str, str], *, at: datetime) -> int:
    """Enter the answer to a batch: its receipt, and the numbers that the platform sent back with the reason. All
    others of the batch are taken; how many. Raises NotTaken where a number is none of the batch."""
    with alone(connection, str(batch.agency)):
        rows = list(CreditRecord.objects.filter(batch=batch.id, state__in=("sent", "stopping")))
        strange = sorted(set(refused) - {row.number for row in rows})
        if strange:
            raise NotTaken(f"这一批里没有等待回执的“{'、'.join(strange)[:200]}”")
        for row in rows:
            reason = refused.get(row.number)
            taken = "stopped" if batch.stops else "accepted"
            back = "stop" if batch.stops else "rejected"
            row.state, row.changed_at = (taken if reason is None else back), at
            row.said = row.said if reason is None and batch.stops else (reason or receipt)
        CreditRecord.objects.bulk_update(rows, ["state", "said", "changed_at"])
        CreditBatch.objects.filter(pk=batch.id).update(receipt=receipt, received_at=at)
        return len(rows) - len(refused)
