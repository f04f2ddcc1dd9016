"""The moves of a report (编制、审核、发布、回执): who is offered which, when, and what it asks. The gate decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sanxiang.core.events import Event
from sanxiang.core.events.report import (
    ReportApproved,
    ReportCompiled,
    ReportIssued,
    ReportReceived,
    ReportRequested,
    ReportReturned,
)
from sanxiang.core.gates import keepers_of
from sanxiang.core.registers.reports import TEXTS


@dataclass(frozen=True, slots=True)
class Move:
    """One move. `states` in which it is offered, `facts` what it asks beside what the system fills."""

    id: str
    name: str
    event: type[Event]
    states: tuple[str, ...]
    facts: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    help: str = ""

    @property
    def by(self) -> tuple[str, ...]:
        return keepers_of(self.event.KIND)


MOVES: Mapping[str, Move] = {
    move.id: move
    for move in (
        Move("compile", "编制", ReportCompiled, ("", "returned", "collected", "issued"), (*TEXTS, "report_note"),
             ("report_overall",), "数字由系统从记录统计，不用手填；文字部分写总体情况、三项制度、问题和打算。"),
        Move("return", "退回", ReportReturned, ("collected",), ("report_return_reason",), ("report_return_reason",),
             "写明理由，退给编制的人重新编制。"),
        Move("approve", "审核通过", ReportApproved, ("collected",), (), (), "核对数字和文字；编制的人不能审核。"),
        Move("issue", "发布、报送", ReportIssued, ("approved",), (), (),
             "向社会公开的，在公示门户发布；同时报送接收单位，收到回执以后登记。"),
        Move("receive", "登记回执", ReportReceived, ("issued",),
             ("report_receipt_number", "report_receipt_on", "report_receipt_by"),
             ("report_receipt_number", "report_receipt_on"), "接收单位给了回执或者收文编号的，登记在这里。"),
    )
}  # fmt: skip
REQUEST = Move("request", "临时要求报送", ReportRequested, (), ("report_asked_for",), ("report_asked_for",),
               "年度报告以外临时要报送的，写明报什么、哪一天以前报。")  # fmt: skip


def open_moves(posts: Collection[str], state: str) -> list[Move]:
    """What these posts may try in a state."""
    return [move for move in MOVES.values() if state in move.states and set(move.by) & set(posts)]
