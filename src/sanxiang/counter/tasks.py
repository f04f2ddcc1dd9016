"""Work of the counter behind the pages: what was sent is taken in every minute."""

from __future__ import annotations

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app

from . import taking


@app.periodic(cron="* * * * *")
@app.task(name="counter.take_in", queue="default", queueing_lock="counter.take_in", pass_context=False)
def take_in(timestamp: int) -> None:
    """Take in what waits."""
    close_old_connections()
    taking.take_in(connections["default"], at=timezone.now())


@app.periodic(cron="31 4 * * *")
@app.task(name="counter.clear", queue="default", pass_context=False)
def clear(timestamp: int) -> None:
    """Forget the tries of yesterday."""
    close_old_connections()
    taking.clear(timezone.now())
