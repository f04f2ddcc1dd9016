"""Pages of the counter for officers: hold out a code, see that it was confirmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import judging
from sanxiang.casework.codes import case_code, entry_pass, factor_of
from sanxiang.casework.people import colleagues
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.case import Opened, opened
from sanxiang.casework.views.common import page, staff
from sanxiang.core.gates import Reason
from sanxiang.core.values import legal_day
from sanxiang.three_systems.recording.marks import absolute

from . import showing
from .models import HeldOut, Outcome
from .showing import Wanted

LONGEST = 500


def own_case(request: Any, stream: UUID) -> Opened:
    """A case of the reader's agency that he may handle."""
    found = opened(request, stream)
    if "officer" not in request.reader.posts or found.case.agency != request.reader.agency:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def show(request: Any, stream: UUID) -> HttpResponse:
    """Say who shows the certificates, why and on what basis; then the code."""
    found, now = own_case(request, stream), timezone.now()
    wanted = wanted_of(request, found)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        reasons = showing.reasons(connections["default"], str(stream), wanted, at=now)
        if not reasons:
            registers = registers_for(connections["default"], found.case.agency, wanted.officers)
            held = showing.hold_out(
                connections["default"], found.case, found.rules, registers, wanted, by=request.reader.officer, at=now
            )
            return HttpResponseRedirect(reverse("counter:held-out", args=[stream, held.key]))
    code = case_code(str(stream)) if factor_of(found.case.facts) else ""
    context = {
        "row": found.row, "wanted": wanted, "reasons": reasons, "choices": found.rules.dictionary["shown_for"].choices,
        "people": colleagues(found.case.agency, wanted.officers),
        "code": code, "entry": entry_pass(code, legal_day(now)),
    }  # fmt: skip
    return page(request, "counter/show.html", context, status=422 if reasons else 200)


def wanted_of(request: Any, found: Opened) -> Wanted:
    """What the form says; a fresh one the handlers, and what was shown before in this case."""
    if request.method == "POST":
        post = request.POST
        return Wanted(
            tuple(dict.fromkeys(post.getlist("officers")))[:20],
            tuple(post.getlist("shown_for"))[:20],
            post.get("shown_matter", "").strip()[: LONGEST + 1],
            post.get("shown_basis", "").strip()[: LONGEST + 1],
        )
    facts = found.case.facts
    handlers = judging.handlers_of(found.case, legal_day(timezone.now()))
    team = tuple(dict.fromkeys((request.reader.officer, *handlers)))
    basis = facts.get("suspected_basis") or []
    told = "；".join(f"{row.get('law', '')}{row.get('article', '')}" for row in basis if isinstance(row, dict))
    return Wanted(
        team, ("检查", "取证"), str(facts.get("shown_matter") or ""), str(facts.get("shown_basis") or told)[:LONGEST]
    )


@never_cache
@require_safe
@staff
def held_out(request: Any, stream: UUID, key: str) -> HttpResponse:
    """The code, as large as the screen; and whether it was confirmed."""
    own_case(request, stream)
    held = HeldOut.objects.filter(pk=key, stream=stream).first()
    if held is None:
        raise Http404
    now = timezone.now()
    outcome = showing.state_of(connections["default"], held, at=now)
    if request.headers.get("X-Ask") == "1":
        waits = outcome is None and now < held.until
        return HttpResponse(status=204 if waits else 200)
    address = absolute(request, reverse("counter:shown", args=[held.code]))
    names = {one["id"]: one["name"] for one in colleagues(request.reader.agency, held.officers)}
    context = {
        "stream": stream, "held": held, "outcome": outcome, "taken": outcome and outcome.state == Outcome.TAKEN,
        "ended": outcome is None and now >= held.until, "drawn": showing.drawn(address), "address": address,
        "minutes": max(1, round((held.until - now).total_seconds() / 60)),
        "names": [names.get(one, "") for one in held.officers],
    }  # fmt: skip
    return page(request, "counter/held_out.html", context)
