"""The device keeper's pages (设备管理员): the wall, one device with its history, every act on it, labels to print."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import forms
from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page, staff
from sanxiang.core.events import KINDS, Recorded
from sanxiang.core.gates.devices import faults_of
from sanxiang.core.registers import fold_device
from sanxiang.core.rulebook import Dictionary
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from . import queries, writing
from .acts import ACTS, DATA, REGISTER, Act, Subject, typed
from .models import DeviceRow

LABELS = 200
BOTH = ["GET", "HEAD", "POST"]


def rules_of(request: Any) -> Any:
    return library().on(request.reader.jurisdiction, legal_day(timezone.now()))


@require_safe
@staff
def wall(request: Any) -> HttpResponse:
    """Every device of the agency as a tile, exceptions first."""
    reader, now = request.reader, timezone.now()
    agency = writing.agency_of(reader.agency)
    tiles = queries.wall(reader, agency, rules_of(request), now, queries.unmatched(reader))
    counted = {word: sum(any(flag == word for flag, _ in tile.flags) for tile in tiles) for word in queries.WORDS}
    context = {
        "agency": agency, "tiles": tiles, "at": now, "total": len(tiles), "keeper": "device_keeper" in reader.posts,
        "hands": bool(reader.posts & {"device_keeper", "unit_head"}),
        "counts": [(queries.WORDS[word], number) for word, number in counted.items()],
    }  # fmt: skip
    return page(request, "devices/wall.html", context)


@require_safe
@staff
def one(request: Any, stream: UUID) -> HttpResponse:
    """A device: where it is, how it was when checked last, everything that happened to it."""
    row = queries.device(request.reader, stream)
    events = reading.load(connections["default"], str(stream))
    device, agency, rules = fold_device(events), writing.agency_of(request.reader.agency), rules_of(request)
    called = queries.names({officer for one in events for officer in one.event.officers})
    usage = agency.usage.get(device.kind)
    part = agency.departments.get(device.department)
    context = {
        "row": row, "device": device, "state": queries.STATES[row.state], "check": device.checked,
        "keeper": called.get(device.keeper, ""), "holder": called.get(row.holder, ""),
        "department": part.name if part else "", "events": told(reversed(events), library().dictionary, called, agency),
        "faults": faults_of(device.checked, lambda name: queries.limit(rules, name)) if device.checked else (),
        "facts": [(library().dictionary[name].label, shown(name, device.facts[name])) for name in DATA
                  if device.facts.get(name) not in (None, "")],
        "acts": [act for act in ACTS.values() if request.reader.posts & set(act.by) and act.fits(device)],
        "usage": usage.in_force(legal_day(timezone.now())) if usage else None, "ruled": device.kind,
        "footage": queries.footage(request.reader, row.stream),
    }  # fmt: skip
    return page(request, "devices/device.html", context)


def shown(name: str, value: Any) -> str:
    """A fact of the register in words."""
    fact = library().dictionary[name]
    text = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(forms.shown(fact, value))
    return f"{text} 元" if fact.type == "money" else text


def told(events: Any, book: Dictionary, called: Any, agency: Any) -> list[dict[str, Any]]:
    """Every event of a device in words, by whom and when."""
    found = []
    for recorded in events:
        event: Any = recorded.event
        who = [called.get(officer, "") for officer in event.officers]
        part = agency.departments.get(getattr(event, "department", ""))
        about = [*who, *([part.name] if part else [])]
        facts = [f"{book[name].label}：{shown(name, value)}" for name, value in event.facts.items() if name in book]
        found.append(
            {"name": name_of(recorded), "about": "、".join(filter(None, about)), "facts": facts,
             "at": recorded.occurred_at, "by": recorded.actor.name}
        )  # fmt: skip
    return found


def name_of(recorded: Recorded) -> str:
    """The Chinese name of a kind, from the first line of its class."""
    head = (KINDS[recorded.kind].__doc__ or "").split("\n", 1)[0]
    return head.partition("(")[2].partition(")")[0]


@require_http_methods(BOTH)
@staff
def register(request: Any) -> HttpResponse:
    """Enter a device into the register."""
    if "device_keeper" not in request.reader.posts:
        raise PermissionDenied("设备由设备管理员登记")
    return _answered(request, REGISTER, None)


@require_http_methods(BOTH)
@staff
def act(request: Any, stream: UUID, act: str) -> HttpResponse:
    """One act on a device, or why it cannot be done."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    row = queries.device(request.reader, stream)
    if not request.reader.posts & set(chosen.by):
        raise PermissionDenied(f"{chosen.name}由设备管理员或者科室负责人办理")
    return _answered(request, chosen, row)


def _answered(request: Any, chosen: Act, row: DeviceRow | None) -> HttpResponse:
    reader = request.reader
    device = writing.device_of(row.stream) if row else None
    subject = Subject(
        library=library(), agency=writing.agency_of(reader.agency), today=legal_day(timezone.now()), device=device,
        people=queries.serving(reader.agency) if "officer" in chosen.own else {},
    )  # fmt: skip
    if request.method != "POST":
        held = device.facts if device and chosen.id == "change" else {}
        return _form(request, chosen, subject, row, held)
    facts, own = typed(request.POST, chosen, subject)
    problem = sense(reader, chosen, own)
    if problem:
        return _form(request, chosen, subject, row, {**facts, **own}, writing.Done(problem=problem))
    event = chosen.event(subject, facts, own)
    done = writing.enter(reader, [event], stream=str(row.stream) if row else "")
    if not done.ok:
        return _form(request, chosen, subject, row, {**facts, **own}, done)
    messages.success(request, f"已办理：{chosen.name}")
    return redirect("devices:device", done.stream)


def sense(reader: Any, chosen: Act, own: Any) -> str:
    """What makes no sense before any rule is asked; empty where nothing."""
    code = own.get("code", "")
    if chosen is REGISTER and code and queries.of_agency(reader).filter(code=code).exists():
        return f"编号“{code}”已经有设备"
    return ""


def _form(
    request: Any, chosen: Act, subject: Subject, row: DeviceRow | None, values: Any, done: writing.Done | None = None
) -> HttpResponse:
    context = {
        "act": chosen, "row": row, "reasons": done.reasons if done else (), "problem": done.problem if done else "",
        "fields": [
            forms.Field(fact, forms.shown(fact, values.get(fact.id)), needed) for fact, needed in chosen.fields(subject)
        ],
    }  # fmt: skip
    return page(request, "devices/act.html", context, status=done.status if done else 200)


COLUMNS = (
    "设备编号", "设备类型", "配发单位", "型号", "序列号", "资产编号", "登记日期", "状态", "领用人或者保管人", "电量",
    "剩余空间（GB）", "时钟偏差（秒）", "检查时间", "故障", "报废日期",
)  # fmt: skip


@require_safe
@staff
def export(request: Any) -> HttpResponse:
    """The register as a table; what heads it can be read in again."""
    agency = writing.agency_of(request.reader.agency)
    rows = list(queries.of_agency(request.reader).order_by("code", "stream")[:20_000])
    called = queries.names(name for row in rows for name in (row.holder, row.keeper))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        part = agency.departments.get(row.department)
        told = (
            row.code, row.kind, part.name if part else "", row.model, row.serial, row.asset_number, row.registered_on,
            queries.STATES[row.state], called.get(row.holder or row.keeper, ""), row.battery, row.free_gb, row.offset_s,
            timezone.localtime(row.checked_at).strftime("%Y-%m-%d %H:%M") if row.checked_at else "", row.fault,
            row.scrapped_on,
        )  # fmt: skip
        writer.writerow([inert(value) for value in told])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{agency.name}音像记录设备台账.csv')}"
    return answer


def inert(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula; a number may be negative."""
    text = "" if value is None else str(value)
    active = isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if active else text


@require_safe
@staff
def labels(request: Any) -> HttpResponse:
    """Labels with codes, laid out for A4; of one device, of a kind, or of all."""
    rows: Sequence[DeviceRow] = queries.of_agency(request.reader).filter(scrapped_on=None).order_by("code", "stream")
    wanted = request.GET.get("code", "")
    chosen = [row for row in rows[:2000] if not wanted or row.code == wanted][:LABELS]
    context = {"labels": [(row, drawing(row.code)) for row in chosen], "agency": request.reader.agency_name}
    return page(request, "devices/labels.html", context)


def drawing(text: str) -> str:
    """A code as SVG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True)
    return out.getvalue().decode()
