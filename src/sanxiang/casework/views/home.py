"""The desk of a post: what waits, what cannot be done yet and who mends it, what is due, my cases."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from sanxiang.casework import delegating, desk, inspecting, judging, sources
from sanxiang.casework.access import Reader, visible
from sanxiang.casework.figures import figures
from sanxiang.casework.handing import GIVERS
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.calendar import Due, working_days_left
from sanxiang.core.registers import Agency
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from .common import address, following, page, staff
from .saved import PLACES, views_of

WAITS, DUTIES, MINE, SOURCES, NEAR = 15, 14, 10, 6, 6
INSPECTS = frozenset({"officer", "unit_head", "head"})
"""Who is told which enterprise nears the yearly cap of inspections."""
ALL_WAITS = 200
"""How many of what waits are listed to whoever asks for all."""
SIGNING = frozenset({"head", "unit_head", "legal_head"})
EMPTY = {
    "officer": "案件走到您的环节时会出现在这里。",
    "unit_head": "呈请立案、送审的案件会出现在这里，由您核对后报批。",
    "head": "没有等您签批的事项。承办机构报批后会出现在这里。",
    "reviewer": "没有待审核的案件。承办机构送审后会出现在这里，并按审核期限排列。",
    "legal_head": "没有待审核的案件。承办机构送审后会出现在这里。",
    "publisher": "没有等您准备公示的决定。决定送达后会出现在这里。",
    "disclosure_checker": "没有等您审核发布的公示。发布人员提交后会出现在这里。",
    "archivist": "没有等您归档的案件。案件办结后会出现在这里。",
    "registrar": "登记管理员不办理案件。主体、人员、事项的登记和导入在“主体与人员”里。",
    "supervisor": "监督人员只查看，不办理案件。逾期的期限按先后列在下面，查看案件时要写明事由。",
}
"""What an empty desk means to each post."""


@require_safe
@staff
def home(request: Any) -> HttpResponse:
    """What waits for me, what is due, my cases."""
    reader, now = request.reader, timezone.now()
    today = legal_day(now)
    rules = library().on(reader.jurisdiction, today)
    posts = {request.post} if request.post else reader.posts
    every = request.GET.get("waits") == "all"
    most = ALL_WAITS if every else WAITS
    waits = desk.waits_for(reader, request.post, most + 1)
    more, waits = len(waits) > most, waits[:most]
    records = reading.load_many(connections["default"], [str(row.stream) for _, row in waits])
    judged = judging.judged(connections["default"], library(), waits, reader.officer, now, records)
    duties = desk.duties_of(reader, limit=DUTIES, only=desk.focus(posts))[:DUTIES]
    court = desk.court_soon(reader, rules, today)
    cases = visible(reader).in_bulk([row.stream for row in (*duties, *court)])
    clocks = [(desk.clock(row, today, rules.calendar), cases[row.stream]) for row in duties if row.stream in cases]
    context = {
        "ready": [desk.card(one, rules, today) for one in judged if one.option.open],
        "more": more, "every": every, "most": most,
        "blocked": [desk.card(one, rules, today) for one in judged if not one.option.open],
        "views": [(one, reverse(PLACES[one.place])) for one in views_of(reader)],
        "hands_over": bool(reader.posts & GIVERS),
        "delegates": bool(reader.posts & delegating.GIVERS),
        "has_figures": "head" in reader.posts, "practice_url": address("legal_review:practice"),
        "court": [(row.due_on, (row.due_on - today).days, cases[row.stream]) for row in court if row.stream in cases],
        "sources": [
            (one, *desk.remaining(one.until, working_days_left(today, Due(one.until), rules.calendar), today))
            for one in sources.waiting(reader, SOURCES)
        ],
        "near": inspecting.nearing(rules, agency_of(reader), today)[:NEAR] if reader.posts & INSPECTS else (),
        "urge": rules.setting("court_urge_days", 0),
        "signing": posts <= SIGNING, "strip": desk.strip(clocks, today),
        "mine": desk.with_clocks(my_cases(request), today, rules.calendar),
        "empty": next((text for post, text in EMPTY.items() if post in posts), ""),
    }  # fmt: skip
    return page(request, "casework/home.html", context)


def agency_of(reader: Reader) -> Agency | None:
    return registers_for(connections["default"], reader.agency, ()).agency(reader.agency)


def my_cases(request: Any) -> list[Any]:
    """An officer's own cases that are not archived; for other posts the latest that they may see."""
    mine = "officer" in request.reader.posts and request.post in ("", "officer")
    return desk.latest(request.reader, MINE, mine=mine)


@require_safe
@staff
def numbers(request: Any) -> HttpResponse:
    """The numbers of the last three months, for the head; on a page of their own, because counting reads many rows."""
    if "head" not in request.reader.posts:
        raise PermissionDenied("近三个月的指标由机关负责人查看")
    found = figures(request.reader.agency, legal_day(timezone.now()))
    return page(request, "casework/figures.html", {"figures": found})


@require_POST
@staff
def put_on(request: Any) -> HttpResponse:
    """Put on one of the posts that somebody holds, or all of them."""
    post = request.POST.get("post", "")
    request.session["post"] = post if post in request.reader.posts else ""
    return following(request, reverse("casework:home"))
