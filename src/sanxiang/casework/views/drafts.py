"""Drafts of a paper on the pages of its act (文书草稿): keep a version, go on with one, compare two."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import drafts
from sanxiang.casework.commands import Command
from sanxiang.casework.models import PaperDraft
from sanxiang.core.rulebook import Act

from .case import Opened, opened
from .common import page, staff

NONE = "0"
"""What an address names where somebody begins anew beside a draft."""


class Beside:
    """The drafts of an act beside its form: the one that the form goes on with, and what there is otherwise."""

    def __init__(self, request: Any, found: Opened, act: Act) -> None:
        self.rows = drafts.rows_for(request.reader, found.row, act) if drafts.kept_for(act) else []
        self.keeps = drafts.may_write(request.reader, found.row, act) and found.case.open
        self.versions = drafts.versions(self.rows, found.events, act)
        asked = (request.POST if request.method == "POST" else request.GET).get("draft", "")
        newest = drafts.newest_open(self.rows, found.events, act, request.reader)
        self.taken: PaperDraft | None = None
        if asked:
            self.taken = next((row for row in self.rows if str(row.number) == asked), None)
        elif request.method != "POST" and request.GET.get("report") != "1":
            self.taken = newest
        self.chosen = bool(asked)
        self.problem = ""

    @property
    def number(self) -> str:
        return str(self.taken.number) if self.taken is not None else NONE if self.chosen else ""

    def written(self) -> drafts.Written:
        """What the form begins with."""
        if self.taken is None:
            return drafts.Written()
        try:
            return drafts.written_in(connections["default"], self.taken)
        except drafts.NotKept as gone:
            self.taken, self.problem = None, str(gone)
            return drafts.Written()


def keep(request: Any, found: Opened, act: Act, command: Command) -> HttpResponse | str:
    """Keep what was typed and open the form on it again; what stands in the way, in words, where it is not kept."""
    beside: Beside = request.drafts
    if not beside.keeps:
        raise Http404
    written = drafts.Written(command.facts, command.officers, command.link)
    base = beside.taken.number if beside.taken is not None else None
    connection, at = connections["default"], timezone.now()
    try:
        made = drafts.keep(connection, request.reader, found.row, found.case, act, written, found.rules, base, at)
    except drafts.NotKept as problem:
        return str(problem)
    if made is None:
        messages.info(request, "和上次存的草稿一样，没有存新的版本")
        asked = {"draft": beside.number} if beside.number else {}
    else:
        messages.success(request, f"已存为第 {made.number} 版草稿。还没有办理：写好后请点“{act.button or '办理'}”")
        asked = {"draft": str(made.number)}
    asked |= {name: request.POST[name] for name in ("duty", "judgement") if request.POST.get(name)}
    kept = [("kept", name) for name in request.POST.getlist("kept")]
    place = reverse("casework:act", args=[found.row.stream, act.id])
    return redirect(f"{place}?{urlencode([*asked.items(), *kept])}")


@require_safe
@staff
def listed(request: Any, stream: UUID, act_id: str) -> HttpResponse:
    """Every version of the paper of an act, and how one differs from another."""
    found = opened(request, stream)
    act = found.rules.act(found.case.procedure, act_id)
    if act is None or not drafts.may_write(request.reader, found.row, act):
        raise Http404
    versions = drafts.versions(drafts.rows_for(request.reader, found.row, act), found.events, act)
    by_key = {one.key: one for one in versions}
    new = by_key.get(request.GET.get("to", ""), versions[0] if versions else None)
    before = versions[versions.index(new) + 1] if new is not None and versions.index(new) + 1 < len(versions) else None
    old = by_key.get(request.GET.get("from", ""), before)
    problem, changes = "", []
    try:
        if old is not None and new is not None:
            changes = drafts.compared(found.rules, act, facts_of(act, old), facts_of(act, new))
    except drafts.NotKept as gone:
        problem = str(gone)
    context = {
        "row": found.row, "act": act, "versions": versions, "old": old, "new": new, "changes": changes,
        "problem": problem, "writes": found.case.open,
    }  # fmt: skip
    return page(request, "casework/drafts.html", context)


def facts_of(act: Act, one: drafts.Version) -> dict[str, Any]:
    """What a version states: a draft as it was typed, a signed text as its event has it."""
    if one.row is not None:
        return dict(drafts.written_in(connections["default"], one.row).facts)
    asked = set(act.fact_ids())
    return {name: value for name, value in one.signed.event.facts.items() if name in asked} if one.signed else {}
