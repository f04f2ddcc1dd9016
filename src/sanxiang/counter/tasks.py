"""Work of the counter behind the pages: what was sent is taken in every minute, served papers are held ready."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from sanxiang.core.events import Recorded

from . import keeping, proofs, taking, transfers

AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.periodic(cron="* * * * *")
@app.task(name="counter.take_in", queue="default", queueing_lock="counter.take_in", pass_context=False)
def take_in(timestamp: int) -> None:
    """Take in what waits."""
    close_old_connections()
    taking.take_in(connections["default"], at=timezone.now())


@app.task(name="counter.keep_papers", queue="default", retry=AGAIN, pass_context=False)
def keep_papers(stream: str) -> None:
    """Hold the served papers of a case ready for its party."""
    close_old_connections()
    keeping.keep(connections["default"], stream, at=timezone.now())


@app.task(name="counter.keep_proofs", queue="default", retry=AGAIN, pass_context=False)
def keep_proofs(stream: str) -> None:
    """Hold the receipts of the papers of a case ready; again while the ledger has not signed them."""
    close_old_connections()
    proofs.keep(connections["default"], stream)


@app.task(name="counter.take_transfer", queue="default", retry=AGAIN, pass_context=False)
def take_transfer(stream: str) -> None:
    """Register a transferred case as a clue with the agency that it names."""
    close_old_connections()
    transfers.arrive(connections["default"], stream, at=timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="counter.sweep_papers", queue="default", queueing_lock="counter.sweep_papers", pass_context=False)
def sweep_papers(timestamp: int) -> None:
    """Take away the papers whose time is over; hold ready what was missed."""
    close_old_connections()
    keeping.sweep(connections["default"], at=timezone.now())


@app.periodic(cron="31 4 * * *")
@app.task(name="counter.clear", queue="default", pass_context=False)
def clear(timestamp: int) -> None:
    """Forget the tries of yesterday."""
    close_old_connections()
    taking.clear(timezone.now())


STIRS = frozenset({"document.served", "paper.sealed"})
NUMBERS = frozenset({"party_credit_code", "party_id_number"})


def hear(agency: str, recorded: Sequence[Recorded]) -> None:
    """Ask for the papers of a case that was served one, or whose party has another number since; what was marked as
    secret goes at once, and comes again where the mark was lifted. A case that is transferred goes to whom it names."""
    streams = {one.stream for one in recorded if one.kind in STIRS or NUMBERS & one.event.facts.keys()}
    for one in recorded:
        if one.kind == "file.classified":
            event: Any = one.event
            keeping.closed(event.owner, event.sha256, event.event)
            streams.add(event.owner)
    for stream in streams:
        keep_papers.defer(stream=stream)
    for stream in {one.stream for one in recorded if one.kind in ("paper.sealed", "paper.issued")}:
        keep_proofs.defer(stream=stream)
    for stream in {one.stream for one in recorded if transfers.hands_on(one)}:
        take_transfer.defer(stream=stream)
