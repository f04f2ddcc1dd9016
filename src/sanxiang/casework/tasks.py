"""Work behind the desk: clearing away files that no act took, counting duties again when rules are new, taking up again
what a killed worker had begun."""

from __future__ import annotations

import contextlib
import logging
from typing import Any

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from sanxiang.store.blobs import NoRoom, shelf
from sanxiang.store.errors import RecordRefused, VersionConflict
from sanxiang.store.named import every_named
from sanxiang.store.objects import Away, afar

from . import lasting, once
from .drafts import NotKept
from .enacting import take
from .projections import library
from .uploads import KEPT, purge

AGE = 3 * KEPT
"""Longer than any upload waits, so that what is swept cannot be on its way into an event."""

DEAD_S, TRIES = 45, 12
"""A worker that was not heard of for so long is dead; work that outlived so many of them is given up, and told."""


@app.periodic(cron="* * * * *")
@app.task(name="casework.take_up_again", queue="default", queueing_lock="casework.take_up_again", pass_context=True)
async def take_up_again(context: Any, timestamp: int) -> None:
    """Put back what a worker had begun that was killed: every task can be done twice."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=DEAD_S):
        if job.attempts < TRIES:
            try:
                await jobs.retry_job(job)
                continue
            except UniqueViolation:  # the same work waits already
                await jobs.finish_job_by_id_async(job.id, Status.ABORTED, delete_job=True)
                continue
        logging.getLogger(__name__).error("后台任务 %s（%s）多次中断，不再重试", job.id, job.task_name)
        await jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)


@app.task(name=lasting.TASK, queue="default", pass_context=False)
def do_lasting(name: str) -> None:
    """Do an act that takes long and was asked for. Where the disk is full, or the store away, it is tried again."""
    close_old_connections()
    with contextlib.suppress(NoRoom, Away, VersionConflict, RecordRefused, NotKept):
        lasting.do(connections["default"], library(), name, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="casework.go_on_lasting", queue="default", queueing_lock="casework.go_on_lasting", pass_context=False)
def go_on_lasting(timestamp: int) -> None:
    """Go on with what was asked for and nobody is at: its process was killed, or something was away."""
    close_old_connections()
    lasting.take_up_again(timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(name="casework.forget_files", queue="default", pass_context=False)
def forget_files(timestamp: int) -> None:
    """Forget uploads of yesterday and remove their files a little later; and the keys of requests of last month."""
    close_old_connections()
    now = timezone.now()
    purge(now)
    once.purge(now)
    shelf().sweep_staged(now - AGE)


@app.periodic(cron="41 3 * * 0")
@app.task(name="casework.clear_unnamed", queue="default", pass_context=False)
def clear_unnamed(timestamp: int) -> None:
    """Remove files that no event names, left by acts that were refused at the last moment. The record itself says
    what is named; no list made from it is trusted with that. Fails, and removes nothing, where an archived list
    cannot be read."""
    close_old_connections()
    blobs, before = shelf(), timezone.now() - AGE
    named = {sha256 for _, sha256 in every_named(connections["default"], blobs)}
    blobs.sweep_kept(before, named)
    if (store := afar()) is not None:
        store.sweep(before, named)


@app.periodic(cron="7 * * * *")
@app.task(name="casework.take_rules", queue="default", queueing_lock="casework.take_rules", pass_context=False)
def take_rules(timestamp: int) -> None:
    """Put new rules and holiday arrangements on the record and count the open duties with them: when a worker starts,
    and every hour, so that what a stopped one left is finished."""
    close_old_connections()
    take(connections["default"], library(), at=timezone.now())
