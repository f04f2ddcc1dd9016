"""The list of what is recorded and its filing (音像记录事项清单备案); rules of use for each kind of device
(设备管理规定): versions, who prepared and who approved them, what must stand in them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page, staff
from sanxiang.core.gates.equipping import recorded_items, rule_elements, rule_kinds
from sanxiang.core.registers import Agency, Versions
from sanxiang.core.values import legal_day

from . import writing
from .plan_views import moved
from .steps import LIST, LIST_STATES, USAGE, USAGE_STATES, Step
from .views import BOTH, rules_of


def seen_agency(request: Any, stream: UUID) -> Agency:
    """An agency whose list the reader may see: his own, for a supervisor those of his jurisdiction."""
    reader, found = request.reader, writing.agency_of(str(stream))
    wide = reader.everywhere and found.jurisdiction == reader.jurisdiction
    if not found.id or not (found.id == reader.agency or wide):
        raise Http404
    return found


def state_of(book: Versions) -> str:
    return book.versions[-1].state if book.versions else ""


def steps_of(request: Any, steps: dict[str, Step], state: str) -> list[Step]:
    return [one for one in steps.values() if state in one.states and request.reader.posts & set(one.by)]


@require_safe
@staff
def filing(request: Any, agency: UUID) -> HttpResponse:
    """The list of what is recorded: as it is filed, as it waits, as the rules have it today."""
    body = seen_agency(request, agency)
    book, now = body.recording_list, legal_day(timezone.now())
    rules = library().on(body.jurisdiction, now)
    today, filed = recorded_items(rules), book.in_force(now)
    own = body.id == request.reader.agency
    steps = [one for one in steps_of(request, LIST, state_of(book)) if own or "supervisor" in one.by]
    context = {
        "agency": body, "versions": list(reversed(book.versions)), "working": book.working, "filed": filed,
        "state": LIST_STATES[state_of(book)], "steps": steps, "today": today, "states": LIST_STATES,
        "moved": filed is not None and [dict(row) for row in filed.rows] != today,
    }  # fmt: skip
    return page(request, "devices/filing.html", context)


@require_http_methods(BOTH)
@staff
def filing_step(request: Any, agency: UUID, step: str) -> HttpResponse:
    """A step of the list, or why it cannot be done."""
    body, chosen = seen_agency(request, agency), LIST.get(step)
    if chosen is None:
        raise Http404
    rows = recorded_items(library().on(body.jurisdiction, legal_day(timezone.now())))
    submitted = chosen.id == "submit"
    working = body.recording_list.working
    return moved(
        request, chosen, body, {}, ("devices:filing", body.id), "音像记录事项清单",
        {"recording_list": rows} if submitted else None, rows if submitted else working.rows if working else (),
    )  # fmt: skip


@require_safe
@staff
def rules(request: Any) -> HttpResponse:
    """Every kind of device that has rules of use, or must have them here."""
    agency, today = writing.agency_of(request.reader.agency), legal_day(timezone.now())
    due = rule_kinds(rules_of(request))
    kinds = []
    for kind in dict.fromkeys([*due, *agency.usage, *library().dictionary["device_kind"].choices]):
        book = agency.usage.get(kind, Versions())
        kinds.append((kind, book.in_force(today), USAGE_STATES[state_of(book)], kind in due))
    return page(request, "devices/rules.html", {"agency": agency, "kinds": kinds})


def usage_of(request: Any, kind: str) -> tuple[Agency, Versions]:
    if kind not in library().dictionary["device_kind"].choices:
        raise Http404
    agency = writing.agency_of(request.reader.agency)
    return agency, agency.usage.get(kind, Versions())


@require_safe
@staff
def rule(request: Any, kind: str) -> HttpResponse:
    """The rules of one kind: in force, on their way, and all versions."""
    agency, book = usage_of(request, kind)
    context = {
        "agency": agency, "kind": kind, "held": book.in_force(legal_day(timezone.now())), "working": book.working,
        "state": USAGE_STATES[state_of(book)], "steps": steps_of(request, USAGE, state_of(book)),
        "versions": [one for one in reversed(book.versions) if one.state == "issued"],
    }  # fmt: skip
    return page(request, "devices/rule.html", context)


@require_http_methods(BOTH)
@staff
def rule_step(request: Any, kind: str, step: str) -> HttpResponse:
    """Draw up, return or approve the rules of a kind."""
    agency, book = usage_of(request, kind)
    chosen = USAGE.get(step)
    if chosen is None:
        raise Http404
    if chosen.id == "return":
        return moved(request, chosen, agency, {"device_kind": kind}, ("devices:rule", kind), f"{kind}使用规定")
    elements = _elements(request, book)
    if request.method != "POST":
        return _form(request, chosen, kind, agency, book, elements)
    own: dict[str, Any] = {"device_kind": kind}
    if chosen.id == "prepare":
        elements = [(name, request.POST.get(f"text.{at}", "").strip()) for at, (name, _) in enumerate(elements)]
        rows = [{"element": name, "text": text} for name, text in elements if text]
        facts: dict[str, Any] = {"usage_elements": rows} if rows else {}
    else:
        facts = {"usage_checked": request.POST.getlist("usage_checked")}
        own["effective"] = request.POST.get("effective", "")
        if not _day(own["effective"]):
            done = writing.Done(problem="写明从哪一天起施行")
            return _form(request, chosen, kind, agency, book, elements, done)
    done = writing.enter(request.reader, [chosen.event(**own, facts=facts)], kind="agency", stream=agency.id)
    if not done.ok:
        return _form(request, chosen, kind, agency, book, elements, done)
    messages.success(request, f"已办理：{chosen.name}")
    return redirect("devices:rule", kind)


def _elements(request: Any, book: Versions) -> list[tuple[str, str]]:
    """The elements of the text with what stands in them: those a clause asks for, else all that are usual."""
    usual = rule_elements(rules_of(request)) or library().dictionary["usage_checked"].choices
    rows = book.versions[-1].rows if book.versions else ()
    held = {str(row["element"]): str(row.get("text", "")) for row in rows}
    return [(name, held.get(name, "")) for name in dict.fromkeys([*usual, *held])]


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _form(
    request: Any, chosen: Step, kind: str, agency: Agency, book: Versions, elements: list[tuple[str, str]],
    done: writing.Done | None = None,
) -> HttpResponse:  # fmt: skip
    working = book.working
    context = {
        "step": chosen, "kind": kind, "agency": agency, "elements": elements, "working": working,
        "checked": request.POST.getlist("usage_checked"), "day": request.POST.get("effective", "")
        or legal_day(timezone.now()).isoformat(), "asked": rule_elements(rules_of(request)),
        "reasons": done.reasons if done else (), "problem": done.problem if done else "",
    }  # fmt: skip
    return page(request, "devices/rule_form.html", context, status=done.status if done and not done.ok else 200)
