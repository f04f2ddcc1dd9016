"""What became of something sent, for who sent it (回执的办理进度): stages and days, the reasons of a refusal and the
answer, under the receipt number and the factor that was given with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from sanxiang.casework.codes import factor, secret
from sanxiang.store import reading

from .models import Outcome, Slip
from .sealed import key_of, seal

TIP = "clue.report"
ENDS = ("clue.used", "clue.set_aside")
NAMES = {
    "party.statement": "陈述、申辩", "party.hearing": "听证申请", "party.record": "查阅案卷的申请",
    "complaint": "投诉", "publication.correction": "公示的更正线索", TIP: "举报",
}  # fmt: skip
SECOND = {"complaint": "转监督人员", TIP: "登记，由执法机关核查"}
"""What becomes of what was sent, where it goes into no case."""


def publish(connection: Any, outcome: Outcome, payload: Mapping[str, Any], *, checked: datetime | None = None) -> None:
    """Put the slip of an outcome in place, where who sent it gave a factor; `checked` when a report was looked into."""
    known = factor(str(payload.get("factor", "")))
    if known:
        _write(connection, outcome, secret(outcome.receipt, known), checked)


def follow(connection: Any, stream: str) -> None:
    """Let whoever sent a report read what became of its clue: that it was looked into, and the answer."""
    row = Outcome.objects.using(connection.alias).filter(kind=TIP, stream=stream).first()
    if row is None:
        return
    events = {one.kind: one for one in reading.load(connection, stream)}
    answered = events.get("clue.answered")
    if answered is not None:
        row.answer, row.answered_at = str(answered.event.facts.get("clue_answer", "")), answered.occurred_at
        row.answered_by = answered.actor.name
        row.save(using=connection.alias, update_fields=["answer", "answered_at", "answered_by"])
    ended = next((events[name] for name in ENDS if name in events), None)
    publish(connection, row, {"factor": row.factor}, checked=ended.occurred_at if ended else None)


def _write(connection: Any, outcome: Outcome, opens: bytes, checked: datetime | None) -> None:
    Slip.objects.using(connection.alias).update_or_create(
        receipt=outcome.receipt, defaults={"key": key_of(opens), "sealed": seal(opens, content(outcome, checked))}
    )


def content(outcome: Outcome, checked: datetime | None = None) -> dict[str, Any]:
    """Stages with their days, and nothing of what was sent."""
    taken = outcome.state == Outcome.TAKEN
    second = SECOND.get(outcome.kind, "记入案卷") if taken else "没有记入，转人工答复"
    between = [["核查结束", _day(checked)]] if outcome.kind == TIP and taken else []
    return {
        "what": NAMES.get(outcome.kind, "提交的内容"),
        "stages": [
            ["收到", _day(outcome.sent_at)],
            [second, _day(outcome.at)],
            *between,
            ["答复", _day(outcome.answered_at)],
        ],
        "reasons": list(outcome.reasons),
        "answer": outcome.answer,
    }


def _day(moment: datetime | None) -> str:
    return localtime(moment).date().isoformat() if moment else ""
