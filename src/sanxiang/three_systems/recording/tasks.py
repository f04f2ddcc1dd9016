"""Work of recording behind the desk: putting seals on papers, removing the files of destroyed content."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from sanxiang.casework.sealing import due
from sanxiang.core.events import Recorded
from sanxiang.store import reading
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.store.objects import Away, afar
from sanxiang.store.seals import seals

from . import destroying, examining, issuing, mask_work, sealing, tus
from .capture import interrupting, takes
from .models import Found, RecordingRow

NEW = 200
AGAIN = RetryStrategy(max_attempts=12, exponential_wait=4)
"""A seal, a time stamping authority or a store that does not answer is asked again, at last after hours."""


@app.task(name="recording.seal_papers", queue="default", retry=AGAIN, pass_context=False)
def seal_papers(stream: str, event: str) -> None:
    """Put the agency's seal on the papers of an act."""
    close_old_connections()
    sealing.seal(connections["default"], stream, event, at=timezone.now())


@app.task(name="recording.issue_papers", queue="default", retry=AGAIN, pass_context=False)
def issue_papers(stream: str, event: str) -> None:
    """Note the bytes of the papers of an act that go out without a seal."""
    close_old_connections()
    issuing.issue(connections["default"], stream, event, at=timezone.now())


@app.periodic(cron="29 * * * *")
@app.task(name="recording.forget_arriving", queue="default", pass_context=False)
def forget_arriving(timestamp: int) -> None:
    """Forget files that stopped arriving."""
    close_old_connections()
    tus.purge(timezone.now())


@app.task(name="recording.destroy_files", queue="default", retry=AGAIN, pass_context=False)
def destroy_files(stream: str, beside: Sequence[str] = ()) -> None:
    """Remove the files of a case whose content was destroyed, and of the recordings that ended with it."""
    close_old_connections()
    destroying.destroy(connections["default"], stream, shelf(), also=examining.forget, beside=beside)


@app.task(name="recording.examine", queue="default", retry=AGAIN, pass_context=False)
def examine(sha256: str, media_type: str) -> None:
    """Look into a file of the record; again later where the object store that has it is away or the disk is full."""
    close_old_connections()
    with contextlib.suppress(NotThere):
        examining.examine(sha256, media_type)


@app.task(name="recording.inspect", queue="default", retry=AGAIN, pass_context=False)
def inspect(stream: str) -> None:
    """Look into the files of a recording; what is missing inside goes on its record, to be explained."""
    close_old_connections()
    with contextlib.suppress(NotThere):
        interrupting.inspect(connections["default"], stream, at=timezone.now())


@app.task(name="recording.mask", queue="default", lock="recording.mask", retry=AGAIN, pass_context=False)
def mask(work: str) -> None:
    """Make a masked copy of a film, a sound or a paper; one at a time, for the others wait for a worker too."""
    close_old_connections()
    mask_work.make(connections["default"], work)


@app.periodic(cron="*/5 * * * *")
@app.task(name="recording.examine_new", queue="default", pass_context=False)
def examine_new(timestamp: int) -> None:
    """Look into the recordings that came and were not looked into yet."""
    close_old_connections()
    for row in RecordingRow.objects.filter(state="sealed").order_by("-began")[:NEW]:
        if Found.objects.filter(pk__in=row.digests).count() < len(row.digests):
            events = reading.load(connections["default"], str(row.stream))
            known = examining.known(row.digests)
            if examining.media_in(file for one in events for file in one.event.files if file["sha256"] not in known):
                examining.inspect(str(row.stream))


@app.periodic(cron="* * * * *")
@app.task(name="recording.send_afar", queue="default", queueing_lock="recording.send_afar", pass_context=False)
def send_afar(timestamp: int) -> None:
    """Bring the evidence to the store that the settings name; while it is away, what waits is sent a minute later."""
    close_old_connections()
    store, days = afar(), settings.SANXIANG_S3_SPARE_DAYS
    if store is None:
        return
    try:
        store.send_all()
        if days:
            store.spare(timezone.now() - timedelta(days=days))
    except Away as problem:
        logging.getLogger(__name__).warning("对象存储不可用，稍后再传：%s", problem)


KEPT = timedelta(days=7)
"""So long the pieces of a sealed recording stay beside it."""


@app.periodic(cron="52 2 * * *")
@app.task(name="recording.sweep_pieces", queue="default", pass_context=False)
def sweep_pieces(timestamp: int) -> None:
    """Remove the pieces of recordings that were sealed long ago; what was not sealed stays."""
    close_old_connections()
    takes.sweep(timezone.now() - KEPT)


def hear(agency: str, recorded: Sequence[Recorded]) -> None:
    """Ask for the seals of an act that issued papers, where its agency has one, and for the note of the bytes of those
    that go out without; end the content of a file whose
    destruction the record states."""
    examining.look_into(file for one in recorded for file in one.event.files)
    for one in recorded:
        if one.kind == destroying.KIND:
            stream, *beside = destroying.end(connections["default"], one)
            destroy_files.defer(stream=stream, beside=beside)
        if not one.event.documents:
            continue
        sealed = seals().has(agency)
        if due(one) and sealed:
            seal_papers.defer(stream=one.stream, event=one.id)
        if issuing.due(one, sealed=sealed):
            issue_papers.defer(stream=one.stream, event=one.id)
