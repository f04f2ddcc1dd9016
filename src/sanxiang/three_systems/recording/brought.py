"""Papers of other files that a case uses as evidence (移入证据的文书): made from the record of the file where they
stand, never kept twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.casework.projections import library
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates.bringing import KIND
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from .papers import Paper, papers_of


@dataclass(frozen=True, slots=True)
class Original:
    """A paper of another file: the event of this case that brought it in and its place there, the record whose it is,
    the paper itself, and where it lies, in words."""

    event: str
    seq: int
    events: tuple[Recorded, ...]
    paper: Paper
    lies: str

    @property
    def file_name(self) -> str:
        return f"{self.seq:04d}-{self.paper.index}-{self.paper.title}.pdf"

    @property
    def rules(self) -> Any:
        """The rules under which it was made."""
        made = next(one for one in self.events if one.id == self.paper.event)
        return library().on(fold(self.events).jurisdiction, legal_day(made.occurred_at))


def originals(connection: Any, events: Sequence[Recorded], event: str = "") -> list[Original]:
    """The papers that a case brought in, in the order of its record; of one event where it is named."""
    chosen = [one for one in events if one.kind == KIND and event in ("", one.id)]
    streams = dict.fromkeys(one.event.about.partition("/")[0] for one in chosen)  # type: ignore[attr-defined]
    records = reading.load_many(connection, list(streams)) if streams else {}
    found = []
    for one in chosen:
        brought: Any = one.event
        there = records[brought.about.partition("/")[0]]
        papers = {(paper.event, paper.index): paper for paper in papers_of(there)}
        for told in brought.originals:
            paper = papers[(str(told["event"]), int(told["index"]))]
            found.append(Original(one.id, one.seq, there, paper, f"原件存{brought.origin.get('case', '')}案卷"))
    return found
