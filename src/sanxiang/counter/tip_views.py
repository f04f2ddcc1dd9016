"""The public form of a report (举报违法行为): no account, no name needed; it adds to the intake and reads nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from sanxiang.casework.codes import factor
from sanxiang.casework.projections import library
from sanxiang.three_systems.disclosure.models import PublicAgency

from . import photos
from .party_views import clean
from .sending import FILES_MAX, NotSent, send
from .tips import FACTS, TIP
from .views import address_of

TEXT_MAX = 4000
FORM = {"title": "举报"}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a violation. A form that is too large is refused before it is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > photos.BODY_MAX:
        problem = "照片太多或者太大，没有收下。请先缩小照片，或者分几次举报。"
        return render(request, "counter/report.html", {**context_of({}, ""), "problem": problem}, status=413)
    return reported(request)


@csrf_protect
def reported(request: HttpRequest) -> HttpResponse:
    """The form, and what was typed in it sent on."""
    typed = {name: clean(request.POST.get(name, "")) for name in ("agency", *FACTS, "factor")}
    context = context_of(typed, request.POST.get("once", ""))
    if request.method != "POST":
        return render(request, "counter/report.html", context)
    try:
        payload = payload_of(typed, {str(one.stream) for one in context["bodies"]})
        files = photos.cleaned(request.FILES.getlist("photos"))
        once = f"{typed['agency']} {context['once']}"
        receipt = send(TIP, payload, once=once, address=address_of(request), at=timezone.now(), files=files)
    except NotSent as problem:
        return render(request, "counter/report.html", {**context, "problem": str(problem)}, status=422)
    return render(request, "counter/sent.html", {"form": FORM, "receipt": receipt, "at": timezone.now()})


def context_of(typed: dict[str, str], once: str) -> dict[str, Any]:
    """What the form shows; nothing of a request that is not read yet."""
    lengths = {f"{name}_max": length(FACTS[name]) for name in ("name", "contact")}
    return {
        "typed": typed, "bodies": list(PublicAgency.objects.using("portal").order_by("name", "stream")[:1000]),
        "once": once[:40] or secrets.token_urlsafe(12), "text_max": TEXT_MAX,
        "short_max": min(length(FACTS["party"]), length(FACTS["place"])), "files_max": FILES_MAX,
        "raw_max": photos.RAW_MAX >> 20, **lengths,
    }  # fmt: skip


def length(fact: str) -> int:
    return library().dictionary[fact].length


def payload_of(typed: dict[str, str], bodies: set[str]) -> dict[str, str]:
    """What is sent. Raises NotSent with what is missing."""
    known = factor(typed["factor"])
    if typed["agency"] not in bodies:
        raise NotSent("请选择向哪个机关举报。")
    if not typed["text"] or len(typed["text"]) > TEXT_MAX:
        raise NotSent(f"请写明发生了什么，最多 {TEXT_MAX} 个字。")
    for name, label in (
        ("party", "被举报的单位或者个人"),
        ("place", "地点"),
        ("name", "姓名"),
        ("contact", "怎样联系您"),
    ):
        if len(typed[name]) > length(FACTS[name]):
            raise NotSent(f"“{label}”最多 {length(FACTS[name])} 个字。")
    if len(known) != 4:
        raise NotSent("请填写四位查询码，以后凭它和回执编号查进度。")
    return {**{name: text for name, text in typed.items() if text}, "factor": known}
