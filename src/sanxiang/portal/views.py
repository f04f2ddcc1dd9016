"""Pages of the public site. They work without script and hold nothing that was not published."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.core.values.searching import plain
from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.models import Published
from sanxiang.three_systems.recording.marks import absolute

from .frames import address, framed
from .fulltext import lines
from .windows import drawn

CATEGORIES = ("处罚", "许可", "强制", "征收", "收费", "检查", "给付", "奖励", "确认", "裁决", "其他")

ORDER = (
    *("执法主体", "执法对象", "统一社会信用代码", "执法类别", "决定文号", "决定日期"),
    *("违法事实", "处罚依据", "执法依据", "执法结论", "主要流程"),
)
"""The order in which a decision is read; the database keeps none."""
PLACE = {name: at for at, name in enumerate(ORDER)}
PAGES = {"pdf": "portal:decision-pdf", "json": "portal:decision-json", "correct": "counter:correct"}
"""What there is about one decision beside its page."""


ENTRY = {
    "name": "事项名称", "category": "执法类别", "item": "事项编码", "sanction": "处罚种类", "at_least": "数额不少于",
    "basis": "依据", "standard": "审核标准", "content": "审核内容", "course": "审核程序", "term": "审核期限",
}  # fmt: skip
"""What an entry of a list of major decisions holds, in the order in which it is read."""


@require_safe
@cache_control(public=True, max_age=60)
def front(request: HttpRequest) -> HttpResponse:
    """One search box, three doors, the newest decisions."""
    return render(request, "portal/front.html", {"newest": published.search().rows[:10], "categories": CATEGORIES})


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What a search finds, newest first; every choice stands in the address."""
    asked, found = search(request)
    wrong = [name for name in ("since", "until") if asked[name] and day(asked[name]) is None]
    short = bool(asked["q"]) and not any(len(word) >= 2 for word in asked["q"].split())
    context = {"asked": asked, "found": found, "wrong": wrong, "short": short, "categories": CATEGORIES}
    context["certificate"] = bool(asked["q"]) and published.is_certificate(asked["q"])
    return render(request, "portal/results.html", {**context, "query": query_text(asked)})


def search(request: HttpRequest) -> tuple[dict[str, str], published.Found]:
    """The choices of an address, cut to their length, and what they find."""
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "category", "agency", "since", "until")}
    found = published.search(
        asked["q"],
        category=asked["category"],
        agency=asked["agency"],
        since=day(asked["since"]),
        until=day(asked["until"]),
        cursor=request.GET.get("after", "")[:60],
    )
    return asked, found


def query_text(asked: dict[str, str]) -> str:
    """The address of these choices without the page."""
    return urlencode({name: value for name, value in asked.items() if value})


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
def decision(request: HttpRequest, stream: UUID) -> HttpResponse:
    """A published decision, or the notice that it was withdrawn."""
    row = published.find(stream)
    if row is None:
        raise Http404
    if row.withdrawn_on:
        return render(request, "portal/withdrawn.html", {"row": row}, status=410)
    where = {
        "front": address("portal:front"), "category": f"{address('portal:search')}?category={quote(row.category)}",
        **{name: address(page, stream) for name, page in PAGES.items()},
    }  # fmt: skip
    said = {"row": row, "fields": fields(row), "lines": lines(row), "at": where,
            "later": published.later(row), "earlier": published.earlier(row)}  # fmt: skip
    title = f"{row.number or '行政执法决定'} · {row.public.get('执法对象', '')}"
    return framed(request, title, render_to_string("portal/decision.html", said))


def fields(row: Published) -> SafeString:
    """What a decision says, each under its name and in the order in which it is read; last when and where it stands."""
    told = sorted(row.public.items(), key=lambda field: PLACE.get(field[0], len(PLACE)))
    days = {"公示日期": row.published_on, "公示平台": row.place, "公示截止": row.until, "更正": row.corrected_on}
    parts = [(name, _of_agency(value) if name == "执法主体" else linebreaksbr(value)) for name, value in told]
    for name, value in days.items():
        if value:
            text = f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else value
            parts.append((name, f"本页内容于 {text}更正" if name == "更正" else text))
    return format_html_join("\n    ", "<dt>{}</dt>\n    <dd>{}</dd>", parts)


def _of_agency(name: str) -> SafeString:
    """The name of an agency; it leads to what that agency published."""
    return format_html('<a href="{}?agency={}">{}</a>', address("portal:search"), quote(str(name)), name)


@require_safe
@cache_control(public=True, max_age=60)
def catalogues(request: HttpRequest) -> HttpResponse:
    """The lists of major decisions that hold now."""
    return render(request, "portal/catalogues.html", {"rows": published.catalogues()})


@require_safe
def catalogue(request: HttpRequest, agency: UUID, department: str) -> HttpResponse:
    """One list with its entries, and the editions before; `?edition=` opens one of these."""
    editions = published.catalogue(agency, department)
    wanted = request.GET.get("edition", "")
    row = next((one for one in editions if str(one.number) == wanted), None) if wanted else next(iter(editions), None)
    if row is None:
        raise Http404
    fields = [
        [
            (label, money(value) if name == "at_least" else value)
            for name, label in ENTRY.items()
            if (value := entry.get(name))
        ]
        for entry in row.entries
    ]
    return render(request, "portal/catalogue.html", {"row": row, "editions": editions, "entries": fields})


def money(fen: int) -> str:
    """An amount in yuan."""
    return f"{fen // 100:,}.{fen % 100:02d}元"


@require_safe
def officers(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is valid today, by its number or the full name of its holder; nothing else is told.
    Addresses with `?q=` of a number are what a QR code on a certificate holds."""
    asked = request.GET.get("q", "").strip()[:60]
    today = localdate()
    found = [(row, agency, row.valid(today)) for row, agency in published.certificates(asked)]
    return render(request, "portal/officers.html", {"asked": asked, "found": found, "today": today})


@require_safe
@cache_control(public=True, max_age=60)
def officer_code(request: HttpRequest) -> HttpResponse:
    """The code of a certificate as SVG: it opens the check of exactly this number, and holds nothing else. `?q=` is
    the number of a certificate that there is."""
    asked = request.GET.get("q", "").strip()[:60]
    card = next((row for row, _ in published.certificates(asked) if row.number_key == plain(asked)), None)
    if card is None:
        raise Http404
    return drawn(absolute(request, f"{reverse('portal:officers')}?{urlencode({'q': card.number})}"))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What stands here, what does not, and how to report a mistake."""
    return render(request, "portal/about.html")
