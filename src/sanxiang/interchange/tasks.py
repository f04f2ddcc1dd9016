"""Work of the interfaces behind the desk."""

from __future__ import annotations

import contextlib

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sanxiang.three_systems.disclosure.models import PublicAgency

from .credit import keeping
from .exchange import changes, pushing
from .sharing import taking
from .withdrawal import confirming


@app.periodic(cron="41 * * * *")
@app.task(
    name="interchange.follow_cases", queue="default", queueing_lock="interchange.follow_cases", pass_context=False
)
def follow_cases(timestamp: int) -> None:
    """Bring the records of the credit exchange to the cases as they are."""
    close_old_connections()
    for agency in PublicAgency.objects.order_by("stream").values_list("stream", flat=True):
        keeping.refresh(connections["default"], str(agency), at=timezone.now())


@app.periodic(cron="* * * * * */15")
@app.task(name="interchange.exchange", queue="default", queueing_lock="interchange.exchange", pass_context=False)
def exchange(timestamp: int) -> None:
    """Take over what changed in public; have a job for each partner that is pushed to, and one for what was withdrawn
    and is not yet known to be gone. Every 15 seconds, so that a withdrawal is felt everywhere within a minute."""
    close_old_connections()
    changes.gather(connections["default"])
    now = timezone.now()
    for partner in pushing.active(now):
        with contextlib.suppress(AlreadyEnqueued):
            push.configure(queueing_lock=f"interchange.push/{partner.pk}").defer(partner=str(partner.pk))
    confirming.begin(at=now)
    if confirming.waiting(at=now).exists():
        with contextlib.suppress(AlreadyEnqueued):
            confirm.defer()


@app.task(name="interchange.push", queue="default")
def push(partner: str) -> None:
    """Make out and send what one partner does not have yet."""
    close_old_connections()
    now, connection = timezone.now(), connections["default"]
    found = pushing.active(now).filter(pk=partner).first()
    if found is not None:
        pushing.make_out(connection, found, at=now)
        pushing.push(connection, found, at=now)


@app.task(name="interchange.confirm", queue="default", queueing_lock="interchange.confirm", lock="interchange.confirm")
def confirm() -> None:
    """Ask every place that was not yet known to have dropped what was withdrawn."""
    close_old_connections()
    confirming.look(connections["default"], at=timezone.now())


@app.periodic(cron="11 * * * *")
@app.task(name="interchange.take_feeds", queue="default", queueing_lock="interchange.take_feeds", pass_context=False)
def take_feeds(timestamp: int) -> None:
    """Fetch every feed once; what is wrong with one is on the desk of its agency."""
    close_old_connections()
    taking.take_all(connections["default"], at=timezone.now())
