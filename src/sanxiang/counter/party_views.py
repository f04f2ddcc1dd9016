"""The party's own pages (当事人查询): by the code on the paper and four signs of its own number, without an account.

They ask the portal's connection alone. Whoever guesses is slowed down (`tries`) and learns nothing: a wrong code, a
wrong factor and a code that nobody was given are one and the same look-up that finds nothing, with one and the same
answer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sanxiang.casework.codes import CASE, factor, mark_of, respelled, secret
from sanxiang.casework.projections import library
from sanxiang.core.calendar import Due, working_days_left
from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.recording.marks import absolute

from . import door, photos, served_views
from .known import keep, remember
from .models import PartyPage, Slip
from .party import COMPLAINT, HEARING, RECORD, STATEMENT
from .sealed import key_of, opened
from .sending import NotSent, send
from .showing import drawn
from .tries import may_try
from .views import address_of

COOKIE, SALT, LASTS = "sanxiang-party", "counter.party", timedelta(minutes=30)
TEXT_MAX = 5000
WRONG = "没有找到。请核对编号和后四位；刚提交的，过一分钟再查。"
SLOWED = (
    "试的次数太多，也可能是别人在试。请一小时以后再试；急的话用以前打开过的手机或者电脑，"
    "或者打电话问办案机关要今天的进入码，填在下面。"
)

FORMS: dict[str, dict[str, Any]] = {
    "statement": {"kind": STATEMENT, "title": "提交陈述、申辩", "label": "您要说明的情况、您的意见", "photos": True,
                  "help": "写时间、地点、经过，和您认为应当怎样处理。可以附照片。"},
    "hearing": {"kind": HEARING, "title": "申请听证", "label": "", "photos": False,
                "help": "点“提交”就是要求举行听证。听证不收钱。时间、地点会提前七个工作日告诉您。"},
    "record": {"kind": RECORD, "title": "申请查阅案卷", "label": "您想看哪些材料", "photos": False,
               "help": "机关会告诉您能看哪些、什么时候来看。"},
    "complaint": {"kind": COMPLAINT, "title": "投诉执法机关或者执法人员", "label": "发生了什么", "photos": False,
                  "help": "投诉由监督人员办理，办案的部门看不到。"},
}  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for code and factor; with both, on to the page of the case or to what became of something sent."""
    typed = {name: request.POST.get(name, request.GET.get(name, ""))[:60] for name in ("code", "factor", "entry")}
    context: dict[str, Any] = {"typed": typed}
    if request.method != "POST":
        return render(request, "counter/find.html", context)
    code, known, now = respelled(typed["code"]), factor(typed["factor"]), timezone.now()
    if not may_try(request, code or typed["code"], now, typed["entry"]):
        return render(request, "counter/find.html", {**context, "problem": SLOWED, "slowed": True}, status=429)
    opens, case = secret(code, known), len(code.replace("-", "")) == CASE
    content = read(opens, case=case)
    if content is None:
        return render(request, "counter/find.html", {**context, "problem": WRONG}, status=422)
    if not case:
        return render(request, "counter/slip.html", {"slip": dated(content), "code": code})
    answer = HttpResponseRedirect(reverse("counter:mine"))
    keep(answer, COOKIE, opens.hex(), SALT, LASTS)
    remember(request, answer, mark_of(code))
    return answer


def read(opens: bytes, *, case: bool) -> dict[str, Any] | None:
    """What a secret opens, through the portal's role."""
    table: Any = PartyPage if case else Slip
    row = table.objects.using("portal").filter(pk=key_of(opens)).values_list("sealed", flat=True).first()
    return opened(opens, bytes(row)) if row is not None else None


def held(request: HttpRequest) -> tuple[bytes, dict[str, Any]] | None:
    """The secret that this browser was let in with, and the page that it opens now."""
    try:
        opens = bytes.fromhex(request.get_signed_cookie(COOKIE, salt=SALT, max_age=LASTS))
    except (KeyError, BadSignature, ValueError):
        return None
    content = read(opens, case=True)
    return (opens, content) if content is not None else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Where the matter stands, what can be done now and until when."""
    found = held(request)
    if found is None:
        return HttpResponseRedirect(reverse("counter:find"))
    content = dated(found[1])
    today = timezone.localdate()
    terms = [term(one, content["jurisdiction"], today) for one in content["terms"]]
    running = [one for one in terms if not one["over"]]
    content["documents"] = served_views.openable(found[0], content["documents"])
    typed = request.POST.get("credit", "").strip().upper()[: door.LETTERS]
    own = bool(content.get("door")) and len(typed) == door.LETTERS and door.mark_of(typed) == content["door"]
    at_door = absolute(request, reverse("counter:door", args=[door.code_of(typed)])) if own else ""
    context = {
        "door": drawn(at_door) if own else "", "at_door": at_door, "has_door": bool(content.get("door")),
        "wrong": bool(typed) and not own,
        "page": content, "agency": published.agency_name(content["agency"]), "terms": running,
        "may_hear": any(one["duty"] == "hearing_request" for one in running),
        "total": len(content["stages"]), "today": today,
    }  # fmt: skip
    return render(request, "counter/mine.html", context)


@never_cache
@require_safe
def paper(request: HttpRequest, address: str) -> HttpResponse:
    """One of the papers that were served, as it was served."""
    found = held(request)
    if found is None:
        return HttpResponseRedirect(reverse("counter:find"))
    return served_views.paper(found[0], found[1]["documents"], address)


def term(told: Mapping[str, Any], jurisdiction: str, today: date) -> dict[str, Any]:
    """A term with the days left, counted today."""
    until = date.fromisoformat(str(told["until"]))
    calendar = library().on(jurisdiction, today).calendar
    left = working_days_left(today, Due(until), calendar)
    return {**told, "until": until, "left": left, "over": until < today}


def dated(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with its days as days."""
    days = [(name, date.fromisoformat(day) if day else None) for name, day in content["stages"]]
    lists = {
        name: [{**one, "on": date.fromisoformat(one["on"])} for one in content.get(name, ())]
        for name in ("documents", "sent")
    }
    return {**content, **lists, "stages": days}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, what: str) -> HttpResponse:
    """Send something for one's case. A form that is too large is refused before it is read."""
    found, form = held(request), FORMS.get(what)
    if found is None or form is None:
        return HttpResponseRedirect(reverse("counter:find"))
    if int(request.META.get("CONTENT_LENGTH") or 0) > photos.BODY_MAX:
        context = {"form": form, "problem": "照片太多或者太大，没有收下。请分几次提交，或者先缩小。"}
        return render(request, "counter/write.html", context, status=413)
    return written(request, form, *found)


@csrf_protect
def written(request: HttpRequest, form: Mapping[str, Any], opens: bytes, content: Mapping[str, Any]) -> HttpResponse:
    """The form, and what was typed in it sent on."""
    typed = {name: clean(request.POST.get(name, "")) for name in ("text", "contact")}
    context = {"form": form, "typed": typed, "once": secrets.token_urlsafe(12)}
    if request.method != "POST":
        return render(request, "counter/write.html", context)
    wanted = "once" in request.POST and form["label"] and not typed["text"]
    try:
        if wanted:
            raise NotSent(f"请填写“{form['label']}”。")
        if len(typed["text"]) > TEXT_MAX:
            raise NotSent(f"最多写 {TEXT_MAX} 个字，现有 {len(typed['text'])} 个字。")
        files = photos.cleaned(request.FILES.getlist("photos")) if form["photos"] else []
        payload = {**typed, "contact": typed["contact"][:100], "secret": opens.hex(), "factor": content["factor"],
                   "agency": content["agency"]}  # fmt: skip
        once = f"{opens.hex()} {request.POST.get('once', '')[:40]}"
        receipt = send(form["kind"], payload, once=once, address=address_of(request), at=timezone.now(), files=files)
    except NotSent as problem:
        context |= {"problem": str(problem), "once": request.POST.get("once", "")[:40]}
        return render(request, "counter/write.html", context, status=422)
    return render(request, "counter/sent.html", {"form": form, "receipt": receipt, "at": timezone.now()})


def clean(text: str) -> str:
    """What was typed, without signs that no text has."""
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t").strip()


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page on this device."""
    answer = HttpResponseRedirect(reverse("counter:find"))
    answer.delete_cookie(COOKIE, path=reverse("counter:find"), samesite="Strict")
    return answer
