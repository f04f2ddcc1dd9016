"""Which papers bear the electronic seal of their agency, and where each stands (文书用印)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.store.seals import Examined, seals

WORDS = {"sealed": "已盖电子印章", "waiting": "待盖电子印章", "unset": "未盖电子印章"}


@dataclass(frozen=True, slots=True)
class Sealing:
    """Where the seal of a paper stands: `sealed` by this event, `waiting` for the worker, or `unset`: the agency has no
    seal in this installation."""

    state: str
    event: Recorded | None = None

    @property
    def words(self) -> str:
        return WORDS[self.state]

    @property
    def file(self) -> Mapping[str, Any]:
        """The signed PDF as the record names it. Only where it is sealed."""
        assert self.event is not None
        return self.event.event.files[0]


def due(recorded: Recorded) -> list[int]:
    """The places of the papers of an act that the agency issues under a number of its own (文号). What was entered only
    afterwards had its paper, and its seal, when it happened."""
    if recorded.late:
        return []
    return [index for index, paper in enumerate(recorded.event.documents) if paper.get("number")]


def by_id(events: Iterable[Recorded]) -> dict[str, Recorded]:
    return {one.id: one for one in events}


def sealing_of(case: CaseFile, known: Mapping[str, Recorded], event: str, index: int) -> Sealing | None:
    """The seal of one paper of a case, whose events are known by their ids; None for one that bears none."""
    noted = case.sealed.get(f"{event}/{index}")
    if noted:
        return Sealing("sealed", known[noted])
    made = known.get(event)
    if made is None or index not in due(made):
        return None
    return Sealing("waiting" if seals().has(case.agency) else "unset")


def told(papers: Iterable[dict[str, Any]], case: CaseFile, events: Iterable[Recorded]) -> list[dict[str, Any]]:
    """The papers of a case, each with its seal, and whether a receipt without one can be had (`issued`)."""
    known = by_id(events)
    return [
        {**paper, "seal": sealing_of(case, known, paper["event"], paper["index"]),
         "issued": f"{paper['event']}/{paper['index']}" in case.issued}
        for paper in papers
    ]  # fmt: skip


def examined(sealing: Sealing) -> Examined | None:
    """What the signature on a sealed paper says today, read from the kept file itself; None where the file is missing
    or is no longer the one that the record names."""
    try:
        return seals().examine(shelf().read(str(sealing.file["sha256"])))
    except NotThere:
        return None
