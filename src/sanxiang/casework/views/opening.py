"""Opening a case: category and procedure first, then the form of the act that opens it."""

from __future__ import annotations

import uuid
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.db import connections, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from sanxiang.casework import bringing, forms, inspecting, judging, levels, once, sources, uploads
from sanxiang.casework.access import find_case
from sanxiang.casework.carrying import bringing_act, carried_over, open_with
from sanxiang.casework.commands import Answer, Command, RecordRefused, preflight, situation
from sanxiang.casework.models import CaseRow
from sanxiang.casework.people import colleagues
from sanxiang.casework.projections import library, reckoned
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.gates.charting import may_open
from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.rulebook.ruleset import COMMON
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.blobs import NoRoom

from .common import acting_post, page, staff
from .files import Brought, bring

MOST = 100
"""How many items of evidence one form brings along."""
USED = "这张表单已经立过一件案件，没有再立；要另立一案，请从“新立案源”重新打开。"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: Any) -> HttpResponse:
    """Choose a procedure, then fill in the opening act. Which one it is stands in the form, so that a form is read up
    to the limit of all acts."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.method == "POST" and uploads.beyond_every_act(length):
        context = {"row": SimpleNamespace(title="新立案源", stream=None), "problem": uploads.beyond_every_act(length)}
        return page(request, "casework/too_large.html", context, status=413)
    return guarded(request)


@csrf_protect
def guarded(request: Any) -> HttpResponse:
    """The page once its request is known to be ours."""
    reader = request.reader
    rules = library().on(reader.jurisdiction, legal_day(timezone.now()))
    request.source = sources.find(reader, (request.POST if request.method == "POST" else request.GET).get("source", ""))
    chosen = (request.POST if request.method == "POST" else request.GET).get("procedure", "")
    if chosen not in rules.procedures or chosen == COMMON:
        context = {"procedures": procedures(rules), "other": other_case(request), "source": source_of(request)}
        return page(request, "casework/new.html", context)
    procedure = rules.procedures[chosen].rule
    act = procedure.opening
    case = CaseFile(
        jurisdiction=reader.jurisdiction, agency=reader.agency, category=procedure.category, procedure=chosen
    )
    brought = request.brought = bring(request, act, "")
    command = command_of(request, rules, case, act, brought)
    posted = request.method == "POST" and "add" not in request.POST
    answer, refused, status = None, "", 422
    if brought.problems:
        refused = "；".join(brought.problems)
    elif posted:
        try:
            items, brings = request.POST.getlist("bring")[:MOST], bringing_act(rules, chosen)
            answer = opened_from(request, command, brings, items)
        except sources.AlreadyUsed as late:
            refused, status = str(late), 409
        except once.Reused:
            refused = USED
        except (RecordRefused, NoRoom) as problem:
            refused, status = str(problem), 507 if isinstance(problem, NoRoom) else 422
        if answer is not None and answer.done:
            brought.forget()
            messages.success(request, f"已登记，案号 {answer.case.case_number}")
            return redirect("casework:case", stream=answer.stream)
    return form(request, rules, case, act, command, answer, refused, posted, status)


def opened_from(request: Any, command: Command, brings: str, items: list[str]) -> Answer:
    """Open the case; its source knows it from the same moment on. Raises AlreadyUsed where another was faster."""
    now, connection = timezone.now(), connections["default"]
    with transaction.atomic():
        answer = open_with(connection, library(), command, brings, items, at=now)
        if answer.done and request.source:
            keeper, source = request.source
            keeper.used(connection, request.reader, source.key, answer.stream, answer.case.case_number, now)
    return answer


def source_of(request: Any) -> sources.Source | None:
    """What the case is opened from beside another case."""
    return request.source[1] if request.source else None


def command_of(request: Any, rules: RuleSet, case: CaseFile, act: Act, brought: Brought) -> Command:
    reader, post = request.reader, request.POST
    facts = [rules.dictionary[ask.fact] for ask in act.asks]
    other = other_case(request) if request.method != "POST" else ""
    base = reckoned(reading.load(connections["default"], other)) if other else None
    begun = carried_over(rules.dictionary, act, base.case, base.duties) if base else {}
    source = source_of(request)
    if source is not None:
        asked = set(act.fact_ids())
        begun |= {name: value for name, value in source.facts.items() if name in asked}
    department = post.get("department", "") or next(iter(sorted(reader.departments)), "")
    return Command(
        act=act.id,
        officer=reader.officer,
        facts=forms.typed_facts(post, facts) if request.method == "POST" else begun,
        officers=tuple(post.getlist("officers"))[:20] or (reader.officer,),
        files=(*(source.files if source else ()), *brought.files),
        opening={"category": case.category, "procedure": case.procedure, "department": department},
        post=acting_post(request, act),
        once=sent_once(request),
    )


def other_case(request: Any) -> str:
    """The case that a new one is opened from, where the reader may see it; empty for none."""
    try:
        row = find_case(request.user, uuid.UUID(request.GET.get("from", "")))
    except ValueError:
        return ""
    return str(row.stream) if row is not None else ""


def evidence_of(request: Any, rules: RuleSet, procedure: str, posted: bool) -> list[dict[str, Any]]:
    """The evidence of the case that the new one is opened from, each item with whether it is ticked: all are, until
    somebody takes one out."""
    other = other_case(request) if bringing_act(rules, procedure) else ""
    if not other:
        return []
    row = CaseRow.objects.get(pk=other)
    events = levels.visible(request.reader, row, reading.load(connections["default"], other))
    found = bringing.items(connections["default"], library(), events, fold(events))
    kept = set(request.POST.getlist("bring"))
    return [
        {"about": one.about, "title": bringing.title(one), "kind": one.facts.get("evidence_kind", ""),
         "brings": bringing.holds_what(one), "chosen": not posted or one.about in kept}
        for one in found
    ]  # fmt: skip


def sent_once(request: Any) -> once.Once | None:
    """The form as it was sent: sent again, by a double click or by a browser that lost the answer, it opens no other
    case. Files are told by name and size, those that wait already by their ids."""
    said = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    files = [(file.name, file.size) for file in request.FILES.getlist("files")]
    try:
        return once.once(request.POST.get("once", ""), said, files)
    except once.BadKey:
        return None


def form(
    request: Any, rules: RuleSet, case: CaseFile, act: Act, command: Command, answer: Answer | None, refused: str,
    posted: bool, status: int,
) -> HttpResponse:  # fmt: skip
    """The form of the act that opens a case, with what was typed and what is missing."""
    now = timezone.now()
    answer = answer or preflight(connections["default"], library(), command, at=now)
    s, _ = situation(connections["default"], library(), command, case, now)
    blocked, todo = judging.split(s, act, answer.verdict)
    problems = {**forms.left_empty(rules, answer.verdict), **answer.problems} if posted else {}
    fill, held = forms.fields_of(rules, case, act, command.facts, problems)
    fill, no_items = inspected(fill, case, s.registers.agency(case.agency), legal_day(now))
    agency = registers_for(connections["default"], request.reader.agency, ()).agency(request.reader.agency)
    named = agency.departments if agency else {}
    procedure = rules.procedures[case.procedure].rule
    context = {
        "row": SimpleNamespace(title=procedure.name, case_number="", stream=None),
        "act": act, "groups": forms.grouped(fill), "held": held, "posted": posted, "conflict": refused,
        "blocked": [(one, judging.who_mends(rules, case.procedure, one)) for one in blocked],
        "todo": [forms.pointed(one, fill) for one in todo], "questions": [], "expected": "", "links": [], "extra": {},
        "people": colleagues(request.reader.agency, command.officers), "names": {}, "procedure": case.procedure,
        "departments": {key: named[key].name for key in sorted(request.reader.departments) if key in named},
        "visits": inspecting.told(rules, case, command.facts, command.opening["department"], legal_day(now)),
        "department": command.opening["department"], "files": request.brought,
        "brought": evidence_of(request, rules, case.procedure, request.method == "POST"),
        "source": source_of(request), "no_items": no_items,
        "picks": case.category == inspecting.CATEGORY and not source_of(request) and not posted,
        "once": request.POST.get("once") or f"form:{uuid.uuid4()}",  # noqa: TID251  made here, at the edge
    }  # fmt: skip
    return page(request, "casework/act.html", context, status=status if posted else 200)


def inspected(
    fill: list[forms.Field], case: CaseFile, agency: Agency | None, day: date
) -> tuple[list[forms.Field], bool]:
    """The fields of an inspection: its item is chosen from the published list; its code and whether it stands there are
    nobody's to type; whether there is nothing to choose from."""
    if case.category != inspecting.CATEGORY:
        return fill, False
    names = tuple(inspecting.items_on(agency, day))
    asked = [one for one in fill if one.fact.id not in inspecting.LOOKED_UP]
    return forms.choosing(asked, inspecting.ITEM, names), not names


def procedures(rules: RuleSet) -> list[Any]:
    """What can be opened here; the acts common to all are no procedure of their own."""
    return [bound.rule for name, bound in rules.procedures.items() if name != COMMON and may_open(rules, bound.rule)]
