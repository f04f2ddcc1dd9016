"""Monitoring equipment (电子技术监控设备): where it stands, how it was reviewed, whether the public knows the place;
each step a form of its own. Administrative Penalty Law, art. 41."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import forms
from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page, staff
from sanxiang.core.events import Event
from sanxiang.core.events.monitor import MonitorEnded, MonitorRegistered, MonitorReviewed
from sanxiang.core.gates import keepers_of
from sanxiang.core.gates.monitoring import published
from sanxiang.core.registers import Agency, Monitor, Siting
from sanxiang.core.registers.monitors import LEGAL, TECHNICAL
from sanxiang.core.rulebook import Fact

from . import writing
from .views import BOTH

CODE = Fact(id="code", label="设备编号", type="text", limit=40, help="设备上的编号：字母、数字、点和横线")
NEEDED = frozenset(
    {"code", "monitor_place", "monitor_behaviour", "monitor_basis", "monitor_outcome", "monitor_opinion",
     "monitor_end_reason"}
)  # fmt: skip
SITED = ("monitor_place", "monitor_behaviour", "monitor_basis", "monitor_kind")
JUDGED = ("monitor_points", "monitor_outcome", "monitor_opinion")


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its event, the facts that its form asks, what it states by itself, the points that it offers."""

    id: str
    name: str
    event: type[Event]
    facts: tuple[str, ...]
    help: str
    states: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()

    @property
    def by(self) -> tuple[str, ...]:
        return self.posts or keepers_of(self.event.KIND)


STEPS = {
    step.id: step
    for step in (
        Step("legal", LEGAL, MonitorReviewed, JUDGED, "核对设置的法律、行政法规依据，设置是否合理。",
             (("monitor_review", LEGAL),), ("有法律或者行政法规依据", "设置合理"), ("reviewer", "legal_head")),
        Step("technical", TECHNICAL, MonitorReviewed, (*JUDGED, "monitor_certificate", "monitor_valid_until"),
             "核对标准是否合格、标志是否明显；写明检定证书和有效期。登记人不审核自己登记的设备。",
             (("monitor_review", TECHNICAL),), ("标准合格", "标志明显"), ("device_keeper", "unit_head")),
        Step("move", "移设、更改", MonitorRegistered, SITED,
             "换了地点或者更改了监控内容的，原来的审核和公布不再算数，重新审核、公布。"),
        Step("end", "停用", MonitorEnded, ("monitor_end_reason",), "停用以后的记录不能使用。"),
    )
}  # fmt: skip
REGISTER = Step(
    "register", "登记设备", MonitorRegistered, SITED, "登记以后，由别人作法制审核和技术审核，再公布设置地点。"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of equipment in the list: where it stands, what it lacks, whether its record could be used now."""

    monitor: Monitor
    siting: Siting
    lacking: tuple[str, ...]
    public: bool
    steps: tuple[Step, ...]

    @property
    def usable(self) -> bool:
        return not (self.monitor.ended or self.lacking) and self.public


def line_of(agency: Agency, monitor: Monitor, posts: frozenset[str], at: datetime) -> Line:
    siting = monitor.now
    steps = () if monitor.ended else tuple(one for one in STEPS.values() if posts & set(one.by))
    public = published(agency, monitor.code, siting.place, at)
    return Line(monitor, siting, siting.lacking(at), public, steps)


@require_safe
@staff
def monitors(request: Any) -> HttpResponse:
    """All monitoring equipment of the agency, what is in use first."""
    agency, posts = writing.agency_of(request.reader.agency), frozenset(request.reader.posts)
    lines = [line_of(agency, one, posts, timezone.now()) for _, one in sorted(agency.monitors.items())]
    lines.sort(key=lambda line: line.monitor.ended)
    waiting = any(not line.monitor.ended and not line.lacking and not line.public for line in lines)
    context = {
        "agency": agency, "lines": lines, "waiting": waiting, "keeper": bool(posts & set(REGISTER.by)),
    }  # fmt: skip
    return page(request, "devices/monitors.html", context)


@require_http_methods(BOTH)
@staff
def register(request: Any) -> HttpResponse:
    """Enter new equipment."""
    agency = writing.agency_of(request.reader.agency)
    code = request.POST.get("code", "").strip()
    held = agency.monitors.get(code)
    if held is not None and not held.ended:
        return _form(request, REGISTER, agency, code, writing.Done(problem=f"“{code}”已经登记，换地点用“移设、更改”"))
    return _moved(request, REGISTER, agency, code)


@require_http_methods(BOTH)
@staff
def step(request: Any, code: str, step: str) -> HttpResponse:
    """A step of one piece of equipment, or why it cannot be done."""
    agency = writing.agency_of(request.reader.agency)
    chosen, held = STEPS.get(step), agency.monitors.get(code)
    if chosen is None or held is None:
        raise Http404
    return _moved(request, chosen, agency, code)


def _moved(request: Any, chosen: Step, agency: Agency, code: str) -> HttpResponse:
    if request.method != "POST":
        return _form(request, chosen, agency, code)
    facts = forms.typed_facts(request.POST, _asked(chosen)) | dict(chosen.states)
    event = chosen.event(monitor=code, facts=facts)  # type: ignore[call-arg]
    done = writing.enter(request.reader, [event], kind="agency", stream=agency.id, agency=agency.id)
    if not done.ok:
        return _form(request, chosen, agency, code, done)
    messages.success(request, f"已办理：{code} {chosen.name}")
    return redirect("devices:monitors")


def _asked(chosen: Step) -> list[Fact]:
    book = library().dictionary
    facts = (book[name] for name in chosen.facts)
    return [replace(fact, choices=chosen.points) if fact.id == "monitor_points" else fact for fact in facts]


def _form(request: Any, chosen: Step, agency: Agency, code: str, done: writing.Done | None = None) -> HttpResponse:
    asked, held = _asked(chosen), agency.monitors.get(code)
    typed = forms.typed_facts(request.POST, asked) if request.method == "POST" else {}
    stands = held.now.facts if held is not None and chosen.event is MonitorRegistered else {}
    values = {fact.id: typed.get(fact.id, stands.get(fact.id)) for fact in asked}
    fields = [forms.Field(fact, forms.shown(fact, values[fact.id]), fact.id in NEEDED) for fact in asked]
    if chosen is REGISTER:
        fields = [forms.Field(CODE, code, required=True), *fields]
    context = {
        "step": chosen, "agency": agency, "code": "" if chosen is REGISTER else code, "held": held, "fields": fields,
        "reasons": done.reasons if done else (), "problem": done.problem if done else "",
    }  # fmt: skip
    return page(request, "devices/monitor_form.html", context, status=done.status if done else 200)
