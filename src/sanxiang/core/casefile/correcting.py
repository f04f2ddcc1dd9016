"""What becomes of papers that went out (制发、补正的归约): a corrected one stays, the case reads right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sanxiang.core.events import Recorded

from .reducing import on
from .state import CaseFile, Correction, Done

ROWS = "clerical_rows"
PUBLIC_FIXES, WHOLE_TEXT = "correction_fixes", "决定书全文"


@on("paper.corrected")
def corrected(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """Later papers and what is published read as corrected; the facts that the decision rests on are none of these."""
    number = next((str(paper["number"]) for paper in event.documents if paper.get("number")), "")
    rows = tuple(event.facts.get(ROWS) or ())
    case.corrections = (*case.corrections, Correction(recorded.id, event.paper, event.index, number, event.lines, rows))
    case.facts |= put_right(case.facts, event.lines, rows)
    if case.decision is not None and event.paper == case.decision.event and rows:
        fixes = [{"field": WHOLE_TEXT, "wrong": row["passage"], "right": row["wording"]} for row in rows]
        case.facts[PUBLIC_FIXES] = [*(case.facts.get(PUBLIC_FIXES) or ()), *fixes]


@on("paper.issued")
def issued(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.issued[f"{event.paper}/{event.index}"] = recorded.id


def put_right(facts: Mapping[str, Any], lines: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Those of the facts that a correction changes, as they read after it; none where its content was destroyed."""
    found: dict[str, str] = {}
    for line, row in zip(lines, rows, strict=False):
        text = found.get(line, facts.get(line))
        if isinstance(text, str):
            found[line] = text.replace(str(row["passage"]), str(row["wording"]))
    return found
