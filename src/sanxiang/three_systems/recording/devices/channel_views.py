"""The synchronised channels of an interview room (同步录音录像): recordings of one session under one clock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import levels, whys
from sanxiang.casework.models import AccessNote
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import fold_recording
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.recording import examining, looking
from sanxiang.three_systems.recording.player_views import place_of

from . import queries


def _said_once(reader: Any, streams: list[UUID]) -> None:
    """Why somebody looks at one channel of a session that belongs to no case, he has said for all of them."""
    said = AccessNote.objects.filter(officer=reader.officer, stream__in=streams, day=legal_day(timezone.now()))
    purpose = said.values_list("purpose", flat=True).first()
    if purpose and said.count() < len(streams):
        whys.note(reader, streams, purpose)


@require_safe
@staff
def together(request: Any, stream: UUID) -> HttpResponse:
    """All channels of the session that a recording belongs to, each under the rules of a look at it alone: who
    may not see one does not, the purpose is asked, every look leaves its event."""
    place = looking.recording_of(request.user, request.reader, stream)
    if place is None or not place[0] or levels.hidden(request.reader, place[3], stream):
        raise Http404
    rows = queries.together(request.reader, fold_recording(place[0]))
    loaded = reading.load_many(connections["default"], [str(row.stream) for row in rows])
    first = min((row.began for row in rows), default=timezone.now())
    _said_once(request.reader, [row.stream for row in rows if row.case is None])
    channels, hidden = [], 0
    for row in rows:
        found = looking.seen(request.user, row.stream, UUID(loaded[str(row.stream)][0].id), 0)
        if found is None:
            hidden += 1
            continue
        looking.looked(found, "view")
        known = examining.examined(str(found.file["sha256"]))
        channels.append(
            {"name": found.file["name"], "offset": (row.began - first).total_seconds(), "seconds": row.seconds,
             "place": place_of(request, found, "play" if known and known.copy else "original"),
             "sound": row.medium == "audio"}
        )  # fmt: skip
    if not channels:
        raise Http404
    context = {
        "channels": channels, "hidden": hidden, "title": place[2], "first": first, "stream": stream, "rows": range(6),
        "mark": f"{request.reader.name} {request.reader.agency_name} {timezone.localtime():%Y-%m-%d %H:%M}",
        "long": max(one["offset"] + one["seconds"] for one in channels),
    }  # fmt: skip
    return page(request, "devices/channels.html", context)
