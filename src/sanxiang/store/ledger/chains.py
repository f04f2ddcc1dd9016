"""What must hold in the record beside its bytes: every stream a chain, every number used, nothing outside the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Query = Callable[..., Any]
Find = Callable[[str, str, object], None]

RULES: tuple[tuple[str, str, str], ...] = (
    (
        "outside",
        "记录既没有账本编号，也不在待编号队列中",
        "SELECT e.pos FROM record.event e LEFT JOIN record.leaf l ON l.event_pos = e.pos"
        " LEFT JOIN record.pending p ON p.event_pos = e.pos WHERE l.event_pos IS NULL AND p.event_pos IS NULL",
    ),
    (
        "twice",
        "记录已经编号，却仍在待编号队列中",
        "SELECT p.event_pos FROM record.pending p JOIN record.leaf l USING (event_pos)",
    ),
    (
        "beyond",
        "编号超出账本的长度",
        "SELECT l.log_index FROM record.leaf l, record.log_state s WHERE l.log_index >= s.size",
    ),
    (
        "chain",
        "案卷的记录不连续，或与前一条不衔接",
        "SELECT pos FROM (SELECT e.pos, e.seq, convert_from(e.body, 'UTF8')::jsonb AS doc, e.id, e.stream, e.kind,"
        " e.recorded_at, lag(e.seq) OVER w AS before, lag(e.entry) OVER w AS entry FROM record.event e"
        " WINDOW w AS (PARTITION BY e.stream ORDER BY e.seq)) c"
        " WHERE c.seq <> coalesce(c.before, 0) + 1"
        " OR (c.doc ->> 'prev') IS DISTINCT FROM (convert_from(c.entry, 'UTF8')::jsonb ->> 'commitment')"
        " OR (c.doc ->> 'id') <> c.id::text OR (c.doc ->> 'stream') <> c.stream::text"
        " OR (c.doc ->> 'seq')::integer <> c.seq OR (c.doc ->> 'kind') <> c.kind"
        " OR (c.doc ->> 'recorded_at')::timestamptz <> c.recorded_at",
    ),
    (
        "stream",
        "记录没有所属的案卷，或案卷没有记录",
        "SELECT coalesce(e.stream, s.id) FROM record.stream s FULL JOIN record.event e ON e.stream = s.id AND e.seq = 1"
        " WHERE s.id IS NULL AND e.seq = 1 OR e.pos IS NULL AND s.id IS NOT NULL",
    ),
    (
        "number",
        "文号有空号、重号或没有用于记录",
        "SELECT s.series || ' ' || s.year FROM record.series s LEFT JOIN record.number n USING (series, year)"
        " LEFT JOIN record.event e ON e.id = n.event_id AND e.stream = n.stream GROUP BY s.series, s.year, s.last"
        " HAVING s.last <> count(e.pos) OR s.last <> max(n.n)",
    ),
    (
        "decision",
        "决定没有文号，或者应当审核而没有通过的审核",
        "SELECT e.pos FROM record.event e LEFT JOIN record.decision_number d ON d.event_id = e.id"
        " LEFT JOIN record.number n ON (n.series, n.year, n.n) = (d.series, d.year, d.n) AND n.event_id = e.id"
        " LEFT JOIN record.passed_review p ON p.event_id = d.review AND p.stream = e.stream"
        " WHERE e.kind IN ('decision.made', 'decision.refused')"
        " AND (n.event_id IS NULL OR d.review_due AND p.event_id IS NULL)"
        # Reported with what it breaks, it has no number of ours.
        " AND NOT (d.event_id IS NULL AND convert_from(e.body, 'UTF8')::jsonb @? '$.breaches[*]'"
        " AND coalesce(convert_from(e.body, 'UTF8')::jsonb #>> '{payload,number}', '') = '')",
    ),
)
MOST = 100


def check(query: Query, find: Find) -> None:
    """Run every rule; at most `MOST` findings of each."""
    for code, text, statement in RULES:
        for (where,) in query(f"{statement} LIMIT {MOST}").fetchall():
            find(code, text, where)
