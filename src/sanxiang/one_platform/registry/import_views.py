"""Bringing in a spreadsheet: upload, the check row by row, confirmation, how far it has come."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page, who_asks
from sanxiang.core.gates.inspectees import ENTERPRISES
from sanxiang.store.errors import CannotUnseal

from . import queries
from .access import Visitor, for_staff
from .exporting import csv_file
from .importing.checking import Check, Importer, check
from .importing.confirming import Busy, NotEntered, being_entered, confirm
from .importing.files import SIZE_MAX, BadFile, read
from .importing.headings import located
from .importing.sheets import SHEETS, Sheet
from .importing.staging import content_of, discard, keep
from .models import Progress, Staging
from .tasks import enter_staged

OVERHEAD = 64 << 10
AT_ONCE = 200
SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def choices_of(agency: Any = None) -> dict[str, tuple[str, ...]]:
    """The words of the lists that columns name."""
    book = library()
    return {
        "posts": tuple(book.posts.values()),
        "categories": tuple(book.categories),
        "device_kind": book.dictionary["device_kind"].choices,
        "agency_kind": book.dictionary["agency_kind"].choices,
        "enterprises": ENTERPRISES,
        "inspectee_level": book.dictionary["inspectee_level"].choices,
        "jurisdictions": tuple(place.name for place in book.jurisdictions.values()),
        "departments": tuple(part.name for part in queries.departments(agency) if part.until is None) if agency else (),
    }


@require_safe
@for_staff
def template_file(request: HttpRequest, visitor: Visitor, kind: str) -> HttpResponse:
    if kind not in SHEETS:
        raise Http404
    from .importing.templates import template  # writes workbooks: large

    content = template(SHEETS[kind], choices_of(visitor.reader.agency))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(SHEETS[kind].title + '导入模板.xlsx')}"
    return response


@csrf_exempt
def upload(request: Any) -> HttpResponseBase:
    """Refuse what is too large before a byte of it is read; the guard against forged requests comes after, because
    it reads the body."""
    if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > SIZE_MAX + OVERHEAD:
        who_asks(request)
        return _refused(request, f"文件太大，最大 {SIZE_MAX >> 20} MB；请分成几个文件", 413)
    return _upload(request)


def _refused(request: HttpRequest, problem: str, status: int, kind: str = "officers") -> HttpResponse:
    context = {"sheets": open_to(request.reader.posts), "kind": kind, "problem": problem, "size": SIZE_MAX >> 20}
    return page(request, "registry/import.html", context, status=status)


def open_to(posts: Collection[str]) -> list[Sheet]:
    """The kinds of sheet that somebody with these posts brings in."""
    return [sheet for sheet in SHEETS.values() if sheet.keeper in posts]


@csrf_protect
@require_http_methods(("GET", "HEAD", "POST"))
@for_staff
def _upload(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    sheets = {sheet.kind: sheet for sheet in open_to(visitor.reader.posts)}
    if not sheets:
        raise PermissionDenied("导入由登记管理员和设备管理员办理")
    kind = request.POST.get("kind", request.GET.get("kind", next(iter(sheets))))
    if kind not in SHEETS:
        raise Http404
    if kind not in sheets:
        raise PermissionDenied(f"{SHEETS[kind].title}由{library().posts[SHEETS[kind].keeper]}导入")
    if request.method != "POST":
        waiting = Staging.objects.filter(officer=visitor.reader.officer, kind__in=SHEETS, expires_at__gt=timezone.now())
        context = {"sheets": sheets.values(), "kind": kind, "size": SIZE_MAX >> 20}
        return page(request, "registry/import.html", {**context, "waiting": waiting.order_by("-created_at")[:10]})
    file = request.FILES.get("file")
    if file is None:
        return _refused(request, "请先选择文件；如果选了仍看到这句话，是文件没有传完，请再传一次", 422, kind)
    content = file.read()
    try:
        located(SHEETS[kind], read(str(file.name), content))
    except BadFile as bad:
        return _refused(request, str(bad), 422, kind)
    agency, officer = visitor.reader.agency, visitor.reader.officer
    staged = keep(kind, str(file.name), content, agency=agency, officer=officer, at=timezone.now())
    return redirect("registry:staged", staged.id)


def _own(visitor: Visitor, staging: UUID) -> Staging:
    """A staged file of this registrar. Raises Http404."""
    mine = Staging.objects.filter(officer=visitor.reader.officer, kind__in=SHEETS, expires_at__gt=timezone.now())
    staged = mine.filter(pk=staging).first()
    if (
        staged is None
        or SHEETS[staged.kind].keeper not in visitor.reader.posts
        or str(staged.agency) != visitor.reader.agency
    ):
        raise Http404
    return staged


def importer_of(staged: Staging) -> Importer:
    return Importer(agency=str(staged.agency), officer=str(staged.officer))


def _checked(staged: Staging) -> Check:
    return check(
        connections["default"], library(), importer_of(staged), staged.kind, staged.name, content_of(staged),
        at=timezone.now(),
    )  # fmt: skip


@require_safe
@for_staff
def shown(request: HttpRequest, visitor: Visitor, staging: UUID) -> HttpResponse:
    """What the file holds, how far it has come, or what became of it."""
    staged = _own(visitor, staging)
    sheet: Sheet = SHEETS[staged.kind]
    context: dict[str, Any] = {"visitor": visitor, "staged": staged, "sheet": sheet}
    running = being_entered("default", staging)
    if running or staged.state == "waiting":
        context |= {"running": running, "told": Progress.objects.filter(pk=staging).first()}
        return page(request, "registry/import_progress.html", context)
    if staged.state == "done":
        return page(request, "registry/import_done.html", {**context, "counts": staged.result["counts"]})
    try:
        checked = _checked(staged)
    except (BadFile, CannotUnseal) as bad:
        return _refused(request, str(bad), 422, staged.kind)
    context |= {"checked": checked, "counts": checked.counts, "problem": staged.result.get("problem", "")}
    context |= {"faults": checked.faults[:SHOWN], "good": checked.good[:SHOWN], "limit": SHOWN}
    return page(request, "registry/import_checked.html", context)


@require_safe
@for_staff
def faults(request: HttpRequest, visitor: Visitor, staging: UUID) -> HttpResponseBase:
    """Everything that is wrong, as a file to mend by."""
    staged = _own(visitor, staging)
    if staged.content is None:
        raise Http404
    found = _checked(staged).faults
    return csv_file("需要更正的行.csv", ("行", "列", "原因"), ((one.row, one.column, one.reason) for one in found))


@require_POST
@for_staff
def confirmed(request: HttpRequest, visitor: Visitor, staging: UUID) -> HttpResponse:
    """Enter the good rows: few at once, many by the worker."""
    staged = _own(visitor, staging)
    seen, many = request.POST.get("seen", "")[:64], request.POST.get("good", "0")
    if many.isascii() and many.isdigit() and int(many) > AT_ONCE and staged.state == "checked":
        Staging.objects.filter(pk=staging, state="checked").update(state="waiting", plan=seen, result={})
        enter_staged.defer(staging=str(staging))
        return redirect("registry:staged", staging)
    try:
        done = confirm("default", library(), staging, importer_of(staged), seen, clock=timezone.now)
        messages.success(request, f"已登记 {done.result['counts']['new'] + done.result['counts']['changed']} 条")
    except Busy as busy:
        messages.warning(request, str(busy))
    except (NotEntered, BadFile, CannotUnseal) as problem:
        messages.error(request, str(problem))
    return redirect("registry:staged", staging)


@require_POST
@for_staff
def cancelled(request: HttpRequest, visitor: Visitor, staging: UUID) -> HttpResponse:
    """Forget the file."""
    staged = _own(visitor, staging)
    if being_entered("default", staging):
        messages.warning(request, "这份文件正在导入，不能取消")
        return redirect("registry:staged", staging)
    discard(staged)
    messages.success(request, "已取消，上传的文件已经删除")
    return redirect("registry:import")
