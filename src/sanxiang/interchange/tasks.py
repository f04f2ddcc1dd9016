"""Work of the interfaces behind the desk."""

from __future__ import annotations

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app

from sanxiang.three_systems.disclosure.models import PublicAgency

from .credit import keeping


@app.periodic(cron="41 * * * *")
@app.task(
    name="interchange.follow_cases", queue="default", queueing_lock="interchange.follow_cases", pass_context=False
)
def follow_cases(timestamp: int) -> None:
    """Bring the records of the credit exchange to the cases as they are."""
    close_old_connections()
    for agency in PublicAgency.objects.order_by("stream").values_list("stream", flat=True):
        keeping.refresh(connections["default"], str(agency), at=timezone.now())
