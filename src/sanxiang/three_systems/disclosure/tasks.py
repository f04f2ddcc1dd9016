"""Work of disclosure behind the desk: the count of every day, the end of publicity, charts that follow the rules."""

from __future__ import annotations

from datetime import timedelta

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app

from . import daily, expiring, renewing


@app.periodic(cron="19 * * * *")
@app.task(
    name="disclosure.count_numbers", queue="default", queueing_lock="disclosure.count_numbers", pass_context=False
)
def count_numbers(timestamp: int) -> None:
    """Count the numbers of yesterday where that was not done, and fetch the receipts of earlier counts."""
    close_old_connections()
    connection = connections["default"]
    daily.count(connection, timezone.localdate() - timedelta(days=1), at=timezone.now())
    daily.receive(connection)


@app.periodic(cron="38 * * * *")
@app.task(name="disclosure.expire", queue="default", queueing_lock="disclosure.expire", pass_context=False)
def expire(timestamp: int) -> None:
    """Take down what was public for as long as it may be."""
    close_old_connections()
    expiring.expire(connections["default"], at=timezone.now())


@app.periodic(cron="11 * * * *")
@app.task(name="disclosure.renew", queue="default", queueing_lock="disclosure.renew", pass_context=False)
def renew(timestamp: int) -> None:
    """Lay anew before the agencies what they published of their procedures, where the procedures have changed."""
    close_old_connections()
    renewing.renew(connections["default"], at=timezone.now())
