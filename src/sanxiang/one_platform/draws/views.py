"""Desk pages of draws (双随机抽查): the list, fixing the lists, one draw with its moves and its export."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.db import connections
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import forms
from sanxiang.casework.access import visible
from sanxiang.casework.inspectee_models import InspecteeRow
from sanxiang.casework.inspecting import LEVEL
from sanxiang.casework.people import colleagues
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand, Registered, register
from sanxiang.casework.views.common import page, staff
from sanxiang.core.events import Event
from sanxiang.core.events.draw import DrawCommitted, DrawDrawn, DrawPublished, DrawReplaced
from sanxiang.core.gates import keepers_of
from sanxiang.core.gates.draws import ITEMS
from sanxiang.core.registers import Agency, Draw, fold_draw
from sanxiang.core.registers.draws import drawn_of
from sanxiang.core.values import chinese_date
from sanxiang.core.values.drawing import pool_digest, seed_of
from sanxiang.one_platform.registry.exporting import csv_file
from sanxiang.one_platform.registry.importing.files import ROWS_MAX, SIZE_MAX, BadFile
from sanxiang.store import reading
from sanxiang.store.errors import RecordRefused, VersionConflict

from .assigning import assign
from .checkpoints import first_covering
from .models import DrawRow
from .pool import KINDS, OBJECTS, Read, objects_of, officer_rows
from .population import LISTED, Population, gone_since, levels_of, same_still, taken

PAGE = 50
SHOWN = 20
ASSIGNED_AT_ONCE = 40
SALT = "draws.pool"
KEPT_S = 4 * 3600
FACTS = ("draw_title", "draw_item", "draw_kind", "draw_scope", "draw_on")
HEAD = ("序号", "代码", "名称", "地址", "执法人员", "执法证号", "检查任务")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def may(request: Any, kind: str) -> bool:
    return bool(request.reader.posts & set(keepers_of(kind)))


def own_agency(request: Any) -> Agency:
    """The reader's agency. Raises Http404 where he has none."""
    found = registers_for(connections["default"], request.reader.agency, ()).agency(request.reader.agency)
    if found is None:
        raise Http404
    return found


@require_safe
@staff
def home(request: Any) -> HttpResponse:
    """The draws of the reader's agency, the newest first."""
    rows = Paginator(DrawRow.objects.filter(agency=request.reader.agency).order_by("-committed_at", "stream"), PAGE)
    context = {
        "pages": rows.get_page(request.GET.get("page", "")[:6]), "may_draw": may(request, "draw.committed"),
        "items": items_of(own_agency(request)),
    }  # fmt: skip
    return page(request, "draws/home.html", context)


def items_of(agency: Agency) -> list[str]:
    """The names on the public list of what is checked at random."""
    section = agency.sections.get(ITEMS)
    content: Any = section.public.content if section and section.public else ()
    return [str(row["name"]) for row in content]


@require_safe
@staff
def template(request: Any) -> HttpResponse:
    """An empty spreadsheet for the objects."""
    from sanxiang.one_platform.registry.importing import templates  # writes workbooks: large

    content = templates.template(OBJECTS, {"kind": KINDS})
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('检查对象名录模板.xlsx')}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: Any) -> HttpResponse:
    """Read the lists and show them; fix them once they are confirmed."""
    if not may(request, "draw.committed"):
        raise Http404
    if request.method != "POST":
        return form(request)
    typed = forms.typed_facts(request.POST, [library().dictionary[name] for name in FACTS])
    chosen, problem = None, ""
    try:
        if request.POST.get("source") == LISTED and "file" not in request.FILES:
            chosen = chosen_of(request, typed)
            problem = unfit(request, chosen)
            read: Read | None = Read(chosen.objects, (), ())
        else:
            read = sent(request)
            problem = "" if read else "选一个检查对象名录的文件，或者从检查对象名录库抽取"
    except BadFile as bad:
        return form(request, typed, problem=str(bad), status=422)
    if problem or read is None or "fix" not in request.POST or read.faults:
        good = read and not read.faults and not problem
        return form(request, typed, read, chosen, problem=problem, status=200 if good else 422)
    try:
        done = enter(request, committed(request, typed, read, chosen))
    except (VersionConflict, RecordRefused) as refused:
        return form(request, typed, read, chosen, problem=str(refused), status=409)
    if not done.done:
        return form(request, typed, read, chosen, reasons=done.verdict.reasons, status=422)
    messages.success(request, "名录已经固定，等账本签发检查点以后抽取")
    return redirect("draws:draw", done.stream)


def chosen_of(request: Any, typed: dict[str, Any]) -> Population:
    """The standing list as the form asks for it."""
    sent, today = request.POST, timezone.localdate()
    levels = levels_of(library().dictionary[LEVEL].choices, sent.getlist("levels"))
    item = str(typed.get("draw_item") or "")
    return taken(request.reader.agency, item, sent.get("listed_on", "")[:20], levels, timezone.now(), today)


def unfit(request: Any, chosen: Population) -> str:
    """What is wrong with a list that is taken from the register."""
    if chosen.problem or not chosen.objects:
        return (
            chosen.problem
            or "名录库里那一天没有适用这个事项和等级的检查对象；到“主体与人员 → 检查对象”列入，或者放宽等级"
        )
    moved = "fix" in request.POST and request.POST.get("seen") != chosen.digest
    return "核对以后，事项、日期、等级或者名录库有了变化，没有固定；请按新的名录再核对一次" if moved else ""


def sent(request: Any) -> Read | None:
    """The objects of an uploaded file, or those that the page before showed, which come back signed."""
    file = request.FILES.get("file")
    if file is not None:
        if file.size > SIZE_MAX:
            raise BadFile(f"文件太大，最大 {SIZE_MAX >> 20} MB；请分成几个文件")
        return objects_of(file.name, file.read())
    try:
        rows = signing.loads(request.POST.get("pool", ""), salt=SALT, max_age=KEPT_S)
    except signing.BadSignature:
        return None
    return Read(tuple(rows), (), ())


def signed(read: Read) -> str:
    """The objects as the page carries them to the next step: nobody can change them on the way."""
    return signing.dumps([dict(row) for row in read.objects], salt=SALT, compress=True)


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def people_sent(request: Any) -> list[dict[str, Any]]:
    """The certified officers of the agency, those that were ticked marked; at first all."""
    ticked = set(request.POST.getlist("officers"))
    found = [one for one in colleagues(request.reader.agency) if one["valid"]]
    return [{**one, "chosen": one["id"] in ticked or not ticked} for one in found]


def committed(request: Any, typed: dict[str, Any], read: Read, chosen: Population | None) -> DrawCommitted:
    people = officer_rows([one for one in people_sent(request) if one["chosen"]])
    wanted, each = number(request.POST.get("wanted", "")), number(request.POST.get("each", ""))
    codes, numbers = [row["code"] for row in read.objects], [row["number"] for row in people]
    return DrawCommitted(
        agency=request.reader.agency, department=department_of(request), objects_wanted=wanted, officers_wanted=each,
        digest=pool_digest(codes, numbers, wanted, each), officers=tuple(row["officer"] for row in people),
        listed_on=chosen.day.isoformat() if chosen else "", levels=chosen.levels if chosen else (),
        facts={**typed, "draw_objects": [dict(row) for row in read.objects], "draw_officers": people},
    )  # fmt: skip


def department_of(request: Any) -> str:
    own = sorted(request.reader.departments)
    stated = request.POST.get("department", "")
    return stated if stated in own else next(iter(own), "")


def form(
    request: Any, typed: Any = None, read: Read | None = None, chosen: Population | None = None, *, problem: str = "",
    reasons: Any = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    book, agency = library().dictionary, own_agency(request)
    held, own = typed or {}, request.reader.departments
    names = [name for name in FACTS if name != "draw_item"]
    context = {
        "fields": [forms.Field(book[name], forms.shown(book[name], held.get(name)), True) for name in names],
        "items": items_of(agency), "item": held.get("draw_item", ""), "people": people_sent(request), "read": read,
        "shown": read.objects[:SHOWN] if read else (), "wanted": request.POST.get("wanted", ""),
        "faults": read.faults[:SHOWN] if read else (), "each": request.POST.get("each", "2"), "problem": problem,
        "reasons": reasons, "rows_max": ROWS_MAX, "size": SIZE_MAX >> 20, "department": department_of(request),
        "departments": {key: part.name for key, part in agency.departments.items() if key in own},
        "pool": signed(read) if read and not read.faults and not chosen else "", "chosen": chosen,
        "listed": (listed := InspecteeRow.objects.filter(agency=agency.id, latest=True, gone=False).count()),
        "levels": book[LEVEL].choices, "listed_on": chosen.day if chosen else timezone.localdate(),
        "from_file": not chosen and (bool(read) or not listed or request.POST.get("source") == "file"),
    }  # fmt: skip
    return page(request, "draws/new.html", context, status=status)


def enter(request: Any, event: Event, stream: str = "") -> Registered:
    now = timezone.now()
    command = RegisterCommand(
        kind="draw", stream=stream, agency=request.reader.agency, officer=request.reader.officer,
        entries=(Entry(event=event, occurred_at=now),),
    )  # fmt: skip
    return register(connections["default"], library(), command, at=now)


def found(request: Any, stream: UUID) -> Draw:
    """A draw of the reader's agency. Raises Http404."""
    if not DrawRow.objects.filter(stream=stream, agency=request.reader.agency).exists():
        raise Http404
    return fold_draw(reading.load(connections["default"], str(stream)))


def lines(request: Any, draw: Draw) -> list[dict[str, Any]]:
    """The drawn objects as a page shows them."""
    gone = gone_since(draw)
    cases = visible(request.reader).in_bulk([UUID(one.case) for one in draw.result if one.case])
    return [
        {
            "one": one, "object": draw.objects[one.code], "case": cases.get(UUID(one.case)) if one.case else None,
            "people": [draw.people[name] for name in one.officers], "gone": one.code in gone,
        }
        for one in draw.result
    ]  # fmt: skip


@require_safe
@staff
def draw(request: Any, stream: UUID) -> HttpResponse:
    """One draw: its lists, the seed and how it came about, what was drawn, what became of it."""
    return shown(request, found(request, stream))


def said(value: Any) -> str:
    """A fact of the draw in words: days as people write them."""
    try:
        return chinese_date(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def shown(request: Any, held: Draw, *, problem: str = "", reasons: Any = (), status: int = 200) -> HttpResponse:
    book = library().dictionary
    pending = sum(not one.case for one in held.result)
    context = {
        "draw": held, "lines": lines(request, held), "pending": pending, "problem": problem, "reasons": reasons,
        "about": [(book[name].label, said(held.facts.get(name, ""))) for name in FACTS],
        "may": {name: may(request, f"draw.{name}") for name in ("drawn", "replaced", "assigned", "published")},
        "covered": held.state == "committed" and first_covering(held.commitment) is not None,
        "kinds": book["draw_left_kind"].choices, "people": held.people, "same": same_still(held),
    }  # fmt: skip
    return page(request, "draws/draw.html", context, status=status)


@require_safe
@staff
def exported(request: Any, stream: UUID) -> HttpResponseBase:
    """What stands now as a spreadsheet."""
    held = found(request, stream)
    rows = (
        (at, line["one"].code, line["object"]["name"], line["object"].get("address", ""),
         "、".join(one["name"] for one in line["people"]), "、".join(line["one"].officers),
         line["case"].case_number if line["case"] else "")
        for at, line in enumerate(lines(request, held), 1)
    )  # fmt: skip
    return csv_file(f"{held.title}抽取结果.csv", HEAD, rows)


@require_http_methods(["POST"])
@staff
def move(request: Any, stream: UUID, move: str) -> HttpResponse:
    """Draw, replace, make inspections, publish."""
    held = found(request, stream)
    try:
        if move == "assign":
            return assigned(request, held)
        event = event_of(request, held, move)
        done = enter(request, event, held.id)
    except NotYet as problem:
        return shown(request, held, problem=str(problem), status=409)
    except (VersionConflict, RecordRefused) as refused:
        return shown(request, held, problem=str(refused), status=409)
    if not done.done:
        return shown(request, held, reasons=done.verdict.reasons, status=422)
    return redirect("draws:draw", stream)


class NotYet(Exception):
    """The ledger has not signed what the seed comes from."""


def event_of(request: Any, held: Draw, move: str) -> Event:
    """The event of a move; result and substitute are computed, never typed."""
    if move == "draw":
        point = first_covering(held.commitment)
        if point is None:
            raise NotYet("账本还没有签发包含这份名录的检查点，请过几秒再抽取")
        seed = seed_of(held.digest, point.root)
        result = drawn_of(seed, held.objects, list(held.people), held.objects_wanted, held.officers_wanted)
        told = tuple({"code": one.code, "officers": list(one.officers)} for one in result)
        return DrawDrawn(entry=point.entry, size=point.size, root=point.root, seed=seed, result=told)
    if move == "replace":
        code, who = request.POST.get("code", "")[:200], request.POST.get("number", "")[:60]
        facts = forms.typed_facts(
            request.POST, [library().dictionary[name] for name in ("draw_left_kind", "draw_left_reason")]
        )
        following = "" if held.state != "drawn" else held.next_officer(code) if who else held.next_object()
        return DrawReplaced(code=code, number=who, substitute=following, facts=facts)
    if move == "publish":
        rules = library().on(request.reader.jurisdiction, timezone.localdate())
        return DrawPublished(place=rules.jurisdiction.platform)
    raise Http404


def assigned(request: Any, held: Draw) -> HttpResponse:
    """Make the objects that wait inspections, at most forty at once; those that cannot be are told."""
    if not may(request, "draw.assigned"):
        raise Http404
    agency, made, problems = own_agency(request), 0, []
    for one in [one for one in held.result if not one.case][:ASSIGNED_AT_ONCE]:
        done = assign(request.reader, agency, held, one, timezone.now())
        made += bool(done.case)
        problems += [f"“{held.objects[one.code]['name']}”：{done.problem}"] if done.problem else []
    again = found(request, UUID(held.id))
    if problems:
        return shown(request, again, problem="；".join(problems), status=422)
    messages.success(request, f"已下达 {made} 项检查任务，接着由负责人批准")
    return redirect("draws:draw", held.id)
