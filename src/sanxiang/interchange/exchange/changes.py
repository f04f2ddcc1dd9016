"""What changed in public, in an order that only grows (公示变更): published, corrected, withdrawn, expired.

The order is that of the ledger: its places are given by one process after the commit, so that whoever read up to a
place has seen everything before it. Of each decision the last change stands here alone: who comes late is never shown
what was withdrawn meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from sanxiang.interchange.models import Change, Gathered, Partner
from sanxiang.three_systems.disclosure.models import Published

KINDS = {
    "publication.published": "published",
    "publication.corrected": "corrected",
    "publication.withdrawn": "withdrawn",
    "publication.expired": "expired",
}
GONE = ("withdrawn", "expired")
STRIDE = 5_000
_READ = """SELECT l.log_index, e.id, e.stream, e.seq, e.kind, e.recorded_at FROM record.leaf l
           JOIN record.event e ON e.pos = l.event_pos
           WHERE l.log_index > %s AND l.log_index <= %s AND e.kind = ANY(%s) ORDER BY l.log_index"""


def gather(connection: Any) -> int:
    """Take over what the ledger has numbered since the last time; how many changes. One process at a time."""
    taken = 0
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('interchange.gather'))")
        if not cursor.fetchone()[0]:
            return 0
        place, _ = Gathered.objects.get_or_create(one=True)
        cursor.execute("SELECT coalesce(max(log_index), -1) FROM record.leaf")
        (edge,) = cursor.fetchone()
        while place.position < edge:
            until = min(place.position + STRIDE, edge)
            cursor.execute(_READ, [place.position, until, list(KINDS)])
            taken += _keep(cursor.fetchall())
            place.position = until
        place.save()
    return taken


def _keep(rows: Iterable[tuple[int, UUID, UUID, int, str, datetime]]) -> int:
    """Put each in the place of what stood there of the same decision."""
    last = {
        stream: Change(stream=stream, position=position, event=event, version=seq, kind=KINDS[kind], at=at)
        for position, event, stream, seq, kind, at in rows
    }
    Change.objects.filter(stream__in=last).delete()
    Change.objects.bulk_create(last.values())
    return len(last)


def visible(partner: Partner) -> QuerySet[Change]:
    """The changes that a partner may know of, the earliest first."""
    public = Published.objects.all()
    if partner.jurisdiction:
        public = public.filter(jurisdiction=partner.jurisdiction)
    if partner.categories:
        public = public.filter(category__in=partner.categories)
    rows = Change.objects.order_by("position")
    if partner.jurisdiction or partner.categories:
        rows = rows.filter(stream__in=public.values("stream"))
    return rows


def told(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The changes as partners read them: how the decision stands in public now; of one that is gone no content.

    `id` and `version` name a state for ever: whoever holds a version as high drops it."""
    found = list(changes)
    public = Published.objects.in_bulk([one.stream for one in found])
    return [whole(one, public[one.stream]) for one in found if one.stream in public]


def whole(change: Change, row: Published) -> dict[str, Any]:
    gone = row.withdrawn_on is not None
    state = change.kind
    if gone and state not in GONE:
        state = "expired" if row.withdrawn_cause == "期满" else "withdrawn"
    more: dict[str, Any] = {"withdrawn_on": row.withdrawn_on, "withdrawn_cause": row.withdrawn_cause}
    if not gone:
        more = {"until": row.until, "corrected_on": row.corrected_on, "fields": row.public}
        more |= {"full_text": f"/d/{row.stream}.pdf"} if row.full else {}
    return {
        "id": str(change.stream),
        "version": change.version,
        "event": str(change.event),
        "state": state,
        "changed_at": change.at,
        "number": row.number,
        "agency": row.agency_name,
        "category": row.category,
        "decided_on": row.decided_on,
        "published_on": row.published_on,
        "place": row.place,
        **more,
    }
