"""The page of one case, and the page of an act in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import desk, forms
from sanxiang.casework.access import find_case
from sanxiang.casework.commands import Answer, Command, RecordRefused, VersionConflict, actor_of, handle, preflight
from sanxiang.casework.models import CaseRow, DutyRow
from sanxiang.casework.people import colleagues
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import public_record
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from .common import page, staff


@dataclass(slots=True)
class Opened:
    """A case that a reader may see, with its record and the rules of today."""

    row: CaseRow
    events: tuple[Recorded, ...]
    case: CaseFile
    rules: RuleSet


def opened(request: Any, stream: UUID) -> Opened:
    row = find_case(request.user, stream)
    if row is None:
        raise Http404
    events = reading.load(connections["default"], str(stream))
    rules = library().on(row.jurisdiction, legal_day(timezone.now()))
    return Opened(row, events, fold(events), rules)


@require_safe
@staff
def case(request: Any, stream: UUID) -> HttpResponse:
    """Where the case stands, what comes next and why not, its whole record."""
    found, now = opened(request, stream), timezone.now()
    registers = registers_for(connections["default"], found.case.agency, (request.reader.officer,))
    actor = actor_of(registers, request.reader.officer, now)
    mine, others = desk.options(found.rules, found.case, registers, actor, now)
    rows = DutyRow.objects.filter(stream=stream).order_by("due_on")
    today = legal_day(now)
    procedure = found.rules.procedures[found.case.procedure].rule
    reached = next((i for i, stage in enumerate(procedure.stages) if stage.name == found.row.stage), -1)
    context = {
        "row": found.row, "case": found.case, "mine": mine, "others": others, "posts": found.rules.posts,
        "stages": [(stage.name, "done" if i < reached else "now" if i == reached else "")
                   for i, stage in enumerate(procedure.stages)],
        "clocks": [desk.clock(row, today, found.rules.calendar) for row in rows],
        "entries": desk.timeline(found.events, found.rules, found.case.procedure),
        "facts": desk.told(found.rules, found.case.facts), "state": desk.STATES[found.row.state],
        "papers": papers(found.events),
        "procedure": procedure,
    }  # fmt: skip
    return page(request, "casework/case.html", context)


FRAME = ("volume_cover", "catalogue", "closing_note")


def papers(events: tuple[Recorded, ...]) -> list[dict[str, Any]]:
    """The papers of a case, newest first."""
    return [
        {**paper, "event": recorded.id, "index": index, "at": recorded.occurred_at}
        for recorded in events[::-1]
        for index, paper in enumerate(recorded.event.documents)
        if paper["template"] not in FRAME
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def act(request: Any, stream: UUID, act_id: str) -> HttpResponse:
    """Do an act: the checklist before anything is typed, the form, the answer."""
    found = opened(request, stream)
    wanted = found.rules.act(found.case.procedure, act_id)
    if wanted is None:
        raise Http404
    command = command_of(request, found, wanted)
    if request.method != "POST":
        answer = preflight(connections["default"], library(), command, at=timezone.now())
        return form(request, found, wanted, command, answer)
    try:
        answer = handle(connections["default"], library(), command, at=timezone.now())
    except VersionConflict as conflict:
        return form(request, opened(request, stream), wanted, command, None, conflict=str(conflict), status=409)
    except RecordRefused as refused:
        return form(request, found, wanted, command, None, conflict=str(refused), status=409)
    if not answer.done:
        return form(request, found, wanted, command, answer, status=422)
    messages.success(request, f"已办理：{wanted.name}")
    return redirect("casework:case", stream=stream)


def command_of(request: Any, found: Opened, wanted: Act) -> Command:
    """The command that a form means; a fresh page means one with nothing typed."""
    facts = [found.rules.dictionary[name] for name in asked(found, wanted) if name in found.rules.dictionary]
    post = request.POST
    fresh = request.method != "POST"
    extra: dict[str, Any] = {}
    if wanted.emits == "judgement.answered":
        source = request.GET if fresh else post
        extra = {"judgement": source.get("judgement", "")[:60], "answer": post.get("answer") == "yes"}
    elif wanted.emits in ("period.extended", "waiver.given"):
        extra = {"duty": (request.GET if fresh else post).get("duty", "")[:60]}
    expected = post.get("expected", "")
    return Command(
        act=wanted.id,
        officer=request.reader.officer,
        stream=str(found.row.stream),
        expected=int(expected) if expected.isdigit() and len(expected) < 9 else None,
        facts={} if fresh else forms.typed_facts(post, facts),
        officers=(request.reader.officer,) if fresh else tuple(post.getlist("officers"))[:20],
        link=post.get("link", "")[:100],
        extra=extra,
    )


def asked(found: Opened, wanted: Act) -> list[str]:
    fill, held = forms.fields_of(found.rules, found.case, wanted, {}, {})
    return [one.fact.id for one in (*fill, *held)]


def form(
    request: Any,
    found: Opened,
    wanted: Act,
    command: Command,
    answer: Answer | None,
    *,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of an act with what was typed, what is missing and what must be judged."""
    problems = answer.problems if answer else {}
    fill, held = forms.fields_of(found.rules, found.case, wanted, command.facts, problems)
    context = {
        "row": found.row, "act": wanted, "groups": forms.grouped(fill), "held": held,
        "verdict": answer.verdict if answer else None,
        "draft": desk.draft(found.rules, found.case, wanted),
        "conflict": conflict, "expected": found.case.version, "posted": request.method == "POST",
        "people": colleagues(found.case.agency, command.officers) if "officer" in wanted.by else [],
        "links": links(found, wanted), "link": command.link, "extra": command.extra,
        "judgement": found.rules.judgements.get(str(command.extra.get("judgement", ""))),
        "duties": desk.DUTIES, "names": act_names(found), "preview": preview(found, wanted),
        "public": found.case.prepared if wanted.emits == "publication.published" else None,
    }  # fmt: skip
    return page(request, "casework/act.html", context, status=status)


def act_names(found: Opened) -> dict[str, str]:
    return {one.id: one.name for one in found.rules.acts_of(found.case.procedure)}


def links(found: Opened, wanted: Act) -> list[tuple[str, str]]:
    """What the act may be about: the papers not served yet, the measures still running."""
    if wanted.emits == "document.served":
        seen = {str(paper["act"]): str(paper["title"]) for paper in found.case.papers}
        return [(name, title) for name, title in seen.items() if name not in found.case.served]
    if wanted.emits in ("measure.extended", "measure.lifted"):
        running = [measure for measure in found.case.measures.values() if measure.lifted_at is None]
        return [(measure.id, f"{measure.taken_at:%Y-%m-%d} 采取的措施") for measure in running]
    return []


def preview(found: Opened, wanted: Act) -> dict[str, Any] | None:
    """What the public would see, before it is prepared."""
    if wanted.emits not in ("publication.prepared", "publication.corrected"):
        return None
    registers = registers_for(connections["default"], found.case.agency, ())
    return public_record(found.rules, found.case, registers)[0]
