"""The page that shows a case under the rules of another place. It reads alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import elsewhere
from sanxiang.casework.auditing import RegisterHistory
from sanxiang.casework.projections import library
from sanxiang.store import reading

from .case import opened
from .common import page, staff


@require_safe
@staff
def another(request: Any, stream: UUID) -> HttpResponse:
    """Choose a rulebook; with it, both answers side by side."""
    found, book = opened(request, stream), library()
    wanted = request.GET.get("place", "")
    places = {name: one.name for name, one in book.jurisdictions.items() if name != found.row.jurisdiction}
    if wanted and wanted not in places:
        raise Http404
    gone = any(one.kind == "archive.destroyed" for one in found.events)
    seen = None
    if wanted and not gone:
        events = reading.load(connections["default"], str(stream))  # judged whole: no file of it is shown
        history = RegisterHistory(connections["default"])
        history.fetch(events)
        seen = elsewhere.compare(book, events, wanted, history, timezone.now())
    context = {
        "row": found.row, "places": places, "place": wanted, "seen": seen, "gone": gone, "differs": counted(seen),
        "sides": (seen.here, seen.there) if seen else (),
        "ours": found.rules.jurisdiction.name, "theirs": places.get(wanted, ""),
    }  # fmt: skip
    return page(request, "casework/elsewhere.html", context)


def counted(seen: elsewhere.Comparison | None) -> int:
    """How many things would change."""
    if seen is None:
        return 0
    places = seen.here.shown, seen.there.shown
    other = (seen.here.scope.answer != seen.there.scope.answer, places[0].place != places[1].place)
    return len(seen.other_acts) + len(seen.other_terms) + sum(other) + (not seen.masked_alike)
