"""Work behind the desk: clearing away files that no act took, counting duties again when rules are new."""

from __future__ import annotations

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app

from sanxiang.store.blobs import shelf
from sanxiang.store.named import every_named

from . import once
from .enacting import take
from .projections import library
from .uploads import KEPT, purge

AGE = 3 * KEPT
"""Longer than any upload waits, so that what is swept cannot be on its way into an event."""


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


@app.periodic(cron="7 * * * *")
@app.task(name="casework.take_rules", queue="default", queueing_lock="casework.take_rules", pass_context=False)
def take_rules(timestamp: int) -> None:
    """Put new rules and holiday arrangements on the record and count the open duties with them: when a worker starts,
    and every hour, so that what a stopped one left is finished."""
    close_old_connections()
    take(connections["default"], library(), at=timezone.now())
