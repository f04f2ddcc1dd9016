"""Handing a device out or back by two scans (扫码领用、归还): the code of the device and the badge of the officer, in
either order. A scanner types like a keyboard and ends with Enter; so does whoever types by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework import forms
from sanxiang.casework.models import Colleague
from sanxiang.casework.projections import library
from sanxiang.casework.registers import is_stream
from sanxiang.casework.views.common import page, staff
from sanxiang.core.events import device as events
from sanxiang.core.registers import Device
from sanxiang.core.values import legal_day

from . import queries, writing
from .acts import CHECK
from .models import DeviceRow
from .queries import badge, scanned


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def scan(request: Any) -> HttpResponse:
    """Two scans, and it is done; what is missing is asked for."""
    reader, post = request.reader, request.POST
    row = _known(request, post.get("device", ""))
    person = _colleague(request, post.get("officer", ""))
    if request.method != "POST":
        return _page(request, None, None)
    text = post.get("scan", "").strip()
    if text:
        found = scanned(reader, text)
        holder = None if found else badge(reader, text)
        if found is None and holder is None:
            problem = f"“{queries.cleaned(text)[:40]}”既不是本机关设备的编号，也不是在职人员的证号"
            return _page(request, row, person, writing.Done(problem=problem))
        row, person = found or row, holder or person
    if row is None or person is None:
        return _page(request, row, person)
    return _handed(request, row, person)


def _handed(request: Any, row: DeviceRow, person: Colleague) -> HttpResponse:
    """Both are known: the device goes out to him, or comes back from him."""
    device = writing.device_of(row.stream)
    measured = forms.typed_facts(request.POST, [library().dictionary[name] for name in CHECK])
    out = device.out
    if out is not None and out.officer != str(person.stream):
        name = queries.names([out.officer]).get(out.officer, "他人")
        return _page(request, row, None, writing.Done(problem=f"{row.code} 由{name}领用，请扫他的工牌归还"))
    if out is not None:
        done = writing.enter(request.reader, [events.DeviceReturned(facts=measured)], stream=device.id)
        said = f"{row.code} 已由{person.name}归还"
    else:
        issued = events.DeviceIssued(officers=(str(person.stream),), facts=measured)
        done = writing.enter(request.reader, [issued], stream=device.id)
        said = f"{row.code} 已交给{person.name}"
    if not done.ok:
        return _page(request, row, person, done)
    messages.success(request, said)
    return redirect("devices:scan")


def _known(request: Any, stream: str) -> DeviceRow | None:
    return queries.of_agency(request.reader).filter(stream=stream).first() if is_stream(stream) else None


def _colleague(request: Any, stream: str) -> Colleague | None:
    if not is_stream(stream):
        return None
    return Colleague.objects.filter(agency=request.reader.agency, serving=True, stream=stream).first()


def _page(
    request: Any, row: DeviceRow | None, person: Colleague | None, done: writing.Done | None = None
) -> HttpResponse:
    device = writing.device_of(row.stream) if row else Device()
    agency = writing.agency_of(request.reader.agency)
    usage = agency.usage.get(device.kind)
    today = legal_day(timezone.now())
    asks = row is not None and device.out is None
    fresh = device.checked is not None and legal_day(device.checked.at) == today
    book = library().dictionary
    context = {
        "row": row, "person": person, "device": device, "state": queries.STATES[row.state] if row else "",
        "reasons": done.reasons if done else (), "problem": done.problem if done else "",
        "check": device.checked, "fresh": fresh,
        "fields": [forms.Field(book[name], request.POST.get(name, "")) for name in CHECK]
        if asks and (not fresh or (done and done.reasons)) else [],
        "usage": usage.in_force(today) if usage else None, "ruled": device.kind,
        "holder": queries.names([device.out.officer]).get(device.out.officer, "") if device.out else "",
    }  # fmt: skip
    return page(request, "devices/scan.html", context, status=done.status if done and not done.ok else 200)
