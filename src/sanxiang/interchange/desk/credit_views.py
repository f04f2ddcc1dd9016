"""The publisher's page of the credit exchange (双公示报送): where each record stands, what is wrong with it, the files
that were made, and the platform's answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.common import page, staff
from sanxiang.core.values import legal_day
from sanxiang.interchange.credit import keeping, sending
from sanxiang.interchange.credit.files import FORMS
from sanxiang.interchange.credit.formats import standard
from sanxiang.interchange.credit.permits import ASKED_ONCE as OF_PERMIT
from sanxiang.interchange.credit.records import ASKED_ONCE
from sanxiang.interchange.credit.used import KINDS, SEES
from sanxiang.interchange.models import CreditBatch, CreditRecord
from sanxiang.store.errors import CannotUnseal

WORKS = frozenset({"publisher", "disclosure_checker"})
PAGE, BATCHES, REFUSED_MAX = 50, 20, 500
FROM_CASE = {"CF_WFXW": ASKED_ONCE[0], "CF_YXQ": ASKED_ONCE[1], **OF_PERMIT}
"""Fields that no act of the case but the completion asks for."""


def publisher(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for the publishers of an agency and its head."""

    @staff
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.reader.posts & SEES:
            raise PermissionDenied("双公示数据由本机关的公示人员办理")
        return view(request, *args, **kwargs)

    return guarded


def may_work(request: Any) -> None:
    if not request.reader.posts & WORKS:
        raise PermissionDenied("报送、导入和登记回执由公示人员办理")


def kind_of(text: str) -> str:
    return text if text in KINDS else "penalty"


@require_http_methods(["GET", "HEAD", "POST"])
@publisher
def records(request: Any) -> HttpResponse:
    """All records of one kind by state; the button brings them to the cases as they are now."""
    kind, agency = kind_of(request.GET.get("kind", "")), request.reader.agency
    if request.method == "POST":
        may_work(request)
        count = keeping.refresh(connections["default"], agency, at=timezone.now())
        messages.success(request, f"已按案卷整理 {count} 条" if count else "与案卷一致，没有要整理的")
        return redirect(f"{reverse('exchange:credit')}?kind={kind}")
    mine = CreditRecord.objects.filter(agency=agency, kind=kind)
    counts = dict(mine.values_list("state").annotate(Count("id")).order_by())
    state = request.GET.get("state", "")
    state = state if state in keeping.STATES else ""
    rows = mine.filter(state=state) if state else mine
    today = legal_day(timezone.now())
    calendar = library().on(request.reader.jurisdiction, today).calendar
    due_of = partial(keeping.due_of, calendar=calendar)
    shown = Paginator(rows.order_by("-decided_on", "id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "kind": kind, "kinds": KINDS, "forms": list(FORMS), "state": state, "page": shown,
        "lines": [(row, named(row), keeping.STATES[row.state], due_of(row)) for row in shown], "today": today,
        "states": [(key, name, counts[key]) for key, name in keeping.STATES.items() if counts.get(key)],
        "waiting": sum(counts.get(key, 0) for key in sending.WAITING), "stops": counts.get("stop", 0),
        "rejected": counts.get("rejected", 0), "works": bool(request.reader.posts & WORKS),
        "code": credit_code(agency), "standard": standard(),
        "batches": CreditBatch.objects.filter(agency=agency, kind=kind).defer("content").order_by("-made_at")[:BATCHES],
    }  # fmt: skip
    return page(request, "interchange/credit.html", context)


def named(row: CreditRecord) -> str:
    """The party of a record."""
    form = standard()[row.kind]
    return keeping.record_of(row).get(form.codes[0], "")


def credit_code(agency: str) -> str:
    """The credit code under which the agency is registered; empty where none is."""
    body = registers_for(connections["default"], agency, ()).agency(agency)
    return str(body.facts.get("agency_credit_code", "")) if body else ""


@require_POST
@publisher
def make(request: Any) -> HttpResponse:
    """Make the next file."""
    may_work(request)
    kind, form = kind_of(request.POST.get("kind", "")), request.POST.get("form", "xlsx")
    if form not in FORMS:
        raise Http404
    reader, stops = request.reader, bool(request.POST.get("stops"))
    now, connection = timezone.now(), connections["default"]
    keeping.refresh(connection, reader.agency, at=now)
    made = sending.make(
        connection, reader.agency, reader.officer, kind, form, at=now,
        again=bool(request.POST.get("again")), stops=stops,
    )  # fmt: skip
    if made is None:
        messages.warning(request, "没有可以报送的记录" if not stops else "没有要停止公示的记录")
        return redirect(f"{reverse('exchange:credit')}?kind={kind}")
    messages.success(request, f"已生成文件，共 {made.count} 条；下载后上传到接收平台，再登记回执")
    return redirect("exchange:credit-batch", made.id)


def asked(row: CreditRecord, code: str, wrong: bool) -> bool:
    """Whether a field is one that a person states for the record; of a licence only where its decision left it open."""
    return row.stream is not None and code in FROM_CASE and (wrong or code not in OF_PERMIT)


@require_safe
@publisher
def record(request: Any, record: UUID) -> HttpResponse:
    """One record field by field, with what is wrong and where it is mended."""
    row = get_object_or_404(CreditRecord, pk=record, agency=request.reader.agency)
    held, form = keeping.record_of(row), standard()[row.kind]
    wrong: dict[str, list[str]] = {}
    for text in row.problems:
        name, _, rule = text.partition("：")
        wrong.setdefault(name, []).append(rule)
    context = {
        "row": row, "state": keeping.STATES[row.state], "kind": KINDS[row.kind],
        "fields": [
            (field, held.get(field.code, ""), wrong.get(field.name, []), asked(row, field.code, field.name in wrong))
            for field in form.fields
            if held.get(field.code) or field.name in wrong or field.required
        ],
    }  # fmt: skip
    return page(request, "interchange/credit_record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@publisher
def batch(request: Any, batch: UUID) -> HttpResponse:
    """One file that was made; its answer is entered here."""
    found = get_object_or_404(CreditBatch, pk=batch, agency=request.reader.agency)
    problem = ""
    if request.method == "POST":
        may_work(request)
        problem = answered(request, found)
        if not problem:
            return redirect("exchange:credit-batch", batch)
    rows = CreditRecord.objects.filter(batch=batch).order_by("number")[:PAGE]
    context = {
        "batch": found, "kind": KINDS[found.kind], "problem": problem, "works": bool(request.reader.posts & WORKS),
        "lines": [(row, keeping.STATES[row.state]) for row in rows], "typed": request.POST,
        "open": any(row.state in ("sent", "stopping") for row in rows),
    }  # fmt: skip
    return page(request, "interchange/credit_batch.html", context, status=422 if problem else 200)


def answered(request: Any, found: CreditBatch) -> str:
    """Enter the answer; what is wrong with it, empty where it went well."""
    receipt = request.POST.get("receipt", "").strip()[:100]
    lines = [line.split(None, 1) for line in request.POST.get("refused", "").splitlines() if line.strip()]
    if not receipt:
        return "请填写平台给的回执号或者受理时间"
    if len(lines) > REFUSED_MAX or any(len(line) != 2 for line in lines):
        return f"退回的记录每行一条：文号、空格、退回的原因，最多 {REFUSED_MAX} 行"
    refused = {number: reason[:200] for number, reason in lines}
    try:
        count = sending.receive(connections["default"], found, receipt, refused, at=timezone.now())
    except sending.NotTaken as wrong:
        return str(wrong)
    messages.success(request, f"已登记回执：接收 {count} 条，退回 {len(refused)} 条")
    return ""


@require_safe
@publisher
def batch_file(request: Any, batch: UUID) -> HttpResponse:
    """The file as it was made."""
    may_work(request)
    found = get_object_or_404(CreditBatch, pk=batch, agency=request.reader.agency)
    try:
        content = sending.content_of(found)
    except CannotUnseal:
        raise Http404("文件打不开") from None
    response = HttpResponse(content, content_type=FORMS[found.form])
    what = "停止公示" if found.stops else KINDS[found.kind]
    name = f"双公示-{what}-{timezone.localtime(found.made_at):%Y%m%d-%H%M}.{found.form}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
