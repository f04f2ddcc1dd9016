"""Which papers were served on the party of a case (送达当事人的文书), and what opens each.

Told by the record alone: a paper counts from the event that served it on this party. What was made anew and not served
since, what stays inside the file, what another party got, and a correction of a paper that this party never got are
none of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanxiang.core.casefile import CaseFile, effect_of
from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import FRAME
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day

OWN = ("", "申请人")
"""Whom a service that names one of two parties was for, where it was the party that the page belongs to."""


@dataclass(frozen=True, slots=True)
class Served:
    """One paper: the event that made it and its place there, its template, title and number, the day of its service,
    and the digest of its signed file where it bears an electronic seal."""

    event: str
    index: int
    template: str
    title: str
    number: str
    on: date
    source: str

    @property
    def name(self) -> str:
        """Names this very document: one that was signed since is another."""
        return f"{self.event}/{self.index}/{self.source}"


def papers(case: CaseFile, events: Sequence[Recorded], rules: RuleSet) -> list[Served]:
    """The papers that the party holds in its hands, in the order in which they were made."""
    files = {one.id: one.event.files for one in events if one.kind == "paper.sealed"}
    corrects = {one.event: (one.paper, one.index) for one in case.corrections}
    found: dict[tuple[str, int], Served] = {}
    for event, index, paper, on in _outside(events, rules, case.procedure):
        if event in corrects and corrects[event] not in found:
            continue
        noted = files.get(case.sealed.get(f"{event}/{index}", ""), ())
        source = str(noted[0]["sha256"]) if noted else ""
        template, title, number = (str(paper[name]) for name in ("template", "title", "number"))
        found[event, index] = Served(event, index, template, title, number, on, source)
    return list(found.values())


def _outside(
    events: Sequence[Recorded], rules: RuleSet, procedure: str
) -> Iterator[tuple[str, int, Mapping[str, Any], date]]:
    """The papers that do not stay inside the file, of every event that was served: each with its place and the day."""
    inside = {(act.id, paper.template) for act in rules.acts_of(procedure) for paper in act.papers if paper.inside}
    days = _days(events)
    for one in events:
        for index, paper in enumerate(one.event.documents):
            out = paper["template"] not in FRAME and (one.event.act, paper["template"]) not in inside
            if one.id in days and out:
                yield one.id, index, paper, days[one.id]


def _days(events: Sequence[Recorded]) -> dict[str, date]:
    """When the papers of an event were served on the party, the first time, by the event."""
    last: dict[str, str] = {}
    found: dict[str, date] = {}
    for one in events:
        if one.event.documents:
            last[one.event.act] = one.id
        served = str(getattr(one.event, "served", "")) if one.kind == "document.served" else ""
        if served in last and str(one.event.facts.get("served_party") or "") in OWN:
            found.setdefault(last[served], legal_day(effect_of(one.event, one.occurred_at)))
    return found


def secret_of(opens: bytes, name: str) -> bytes:
    """What opens one paper, from what opens the page."""
    return hmac.digest(opens, f"paper {name}".encode(), "sha256")


def address_of(secret: bytes) -> str:
    """How the party's page asks for it: neither the paper nor its row follows from that."""
    return hmac.digest(secret, b"address", "sha256").hex()[:16]
