"""What the record refuses, and how a caller tells one refusal from another."""

from __future__ import annotations

import psycopg

VERSION_CONFLICT = "SX001"
GUARD_MOVED = "SX002"
MALFORMED = "SX003"
ENTRY_DIFFERS = "SX004"
CLOCK_DIFFERS = "SX005"
ACTOR_MISSING = "SX006"
NUMBER_MISSING = "SX010"
REVIEW_MISSING = "SX011"
REVIEW_VOID = "SX012"
REVIEW_DUE = "SX013"
REVIEWER_HANDLED = "SX014"
NUMBER_UNUSED = "SX015"
APPEND_ONLY = "SX016"
CLUSTER_SETTLED = "SX017"
KEY_GONE = "SX018"
ISOLATION = "SX019"
DUPLICATE = "23505"
_DEADLOCK = "40P01"
_TAKEN = ("event_stream_seq_key", "stream_pkey")
"""What breaks when two appends take one place: the unique places themselves order them, no lock does."""


class RecordRefused(Exception):
    """The database refused what was to be recorded. `code` is one of the SQLSTATEs above, the text is for the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class VersionConflict(RecordRefused):
    """Another act came first: load again, judge again, try again. `stream` is the one that moved."""

    def __init__(self, code: str, message: str, stream: str) -> None:
        super().__init__(code, message)
        self.stream = stream


class LedgerStopped(Exception):
    """The ledger does not fit itself (a root that differs, time going back, a gap, more published than stored).
    Going on would make it worse: a person has to look."""


class CannotUnseal(Exception):
    """A sealed value cannot be opened with the keys at hand, though its key was not destroyed."""


def refusal(problem: psycopg.Error, stream: str = "") -> Exception:
    """The refusal that a database error stands for; the error itself where it is none of ours."""
    code, message = problem.sqlstate or "", problem.diag.message_primary or str(problem)
    if code in (VERSION_CONFLICT, GUARD_MOVED):
        return VersionConflict(code, message, problem.diag.message_detail or stream)
    if code == _DEADLOCK:
        return VersionConflict(code, "同时办理的事项相互等待，请重试", stream)
    if code == DUPLICATE and problem.diag.constraint_name in _TAKEN:
        return VersionConflict(VERSION_CONFLICT, "这件案卷刚刚被他人更新，请刷新后再办", stream)
    if code == DUPLICATE:
        return RecordRefused(code, "这条记录已经存在，不能重复追加")
    if code.startswith("SX"):
        return RecordRefused(code, message)
    return problem
