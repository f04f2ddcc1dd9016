"""Need and budget (音像设备的需求和预算): what each unit needs against what it holds, the budget sheet, its
report to the government and the receipt, what was bought."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import forms
from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page, staff
from sanxiang.casework.views.sheets import as_csv, as_xlsx
from sanxiang.core.events import device
from sanxiang.core.gates.equipping import Need, Standard, Unit, needs, standards
from sanxiang.core.registers import Agency, Plan
from sanxiang.core.rulebook.values import check
from sanxiang.core.values import legal_day

from . import queries, writing
from .models import DeviceRow
from .steps import LIST_STATES, PLAN, PLAN_STATES, Step
from .views import BOTH, rules_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("设备类型", "单位", "需要", "现有", "购置", "单价（元）", "小计（元）", "测算依据", "与测算不同的理由")

SUMS = ("县、区", "设备类型", "需要", "现有", "缺")
UNSAID, WHOLE = "没有登记县、区", "合计"


class Sum(NamedTuple):
    """What several agencies together need and hold of one kind, and what they lack one by one."""

    kind: str
    need: int
    held: int
    lacking: int


def standard_of(request: Any) -> tuple[tuple[Standard, ...], str]:
    """The standard of the place, or why it cannot be read."""
    try:
        return standards(rules_of(request)), ""
    except ValueError as wrong:
        return (), str(wrong)


def counted(agency: Agency, lines: Sequence[Standard]) -> list[Need]:
    """What an agency needs: headcount and cases by department; what is counted by other devices, or stands once for
    all, over the whole agency."""
    units = queries.units(agency, timezone.now())
    whole = Unit("全机关", sum(unit.officers for unit in units), sum(unit.cases for unit in units), _held(units))
    own = [line for line in lines if line.basis == "执法人员"]
    found = [need for line in own for unit in units if unit.officers for need in needs((line,), unit)]
    rest = {need.kind: need for need in needs(lines, whole)}
    return [*found, *(rest[line.kind] for line in lines if line not in own)]


def _held(units: Sequence[Unit]) -> dict[str, int]:
    kinds = {kind for unit in units for kind in unit.held}
    return {kind: sum(unit.held.get(kind, 0) for unit in units) for kind in kinds}


def by_county(bodies: Sequence[Any], lines: Sequence[Standard]) -> list[tuple[str, list[Sum]]]:
    """What the agencies of each county need and hold, kind by kind, and at the end of the whole place. Needs are summed
    agency by agency: what one has too much stands in for nobody else's."""
    names = sorted({body.row.county or UNSAID for body, *_ in bodies}, key=lambda name: (name == UNSAID, name))
    of = {name: [needed for body, needed, *_ in bodies if (body.row.county or UNSAID) == name] for name in names}
    return [
        *((name, _summed(rows, lines)) for name, rows in of.items()),
        (WHOLE, _summed([one[1] for one in bodies], lines)),
    ]


def _summed(rows: Sequence[Sequence[Need]], lines: Sequence[Standard]) -> list[Sum]:
    found = []
    for line in lines:
        mine = [one for row in rows for one in row if one.kind == line.kind]
        told = (sum(one.need for one in mine), sum(one.held for one in mine), sum(one.lacking for one in mine))
        found.append(Sum(line.kind, *told))
    return found


@require_safe
@staff
def need(request: Any) -> HttpResponse:
    """Need against holdings, the plans, the list's filing; for a supervisor every agency of his jurisdiction."""
    reader = request.reader
    agency = writing.agency_of(reader.agency)
    lines, problem = standard_of(request)
    year = str(legal_day(timezone.now()).year + 1)
    bodies = _bodies(request, lines) if reader.everywhere else []
    sums = by_county(bodies, lines) if bodies else []
    if bodies and request.GET.get("as") in ("csv", "xlsx"):
        cells = (SUMS, *((name, *one) for name, row in sums for one in row))
        return as_csv(cells, "音像设备分县汇总") if request.GET["as"] == "csv" else as_xlsx(cells, "音像设备分县汇总")
    context = {
        "agency": agency, "needs": counted(agency, lines), "standards": lines, "problem": problem, "year": year,
        "plans": [(plan, PLAN_STATES[plan.state]) for plan in sorted(agency.plans.values(), key=_year, reverse=True)],
        "keeper": "device_keeper" in reader.posts, "filed": agency.recording_list,
        "filing": LIST_STATES[_state(agency)], "begun": year in agency.plans,
        "bodies": bodies, "sums": sums,
    }  # fmt: skip
    return page(request, "devices/need.html", context)


def _year(plan: Plan) -> str:
    return plan.year


def _state(agency: Agency) -> str:
    versions = agency.recording_list.versions
    return versions[-1].state if versions else ""


def _bodies(request: Any, lines: Sequence[Standard]) -> list[tuple[queries.Body, tuple[Need, ...], str, str]]:
    found = queries.bodies(request.reader.jurisdiction, timezone.now())
    return [
        (body, needs(lines, body.unit), PLAN_STATES[body.row.plan_state], LIST_STATES[body.row.list_state])
        for body in found
    ]


@require_http_methods(BOTH)
@staff
def draw_up(request: Any, year: str) -> HttpResponse:
    """Draw up the plan of a year: the numbers are counted, what is bought and at which price is stated."""
    if "device_keeper" not in request.reader.posts:
        raise PermissionDenied("需求和预算由设备管理员编制")
    if not re.fullmatch(r"20\d\d", year):
        raise Http404
    agency = writing.agency_of(request.reader.agency)
    lines, problem = standard_of(request)
    rows = [
        {"kind": one.kind, "unit": one.unit, "need": one.need, "held": one.held, "ground": one.ground,
         "buy": one.lacking, "price": None, "reason": ""}
        for one in counted(agency, lines)
    ]  # fmt: skip
    if request.method != "POST":
        held = agency.plans.get(year)
        return _drawn(request, agency, year, _as_before(rows, held), held.note if held else "", problem)
    rows, faults = _typed(request.POST, rows)
    note = request.POST.get("equipment_note", "").strip()
    if faults:
        return _drawn(request, agency, year, rows, note, "；".join(faults), status=422)
    kept = [{name: value for name, value in row.items() if value not in ("", None)} for row in rows if row["buy"]]
    facts = {"equipment_lines": kept} | ({"equipment_note": note} if note else {})
    done = writing.enter(
        request.reader, [device.EquipmentPlanned(plan=year, facts=facts)], kind="agency", stream=agency.id
    )
    if not done.ok:
        return _drawn(request, agency, year, rows, note, done.problem, done.reasons, done.status)
    messages.success(request, f"已编制 {year} 年度的需求和预算")
    return redirect("devices:plan", year)


def _as_before(rows: list[dict[str, Any]], held: Plan | None) -> list[dict[str, Any]]:
    """What was stated the last time stands in the form again."""
    before = {(line["kind"], line["unit"]): line for line in held.lines} if held else {}
    for row in rows:
        line = before.get((row["kind"], row["unit"]))
        if line is not None:
            row |= {"buy": line["buy"], "price": line.get("price"), "reason": line.get("reason", "")}
    return rows


def _typed(post: Any, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows with what a browser sent, and what is wrong with it."""
    columns = {one.id: one for one in library().dictionary["equipment_lines"].columns}
    faults = []
    for at, row in enumerate(rows):
        for name in ("buy", "price"):
            text = post.get(f"{name}.{at}", "").strip()
            value, problem = check(columns[name], text) if text else (0 if name == "buy" else None, "")
            negative = isinstance(value, int) and value < 0
            row[name] = row[name] if problem or negative else value
            if problem or negative:
                faults.append(f"{row['unit']}{row['kind']}的{columns[name].label}：{problem or '不能是负数'}")
        row["reason"] = post.get(f"reason.{at}", "").strip()[:500]
        if row["buy"] and not row["price"]:
            faults.append(f"{row['unit']}{row['kind']}：写明单价")
        if row["buy"] != max(0, row["need"] - row["held"]) and not row["reason"]:
            faults.append(f"{row['unit']}{row['kind']}：购置数与测算不同，写明理由")
    return rows, faults


def _drawn(
    request: Any, agency: Agency, year: str, rows: list[dict[str, Any]], note: str, problem: str = "",
    reasons: Sequence[Any] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    price = library().dictionary["equipment_lines"].columns[5]
    shown = [{**row, "price": forms.shown_cell(price.type, row["price"])} for row in rows]
    context = {
        "agency": agency, "year": year, "rows": shown, "note": note, "problem": problem, "reasons": reasons,
    }  # fmt: skip
    return page(request, "devices/plan_form.html", context, status=status)


def plan_of(request: Any, year: str) -> tuple[Agency, Plan]:
    agency = writing.agency_of(request.reader.agency)
    plan = agency.plans.get(year)
    if plan is None:
        raise Http404
    return agency, plan


@require_safe
@staff
def plan(request: Any, year: str) -> HttpResponse:
    """The budget sheet of a year, also on paper, and how far it has come."""
    agency, found = plan_of(request, year)
    bought = DeviceRow.objects.filter(agency=agency.id, plan=year).order_by("code", "stream")[:200]
    open_steps = [one for one in PLAN.values() if found.state in one.states and request.reader.posts & set(one.by)]
    context = {
        "agency": agency, "plan": found, "state": PLAN_STATES[found.state], "steps": open_steps,
        "lines": [(line, yuan(line.get("price")), yuan(_sum(line))) for line in found.lines],
        "amount": yuan(found.amount), "granted": yuan(found.granted), "spent": yuan(found.spent),
        "purchases": [(one, yuan(one.amount)) for one in found.purchases], "bought": bought,
        "hands": queries.names(found.hands.values()), "redraw": found.state == "planned"
        and "device_keeper" in request.reader.posts,
    }  # fmt: skip
    return page(request, "devices/plan.html", context)


def _sum(line: Any) -> int:
    return int(line.get("buy") or 0) * int(line.get("price") or 0)


def yuan(fen: Any) -> str:
    return f"{int(fen or 0) / 100:,.2f}"


@require_safe
@staff
def sheet(request: Any, year: str) -> HttpResponse:
    """The budget sheet as a workbook."""
    from openpyxl import Workbook  # large: not before somebody asks for it
    from openpyxl.styles import Font

    agency, found = plan_of(request, year)
    book = Workbook()
    table = book.active
    table.title = f"{year}年音像设备预算"
    table.append([f"{agency.name} {year} 年度音像记录设备需求和预算"])
    table.append(HEAD)
    for line in found.lines:
        told = [line.get(name, "") for name in ("kind", "unit", "need", "held", "buy")]
        price = int(line.get("price") or 0) / 100
        rest = [_text(line.get(name, "")) for name in ("ground", "reason")]
        table.append([*map(_text, told), price, _sum(line) / 100, *rest])
    table.append(["合计", "", "", "", "", "", found.amount / 100])
    for row in (1, 2):
        for cell in table[row]:
            cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGHI", (20, 20, 8, 8, 8, 14, 16, 36, 30), strict=True):
        table.column_dimensions[letter].width = width
    table.page_setup.paperSize, table.page_setup.orientation = 9, "landscape"
    out = io.BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{agency.name}{year}年音像设备预算.xlsx')}"
    return answer


def _text(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    text = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if text else value


@require_http_methods(BOTH)
@staff
def step(request: Any, year: str, step: str) -> HttpResponse:
    """A step of a plan, or why it cannot be done."""
    agency, _ = plan_of(request, year)
    chosen = PLAN.get(step)
    if chosen is None:
        raise Http404
    return moved(request, chosen, agency, {"plan": year}, ("devices:plan", year), f"{year} 年度的需求和预算")


def moved(
    request: Any, chosen: Step, agency: Agency, own: dict[str, Any], back: tuple[str, ...], about: str,
    facts: dict[str, Any] | None = None, rows: Sequence[Any] = (),
) -> HttpResponse:  # fmt: skip
    """The form of a step in an agency's stream, or what became of it; `facts` are stated by the system beside."""
    asked = [library().dictionary[name] for name in chosen.facts]
    typed = forms.typed_facts(request.POST, asked) if request.method == "POST" else {}
    done = None
    if request.method == "POST":
        event = chosen.event(**own, facts={**typed, **(facts or {})})
        done = writing.enter(request.reader, [event], kind="agency", stream=agency.id, agency=agency.id)
        if done.ok:
            messages.success(request, f"已办理：{chosen.name}")
            return redirect(*back)
    optional = {"equipment_note"}
    context = {
        "step": chosen, "about": about, "back": back, "agency": agency, "rows": rows,
        "fields": [forms.Field(fact, forms.shown(fact, typed.get(fact.id)), fact.id not in optional) for fact in asked],
        "reasons": done.reasons if done else (), "problem": done.problem if done else "",
    }  # fmt: skip
    return page(request, "devices/step.html", context, status=done.status if done else 200)
