"""Bringing in a file of the credit exchange: upload, the check row by row, confirmation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from sanxiang.casework.views.common import page, who_asks
from sanxiang.interchange.credit import importing
from sanxiang.interchange.credit.files import lines_of
from sanxiang.interchange.credit.formats import standard
from sanxiang.one_platform.registry.importing.files import SIZE_MAX, BadFile
from sanxiang.one_platform.registry.importing.staging import content_of, discard, finish, keep
from sanxiang.one_platform.registry.models import Staging
from sanxiang.store.errors import CannotUnseal

from .credit_views import KINDS, credit_code, kind_of, may_work, publisher

MARK = "credit-"
OVERHEAD = 64 << 10
SHOWN = 200


@csrf_exempt
def upload(request: Any) -> HttpResponseBase:
    """Refuse what is too large before a byte of it is read."""
    if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > SIZE_MAX + OVERHEAD:
        who_asks(request)
        return refused(request, "penalty", f"文件太大，最大 {SIZE_MAX >> 20} MB；请分成几个文件", 413)
    return _upload(request)


def refused(request: Any, kind: str, problem: str, status: int) -> HttpResponse:
    context = {"kind": kind, "kinds": KINDS, "problem": problem, "size": SIZE_MAX >> 20}
    return page(request, "interchange/credit_import.html", context, status=status)


@csrf_protect
@require_http_methods(("GET", "HEAD", "POST"))
@publisher
def _upload(request: Any) -> HttpResponse:
    may_work(request)
    reader, kind = request.reader, kind_of(request.POST.get("kind", request.GET.get("kind", "")))
    if not credit_code(reader.agency):
        return refused(request, kind, "本机关还没有登记统一社会信用代码，先在主体登记里填写", 422)
    if request.method != "POST":
        context = {"kind": kind, "kinds": KINDS, "size": SIZE_MAX >> 20, "form": standard()[kind]}
        return page(request, "interchange/credit_import.html", context)
    file = request.FILES.get("file")
    if file is None:
        return refused(request, kind, "请先选择文件；如果选了仍看到这句话，是文件没有传完，请再传一次", 422)
    content = file.read()
    try:
        lines_of(standard()[kind], str(file.name), content)
    except BadFile as bad:
        return refused(request, kind, str(bad), 422)
    now = timezone.now()
    stage = keep(MARK + kind, str(file.name), content, agency=reader.agency, officer=reader.officer, at=now)
    return redirect("exchange:credit-staged", stage.id)


@require_http_methods(("GET", "HEAD", "POST"))
@publisher
def staged(request: Any, staging: UUID) -> HttpResponse:
    """What the file holds; its buttons enter the good rows or forget it."""
    may_work(request)
    reader, now = request.reader, timezone.now()
    mine = Staging.objects.filter(officer=reader.officer, agency=reader.agency, expires_at__gt=now)
    stage = mine.filter(pk=staging, kind__startswith=MARK).first()
    if stage is None:
        raise Http404
    kind = kind_of(stage.kind.removeprefix(MARK))
    context: dict[str, Any] = {"stage": stage, "kind": kind, "title": KINDS[kind], "words": importing.WORDS}
    if stage.state == "done":
        return page(request, "interchange/credit_checked.html", {**context, "counts": stage.result["counts"]})
    if request.method == "POST" and "cancel" in request.POST:
        discard(stage)
        messages.success(request, "已取消，上传的文件已经删除")
        return redirect("exchange:credit-import")
    code = credit_code(reader.agency)
    try:
        content = content_of(stage)

        def checked() -> importing.Checked:
            return importing.check(reader.agency, code, kind, stage.name, content, at=now)

        found = checked()
        if request.method == "POST" and request.POST.get("seen") == found.digest and found.good:
            count = importing.enter(connections["default"], reader.agency, kind, found, checked, at=now)
            finish(stage, found.counts)
            messages.success(request, f"已导入 {count} 条")
            return redirect("exchange:credit-staged", staging)
    except (BadFile, CannotUnseal, importing.NotEntered) as bad:
        return refused(request, kind, str(bad), 422)
    if request.method == "POST":
        context["problem"] = "核对之后记录有了变化，没有写入任何内容；请按新的结果重新核对"
    counts = [(name, importing.WORDS[name], number) for name, number in found.counts.items() if number]
    context |= {"found": found, "counts_of": counts, "faults": found.faults[:SHOWN], "good": found.good[:SHOWN]}
    return page(request, "interchange/credit_checked.html", {**context, "limit": SHOWN, "form": standard()[kind]})
