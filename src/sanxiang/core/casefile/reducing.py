"""The table of reducers: one for each kind of event that a case may hold (归约)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sanxiang.core.events import Recorded

from .state import CaseFile, Done

Reducer = Callable[[CaseFile, Recorded, Any, Done], None]
REDUCERS: dict[str, Reducer] = {}


def on(*kinds: str) -> Callable[[Reducer], Reducer]:
    def register(reducer: Reducer) -> Reducer:
        for name in kinds:
            REDUCERS[name] = reducer
        return reducer

    return register
