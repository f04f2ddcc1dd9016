"""Flow charts on the public site (执法流程图): the procedure that the system runs, drawn as SVG and told as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.core.gates.charting import Box, Step, chart
from sanxiang.core.rulebook import Procedure, RuleSet
from sanxiang.three_systems.disclosure import procedures

WIDTH, LEFT, RIGHT = 960, 620, 300
"""Of the whole picture, of a box, of the terms beside it; pixels at 100 %."""
PAD, GAP, LINE, HEAD = 14, 30, 22, 38
SIZE, SMALL = 15, 13


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: `y` its base line, `kind` how it is set: step, note, beside, term or law."""

    y: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box with its place: `y` its top, `height`, lines inside and beside; `arrow` whether another follows."""

    name: str
    y: int
    height: int
    inside: tuple[Line, ...]
    terms: tuple[Line, ...]
    arrow: bool


@require_safe
@cache_control(public=True, max_age=60)
def charts(request: HttpRequest) -> HttpResponse:
    """Every place with the procedures that can be opened there today."""
    return render(request, "portal/charts.html", {"places": procedures.places(timezone.localdate())})


@require_safe
@cache_control(public=True, max_age=60)
def page(request: HttpRequest, place: str, procedure: str) -> HttpResponse:
    """The chart of one procedure, then the same as text."""
    today = timezone.localdate()
    rules, rule = wanted(place, procedure, today)
    boxes = chart(rules, rule, timezone.now())
    context = {"place": place, "rules": rules, "procedure": rule, "boxes": boxes, "today": today}
    return render(request, "portal/chart.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def picture(request: HttpRequest, place: str, procedure: str) -> HttpResponse:
    """The chart alone, as SVG."""
    today = timezone.localdate()
    rules, rule = wanted(place, procedure, today)
    drawn, height = draw(chart(rules, rule, timezone.now()))
    names = f"{rules.jurisdiction.name}{rule.name}流程图"
    context = {"drawn": drawn, "width": WIDTH, "height": height, "left": LEFT, "title": names, "today": today}
    return HttpResponse(render_to_string("portal/chart.svg", context), content_type="image/svg+xml; charset=utf-8")


def wanted(place: str, procedure: str, today: date) -> tuple[RuleSet, Procedure]:
    found = procedures.find(place, procedure, today)
    if found is None:
        raise Http404
    return found


def draw(boxes: Sequence[Box]) -> tuple[list[Drawn], int]:
    """Every box at its place, and the height of the whole picture."""
    drawn, y = [], PAD
    for at, box in enumerate(boxes):
        inside = placed(y + HEAD, texts(box))
        terms = placed(y + PAD // 2, told(box))
        height = max(HEAD + LINE * len(inside), LINE * len(terms)) + PAD
        drawn.append(Drawn(box.name, y, height, inside, terms, at + 1 < len(boxes)))
        y += height + GAP
    return drawn, y - GAP + PAD


def placed(top: int, lines: Iterator[tuple[str, str]]) -> tuple[Line, ...]:
    return tuple(Line(top + LINE * (at + 1) - 5, text, kind) for at, (text, kind) in enumerate(lines))


def texts(box: Box) -> Iterator[tuple[str, str]]:
    """The lines inside a box: every step with who may do it, its article and papers below."""
    room = (LEFT - 2 * PAD) / SIZE
    for step in box.steps:
        yield from ((line, "step") for line in wrapped(f"{step.name}（{'、'.join(step.posts)}）", room))
        if note := noted(step):
            yield from ((f"　{line}", "note") for line in wrapped(note, (LEFT - 2 * PAD) / SMALL - 1))
    if box.beside:
        text = f"需要时还有：{'、'.join(box.beside)}"
        yield from ((line, "beside") for line in wrapped(text, (LEFT - 2 * PAD) / SMALL))


def noted(step: Step) -> str:
    papers = "".join(f"《{title}》" for title in step.papers)
    return "；".join(part for part in (step.clause, f"制作{papers}" if papers else "") if part)


def told(box: Box) -> Iterator[tuple[str, str]]:
    """The lines beside a box: every term that begins there, and the law that binds."""
    for term in box.terms:
        yield from ((line, "term") for line in wrapped(f"{term.say}：{term.period}", RIGHT / SMALL))
        yield from ((line, "law") for line in wrapped(term.law, RIGHT / SMALL))


def wrapped(text: str, room: float) -> Iterator[str]:
    """Lines of at most so many full-width characters; two half-width ones count as one.

    >>> list(wrapped("一二三四五ab", 3))
    ['一二三', '四五ab']
    """
    line, used = "", 0.0
    for sign in text:
        size = 0.55 if sign.isascii() else 1.0
        if line and used + size > room + 0.2:
            yield line
            line, used = "", 0.0
        line, used = line + sign, used + size
    if line:
        yield line
