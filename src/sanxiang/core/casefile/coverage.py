"""What was found in the recordings of a case after its acts were done, and explained since (办后检验的归约)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sanxiang.core.events import Recorded

from .reducing import on
from .state import CaseFile, Done, Interrupted


@on("coverage.interrupted")
def interrupted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    for gap in event.gaps:
        name = f"{event.recording}/{gap['id']}"
        if name not in case.interrupted:
            case.interrupted[name] = Interrupted(
                event.recording,
                str(gap["id"]),
                event.about,
                str(gap["from"]),
                str(gap["to"]),
                str(gap.get("cause", "")),
            )
    case.breaches = (*case.breaches, *recorded.breaches)


@on("coverage.explained")
def explained(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    name = f"{event.recording}/{event.gap}"
    if name in case.interrupted:
        case.interrupted[name] = replace(case.interrupted[name], explained=True)
