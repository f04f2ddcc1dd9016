"""Opening a case: category and procedure first, then the form of the act that opens it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.db import connections
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework import forms
from sanxiang.casework.commands import Command, RecordRefused, handle
from sanxiang.casework.people import colleagues
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import CaseFile
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.rulebook.ruleset import COMMON
from sanxiang.core.values import legal_day

from .common import page, staff


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: Any) -> HttpResponse:
    """Choose a procedure, then fill in the opening act."""
    reader = request.reader
    rules = library().on(reader.jurisdiction, legal_day(timezone.now()))
    chosen = (request.POST if request.method == "POST" else request.GET).get("procedure", "")
    if chosen not in rules.procedures or chosen == COMMON:
        return page(request, "casework/new.html", {"procedures": procedures(rules)})
    procedure = rules.procedures[chosen].rule
    act = procedure.opening
    case = CaseFile(
        jurisdiction=reader.jurisdiction, agency=reader.agency, category=procedure.category, procedure=chosen
    )
    facts = [rules.dictionary[ask.fact] for ask in act.asks]
    typed = forms.typed_facts(request.POST, facts) if request.method == "POST" else {}
    department = request.POST.get("department", "") or next(iter(sorted(reader.departments)), "")
    command = Command(
        act=act.id, officer=reader.officer, facts=typed,
        officers=tuple(request.POST.getlist("officers"))[:20] or (reader.officer,),
        opening={"category": procedure.category, "procedure": chosen, "department": department},
    )  # fmt: skip
    answer, refused = None, ""
    if request.method == "POST":
        try:
            answer = handle(connections["default"], library(), command, at=timezone.now())
        except RecordRefused as problem:
            refused = str(problem)
        if answer is not None and answer.done:
            messages.success(request, f"已登记，案号 {answer.case.case_number}")
            return redirect("casework:case", stream=answer.stream)
    fill, held = forms.fields_of(rules, case, act, typed, answer.problems if answer else {})
    agency = registers_for(connections["default"], reader.agency, ()).agency(reader.agency)
    named = agency.departments if agency else {}
    departments = {key: named[key].name for key in sorted(reader.departments) if key in named}
    context = {
        "row": SimpleNamespace(title=procedure.name, case_number="", stream=None),
        "act": act, "groups": forms.grouped(fill), "held": held,
        "verdict": answer.verdict if answer else None, "conflict": refused, "expected": "",
        "posted": request.method == "POST", "people": colleagues(reader.agency, command.officers), "links": [],
        "names": {one.id: one.name for one in procedure.acts}, "procedure": chosen, "departments": departments,
        "department": department, "extra": {},
    }  # fmt: skip
    return page(request, "casework/act.html", context, status=422 if answer or refused else 200)


def procedures(rules: RuleSet) -> list[Any]:
    return [bound.rule for name, bound in rules.procedures.items() if name != COMMON]
