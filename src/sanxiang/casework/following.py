"""What follows an act (办理之后): other rooms hear of it in its own transaction, to have later work done by a worker.

Nothing that is heard here can refuse or delay the act: whoever listens puts a job into the queue, which is there if and
only if the act is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sanxiang.core.events import Recorded

Follow = Callable[[str, Sequence[Recorded]], None]
"""(agency, the events that were just appended to a case, or the mark that was set on one of its files)."""

FOLLOWING: list[Follow] = []


def register(hear: Follow) -> None:
    """Let a room hear of every act; once is enough."""
    if hear not in FOLLOWING:
        FOLLOWING.append(hear)


def follow(agency: str, recorded: Sequence[Recorded]) -> None:
    """Tell everybody who listens."""
    for hear in FOLLOWING:
        hear(agency, recorded)
