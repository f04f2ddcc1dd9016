"""The publicity platform says that a decision is public there (公示平台的确认): noted in the case.

That a message arrived says nothing about what the public sees; only the platform's own word for the text that is public
now counts. 长宁实施方案 6.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from ninja.errors import HttpError

from sanxiang.casework.noting import note_in_case
from sanxiang.core.casefile import fold
from sanxiang.core.casefile.publication import PUBLIC
from sanxiang.core.events import Recorded
from sanxiang.core.events.publication import PublicationAcknowledged
from sanxiang.interchange.models import Partner
from sanxiang.store import reading
from sanxiang.store.errors import VersionConflict

from .changes import visible

TRIES = 5


def acknowledge(connection: Any, partner: Partner, stream: UUID, event: UUID, address: str, *, at: datetime) -> str:
    """Note that the text of an event is public on the platform; the id of the note, the same for the same word again.
    Raises HttpError: 403 no platform, 404 not known to it, 409 another text is public now, 422 no address."""
    if not partner.platform:
        raise HttpError(403, "登记为公示平台的对象才能确认公开")
    if address and urlsplit(address).scheme not in ("http", "https"):
        raise HttpError(422, "address 应当是这条信息在平台上的网址")
    change = visible(partner).filter(stream=stream).first()
    if change is None:
        raise HttpError(404, "没有这条信息，或者不在共享的范围里")
    for _ in range(TRIES):
        events = reading.load(connection, str(stream))
        case = fold(events)
        if change.event != event or case.publication not in PUBLIC:
            raise HttpError(409, "现在公示的不是这一份，请取最新的再确认")
        if held := said_before(events, partner, event):
            return held.id
        told = PublicationAcknowledged(place=partner.name, address=address, published=str(event))
        try:
            with transaction.atomic(using=connection.alias):
                return note_in_case(connection, events, told, agency=case.agency, at=at).id
        except VersionConflict:
            continue
    raise HttpError(409, "这件案件正有人在办理，请稍后再确认")


def said_before(events: tuple[Recorded, ...], partner: Partner, event: UUID) -> Recorded | None:
    """What this platform already said about this text."""
    same = (partner.name, str(event))
    return next(
        (one for one in events if (getattr(one.event, "place", ""), getattr(one.event, "published", "")) == same), None
    )
