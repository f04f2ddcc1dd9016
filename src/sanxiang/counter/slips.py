"""What became of something sent, for who sent it (回执的办理进度): stages and days, the reasons of a refusal and the
answer, under the receipt number and the factor that was given with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from sanxiang.casework.codes import factor, secret

from .models import Outcome, Slip
from .sealed import key_of, seal

NAMES = {
    "party.statement": "陈述、申辩", "party.hearing": "听证申请", "party.record": "查阅案卷的申请",
    "complaint": "投诉", "publication.correction": "公示的更正线索",
}  # fmt: skip


def publish(connection: Any, outcome: Outcome, payload: Mapping[str, Any]) -> None:
    """Put the slip of an outcome in place, where who sent it gave a factor."""
    known = factor(str(payload.get("factor", "")))
    if known:
        _write(connection, outcome, secret(outcome.receipt, known))


def _write(connection: Any, outcome: Outcome, opens: bytes) -> None:
    Slip.objects.using(connection.alias).update_or_create(
        receipt=outcome.receipt, defaults={"key": key_of(opens), "sealed": seal(opens, content(outcome))}
    )


def content(outcome: Outcome) -> dict[str, Any]:
    """Stages with their days, and nothing of what was sent."""
    taken = outcome.state == Outcome.TAKEN
    second = "转监督人员" if outcome.kind == "complaint" else "记入案卷" if taken else "没有记入，转人工答复"
    return {
        "what": NAMES.get(outcome.kind, "提交的内容"),
        "stages": [["收到", _day(outcome.sent_at)], [second, _day(outcome.at)], ["答复", _day(outcome.answered_at)]],
        "reasons": list(outcome.reasons),
        "answer": outcome.answer,
    }


def _day(moment: datetime | None) -> str:
    return localtime(moment).date().isoformat() if moment else ""
