"""Work of recording behind the desk: putting seals on papers, removing the files of destroyed content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from sanxiang.casework.sealing import due
from sanxiang.core.events import Recorded
from sanxiang.store.blobs import shelf
from sanxiang.store.seals import seals

from . import destroying, sealing, tus
from .capture import takes

AGAIN = RetryStrategy(max_attempts=12, exponential_wait=4)
"""A seal or a time stamping authority that does not answer is asked again, at last after hours."""


@app.task(name="recording.seal_papers", queue="default", retry=AGAIN, pass_context=False)
def seal_papers(stream: str, event: str) -> None:
    """Put the agency's seal on the papers of an act."""
    close_old_connections()
    sealing.seal(connections["default"], stream, event, at=timezone.now())


@app.periodic(cron="29 * * * *")
@app.task(name="recording.forget_arriving", queue="default", pass_context=False)
def forget_arriving(timestamp: int) -> None:
    """Forget files that stopped arriving."""
    close_old_connections()
    tus.purge(timezone.now())


@app.task(name="recording.destroy_files", queue="default", retry=AGAIN, pass_context=False)
def destroy_files(stream: str) -> None:
    """Remove the files of a case whose content was destroyed."""
    close_old_connections()
    destroying.destroy(connections["default"], stream, shelf())


KEPT = timedelta(days=7)
"""So long the pieces of a sealed recording stay beside it."""


@app.periodic(cron="52 2 * * *")
@app.task(name="recording.sweep_pieces", queue="default", pass_context=False)
def sweep_pieces(timestamp: int) -> None:
    """Remove the pieces of recordings that were sealed long ago; what was not sealed stays."""
    close_old_connections()
    takes.sweep(timezone.now() - KEPT)


def hear(agency: str, recorded: Sequence[Recorded]) -> None:
    """Ask for the seals of an act that issued papers, where its agency has one; end the content of a file whose
    destruction the record states."""
    for one in recorded:
        if one.kind == destroying.KIND:
            destroying.end(connections["default"], one)
            destroy_files.defer(stream=one.stream)
        if due(one) and seals().has(agency):
            seal_papers.defer(stream=one.stream, event=one.id)
