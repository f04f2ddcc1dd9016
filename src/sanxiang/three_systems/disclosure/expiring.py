"""The end of publicity (公示期满): what was public for as long as its class allows goes by itself, on the record.

信用修复管理办法（国家发展改革委令第36号）. The last day is a whole day of publicity: it ends in its last half hour, so
that nothing stands there a day too long.
"""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from sanxiang.casework.models import StoryLeft
from sanxiang.casework.noting import note_in_case
from sanxiang.casework.projections import reckoned
from sanxiang.core.casefile.publication import PUBLIC
from sanxiang.core.events.publication import PublicationExpired
from sanxiang.core.values import CHINA
from sanxiang.store import reading
from sanxiang.store.errors import VersionConflict

from .models import Published

EVENING = time(23, 30)
AT_ONCE = 500

log = logging.getLogger(__name__)


def expire(connection: Any, *, at: datetime) -> int:
    """Take down everything whose last day is over, or ends now; how many. What somebody acts on at this moment waits
    for the next time, and so does a case of the demonstration whose past is still being played: there it is earlier."""
    local = at.astimezone(CHINA)
    last = local.date() if local.time() >= EVENING else local.date() - timedelta(days=1)
    played = StoryLeft.objects.filter(stream=OuterRef("stream"))
    rows = Published.objects.filter(~Exists(played), withdrawn_on=None, until__lte=last).order_by("until", "stream")
    return sum(_expire(connection, str(stream), at) for stream in rows.values_list("stream", flat=True)[:AT_ONCE])


def _expire(connection: Any, stream: str, at: datetime) -> bool:
    events = reading.load(connection, stream)
    case = reckoned(events).case
    if case.publication not in PUBLIC:
        return False
    until = Published.objects.values_list("until", flat=True).get(pk=stream)
    try:
        with transaction.atomic(using=connection.alias):
            note_in_case(connection, events, PublicationExpired(until=str(until)), agency=case.agency, at=at)
    except VersionConflict:
        log.info("案件 %s 正有人在办理，公示期满稍后撤下", stream)
        return False
    return True
